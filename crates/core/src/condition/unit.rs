//! Units of measurement: what they are called, what they measure, and how many of one make another.

use super::nearest::nearest;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A unit of measurement. `KB`, `MB`, … are powers of 1000, `KiB`, `MiB`, … of 1024 (IEC 80000-13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Unit {
    /// A plain number or a count.
    Plain,
    /// Hundredths: `%`.
    Percent,
    /// A length of time.
    Time(TimeUnit),
    /// An amount of data.
    Size(SizeUnit),
    /// So many in each length of time.
    Rate(Counted, TimeUnit),
}

/// Units of time. A day has 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimeUnit {
    /// Microsecond, `µs`.
    Microsecond,
    /// Millisecond, `ms`.
    Millisecond,
    /// Second, `s`.
    Second,
    /// Minute, `min`.
    Minute,
    /// Hour, `h`.
    Hour,
    /// 24 hours, `d`.
    Day,
}

/// Units of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SizeUnit {
    /// Byte.
    B,
    /// 1000 B.
    KB,
    /// 1000² B.
    MB,
    /// 1000³ B.
    GB,
    /// 1000⁴ B.
    TB,
    /// 1024 B.
    KiB,
    /// 1024² B.
    MiB,
    /// 1024³ B.
    GiB,
    /// 1024⁴ B.
    TiB,
}

/// What a rate counts. Rates of different things do not compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Counted {
    /// Anything: `/s`.
    Anything,
    /// `req/s`.
    Requests,
    /// `q/s`.
    Queries,
    /// `msg/s`.
    Messages,
    /// `events/s`.
    Events,
    /// `jobs/s`.
    Jobs,
    /// `errors/s`.
    Errors,
    /// `ops/s`.
    Operations,
    /// `tx/s`.
    Transactions,
    /// `conn/s`.
    Connections,
    /// `rows/s`.
    Rows,
    /// Data: `MB/s`.
    Data(SizeUnit),
}

/// What a unit measures. Only quantities of one dimension compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Plain numbers.
    Plain,
    /// Percentages.
    Percent,
    /// Lengths of time.
    Time,
    /// Amounts of data.
    Size,
    /// Rates of one thing.
    Rate(Counted),
}

/// The name a unit is shown by, then the other ones it is read by.
const TIMES: &[(TimeUnit, &[&str])] = &[
    (TimeUnit::Microsecond, &["µs", "μs", "us"]),
    (TimeUnit::Millisecond, &["ms", "millisecond", "milliseconds"]),
    (TimeUnit::Second, &["s", "sec", "secs", "second", "seconds"]),
    (TimeUnit::Minute, &["min", "m", "mins", "minute", "minutes"]),
    (TimeUnit::Hour, &["h", "hr", "hrs", "hour", "hours"]),
    (TimeUnit::Day, &["d", "day", "days"]),
];

const SIZES: &[(SizeUnit, &[&str])] = &[
    (SizeUnit::B, &["B", "byte", "bytes"]),
    (SizeUnit::KB, &["KB", "kB"]),
    (SizeUnit::MB, &["MB"]),
    (SizeUnit::GB, &["GB"]),
    (SizeUnit::TB, &["TB"]),
    (SizeUnit::KiB, &["KiB"]),
    (SizeUnit::MiB, &["MiB"]),
    (SizeUnit::GiB, &["GiB"]),
    (SizeUnit::TiB, &["TiB"]),
];

const THINGS: &[(Counted, &[&str])] = &[
    (Counted::Anything, &[""]),
    (Counted::Requests, &["req", "reqs", "request", "requests"]),
    (Counted::Queries, &["q", "query", "queries"]),
    (Counted::Messages, &["msg", "msgs", "message", "messages"]),
    (Counted::Events, &["events", "event"]),
    (Counted::Jobs, &["jobs", "job"]),
    (Counted::Errors, &["errors", "error"]),
    (Counted::Operations, &["ops", "op", "operation", "operations"]),
    (Counted::Transactions, &["tx", "txn", "transaction", "transactions"]),
    (Counted::Connections, &["conn", "conns", "connection", "connections"]),
    (Counted::Rows, &["rows", "row"]),
];

