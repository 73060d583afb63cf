//! Tables of conditions with facts and what they come to.

use crate::{condition, evaluate};
use countersign_core::condition::{Condition, Evaluation, Facts, Outcome};

const FACTS: &str = r#"{
    "values": {
        "error_rate": "0.05 %", "latency": {"p95": "612 ms", "p99": "0.9 s"}, "http": {"status": 200}, "p50": "180 ms", "p75": "212 ms",
        "p95": "612 ms", "p99": "950 ms", "jobs": 40, "a": 0.5, "b": 2, "c": "0.9", "queue": {"depth": 1200},
        "tls": {"expires_in": "31 d"}, "disk.free": "9.9 GB", "ratio": 0.1, "rate": "90 req/min", "empty": null, "up": true,
        "version": "1.10", "number": 1.1, "weird key": {"x": [[1, 2], [3]]},
        "body": {"status": "ok", "users": [{"name": "Ada"}, {"name": null}, {}], "error": null}
    },
    "baseline": {"p75": "200 ms", "jobs": 100, "latency": {"p95": "0.6 s"}, "version": "1.1", "up": true}
}"#;

#[test]
fn every_example_of_the_design_is_read_and_written_back() {
    for (text, written) in [
        ("error_rate < 0.1%", "error_rate < 0.1%"),
        ("latency.p95 < 500 ms", "latency.p95 < 500 ms"),
        ("http.status == 200", "http.status == 200"),
        ("body.status == \"ok\"", "body.status == \"ok\""),
        ("tls.expires_in > 30 d", "tls.expires_in > 30 d"),
        ("disk.free > 10 GB", "disk.free > 10 GB"),
        ("p75 < 110% of baseline(p75)", "p75 < 110% of baseline(p75)"),
        ("p99 < 5 x p50", "p99 < 5 x p50"),
        ("jobs < 50% of baseline(jobs)", "jobs < 50% of baseline(jobs)"),
        ("error_rate > 1% sustained 5m", "error_rate > 1% sustained 5 min"),
        ("2 of (a < 1, b < 1, c < 1)", "2 of (a < 1, b < 1, c < 1)"),
        (
            "not (queue.depth > 1000) and body.users[0].name != null",
            "not (queue.depth > 1000) and body.users[0].name != null",
        ),
        ("p99<5x baseline(p99)sustained 10 minutes", "p99 < 5 x baseline(p99) sustained 10 min"),
        ("error_rate in 1%..2%", "error_rate in 1%..2%"),
        ("p95 in 500ms..<1s", "p95 in 500 ms..<1 s"),
        ("p75 in 90% of baseline(p75)..110% of baseline(p75)", "p75 in 90% of baseline(p75)..110% of baseline(p75)"),
        ("p95≤500ms", "p95 <= 500 ms"),
        ("((a < 1))", "a < 1"),
        ("a < 1 or b < 1 and not not c < 1", "a < 1 or b < 1 and not not (c < 1)"),
        ("(a < 1 or b < 1) and c < 1", "(a < 1 or b < 1) and c < 1"),
        ("(a < 1 and b < 1) and c < 1", "(a < 1 and b < 1) and c < 1"),
        ("headers[\"x-id\"] == \"a\\\"b\"", "headers.x-id == \"a\\\"b\""),
        ("headers.x-request-id != null", "headers.x-request-id != null"),
        ("[\"and\"][\"5xx\"] < 1", "[\"and\"][\"5xx\"] < 1"),
        ("throughput > 5 rps", "throughput > 5 req/s"),
        ("x < 1e-7", "x < 0.0000001"),
        ("5 x x > -1.50", "5 x x > -1.50"),
        ("задержка < 5 мс or x > 3", ""),
        ("задержка < 5 ms", "задержка < 5 ms"),
    ] {
        match text.parse::<Condition>() {
            Ok(condition) => assert_eq!(condition.to_string(), written, "{text}"),
            Err(error) => assert_eq!(written, "", "{text}: {error}"),
        }
    }
}

