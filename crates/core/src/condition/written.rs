//! Numbers as people write them: decimal signs, thousands separators, spoken units. The one place that reads them, for what is
//! typed into a field and for what stands in the words of a checklist.
//!
//! Not in it: what a number is good for, and the strict form of conditions (see the lexer).

use super::exact::{NumberError, read_decimal};
use super::quantity::{EntryError, excerpt};
use super::unit::{Counted, SizeUnit, TimeUnit, Unit};
use rust_decimal::Decimal;

/// The number that words start with, and what follows it. Commas in front of three digits part thousands; a point with a digit
/// after it is the decimal sign. At most 19 characters long.
pub(crate) fn number_at(words: &str) -> Option<(Decimal, &str)> {
    let bytes = words.as_bytes();
    let (mut end, mut digits, mut decimals) = (0, 0_u32, None);
    let mut mantissa = 0_i128;
    while let Some(&byte) = bytes.get(end) {
        let digit_next = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        let in_threes = || bytes.get(end + 1..end + 4).is_some_and(|three| three.iter().all(u8::is_ascii_digit));
        match byte {
            b'0'..=b'9' if digits < 20 => {
                mantissa = mantissa * 10 + i128::from(byte - b'0');
                digits += 1;
                decimals = decimals.map(|decimals: u32| decimals + 1);
            }
            b'0'..=b'9' => return None,
            b'.' if digit_next && decimals.is_none() => {
                // A point in front stands for «0.».
                digits += u32::from(digits == 0);
                decimals = Some(0);
            }
            b',' if digit_next && end > 0 && in_threes() => {}
            _ => break,
        }
        end += 1;
    }
    let length = digits + u32::from(decimals.is_some());
    let number = Decimal::try_from_i128_with_scale(mantissa, decimals.unwrap_or(0)).ok()?;
    (digits > 0 && length < 20).then(|| (number, words.get(end..).unwrap_or_default()))
}

/// Units as people write them.
const SPOKEN: [(&str, Unit); 49] = [
    ("milliseconds", Unit::Time(TimeUnit::Millisecond)),
    ("millisecond", Unit::Time(TimeUnit::Millisecond)),
    ("msec", Unit::Time(TimeUnit::Millisecond)),
    ("ms", Unit::Time(TimeUnit::Millisecond)),
    ("毫秒", Unit::Time(TimeUnit::Millisecond)),
    ("µs", Unit::Time(TimeUnit::Microsecond)),
    ("seconds", Unit::Time(TimeUnit::Second)),
    ("second", Unit::Time(TimeUnit::Second)),
    ("secs", Unit::Time(TimeUnit::Second)),
    ("sec", Unit::Time(TimeUnit::Second)),
    ("s", Unit::Time(TimeUnit::Second)),
    ("segundos", Unit::Time(TimeUnit::Second)),
    ("sekunden", Unit::Time(TimeUnit::Second)),
    ("秒", Unit::Time(TimeUnit::Second)),
    ("minutes", Unit::Time(TimeUnit::Minute)),
    ("minute", Unit::Time(TimeUnit::Minute)),
    ("mins", Unit::Time(TimeUnit::Minute)),
    ("min", Unit::Time(TimeUnit::Minute)),
    ("minutos", Unit::Time(TimeUnit::Minute)),
    ("minuten", Unit::Time(TimeUnit::Minute)),
    ("分钟", Unit::Time(TimeUnit::Minute)),
    ("hours", Unit::Time(TimeUnit::Hour)),
    ("hour", Unit::Time(TimeUnit::Hour)),
    ("hrs", Unit::Time(TimeUnit::Hour)),
    ("hr", Unit::Time(TimeUnit::Hour)),
    ("h", Unit::Time(TimeUnit::Hour)),
    ("horas", Unit::Time(TimeUnit::Hour)),
    ("stunden", Unit::Time(TimeUnit::Hour)),
    ("小时", Unit::Time(TimeUnit::Hour)),
    ("days", Unit::Time(TimeUnit::Day)),
    ("day", Unit::Time(TimeUnit::Day)),
    ("d", Unit::Time(TimeUnit::Day)),
    ("días", Unit::Time(TimeUnit::Day)),
    ("dias", Unit::Time(TimeUnit::Day)),
    ("tage", Unit::Time(TimeUnit::Day)),
    ("天", Unit::Time(TimeUnit::Day)),
    ("kb", Unit::Size(SizeUnit::KB)),
    ("mb", Unit::Size(SizeUnit::MB)),
    ("gb", Unit::Size(SizeUnit::GB)),
    ("tb", Unit::Size(SizeUnit::TB)),
    ("kib", Unit::Size(SizeUnit::KiB)),
    ("mib", Unit::Size(SizeUnit::MiB)),
    ("gib", Unit::Size(SizeUnit::GiB)),
    ("req/s", Unit::Rate(Counted::Requests, TimeUnit::Second)),
    ("req/sec", Unit::Rate(Counted::Requests, TimeUnit::Second)),
    ("requests/s", Unit::Rate(Counted::Requests, TimeUnit::Second)),
    ("requests/sec", Unit::Rate(Counted::Requests, TimeUnit::Second)),
    ("rps", Unit::Rate(Counted::Requests, TimeUnit::Second)),
    ("ops/s", Unit::Rate(Counted::Operations, TimeUnit::Second)),
];

