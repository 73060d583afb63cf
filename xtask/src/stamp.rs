//! Whether something built before is still what its inputs give: a hash over the contents of files.
//!
//! Contents and not times, because a checkout or a copy of the tree changes the times alone.

use crate::shell::Failure;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

/// All files below the given files and folders in a fixed order, without the folders named `except`.
///
/// # Errors
/// When a folder cannot be read. What does not exist counts as empty.
pub(crate) fn files(roots: &[PathBuf], except: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = roots.to_vec();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(&path).map_err(Failure::io(&path))? {
                let entry = entry.map_err(Failure::io(&path))?;
                let left_out = entry.file_name().to_str().is_some_and(|name| except.contains(&name));
                if !left_out {
                    open.push(entry.path());
                }
            }
        } else if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// One hash over the names and contents of files, and over words such as the name of a profile.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn hash(files: &[PathBuf], words: &[&str]) -> Result<String, Failure> {
    let mut hasher = DefaultHasher::new();
    for word in words {
        frame(&mut hasher, word.as_bytes());
    }
    for path in files {
        frame(&mut hasher, path.as_os_str().as_encoded_bytes());
        frame(&mut hasher, &std::fs::read(path).map_err(Failure::io(path))?);
    }
    let mut text = String::new();
    let _ = write!(text, "{:016x}", hasher.finish());
    Ok(text)
}

/// The length first, so that bytes cannot move from one part to the next unseen.
fn frame(hasher: &mut DefaultHasher, bytes: &[u8]) {
    hasher.write_usize(bytes.len());
    hasher.write(bytes);
}

/// Whether the stamp file holds exactly this text.
pub(crate) fn holds(stamp: &Path, text: &str) -> bool {
    std::fs::read_to_string(stamp).is_ok_and(|written| written == text)
}

/// Writes a stamp file, with the folders it needs.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write(stamp: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = stamp.parent() {
        std::fs::create_dir_all(folder).map_err(Failure::io(folder))?;
    }
    std::fs::write(stamp, text).map_err(Failure::io(stamp))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_follows_contents_names_and_words() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        let (one, two) = (folder.join("sub/one"), folder.join("two"));
        std::fs::create_dir_all(folder.join("sub")).unwrap();
        std::fs::create_dir_all(folder.join("dist")).unwrap();
        std::fs::write(&one, "ab").unwrap();
        std::fs::write(&two, "c").unwrap();
        std::fs::write(folder.join("dist/out"), "built").unwrap();

        let found = files(std::slice::from_ref(&folder), &["dist"]).unwrap();
        assert_eq!(found, [one.clone(), two.clone()]);
        let before = hash(&found, &["ui"]).unwrap();
        assert_eq!(hash(&found, &["ui"]).unwrap(), before);
        assert_ne!(hash(&found, &["dev"]).unwrap(), before);
        std::fs::write(&one, "a").unwrap();
        std::fs::write(&two, "bc").unwrap();
        assert_ne!(hash(&found, &["ui"]).unwrap(), before);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
