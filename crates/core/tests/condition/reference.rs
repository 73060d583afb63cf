//! Conditions of a naive model, with an evaluator that shares nothing with the real one: fractions of 128-bit whole numbers.

use countersign_core::condition::{Facts, Outcome};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Units by name, dimension and how many of the smallest.
const UNITS: [(&str, usize, i128); 11] = [
    ("µs", 0, 1),
    ("ms", 0, 1000),
    ("s", 0, 1_000_000),
    ("min", 0, 60_000_000),
    ("%", 1, 1),
    ("", 2, 1),
    ("B", 3, 1),
    ("KB", 3, 1000),
    ("KiB", 3, 1024),
    ("MB", 3, 1_000_000),
    ("MiB", 3, 1_048_576),
];

/// One measurement for each dimension.
pub(crate) const NAMES: [&str; 4] = ["wait", "share", "count", "size"];

#[derive(Clone, Debug)]
pub(crate) struct Amount {
    mantissa: i128,
    scale: u32,
    unit: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum Side {
    Literal(Amount),
    Measure { name: usize, baseline: bool },
    Times { mantissa: i128, scale: u32, percent: bool, name: usize, baseline: bool },
}

#[derive(Clone, Debug)]
pub(crate) enum Model {
    And(Vec<Model>),
    Or(Vec<Model>),
    Not(Box<Model>),
    Of(usize, Vec<Model>),
    Compare(Side, usize, Side),
    In(Side, Side, Side, bool),
    Null(usize, bool),
    Text(usize, bool),
    True(usize, bool),
}

#[derive(Clone, Debug)]
pub(crate) enum Fact {
    Number(i128, u32),
    Quantity(Amount),
    Null,
    Bool(bool),
    Text,
}

/// Facts of the model: the values, then the baseline.
#[derive(Clone, Debug)]
pub(crate) struct World(pub(crate) [Vec<Option<Fact>>; 2]);

const RELATIONS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];

fn decimal(mantissa: i128, scale: u32) -> String {
    let digits = format!("{:0>width$}", mantissa.abs(), width = scale as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
    let sign = if mantissa < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

impl Amount {
    fn text(&self) -> String {
        format!("{}{}", decimal(self.mantissa, self.scale), UNITS[self.unit].0)
    }

    fn fraction(&self) -> (i128, i128, usize) {
        (self.mantissa * UNITS[self.unit].2, 10_i128.pow(self.scale), UNITS[self.unit].1)
    }
}

fn measure(name: usize, baseline: bool) -> String {
    if baseline { format!("baseline({})", NAMES[name]) } else { NAMES[name].to_owned() }
}

impl Side {
    fn text(&self) -> String {
        match self {
            Self::Literal(amount) => amount.text(),
            Self::Measure { name, baseline } => measure(*name, *baseline),
            Self::Times { mantissa, scale, percent, name, baseline } => {
                let word = if *percent { "% of" } else { "x" };
                format!("{}{word} {}", decimal(*mantissa, *scale), measure(*name, *baseline))
            }
        }
    }

    fn fact<'w>(&self, world: &'w World) -> Option<&'w Fact> {
        match self {
            Self::Literal(_) => None,
            Self::Measure { name, baseline } | Self::Times { name, baseline, .. } => {
                world.0[usize::from(*baseline)][*name].as_ref()
            }
        }
    }

    fn fraction(&self, world: &World) -> Option<(i128, i128, usize)> {
        let Self::Literal(amount) = self else {
            let (up, down, dimension) = match self.fact(world)? {
                Fact::Number(mantissa, scale) => (*mantissa, 10_i128.pow(*scale), 2),
                Fact::Quantity(amount) => amount.fraction(),
                Fact::Null | Fact::Bool(_) | Fact::Text => return None,
            };
            return Some(match self {
                Self::Times { mantissa, scale, percent, .. } => {
                    let hundred = if *percent { 100 } else { 1 };
                    (up * mantissa, down * 10_i128.pow(*scale) * hundred, dimension)
                }
                _ => (up, down, dimension),
            });
        };
        Some(amount.fraction())
    }
}

