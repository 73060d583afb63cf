//! Opening the database: ours, whole, and not newer than we are, or a clear error and an untouched file.

use super::Store;
use crate::error::Error;
use rusqlite::{Connection, ErrorCode};
use std::path::Path;

/// «Csgn», in SQLite's `application_id`.
const APPLICATION_ID: i64 = 0x4373_676e;

/// Each migration takes the database from the version of its index to the next one.
const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("register.sql"),
    include_str!("versions.sql"),
    include_str!("aside.sql"),
    include_str!("corrections.sql"),
    include_str!("library.sql"),
    include_str!("tries.sql"),
];

const VERSION: i64 = MIGRATIONS.len() as i64;

/// Opens the database, making it if it is not there.
pub fn open(path: &Path) -> Result<Store, Error> {
    let damaged = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            Error::Damaged { path: path.to_owned(), detail: error.to_string() }
        }
        _ => Error::Database(error),
    };
    let mut connection = Connection::open(path).map_err(damaged)?;
    look(&connection, path).map_err(|error| match error {
        Error::Database(error) => damaged(error),
        other => other,
    })?;
    connection.pragma_update(None, "journal_mode", "wal").map_err(damaged)?;
    connection.pragma_update(None, "synchronous", "full").map_err(damaged)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(damaged)?;
    migrate(&mut connection).map_err(damaged)?;
    Ok(Store { connection })
}

/// Reads what the file is, without writing.
fn look(connection: &Connection, path: &Path) -> Result<(), Error> {
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(Error::NotOurs(path.to_owned()));
    }
    if version > VERSION {
        return Err(Error::Newer { path: path.to_owned(), found: version, known: VERSION });
    }
    let found: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    match found.as_str() {
        "ok" => Ok(()),
        _ => Err(Error::Damaged { path: path.to_owned(), detail: found }),
    }
}

/// Brings the database to this version: all steps and their bookkeeping in one transaction.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or_default();
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}
