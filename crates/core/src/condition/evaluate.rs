//! What a condition comes to over given facts, with the arithmetic and the reasons in plain words.

use super::ast::{Comparison, Factor, Measure, Node, Operand, Relation, Test};
use super::exact::{Fraction, multiply};
use super::facts::{Facts, kind};
use super::json;
use super::quantity::{Quantity, QuantityError, Unit, excerpt};
use super::sustained;
use crate::number::digits;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cmp::Ordering;
use std::fmt;

/// What a condition comes to (Kleene's strong three-valued logic).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Met,
    /// It does not hold.
    NotMet,
    /// It cannot be told. This never counts as met.
    Unknown,
}

/// A condition's outcome, with how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The outcome.
    pub outcome: Outcome,
    /// The condition with the values put in: `p95 (612 ms) < 500 ms → not met`.
    pub shown: String,
    /// Why, in plain words.
    pub reason: String,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl From<bool> for Outcome {
    fn from(holds: bool) -> Self {
        if holds { Self::Met } else { Self::NotMet }
    }
}

impl std::ops::Not for Outcome {
    type Output = Self;

    /// The opposite; of unknown it is unknown.
    fn not(self) -> Self {
        match self {
            Self::Met => Self::NotMet,
            Self::NotMet => Self::Met,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl Outcome {
    /// As the screen and the report say it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::Unknown => "unknown",
        }
    }

    /// Met if at least `count` are met, not met if so many can no longer be, and otherwise unknown.
    pub fn at_least(count: usize, outcomes: impl IntoIterator<Item = Self>) -> Self {
        let (mut met, mut unknown) = (0, 0);
        for outcome in outcomes {
            match outcome {
                Self::Met => met += 1,
                Self::Unknown => unknown += 1,
                Self::NotMet => {}
            }
        }
        match () {
            () if met >= count => Self::Met,
            () if met + unknown < count => Self::NotMet,
            () => Self::Unknown,
        }
    }
}

/// Where measurements come from.
pub(super) trait Sources {
    /// The value, or why there is none.
    fn find(&self, measure: &Measure) -> Result<&Value, String>;
}

impl Sources for Facts {
    fn find(&self, measure: &Measure) -> Result<&Value, String> {
        if measure.baseline { self.in_baseline(&measure.path) } else { self.measurement(&measure.path) }
    }
}

pub(super) fn evaluate(node: &Node, facts: &Facts) -> Evaluation {
    let judged = judge(node, facts);
    let mut shown = String::new();
    node.write(&mut shown, &|operand, comparison| note(operand, comparison, facts));
    Evaluation {
        outcome: judged.outcome,
        shown: format!("{shown} → {}", judged.outcome),
        reason: told(&judged.reasons),
    }
}

/// A part's outcome and what led to it.
struct Judged {
    outcome: Outcome,
    reasons: Vec<String>,
}

fn judge(node: &Node, facts: &Facts) -> Judged {
    match node {
        Node::All(nodes) => together(judge_each(nodes, facts), nodes.len()),
        Node::Any(nodes) => together(judge_each(nodes, facts), 1),
        Node::AtLeast(count, nodes) => {
            let parts = judge_each(nodes, facts);
            let met = parts.iter().filter(|part| part.outcome == Outcome::Met).count();
            let mut judged = together(parts, *count);
            judged.reasons.insert(0, format!("{met} of {} hold, {count} must.", nodes.len()));
            judged
        }
        Node::Not(inner) => {
            let mut judged = judge(inner, facts);
            judged.outcome = !judged.outcome;
            match judged.outcome {
                Outcome::Met => judged.reasons.push("It must not hold, and does not.".to_owned()),
                Outcome::NotMet => judged.reasons.push("It holds, and must not.".to_owned()),
                Outcome::Unknown => {}
            }
            judged
        }
        Node::Compare(comparison) => match judge_comparison(comparison, facts) {
            Ok((holds, reason)) => Judged { outcome: holds.into(), reasons: vec![reason] },
            Err(reason) => Judged { outcome: Outcome::Unknown, reasons: vec![reason] },
        },
    }
}

fn judge_each(nodes: &[Node], facts: &Facts) -> Vec<Judged> {
    nodes.iter().map(|node| judge(node, facts)).collect()
}

/// At least `count` of the parts; the reasons are those of the parts that decide.
fn together(parts: Vec<Judged>, count: usize) -> Judged {
    let outcome = Outcome::at_least(count, parts.iter().map(|part| part.outcome));
    let reasons = parts.into_iter().filter(|part| part.outcome == outcome).flat_map(|part| part.reasons).collect();
    Judged { outcome, reasons }
}

fn judge_comparison(comparison: &Comparison, facts: &Facts) -> Result<(bool, String), String> {
    match &comparison.sustained {
        Some(window) => sustained::holds_throughout(comparison, window, facts),
        None => holds(comparison, facts).map(|holds| (holds, sentence(comparison, holds, facts))),
    }
}

/// The first few reasons.
fn told(reasons: &[String]) -> String {
    const MOST: usize = 6;
    let mut text = reasons.iter().take(MOST).cloned().collect::<Vec<_>>().join(" ");
    if reasons.len() > MOST {
        text.push_str(&format!(" And {} more.", reasons.len() - MOST));
    }
    text
}

/// `p95 (612 ms) is not less than 500 ms.`
pub(super) fn sentence(comparison: &Comparison, holds: bool, sources: &dyn Sources) -> String {
    let phrase = |operand: &Operand| format!("{operand}{}", values(operand, sources));
    let not = if holds { "" } else { "not " };
    let left = phrase(&comparison.left);
    match &comparison.test {
        Test::Against(relation, right) => format!("{left} is {not}{} {}.", words(*relation), phrase(right)),
        Test::Within { low, high, closed } => {
            let end = if *closed { "" } else { ", the upper end left out" };
            format!("{left} is {not}between {} and {}{end}.", phrase(low), phrase(high))
        }
    }
}

const fn words(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "equal to",
        Relation::Different => "different from",
        Relation::Less => "less than",
        Relation::AtMost => "at most",
        Relation::Greater => "greater than",
        Relation::AtLeast => "at least",
    }
}

