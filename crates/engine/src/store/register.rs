//! The register in the database: rows made from the events, to be filtered, counted and searched without reading a log.

use super::{BeganFrom, Store, versions};
use crate::error::Error;
use countersign_core::api::RecordSummary;
use countersign_core::id::RecordId;
use countersign_core::record::Outcome;
use countersign_core::register::{Filter, Finished};
use countersign_core::time::Timestamp;
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{OptionalExtension as _, ToSql, params, params_from_iter};

/// A record as the register keeps it.
#[derive(Debug)]
pub struct Row {
    /// What is shown, filtered by and counted.
    pub summary: RecordSummary,
    /// What is searched for.
    pub words: String,
    /// The checklist that it began from; none if its log cannot be read.
    pub began: Option<BeganFrom>,
}

impl Store {
    /// The records with events that the register was not made from yet, and the newest event that it is to be made up to.
    /// All records, if another version of the program made it.
    pub fn stale(&self, app: &str) -> Result<(Vec<RecordId>, i64), Error> {
        let made = "SELECT seq FROM register_made WHERE app = ?1";
        let made: i64 = self.connection.query_row(made, [app], |row| row.get(0)).optional()?.unwrap_or_default();
        let newest = self.connection.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))?;
        let mut statement = self.connection.prepare_cached("SELECT DISTINCT record FROM event WHERE seq > ?1")?;
        let records = statement.query_map([made], |row| Ok(RecordId(row.get(0)?)))?;
        Ok((records.collect::<Result<_, _>>()?, newest))
    }

    /// Puts rows into the register, all or none. `made` says by which program, and up to which event, it is whole then.
    pub fn enter(&mut self, rows: &[Row], made: Option<(&str, i64)>) -> Result<(), Error> {
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for Row { summary, words, began } in rows {
            let number = summary.number;
            transaction
                .prepare_cached("INSERT OR REPLACE INTO register VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)")?
                .execute(params![
                    number,
                    summary.id.0,
                    word(&summary.status)?,
                    summary.outcome.as_ref().map(word).transpose()?,
                    summary.rehearsal,
                    plain(&summary.header.service),
                    summary.started_at.millis(),
                    summary.deployed_at.map(Timestamp::millis),
                    summary.closed_at.map(Timestamp::millis),
                    summary.deviations,
                    summary.late_rounds,
                    summary.waiting_probes,
                ])?;
            transaction
                .prepare_cached("INSERT OR REPLACE INTO register_line VALUES (?1, ?2)")?
                .execute(params![number, json(summary)?])?;
            transaction.prepare_cached("DELETE FROM register_words WHERE rowid = ?1")?.execute([number])?;
            transaction
                .prepare_cached("INSERT INTO register_words (rowid, words) VALUES (?1, ?2)")?
                .execute(params![number, words])?;
            if let Some(began) = began {
                versions::enter(&transaction, number, began)?;
            }
        }
        if let Some((app, seq)) = made {
            transaction.execute("DELETE FROM register_made", [])?;
            transaction.execute("INSERT INTO register_made (app, seq) VALUES (?1, ?2)", params![app, seq])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// A page of the register, newest first.
    pub fn page(&self, filter: &Filter, before: Option<u32>, limit: u32) -> Result<Vec<RecordSummary>, Error> {
        let mut wanted = Wanted::of(filter)?;
        if let Some(before) = before {
            wanted.and("number < ?", i64::from(before));
        }
        wanted.values.push(i64::from(limit).into());
        let sql = format!(
            "SELECT json FROM register JOIN register_line USING (number) WHERE {} ORDER BY number DESC LIMIT ?",
            wanted.clauses
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let lines = statement.query_map(params_from_iter(wanted.values), |row| row.get::<_, String>(0))?;
        lines.map(|line| read(&line?)).collect()
    }

    /// How many records fit.
    pub fn found(&self, filter: &Filter) -> Result<u32, Error> {
        let wanted = Wanted::of(filter)?;
        let sql = format!("SELECT count(*) FROM register WHERE {}", wanted.clauses);
        Ok(self.connection.prepare_cached(&sql)?.query_row(params_from_iter(wanted.values), |row| row.get(0))?)
    }

    /// The finished live deployments that fit.
    pub fn finished(&self, filter: &Filter) -> Result<Vec<Finished>, Error> {
        let wanted = Wanted::of(filter)?;
        let sql = format!(
            "SELECT started, deployed, closed, outcome, deviations, late_rounds FROM register
             WHERE closed IS NOT NULL AND rehearsal = 0 AND status IN ('closed', 'reported') AND {}",
            wanted.clauses
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(wanted.values), |row| {
            let outcome = match row.get_ref(3)?.as_str()? {
                "completed" => Outcome::Completed,
                "rolled_back" => Outcome::RolledBack,
                _ => Outcome::Aborted,
            };
            Ok(Finished {
                started: Timestamp::from_millis(row.get(0)?),
                deployed: row.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis),
                closed: Timestamp::from_millis(row.get(2)?),
                outcome,
                deviations: row.get(4)?,
                late_rounds: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Open records with probes that wait for the network.
    pub fn with_waiting_probes(&self) -> Result<Vec<RecordId>, Error> {
        let sql = "SELECT record FROM register WHERE status = 'open' AND waiting_probes > 0 ORDER BY number";
        let mut statement = self.connection.prepare_cached(sql)?;
        let records = statement.query_map([], |row| Ok(RecordId(row.get(0)?)))?;
        Ok(records.collect::<Result<_, _>>()?)
    }
}

/// A filter as SQL: clauses with their values, in order.
struct Wanted {
    clauses: String,
    values: Vec<SqlValue>,
}

enum SqlValue {
    Text(String),
    Integer(i64),
}

impl From<i64> for SqlValue {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<String> for SqlValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl ToSql for SqlValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Text(text) => ToSqlOutput::from(text.as_str()),
            Self::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
        })
    }
}

impl Wanted {
    fn of(filter: &Filter) -> Result<Self, Error> {
        let mut wanted = Self { clauses: "1".to_owned(), values: Vec::new() };
        if let Some(status) = &filter.status {
            wanted.and("status = ?", word(status)?);
        }
        if let Some(outcome) = &filter.outcome {
            wanted.and("outcome = ?", word(outcome)?);
        }
        if let Some(rehearsal) = filter.rehearsal {
            wanted.and("rehearsal = ?", i64::from(rehearsal));
        }
        if let Some(service) = &filter.service {
            wanted.and("service = ?", plain(service));
        }
        if let Some(since) = filter.since {
            wanted.and("started >= ?", since.millis());
        }
        if let Some(until) = filter.until {
            wanted.and("started < ?", until.millis());
        }
        let mut phrases = Vec::new();
        for word in filter.find.split_whitespace() {
            match word.strip_prefix('#').and_then(|number| number.parse::<i64>().ok()) {
                Some(number) => wanted.and("number = ?", number),
                None => phrases.push(format!("\"{}\"*", word.replace('"', "\"\""))),
            }
        }
        if !phrases.is_empty() {
            wanted.and("number IN (SELECT rowid FROM register_words WHERE register_words MATCH ?)", phrases.join(" "));
        }
        Ok(wanted)
    }

    fn and(&mut self, clause: &str, value: impl Into<SqlValue>) {
        self.clauses += " AND ";
        self.clauses += clause;
        self.values.push(value.into());
    }
}

/// A name without regard to case and white space around it.
fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The word that an enum is serialised as.
fn word(value: &impl serde::Serialize) -> Result<String, Error> {
    Ok(json(value)?.trim_matches('"').to_owned())
}

fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}

fn read(line: &str) -> Result<RecordSummary, Error> {
    serde_json::from_str(line).map_err(|error| Error::Internal(error.to_string()))
}
