//! Thresholds lifted from words: `target: <200ms`, `p75 latency < 110% baseline`, `> 1% for 5 minutes`, `512MB-1GB`.
//!
//! Gives conditions in the language of [`crate::condition`]: over `value` for a field, over a measurement named after the words
//! (`error_rate`, `latency.p95`) for tasks and criteria. What compares but cannot be read is reported, never guessed.

use super::model::{Limit, LimitRole};
use super::phrase::{self, Pairs, Phrase};
use crate::condition::Condition;

/// What a threshold is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject<'t> {
    /// A field's own value, with the unit of the field.
    Value,
    /// Named by the words themselves, or else by the task above.
    Named { above: &'t str },
}

/// The limits of a text, and the pieces that look like one and were not understood.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) limits: Vec<Limit>,
    pub(super) not_understood: Vec<(String, String)>,
}

/// Reads all limits in `text`. `alert` says that the place is one for alerts, such as rollback triggers.
pub(super) fn limits(text: &str, subject: Subject<'_>, alert: bool) -> Found {
    let mut found = Found::default();
    if !is_possible(text) {
        return found;
    }
    if text.trim_end().ends_with(['?', '？']) {
        return found;
    }
    let pairs = Pairs::of(text);
    if let Some(limit) = special(text, pairs) {
        found.add(text, &limit, LimitRole::Target);
        return found;
    }
    let mut from = 0;
    while let Some(comparison) = next_comparison(text, from, pairs) {
        let before = text.get(from..comparison.start).unwrap_or_default();
        from = comparison.end;
        if is_circumstance(before) || before.contains(['?', '？']) {
            continue;
        }
        let role = role_of(before, alert, found.limits.last().map(|limit| limit.role));
        let after = text.get(comparison.end..).unwrap_or_default();
        let stated = text.get(comparison.start..comparison.end).unwrap_or_default();
        match comparison.condition(before, after, subject) {
            Some((condition, sustained)) => {
                let whole = text.get(comparison.start..comparison.end + sustained).unwrap_or(stated);
                from += sustained;
                found.add(whole, &condition, role);
            }
            None => {
                found.not_understood.push((stated.trim().to_owned(), "it is not clear what is compared".to_owned()))
            }
        }
    }
    found
}

/// Digits, signs that compare, and the bytes that `≤`, `≥` and `＜` start with.
static LIMITING: [bool; 256] = {
    let mut table = [false; 256];
    let marks = b"0123456789<>\xe2\xef";
    let mut at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = true;
        at += 1;
    }
    table
};

/// A cheap test that most lines fail: a number, and a sign, word or range that may make a limit of it.
pub(super) fn is_possible(text: &str) -> bool {
    if !text.bytes().fold(false, |found, byte| found | LIMITING.get(usize::from(byte)).copied().unwrap_or(false)) {
        return false;
    }
    let mut digit = false;
    let mut sign = false;
    let mut range = false;
    let mut last = 0;
    for byte in text.bytes() {
        digit |= byte.is_ascii_digit();
        sign |= matches!((last, byte), (_, b'<' | b'>') | (0xe2, 0x89) | (0xef, 0xbc));
        range |= last == b'-' && byte.is_ascii_digit() || last == 0xe2 && byte == 0x80;
        last = byte;
    }
    if sign {
        return digit || text.contains("baseline");
    }
    digit && (range && text.contains(": ") || says_keyword(text))
}

/// Whether a word of [`WORDS`] or of the special forms occurs.
fn says_keyword(text: &str) -> bool {
    let spoken = |word: &[u8]| {
        // No other letter starts one of them.
        matches!(word, [first, _, ..] if b"tlmubae".contains(&(first | 0x20)))
            && KEYWORDS.iter().any(|keyword| keyword.as_bytes().eq_ignore_ascii_case(word))
    };
    text.as_bytes().split(|byte| !byte.is_ascii_alphabetic()).any(spoken)
}

