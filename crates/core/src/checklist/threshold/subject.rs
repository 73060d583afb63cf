//! What a comparison is about: the name of what is measured, from the words around it.

use super::super::phrase::find;
use std::borrow::Cow;

/// Words that are about the measuring, not what is measured; in order.
const FILLER: [&str; 77] = [
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
    "available",
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
    "free",
    "goal",
    "good",
    "gzipped",
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
    "review",
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
];
/// Longer words name something.
const LONGEST: usize = 10;

/// What a comparison is about: the measurement's name, and its name without percentile.
pub(super) fn named(before: &str, after: &str, above: &str) -> Option<(String, String)> {
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
        && ["free", "available"].iter().any(|word| find(before, word).is_some() || following.contains(word));
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
fn subject_words(clause: &str) -> Vec<Cow<'_, str>> {
    let mut words: Vec<Cow<'_, str>> = naming_words(clause).take(5).map(lower_singular).collect();
    words.reverse();
    words
}

fn names_something(word: &str) -> bool {
    if word.is_empty() || percentile(word).is_some() {
        return false;
    }
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else { return true };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    FILLER.binary_search_by(|filler| filler.as_bytes().cmp(lower)).is_err()
}

fn lower_singular(word: &str) -> Cow<'_, str> {
    let lower = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if word.as_bytes().iter().all(lower) {
        return Cow::Borrowed(singular(word));
    }
    let lower = word.to_lowercase();
    Cow::Owned(singular(&lower).to_owned())
}

fn singular(word: &str) -> &str {
    let plural =
        word.len() > 3 && word.ends_with('s') && !["ss", "us", "is", "ics"].iter().any(|end| word.ends_with(end));
    if plural { word.get(..word.len() - 1).unwrap_or(word) } else { word }
}

pub(super) fn percentile(word: &str) -> Option<String> {
    let digits = word.strip_prefix(['p', 'P'])?;
    (matches!(digits.len(), 2 | 3) && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| format!("p{digits}"))
}
