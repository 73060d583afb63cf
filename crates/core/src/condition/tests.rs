//! What needs the parts of a condition: that whatever can be built is written so that it is read back the same.

use super::Condition;
use super::ast::{Comparison, Factor, Measure, Node, Operand, Path, Relation, Step, Test};
use super::quantity::{Counted, Quantity, SizeUnit, TimeUnit, Unit};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zà-ÿА-я_][a-z0-9_]{0,8}",
        1 => prop::sample::select(vec!["and", "not", "x", "baseline", "of", "null", "value", "a-b", "e3", "ms"]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
        1 => prop::sample::select(vec!["", " ", "5xx", "a b", "q\"\\\n", "a-", "-a", "]", "p99.9"]).prop_map(str::to_owned),
    ]
}

fn path() -> impl Strategy<Value = Path> {
    let step = prop_oneof![3 => name().prop_map(Step::Member), 1 => (0_usize..1000).prop_map(Step::Element)];
    (name(), prop::collection::vec(step, 0..4)).prop_map(|(first, steps)| Path { first, steps })
}

fn measure() -> impl Strategy<Value = Measure> {
    (any::<bool>(), path()).prop_map(|(baseline, path)| Measure { baseline, path })
}

fn number(negative: bool) -> impl Strategy<Value = Decimal> {
    let least = if negative { i64::MIN } else { 0 };
    (least..i64::MAX, 0_u32..=28).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
}

fn unit() -> impl Strategy<Value = Unit> {
    use Counted::{Anything, Connections, Data, Jobs, Requests};
    let time =
        prop::sample::select(vec![TimeUnit::Microsecond, TimeUnit::Millisecond, TimeUnit::Minute, TimeUnit::Day]);
    let size = prop::sample::select(vec![SizeUnit::B, SizeUnit::KB, SizeUnit::GiB, SizeUnit::TiB]);
    let counted =
        prop::sample::select(vec![Anything, Requests, Jobs, Connections, Data(SizeUnit::MB), Data(SizeUnit::B)]);
    prop_oneof![
        Just(Unit::Plain),
        Just(Unit::Percent),
        time.clone().prop_map(Unit::Time),
        size.prop_map(Unit::Size),
        (counted, time).prop_map(|(counted, time)| Unit::Rate(counted, time)),
    ]
}

/// Sides without literals: what the reader refuses about literals of two kinds is tested elsewhere.
fn measured() -> impl Strategy<Value = Operand> {
    let factor = prop_oneof![number(false).prop_map(Factor::Times), number(false).prop_map(Factor::Percent)];
    prop_oneof![
        3 => measure().prop_map(Operand::Measured),
        1 => (factor, measure()).prop_map(|(factor, measure)| Operand::Scaled(factor, measure)),
    ]
}

fn comparison() -> impl Strategy<Value = Comparison> {
    let equality = prop::sample::select(vec![Relation::Equal, Relation::Different]);
    let relation = prop::sample::select(vec![
        Relation::Equal,
        Relation::Less,
        Relation::AtMost,
        Relation::Greater,
        Relation::AtLeast,
    ]);
    let literal =
        prop_oneof!["\\PC{0,8}".prop_map(Operand::Text), any::<bool>().prop_map(Operand::Bool), Just(Operand::Null)];
    let single = measure().prop_map(Operand::Measured);
    let amount = || (number(true), unit()).prop_map(|(amount, unit)| Operand::Amount(Quantity::new(amount, unit)));
    let sides = prop_oneof![
        (single, equality, literal).prop_map(|(left, relation, right)| (left, Test::Against(relation, right))),
        (measured(), relation.clone(), measured())
            .prop_map(|(left, relation, right)| (left, Test::Against(relation, right))),
        (amount(), relation.clone(), measured())
            .prop_map(|(left, relation, right)| (left, Test::Against(relation, right))),
        (measured(), relation, amount()).prop_map(|(left, relation, right)| (left, Test::Against(relation, right))),
        (measured(), measured(), measured(), any::<bool>())
            .prop_map(|(left, low, high, closed)| (left, Test::Within { low, high, closed })),
        (measured(), amount(), measured(), any::<bool>())
            .prop_map(|(left, low, high, closed)| (left, Test::Within { low, high, closed })),
    ];
    let window = prop::option::of(
        (1_i64..10_000).prop_map(|minutes| Quantity::new(Decimal::new(minutes, 0), Unit::Time(TimeUnit::Minute))),
    );
    (sides, window).prop_map(|((left, test), window)| {
        let mut comparison = Comparison { left, test, sustained: None };
        let changes = comparison.operands().filter_map(Operand::measure).any(|measure| !measure.baseline);
        comparison.sustained = window.filter(|_| changes);
        comparison
    })
}

fn node() -> impl Strategy<Value = Node> {
    comparison().prop_map(|each| Node::Compare(Box::new(each))).prop_recursive(4, 24, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several.clone().prop_map(Node::All),
            several.prop_map(Node::Any),
            inner.clone().prop_map(|node| Node::Not(Box::new(node))),
            (1_usize..4, prop::collection::vec(inner, 3..5)).prop_map(|(count, nodes)| Node::AtLeast(count, nodes)),
        ]
    })
}

/// The reader refuses one name with two kinds of literals; such conditions are not built.
fn has_one_dimension_per_name(node: &Node) -> bool {
    let mut known = std::collections::BTreeMap::new();
    node.comparisons().into_iter().all(|comparison| {
        let ends: Vec<&Operand> = comparison.operands().collect();
        let dimension = ends.iter().find_map(|each| match each {
            Operand::Amount(quantity) => Some(quantity.unit.dimension()),
            _ => None,
        });
        dimension.is_none_or(|dimension| {
            let measures = ends.iter().filter_map(|each| each.measure());
            measures.into_iter().all(|each| *known.entry(each.path.to_string()).or_insert(dimension) == dimension)
        })
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_the_same(node in node().prop_filter("kinds", has_one_dimension_per_name)) {
        let condition = Condition(node);
        let text = condition.to_string();
        prop_assert_eq!(text.parse::<Condition>(), Ok(condition.clone()), "{}", text);
        let json = serde_json::to_string(&condition).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Condition>(&json).unwrap(), &condition);
    }

    #[test]
    fn no_text_makes_it_panic_and_errors_point_into_the_text(text in "\\PC{0,40}") {
        if let Err(error) = text.parse::<Condition>() {
            prop_assert!((1..=text.chars().count() + 1).contains(&error.at));
            prop_assert!(!error.what.is_empty() && !error.fix.is_empty());
        }
    }

    #[test]
    fn nor_do_its_own_words_in_any_order(words in prop::collection::vec(prop::sample::select(vec![
        "a", "not", "and", "or", "(", ")", "2", "of", "5%", "x", "<", "==", "in", "..", "..<", "[", "]", "0", "\"t\"", "null", "true",
        "sustained", "5m", "baseline", ".", ",", "ms", "/", "s", "-1", "1e3",
    ]), 0..24)) {
        let text = words.join(" ");
        if let Ok(condition) = text.parse::<Condition>() {
            prop_assert_eq!(condition.to_string().parse::<Condition>(), Ok(condition));
        }
    }
}