/// The words that [`WORDS`] and the special forms have.
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
    fn add(&mut self, text: &str, condition: &str, role: LimitRole) {
        match condition.parse::<Condition>() {
            Ok(condition) => self.limits.push(Limit { role, text: text.trim().to_owned(), condition }),
            Err(error) => self.not_understood.push((text.trim().to_owned(), error.to_string())),
        }
    }
}

/// Forms whose meaning is not in a comparison sign.
fn special(text: &str, pairs: Pairs) -> Option<String> {
    static EXPIRES: Phrase = Phrase::new("expir");
    static CERTIFICATE: [Phrase; 8] =
        Phrase::all(["ssl", "tls", "certificate", "cert ", "zertifikat", "certificado", "certificat", "证书"]);
    if !pairs.may_hold(&EXPIRES) || !says_keyword(text) || !phrase::holds_any(text, &CERTIFICATE) {
        return None;
    }
    let lower = text.to_lowercase();
    if let Some(at) = lower.find("expir") {
        let tail = lower.get(at..)?;
        let tail = tail.get(tail.find(|c: char| c.is_ascii_digit())?..)?;
        let (number, rest) = number_at(tail)?;
        let (unit, _) = unit_at(rest);
        return matches!(unit, Some("d" | "h")).then(|| format!("tls.expires_in > {number} {}", unit.unwrap_or("d")));
    }
    None
}

struct Comparison<'t> {
    start: usize,
    end: usize,
    relation: &'static str,
    right: Right<'t>,
}

enum Right<'t> {
    Quantity { number: String, unit: Option<&'static str> },
    Band { low: String, high: String },
    Percent(String),
    Times(String, &'t str),
    Baseline,
    Zero,
}

/// Words before a number that compare it.
static WORDS: [(Phrase, &str); 23] = [
    (Phrase::new("no more than "), "<="),
    (Phrase::new("not more than "), "<="),
    (Phrase::new("at most "), "<="),
    (Phrase::new("up to "), "<="),
    (Phrase::new("less than "), "<"),
    (Phrase::new("lower than "), "<"),
    (Phrase::new("fewer than "), "<"),
    (Phrase::new("under "), "<"),
    (Phrase::new("below "), "<"),
    (Phrase::new("no less than "), ">="),
    (Phrase::new("at least "), ">="),
    (Phrase::new("minimum of "), ">="),
    (Phrase::new("minimum "), ">="),
    (Phrase::new("more than "), ">"),
    (Phrase::new("greater than "), ">"),
    (Phrase::new("higher than "), ">"),
    (Phrase::new("exceeds "), ">"),
    (Phrase::new("exceeding "), ">"),
    (Phrase::new("above "), ">"),
    (Phrase::new("maximum "), "<="),
    (Phrase::new("target: "), "=="),
    (Phrase::new("target of "), "=="),
    (Phrase::new("must be "), "=="),
];
/// Words after a number that compare it.
static AFTERWORDS: [Phrase; 4] = Phrase::all(["minimum", "or more", "or less", "maximum"]);

/// The first comparison of `text` from `from` on.
fn next_comparison(text: &str, from: usize, pairs: Pairs) -> Option<Comparison<'_>> {
    let rest = text.get(from..)?;
    let sign =
        rest.char_indices().filter(|(_, c)| matches!(c, '<' | '>' | '≤' | '≥' | '＜' | '＞')).find_map(|(at, c)| {
            let previous = rest.get(..at)?.chars().next_back();
            if matches!(previous, Some('-' | '=' | '<' | '>')) {
                return None;
            }
            let tail = rest.get(at + c.len_utf8()..)?;
            let (equal, tail) = tail.strip_prefix('=').map_or((false, tail), |tail| (true, tail));
            let relation = match (c, equal) {
                ('<' | '＜', false) => "<",
                ('<' | '＜', true) | ('≤', _) => "<=",
                ('>' | '＞', false) => ">",
                _ => ">=",
            };
            let (right, left) = right_side(tail)?;
            Some(Comparison { start: from + at, end: text.len() - left.len(), relation, right })
        });
    let word = worded(text, from, pairs);
    let band = if from == 0 { band(text) } else { None };
    [sign, word, band].into_iter().flatten().min_by_key(|comparison| comparison.start)
}

