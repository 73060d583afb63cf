//! Numbers as people type them into a field: with a decimal comma, with thousands separators, in another unit than the field's.
//!
//! What can be read in two ways is refused and says so; nothing is guessed.

use super::quantity::{Quantity, excerpt};
use super::spelled::length_of;
use super::unit::{Dimension, Unit, UnknownUnit};
use super::written::{is_group_sign, read_typed};

/// Why what was typed is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Nothing was typed.
    #[error("Nothing is entered. Enter a number.")]
    Empty,
    /// No number begins it.
    #[error("«{0}» is not a number. Enter digits, with a unit if you like, such as 480 ms.")]
    NotANumber(String),
    /// It can be a thousand or a thousandth.
    #[error("«{text}» can mean {grouped} or {decimal}. Enter it as {grouped} or {decimal}.")]
    Ambiguous {
        /// As typed.
        text: String,
        /// Read with a thousands separator.
        grouped: String,
        /// Read with a decimal separator.
        decimal: String,
    },
    /// Separators are not where thousands are.
    #[error("The digits of «{0}» are not grouped in threes. Enter the number without separators.")]
    Grouping(String),
    /// More digits than can be kept exactly.
    #[error("«{0}» has more digits than can be kept exactly (28). Enter it in a larger unit.")]
    TooLong(String),
    /// The unit is unknown.
    #[error("{0}. Enter the number alone or with a known unit, such as ms, s, %, MB or req/s.")]
    UnknownUnit(UnknownUnit),
    /// The unit measures something else than the field.
    #[error("«{typed}» is {found}, and {expected} is asked for here ({unit}). Enter the value in {unit}.")]
    UnitDoesNotFit {
        /// As typed.
        typed: String,
        /// What it measures.
        found: Dimension,
        /// What the field measures.
        expected: Dimension,
        /// The field's unit.
        unit: Unit,
    },
    /// Two values stand where one is asked for.
    #[error("«{0}» is a range. Enter one measured value.")]
    Range(String),
    /// One value stands where a range is asked for.
    #[error("«{0}» is not a range. Write the lower and the upper end, such as 2–5% or 500 ms–1 s.")]
    NotARange(String),
    /// A limit stands where a value is asked for.
    #[error("«{0}» is a limit, not a value. Enter the measured value alone.")]
    Limit(String),
}

/// Reads one value. In a field with a unit a number alone has that unit, and another unit of the same dimension is converted if
/// that is exact (`0.48 s` into ms gives `480 ms`), and kept as typed if it is not (10 min into h).
///
/// A comma or point before the last digits is the decimal sign, except where a comma with three digits after it could also
/// part thousands (`1,200`): that is refused. Spaces and apostrophes part thousands (`1 200`, `1'200,5`). A length of time may be
/// said in several units (`1 h 30 min`).
///
/// # Errors
/// [`EntryError`], whose text says how to mend it.
pub fn parse_entry(text: &str, unit: Option<Unit>) -> Result<Quantity, EntryError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(EntryError::Empty);
    }
    if text.starts_with(['<', '>', '≤', '≥', '=', '~', '≈']) {
        return Err(EntryError::Limit(excerpt(text)));
    }
    if split_range(text).is_some() {
        return Err(EntryError::Range(excerpt(text)));
    }
    let typed = parse_one(text, unit)?;
    let Some(unit) = unit else { return Ok(typed) };
    let (found, expected) = (typed.unit.dimension(), unit.dimension());
    if found != expected {
        return Err(EntryError::UnitDoesNotFit { typed: excerpt(text), found, expected, unit });
    }
    Ok(typed.convert(unit).unwrap_or(typed))
}

/// Reads a range as checklists write it: `2–5%`, `500ms-1s`, `512MB - 1GB`, `1%..2%`, `1 to 2 s`. A number without a unit takes that
/// of the other end.
///
/// # Errors
/// [`EntryError`], whose text says how to mend it.
pub fn parse_range(text: &str) -> Result<(Quantity, Quantity), EntryError> {
    let text = text.trim();
    let (low, high) = split_range(text).ok_or_else(|| EntryError::NotARange(excerpt(text)))?;
    let high = parse_one(high.trim(), None)?;
    let low = parse_one(low.trim(), Some(high.unit))?;
    let high = if high.unit == Unit::Plain { Quantity::new(high.amount, low.unit) } else { high };
    let (found, expected) = (low.unit.dimension(), high.unit.dimension());
    if found != expected {
        return Err(EntryError::UnitDoesNotFit { typed: low.to_string(), found, expected, unit: high.unit });
    }
    Ok((low, high))
}

/// The two ends, if a sign of a range stands between two numbers.
fn split_range(text: &str) -> Option<(&str, &str)> {
    const SIGNS: [&str; 7] = ["..", "…", "–", "—", " to ", "-", "−"];
    let starts_with_number =
        |end: &str| end.trim().trim_start_matches(['-', '−', '+']).starts_with(|c: char| c.is_ascii_digit());
    let first_end = text.char_indices().nth(1)?.0;
    SIGNS.iter().find_map(|sign| {
        let at = first_end + text.get(first_end..)?.find(sign)?;
        let (low, high) = (text.get(..at)?, text.get(at + sign.len()..)?);
        (starts_with_number(low) && starts_with_number(high)).then_some((low, high))
    })
}

