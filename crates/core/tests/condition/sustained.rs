//! Conditions over time.

use crate::{condition, evaluate};
use countersign_core::condition::{Facts, Outcome, Sample, Series};
use countersign_core::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// Samples as `(seconds, value)` after 2026-01-01T10:00:00Z.
pub(crate) fn series(samples: &[(i64, &str)]) -> Series {
    const TEN: i64 = 1_767_261_600_000;
    let sample = |(second, value): &(i64, &str)| Sample {
        at: Timestamp::from_millis(TEN + second * 1000),
        value: serde_json::from_str(value).unwrap_or_else(|_| Value::from(*value)),
    };
    Series::Samples(samples.iter().map(sample).collect())
}

fn facts(all: &[(&str, &[(i64, &str)])]) -> Facts {
    let series = all.iter().map(|(name, samples)| ((*name).to_owned(), series(samples))).collect::<BTreeMap<_, _>>();
    let baseline = serde_json::json!({"p99": "100 ms"});
    Facts { series, baseline: baseline.as_object().unwrap().clone(), ..Facts::default() }
}

fn minutely(values: &[&'static str]) -> Vec<(i64, &'static str)> {
    (0..).zip(values).map(|(minute, value)| (minute * 60, *value)).collect()
}

#[test]
fn one_series_over_five_minutes() {
    use Outcome::{Met, NotMet, Unknown};
    let tall = ["2%"; 6];
    let table = vec![
        ("all hold", minutely(&tall), Met),
        ("in any order", minutely(&tall).into_iter().rev().collect(), Met),
        ("the oldest in the window breaks it", minutely(&["1%", "2%", "2%", "2%", "2%", "2%"]), NotMet),
        ("the newest breaks it", minutely(&["2%", "2%", "2%", "2%", "2%", "1 %"]), NotMet),
        ("one before the window does not", minutely(&["0%", "2%", "2%", "2%", "2%", "2%", "2%"]), Met),
        ("it does not reach back", minutely(&tall[1..]), Unknown),
        (
            "it does not reach back, by a second",
            vec![(1, "2%"), (60, "2%"), (120, "2%"), (180, "2%"), (240, "2%"), (300, "2%")],
            Unknown,
        ),
        ("it does not reach back and is broken", vec![(240, "0%"), (300, "2%")], NotMet),
        ("a sample is missing", vec![(0, "2%"), (60, "2%"), (180, "2%"), (240, "2%"), (300, "2%")], Unknown),
        ("a sample is missing, and another breaks it", vec![(0, "2%"), (60, "2%"), (180, "0%"), (300, "2%")], NotMet),
        (
            "a sample is late, not missing",
            vec![(0, "2%"), (60, "2%"), (145, "2%"), (180, "2%"), (240, "2%"), (300, "2%")],
            Met,
        ),
        ("steps of half the window", vec![(0, "2%"), (150, "2%"), (300, "2%")], Met),
        ("only the ends", vec![(0, "2%"), (300, "2%")], Unknown),
        ("a single sample", vec![(0, "2%")], Unknown),
        ("a single sample that breaks it", vec![(0, "0%")], NotMet),
        ("no sample", vec![], Unknown),
        ("a value that is none", minutely(&["2%", "2%", "null", "2%", "2%", "2%"]), Unknown),
        ("a value that is none, and one that breaks it", minutely(&["2%", "2%", "null", "2%", "0%", "2%"]), NotMet),
        ("a unit that does not fit", minutely(&["2%", "2%", "2 ms", "2%", "2%", "2%"]), Unknown),
        ("the same sample twice", [minutely(&tall), vec![(60, "2%")]].concat(), Met),
        ("two values at once", [minutely(&tall), vec![(60, "3%")]].concat(), Unknown),
    ];
    for (name, samples, expected) in table {
        let found = condition("error_rate > 1% sustained 5m").evaluate(&facts(&[("error_rate", &samples)]));
        assert_eq!(found.outcome, expected, "{name}: {found:?}");
    }
}

#[test]
fn several_series_must_be_there_at_every_point() {
    let fast: Vec<_> = minutely(&["100 ms"; 6]);
    let slow: Vec<_> = minutely(&["0.6 s"; 6]);
    let text = "p99 > 5 x p50 sustained 5 min";
    assert_eq!(condition(text).evaluate(&facts(&[("p99", &slow), ("p50", &fast)])).outcome, Outcome::Met);
    assert_eq!(condition(text).evaluate(&facts(&[("p99", &slow), ("p50", &slow)])).outcome, Outcome::NotMet);
    assert_eq!(condition(text).evaluate(&facts(&[("p99", &slow), ("p50", &fast[..5])])).outcome, Outcome::Unknown);
    assert_eq!(condition(text).evaluate(&facts(&[("p99", &slow)])).outcome, Outcome::Unknown);
    let against_baseline = condition("p99 > 5 x baseline(p99) sustained 5 min");
    assert_eq!(against_baseline.evaluate(&facts(&[("p99", &slow)])).outcome, Outcome::Met);
}

#[test]
fn a_single_measurement_is_no_series_and_a_series_no_single_measurement() {
    let only_value = r#"{"values":{"error_rate":"2%"}}"#;
    assert_eq!(evaluate("error_rate > 1% sustained 5m", only_value).outcome, Outcome::Unknown);
    let found = condition("error_rate > 1%").evaluate(&facts(&[("error_rate", &minutely(&["2%"; 6]))]));
    assert_eq!(found.outcome, Outcome::Unknown);
    assert_eq!(found.reason, "There is a series «error_rate», and no single measurement of that name.");
    let broken = r#"{"series":{"error_rate":[{"at":"10 o'clock","value":"2%"}]}}"#;
    let found = evaluate("error_rate > 1% sustained 5m", broken);
    assert_eq!(
        (found.outcome, found.reason.as_str()),
        (Outcome::Unknown, "The series «error_rate» is broken: it is not a list of times and values.",)
    );
}

#[test]
fn what_happened_over_time_is_shown_and_told() {
    let text = "error_rate > 1% sustained 5m";
    for (samples, shown, reason) in [
        (
            minutely(&["2%", "1.5 %", "2%", "2%", "3%", "2%"]),
            "error_rate (6 samples, 1.5% to 3%) > 1% sustained 5 min → met",
            "All 6 samples of the last 5 min agree; the newest: error_rate (2%) is greater than 1%.",
        ),
        (
            minutely(&["2%", "2%", "0.5%", "2%", "2%", "2%"]),
            "error_rate (6 samples, 0.5% to 2%) > 1% sustained 5 min → not met",
            "At 2026-01-01 10:02:00 UTC, error_rate (0.5%) is not greater than 1%.",
        ),
        (
            minutely(&["2%", "2%", "2%"]),
            "error_rate (3 samples, 2%) > 1% sustained 5 min → unknown",
            "The series «error_rate» reaches back to 2026-01-01 10:00:00 UTC only; 3 min 00 s earlier are not covered.",
        ),
        (
            vec![(0, "2%"), (60, "2%"), (180, "2%"), (240, "2%"), (300, "2%")],
            "error_rate (5 samples, 2%) > 1% sustained 5 min → unknown",
            "The series «error_rate» has a gap: 2 min 00 s pass without a sample after 2026-01-01 10:01:00 UTC.",
        ),
    ] {
        let found = condition(text).evaluate(&facts(&[("error_rate", &samples)]));
        assert_eq!((found.shown.as_str(), found.reason.as_str()), (shown, reason));
    }
}
