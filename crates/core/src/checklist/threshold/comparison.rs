//! Comparisons in words: by a sign, by words before or after a number, by a range.

use super::super::phrase::{Pairs, Phrase, find, starts_with};
use super::Subject;
use super::subject::{named, percentile};
use crate::condition::quantity::{Quantity, TimeUnit, Unit};
use crate::condition::{Bound, Relation, Stated, number_at, unit_at};
use rust_decimal::Decimal;

/// A comparison, and where it stands.
pub(super) struct Comparison<'t> {
    pub(super) start: usize,
    pub(super) end: usize,
    relation: Relation,
    right: Right<'t>,
}

enum Right<'t> {
    Amount(Quantity),
    Band(Quantity, Quantity),
    Percent(Decimal),
    Times(Decimal, &'t str),
    Baseline,
}

/// Words before a number that compare it.
static WORDS: [(Phrase, Relation); 23] = [
    (Phrase::new("no more than "), Relation::AtMost),
    (Phrase::new("not more than "), Relation::AtMost),
    (Phrase::new("at most "), Relation::AtMost),
    (Phrase::new("up to "), Relation::AtMost),
    (Phrase::new("less than "), Relation::Less),
    (Phrase::new("lower than "), Relation::Less),
    (Phrase::new("fewer than "), Relation::Less),
    (Phrase::new("under "), Relation::Less),
    (Phrase::new("below "), Relation::Less),
    (Phrase::new("no less than "), Relation::AtLeast),
    (Phrase::new("at least "), Relation::AtLeast),
    (Phrase::new("minimum of "), Relation::AtLeast),
    (Phrase::new("minimum "), Relation::AtLeast),
    (Phrase::new("more than "), Relation::Greater),
    (Phrase::new("greater than "), Relation::Greater),
    (Phrase::new("higher than "), Relation::Greater),
    (Phrase::new("exceeds "), Relation::Greater),
    (Phrase::new("exceeding "), Relation::Greater),
    (Phrase::new("above "), Relation::Greater),
    (Phrase::new("maximum "), Relation::AtMost),
    (Phrase::new("target: "), Relation::Equal),
    (Phrase::new("target of "), Relation::Equal),
    (Phrase::new("must be "), Relation::Equal),
];
/// Words after a number that compare it.
static AFTERWORDS: [Phrase; 4] = Phrase::all(["minimum", "or more", "or less", "maximum"]);

/// The first comparison of `text` from `from` on.
pub(super) fn next(text: &str, from: usize, pairs: Pairs) -> Option<Comparison<'_>> {
    let sign = signed(text, from);
    let word = worded(text, from, pairs);
    let band = if from == 0 { band(text) } else { None };
    [sign, word, band].into_iter().flatten().min_by_key(|comparison| comparison.start)
}

fn signed(text: &str, from: usize) -> Option<Comparison<'_>> {
    let rest = text.get(from..)?;
    // The signs beyond ASCII start with these two bytes.
    let starts = rest.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'<' | b'>' | 0xe2 | 0xef));
    starts
        .filter_map(|(at, _)| {
            let c = rest.get(at..)?.chars().next()?;
            if !matches!(c, '<' | '>' | '≤' | '≥' | '＜' | '＞') {
                return None;
            }
            let previous = rest.get(..at)?.chars().next_back();
            if matches!(previous, Some('-' | '=' | '<' | '>')) {
                return None;
            }
            let tail = rest.get(at + c.len_utf8()..)?;
            let (equal, tail) = tail.strip_prefix('=').map_or((false, tail), |tail| (true, tail));
            let relation = match (c, equal) {
                ('<' | '＜', false) => Relation::Less,
                ('<' | '＜', true) | ('≤', _) => Relation::AtMost,
                ('>' | '＞', false) => Relation::Greater,
                _ => Relation::AtLeast,
            };
            let (right, left) = right_side(tail)?;
            Some(Comparison { start: from + at, end: text.len() - left.len(), relation, right })
        })
        .next()
}

fn worded(text: &str, from: usize, pairs: Pairs) -> Option<Comparison<'_>> {
    let possible = WORDS.iter().any(|(word, _)| pairs.may_hold(word)) || pairs.may_hold_any(&AFTERWORDS);
    if !possible || !super::says_keyword(text) {
        return None;
    }
    let rest = text.get(from..)?;
    let prefixed = WORDS.iter().filter(|(word, _)| pairs.may_hold(word)).filter_map(|(word, relation)| {
        let at = word_at(rest, word.text)?;
        let tail = rest.get(at + word.text.len()..)?;
        if !tail.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (right, left) = right_side(tail)?;
        match &right {
            Right::Amount(quantity) if *relation == Relation::Equal => {
                let nothing = quantity.amount.is_zero() && quantity.amount.scale() == 0;
                if !nothing {
                    return None;
                }
            }
            _ if *relation == Relation::Equal => return None,
            // «at least 2 people» is no measurement; a unit makes it one.
            Right::Amount(Quantity { unit: Unit::Plain, .. }) => return None,
            _ => {}
        }
        let right = match right {
            Right::Amount(quantity) if *relation == Relation::Equal => {
                Right::Amount(Quantity::new(quantity.amount, Unit::Plain))
            }
            right => right,
        };
        Some(Comparison { start: from + at, end: text.len() - left.len(), relation: *relation, right })
    });
    let after = AFTERWORDS.iter().filter(|word| pairs.may_hold(word)).filter_map(|word| {
        let at = word.find(rest)?;
        let before = rest.get(..at)?.trim_end();
        let start = before.rfind(|c: char| c.is_whitespace() || c == ':').map_or(0, |at| at + 1);
        let (right, left) = right_side(before.get(start..)?)?;
        let measured =
            matches!(&right, Right::Amount(quantity) if quantity.unit != Unit::Plain) && left.trim().is_empty();
        let relation = if matches!(word.text, "minimum" | "or more") { Relation::AtLeast } else { Relation::AtMost };
        measured.then_some(Comparison { start: from + start, end: from + at + word.text.len(), relation, right })
    });
    prefixed.chain(after).min_by_key(|comparison| comparison.start)
}