fn parse_one(text: &str, unit: Option<Unit>) -> Result<Quantity, EntryError> {
    if let Some(length) = length_of(text) {
        return Ok(length);
    }
    let unsigned = text.trim_start_matches(['-', '−', '+']).trim_start();
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '.' | ',')) {
        return Err(EntryError::NotANumber(excerpt(text)));
    }
    let is_part =
        |each: char| each.is_ascii_digit() || is_group_sign(each) || matches!(each, '.' | ',' | '-' | '−' | '+');
    let end = text.find(|each| !is_part(each)).unwrap_or(text.len());
    let (number, suffix) = text.split_at_checked(end).unwrap_or((text, ""));
    let amount = read_typed(number.trim())?;
    let typed = match suffix.trim() {
        "" => unit.unwrap_or(Unit::Plain),
        suffix => suffix.parse().map_err(EntryError::UnknownUnit)?,
    };
    Ok(Quantity::new(amount, typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str, unit: &str) -> Result<String, String> {
        let unit = (!unit.is_empty()).then(|| unit.parse().unwrap());
        parse_entry(text, unit).map(|quantity| quantity.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_people_type_is_read_exactly() {
        for (text, unit, expected) in [
            ("0.48 s", "ms", "480 ms"),
            ("0,48 s", "ms", "480 ms"),
            ("0,48", "ms", "0.48 ms"),
            ("0,480 s", "ms", "480 ms"),
            (" 480ms ", "ms", "480 ms"),
            ("480", "ms", "480 ms"),
            ("480", "", "480"),
            ("1 200", "ms", "1200 ms"),
            ("1\u{202f}200,5 ms", "ms", "1200.5 ms"),
            ("1'234’567", "", ""),
            ("1'234'567.25", "", "1234567.25"),
            ("1.234,56", "", "1234.56"),
            ("1,234.56", "", "1234.56"),
            ("1,234,567", "", "1234567"),
            ("1.234.567", "", "1234567"),
            ("1.200", "", "1.200"),
            ("12,5 %", "%", "12.5%"),
            ("-3", "", "-3"),
            ("− 3", "", "-3"),
            ("+3", "", "3"),
            ("10 min", "h", "10 min"),
            ("90 req/min", "req/s", "1.5 req/s"),
            ("1 h 30 min", "min", "90 min"),
            ("1h30m", "h", "1.5 h"),
            ("2min 5,5s", "s", "125.5 s"),
            ("1 h 10 min", "h", "70 min"),
            ("1 day, 2 hours", "", "26 h"),
            ("2 GB", "MB", "2000 MB"),
        ] {
            match expected {
                "" => assert!(entry(text, unit).is_err(), "{text}"),
                expected => assert_eq!(entry(text, unit).as_deref(), Ok(expected), "{text}"),
            }
        }
    }

    #[test]
    fn what_cannot_be_taken_says_why_and_what_to_enter() {
        for (text, unit, message) in [
            ("", "ms", "Nothing is entered. Enter a number."),
            ("1,200", "ms", "«1,200» can mean 1200 or 1.2. Enter it as 1200 or 1.2."),
            ("1,000", "", "«1,000» can mean 1000 or 1. Enter it as 1000 or 1."),
            (
                "12,34,567",
                "",
                "The digits of «12,34,567» are not grouped in threes. Enter the number without separators.",
            ),
            ("1 20", "", "The digits of «1 20» are not grouped in threes. Enter the number without separators."),
            ("fast", "ms", "«fast» is not a number. Enter digits, with a unit if you like, such as 480 ms."),
            ("5,", "ms", "«5,» is not a number. Enter digits, with a unit if you like, such as 480 ms."),
            (
                "5 msec",
                "ms",
                "«msec» is not a unit (did you mean «ms»?). Enter the number alone or with a known unit, such as ms, s, %, MB or req/s.",
            ),
            (
                "30 min 1 h",
                "min",
                "«min 1 h» is not a unit. Enter the number alone or with a known unit, such as ms, s, %, MB or req/s.",
            ),
            (
                "1.5 h 30 min",
                "min",
                "«h 30 min» is not a unit. Enter the number alone or with a known unit, such as ms, s, %, MB or req/s.",
            ),
            ("5%", "ms", "«5%» is a percentage, and a length of time is asked for here (ms). Enter the value in ms."),
            ("200-300", "ms", "«200-300» is a range. Enter one measured value."),
            ("200 – 300 ms", "ms", "«200 – 300 ms» is a range. Enter one measured value."),
            ("<1%", "%", "«<1%» is a limit, not a value. Enter the measured value alone."),
            (
                "0,00000000000000000000000000001",
                "",
                "«0,00000000000000000000000000001» has more digits than can be kept exactly (28). Enter it in a larger unit.",
            ),
        ] {
            assert_eq!(entry(text, unit).unwrap_err(), message);
        }
    }

    #[test]
    fn ranges_are_read_as_checklists_write_them() {
        for (text, expected) in [
            ("2-5%", Some("2% 5%")),
            ("1–2s", Some("1 s 2 s")),
            ("500ms-1s", Some("500 ms 1 s")),
            ("512MB–1GB", Some("512 MB 1 GB")),
            ("1%..2%", Some("1% 2%")),
            ("1 to 2 s", Some("1 s 2 s")),
            ("-5 - -3", Some("-5 -3")),
            ("5%", None),
            ("1%-2s", None),
        ] {
            let range = parse_range(text).ok().map(|(low, high)| format!("{low} {high}"));
            assert_eq!(range.as_deref(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_entry_makes_it_panic(text in "[-−+0-9.,' \u{202f}a-z%/…–<]{0,24}") {
            let _ = parse_entry(&text, Some(Unit::Percent));
            let _ = parse_range(&text);
        }

        #[test]
        fn a_decimal_comma_means_what_the_point_means(whole in 0_u32..100_000, fraction in "[0-9]{1,2}") {
            let (comma, point) = (format!("{whole},{fraction}"), format!("{whole}.{fraction}"));
            proptest::prop_assert_eq!(parse_entry(&comma, None), parse_entry(&point, None));
        }
    }
}
