//! Files in a git checkout that a kept checklist came from: whether they changed, and what a newer one would bring.
//!
//! They are looked at by size and time every few seconds, and read only when a list of checklists is made. Nothing is taken over by itself.

use crate::error::Error;
use crate::files::read_limited;
use crate::library::LIMIT;
use crate::store::Store;
use countersign_core::api::Offer;
use countersign_core::checklist::versions::difference;
use countersign_core::checklist::{Template, read};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What the files looked like at the last look.
#[derive(Debug, Default)]
pub struct Watch {
    seen: Option<HashMap<PathBuf, Option<(SystemTime, u64)>>>,
}

impl Watch {
    /// Looks again. True if one of the files changed, came or went since the last look.
    pub fn look(&mut self, store: &Store) -> Result<bool, Error> {
        let paths = store.watched()?.into_iter().map(PathBuf::from).filter(|path| is_in_checkout(path));
        let now: HashMap<PathBuf, Option<(SystemTime, u64)>> = paths
            .map(|path| {
                let stat = std::fs::metadata(&path).ok();
                let look = stat.and_then(|stat| Some((stat.modified().ok()?, stat.len())));
                (path, look)
            })
            .collect();
        let changed = self.seen.as_ref().is_some_and(|seen| *seen != now);
        self.seen = Some(now);
        Ok(changed)
    }
}

/// A folder above it is a git checkout. In a linked worktree `.git` is a file.
fn is_in_checkout(path: &Path) -> bool {
    path.ancestors().skip(1).any(|folder| folder.join(".git").exists())
}

/// The newer version that lies where a kept checklist came from. A file that cannot be read now offers nothing.
pub fn offer(path: &str, kept: &Template) -> Option<Offer> {
    let file = Path::new(path);
    if !is_in_checkout(file) {
        return None;
    }
    let bytes = read_limited(file, LIMIT).ok()?;
    let new = read(&bytes);
    let changed = new.sha256 != kept.sha256;
    changed.then(|| Offer { path: path.to_owned(), headline: difference(kept, &new).headline() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_changed_file_in_a_checkout_is_offered() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("docs/deploy.md");
        std::fs::create_dir_all(folder.path().join("docs")).unwrap();
        std::fs::write(&file, "- [ ] a\n").unwrap();
        let (path, kept) = (file.display().to_string(), read(b"- [ ] a\n"));
        std::fs::write(&file, "- [ ] a\n- [ ] b\n").unwrap();
        assert_eq!(offer(&path, &kept), None, "no checkout");
        std::fs::create_dir(folder.path().join(".git")).unwrap();
        assert_eq!(offer(&path, &kept).unwrap().headline, "1 item changed: 1 added");
        std::fs::write(&file, "- [ ] a\n").unwrap();
        assert_eq!(offer(&path, &kept), None, "it is as it was kept");
        std::fs::remove_file(&file).unwrap();
        assert_eq!(offer(&path, &kept), None);
    }
}
