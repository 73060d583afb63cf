//! Files kept by their hash: evidence and reports. A name can never point at other content than it did.

use crate::error::Error;
use countersign_core::id::Digest;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The largest file that is taken, in bytes.
pub const LIMIT: u64 = 100_000_000;

/// A folder of files named by their SHA-256.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// Uses `folder`, making it if it is not there.
    pub fn open(folder: PathBuf) -> Result<Self, Error> {
        std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        Ok(Self { folder })
    }

    /// Keeps bytes; when this returns they are on disk.
    pub fn keep(&self, bytes: &[u8]) -> Result<Digest, Error> {
        let digest = Digest::of(bytes);
        let path = self.path(digest);
        if !path.exists() {
            write_whole(&path, bytes)?;
        }
        Ok(digest)
    }

    /// Reads what was kept, and checks that it is still the same.
    pub fn read(&self, digest: Digest) -> Result<Vec<u8>, Error> {
        let path = self.path(digest);
        let bytes = std::fs::read(&path).map_err(|_| Error::NoAttachment(digest))?;
        if Digest::of(&bytes) == digest {
            return Ok(bytes);
        }
        Err(Error::Damaged { path, detail: "its content no longer gives its name".to_owned() })
    }

    fn path(&self, digest: Digest) -> PathBuf {
        self.folder.join(digest.to_string())
    }
}

/// Reads a file of at most `limit` bytes.
pub fn read_limited(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).map_err(Error::file(path))?;
    let size = file.metadata().map_err(Error::file(path))?.len();
    let mut bytes = Vec::new();
    // The length is looked at again while reading: a file can grow, and a device has none.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(Error::file(path))?;
    match u64::try_from(bytes.len()) {
        Ok(read) if read <= limit => Ok(bytes),
        _ => Err(Error::TooLarge { path: path.to_owned(), size: size.max(limit + 1), limit }),
    }
}

/// Writes a file whole or not at all: beside it first, to disk, then over it.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let beside = path.with_extension("part");
    let write = || {
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) if cfg!(unix) => std::fs::File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    };
    write().map_err(|source| {
        // What could not be finished is of no use; that it cannot be removed either changes nothing.
        let _ = std::fs::remove_file(&beside);
        Error::File { path: path.to_owned(), source }
    })
}
