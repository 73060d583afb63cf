//! Values that people type: read with their unit, checked against the field, judged by its limits.

use super::calendar;
use crate::checklist::{Item, ItemKind, LimitRole, ValueKind};
use crate::condition::quantity::{EntryError, Unit, parse_entry};
use crate::condition::{Evaluation, Facts, Outcome};

/// Why a value was not taken. Its words say what to type instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryRefused {
    /// Nothing was typed.
    #[error("There is nothing written. Type the value, or set the field aside with a reason.")]
    Empty,
    /// It is no number that fits the field.
    #[error("{0}")]
    Number(#[from] EntryError),
    /// It is no date.
    #[error("«{0}» is no date. Write it like 2026-02-24.")]
    Date(String),
    /// It is one of two dates.
    #[error("«{text}» may be {year:04}-{a:02}-{b:02} or {year:04}-{b:02}-{a:02}. Write the one that is meant.")]
    WhichIsTheDay {
        /// What was typed.
        text: String,
        /// The year.
        year: u32,
        /// The first number.
        a: u32,
        /// The second number.
        b: u32,
    },
    /// It is no time of day.
    #[error("«{0}» is no time of day. Write it like 14:30, with a zone behind it if it needs one.")]
    Time(String),
}

/// The value as the record keeps it: a number in the field's unit and with it, text as it is; or why it is not one.
pub fn accept(item: &Item, text: &str) -> Result<String, EntryRefused> {
    let text = text.trim();
    if text.is_empty() {
        return Err(EntryRefused::Empty);
    }
    match &item.kind {
        ItemKind::Field { value: ValueKind::Number, unit, .. } => Ok(number(text, unit.as_deref())?),
        ItemKind::Field { value: ValueKind::Date, .. } => calendar::date(text),
        ItemKind::Field { value: ValueKind::Time, .. } => calendar::time(text),
        _ => Ok(text.to_owned()),
    }
}

fn number(text: &str, unit: Option<&str>) -> Result<String, EntryError> {
    match unit.map(|unit| (unit, unit.parse::<Unit>())) {
        None => Ok(parse_entry(text, None)?.to_string()),
        Some((_, Ok(unit))) => Ok(parse_entry(text, Some(unit))?.to_string()),
        // A unit that conditions do not know is kept beside the number as the checklist writes it.
        Some((unit, Err(_))) => {
            let amount = text.strip_suffix(unit).unwrap_or(text);
            Ok(format!("{} {unit}", parse_entry(amount, None)?))
        }
    }
}

/// The value against the limits of its item: the worst of them. None if the item has none.
pub fn judge(item: &Item, text: &str) -> Option<Evaluation> {
    judge_by(item, &Facts::of_value(text))
}

/// The same with more facts: neighbours, baseline, series.
pub fn judge_by(item: &Item, facts: &Facts) -> Option<Evaluation> {
    let judged = item.limits.iter().map(|limit| {
        let found = limit.condition.evaluate(facts);
        match limit.role {
            LimitRole::Target => found,
            // An alert that holds is what must not be.
            LimitRole::Alert => {
                Evaluation { outcome: !found.outcome, shown: format!("alert {}", found.shown), ..found }
            }
        }
    });
    judged.min_by_key(|evaluation| match evaluation.outcome {
        Outcome::NotMet => 0,
        Outcome::Unknown => 1,
        Outcome::Met => 2,
    })
}

#[cfg(test)]
mod tests {
    use crate::checklist::{Item, read};
    use crate::condition::Outcome;

    fn field(line: &str) -> Item {
        read(format!("# T\n\n{line}\n").as_bytes()).items.remove(0)
    }

    #[test]
    fn numbers_are_kept_in_the_unit_of_the_field() {
        let p95 = field("- p95: ___ ms (target: <500ms)");
        for (typed, kept) in [("612", "612 ms"), ("0.48 s", "480 ms"), ("0,48 s", "480 ms"), ("480ms", "480 ms")] {
            assert_eq!(super::accept(&p95, typed).as_deref(), Ok(kept), "{typed}");
        }
        for typed in ["", "fast", "3 %", "< 5", "1,200"] {
            assert!(super::accept(&p95, typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_unit_that_conditions_do_not_know_is_kept_as_written() {
        let throughput = field("- Network throughput: ___ Mbps");
        assert_eq!(super::accept(&throughput, "840").as_deref(), Ok("840 Mbps"));
        assert_eq!(super::accept(&throughput, "840 Mbps").as_deref(), Ok("840 Mbps"));
    }

    #[test]
    fn values_are_judged_by_target_and_alert() {
        let p95 = field("- p95: ___ ms (target: <500ms)");
        let outcome = |text| super::judge(&p95, text).map(|evaluation| evaluation.outcome);
        assert_eq!(outcome("480 ms"), Some(Outcome::Met));
        assert_eq!(outcome("612 ms"), Some(Outcome::NotMet));
        assert_eq!(outcome("unreadable"), Some(Outcome::Unknown));
    }
}
