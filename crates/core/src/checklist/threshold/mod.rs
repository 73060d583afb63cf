//! Thresholds lifted from words: `target: <200ms`, `p75 latency < 110% baseline`, `> 1% for 5 minutes`, `512MB-1GB`.
//!
//! Gives conditions in the language of [`crate::condition`]: over `value` for a field, over a measurement named after the words
//! (`error_rate`, `latency.p95`) for tasks and criteria. What compares but cannot be read is reported, never guessed.

mod comparison;
mod subject;

use super::glance::{self, Glance};
use super::model::{Limit, LimitRole};
use super::phrase::{self, Pairs, Phrase};
use crate::condition::quantity::{Quantity, TimeUnit, Unit};
use crate::condition::{Bound, Relation, Stated, number_at, unit_at};

/// What a threshold is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject<'t> {
    /// A field's own value, with the unit of the field.
    Value,
    /// Named by the words themselves, or else by the task above.
    Named { above: &'t str },
}

/// How many bytes of a text are searched for limits.
const LONGEST: usize = 8192;

/// The limits of a text, and the pieces that look like one and were not understood.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) limits: Vec<Limit>,
    pub(super) not_understood: Vec<(String, String)>,
}

/// Reads all limits in `text`. `alert` says that the place is one for alerts, such as rollback triggers.
pub(super) fn limits(text: &str, subject: Subject<'_>, alert: bool) -> Found {
    if is_possible(text, Glance::of(text)) { limits_of_possible(text, subject, alert) } else { Found::default() }
}

/// Reads all limits in a text that [may have some](is_possible).
pub(super) fn limits_of_possible(text: &str, subject: Subject<'_>, alert: bool) -> Found {
    let mut found = Found::default();
    if text.trim_end().ends_with(['?', '？']) {
        return found;
    }
    // Each limit is looked for among all words; what goes on for pages states none.
    let text = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text);
    let pairs = Pairs::of(text);
    if let Some(limit) = special(text, pairs) {
        found.add(text, limit, LimitRole::Target);
        return found;
    }
    let mut from = 0;
    while let Some(comparison) = comparison::next(text, from, pairs) {
        let before = text.get(from..comparison.start).unwrap_or_default();
        from = comparison.end;
        if is_circumstance(before) || before.contains(['?', '？']) {
            continue;
        }
        let role = role_of(before, alert, found.limits.last().map(|limit| limit.role));
        let after = text.get(comparison.end..).unwrap_or_default();
        let (start, end) = (comparison.start, comparison.end);
        match comparison.stated(before, after, subject) {
            Some((stated, sustained)) => {
                from += sustained;
                found.add(text.get(start..end + sustained).unwrap_or_default(), stated, role);
            }
            None => {
                let stated = text.get(start..end).unwrap_or_default().trim().to_owned();
                found.not_understood.push((stated, "it is not clear what is compared".to_owned()));
            }
        }
    }
    found
}

/// Whether limits under these words call for action when they hold: under alerts and rollback triggers.
pub(super) fn alerts(above: &str, pairs: Pairs) -> bool {
    static TRIGGERS: [Phrase; 3] = Phrase::all(["alert", "trigger", "alarm"]);
    static ROLLBACK: [Phrase; 1] = Phrase::all(["rollback"]);
    static WHEN: [Phrase; 4] = Phrase::all(["criteria", "if ", "when", "mandatory"]);
    pairs.holds_any(above, &TRIGGERS) || pairs.holds_any(above, &ROLLBACK) && pairs.holds_any(above, &WHEN)
}

