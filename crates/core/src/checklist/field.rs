//! Fields: what a blank asks for, in which unit, and what it is called when several stand on a line.

use super::inline::tidy;
use super::line::{Draft, name_of, without_colon};
use super::model::{ItemKind, ValueKind};
use super::phrase::{self, Pairs, Phrase};
use std::borrow::Cow;

/// Units that may stand after a blank with a space between; without one, any short word is a unit.
const UNITS: [&str; 58] = [
    "%",
    "ms",
    "s",
    "sec",
    "secs",
    "second",
    "seconds",
    "min",
    "mins",
    "minute",
    "minutes",
    "h",
    "hr",
    "hrs",
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "weeks",
    "req/s",
    "req/sec",
    "req/min",
    "rps",
    "rpm",
    "ops/s",
    "ops/sec",
    "tps",
    "qps",
    "mbps",
    "gbps",
    "kbps",
    "b",
    "kb",
    "mb",
    "gb",
    "tb",
    "kib",
    "mib",
    "gib",
    "jobs",
    "users",
    "items",
    "rows",
    "msgs",
    "messages",
    "people",
    "errors",
    "€",
    "$",
    "usd",
    "eur",
    "°c",
    "msg/s",
    "jobs/s",
    "mb/s",
    "x",
    "requests/s",
];

/// The fields of one line: later ones take their names from a list in brackets, or from the first.
#[derive(Default)]
pub(super) struct Series {
    base: String,
    names: Vec<String>,
    count: usize,
    unit: Option<String>,
}

impl Series {
    /// The field at a blank, with the words since the blank before it and up to the next one.
    pub(super) fn next<'t>(&mut self, before: &str, after: Cow<'t, str>, at: usize, length: usize) -> Draft<'t> {
        let label = self.label(before);
        let unit = unit(&after);
        self.unit.clone_from(&unit);
        self.count += 1;
        let value = match &unit {
            Some(_) => ValueKind::Number,
            None => value_kind(&tidy(&[before, " ", &label].concat()), length, &after),
        };
        let default = default_value(&after).map(Into::into);
        let unit = unit.map(Into::into);
        Draft { at, kind: ItemKind::Field { value, unit, default }, label, tail: after }
    }

    fn label(&mut self, before: &str) -> String {
        if self.count == 0 {
            let base = last_clause(before);
            self.names = bracketed_names(base);
            let own = if self.names.is_empty() { base } else { base.split(['(', '（']).next().unwrap_or(base) };
            self.base = name_of(&tidy(without_colon(
                own.trim_start_matches(['-', '•', '|', ' ']).trim_end_matches([' ', '$', '€', '£']),
            )))
            .to_owned();
        } else {
            let said = without_colon(without_unit(before, self.unit.as_deref()));
            let said = said.rsplit(['(', '（']).next().unwrap_or(said);
            let said =
                tidy(said.trim_matches([',', ';', '|', '/', ')', '-', '–', '•', '→', ' ', '~', '.', '、', '，']));
            if said.chars().any(char::is_alphanumeric) {
                return said.into_owned();
            }
        }
        match self.names.get(self.count) {
            Some(name) => format!("{} {name}", self.base),
            None if self.count == 0 || self.base.is_empty() => self.base.clone(),
            None => format!("{} {}", self.base, self.count + 1),
        }
    }
}

/// What names a blank is the last sentence or clause before it.
fn last_clause(before: &str) -> &str {
    let trimmed = without_colon(before);
    static MARKS: [Phrase; 5] = Phrase::all([". ", "; ", "? ", " | ", " — "]);
    let pairs = Pairs::of(trimmed);
    let cut = MARKS
        .iter()
        .filter(|mark| pairs.may_hold(mark))
        .filter_map(|mark| trimmed.rfind(mark.text).map(|at| at + mark.text.len()))
        .max();
    let clause = trimmed.get(cut.unwrap_or(0)..).unwrap_or(trimmed);
    if clause.chars().any(char::is_alphanumeric) { clause } else { trimmed }
}

