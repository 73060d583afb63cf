//! The register kept in step with the events: what changed since is read once and entered, when somebody asks.

use crate::error::Error;
use crate::installation::Installation;
use crate::ledger::{Ledger, has_rounds};
use crate::store::{BeganFrom, Row, Store};
use countersign_core::api::{RecordStatus, RecordSummary};
use countersign_core::id::RecordId;
use countersign_core::record::{DeviationKind, Header, Progress, View, deviations, progress, sign_offs_to_give};
use countersign_core::register::words;
use countersign_core::time::Timestamp;

/// How many rows are entered at once, so that a rebuild of a long register needs little memory.
const AT_ONCE: usize = 500;

/// Enters what is not in the register yet. A record whose log cannot be read is entered as damaged, and hides no other.
pub fn refresh(store: &mut Store, installation: &Installation, ledger: &Ledger) -> Result<(), Error> {
    let (stale, newest) = store.stale(crate::APP)?;
    let mut chunks = stale.chunks(AT_ONCE).peekable();
    while let Some(records) = chunks.next() {
        let rows = records.iter().map(|record| row(store, installation, ledger, record));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        // Only the last entry makes the register whole: a refresh that ends before it starts over.
        store.enter(&rows, chunks.peek().is_none().then_some((crate::APP, newest)))?;
    }
    Ok(())
}

fn row(store: &Store, installation: &Installation, ledger: &Ledger, record: &RecordId) -> Result<Row, Error> {
    match ledger.peek(store, installation, record) {
        Ok(view) => Ok(Row { summary: summary(&view), words: words(&view), began: Some(began(&view)) }),
        Err(problem @ (Error::Log { .. } | Error::Fold(_))) => {
            let number = store.number(record)?.ok_or_else(|| Error::NoRecord(record.to_string()))?;
            Ok(Row { words: problem.to_string(), summary: damaged(record, number, &problem), began: None })
        }
        Err(problem) => Err(problem),
    }
}

fn began(view: &View) -> BeganFrom {
    let (name, title) = (view.checklist.clone(), view.template.title.clone());
    BeganFrom { name, title, sha256: view.template.sha256 }
}

/// A record in a list.
fn summary(view: &View) -> RecordSummary {
    let status = match (&view.voided, &view.closed, view.reports.last()) {
        (Some(_), ..) => RecordStatus::Voided,
        (None, None, _) => RecordStatus::Open,
        (None, Some(_), None) => RecordStatus::Closed,
        (None, Some(_), Some(_)) => RecordStatus::Reported,
    };
    let mut unsigned: Vec<String> = sign_offs_to_give(view).into_iter().map(|asked| asked.role).collect();
    unsigned.dedup();
    let found = deviations(view);
    RecordSummary {
        id: view.id.clone(),
        number: view.number,
        title: view.template.title.clone(),
        header: view.header.clone(),
        rehearsal: view.rehearsal,
        started_at: view.started_at,
        last_at: view.last_at,
        status,
        outcome: view.closed.as_ref().map(|closed| closed.outcome),
        closed_at: view.closed.as_ref().map(|closed| closed.at),
        deployed_at: view.conduct.deployed.as_ref().map(|deployed| deployed.at),
        late_rounds: count(
            found.iter().filter(|of| matches!(of.kind, DeviationKind::RoundLate | DeviationKind::RoundMissed)),
        ),
        progress: progress(view),
        deviations: count(found.iter()),
        unsigned_roles: unsigned,
        waiting_probes: count(view.waiting_probes().iter()),
        rounds: has_rounds(view),
    }
}

fn count(of: impl Iterator) -> u32 {
    u32::try_from(of.count()).unwrap_or(u32::MAX)
}

fn damaged(record: &RecordId, number: u32, problem: &Error) -> RecordSummary {
    let unknown = Timestamp::from_millis(0);
    RecordSummary {
        id: record.clone(),
        number,
        title: problem.to_string(),
        header: Header::default(),
        rehearsal: false,
        started_at: unknown,
        last_at: unknown,
        status: RecordStatus::Damaged,
        outcome: None,
        closed_at: None,
        deployed_at: None,
        late_rounds: 0,
        progress: Progress::default(),
        deviations: 0,
        unsigned_roles: Vec::new(),
        waiting_probes: 0,
        rounds: false,
    }
}