fn worded(text: &str, from: usize, pairs: Pairs) -> Option<Comparison<'_>> {
    let possible = WORDS.iter().any(|(word, _)| pairs.may_hold(word)) || pairs.may_hold_any(&AFTERWORDS);
    if !possible || !says_keyword(text) {
        return None;
    }
    let rest = text.get(from..)?;
    if !rest.is_ascii() && rest.to_lowercase().len() != rest.len() {
        return None;
    }
    let lower = rest.to_lowercase();
    let prefixed = WORDS.iter().filter(|(word, _)| pairs.may_hold(word)).filter_map(|(word, relation)| {
        let word = word.text;
        let at = lower
            .match_indices(word)
            .map(|(at, _)| at)
            .find(|&at| at == 0 || !lower.as_bytes().get(at - 1).is_some_and(u8::is_ascii_alphanumeric))?;
        let tail = rest.get(at + word.len()..)?;
        if !tail.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (right, left) = right_side(tail)?;
        let right = match right {
            Right::Quantity { number, .. } if *relation == "==" && number == "0" => Right::Zero,
            _ if *relation == "==" => return None,
            // «at least 2 people» is no measurement; a unit makes it one.
            Right::Quantity { unit: None, .. } => return None,
            right => right,
        };
        Some(Comparison { start: from + at, end: text.len() - left.len(), relation, right })
    });
    let after = AFTERWORDS.iter().filter(|word| pairs.may_hold(word)).filter_map(|Phrase { text: word, .. }| {
        let at = lower.find(word)?;
        let before = rest.get(..at)?.trim_end();
        let start = before.rfind(|c: char| c.is_whitespace() || c == ':').map_or(0, |at| at + 1);
        let (right, left) = right_side(before.get(start..)?)?;
        let measured = matches!(&right, Right::Quantity { unit: Some(_), .. }) && left.trim().is_empty();
        let relation = if matches!(*word, "minimum" | "or more") { ">=" } else { "<=" };
        measured.then_some(Comparison { start: from + start, end: from + at + word.len(), relation, right })
    });
    prefixed.chain(after).min_by_key(|comparison| comparison.start)
}

/// `Memory: 512MB-1GB per worker`: sizes, shares and processors only, as ranges of time are estimates.
fn band(text: &str) -> Option<Comparison<'_>> {
    let colon = text.find(": ")?;
    let tail = text.get(colon + 2..)?;
    let (low, rest) = number_at(tail)?;
    let (low_unit, rest) = unit_at(rest);
    let rest = rest.trim_start().strip_prefix(['-', '–'])?;
    let (high, rest) = number_at(rest.trim_start())?;
    let processors = ["vcpu", "cpu", "core"].iter().any(|word| rest.trim_start().to_lowercase().starts_with(word));
    let (high_unit, rest) = unit_at(rest);
    let unit =
        high_unit.or(low_unit).filter(|unit| matches!(*unit, "%" | "KB" | "MB" | "GB" | "TB" | "KiB" | "MiB" | "GiB"));
    if unit.is_none() && !processors {
        return None;
    }
    let with = |number: String, own: Option<&'static str>| {
        own.or(unit).map_or(number.clone(), |unit| quantity(&number, Some(unit)))
    };
    let right = Right::Band { low: with(low, low_unit), high: with(high, high_unit) };
    Some(Comparison { start: colon + 2, end: text.len() - rest.len(), relation: "in", right })
}

