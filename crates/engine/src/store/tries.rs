//! The passphrases that were tried: when, on which key, and whether it opened.

use super::Store;
use crate::error::Error;
use countersign_core::access::Tries;
use countersign_core::time::Timestamp;
use rusqlite::params;

/// A passphrase was tried.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Try {
    /// On which key.
    pub key: String,
    /// When.
    pub at: Timestamp,
    /// It was the right one.
    pub opened: bool,
}

impl Store {
    /// The wrong passphrases of a key since the last right one.
    pub fn tries(&self, key: &str) -> Result<Tries, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT count(*), max(at) FROM key_try WHERE key = ?1 AND opened = 0
             AND seq > (SELECT coalesce(max(seq), 0) FROM key_try WHERE key = ?1 AND opened = 1)",
        )?;
        let (wrong, last): (u32, Option<i64>) = statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Tries { wrong, last: last.map(Timestamp::from_millis) })
    }

    /// Keeps that a passphrase was tried.
    pub fn keep_try(&mut self, key: &str, at: Timestamp, opened: bool) -> Result<(), Error> {
        self.connection
            .prepare_cached("INSERT INTO key_try (key, at, opened) VALUES (?1, ?2, ?3)")?
            .execute(params![key, at.millis(), opened])?;
        Ok(())
    }

    /// All that was tried, newest first.
    pub fn all_tries(&self) -> Result<Vec<Try>, Error> {
        let mut statement = self.connection.prepare_cached("SELECT key, at, opened FROM key_try ORDER BY seq DESC")?;
        let rows = statement.query_map([], |row| {
            Ok(Try { key: row.get(0)?, at: Timestamp::from_millis(row.get(1)?), opened: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
