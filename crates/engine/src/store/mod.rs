//! SQLite: where events become durable. It knows bytes, hashes and order, and nothing of what the events mean.
//!
//! WAL and `synchronous=FULL`: what was committed survives a kill and a power cut. Triggers refuse to change or delete
//! events. The tables after the first two can be dropped and made again.

mod contact;
mod corrections;
mod library;
mod open;
mod register;
mod tries;
mod versions;

use crate::error::Error;
use countersign_core::id::{Digest, RecordId};
use countersign_core::record::Entry;
use countersign_core::record::log::LogFault;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use std::path::Path;

pub use library::Kept;
pub use open::open;
pub use register::Row;
pub use tries::Try;
pub use versions::BeganFrom;

/// The database of one data directory.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

/// A stored row of the `report` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportRow {
    /// SHA-256 of the base revision.
    pub base: Digest,
    /// SHA-256 of the file as it is now.
    pub current: Digest,
    /// Pages.
    pub pages: u32,
}

impl Store {
    /// Begins a record: takes the next number and commits the first event, which `make` builds with that number.
    pub fn begin(&mut self, make: impl FnOnce(u32) -> Result<Entry, Error>) -> Result<Entry, Error> {
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let number = transaction.query_row("SELECT coalesce(max(number), 0) + 1 FROM record", [], |row| row.get(0))?;
        let entry = make(number)?;
        let record = &entry.event.record;
        transaction.execute("INSERT INTO record (id, number) VALUES (?1, ?2)", params![record.0, number])?;
        insert(&transaction, record, &entry)?;
        transaction.commit()?;
        Ok(entry)
    }

    /// Appends events, all or none. When this returns, they are on disk.
    pub fn append(&mut self, entries: &[Entry]) -> Result<(), Error> {
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        entries.iter().try_for_each(|entry| insert(&transaction, &entry.event.record, entry))?;
        transaction.commit()?;
        Ok(())
    }

    /// The whole log of a record, as it was stored.
    pub fn log(&self, record: &RecordId) -> Result<Vec<Entry>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT event.bytes, signature, id, aside.bytes FROM event LEFT JOIN aside ON aside.event = event.id
             WHERE record = ?1 ORDER BY seq",
        )?;
        let rows = statement.query_map([&record.0], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, [u8; 32]>(2)?, row.get(3)?))
        })?;
        let fault = |fault| Error::Log { record: record.clone(), fault };
        let mut log = Vec::new();
        for (at, row) in (1..).zip(rows) {
            let (bytes, signature, id, aside) = row?;
            let mut entry = Entry::read(bytes, signature).map_err(|source| fault(LogFault::Event { at, source }))?;
            if entry.id.as_bytes() != &id {
                return Err(fault(LogFault::Hash { at }));
            }
            entry.aside = aside;
            log.push(entry);
        }
        if log.is_empty() { Err(Error::NoRecord(record.to_string())) } else { Ok(log) }
    }

    /// The number of a record.
    pub fn number(&self, record: &RecordId) -> Result<Option<u32>, Error> {
        let mut statement = self.connection.prepare_cached("SELECT number FROM record WHERE id = ?1")?;
        Ok(statement.query_row([&record.0], |row| row.get(0)).optional()?)
    }

    /// The report of a record.
    pub fn report(&self, record: &RecordId) -> Result<Option<ReportRow>, Error> {
        let mut statement =
            self.connection.prepare_cached("SELECT base, current, pages FROM report WHERE record = ?1")?;
        let row = statement.query_row([&record.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        Ok(row.map(|(base, current, pages)| ReportRow {
            base: Digest::from_bytes(base),
            current: Digest::from_bytes(current),
            pages,
        }))
    }

    /// Keeps where the report of a record stands.
    pub fn keep_report(&mut self, record: &RecordId, report: ReportRow) -> Result<(), Error> {
        self.connection.execute(
            "INSERT INTO report (record, base, current, pages) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (record) DO UPDATE SET base = excluded.base, current = excluded.current, pages = excluded.pages",
            params![record.0, report.base.as_bytes(), report.current.as_bytes(), report.pages],
        )?;
        Ok(())
    }

    /// Keeps a checklist's file.
    pub fn keep_checklist(&mut self, sha256: Digest, name: &str, bytes: &[u8], at: i64) -> Result<(), Error> {
        self.connection.execute(
            "INSERT INTO checklist (sha256, name, bytes, added_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (sha256) DO UPDATE SET name = excluded.name, added_at = excluded.added_at",
            params![sha256.as_bytes(), name, bytes, at],
        )?;
        Ok(())
    }

    /// A kept checklist: name and bytes.
    pub fn checklist(&self, sha256: Digest) -> Result<Option<(String, Vec<u8>)>, Error> {
        let mut statement = self.connection.prepare_cached("SELECT name, bytes FROM checklist WHERE sha256 = ?1")?;
        Ok(statement.query_row([sha256.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// A setting.
    pub fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        let mut statement = self.connection.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Keeps a setting.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        self.connection.execute(
            "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![name, value],
        )?;
        Ok(())
    }

    /// Copies the database to a new file while it is open.
    pub fn back_up(&self, to: &Path) -> Result<(), Error> {
        if to.exists() {
            let source = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "there is a file of this name already");
            return Err(Error::File { path: to.to_owned(), source });
        }
        Ok(self.connection.backup("main", to, None::<fn(rusqlite::backup::Progress)>)?)
    }
}

fn insert(transaction: &Transaction<'_>, record: &RecordId, entry: &Entry) -> Result<(), Error> {
    transaction
        .prepare_cached("INSERT INTO event (record, id, bytes, signature) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![record.0, entry.id.as_bytes(), entry.bytes, entry.signature])?;
    if let Some(aside) = &entry.aside {
        transaction
            .prepare_cached("INSERT INTO aside (event, bytes) VALUES (?1, ?2)")?
            .execute(params![entry.id.as_bytes(), aside])?;
    }
    Ok(())
}