/// `None` is unknown.
fn compare(left: &Side, relation: usize, right: &Side, world: &World) -> Option<bool> {
    if relation >= 4
        && let (Side::Measure { .. }, Side::Measure { .. }) = (left, right)
    {
        let (one, other) = (left.fact(world)?, right.fact(world)?);
        let differ = relation == 5;
        match (one, other) {
            (Fact::Bool(a), Fact::Bool(b)) => return Some((a == b) != differ),
            (Fact::Text, Fact::Text) => return Some(!differ),
            (Fact::Text, Fact::Quantity(_)) | (Fact::Quantity(_), Fact::Text) => return Some(differ),
            _ => {}
        }
    }
    let ((up, down, dimension), (other_up, other_down, other_dimension)) =
        (left.fraction(world)?, right.fraction(world)?);
    if dimension != other_dimension {
        return None;
    }
    let (one, other) = (up * other_down, other_up * down);
    Some([one < other, one <= other, one > other, one >= other, one == other, one != other][relation])
}

impl Model {
    pub(crate) fn text(&self) -> String {
        let list = |parts: &[Self], word: &str| {
            parts.iter().map(|part| format!("({})", part.text())).collect::<Vec<_>>().join(word)
        };
        match self {
            Self::And(parts) => list(parts, " and "),
            Self::Or(parts) => list(parts, " or "),
            Self::Not(part) => format!("not ({})", part.text()),
            Self::Of(count, parts) => format!("{count} of ({})", list(parts, " , ")),
            Self::Compare(left, relation, right) => {
                format!("{} {} {}", left.text(), RELATIONS[*relation], right.text())
            }
            Self::In(left, low, high, closed) => {
                let sign = if *closed { ".." } else { "..<" };
                format!("{} in {}{sign}{}", left.text(), low.text(), high.text())
            }
            Self::Null(name, equal) => format!("{} {} null", NAMES[*name], RELATIONS[if *equal { 4 } else { 5 }]),
            Self::Text(name, equal) => format!("{} {} \"ok\"", NAMES[*name], RELATIONS[if *equal { 4 } else { 5 }]),
            Self::True(name, equal) => format!("{} {} true", NAMES[*name], RELATIONS[if *equal { 4 } else { 5 }]),
        }
    }

    pub(crate) fn outcome(&self, world: &World) -> Outcome {
        match self.holds(world) {
            Some(true) => Outcome::Met,
            Some(false) => Outcome::NotMet,
            None => Outcome::Unknown,
        }
    }

    fn holds(&self, world: &World) -> Option<bool> {
        let parts = |parts: &[Self]| parts.iter().map(|part| part.holds(world)).collect::<Vec<_>>();
        let value = |name: &usize| world.0[0][*name].as_ref();
        match self {
            Self::And(all) => {
                let all = parts(all);
                if all.contains(&Some(false)) {
                    Some(false)
                } else if all.contains(&None) {
                    None
                } else {
                    Some(true)
                }
            }
            Self::Or(any) => {
                let any = parts(any);
                if any.contains(&Some(true)) {
                    Some(true)
                } else if any.contains(&None) {
                    None
                } else {
                    Some(false)
                }
            }
            Self::Not(part) => part.holds(world).map(|holds| !holds),
            // By trying: what if all unknown parts held, and what if none did?
            Self::Of(count, some) => {
                let some = parts(some);
                let with = |guess: bool| some.iter().filter(|part| part.unwrap_or(guess)).count() >= *count;
                (with(true) == with(false)).then(|| with(true))
            }
            Self::Compare(left, relation, right) => compare(left, *relation, right, world),
            Self::In(left, low, high, closed) => {
                let (above, below) = (compare(left, 3, low, world), compare(left, usize::from(*closed), high, world));
                if above == Some(false) || below == Some(false) { Some(false) } else { Some(above? && below?) }
            }
            Self::Null(name, equal) => value(name).map(|fact| matches!(fact, Fact::Null) == *equal),
            Self::Text(name, equal) => match value(name)? {
                Fact::Text => Some(*equal),
                Fact::Quantity(_) => Some(!*equal),
                _ => None,
            },
            Self::True(name, equal) => match value(name)? {
                Fact::Bool(yes) => Some(*yes == *equal),
                _ => None,
            },
        }
    }
}

impl World {
    pub(crate) fn facts(&self) -> Facts {
        let [values, baseline] = &self.0;
        Facts { values: map(values), baseline: map(baseline), ..Facts::default() }
    }
}