/// A cheap test that most lines fail: a number, and a sign, word or range that may make a limit of it.
pub(super) fn is_possible(text: &str, glance: Glance) -> bool {
    if !glance.has(glance::DIGIT | glance::SIGN) {
        return false;
    }
    let digit = glance.has(glance::DIGIT);
    if !glance.has(glance::SIGN) && !text.contains('-') {
        return says_keyword(text);
    }
    let bytes = text.as_bytes();
    let mut sign = false;
    let mut range = false;
    let mut last = 0;
    for &byte in bytes {
        sign |= matches!((last, byte), (_, b'<' | b'>') | (0xe2, 0x89) | (0xef, 0xbc));
        range |= last == b'-' && byte.is_ascii_digit() || last == 0xe2 && byte == 0x80;
        last = byte;
    }
    if sign {
        return digit || text.contains("baseline");
    }
    digit && (range && text.contains(": ") || says_keyword(text))
}

/// Whether a word of a comparison or of the special forms occurs.
fn says_keyword(text: &str) -> bool {
    let spoken = |word: &[u8]| {
        // No other letter starts one of them.
        matches!(word, [first, _, ..] if b"tlmubae".contains(&(first | 0x20)))
            && KEYWORDS.iter().any(|keyword| keyword.as_bytes().eq_ignore_ascii_case(word))
    };
    text.as_bytes().split(|byte| !byte.is_ascii_alphabetic()).any(spoken)
}

/// The words that comparisons and the special forms have.
const KEYWORDS: [&str; 21] = [
    "than",
    "least",
    "most",
    "to",
    "under",
    "below",
    "above",
    "exceeds",
    "exceeding",
    "minimum",
    "maximum",
    "target",
    "more",
    "less",
    "expire",
    "expires",
    "expiring",
    "expired",
    "expiry",
    "expiration",
    "be",
];

impl Found {
    fn add(&mut self, text: &str, stated: Stated, role: LimitRole) {
        match stated.condition() {
            Ok(condition) => self.limits.push(Limit { role, text: text.trim().to_owned(), condition }),
            Err(error) => self.not_understood.push((text.trim().to_owned(), error.to_string())),
        }
    }
}

/// Forms whose meaning is not in a comparison sign.
fn special(text: &str, pairs: Pairs) -> Option<Stated> {
    static EXPIRES: Phrase = Phrase::new("expir");
    static CERTIFICATE: [Phrase; 8] =
        Phrase::all(["ssl", "tls", "certificate", "cert ", "zertifikat", "certificado", "certificat", "证书"]);
    if !pairs.may_hold(&EXPIRES) || !says_keyword(text) || !pairs.holds_any(text, &CERTIFICATE) {
        return None;
    }
    let tail = text.get(EXPIRES.find(text)?..)?;
    let tail = tail.get(tail.find(|c: char| c.is_ascii_digit())?..)?;
    let (number, rest) = number_at(tail)?;
    let unit = unit_at(rest).0.filter(|unit| matches!(unit, Unit::Time(TimeUnit::Day | TimeUnit::Hour)))?;
    let bound = Bound::Amount(Quantity::new(number, unit));
    Some(Stated { name: "tls.expires_in".to_owned(), relation: Relation::Greater, bound, sustained: None })
}

/// «If impact > 15 minutes»: says when something applies, not what must hold.
fn is_circumstance(before: &str) -> bool {
    static ABOUT: [Phrase; 6] = Phrase::all(["if ", "when ", "unless ", "wenn ", "si ", "se "]);
    if !Pairs::of(before).may_hold_any(&ABOUT) {
        return false;
    }
    let clause = before.rsplit(['(', ';', '.', ',']).next().unwrap_or(before).trim_start();
    ABOUT.iter().any(|word| phrase::starts_with(clause, word.text)) || phrase::find(clause, " if ").is_some()
}

