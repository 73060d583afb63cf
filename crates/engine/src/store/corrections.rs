//! Corrections of readings, by the hash of the file that they are about.

use super::Store;
use crate::error::Error;
use countersign_core::checklist::Correction;
use countersign_core::id::Digest;
use rusqlite::{OptionalExtension as _, params};

/// A version of a checklist that was corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// Its file.
    pub bytes: Vec<u8>,
    /// What was corrected.
    pub corrections: Vec<Correction>,
}

impl Store {
    /// What was corrected in the reading of a file; none if nobody looked at this very version.
    pub fn corrections(&self, sha256: Digest) -> Result<Option<Vec<Correction>>, Error> {
        let mut statement = self.connection.prepare_cached("SELECT corrections FROM correction WHERE sha256 = ?1")?;
        let json: Option<String> = statement.query_row([sha256.as_bytes()], |row| row.get(0)).optional()?;
        json.map(|json| read(&json)).transpose()
    }

    /// The corrected files with this name or title, the newest first.
    pub fn corrected_versions(&self, name: &str, title: &str, limit: usize) -> Result<Vec<Corrected>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT bytes, corrections FROM correction WHERE name = ?1 OR title = ?2
             ORDER BY name = ?1 AND title = ?2 DESC, changed_at DESC LIMIT ?3",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows =
            statement.query_map(params![name, title, limit], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        rows.map(|row| {
            let (bytes, json) = row?;
            Ok(Corrected { bytes, corrections: read(&json)? })
        })
        .collect()
    }

    /// Keeps what was corrected in the reading of a file, in place of what was kept before.
    pub fn keep_corrections(
        &mut self,
        (name, title): (&str, &str),
        bytes: &[u8],
        corrections: &[Correction],
        at: i64,
    ) -> Result<(), Error> {
        let json = serde_json::to_string(corrections).map_err(|error| Error::Internal(error.to_string()))?;
        self.connection.execute(
            "INSERT OR REPLACE INTO correction (sha256, name, title, bytes, corrections, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![Digest::of(bytes).as_bytes(), name, title, bytes, json, at],
        )?;
        Ok(())
    }
}

fn read(json: &str) -> Result<Vec<Correction>, Error> {
    serde_json::from_str(json).map_err(|error| Error::Internal(error.to_string()))
}