const OTHERS: &[(Unit, &[&str])] = &[
    (Unit::Percent, &["%", "percent"]),
    (Unit::Plain, &["count", "plain"]),
    (Unit::Rate(Counted::Requests, TimeUnit::Second), &["rps"]),
    (Unit::Rate(Counted::Requests, TimeUnit::Minute), &["rpm"]),
    (Unit::Rate(Counted::Queries, TimeUnit::Second), &["qps"]),
    (Unit::Rate(Counted::Transactions, TimeUnit::Second), &["tps"]),
];

fn by_name<T: Copy>(table: &[(T, &[&str])], name: &str) -> Option<T> {
    table.iter().find(|(_, names)| names.contains(&name)).map(|(item, _)| *item)
}

fn name_of<T: PartialEq>(table: &[(T, &[&'static str])], item: T) -> &'static str {
    table.iter().find(|(each, _)| *each == item).and_then(|(_, names)| names.first().copied()).unwrap_or_default()
}

/// A word that is no unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("«{name}» is not a unit{}", .nearest.as_ref().map(|near| format!(" (did you mean «{near}»?)")).unwrap_or_default())]
pub struct UnknownUnit {
    /// As written.
    pub name: String,
    /// The unit whose name is most like it.
    pub nearest: Option<String>,
}

impl std::str::FromStr for Unit {
    type Err = UnknownUnit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let unknown = || UnknownUnit { name: text.to_owned(), nearest: nearest_unit(text) };
        if let Some((counted, per)) = text.split_once('/') {
            let (counted, per) = (counted.trim(), per.trim());
            let per = by_name(TIMES, per).ok_or_else(unknown)?;
            let data = || by_name(SIZES, counted).map(Counted::Data);
            return Ok(Self::Rate(by_name(THINGS, counted).or_else(data).ok_or_else(unknown)?, per));
        }
        None.or_else(|| by_name(TIMES, text).map(Self::Time))
            .or_else(|| by_name(SIZES, text).map(Self::Size))
            .or_else(|| by_name(OTHERS, text))
            .ok_or_else(unknown)
    }
}

/// Among the names that units are shown by; of a rate the two parts apart.
fn nearest_unit(text: &str) -> Option<String> {
    let times = || TIMES.iter().filter_map(|(_, names)| names.first().copied());
    let sizes = || SIZES.iter().filter_map(|(_, names)| names.first().copied());
    let Some((counted, per)) = text.split_once('/') else {
        return nearest(text, times().chain(sizes()).chain(["%"])).map(str::to_owned);
    };
    let things = THINGS.iter().filter_map(|(_, names)| names.first().copied());
    let (counted, per) = (counted.trim(), per.trim());
    let known = by_name(THINGS, counted).map(|_| counted).or_else(|| by_name(SIZES, counted).map(|_| counted));
    let counted = known.or_else(|| nearest(counted, things.chain(sizes())))?;
    let per = by_name(TIMES, per).map(|_| per).or_else(|| nearest(per, times()))?;
    Some(format!("{counted}/{per}"))
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => f.write_str("count"),
            Self::Percent => f.write_str("%"),
            Self::Time(unit) => f.write_str(name_of(TIMES, *unit)),
            Self::Size(unit) => f.write_str(name_of(SIZES, *unit)),
            Self::Rate(Counted::Data(size), per) => write!(f, "{}/{}", name_of(SIZES, *size), name_of(TIMES, *per)),
            Self::Rate(counted, per) => write!(f, "{}/{}", name_of(THINGS, *counted), name_of(TIMES, *per)),
        }
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> Self {
        unit.to_string()
    }
}

impl TryFrom<String> for Unit {
    type Error = UnknownUnit;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TimeUnit {
    const fn microseconds(self) -> u128 {
        match self {
            Self::Microsecond => 1,
            Self::Millisecond => 1000,
            Self::Second => 1_000_000,
            Self::Minute => 60_000_000,
            Self::Hour => 3_600_000_000,
            Self::Day => 86_400_000_000,
        }
    }
}

impl SizeUnit {
    const fn bytes(self) -> u128 {
        match self {
            Self::B => 1,
            Self::KB => 1000,
            Self::MB => 1_000_000,
            Self::GB => 1_000_000_000,
            Self::TB => 1_000_000_000_000,
            Self::KiB => 1 << 10,
            Self::MiB => 1 << 20,
            Self::GiB => 1 << 30,
            Self::TiB => 1 << 40,
        }
    }
}

impl Unit {
    /// What it measures.
    pub const fn dimension(self) -> Dimension {
        match self {
            Self::Plain => Dimension::Plain,
            Self::Percent => Dimension::Percent,
            Self::Time(_) => Dimension::Time,
            Self::Size(_) => Dimension::Size,
            Self::Rate(Counted::Data(_), _) => Dimension::Rate(Counted::Data(SizeUnit::B)),
            Self::Rate(counted, _) => Dimension::Rate(counted),
        }
    }

    /// How many of the dimension's smallest unit one of this is, as numerator and denominator.
    pub(super) const fn ratio(self) -> (u128, u128) {
        match self {
            Self::Plain | Self::Percent => (1, 1),
            Self::Time(unit) => (unit.microseconds(), 1),
            Self::Size(unit) => (unit.bytes(), 1),
            Self::Rate(Counted::Data(size), per) => (size.bytes(), per.microseconds()),
            Self::Rate(_, per) => (1, per.microseconds()),
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => f.write_str("a plain number"),
            Self::Percent => f.write_str("a percentage"),
            Self::Time => f.write_str("a length of time"),
            Self::Size => f.write_str("an amount of data"),
            Self::Rate(Counted::Data(_)) => f.write_str("a data rate"),
            Self::Rate(Counted::Anything) => f.write_str("a rate"),
            Self::Rate(counted) => write!(f, "a rate of {}", name_of(THINGS, *counted)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_shown_the_same_way() {
        for text in
            ["µs", "ms", "s", "min", "h", "d", "%", "B", "KB", "MiB", "TiB", "req/s", "MB/s", "jobs/min", "/s", "count"]
        {
            assert_eq!(text.parse::<Unit>().unwrap().to_string(), text);
        }
        for (text, shown) in
            [("5m", None), ("m", Some("min")), ("days", Some("d")), ("rps", Some("req/s")), ("us", Some("µs"))]
        {
            assert_eq!(text.parse::<Unit>().ok().map(|unit| unit.to_string()).as_deref(), shown);
        }
    }

    #[test]
    fn an_unknown_unit_names_the_nearest() {
        for (text, near) in [
            ("msec", Some("ms")),
            ("MS", Some("ms")),
            ("gb", Some("GB")),
            ("Gib", Some("GiB")),
            ("rq/s", Some("req/s")),
            ("req/sex", Some("req/s")),
            ("bananas", None),
        ] {
            assert_eq!(text.parse::<Unit>().unwrap_err().nearest.as_deref(), near, "{text}");
        }
    }

    #[test]
    fn every_unit_is_so_many_of_the_smallest() {
        for (text, count) in [
            ("µs", 1),
            ("ms", 1000),
            ("s", 1_000_000),
            ("min", 60_000_000),
            ("h", 3_600_000_000),
            ("d", 86_400_000_000),
            ("B", 1),
            ("KB", 1000),
            ("MB", 1_000_000),
            ("GB", 1_000_000_000),
            ("TB", 1_000_000_000_000),
            ("KiB", 1024),
            ("MiB", 1_048_576),
            ("GiB", 1_073_741_824),
            ("TiB", 1_099_511_627_776),
            ("%", 1),
            ("count", 1),
        ] {
            assert_eq!(text.parse::<Unit>().unwrap().ratio(), (count, 1), "{text}");
        }
        assert_eq!("KiB/h".parse::<Unit>().unwrap().ratio(), (1024, 3_600_000_000));
    }
}
