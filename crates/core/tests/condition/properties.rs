//! What holds for all conditions.

use crate::reference::{NAMES, model, world};
use crate::{condition, sustained::series};
use countersign_core::condition::{Facts, Outcome};
use proptest::prelude::*;

/// Whatever one measurement, baseline value or series less leaves of the facts.
fn each_without_one(facts: &Facts) -> Vec<Facts> {
    let mut all = Vec::new();
    for name in NAMES {
        for part in 0..3 {
            let mut less = facts.clone();
            let taken = match part {
                0 => less.values.remove(name).is_some(),
                1 => less.baseline.remove(name).is_some(),
                _ => less.series.remove(name).is_some(),
            };
            if taken {
                all.push(less);
            }
        }
    }
    all
}

fn samples() -> impl Strategy<Value = Vec<(i64, &'static str)>> {
    let value = prop::sample::select(vec!["2%", "2%", "2%", "2%", "3 %", "1%", "null", "5 ms"]);
    prop::collection::vec((0_i64..9, 0_i64..20, value), 0..10)
        .prop_map(|points| points.into_iter().map(|(minute, second, value)| (minute * 60 + second, value)).collect())
}

/// The rule of `sustained`, written down a second time: `share > 1.5% sustained 5m`.
fn sustained_by_the_book(samples: &[(i64, &str)]) -> Outcome {
    let mut samples = samples.to_vec();
    samples.sort_unstable();
    samples.dedup();
    if samples.windows(2).any(|pair| pair[0].0 == pair[1].0) || samples.is_empty() {
        return Outcome::Unknown;
    }
    let newest = samples[samples.len() - 1].0;
    let inside: Vec<_> = samples.iter().filter(|(at, _)| *at >= newest - 300).collect();
    if inside.iter().any(|(_, value)| *value == "1%") {
        return Outcome::NotMet;
    }
    let Some(first) = samples.iter().rposition(|(at, _)| *at <= newest - 300) else { return Outcome::Unknown };
    let mut steps: Vec<i64> = samples[first..].windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    steps.sort_unstable();
    let longest = steps[steps.len() - 1];
    let twice_median = steps[steps.len() / 2] + steps[(steps.len() - 1) / 2];
    let has_gap = longest > 150 || 4 * longest > 3 * twice_median;
    let all_read = inside.iter().all(|(_, value)| value.ends_with('%'));
    if has_gap || !all_read { Outcome::Unknown } else { Outcome::Met }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn evaluation_agrees_with_the_naive_reference(model in model(true), world in world()) {
        let text = model.text();
        let condition = condition(&text);
        let found = condition.evaluate(&world.facts());
        prop_assert_eq!(found.outcome, model.outcome(&world), "{} over {:?}: {:?}", text, world, found);
        prop_assert_eq!(condition.to_string().parse(), Ok(condition));
    }

    #[test]
    fn taking_a_measurement_away_never_makes_a_condition_met(model in model(false), world in world()) {
        let (condition, facts) = (condition(&model.text()), world.facts());
        let before = condition.evaluate(&facts).outcome;
        for less in each_without_one(&facts) {
            let after = condition.evaluate(&less).outcome;
            prop_assert!(after != Outcome::Met || before == Outcome::Met, "{}", condition);
        }
    }

    #[test]
    fn taking_a_measurement_away_leaves_the_outcome_or_makes_it_unknown(model in model(true), world in world()) {
        let (condition, facts) = (condition(&model.text()), world.facts());
        let before = condition.evaluate(&facts).outcome;
        for less in each_without_one(&facts) {
            let after = condition.evaluate(&less).outcome;
            prop_assert!(after == before || after == Outcome::Unknown, "{}", condition);
        }
    }

    #[test]
    fn sustained_follows_its_rule_and_never_becomes_met_by_a_lost_series(samples in samples()) {
        let mut facts = Facts::default();
        facts.series.insert("share".to_owned(), series(&samples));
        let condition = condition("share > 1.5% sustained 5m");
        let before = condition.evaluate(&facts);
        prop_assert_eq!(before.outcome, sustained_by_the_book(&samples), "{:?}", before);
        for less in each_without_one(&facts) {
            prop_assert_eq!(condition.evaluate(&less).outcome, Outcome::Unknown);
        }
    }

    #[test]
    fn in_an_even_series_a_lost_sample_within_the_window_never_makes_it_met(
        values in prop::collection::vec(prop::sample::select(vec!["2%", "2%", "2%", "2%", "1%"]), 7..14),
        lost in 0_usize..14,
    ) {
        let samples: Vec<_> = (0_i64..).zip(&values).map(|(minute, value)| (minute * 60, *value)).collect();
        let condition = condition("share > 1.5% sustained 5m");
        let outcome = |samples: &[(i64, &str)]| {
            let mut facts = Facts::default();
            facts.series.insert("share".to_owned(), series(samples));
            condition.evaluate(&facts).outcome
        };
        // The newest sample says when the window ends: without it another window is asked about.
        let lost = lost % (samples.len() - 1);
        let mut less = samples.clone();
        less.remove(lost);
        prop_assert!(outcome(&less) != Outcome::Met || outcome(&samples) == Outcome::Met);
    }
}
