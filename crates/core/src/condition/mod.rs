//! The condition language: small expressions over measurements, with the outcome met, not met or unknown.
//!
//! Numbers are exact decimals; nothing is ever rounded. Missing data, a missing path, a wrong type, a unit that does not fit, too
//! few samples and a broken series are *unknown*, and unknown never counts as met. Not in it: where measurements come from, and
//! arithmetic beyond multiples of a measurement.
//!
//! # Grammar
//!
//! ```text
//! condition  = all { "or" all }
//! all        = unary { "and" unary }
//! unary      = "not" unary | "(" condition ")" | count "of" "(" condition { "," condition } ")" | comparison
//! comparison = operand ( relation operand | "in" band ) [ "sustained" quantity ]
//! relation   = "==" | "!=" | "<" | "<=" | ">" | ">="                       (also ≠ ≤ ≥)
//! band       = operand ".." operand                                        both ends belong to it
//!            | operand "..<" operand                                       the upper end does not
//! operand    = quantity | text | "true" | "false" | "null" | measure
//!            | number "%" "of" measure | number "x" measure                (also ×)
//! measure    = path | "baseline" "(" path ")"
//! path       = ( word | "[" text "]" ) { "." word | "[" index "]" | "[" text "]" }
//! quantity   = number [ unit ]
//! number     = [ "-" ] digits [ "." digits ] [ ( "e" | "E" ) [ "+" | "-" ] digits ]
//! text       = a JSON string (RFC 8259, section 7)
//! word       = a letter or "_", then letters, digits, "_", and "-" before a letter or digit
//! unit       = µs ms s min h d | % | B KB MB GB TB KiB MiB GiB TiB | count | thing "/" time | size "/" time
//! thing      = req q msg events jobs errors ops tx conn rows, or nothing
//! ```
//!
//! `and`, `or`, `not`, `of`, `in`, `sustained`, `true`, `false`, `null` and `baseline` begin no path; a measurement of such a name is
//! `["and"]`. A field's own value is `value`. Units have spoken forms too (`5m`, `30 days`, `rps`). Nesting is limited to 64 levels.
//!
//! # Meaning
//!
//! - **Units** convert within one dimension; KB is 1000 B, KiB is 1024 B. A plain number is not a percentage or a time, and `0` is
//!   no exception: a value without a unit against a limit with one is unknown.
//! - **Names.** Percentiles are names like others: `latency.p95`. A measurement whose whole name is written with points comes before
//!   the way into an object. In a series the whole name counts.
//! - **Null** is a value: `x == null` is met if x is there and null, `x != null` if it is there and something else. Both are unknown if
//!   it is missing. Null against anything but `null` is unknown, `!=` too.
//! - **Text** in a measurement reads as a quantity (`"612 ms"`) where it is compared with one, and as text where it is compared with
//!   text. Two measured texts compare as quantities if they have units.
//! - **Logic** is Kleene's: `and` is not met as soon as one part is, `or` is met as soon as one part is, whatever is unknown; `n of` is
//!   met as soon as n parts are and not met as soon as they no longer can be. Taking a measurement away can therefore only turn an
//!   outcome into unknown.
//! - **`sustained`** looks at the window up to the newest sample of the series of that name: one sample that breaks the comparison makes it
//!   not met. Unknown is a series that does not reach back to the window's beginning, or has a gap: a step between neighbouring samples
//!   longer than 1.5 × the median step, or than half the window. Two values for one point in time break a series.

mod ast;
mod build;
mod entry;
mod error;
mod evaluate;
mod exact;
mod facts;
pub mod json;
mod kinds;
mod lexer;
pub(crate) mod nearest;
mod operands;
mod parser;
pub mod quantity;
mod spelled;
mod sustained;
mod unit;
mod written;

#[cfg(test)]
mod tests;

pub(crate) use ast::Relation;
pub(crate) use build::{Bound, Stated};
pub use error::ParseError;
pub use evaluate::{Evaluation, Outcome};
pub use facts::{Facts, Sample, Series};
pub(crate) use written::{number_at, unit_at};

use crate::tree;
use ast::{Measure, Node, Operand, Test};
use quantity::Quantity;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;

/// A condition. Its text form, in serde too, is that of the grammar above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Condition(Node);

impl Condition {
    /// What it comes to over the facts.
    pub fn evaluate(&self, facts: &Facts) -> Evaluation {
        evaluate::evaluate(&self.0, facts)
    }

    /// The names of the measurements that it asks for, as they are written.
    pub fn measurements(&self) -> BTreeSet<String> {
        self.names(false)
    }

    /// The names of the baseline values that it asks for. A change of one of them makes earlier outcomes stale.
    pub fn baselines(&self) -> BTreeSet<String> {
        self.names(true)
    }

    /// It asks for `value` and nothing else: neither for another measurement nor for the baseline.
    pub fn asks_for_value_only(&self) -> bool {
        let comparisons = self.0.comparisons().into_iter();
        let mut measures = comparisons.flat_map(|each| each.operands().filter_map(Operand::measure));
        measures.all(|measure| !measure.baseline && measure.path.first == "value" && measure.path.steps.is_empty())
    }

    /// The quantities that measurements are compared with as they stand, in order: the lines to draw in a plot.
    pub fn limits(&self) -> Vec<Quantity> {
        let amount = |operand: &Operand| match operand {
            Operand::Amount(quantity) => Some(*quantity),
            _ => None,
        };
        self.0.comparisons().into_iter().flat_map(|each| each.operands().filter_map(amount)).collect()
    }

    /// Which way its measurement should go to meet it: less for `value < 500 ms`, greater for `hit_rate > 70%`. None if it does not
    /// say one way.
    pub fn direction(&self) -> Option<Ordering> {
        let Node::Compare(comparison) = &self.0 else { return None };
        match (&comparison.left, &comparison.test) {
            (Operand::Measured(_), Test::Against(Relation::Less | Relation::AtMost, _)) => Some(Ordering::Less),
            (Operand::Measured(_), Test::Against(Relation::Greater | Relation::AtLeast, _)) => Some(Ordering::Greater),
            (Operand::Measured(_), Test::Against(Relation::Equal, Operand::Amount(none))) if none.amount.is_zero() => {
                Some(Ordering::Less)
            }
            _ => None,
        }
    }

    fn names(&self, baseline: bool) -> BTreeSet<String> {
        let of = |measure: &&Measure| measure.baseline == baseline;
        let comparisons = self.0.comparisons().into_iter();
        let measures = comparisons.flat_map(|each| each.operands().filter_map(Operand::measure)).filter(of);
        tree::set(measures.map(|measure| measure.path.to_string()))
    }
}

impl std::str::FromStr for Condition {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parser::parse(text).map(Self)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.0.write(&mut text, &|_, _| String::new());
        f.write_str(&text)
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.to_string()
    }
}

impl TryFrom<String> for Condition {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
