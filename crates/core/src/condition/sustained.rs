//! Comparisons over time: `error_rate > 1% sustained 5 min`.
//!
//! The window ends with the newest sample and has both its ends in it. One sample in it that breaks the comparison makes it not met,
//! whatever else is missing. Otherwise it is met only if the samples show the whole window:
//! - a sample was taken at the window's beginning or before it;
//! - there is no gap. A gap is a step between neighbours that is nearer to two usual steps than to one (over 1.5 × the median step),
//!   which is a sample that is missing; or a step over half the window, so that a window takes three samples at the least.
//!
//! With two measurements in one comparison each must be there at each point in time.

use super::ast::{Comparison, Measure, Operand};
use super::evaluate::{Sources, holds, sentence};
use super::facts::{Facts, Sample};
use super::quantity::{Quantity, TimeUnit, Unit};
use crate::time::{Timestamp, duration_words};
use crate::tree;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;
use std::collections::BTreeMap;

/// The window's length, from 1 ms to 10,000 days.
pub(super) fn window_millis(window: &Quantity) -> Option<i64> {
    let millis = window.convert(Unit::Time(TimeUnit::Millisecond))?.amount;
    millis.is_integer().then(|| millis.to_i64())?.filter(|millis| (1..=10_000 * 86_400_000).contains(millis))
}

/// One measurement's samples by time.
type Line<'f> = BTreeMap<Timestamp, &'f Value>;

/// What holds at one point in time, and the rest from the baseline.
struct Point<'f> {
    facts: &'f Facts,
    lines: &'f [(String, Line<'f>)],
    at: Timestamp,
}

impl Sources for Point<'_> {
    fn find(&self, measure: &Measure) -> Result<&Value, String> {
        if measure.baseline {
            return self.facts.in_baseline(&measure.path);
        }
        let name = measure.path.to_string();
        let line = self.lines.iter().find(|(each, _)| *each == name);
        let value = line.and_then(|(_, line)| line.get(&self.at).copied());
        value.ok_or_else(|| format!("The series «{name}» has no sample at {}.", clock(self.at)))
    }
}

/// Whether the comparison holds all through the window, with the reason; an error is the reason for not knowing.
pub(super) fn holds_throughout(
    comparison: &Comparison,
    window: &Quantity,
    facts: &Facts,
) -> Result<(bool, String), String> {
    let window_ms = window_millis(window).ok_or_else(|| format!("{window} is no window to look at."))?;
    let lines = lines_of(comparison, facts)?;
    let times = tree::set(lines.iter().flat_map(|(_, line)| line.keys().copied()));
    let newest = *times.last().ok_or("There are no samples.")?;
    let start = Timestamp::from_millis(newest.millis().saturating_sub(window_ms));

    let mut unknown = None;
    for at in times.range(start..=newest) {
        let point = Point { facts, lines: &lines, at: *at };
        match holds(comparison, &point) {
            Ok(true) => {}
            Ok(false) => return Ok((false, format!("At {}, {}", clock(*at), sentence(comparison, false, &point)))),
            Err(reason) => unknown = unknown.or(Some(format!("At {}: {reason}", clock(*at)))),
        }
    }
    for (name, line) in &lines {
        shows_the_window(line, start, window_ms).map_err(|reason| format!("The series «{name}» {reason}"))?;
    }
    match unknown {
        Some(reason) => Err(reason),
        None => {
            let point = Point { facts, lines: &lines, at: newest };
            let count = times.range(start..=newest).count();
            Ok((
                true,
                format!(
                    "All {count} samples of the last {window} agree; the newest: {}",
                    sentence(comparison, true, &point)
                ),
            ))
        }
    }
}

