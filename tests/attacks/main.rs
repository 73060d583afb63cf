//! Attacks on a signed report, family by family: after each of them `countersign verify` exits with 1 and names what happened.
//!
//! Where an attack needs a key, the attacker has it: the installation's, or a lead's. What the attackers do not have is the
//! organisation's root.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step fails its test"
)]

mod agreement;
mod bytes;
mod certificates;
mod forgery;
mod hostile;
mod insider;
mod saving;
mod shadow;
mod updates;

use countersign_tests::desk::{Desk, Tour};
use serde_json::Value;

/// Expects exit code 1, and these words among the reasons of a verdict that does not hold.
#[track_caller]
pub(crate) fn refuted(pdf: &[u8], roots: &str, verdict: &str, words: &str) -> Value {
    let desk = Desk::new();
    let file = desk.write("report.pdf", pdf);
    let said = desk.run(&["--json", "verify", &file, "--trust", roots]).expect(1).json();
    assert_eq!(said["holds"], false);
    assert_eq!(said[verdict]["outcome"], "no", "{said:#}");
    let reasons = said[verdict]["reasons"].to_string();
    assert!(reasons.contains(words), "«{words}» is not in {reasons}");
    said
}

/// [`refuted`], of the tour's report and by its integrity.
#[track_caller]
pub(crate) fn broken(pdf: &[u8], words: &str) -> Value {
    refuted(pdf, &Tour::taken().roots(), "integrity", words)
}
