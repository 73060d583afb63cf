//! Dates and times of day as people type them, checked and brought into one form. By hand: the window checks them at each key.
//!
//! Not in it: points in time with a zone ([`crate::time`]), and lengths of time, which are numbers with a unit.

use super::value::EntryRefused;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The date as `2026-02-24` (ISO 8601-1), with the time of day behind it if one was typed. A date of numbers and slashes says which is the
/// day only if one of them is above 12.
pub(super) fn date(text: &str) -> Result<String, EntryRefused> {
    let no_date = || EntryRefused::Date(text.to_owned());
    let (day, rest) = match text.find('T').filter(|at| text.get(..*at).is_some_and(|day| day.len() == 10)) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()),
        None => split_time(text),
    };
    let parts: Vec<&str> = day.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let [one, two, three] = parts.as_slice() else { return Err(no_date()) };
    let number = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().ok();
    let month = |text: &str| {
        let short = text.get(..3)?.to_lowercase();
        MONTHS.iter().position(|month| *month == short).and_then(|at| u32::try_from(at + 1).ok())
    };
    let slashes = day.contains('/');
    let found = match (number(one), number(two), number(three)) {
        (Some(year), Some(month), Some(day)) if one.len() == 4 => Some((year, month, day)),
        (Some(a), Some(b), Some(year)) if three.len() == 4 && slashes && a <= 12 && b <= 12 && a != b => {
            return Err(EntryRefused::WhichIsTheDay { text: text.to_owned(), year, a, b });
        }
        (Some(month), Some(day), Some(year)) if three.len() == 4 && slashes && day > 12 => Some((year, month, day)),
        (Some(day), Some(month), Some(year)) if three.len() == 4 => Some((year, month, day)),
        (Some(day), None, Some(year)) if three.len() == 4 => month(two).map(|month| (year, month, day)),
        (None, Some(day), Some(year)) if three.len() == 4 => month(one).map(|month| (year, month, day)),
        _ => None,
    };
    let (year, month, day) = found.filter(|of| is_date(*of)).ok_or_else(no_date)?;
    let at = if rest.trim().is_empty() { String::new() } else { format!(" {}", time(rest.trim())?) };
    Ok(format!("{year:04}-{month:02}-{day:02}{at}"))
}

/// The time of day as `14:30` or `14:30:05`, with what stands behind it: a zone, or nothing. A whole date and time is taken as well.
pub(super) fn time(text: &str) -> Result<String, EntryRefused> {
    let no_time = || EntryRefused::Time(text.to_owned());
    if text.contains(['-', '.', '/']) && text.len() > "2026-02-24".len() && split_time(text).1.contains(':') {
        return date(text);
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(text.len());
    let (digits, behind) = (text.get(..end).unwrap_or_default(), text.get(end..).unwrap_or_default().trim());
    let parts: Vec<Option<u32>> = digits.split(':').map(|part| part.parse().ok().filter(|_| part.len() <= 2)).collect();
    let lower = behind.to_lowercase();
    let half = ["am", "pm"].iter().position(|half| lower == *half || lower.starts_with(&format!("{half} ")));
    let behind = if half.is_some() { behind.get(2..).unwrap_or_default().trim() } else { behind };
    let (hour, minute, second) = match (parts.as_slice(), half) {
        ([Some(hour), Some(minute)], _) => (*hour, *minute, None),
        ([Some(hour), Some(minute), Some(second)], _) => (*hour, *minute, Some(*second)),
        ([Some(hour)], Some(_)) => (*hour, 0, None),
        _ => return Err(no_time()),
    };
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + if half == 1 { 12 } else { 0 },
        Some(_) => return Err(no_time()),
        None => hour,
    };
    let zone = behind.chars().all(|c| c.is_ascii_alphanumeric() || "+-:/_() ".contains(c)) && behind.len() <= 40;
    if hour > 23 || minute > 59 || second.is_some_and(|second| second > 60) || !zone {
        return Err(no_time());
    }
    let seconds = second.map(|second| format!(":{second:02}")).unwrap_or_default();
    Ok(format!("{hour:02}:{minute:02}{seconds} {behind}").trim_end().to_owned())
}

/// Where a time of day begins in a text: at the word that has a colon.
fn split_time(text: &str) -> (&str, &str) {
    let colon = text.find(':').unwrap_or(text.len());
    match text.get(..colon).and_then(|before| before.rfind(' ')).filter(|_| colon < text.len()) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default()),
        None => (text, ""),
    }
}

/// There is such a day (Gregorian calendar).
fn is_date((year, month, day): (u32, u32, u32)) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1000..=9999).contains(&year) && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_brought_into_one_form() {
        for (typed, kept) in [
            ("2026-02-24", "2026-02-24"),
            ("2026/2/4", "2026-02-04"),
            ("24.02.2026", "2026-02-24"),
            ("24/02/2026", "2026-02-24"),
            ("02/24/2026", "2026-02-24"),
            ("3/3/2026", "2026-03-03"),
            ("24 Feb 2026", "2026-02-24"),
            ("February 24th, 2026", "2026-02-24"),
            ("2024-02-29", "2024-02-29"),
            ("2026-02-24 14:30 UTC", "2026-02-24 14:30 UTC"),
            ("2026-02-24T14:30:05Z", "2026-02-24 14:30:05 Z"),
        ] {
            assert_eq!(date(typed).as_deref(), Ok(kept), "{typed}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for typed in
            ["tomorrow", "2026-02-30", "2025-02-29", "31.04.2026", "24.02.26", "2026-13-01", "2026-02-24 25:00", "2026"]
        {
            assert!(
                matches!(date(typed), Err(EntryRefused::Date(_) | EntryRefused::Time(_))),
                "{typed}: {:?}",
                date(typed)
            );
        }
        let which = date("02/03/2026").unwrap_err().to_string();
        assert!(which.contains("2026-02-03") && which.contains("2026-03-02"), "{which}");
    }

    #[test]
    fn times_of_day_are_brought_into_one_form() {
        for (typed, kept) in [
            ("14:30", "14:30"),
            ("9:05:07", "09:05:07"),
            ("2:30 pm", "14:30"),
            ("12 AM", "00:00"),
            ("12:15pm CET", "12:15 CET"),
            ("14:30 UTC", "14:30 UTC"),
            ("14:30 +01:00", "14:30 +01:00"),
            ("14:30 (Europe/Vienna)", "14:30 (Europe/Vienna)"),
            ("2026-02-24 14:30", "2026-02-24 14:30"),
        ] {
            assert_eq!(time(typed).as_deref(), Ok(kept), "{typed}");
        }
        for typed in ["now", "25:00", "14:60", "14", "13:00 pm", "14:30 ???", "1:2:3:4", "0:30 pm"] {
            assert_eq!(time(typed), Err(EntryRefused::Time(typed.to_owned())), "{typed}");
        }
    }
}