/// What stands right of a comparison sign, and what follows it.
fn right_side(tail: &str) -> Option<(Right<'_>, &str)> {
    let tail = tail.trim_start();
    if tail.get(.."baseline".len()).is_some_and(|start| start.eq_ignore_ascii_case("baseline")) {
        return Some((Right::Baseline, tail.get("baseline".len()..)?));
    }
    let (number, rest) = number_at(tail.trim_start_matches(['~', '$', '€']))?;
    let (unit, after) = unit_at(rest);
    let trimmed = after.trim_start();
    if unit == Some("%") {
        let of = trimmed.strip_prefix("of ").unwrap_or(trimmed);
        if of.starts_with("baseline") || of.starts_with("the baseline") {
            let end = of.find("baseline")? + "baseline".len();
            return Some((Right::Percent(number), of.get(end..)?));
        }
    }
    if let Some(times) = rest.strip_prefix(['x', '×']).filter(|times| times.is_empty() || times.starts_with(' ')) {
        let name = times.trim_start();
        let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
        let (word, rest) = name.split_at_checked(end)?;
        return (!word.is_empty()).then_some((Right::Times(number, word), rest));
    }
    // `18.0.0` is a version.
    if rest.starts_with('.') && rest.get(1..).is_some_and(|next| next.starts_with(|c: char| c.is_ascii_alphanumeric()))
    {
        return None;
    }
    // `8/10` and `10:30` are no plain numbers; `5-10` is a band that a sign cannot go with.
    if rest.starts_with(['/', ':', '-'])
        && rest.get(1..).is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()))
    {
        return None;
    }
    Some((Right::Quantity { number, unit }, after))
}

impl Comparison<'_> {
    /// The condition, and how many bytes of `after` belong to it.
    fn condition(&self, before: &str, after: &str, subject: Subject<'_>) -> Option<(String, usize)> {
        let (name, base) = match subject {
            Subject::Value => ("value".to_owned(), "value".to_owned()),
            Subject::Named { above } => named(before, after, above)?,
        };
        let relation = self.relation;
        let stated = match &self.right {
            Right::Quantity { number, unit } => format!("{name} {relation} {}", quantity(number, *unit)),
            Right::Band { low, high } => format!("{name} in {low} .. {high}"),
            Right::Percent(number) => format!("{name} {relation} {number}% of baseline({name})"),
            Right::Times(number, "baseline") => format!("{name} {relation} {number} x baseline({name})"),
            Right::Times(number, word) if percentile(word).is_some() => {
                let base = if base.is_empty() { String::new() } else { format!("{base}.") };
                format!("{name} {relation} {number} x {base}{word}")
            }
            Right::Times(..) => return None,
            Right::Baseline => format!("{name} {relation} baseline({name})"),
            Right::Zero => format!("{name} == 0"),
        };
        match sustained(after) {
            Some((window, length)) => Some((format!("{stated} sustained {window}"), length)),
            None => Some((stated, 0)),
        }
    }
}

fn quantity(number: &str, unit: Option<&str>) -> String {
    match unit {
        Some("%") => format!("{number}%"),
        Some(unit) => format!("{number} {unit}"),
        None => number.to_owned(),
    }
}

/// A decimal number with thousands separators taken out, and what follows it.
fn number_at(text: &str) -> Option<(String, &str)> {
    let bytes = text.as_bytes();
    let mut end = 0;
    let mut number = String::new();
    while let Some(&byte) = bytes.get(end) {
        let digit_next = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        match byte {
            b'0'..=b'9' => number.push(char::from(byte)),
            b'.' if digit_next && !number.contains('.') => number.push_str(if number.is_empty() { "0." } else { "." }),
            b',' if digit_next
                && end > 0
                && bytes.get(end + 1..end + 4).is_some_and(|three| three.iter().all(u8::is_ascii_digit)) => {}
            _ => break,
        }
        end += 1;
    }
    (!number.is_empty() && number.len() < 20).then(|| (number, text.get(end..).unwrap_or_default()))
}