/// What is shown after one side of a comparison.
fn note(operand: &Operand, comparison: &Comparison, facts: &Facts) -> String {
    match (operand.measure(), &comparison.sustained) {
        (Some(measure), Some(window)) if !measure.baseline => sustained::summary(measure, window, facts),
        _ => values(operand, facts),
    }
}

/// ` (612 ms)`, and for a multiple its product: ` (200 ms) = 220 ms`.
fn values(operand: &Operand, sources: &dyn Sources) -> String {
    let Some(measure) = operand.measure() else { return String::new() };
    let Ok(value) = sources.find(measure) else { return " (no data)".to_owned() };
    let product = match operand {
        Operand::Scaled(factor, _) => amount_of(value).ok().and_then(|amount| scaled(amount, *factor)),
        _ => None,
    };
    let product = product.map(|product| format!(" = {product}")).unwrap_or_default();
    format!(" ({}){product}", shown(value))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => json::number(number).map_or_else(|_| digits(number), |exact| exact.to_string()),
        Value::String(text) => match text.parse::<Quantity>() {
            Ok(quantity) => quantity.to_string(),
            Err(_) => format!("\"{}\"", excerpt(text)),
        },
        Value::Array(elements) => format!("a list of {}", elements.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

fn scaled(quantity: Quantity, factor: Factor) -> Option<Quantity> {
    let (number, hundredths) = match factor {
        Factor::Times(number) => (number, 1),
        Factor::Percent(number) => (number, 100),
    };
    let denominator = 10_u128.checked_pow(number.scale())?.checked_mul(hundredths)?;
    let amount = multiply(quantity.amount, number.mantissa().unsigned_abs(), denominator)?;
    Some(Quantity::new(amount, quantity.unit))
}

/// Whether the comparison holds; an error is the reason why that is unknown.
pub(super) fn holds(comparison: &Comparison, sources: &dyn Sources) -> Result<bool, String> {
    let left = &comparison.left;
    match &comparison.test {
        Test::Against(relation, right) => relates(left, *relation, right, sources),
        Test::Within { low, high, closed } => {
            let upper = if *closed { Relation::AtMost } else { Relation::Less };
            match (relates(left, Relation::AtLeast, low, sources), relates(left, upper, high, sources)) {
                (Ok(false), _) | (_, Ok(false)) => Ok(false),
                (Err(reason), _) | (_, Err(reason)) => Err(reason),
                (Ok(true), Ok(true)) => Ok(true),
            }
        }
    }
}

fn relates(left: &Operand, relation: Relation, right: &Operand, sources: &dyn Sources) -> Result<bool, String> {
    let sides = (Side::of(left, sources)?, Side::of(right, sources)?);
    match relation {
        Relation::Equal => equal(&sides.0, &sides.1),
        Relation::Different => equal(&sides.0, &sides.1).map(|equal| !equal),
        Relation::Less => order(&sides.0, &sides.1).map(Ordering::is_lt),
        Relation::AtMost => order(&sides.0, &sides.1).map(Ordering::is_le),
        Relation::Greater => order(&sides.0, &sides.1).map(Ordering::is_gt),
        Relation::AtLeast => order(&sides.0, &sides.1).map(Ordering::is_ge),
    }
}

/// A side of a comparison with its value.
struct Side<'a> {
    operand: &'a Operand,
    /// What was measured; none for what stands in the condition itself.
    measured: Option<&'a Value>,
}

impl<'a> Side<'a> {
    fn of(operand: &'a Operand, sources: &'a dyn Sources) -> Result<Self, String> {
        let measured = operand.measure().map(|measure| sources.find(measure)).transpose()?;
        Ok(Self { operand, measured })
    }

    fn quantity(&self) -> Result<Quantity, String> {
        match (self.operand, self.measured) {
            (Operand::Amount(quantity), _) => Ok(*quantity),
            (_, Some(value)) => amount_of(value).map_err(|reason| self.told(&reason)),
            (literal, None) => Err(format!("{literal} is not a number.")),
        }
    }

    fn told(&self, reason: &str) -> String {
        self.operand.measure().map_or_else(|| reason.to_owned(), |measure| format!("«{measure}» {reason}"))
    }

    fn fraction(&self, quantity: &Quantity) -> Fraction {
        match self.operand {
            Operand::Scaled(Factor::Times(number), _) => quantity.fraction().times(*number),
            Operand::Scaled(Factor::Percent(number), _) => quantity.fraction().times(*number).times_ratio(1, 100),
            _ => quantity.fraction(),
        }
    }

    /// Text, from the condition or measured.
    fn text(&self) -> Option<&str> {
        match (self.operand, self.measured) {
            (Operand::Text(text), _) => Some(text),
            (Operand::Measured(_), Some(Value::String(text))) => Some(text),
            _ => None,
        }
    }

    fn boolean(&self) -> Option<bool> {
        match (self.operand, self.measured) {
            (Operand::Bool(yes), _) | (Operand::Measured(_), Some(Value::Bool(yes))) => Some(*yes),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!((self.operand, self.measured), (Operand::Null, _) | (Operand::Measured(_), Some(Value::Null)))
    }
}

/// The exact quantity that a measured value is, or why it is none, to follow a name.
fn amount_of(value: &Value) -> Result<Quantity, String> {
    match value {
        Value::Number(number) => json::number(number)
            .map(|amount: Decimal| Quantity::new(amount, Unit::Plain))
            .map_err(|reason| format!("is known only roughly: {reason}")),
        Value::String(text) => text.parse().map_err(|error: QuantityError| format!("is no quantity: {error}.")),
        other => Err(format!("is {}, not a number.", kind(other))),
    }
}

fn order(left: &Side<'_>, right: &Side<'_>) -> Result<Ordering, String> {
    let (one, other) = (left.quantity()?, right.quantity()?);
    let (dimension, expected) = (one.unit.dimension(), other.unit.dimension());
    if dimension != expected {
        return Err(format!("The units do not fit: {one} is {dimension}, and {other} is {expected}."));
    }
    Ok(left.fraction(&one).compare(&right.fraction(&other)))
}

fn equal(left: &Side<'_>, right: &Side<'_>) -> Result<bool, String> {
    let asks_for_null = matches!(left.operand, Operand::Null) || matches!(right.operand, Operand::Null);
    if asks_for_null {
        return Ok(left.is_null() && right.is_null());
    }
    if let (Some(one), Some(other)) = (left.boolean(), right.boolean()) {
        return Ok(one == other);
    }
    if let (Some(one), Some(other)) = (left.text(), right.text()) {
        let both_measured = left.measured.is_some() && right.measured.is_some();
        return if both_measured { equal_texts(one, other) } else { Ok(one == other) };
    }
    for (side, opposite) in [(left, right), (right, left)] {
        if let Some(value) = side.measured
            && (matches!(opposite.operand, Operand::Text(_) | Operand::Bool(_)))
        {
            return Err(side.told(&format!("is {}, and is compared with {}.", kind(value), opposite.operand)));
        }
    }
    order(left, right).map(Ordering::is_eq)
}

/// Two measured texts: as quantities if they have units, else as texts. `1.10` and `1.1` can be equal numbers or different
/// versions, so that nobody knows.
fn equal_texts(one: &str, other: &str) -> Result<bool, String> {
    if one == other {
        return Ok(true);
    }
    let (Ok(first), Ok(second)) = (one.parse::<Quantity>(), other.parse::<Quantity>()) else { return Ok(false) };
    match first.compare(&second) {
        None => Err(format!("The units do not fit: {first} and {second}.")),
        Some(Ordering::Equal) if first.unit == Unit::Plain => {
            Err(format!("«{}» and «{}» are equal as numbers and different as texts.", excerpt(one), excerpt(other)))
        }
        Some(order) => Ok(order.is_eq()),
    }
}