fn role_of(before: &str, alert: bool, last: Option<LimitRole>) -> LimitRole {
    static ALERT: [Phrase; 8] =
        Phrase::all(["alert", "trigger", "page ", "warn", "critical", "rollback", "roll back", "alarm"]);
    static TARGET: [Phrase; 6] = Phrase::all(["target", "goal", "should", "expected", "slo", "budget"]);
    let near = before.rsplit(['(', ';', ',']).next().unwrap_or(before);
    if phrase::holds_any(near, &ALERT) {
        LimitRole::Alert
    } else if phrase::holds_any(near, &TARGET) {
        LimitRole::Target
    } else if alert {
        LimitRole::Alert
    } else {
        last.unwrap_or(LimitRole::Target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, subject: Subject<'_>) -> String {
        let found = limits(text, subject, false);
        let understood = found.limits.iter().map(|limit| format!("{:?} {}", limit.role, limit.condition));
        understood
            .chain(found.not_understood.iter().map(|(text, _)| format!("? {text}")))
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn thresholds_are_lifted_from_the_words_of_tasks() {
        for (text, above, expected) in [
            ("Error rate < 0.1%", "", "Target error_rate < 0.1%"),
            ("Error rates normal (<1%)", "", "Target error_rate < 1%"),
            ("Response times acceptable (<500ms p95)", "", "Target response_time.p95 < 500 ms"),
            ("Test coverage ≥ 80%", "", "Target test_coverage >= 80%"),
            ("Code coverage maintained at >85% for critical paths", "", "Target code_coverage > 85%"),
            ("No spike in error rate (should be < 0.1%)", "", "Target error_rate < 0.1%"),
            ("Latency within expected range (< 500ms p95)", "", "Target latency.p95 < 500 ms"),
            ("API latency p95 > 1000ms", "Alert thresholds", "Target api_latency.p95 > 1000 ms"),
            ("API p99 latency < 200ms", "", "Target api_latency.p99 < 200 ms"),
            ("Target: <1% error rate", "Monitor error rates", "Target error_rate < 1%"),
            ("Alert: >1000ms p95", "Monitor response times", "Alert response_time.p95 > 1000 ms"),
            ("p75 latency < 110% baseline", "", "Target latency.p75 < 110% of baseline(latency.p75)"),
            (
                "p99 latency > 5x baseline for 10 minutes",
                "",
                "Target latency.p99 > 5 x baseline(latency.p99) sustained 10 min",
            ),
            ("p99 latency < 5x p50", "", "Target latency.p99 < 5 x latency.p50"),
            ("Error rate > 1% for 5 minutes", "", "Target error_rate > 1% sustained 5 min"),
            ("SSL certificates valid (not expiring within 30 days)", "", "Target tls.expires_in > 30 d"),
            ("Disk space available: >10GB free on database server", "", "Target disk.free > 10 GB"),
            ("CPU: 0.5-1 vCPU per worker", "", "Target cpu in 0.5..1"),
            ("Memory: 512MB-1GB per worker", "", "Target memory in 512 MB..1 GB"),
            ("Disk: 1GB minimum", "", "Target disk >= 1 GB"),
            ("Queue depth > 1,000 jobs", "", "Target queue_depth > 1000"),
            ("Recovery time: < 5 minutes", "", "Target recovery_time < 5 min"),
            ("LCP < 2.5s", "", "Target lcp < 2.5 s"),
            ("Send customer communication if impact > 15 minutes", "", ""),
            ("Can it be fixed without rollback in < 30 minutes?", "", ""),
            ("Campaign launch -> queue -> message 1", "", ""),
            ("WORKER_CONCURRENCY=<2-4>", "", ""),
            ("Monitor for 48-72 hours", "", ""),
            ("Ensure the team is available (minimum 2 people)", "", ""),
        ] {
            assert_eq!(shown(text, Subject::Named { above }), expected, "{text}");
        }
    }

    #[test]
    fn limits_of_a_field_are_about_its_value() {
        for (text, expected) in [
            (" ms (target: <200ms)", "Target value < 200 ms"),
            ("% (target: <1%, alert: >2%)", "Target value < 1%; Alert value > 2%"),
            (" (target: 0)", "Target value == 0"),
            ("% (target: >70% for Redis)", "Target value > 70%"),
            (" ms (p95)", ""),
        ] {
            assert_eq!(shown(text, Subject::Value), expected, "{text}");
        }
    }
}
