//! What literals show about the kinds of the sides of comparisons, so that nonsense is refused before anything is measured.

use super::ast::{Operand, Relation};
use super::error::ParseError;
use super::quantity::{Dimension, Quantity};
use std::collections::BTreeMap;

type Checked = Result<(), ParseError>;

/// What each measurement is compared with in one condition.
#[derive(Default)]
pub(super) struct Kinds(BTreeMap<String, Dimension>);

impl Kinds {
    /// Refuses what can never have an answer.
    pub(super) fn check(&mut self, relation: Relation, left: (usize, &Operand), right: (usize, &Operand)) -> Checked {
        let equality = matches!(relation, Relation::Equal | Relation::Different);
        for (at, side) in [left, right] {
            let unordered = matches!(side, Operand::Text(_) | Operand::Bool(_) | Operand::Null);
            if unordered && !equality {
                let what = format!("{side} is neither more nor less than anything.");
                return Err(ParseError::new(at, what, "Compare it with == or !=."));
            }
        }
        if !can_be_equal(left.1, right.1) {
            let what = format!("{} and {} are of different kinds.", left.1, right.1);
            let fix = "Compare numbers with numbers and texts with texts; texts stand in quotes.";
            return Err(ParseError::new(right.0, what, fix));
        }
        match (left, right) {
            ((_, Operand::Amount(one)), (at, Operand::Amount(other))) => check_dimensions(at, one, other),
            ((_, Operand::Amount(amount)), (at, measured)) | ((_, measured), (at, Operand::Amount(amount))) => {
                self.check_against_others(at, measured, amount)
            }
            _ => Ok(()),
        }
    }

    /// The same measurement cannot be a length of time here and a percentage there.
    fn check_against_others(&mut self, at: usize, side: &Operand, amount: &Quantity) -> Checked {
        let Some(measure) = side.measure() else { return Ok(()) };
        let (name, dimension) = (measure.path.to_string(), amount.unit.dimension());
        let before = *self.0.entry(name).or_insert(dimension);
        if before == dimension {
            return Ok(());
        }
        let what = format!("«{}» is compared with {before} before, and with {dimension} here.", measure.path);
        Err(ParseError::new(at, what, "Compare a measurement with one kind of unit."))
    }
}

fn check_dimensions(at: usize, left: &Quantity, right: &Quantity) -> Checked {
    let (one, other) = (left.unit.dimension(), right.unit.dimension());
    if one == other {
        return Ok(());
    }
    let what = format!("{left} is {one}, and {right} is {other}.");
    Err(ParseError::new(at, what, "Compare quantities of one kind of unit."))
}

fn can_be_equal(left: &Operand, right: &Operand) -> bool {
    use Operand::{Amount, Bool, Measured, Null, Scaled, Text};
    let constants = || matches!((left, right), (Null, Null) | (Text(_), Text(_)) | (Bool(_), Bool(_)));
    let numbers = || matches!((left, right), (Amount(_) | Scaled(..), Amount(_) | Scaled(..)));
    matches!(left, Measured(_)) || matches!(right, Measured(_)) || constants() || numbers()
}
