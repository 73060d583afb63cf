//! What this computer knows around a record: local time, holidays of its calendar, other open records of the same service.
//!
//! The calendar is a file in the data directory, `calendar.txt`: a day or a span of days on each line, then a name
//! (`2026-12-25 Christmas Day`, `2026-12-24 to 2027-01-02 change freeze`); `#` begins a remark. It needs no network.

use crate::clock::Environment;
use crate::error::Error;
use crate::ledger::{self, Ledger};
use crate::register;
use countersign_core::api::RecordStatus;
use countersign_core::id::RecordId;
use countersign_core::record::{Around, Header, OtherRecord, on_day};
use countersign_core::register::Filter;
use std::path::Path;

/// The calendar's file in the data directory.
pub const CALENDAR: &str = "calendar.txt";
/// A calendar is a short list; what is longer is something else.
const LIMIT: u64 = 1_000_000;

/// Looks around now.
pub fn look(ledger: &Ledger, desk: &mut ledger::Desk<'_>, record: &RecordId, header: &Header) -> Result<Around, Error> {
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
    ledger: &Ledger,
    desk: &mut ledger::Desk<'_>,
    record: &RecordId,
    header: &Header,
) -> Result<Vec<OtherRecord>, Error> {
    let mut found = Vec::new();
    if header.service.is_empty() {
        return Ok(found);
    }
    register::refresh(desk.store, desk.installation, ledger)?;
    let filter = Filter {
        status: Some(RecordStatus::Open),
        rehearsal: Some(false),
        service: Some(header.service.clone()),
        ..Filter::default()
    };
    for other in desk.store.page(&filter, None, u32::MAX)? {
        if other.id != *record && plain(&other.header.environment) == plain(&header.environment) {
            let headline = other.header.headline();
            found.push(OtherRecord { record: other.id, number: other.number, headline, started_at: other.started_at });
        }
    }
    Ok(found)
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