/// `API latency (p50, p95, p99)` names three blanks.
fn bracketed_names(base: &str) -> Vec<String> {
    let Some(open) = base.rfind('(') else { return Vec::new() };
    let Some(inside) = base.get(open + 1..).and_then(|tail| tail.strip_suffix(')')) else { return Vec::new() };
    let names: Vec<String> = inside.split([',', '/']).map(|name| tidy(name).into_owned()).collect();
    if names.len() > 1 && names.iter().all(|name| !name.is_empty() && name.len() <= 16) { names } else { Vec::new() }
}

/// The unit that the words after a blank start with.
fn unit(after: &str) -> Option<String> {
    let adjacent = !after.starts_with(' ');
    let word = after
        .trim_start()
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '|' | '，'))
        .next()?;
    let word = word.trim_end_matches(['.', ':']);
    if word.is_empty() {
        return None;
    }
    let known = UNITS.iter().any(|unit| unit.eq_ignore_ascii_case(word));
    let short = adjacent
        && word.len() <= 6
        && word.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'%'));
    (known || short).then(|| word.to_owned())
}

/// `before`, without the unit of the blank that stands before it.
fn without_unit<'t>(before: &'t str, unit: Option<&str>) -> &'t str {
    let trimmed = before.trim_start();
    unit.and_then(|unit| trimmed.strip_prefix(unit)).unwrap_or(trimmed)
}