/// The unit that words start with, and what follows it.
pub(crate) fn unit_at(words: &str) -> (Option<Unit>, &str) {
    let trimmed = words.trim_start();
    if let Some(rest) = trimmed.strip_prefix(['%', '％']) {
        return (Some(Unit::Percent), rest);
    }
    let end = trimmed.find(|c: char| !(c.is_alphabetic() || matches!(c, '/' | 'µ'))).unwrap_or(trimmed.len());
    let (word, rest) = trimmed.split_at_checked(end).unwrap_or((trimmed, ""));
    let folded = if word.is_ascii() { None } else { Some(word.to_lowercase()) };
    let word = folded.as_deref().unwrap_or(word);
    match SPOKEN.iter().find(|(written, _)| written.eq_ignore_ascii_case(word)) {
        Some((_, unit)) => (Some(*unit), rest),
        None => (None, words),
    }
}

/// Spaces of any width, and apostrophes.
pub(super) fn is_group_sign(each: char) -> bool {
    each.is_whitespace() || matches!(each, '\'' | '’' | '_')
}

/// A number as it is typed, with a decimal comma or point and perhaps thousands separators.
///
/// # Errors
/// [`EntryError`] if it can be read in two ways or not at all.
pub(super) fn read_typed(text: &str) -> Result<Decimal, EntryError> {
    let (sign, unsigned) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = split_at_decimal_sign(unsigned)?;
    let digits = ungrouped(whole).ok_or_else(|| EntryError::Grouping(excerpt(text)))?;
    let number = match fraction {
        "" => format!("{sign}{digits}"),
        fraction => format!("{sign}{digits}.{fraction}"),
    };
    read_decimal(&number).map_err(|error| match error {
        NumberError::Malformed => EntryError::NotANumber(excerpt(text)),
        NumberError::TooLong => EntryError::TooLong(excerpt(text)),
    })
}

/// The part before the decimal sign, still grouped, and the part after it.
fn split_at_decimal_sign(text: &str) -> Result<(&str, &str), EntryError> {
    let points = text.matches('.').count();
    let commas = text.matches(',').count();
    let sign = match (points, commas) {
        (0, 0) => return Ok((text, "")),
        (1, 0) => '.',
        (0, 1) => ',',
        (0, _) | (_, 0) => return Ok((text, "")),
        _ if text.rfind('.') > text.rfind(',') => '.',
        _ => ',',
    };
    let (whole, fraction) = text.rsplit_once(sign).unwrap_or((text, ""));
    if fraction.is_empty() || whole.is_empty() {
        return Err(EntryError::NotANumber(excerpt(text)));
    }
    let only_a_comma = sign == ',' && whole.bytes().all(|byte| byte.is_ascii_digit());
    if only_a_comma && fraction.len() == 3 && whole.len() <= 3 && !whole.starts_with('0') {
        return Err(EntryError::Ambiguous {
            text: text.to_owned(),
            grouped: format!("{whole}{fraction}"),
            decimal: format!("{whole}.{}", fraction.trim_end_matches('0')).trim_end_matches('.').to_owned(),
        });
    }
    Ok((whole, fraction))
}

/// The digits without their group signs, if one kind of sign parts them in threes.
fn ungrouped(whole: &str) -> Option<String> {
    let mut signs = whole.chars().filter(|each| !each.is_ascii_digit());
    let Some(sign) = signs.next() else { return Some(whole.to_owned()) };
    if signs.any(|other| other != sign) {
        return None;
    }
    let mut groups = whole.split(sign);
    let first = groups.next()?;
    let in_threes = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    in_threes.then(|| whole.chars().filter(|each| *each != sign).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_units_are_lifted_from_the_start_of_words() {
        for (words, number, unit, rest) in [
            ("200ms (p95)", "200", Some("ms"), " (p95)"),
            ("1,000 jobs", "1000", None, " jobs"),
            ("0.1% of", "0.1", Some("%"), " of"),
            (".5 s", "0.5", Some("s"), ""),
            ("18.0.0", "18.0", None, ".0"),
            ("5, then", "5", None, ", then"),
            ("1.5 Minuten lang", "1.5", Some("min"), " lang"),
            ("30 天", "30", Some("d"), ""),
            ("100 req/sec", "100", Some("req/s"), ""),
        ] {
            let (found, after) = number_at(words).unwrap();
            let (known, after) = unit_at(after);
            assert_eq!(
                (found.to_string().as_str(), known.map(|unit| unit.to_string()).as_deref(), after),
                (number, unit, rest),
                "{words}"
            );
        }
        for none in ["", "x5", ".", "-3", "12345678901234567890123"] {
            assert!(number_at(none).is_none(), "{none}");
        }
    }
}
