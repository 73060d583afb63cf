//! Conditions made from their parts: what the words of a checklist state as a limit.
//!
//! Gives what reading the printed condition would give, its errors included, without printing it.

use super::ast::{Comparison, Factor, Measure, Node, Operand, Path, RESERVED, Relation, Step, Test, is_word};
use super::quantity::{Quantity, Unit};
use super::sustained::window_millis;
use super::{Condition, ParseError};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// What a measurement is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    Amount(Quantity),
    /// From the one to the other; both ends belong to it.
    Band(Quantity, Quantity),
    /// Percent of its own baseline.
    Percent(Decimal),
    /// So many times its own baseline.
    TimesBaseline(Decimal),
    /// So many times another measurement.
    Times(Decimal, String),
    /// Its own baseline.
    Baseline,
}

/// A limit in parts: `name relation bound sustained window`.
#[derive(Clone, Debug)]
pub(crate) struct Stated {
    /// The measurement's name, its parts joined with points.
    pub(crate) name: String,
    /// Of no account for a band.
    pub(crate) relation: Relation,
    pub(crate) bound: Bound,
    pub(crate) sustained: Option<Quantity>,
}

impl Stated {
    /// The condition that this states.
    ///
    /// # Errors
    /// [`ParseError`] if there is no such condition, as that a band's ends stand in the wrong order.
    pub(crate) fn condition(self) -> Result<Condition, ParseError> {
        match self.node() {
            Some(node) => Ok(Condition(node)),
            // What is not plain is left to the parser, which says what is wrong with it.
            None => self.printed().parse(),
        }
    }

    fn node(&self) -> Option<Node> {
        if self
            .sustained
            .is_some_and(|window| !matches!(window.unit, Unit::Time(_)) || window_millis(&window).is_none())
        {
            return None;
        }
        let path = path(&self.name)?;
        let own = |path: &Path| Measure { baseline: true, path: path.clone() };
        let right = match &self.bound {
            Bound::Amount(quantity) => Operand::Amount(*quantity),
            Bound::Percent(number) => Operand::Scaled(Factor::Percent(*number), own(&path)),
            Bound::TimesBaseline(number) => Operand::Scaled(Factor::Times(*number), own(&path)),
            Bound::Times(number, other) => {
                Operand::Scaled(Factor::Times(*number), Measure { baseline: false, path: self::path(other)? })
            }
            Bound::Baseline => Operand::Measured(own(&path)),
            Bound::Band(low, high) => {
                let ordered = matches!(low.compare(high), Some(Ordering::Less | Ordering::Equal));
                let test = Test::Within { low: Operand::Amount(*low), high: Operand::Amount(*high), closed: true };
                return ordered.then(|| self.compare(path, test));
            }
        };
        Some(self.compare(path, Test::Against(self.relation, right)))
    }

    fn compare(&self, path: Path, test: Test) -> Node {
        let left = Operand::Measured(Measure { baseline: false, path });
        Node::Compare(Box::new(Comparison { left, test, sustained: self.sustained }))
    }

    fn printed(&self) -> String {
        let Self { name, relation, bound, sustained } = self;
        let sign = relation.sign();
        let compared = match bound {
            Bound::Amount(quantity) => format!("{name} {sign} {quantity}"),
            Bound::Band(low, high) => format!("{name} in {low} .. {high}"),
            Bound::Percent(number) => format!("{name} {sign} {number}% of baseline({name})"),
            Bound::TimesBaseline(number) => format!("{name} {sign} {number} x baseline({name})"),
            Bound::Times(number, other) => format!("{name} {sign} {number} x {other}"),
            Bound::Baseline => format!("{name} {sign} baseline({name})"),
        };
        sustained.map_or(compared.clone(), |window| format!("{compared} sustained {window}"))
    }
}

/// A name whose parts are words; none if a part is anything else.
fn path(name: &str) -> Option<Path> {
    let mut parts = name.split('.');
    let first = parts.next().filter(|first| is_word(first) && *first != "baseline" && !RESERVED.contains(first))?;
    let steps: Option<Vec<Step>> = parts.map(|part| is_word(part).then(|| Step::Member(part.to_owned()))).collect();
    Some(Path { first: first.to_owned(), steps: steps? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::written::{number_at, unit_at};

    fn quantity(text: &str) -> Quantity {
        let (number, rest) = number_at(text).unwrap();
        Quantity::new(number, unit_at(rest).0.unwrap_or(Unit::Plain))
    }

    #[test]
    fn what_is_built_is_what_would_be_read() {
        let bounds = [
            Bound::Amount(quantity("0.10 %")),
            Bound::Amount(quantity("500 ms")),
            Bound::Band(quantity("512 MB"), quantity("1 GB")),
            Bound::Band(quantity("2 GB"), quantity("1 GB")),
            Bound::Band(quantity("1 %"), quantity("2 s")),
            Bound::Percent(quantity("110").amount),
            Bound::TimesBaseline(quantity("5").amount),
            Bound::Times(quantity("5").amount, "latency.p50".to_owned()),
            Bound::Baseline,
        ];
        for name in ["error_rate", "latency.p95", "_5xx", "baseline", "not", "can't", "größe", "value"] {
            for bound in &bounds {
                for sustained in [None, Some(quantity("5 min")), Some(quantity("0 s")), Some(quantity("5 GB"))] {
                    let stated =
                        Stated { name: name.to_owned(), relation: Relation::AtMost, bound: bound.clone(), sustained };
                    let printed = stated.printed();
                    assert_eq!(stated.condition(), printed.parse(), "{printed}");
                }
            }
        }
    }
}
