//! Points in time as records have them, to the millisecond, and as certificates have them, to the second.

use countersign_core::time::Timestamp;
use countersign_pades::DateTime;

/// A point in time as X.509 has it. None beyond the year 9999; what lies before 1970 becomes its first second.
pub fn date_time(at: Timestamp) -> Option<DateTime> {
    let seconds = u64::try_from(at.millis() / 1000).unwrap_or_default();
    DateTime::from_unix_duration(std::time::Duration::from_secs(seconds)).ok()
}

/// The reverse of [`date_time`].
pub fn timestamp(at: DateTime) -> Timestamp {
    Timestamp::from_millis(i64::try_from(at.unix_duration().as_millis()).unwrap_or(i64::MAX))
}