/// Units as people write them, and as conditions have them.
const UNITS: [(&str, &str); 49] = [
    ("milliseconds", "ms"),
    ("millisecond", "ms"),
    ("msec", "ms"),
    ("ms", "ms"),
    ("毫秒", "ms"),
    ("µs", "µs"),
    ("seconds", "s"),
    ("second", "s"),
    ("secs", "s"),
    ("sec", "s"),
    ("s", "s"),
    ("segundos", "s"),
    ("sekunden", "s"),
    ("秒", "s"),
    ("minutes", "min"),
    ("minute", "min"),
    ("mins", "min"),
    ("min", "min"),
    ("minutos", "min"),
    ("minuten", "min"),
    ("分钟", "min"),
    ("hours", "h"),
    ("hour", "h"),
    ("hrs", "h"),
    ("hr", "h"),
    ("h", "h"),
    ("horas", "h"),
    ("stunden", "h"),
    ("小时", "h"),
    ("days", "d"),
    ("day", "d"),
    ("d", "d"),
    ("días", "d"),
    ("dias", "d"),
    ("tage", "d"),
    ("天", "d"),
    ("kb", "KB"),
    ("mb", "MB"),
    ("gb", "GB"),
    ("tb", "TB"),
    ("kib", "KiB"),
    ("mib", "MiB"),
    ("gib", "GiB"),
    ("req/s", "req/s"),
    ("req/sec", "req/s"),
    ("requests/s", "req/s"),
    ("requests/sec", "req/s"),
    ("rps", "req/s"),
    ("ops/s", "ops/s"),
];

/// The unit that a text starts with, and what follows it.
fn unit_at(text: &str) -> (Option<&'static str>, &str) {
    let trimmed = text.trim_start();
    if let Some(rest) = trimmed.strip_prefix(['%', '％']) {
        return (Some("%"), rest);
    }
    let end = trimmed.find(|c: char| !(c.is_alphabetic() || matches!(c, '/' | 'µ'))).unwrap_or(trimmed.len());
    let (word, rest) = trimmed.split_at_checked(end).unwrap_or((trimmed, ""));
    let folded = if word.is_ascii() { None } else { Some(word.to_lowercase()) };
    let word = folded.as_deref().unwrap_or(word);
    match UNITS.iter().find(|(written, _)| written.eq_ignore_ascii_case(word)) {
        Some((_, unit)) => (Some(unit), rest),
        None => (None, text),
    }
}

/// `for 5 minutes`, `sustained for 10 min` after a comparison: the window, and how many bytes say so.
fn sustained(after: &str) -> Option<(String, usize)> {
    let start = after.trim_start();
    if !start.starts_with(['f', 'F', 's', 'S']) {
        return None;
    }
    let lower = start.to_lowercase();
    let lead = after.len() - after.trim_start().len();
    let word = [
        "sustained for >",
        "sustained for more than ",
        "sustained for >",
        "sustained for more than ",
        "sustained for ",
        "sustained over ",
        "sustained ",
        "for more than ",
        "for over ",
        "for at least ",
        "for >",
        "for ",
    ]
    .iter()
    .find(|word| lower.starts_with(**word))?;
    let tail = after.get(lead + word.len()..)?;
    let (number, rest) = number_at(tail.trim_start())?;
    let rest = rest.strip_prefix('+').unwrap_or(rest);
    let (unit, rest) = unit_at(rest);
    let unit = unit.filter(|unit| matches!(*unit, "s" | "min" | "h" | "d"))?;
    Some((format!("{number} {unit}"), after.len() - rest.len()))
}

