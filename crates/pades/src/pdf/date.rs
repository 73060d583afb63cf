//! Dates as PDF writes them (ISO 32000-2 section 7.9.4): `D:20261121112000+00'00'`.

use core::time::Duration;

use der::DateTime;

/// A moment in UTC as a PDF date.
pub(crate) fn write(at: DateTime) -> String {
    let (year, month, day) = (at.year(), at.month(), at.day());
    format!("D:{year:04}{month:02}{day:02}{:02}{:02}{:02}+00'00'", at.hour(), at.minutes(), at.seconds())
}

/// A PDF date as a moment in UTC. Left-out parts take their defaults; a date without an offset counts as UTC.
pub(crate) fn read(text: &str) -> Option<DateTime> {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let mut digits = text.bytes();
    let length = digits.position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (date, zone) = text.split_at_checked(length)?;
    let part = |from: usize, to: usize, default: u16| match date.get(from..to) {
        Some(digits) => digits.parse::<u16>().ok(),
        None => Some(default),
    };
    let small = |value: Option<u16>| value.and_then(|value| u8::try_from(value).ok());
    let year = date.get(..4)?.parse().ok()?;
    let month = small(part(4, 6, 1))?;
    let day = small(part(6, 8, 1))?;
    let (hour, minutes, seconds) = (small(part(8, 10, 0))?, small(part(10, 12, 0))?, small(part(12, 14, 0))?);
    let local = DateTime::new(year, month, day, hour, minutes, seconds).ok()?;
    let (east, offset) = offset(zone)?;
    let local = local.unix_duration();
    let utc = if east { local.checked_sub(offset)? } else { local.checked_add(offset)? };
    DateTime::from_unix_duration(utc).ok()
}

fn offset(zone: &str) -> Option<(bool, Duration)> {
    let mut chars = zone.chars();
    let east = match chars.next() {
        None | Some('Z') => return Some((true, Duration::ZERO)),
        Some('+') => true,
        Some('-') => false,
        Some(_) => return None,
    };
    let digits: Vec<u64> = chars.filter_map(|c| c.to_digit(10).map(u64::from)).collect();
    let (hours, minutes) = match digits.as_slice() {
        [a, b] => (a * 10 + b, 0),
        [a, b, c, d] => (a * 10 + b, c * 10 + d),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then(|| (east, Duration::from_secs(hours * 3600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_come_back_and_offsets_are_taken_off() {
        let noon = DateTime::new(2026, 11, 21, 12, 0, 0).unwrap();
        assert_eq!(read(&write(noon)), Some(noon));
        for text in ["D:20261121120000Z", "D:20261121140000+02'00'", "D:20261121140000+02'00", "D:20261121070000-0500"]
        {
            assert_eq!(read(text), Some(noon), "{text}");
        }
        assert_eq!(read("D:2026"), Some(DateTime::new(2026, 1, 1, 0, 0, 0).unwrap()));
        for text in ["", "D:", "yesterday", "D:20261321", "D:20261121120000+99'00'", "D:20261121120000é"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
