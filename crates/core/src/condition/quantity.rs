//! A number with its unit, kept and compared exactly.
//!
//! Not in it: rounding. A conversion that does not come out even is refused, and the quantity stays in its own unit.

pub use super::entry::{EntryError, parse_entry, parse_range};
pub use super::unit::{Counted, Dimension, SizeUnit, TimeUnit, Unit, UnknownUnit};

use super::exact::{Fraction, NumberError, multiply, read_decimal};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;

/// A number with its unit. Its text form, in serde too, is `612 ms`, `0.1%` or `17`.
///
/// Equality is that of amount and unit; for `480 ms` against `0.48 s` see [`Quantity::compare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Quantity {
    /// How many.
    pub amount: Decimal,
    /// Of what.
    pub unit: Unit,
}

impl Quantity {
    /// So many of a unit.
    pub const fn new(amount: Decimal, unit: Unit) -> Self {
        Self { amount, unit }
    }

    /// Which is greater; `None` if the units do not measure the same.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        (self.unit.dimension() == other.unit.dimension()).then(|| self.fraction().compare(&other.fraction()))
    }

    /// The same quantity in another unit; `None` if that does not measure the same, or if the amount has no exact decimal form in
    /// it (10 min in h).
    pub fn convert(&self, unit: Unit) -> Option<Self> {
        if self.unit == unit {
            return Some(*self);
        }
        if self.unit.dimension() != unit.dimension() {
            return None;
        }
        let ((numerator, denominator), (to_numerator, to_denominator)) = (self.unit.ratio(), unit.ratio());
        let (up, down) = (numerator.checked_mul(to_denominator)?, denominator.checked_mul(to_numerator)?);
        Some(Self::new(multiply(self.amount, up, down)?, unit))
    }

    /// In the dimension's smallest unit.
    pub(super) fn fraction(&self) -> Fraction {
        let (numerator, denominator) = self.unit.ratio();
        Fraction::of(self.amount).times_ratio(numerator, denominator)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::Plain => write!(f, "{}", self.amount),
            Unit::Percent => write!(f, "{}%", self.amount),
            unit => write!(f, "{} {unit}", self.amount),
        }
    }
}

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// It does not begin with a number.
    #[error("«{0}» is not a number")]
    NotANumber(String),
    /// More digits than can be kept exactly.
    #[error("«{0}» has more digits than can be kept exactly (28)")]
    TooLong(String),
    /// What follows the number is no unit.
    #[error(transparent)]
    UnknownUnit(#[from] UnknownUnit),
}

/// Reads what [`fmt::Display`] writes: a number with a decimal point and no thousands separators, then a unit. For what people
/// type see [`parse_entry`].
impl std::str::FromStr for Quantity {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let end = number_length(text);
        let (number, unit) = text.split_at_checked(end).unwrap_or((text, ""));
        let amount = read_decimal(number).map_err(|error| match error {
            NumberError::Malformed => QuantityError::NotANumber(excerpt(text)),
            NumberError::TooLong => QuantityError::TooLong(excerpt(number)),
        })?;
        let unit = unit.trim();
        Ok(Self::new(amount, if unit.is_empty() { Unit::Plain } else { unit.parse()? }))
    }
}

/// How many bytes at the start of `text` are a number with a decimal point and perhaps an exponent; 0 if none are.
pub(super) fn number_length(text: &str) -> usize {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.len() - rest.trim_start_matches(|each: char| each.is_ascii_digit()).len()
    };
    let sign = text.chars().next().filter(|first| matches!(first, '-' | '−')).map_or(0, char::len_utf8);
    let mut end = sign + digits(sign);
    if end == sign {
        return 0;
    }
    let starts = |from: usize, with: &[char]| text.get(from..).is_some_and(|rest| rest.starts_with(with));
    if starts(end, &['.']) && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if starts(end, &['e', 'E']) {
        let signed = end + 1 + usize::from(starts(end + 1, &['+', '-']));
        if digits(signed) > 0 {
            end = signed + digits(signed);
        }
    }
    end
}

/// The beginning of a text, to quote it in a message.
pub(super) fn excerpt(text: &str) -> String {
    let mut shown: String = text.chars().take(40).map(|each| if each.is_control() { ' ' } else { each }).collect();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}

impl From<Quantity> for String {
    fn from(quantity: Quantity) -> Self {
        quantity.to_string()
    }
}

impl TryFrom<String> for Quantity {
    type Error = QuantityError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    #[test]
    fn conversion_is_exact_or_refused() {
        for (from, unit, to) in [
            ("0.48 s", "ms", Some("480 ms")),
            ("1 d", "min", Some("1440 min")),
            ("90 min", "d", Some("0.0625 d")),
            ("10 min", "h", None),
            ("1 GiB", "B", Some("1073741824 B")),
            ("1 GB", "MiB", Some("953.67431640625 MiB")),
            ("120 req/min", "req/s", Some("2 req/s")),
            ("1 req/min", "req/s", None),
            ("8 MB/s", "KB/min", Some("480000 KB/min")),
            ("5%", "ms", None),
            ("5 req/s", "msg/s", None),
            ("0 µs", "d", Some("0 d")),
            ("-1.5 s", "ms", Some("-1500 ms")),
        ] {
            let converted = quantity(from).convert(unit.parse().unwrap()).map(|each| each.to_string());
            assert_eq!(converted.as_deref(), to, "{from} in {unit}");
        }
    }

    #[test]
    fn quantities_compare_across_units_without_rounding() {
        for (left, right, order) in [
            ("480 ms", "0.48 s", Some(Ordering::Equal)),
            ("1 req/min", "0.0166666666666666666666666666 req/s", Some(Ordering::Greater)),
            ("1 req/min", "0.0166666666666666666666666667 req/s", Some(Ordering::Less)),
            ("1 MB", "1 MiB", Some(Ordering::Less)),
            ("0.1", "0.10", Some(Ordering::Equal)),
            ("-1 s", "-1 ms", Some(Ordering::Less)),
            ("79228162514264337593543950335 d", "79228162514264337593543950334 d", Some(Ordering::Greater)),
            ("1", "1%", None),
            ("0 ms", "0%", None),
        ] {
            assert_eq!(quantity(left).compare(&quantity(right)), order, "{left} {right}");
        }
    }

    #[test]
    fn text_form_comes_back() {
        for text in ["612 ms", "0.1%", "17", "-3.50 s", "5 /s", "1.2 GiB", "30 req/min"] {
            assert_eq!(quantity(text).to_string(), text);
        }
        assert_eq!(quantity("1.2 %").to_string(), "1.2%");
        assert_eq!(quantity("1.2e-05s").to_string(), "0.000012 s");
        for (text, message) in [
            ("", "«» is not a number"),
            ("NaN", "«NaN» is not a number"),
            ("12 msec", "«msec» is not a unit (did you mean «ms»?)"),
            ("1.2.3", "«.3» is not a unit"),
            (
                "0.00000000000000000000000000001",
                "«0.00000000000000000000000000001» has more digits than can be kept exactly (28)",
            ),
        ] {
            assert_eq!(text.parse::<Quantity>().unwrap_err().to_string(), message);
        }
    }
}
