//! Kept checklists, with where their files lie and how far they are.

use super::Store;
use crate::error::Error;
use countersign_core::api::ChecklistState;
use countersign_core::id::Digest;
use rusqlite::params;

/// A kept checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// File name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Where the file lay when it was kept, if it was one.
    pub path: Option<String>,
    /// What a person said of it; none: what the file says.
    pub state: Option<ChecklistState>,
}

impl Store {
    /// All kept checklists, newest first.
    pub fn kept(&self) -> Result<Vec<Kept>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT name, bytes, path, state FROM checklist LEFT JOIN library USING (sha256) ORDER BY added_at DESC, sha256",
        )?;
        let rows = statement.query_map([], |row| {
            let state = row.get::<_, Option<String>>(3)?.map(|word| match word.as_str() {
                "draft" => ChecklistState::Draft,
                _ => ChecklistState::Released,
            });
            Ok(Kept { name: row.get(0)?, bytes: row.get(1)?, path: row.get(2)?, state })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps where a kept checklist's file lies.
    pub fn keep_path(&mut self, sha256: Digest, path: &str) -> Result<(), Error> {
        self.connection.execute(
            "INSERT INTO library (sha256, path) VALUES (?1, ?2) ON CONFLICT (sha256) DO UPDATE SET path = excluded.path",
            params![sha256.as_bytes(), path],
        )?;
        Ok(())
    }

    /// Keeps whether a kept checklist is a draft.
    pub fn keep_state(&mut self, sha256: Digest, state: ChecklistState) -> Result<(), Error> {
        self.connection.execute(
            "INSERT INTO library (sha256, state) VALUES (?1, ?2) ON CONFLICT (sha256) DO UPDATE SET state = excluded.state",
            params![sha256.as_bytes(), state.word()],
        )?;
        Ok(())
    }

    /// The files that kept checklists came from.
    pub fn watched(&self) -> Result<Vec<String>, Error> {
        let sql = "SELECT DISTINCT path FROM library JOIN checklist USING (sha256) WHERE path IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