/// «If impact > 15 minutes»: says when something applies, not what must hold.
fn is_circumstance(before: &str) -> bool {
    static ABOUT: [Phrase; 6] = Phrase::all(["if ", "when ", "unless ", "wenn ", "si ", "se "]);
    if !Pairs::of(before).may_hold_any(&ABOUT) {
        return false;
    }
    let lower = before.to_lowercase();
    let clause = lower.rsplit(['(', ';', '.', ',']).next().unwrap_or(&lower);
    let clause = clause.trim_start();
    ABOUT.iter().any(|word| clause.starts_with(word.text)) || clause.contains(" if ")
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

/// Words that are about the measuring, not what is measured.
const FILLER: [&str; 74] = [
    "a",
    "acceptable",
    "alert",
    "alerts",
    "all",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "check",
    "checked",
    "clean",
    "complete",
    "completed",
    "completes",
    "configured",
    "confirm",
    "confirmed",
    "current",
    "ensure",
    "expected",
    "for",
    "goal",
    "good",
    "has",
    "have",
    "in",
    "is",
    "it",
    "kept",
    "maintain",
    "maintained",
    "maintains",
    "monitor",
    "must",
    "no",
    "normal",
    "ok",
    "on",
    "or",
    "passing",
    "range",
    "reached",
    "remain",
    "remains",
    "set",
    "should",
    "spike",
    "spikes",
    "stable",
    "stay",
    "stays",
    "still",
    "target",
    "than",
    "that",
    "the",
    "to",
    "trigger",
    "validate",
    "validated",
    "value",
    "verified",
    "verify",
    "warning",
    "was",
    "watch",
    "while",
    "with",
    "within",
    "review",
];

/// What a comparison is about: the measurement's name, and its name without percentile.
fn named(before: &str, after: &str, above: &str) -> Option<(String, String)> {
    // «Email failure: success rate <80%» is about the success rate, «Error rate: < 1%» about the error rate.
    let clause = before.rsplit(": ").find(|clause| has_subject(clause)).unwrap_or(before);
    let clause = clause.rsplit(['.', ';', '；', '。']).find(|part| has_subject(part)).unwrap_or(clause);
    if clause.split_whitespace().count() > 9 {
        return None;
    }
    let own = subject_words(clause);
    let percentile = before
        .split(|c: char| !c.is_alphanumeric())
        .rev()
        .find_map(percentile)
        .or_else(|| {
            after.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(2).find_map(percentile)
        })
        .or_else(|| above.split(|c: char| !c.is_alphanumeric()).rev().find_map(percentile));
    let following = after.split(['(', ',', ';', '.', ')']).next().unwrap_or_default();
    let said_after =
        if own.is_empty() { subject_words(following.split(" for ").next().unwrap_or_default()) } else { Vec::new() };
    let words = [own, said_after].into_iter().find(|words| !words.is_empty()).unwrap_or_else(|| subject_words(above));
    let disk = words.iter().any(|word| word == "disk")
        && ["free", "available"].iter().any(|word| before.to_lowercase().contains(word) || following.contains(word));
    let mut base = if disk { "disk.free".to_owned() } else { words.join("_") };
    if base.starts_with(|c: char| c.is_ascii_digit()) {
        base.insert(0, '_');
    }
    match percentile {
        Some(percentile) if base.is_empty() => Some((percentile, base)),
        Some(percentile) => Some((format!("{base}.{percentile}"), base)),
        None if base.is_empty() => None,
        None => Some((base.clone(), base)),
    }
}

/// The words of a clause, from its last to its first, that name what is measured.
fn naming_words(clause: &str) -> impl Iterator<Item = &str> {
    let open = clause
        .find(['(', '（'])
        .filter(|&at| clause.get(..at).is_some_and(|before| before.chars().any(char::is_alphabetic)));
    let clause = open.and_then(|at| clause.get(..at)).unwrap_or(clause);
    clause.rsplit(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|word| names_something(word))
}

fn has_subject(clause: &str) -> bool {
    naming_words(clause).next().is_some()
}

/// The naming words of a clause, in lower case and singular, at most five, without percentiles.
fn subject_words(clause: &str) -> Vec<String> {
    let mut words: Vec<String> = naming_words(clause).take(5).map(|word| singular(&word.to_lowercase())).collect();
    words.reverse();
    words
}

fn names_something(word: &str) -> bool {
    let filler = |filler: &str| filler.eq_ignore_ascii_case(word);
    !word.is_empty()
        && !FILLER.iter().any(|word| filler(word))
        && !["free", "available", "gzipped"].into_iter().any(filler)
        && percentile(word).is_none()
}

fn singular(word: &str) -> String {
    let plural =
        word.len() > 3 && word.ends_with('s') && !["ss", "us", "is", "ics"].iter().any(|end| word.ends_with(end));
    if plural { word.get(..word.len() - 1).unwrap_or(word).to_owned() } else { word.to_owned() }
}

fn percentile(word: &str) -> Option<String> {
    let digits = word.strip_prefix(['p', 'P'])?;
    (matches!(digits.len(), 2 | 3) && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| format!("p{digits}"))
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