/// `+` is met, `-` not met, `?` unknown.
#[test]
fn conditions_come_to_what_the_facts_say() {
    for (text, expected) in [
        // Comparisons, with units and without.
        ("error_rate < 0.1%", '+'),
        ("error_rate < 0.05%", '-'),
        ("error_rate <= 0.05%", '+'),
        ("error_rate == 0.050%", '+'),
        ("error_rate != 0.05%", '-'),
        ("latency.p95 < 500 ms", '-'),
        ("latency.p99 < 1 s", '+'),
        ("latency.p99 == 900000 µs", '+'),
        ("latency.p99 >= 0.015 min", '+'),
        ("http.status == 200", '+'),
        ("200 == http.status", '+'),
        ("tls.expires_in > 30 d", '+'),
        ("tls.expires_in > 744 h", '-'),
        ("disk.free > 10 GB", '-'),
        ("disk.free > 9.2 GiB", '+'),
        ("disk.free > 9.3 GiB", '-'),
        ("rate == 1.5 req/s", '+'),
        ("rate > 1 msg/s", '?'),
        ("0.9 <= 0.1", '-'),
        ("ratio == 0.1", '+'),
        ("ratio < 0.1000000000000000000000000001", '+'),
        // Multiples.
        ("p75 < 110% of baseline(p75)", '+'),
        ("p75 < 106% of baseline(p75)", '-'),
        ("p75 <= 106% of baseline(p75)", '+'),
        ("p99 < 5 x p50", '-'),
        ("p99 < 5.3 x p50", '+'),
        ("jobs < 50% of baseline(jobs)", '+'),
        ("p95 > baseline(latency.p95)", '+'),
        ("2 x a == 1", '+'),
        // Bands.
        ("p95 in 612 ms..1 s", '+'),
        ("p95 in 500 ms..612 ms", '+'),
        ("p95 in 500 ms..<612 ms", '-'),
        ("p75 in 90% of baseline(p75)..110% of baseline(p75)", '+'),
        ("b in 3..nowhere", '-'),
        ("b in 1..nowhere", '?'),
        ("nowhere in 1..2", '?'),
        // Text, truth, null.
        ("body.status == \"ok\"", '+'),
        ("body.status != \"ok\"", '-'),
        ("body.status == \"OK\"", '-'),
        ("body.users[0].name != null", '+'),
        ("body.users[1].name != null", '-'),
        ("body.users[1].name == null", '+'),
        ("body.users[2].name != null", '?'),
        ("body.users[2].name == null", '?'),
        ("body.users[3].name == null", '?'),
        ("body.error == null", '+'),
        ("empty == null", '+'),
        ("empty == 0", '?'),
        ("empty != \"x\"", '?'),
        ("empty < 5", '?'),
        ("up == true", '+'),
        ("up != true", '-'),
        ("up == baseline(up)", '+'),
        ("up == 1", '?'),
        ("up > 0", '?'),
        ("[\"weird key\"].x[0][1] == 2", '+'),
        ("body.users == null", '-'),
        // Missing, of a wrong type, with a unit that does not fit.
        ("nowhere < 5", '?'),
        ("nowhere != 5", '?'),
        ("nowhere == null", '?'),
        ("nowhere != null", '?'),
        ("baseline(p50) < 5 s", '?'),
        ("body.stauts == \"ok\"", '?'),
        ("body.status.code == 1", '?'),
        ("body.status[0] == 1", '?'),
        ("http.status == \"200\"", '?'),
        ("http.status != \"200\"", '?'),
        ("body.status < 5", '?'),
        ("body.users < 5", '?'),
        ("error_rate < 500 ms", '?'),
        ("error_rate != 0.05", '?'),
        ("http.status < 500 ms", '?'),
        ("c == 0.9", '+'),
        ("version == \"1.10\"", '+'),
        ("version == \"1.1\"", '-'),
        ("version == baseline(version)", '?'),
        ("version == number", '+'),
        ("p95 != body.status", '+'),
        ("p95 == error_rate", '?'),
        // Kleene's logic.
        ("a < 1 and nowhere < 1", '?'),
        ("b < 1 and nowhere < 1", '-'),
        ("a < 1 or nowhere < 1", '+'),
        ("b < 1 or nowhere < 1", '?'),
        ("not nowhere < 1", '?'),
        ("not (a < 1)", '-'),
        ("not (queue.depth > 1000) and body.users[0].name != null", '-'),
        ("2 of (a < 1, b < 1, c < 1)", '+'),
        ("3 of (a < 1, b < 1, c < 1)", '-'),
        ("2 of (a < 1, b < 1, nowhere < 1)", '?'),
        ("2 of (a < 1, c < 1, nowhere < 1)", '+'),
        ("3 of (a < 1, b < 1, nowhere < 1)", '-'),
        ("a < 1 or b < 1 and b < 1", '+'),
        ("(a < 1 or b < 1) and b < 1", '-'),
    ] {
        let found = evaluate(text, FACTS);
        let sign = match found.outcome {
            Outcome::Met => '+',
            Outcome::NotMet => '-',
            Outcome::Unknown => '?',
        };
        assert_eq!(sign, expected, "{text}: {found:?}");
        assert!(found.shown.ends_with(&format!(" → {}", found.outcome)) && !found.reason.is_empty());
    }
}

