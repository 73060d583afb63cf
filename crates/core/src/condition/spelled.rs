//! A length of time as people say it, in several units: `1 h 30 min`, `2min 5s`, `1h30m`.
//!
//! Not in it: clock times (`1:30`), which a field of that type reads, and a length in one unit, which is a number like any other.

use super::quantity::Quantity;
use super::unit::{TimeUnit, Unit};
use super::written::read_typed;
use rust_decimal::Decimal;

/// The sum in the smallest of the units; none if the text is not of at least two parts, each with a unit smaller than the one
/// before. All but the last are whole numbers, since `1.5 h 30 min` is more likely a slip than meant.
pub(super) fn length_of(text: &str) -> Option<Quantity> {
    let mut sum: Option<(Decimal, TimeUnit)> = None;
    let mut parts = 0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let letters = rest.find(char::is_alphabetic)?;
        let (number, after) = rest.split_at_checked(letters)?;
        let digits = after.find(|each: char| !each.is_alphabetic()).unwrap_or(after.len());
        let (unit, tail) = after.split_at_checked(digits)?;
        rest = tail.trim_start_matches([' ', '\u{a0}', '\u{202f}', ',']);
        let number = number.trim();
        let is_whole = number.bytes().all(|byte| byte.is_ascii_digit());
        if !number.starts_with(|first: char| first.is_ascii_digit()) || !is_whole && !rest.is_empty() {
            return None;
        }
        let Unit::Time(unit) = unit.parse().ok()? else { return None };
        let before = match sum {
            Some((_, larger)) if larger <= unit => return None,
            Some((amount, larger)) => Quantity::new(amount, Unit::Time(larger)).convert(Unit::Time(unit))?.amount,
            None => Decimal::ZERO,
        };
        sum = Some((before.checked_add(read_typed(number).ok()?)?, unit));
        parts += 1;
    }
    let (amount, unit) = sum?;
    (parts > 1).then(|| Quantity::new(amount, Unit::Time(unit)))
}
