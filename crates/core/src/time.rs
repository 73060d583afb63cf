//! A point in time as records keep it. Nothing here reads a clock: the shells do, and pass the result in.

use chrono::{DateTime, SecondsFormat, SubsecRound, Timelike as _, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A point in time in UTC, to the millisecond; its text form is RFC 3339 (`2026-01-31T09:30:00.000Z`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Milliseconds since 1970-01-01T00:00:00Z. Out of range of the calendar becomes the epoch.
    pub fn from_millis(millis: i64) -> Self {
        Self(DateTime::from_timestamp_millis(millis).unwrap_or_default())
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// The same point for calendar arithmetic.
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// `2026-01-31 09:30:00 UTC`, as the report prints it.
    pub fn for_people(self) -> String {
        format!("{} {:02}:{:02}:{:02} UTC", self.0.date_naive(), self.0.hour(), self.0.minute(), self.0.second())
    }

    /// Milliseconds from `earlier` until this point; negative if `earlier` is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.millis() - earlier.millis()
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(3))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl std::str::FromStr for Timestamp {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DateTime::parse_from_rfc3339(text).map(|time| time.with_timezone(&Utc).into())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A length of time in words, in the two largest units that matter: `2 h 05 min`, `3 min 20 s`, `450 ms`.
pub fn duration_words(millis: i64) -> String {
    let (sign, millis) = if millis < 0 { ("−", millis.unsigned_abs()) } else { ("", millis.unsigned_abs()) };
    let (seconds, minutes, hours) = (millis / 1000, millis / 60_000, millis / 3_600_000);
    let words = match (hours, minutes, seconds) {
        (48.., ..) => format!("{} d {} h", hours / 24, hours % 24),
        (1.., ..) => format!("{hours} h {:02} min", minutes % 60),
        (_, 1.., _) => format!("{minutes} min {:02} s", seconds % 60),
        (_, _, 1..) => format!("{seconds} s"),
        _ => format!("{millis} ms"),
    };
    format!("{sign}{words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_utc_with_milliseconds() {
        let time: Timestamp = "2026-01-31T10:30:00.1234+01:00".parse().unwrap();
        assert_eq!(time.to_string(), "2026-01-31T09:30:00.123Z");
        assert_eq!(Timestamp::from_millis(time.millis()), time);
    }

    #[test]
    fn durations_in_words() {
        for (millis, words) in [
            (0, "0 ms"),
            (450, "450 ms"),
            (61_000, "1 min 01 s"),
            (7_500_000, "2 h 05 min"),
            (200_000_000, "2 d 7 h"),
            (-5000, "−5 s"),
        ] {
            assert_eq!(duration_words(millis), words);
        }
    }
}