#[test]
fn every_evaluation_shows_the_values_and_says_why() {
    for (text, shown, reason) in [
        ("p95 < 500 ms", "p95 (612 ms) < 500 ms → not met", "p95 (612 ms) is not less than 500 ms."),
        (
            "p75 < 110% of baseline(p75)",
            "p75 (212 ms) < 110% of baseline(p75) (200 ms) = 220 ms → met",
            "p75 (212 ms) is less than 110% of baseline(p75) (200 ms) = 220 ms.",
        ),
        (
            "p99 < 5 x p50",
            "p99 (950 ms) < 5 x p50 (180 ms) = 900 ms → not met",
            "p99 (950 ms) is not less than 5 x p50 (180 ms) = 900 ms.",
        ),
        ("p96 < 500 ms", "p96 (no data) < 500 ms → unknown", "There is no measurement «p96»; there is «p95»."),
        (
            "error_rate < 500 ms",
            "error_rate (0.05%) < 500 ms → unknown",
            "The units do not fit: 0.05% is a percentage, and 500 ms is a length of time.",
        ),
        (
            "body.stauts == \"ok\"",
            "body.stauts (no data) == \"ok\" → unknown",
            "«body» has no member «stauts»; it has «status».",
        ),
        (
            "body.users[7].name == \"x\"",
            "body.users[7].name (no data) == \"x\" → unknown",
            "«body.users» has 3 elements, none at 7.",
        ),
        ("empty < 5", "empty (null) < 5 → unknown", "«empty» is null, not a number."),
        (
            "body.status > 5",
            "body.status (\"ok\") > 5 → unknown",
            "«body.status» is no quantity: «ok» is not a number.",
        ),
        (
            "http.status == \"200\"",
            "http.status (200) == \"200\" → unknown",
            "«http.status» is a number, and is compared with \"200\".",
        ),
        (
            "2 of (a < 1, b < 1, nowhere < 1)",
            "2 of (a (0.5) < 1, b (2) < 1, nowhere (no data) < 1) → unknown",
            "1 of 3 hold, 2 must. There is no measurement «nowhere».",
        ),
        (
            "not (queue.depth > 1000) and a < 1",
            "not (queue.depth (1200) > 1000) and a (0.5) < 1 → not met",
            "queue.depth (1200) is greater than 1000. It holds, and must not.",
        ),
        ("p95 in 1 s..2 s", "p95 (612 ms) in 1 s..2 s → not met", "p95 (612 ms) is not between 1 s and 2 s."),
        (
            "baseline(p50) < 5 s",
            "baseline(p50) (no data) < 5 s → unknown",
            "There is no baseline «p50»; there is «p75».",
        ),
    ] {
        let found = evaluate(text, FACTS);
        assert_eq!(found.shown, shown);
        assert_eq!(found.reason, reason);
    }
    assert_eq!(evaluate("a < baseline(a)", r#"{"values":{"a":1}}"#).reason, "There is no baseline.");
}

#[test]
fn numbers_in_json_are_exact_or_unknown() {
    for (value, text, outcome) in [
        ("0.1", "x == 0.1", Outcome::Met),
        ("1e-7", "x == 0.0000001", Outcome::Met),
        ("1E3", "x == 1000", Outcome::Met),
        ("-0.0", "x == 0", Outcome::Met),
        ("9007199254740993", "x == 9007199254740992", Outcome::NotMet),
        ("9007199254740993", "x == 9007199254740993", Outcome::Met),
        ("0.30000000000000001", "x == 0.3", Outcome::NotMet),
        ("0.30000000000000001", "x > 0.3", Outcome::Met),
        ("100000000000000000000000001", "x == 100000000000000000000000001", Outcome::Met),
        ("1e300", "x > 1", Outcome::Unknown),
        ("\"NaN\"", "x > 1", Outcome::Unknown),
        ("\"\"", "x < 1", Outcome::Unknown),
        ("[]", "x < 1", Outcome::Unknown),
        ("\"0x10\"", "x < 1", Outcome::Unknown),
        ("\"1,200\"", "x > 1", Outcome::Unknown),
    ] {
        let found = evaluate(text, &format!(r#"{{"values":{{"x":{value}}}}}"#));
        assert_eq!(found.outcome, outcome, "{value} {text}: {found:?}");
    }
    let read_as_usual: Facts = serde_json::from_str(r#"{"values":{"x":0.1234567890123456789}}"#).unwrap();
    assert_eq!(condition("x > 0").evaluate(&read_as_usual).outcome, Outcome::Unknown);
}

#[test]
fn an_evaluation_is_kept_as_json() {
    let found = evaluate("p95 < 500 ms", FACTS);
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "outcome": "not_met",
            "shown": "p95 (612 ms) < 500 ms → not met",
            "reason": "p95 (612 ms) is not less than 500 ms.",
        })
    );
    assert_eq!(serde_json::from_value::<Evaluation>(json).unwrap(), found);
}

#[test]
fn a_condition_names_what_it_needs() {
    let condition =
        condition("p75 in 1 ms..2 x baseline(p50) or body.users[0].n > 5 and not error_rate > 1% sustained 5m");
    assert_eq!(condition.measurements().into_iter().collect::<Vec<_>>(), ["body.users[0].n", "error_rate", "p75"]);
    assert_eq!(condition.baselines().into_iter().collect::<Vec<_>>(), ["p50"]);
    let limits: Vec<String> = condition.limits().iter().map(ToString::to_string).collect();
    assert_eq!(limits, ["1 ms", "5", "1%"]);
}

#[test]
fn a_field_is_judged_by_the_name_value() {
    assert_eq!(condition("value < 500 ms").evaluate(&Facts::of_value("0.48 s")).outcome, Outcome::Met);
    assert_eq!(condition("value == 0").evaluate(&Facts::of_value(0)).outcome, Outcome::Met);
}