fn lines_of<'f>(comparison: &Comparison, facts: &'f Facts) -> Result<Vec<(String, Line<'f>)>, String> {
    let mut lines: Vec<(String, Line<'f>)> = Vec::new();
    for measure in comparison.operands().filter_map(Operand::measure).filter(|measure| !measure.baseline) {
        let name = measure.path.to_string();
        if lines.iter().all(|(each, _)| *each != name) {
            let line = line_of(&name, facts.samples(&measure.path)?)?;
            lines.push((name, line));
        }
    }
    Ok(lines)
}

fn line_of<'f>(name: &str, samples: &'f [Sample]) -> Result<Line<'f>, String> {
    let mut line = Line::new();
    for sample in samples {
        if line.insert(sample.at, &sample.value).is_some_and(|other| *other != sample.value) {
            return Err(format!("The series «{name}» is broken: it has two values for {}.", clock(sample.at)));
        }
    }
    Ok(line)
}

fn shows_the_window(line: &Line<'_>, start: Timestamp, window_ms: i64) -> Result<(), String> {
    let oldest = line.keys().next().copied().unwrap_or(start);
    let anchor = line.range(..=start).next_back().map(|(at, _)| *at).ok_or_else(|| {
        format!(
            "reaches back to {} only; {} earlier are not covered.",
            clock(oldest),
            duration_words(oldest.since(start))
        )
    })?;
    let points: Vec<Timestamp> = line.range(anchor..).map(|(at, _)| *at).collect();
    let steps: Vec<(i64, Timestamp)> = points
        .windows(2)
        .filter_map(|pair| match pair {
            [from, to] => Some((to.since(*from), *from)),
            _ => None,
        })
        .collect();
    let Some((longest, from)) = steps.iter().copied().max_by_key(|(step, _)| *step) else {
        return Err("has a single sample in the window, which is too few.".to_owned());
    };
    if longest.saturating_mul(2) > window_ms {
        return Err(format!(
            "has too few samples: {} pass without one after {}.",
            duration_words(longest),
            clock(from)
        ));
    }
    if longest.saturating_mul(4) > doubled_median(&steps).saturating_mul(3) {
        return Err(format!("has a gap: {} pass without a sample after {}.", duration_words(longest), clock(from)));
    }
    Ok(())
}

/// Twice the median step, which is a whole number.
fn doubled_median(steps: &[(i64, Timestamp)]) -> i64 {
    let lengths = tree::sorted(steps.iter().map(|(step, _)| *step).collect());
    let middle = |place: usize| lengths.get(place).copied().unwrap_or(0);
    middle(lengths.len() / 2).saturating_add(middle(lengths.len().saturating_sub(1) / 2))
}

/// The values in the window, for the shown expression.
pub(super) fn summary(measure: &Measure, window: &Quantity, facts: &Facts) -> String {
    let Ok(samples) = facts.samples(&measure.path) else { return " (no series)".to_owned() };
    let newest = samples.iter().map(|sample| sample.at).max().unwrap_or(Timestamp::from_millis(0));
    let start = newest.millis().saturating_sub(window_millis(window).unwrap_or(0));
    let inside: Vec<&Value> = samples.iter().filter(|each| each.at.millis() >= start).map(|each| &each.value).collect();
    let count = if inside.len() == 1 { "1 sample".to_owned() } else { format!("{} samples", inside.len()) };
    match extent(&inside) {
        Some((low, high)) if low.compare(&high) == Some(std::cmp::Ordering::Equal) => format!(" ({count}, {low})"),
        Some((low, high)) => format!(" ({count}, {low} to {high})"),
        None => format!(" ({count})"),
    }
}

/// The least and the greatest, if all are quantities of one dimension.
fn extent(values: &[&Value]) -> Option<(Quantity, Quantity)> {
    let mut quantities = values.iter().map(|value| match value {
        Value::Number(number) => super::json::number(number).ok().map(|amount| Quantity::new(amount, Unit::Plain)),
        Value::String(text) => text.parse().ok(),
        _ => None,
    });
    let first = quantities.next()??;
    quantities.try_fold((first, first), |(low, high), next| {
        let next = next?;
        let low = if next.compare(&low)?.is_lt() { next } else { low };
        Some((low, if next.compare(&high)?.is_gt() { next } else { high }))
    })
}

fn clock(at: Timestamp) -> String {
    at.for_people()
}
