//! Time stamps and long-term data: made with an authority on this computer, judged by us and by others, and attacked.
//!
//! The authority is `openssl ts`; where there is no OpenSSL the tests are passed over with a line that says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step fails its test"
)]

mod attacks;
mod made;

use countersign_tests::authority::Authority;
use countersign_tests::desk::{Desk, Tour};
use std::path::Path;

pub(crate) const PASSPHRASE: &str = "a passphrase for the tour only";

/// A desk with a copy of the tour's data, and an authority that is asked.
pub(crate) fn desk() -> Option<(Desk, Authority)> {
    let authority = Authority::start()?;
    let desk = Desk::new();
    copy(&Tour::taken().data(), &desk.data());
    Some((desk, authority))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