/// `(default: 30)`
fn default_value(after: &str) -> Option<String> {
    static DEFAULT: Phrase = Phrase::new("default");
    if !Pairs::of(after).may_hold(&DEFAULT) {
        return None;
    }
    let (at, lead) = ["default:", "default "].iter().find_map(|lead| Some((phrase::find(after, lead)?, lead)))?;
    let at = at + lead.len();
    let value = after.get(at..)?.split([')', ',', ';']).next()?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

static DATES: [Phrase; 8] = Phrase::all(["date", "datum", "fecha", "дата", "日期", "日付", "deadline", "due"]);
static TIMES: [Phrase; 9] = Phrase::all([
    "start time",
    "end time",
    "time started",
    "time completed",
    "time (utc)",
    "uhrzeit",
    "hora",
    "heure",
    "时间",
]);
static VERSIONS: [Phrase; 8] =
    Phrase::all(["version", "release", "tag", "commit hash", "git sha", "build number", "versión", "versão"]);
/// Last words of a label that ask for a person, however short the blank.
const PERSON: [&str; 6] = ["owner", "by", "name", "assignee", "contact", "verantwortlich"];
static PEOPLE: [Phrase; 24] = Phrase::all([
    "deployed by",
    "reviewed by",
    "approved by",
    "performed by",
    "prepared by",
    "verified by",
    "name",
    "phone",
    "email",
    "e-mail",
    "slack",
    "contact",
    "lead",
    "manager",
    "engineer",
    "owner",
    "verantwortlich",
    "responsável",
    "responsable",
    "负责人",
    "担当",
    "on-call",
    "commander",
    "attendees",
]);
static NUMBERS: [Phrase; 26] = Phrase::all([
    "rate",
    "count",
    "number",
    "total",
    "latency",
    "usage",
    "users",
    "p50",
    "p75",
    "p90",
    "p95",
    "p99",
    "percent",
    "score",
    "throughput",
    "depth",
    "changed",
    "lag",
    "size",
    "requests",
    "errors",
    "duration",
    "connections",
    "memory",
    "cpu",
    "baseline",
]);

/// Words that ask for words, however short the blank: a number's check would refuse the answer.
static PROSE: [Phrase; 18] = Phrase::all([
    "comment",
    "reason",
    "note",
    "why",
    "description",
    "describe",
    "cause",
    "action",
    "summary",
    "detail",
    "remark",
    "explain",
    "bemerkung",
    "grund",
    "kommentar",
    "motivo",
    "comentario",
    "comentário",
]);

/// What a blank without a unit takes, by the words around it.
pub(super) fn value_kind(asked: &str, length: usize, after: &str) -> ValueKind {
    let words = asked;
    let pairs = Pairs::of(words);
    let says = |list: &[Phrase]| pairs.holds_any(words, list);
    let starts_time = ["time", "start", "end"].iter().any(|word| word.eq_ignore_ascii_case(words))
        || after.trim_start().starts_with("(UTC)")
        || after.contains("AM/PM");
    let last = words.split(|c: char| !c.is_alphanumeric()).rfind(|word| !word.is_empty()).unwrap_or_default();
    let asks_person = PERSON.iter().any(|word| word.eq_ignore_ascii_case(last));
    let counted = after
        .trim_start()
        .strip_prefix('/')
        .is_some_and(|tail| tail.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    if counted {
        ValueKind::Number
    } else if asks_person && !words.to_lowercase().ends_with("affected by") {
        ValueKind::Contact
    } else if (says(&DATES) || words.eq_ignore_ascii_case("data")) && phrase::find(words, "update").is_none() {
        ValueKind::Date
    } else if starts_time || says(&TIMES) {
        ValueKind::Time
    } else if says(&VERSIONS) && length > 3 && phrase::find(words, "notes").is_none() {
        ValueKind::Version
    } else if length < 12 && says(&NUMBERS) {
        ValueKind::Number
    } else if says(&PEOPLE) && length > 3 {
        ValueKind::Contact
    } else if length <= 4 && !says(&PROSE) {
        ValueKind::Number
    } else {
        ValueKind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::inline::{Links, tokens};
    use crate::checklist::line::{Piece, Pieces, read};

    /// `label:kind[unit]` of each field.
    fn fields(text: &str) -> String {
        let links = Links::default();
        let reading = read(tokens(text, &links));
        let show = |draft: &Draft<'_>| match &draft.kind {
            ItemKind::Field { value, unit, .. } => {
                format!("{}:{value:?}[{}]", draft.label, unit.as_deref().unwrap_or(""))
            }
            other => format!("{}:{other:?}", draft.label),
        };
        let Pieces::Asked(pieces) = reading.pieces else { return String::new() };
        let drafts =
            pieces.iter().filter_map(|piece| if let Piece::Draft(draft) = piece { Some(show(draft)) } else { None });
        drafts.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn blanks_get_their_names_units_and_kinds() {
        for (line, expected) in [
            (
                "API latency (p50, p95, p99): ___ms, ___ms, ___ms",
                "API latency p50:Number[ms]; API latency p95:Number[ms]; API latency p99:Number[ms]",
            ),
            ("Error rate: ___%", "Error rate:Number[%]"),
            ("Active users: ___", "Active users:Number[]"),
            (
                "Request Rate: ___ req/s (expected baseline: ___)",
                "Request Rate:Number[req/s]; expected baseline:Number[]",
            ),
            ("Commits: ___", "Commits:Number[]"),
            ("Reason for the window: ___", "Reason for the window:Text[]"),
            ("Comment: ___", "Comment:Text[]"),
            ("Start time: ___ (UTC)", "Start time:Time[]"),
            ("Expected duration: ___ minutes", "Expected duration:Number[minutes]"),
            ("**Deployment Date**: _______________", "Deployment Date:Date[]"),
            ("**Release**: Version _______________", "Release: Version:Version[]"),
            ("**Deployed By**: _______________", "Deployed By:Contact[]"),
            ("Key features: _________________________________________________", "Key features:Text[]"),
            ("Disk I/O: ___ ops/s", "Disk I/O:Number[ops/s]"),
            ("Before: ____ ms After: ____ ms", "Before:Number[ms]; After:Number[ms]"),
            (
                "Engineering Lead: ________________ Date: _______",
                "Engineering Lead:SignOff { role: \"Engineering Lead\" }",
            ),
            ("Start Date: ________ End Date: _______", "Start Date:Date[]; End Date:Date[]"),
            (
                "Error rate improved? ☐ Yes ☐ No ☐ Similar",
                "Error rate improved?:Choice { options: [\"Yes\", \"No\", \"Similar\"] }",
            ),
            (
                "**Decision**: ☐ Keep ☐ Rollback (if No to any above)",
                "Decision:Gate { options: [\"Keep\", \"Rollback\"] }",
            ),
        ] {
            assert_eq!(fields(line), expected, "{line}");
        }
    }
}
