//! The contacts of teams: filled in once, taken over into each record.

use super::Store;
use crate::error::Error;
use rusqlite::params;

impl Store {
    /// Keeps contacts of a team: what each is known by, and the words.
    pub fn keep_contacts(&mut self, team: &str, contacts: &[(String, String)]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for (label, text) in contacts {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO contact (team, label, text) VALUES (?1, ?2, ?3)")?
                .execute(params![team, label, text])?;
        }
        Ok(transaction.commit()?)
    }

    /// The contacts of a team.
    pub fn contacts(&self, team: &str) -> Result<Vec<(String, String)>, Error> {
        let mut statement = self.connection.prepare_cached("SELECT label, text FROM contact WHERE team = ?1")?;
        let rows = statement.query_map([team], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
