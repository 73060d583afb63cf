//! What this computer knows around a record: local time, holidays of its calendar, other open records of the same service.
//!
//! The calendar is a file in the data directory, `calendar.txt`: a day or a span of days on each line, then a name
//! (`2026-12-25 Christmas Day`, `2026-12-24 to 2027-01-02 change freeze`); `#` begins a remark. It needs no network.

use crate::clock::Environment;
use crate::error::Error;
use crate::ledger::{self, Ledger};
use crate::store::Store;
use countersign_core::api::{RecordStatus, RecordSummary};
use countersign_core::id::RecordId;
use countersign_core::record::{Around, Header, OtherRecord, on_day};
use std::path::Path;

/// The calendar's file in the data directory.
pub const CALENDAR: &str = "calendar.txt";
/// A calendar is a short list; what is longer is something else.
const LIMIT: u64 = 1_000_000;

/// Looks around now.
pub fn look(ledger: &mut Ledger, desk: &ledger::Desk<'_>, record: &RecordId, header: &Header) -> Result<Around, Error> {
    let offset = desk.environment.offset();
    Ok(Around {
        offset,
        holiday: holiday(desk.folder, desk.environment, offset)?,
        others: others(ledger, desk, record, header)?,
    })
}

fn holiday(folder: &Path, environment: &dyn Environment, offset: i32) -> Result<Option<String>, Error> {
    let path = folder.join(CALENDAR);
    if !path.exists() {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&crate::files::read_limited(&path, LIMIT)?).into_owned();
    let today = (environment.now().utc().naive_utc() + chrono::Duration::minutes(i64::from(offset))).date();
    Ok(text.lines().filter_map(|line| line.split('#').next()).find_map(|line| on_day(line, today)))
}

/// The other open records of the service, rehearsals left out. A record that names no service has no others.
fn others(
    ledger: &mut Ledger,
    desk: &ledger::Desk<'_>,
    record: &RecordId,
    header: &Header,
) -> Result<Vec<OtherRecord>, Error> {
    let mut found = Vec::new();
    if header.service.is_empty() {
        return Ok(found);
    }
    for (id, _) in desk.store.records()?.into_iter().filter(|(id, _)| id != record) {
        let summary = summary(ledger, desk.store, desk, &id)?;
        let same = plain(&summary.header.service) == plain(&header.service)
            && plain(&summary.header.environment) == plain(&header.environment);
        if same && summary.status == RecordStatus::Open && !summary.rehearsal {
            found.push(OtherRecord {
                record: id,
                number: summary.number,
                headline: summary.header.headline(),
                started_at: summary.started_at,
            });
        }
    }
    Ok(found)
}

fn summary(ledger: &mut Ledger, store: &Store, desk: &ledger::Desk<'_>, id: &RecordId) -> Result<RecordSummary, Error> {
    let kept = store.summary(id)?.and_then(|json| serde_json::from_str(&json).ok());
    match kept {
        Some(summary) => Ok(summary),
        None => Ok(ledger::summary(ledger.view(store, desk.installation, id)?)),
    }
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_core::time::Timestamp;

    struct At(i64);

    impl Environment for At {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0)
        }

        fn monotonic(&self) -> u64 {
            0
        }

        fn random(&self, _: &mut [u8]) -> Result<(), Error> {
            Ok(())
        }
    }

    #[test]
    fn a_holiday_is_that_of_the_local_day() {
        let folder = tempfile::tempdir().unwrap();
        let late = At("2026-12-24T23:30:00Z".parse::<Timestamp>().unwrap().millis());
        assert_eq!(holiday(folder.path(), &late, 60).unwrap(), None, "without a calendar");
        std::fs::write(folder.path().join(CALENDAR), "# ours\n2026-12-25 Christmas Day # closed\n").unwrap();
        assert_eq!(holiday(folder.path(), &late, 0).unwrap(), None);
        assert_eq!(holiday(folder.path(), &late, 60).unwrap().as_deref(), Some("Christmas Day"));
    }
}