/// Where words stand in a text with no letter or digit before them.
fn word_at(text: &str, words: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + find(text.get(from..)?, words)?;
        if at == 0 || !text.as_bytes().get(at - 1).is_some_and(u8::is_ascii_alphanumeric) {
            return Some(at);
        }
        from = at + words.len();
    }
}

/// `Memory: 512MB-1GB per worker`: sizes, shares and processors only, as ranges of time are estimates.
fn band(text: &str) -> Option<Comparison<'_>> {
    let bytes = text.as_bytes();
    let colon = memchr::memchr_iter(b':', bytes).find(|at| bytes.get(at + 1) == Some(&b' '))?;
    let tail = text.get(colon + 2..)?;
    let (low, rest) = number_at(tail)?;
    let (low_unit, rest) = unit_at(rest);
    let rest = rest.trim_start().strip_prefix(['-', '–'])?;
    let (high, rest) = number_at(rest.trim_start())?;
    let processors = ["vcpu", "cpu", "core"].iter().any(|word| starts_with(rest.trim_start(), word));
    let (high_unit, rest) = unit_at(rest);
    let unit = high_unit.or(low_unit).filter(|unit| matches!(unit, Unit::Percent | Unit::Size(_)));
    if unit.is_none() && !processors {
        return None;
    }
    let with = |number, own: Option<Unit>| Quantity::new(number, own.or(unit).unwrap_or(Unit::Plain));
    let right = Right::Band(with(low, low_unit), with(high, high_unit));
    Some(Comparison { start: colon + 2, end: text.len() - rest.len(), relation: Relation::Equal, right })
}

/// What stands right of a comparison sign, and what follows it.
fn right_side(tail: &str) -> Option<(Right<'_>, &str)> {
    let tail = tail.trim_start();
    if starts_with(tail, "baseline") {
        return Some((Right::Baseline, tail.get("baseline".len()..)?));
    }
    let (number, rest) = number_at(tail.trim_start_matches(['~', '$', '€']))?;
    let (unit, after) = unit_at(rest);
    let trimmed = after.trim_start();
    if unit == Some(Unit::Percent) {
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
    Some((Right::Amount(Quantity::new(number, unit.unwrap_or(Unit::Plain))), after))
}

impl Comparison<'_> {
    /// What is stated, and how many bytes of `after` belong to it.
    pub(super) fn stated(self, before: &str, after: &str, subject: Subject<'_>) -> Option<(Stated, usize)> {
        let (name, base) = match subject {
            Subject::Value => ("value".to_owned(), "value".to_owned()),
            Subject::Named { above } => named(before, after, above)?,
        };
        let bound = match self.right {
            Right::Amount(quantity) => Bound::Amount(quantity),
            Right::Band(low, high) => Bound::Band(low, high),
            Right::Percent(number) => Bound::Percent(number),
            Right::Times(number, "baseline") => Bound::TimesBaseline(number),
            Right::Times(number, word) if percentile(word).is_some() => {
                let other = if base.is_empty() { word.to_owned() } else { format!("{base}.{word}") };
                Bound::Times(number, other)
            }
            Right::Times(..) => return None,
            Right::Baseline => Bound::Baseline,
        };
        let (sustained, length) = match sustained(after) {
            Some((window, length)) => (Some(window), length),
            None => (None, 0),
        };
        Some((Stated { name, relation: self.relation, bound, sustained }, length))
    }
}

/// `for 5 minutes`, `sustained for 10 min` after a comparison: the window, and how many bytes say so.
fn sustained(after: &str) -> Option<(Quantity, usize)> {
    let start = after.trim_start();
    if !start.starts_with(['f', 'F', 's', 'S']) {
        return None;
    }
    let word = [
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
    .find(|word| starts_with(start, word))?;
    let tail = start.get(word.len()..)?;
    let (number, rest) = number_at(tail.trim_start())?;
    let rest = rest.strip_prefix('+').unwrap_or(rest);
    let (unit, rest) = unit_at(rest);
    let seconds = |unit: &Unit| matches!(unit, Unit::Time(time) if *time >= TimeUnit::Second);
    let window = Quantity::new(number, unit.filter(seconds)?);
    Some((window, after.len() - rest.len()))
}
