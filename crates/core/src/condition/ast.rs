//! The parts of a condition, and how they are written.

use super::quantity::Quantity;
use rust_decimal::Decimal;
use std::fmt::{self, Write as _};

/// A condition or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// All hold; two or more.
    All(Vec<Node>),
    /// One holds; two or more.
    Any(Vec<Node>),
    /// It does not hold.
    Not(Box<Node>),
    /// At least so many hold.
    AtLeast(usize, Vec<Node>),
    /// A comparison.
    Compare(Box<Comparison>),
}

/// A comparison, perhaps over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) left: Operand,
    pub(super) test: Test,
    /// The window up to the newest sample: a positive length of time.
    pub(super) sustained: Option<Quantity>,
}

/// What is asked of the left side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// A relation to the right side.
    Against(Relation, Operand),
    /// Within a band; the lower end belongs to it, the upper one does if `closed`.
    Within { low: Operand, high: Operand, closed: bool },
}

/// The relations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    Different,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    Amount(Quantity),
    Text(String),
    Bool(bool),
    Null,
    Measured(Measure),
    Scaled(Factor, Measure),
}

/// A factor, not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Factor {
    /// `5 x`
    Times(Decimal),
    /// `110% of`
    Percent(Decimal),
}

/// A measurement by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Measure {
    /// The one in the baseline.
    pub(super) baseline: bool,
    pub(super) path: Path,
}

/// A name, and the way into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) first: String,
    pub(super) steps: Vec<Step>,
}

/// A step into a JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Element(usize),
}

/// Words that cannot begin a name.
pub(super) const RESERVED: [&str; 9] = ["and", "or", "not", "of", "in", "sustained", "true", "false", "null"];

/// The first character of a word.
pub(super) fn starts_word(each: char) -> bool {
    each.is_alphabetic() || each == '_'
}

/// How many bytes at the start of `text` are a word: letters, digits, `_`, and `-` between them.
pub(super) fn word_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    match characters.next() {
        Some((_, first)) if starts_word(first) => {}
        _ => return 0,
    }
    while let Some((at, each)) = characters.next() {
        let next_goes_on = characters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        if !(each.is_alphanumeric() || each == '_' || each == '-' && next_goes_on) {
            return at;
        }
    }
    text.len()
}

pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty() && word_length(text) == text.len()
}

/// A text in quotes, escaped as in JSON (RFC 8259, section 7).
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_word(&self.first) && self.first != "baseline" && !RESERVED.contains(&self.first.as_str()) {
            f.write_str(&self.first)?;
        } else {
            write!(f, "[{}]", quoted(&self.first))?;
        }
        self.steps.iter().try_for_each(|step| step.fmt(f))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) if is_word(name) => write!(f, ".{name}"),
            Self::Member(name) => write!(f, "[{}]", quoted(name)),
            Self::Element(index) => write!(f, "[{index}]"),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.baseline { write!(f, "baseline({})", self.path) } else { self.path.fmt(f) }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(number) => write!(f, "{number} x"),
            Self::Percent(number) => write!(f, "{number}% of"),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount(quantity) => quantity.fmt(f),
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Bool(yes) => yes.fmt(f),
            Self::Null => f.write_str("null"),
            Self::Measured(measure) => measure.fmt(f),
            Self::Scaled(factor, measure) => write!(f, "{factor} {measure}"),
        }
    }
}

impl Relation {
    /// As it is written.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Different => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl Comparison {
    /// The sides in the order in which they are written.
    pub(super) fn operands(&self) -> impl Iterator<Item = &Operand> {
        let (second, third) = match &self.test {
            Test::Against(_, right) => (right, None),
            Test::Within { low, high, .. } => (low, Some(high)),
        };
        [&self.left, second].into_iter().chain(third)
    }
}

impl Operand {
    /// The measurement in it.
    pub(super) fn measure(&self) -> Option<&Measure> {
        match self {
            Self::Measured(measure) | Self::Scaled(_, measure) => Some(measure),
            _ => None,
        }
    }
}

impl Node {
    /// Every comparison in it, in order.
    pub(super) fn comparisons(&self) -> Vec<&Comparison> {
        match self {
            Self::All(nodes) | Self::Any(nodes) | Self::AtLeast(_, nodes) => {
                nodes.iter().flat_map(Self::comparisons).collect()
            }
            Self::Not(node) => node.comparisons(),
            Self::Compare(comparison) => vec![comparison],
        }
    }

    /// Writes it, with what `note` gives after each side of a comparison.
    pub(super) fn write(&self, out: &mut String, note: &dyn Fn(&Operand, &Comparison) -> String) {
        match self {
            Self::All(nodes) => join(out, nodes, " and ", |node| matches!(node, Self::All(_) | Self::Any(_)), note),
            Self::Any(nodes) => join(out, nodes, " or ", |node| matches!(node, Self::Any(_)), note),
            Self::Not(node) => {
                out.push_str("not ");
                node.write_inside(out, !matches!(**node, Self::Not(_)), note);
            }
            Self::AtLeast(count, nodes) => {
                let _ = write!(out, "{count} of (");
                join(out, nodes, ", ", |_| false, note);
                out.push(')');
            }
            Self::Compare(comparison) => comparison.write(out, note),
        }
    }

    fn write_inside(&self, out: &mut String, parentheses: bool, note: &dyn Fn(&Operand, &Comparison) -> String) {
        if parentheses {
            out.push('(');
        }
        self.write(out, note);
        if parentheses {
            out.push(')');
        }
    }
}

fn join(
    out: &mut String,
    nodes: &[Node],
    word: &str,
    parentheses: impl Fn(&Node) -> bool,
    note: &dyn Fn(&Operand, &Comparison) -> String,
) {
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            out.push_str(word);
        }
        node.write_inside(out, parentheses(node), note);
    }
}

impl Comparison {
    fn write(&self, out: &mut String, note: &dyn Fn(&Operand, &Self) -> String) {
        let side = |operand: &Operand| format!("{operand}{}", note(operand, self));
        let _ = match &self.test {
            Test::Against(relation, right) => write!(out, "{} {} {}", side(&self.left), relation.sign(), side(right)),
            Test::Within { low, high, closed } => {
                let sign = if *closed { ".." } else { "..<" };
                write!(out, "{} in {}{sign}{}", side(&self.left), side(low), side(high))
            }
        };
        if let Some(window) = self.sustained {
            let _ = write!(out, " sustained {window}");
        }
    }
}