fn map(facts: &[Option<Fact>]) -> Map<String, Value> {
    let value = |fact: &Fact| match fact {
        Fact::Number(mantissa, scale) => serde_json::from_str(&decimal(*mantissa, *scale)).unwrap(),
        Fact::Quantity(amount) => Value::from(amount.text()),
        Fact::Null => Value::Null,
        Fact::Bool(yes) => Value::from(*yes),
        Fact::Text => Value::from("ok"),
    };
    NAMES.iter().zip(facts).filter_map(|(name, fact)| Some(((*name).to_owned(), value(fact.as_ref()?)))).collect()
}

/// Few digits and near scales, so that equal values are common.
fn digits() -> impl Strategy<Value = (i128, u32)> {
    prop_oneof![3 => (-3_i128..30, 0_u32..2), 1 => (-9999_i128..9999, 0_u32..4)]
}

fn amount(dimension: usize) -> impl Strategy<Value = Amount> {
    let units: Vec<usize> = (0..UNITS.len()).filter(|unit| UNITS[*unit].1 == dimension).collect();
    (digits(), prop::sample::select(units)).prop_map(|((mantissa, scale), unit)| Amount { mantissa, scale, unit })
}

fn measured(name: impl Strategy<Value = usize> + Clone) -> impl Strategy<Value = Side> {
    let factor = ((0_i128..2000, 0_u32..3), any::<bool>(), name.clone(), any::<bool>());
    prop_oneof![
        2 => (name, any::<bool>()).prop_map(|(name, baseline)| Side::Measure { name, baseline }),
        1 => factor.prop_map(|((mantissa, scale), percent, name, baseline)| Side::Times { mantissa, scale, percent, name, baseline }),
    ]
}

fn literal(dimension: usize) -> impl Strategy<Value = Side> {
    amount(dimension).prop_map(Side::Literal)
}

/// Literals are of the dimension of the measurement's name, because anything else is refused when it is read.
fn comparison() -> impl Strategy<Value = Model> {
    let of = |dimension: usize| prop_oneof![literal(dimension), measured(Just(dimension))];
    (0_usize..4).prop_flat_map(move |dimension| {
        prop_oneof![
            4 => (of(dimension), 0_usize..6, of(dimension)).prop_map(|(left, relation, right)| Model::Compare(left, relation, right)),
            1 => (measured(Just(dimension)), 0_usize..6, measured(0_usize..4))
                .prop_map(|(left, relation, right)| Model::Compare(left, relation, right)),
            1 => (of(dimension), measured(Just(dimension)), of(dimension), any::<bool>())
                .prop_map(|(left, low, high, closed)| Model::In(left, low, high, closed)),
            1 => (0_usize..3, Just(dimension), any::<bool>()).prop_map(|(kind, name, equal)| match kind {
                0 => Model::Null(name, equal),
                1 => Model::Text(name, equal),
                _ => Model::True(name, equal),
            }),
        ]
    })
}

pub(crate) fn model(with_not: bool) -> impl Strategy<Value = Model> {
    comparison().prop_recursive(4, 20, 4, move |inner| {
        let several = || prop::collection::vec(inner.clone(), 2..4);
        let not = inner.clone().prop_map(move |part| if with_not { Model::Not(Box::new(part)) } else { part });
        prop_oneof![
            several().prop_map(Model::And),
            several().prop_map(Model::Or),
            not,
            (1_usize..4, prop::collection::vec(inner.clone(), 3..5)).prop_map(|(count, parts)| Model::Of(count, parts)),
        ]
    })
}

fn fact(name: usize) -> impl Strategy<Value = Option<Fact>> {
    prop_oneof![
        1 => Just(None),
        5 => match name {
            2 => digits().prop_map(|(mantissa, scale)| Some(Fact::Number(mantissa, scale))).boxed(),
            dimension => amount(dimension).prop_map(|amount| Some(Fact::Quantity(amount))).boxed(),
        },
        1 => digits().prop_map(|(mantissa, scale)| Some(Fact::Number(mantissa, scale))),
        1 => prop::sample::select(vec![Fact::Null, Fact::Bool(true), Fact::Bool(false), Fact::Text]).prop_map(Some),
        1 => prop::sample::select(vec![0_usize, 1, 3]).prop_flat_map(amount).prop_map(|amount| Some(Fact::Quantity(amount))),
    ]
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    let facts = || (fact(0), fact(1), fact(2), fact(3)).prop_map(|(a, b, c, d)| vec![a, b, c, d]);
    (facts(), facts()).prop_map(|(values, baseline)| World([values, baseline]))
}
