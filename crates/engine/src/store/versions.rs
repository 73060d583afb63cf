//! Which records began from which version of a checklist.

use super::Store;
use crate::error::Error;
use countersign_core::id::{Digest, RecordId};
use rusqlite::{Transaction, params};

/// A record that began from a version of a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The record.
    pub record: RecordId,
    /// SHA-256 of the file.
    pub sha256: Digest,
}

/// The checklist that a record began from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeganFrom {
    /// File name.
    pub name: String,
    /// Title.
    pub title: String,
    /// SHA-256 of the file.
    pub sha256: Digest,
}

impl Store {
    /// The newest record of each version of a checklist with this file name or title: live ones before rehearsals, those where
    /// both are equal before others, then the newest first.
    pub fn runs_of(&self, name: &str, title: &str, limit: usize) -> Result<Vec<Run>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT register.record, began.sha256, max(began.number) AS newest
             FROM register_checklist AS began JOIN register USING (number)
             WHERE (began.name = ?1 OR began.title = ?2) AND register.status NOT IN ('voided', 'damaged')
             GROUP BY began.sha256, register.rehearsal, began.name = ?1 AND began.title = ?2
             ORDER BY register.rehearsal, began.name = ?1 AND began.title = ?2 DESC, newest DESC LIMIT ?3",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![name, title, limit], |row| {
            Ok(Run { record: RecordId(row.get(0)?), sha256: Digest::from_bytes(row.get(1)?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Enters what a record began from.
pub(super) fn enter(transaction: &Transaction<'_>, number: u32, began: &BeganFrom) -> Result<(), Error> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO register_checklist VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![number, began.name, began.title, began.sha256.as_bytes()])?;
    Ok(())
}
