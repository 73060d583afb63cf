//! Annotations: what Markdown cannot say, in HTML comments that GitHub does not show.
//!
//! `<!-- cs: key value; key value -->` on an item's line, indented on the line under it, or on the line above it; under a heading it
//! is about the section. Values with a semicolon stand in double quotes. A checklist needs none of them.
//!
//! | written | means |
//! |---|---|
//! | `probe GET https://host/health` | the app may take this measurement, once a person has allowed the host; see [`crate::ask`] |
//! | `expect http.status == 200` | what must hold of the probe before it; may stand several times; alone, what is usual for its kind is expected |
//! | `evidence screenshot, log` | the kinds of evidence that the item asks for |
//! | `sign-off role "Engineering lead"; meaning approved` | who signs here, and what the signature says |
//! | `role "Engineering lead"` | the role of the sign-off line that it stands at |
//! | `gate proceed, hold, roll back` | only one of these named decisions passes this point |
//! | `baseline` | the fields of the item or section are frozen before the deployment and compared with later |
//! | `dead-band 10%` | how far a later value may be from the baseline and still be similar |
//! | `deploy` | the item's tick is T0: rounds count from it, approvals precede it |
//! | `no-return keep migration 0007` | once it is done there is no way back from it: what stays even in a rollback |
//! | `required` | the item may not be skipped |
//! | `limit value < 500 ms` | a condition that the item's value or measurement should meet |
//! | `alert value > 2%` | a condition that calls for somebody to act when it is met |
//! | `unit ms` | the unit of the line's fields; `none` for none |
//! | `type date` | what the line's fields take: number, text, date, time, version, contact |
//! | `task` | the line is a task, although it was read as content |
//! | `content` | the line asks for nothing; `content "p95"` of several on the line only this one |
//! | `owner @ana` | who is to do it |
//! | `if major changes` | the circumstance under which the item applies |
//! | `phase deployment` | the phase that the item or section belongs to |
//! | `policy sign-off: 2 Engineering lead, approved` | a line of policy, as in the front matter |

use super::facts;
use super::model::{PolicyRule, ValueKind};
use crate::ask::{Ask, Wrong as Refused};
use crate::condition::Condition;
use crate::condition::nearest::nearest;

/// One thing that an annotation says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Clause {
    Probe(Box<Ask>),
    Expect(Condition),
    Evidence(Vec<String>),
    SignOff { role: String },
    Meaning(String),
    Gate(Vec<String>),
    Baseline,
    DeadBand(String),
    Deploy,
    Required,
    NoReturn(String),
    Limit(Condition),
    Alert(Condition),
    Unit(String),
    Type(ValueKind),
    Task,
    Content(Option<String>),
    Owner(String),
    OnlyIf(String),
    Phase(String),
    Policy(PolicyRule),
}

/// What is wrong with a clause, and how to mend it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) hint: String,
}

/// The text of an annotation, if a comment is one.
pub(super) fn body(comment: &str) -> Option<&str> {
    let inside = comment.trim().strip_prefix("<!--")?;
    let inside = inside.split("-->").next()?.trim();
    inside.strip_prefix("cs:").map(str::trim)
}

/// Reads the clauses of an annotation.
pub(super) fn clauses(body: &str) -> Vec<Result<Clause, Wrong>> {
    let mut out: Vec<Result<Clause, Wrong>> = split(body).map(clause).collect();
    if out.is_empty() {
        out.push(Err(wrong("The annotation says nothing", &known())));
    }
    out
}

/// What an annotation can begin with.
pub const KEYS: [&str; 22] = [
    "probe",
    "expect",
    "evidence",
    "sign-off",
    "role",
    "meaning",
    "gate",
    "baseline",
    "dead-band",
    "deploy",
    "no-return",
    "required",
    "limit",
    "alert",
    "unit",
    "type",
    "task",
    "content",
    "owner",
    "if",
    "phase",
    "policy",
];

fn known() -> String {
    format!("Known are {}.", KEYS.join(", "))
}

/// The name that was probably meant, and all that are known.
fn meant(key: &str) -> String {
    match nearest(key, KEYS) {
        Some(name) => format!("Did you mean «{name}»? {}", known()),
        None => known(),
    }
}

/// What is wrong with a comment that was probably meant as an annotation: `<!-- CS: deploy -->`, `<!-- cs deploy -->`.
pub(super) fn nearly(comment: &str) -> Option<Wrong> {
    let inside = comment.trim().strip_prefix("<!--")?.trim_start();
    let rest = inside.get(..2).filter(|start| start.eq_ignore_ascii_case("cs")).and_then(|_| inside.get(2..))?;
    let said = rest.trim_start().trim_start_matches([':', ';', '=', '：']).trim_start();
    let key = said.split(|c: char| c.is_whitespace() || c == ';').next().unwrap_or_default().trim_end_matches("-->");
    let colon = said.len() < rest.trim_start().len();
    if rest.starts_with(char::is_alphanumeric) || !(colon || KEYS.contains(&key)) {
        return None;
    }
    Some(wrong(
        "An annotation begins with «cs:», in small letters and with a colon",
        &format!("Write «<!-- cs: {key} … -->»."),
    ))
}

fn wrong(message: &str, hint: &str) -> Wrong {
    Wrong { message: format!("{message}."), hint: hint.to_owned() }
}

/// Splits at semicolons that stand outside double quotes.
fn split(body: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    body.split(move |c: char| {
        quoted ^= c == '"';
        c == ';' && !quoted
    })
    .map(str::trim)
    .filter(|clause| !clause.is_empty())
}

fn clause(text: &str) -> Result<Clause, Wrong> {
    let (key, value) = text.split_once(char::is_whitespace).map_or((text, ""), |(key, value)| (key, value.trim()));
    let key = key.trim_end_matches(':');
    let bare = value.trim_matches('"');
    let needed = |example: &str| {
        if bare.is_empty() {
            Err(wrong(&format!("«{key}» says nothing"), &format!("Write for instance «{example}».")))
        } else {
            Ok(bare.to_owned())
        }
    };
    Ok(match key {
        "probe" => match value.parse() {
            Ok(ask) => Clause::Probe(Box::new(ask)),
            Err(Refused { message, hint }) => return Err(Wrong { message, hint }),
        },
        "expect" => Clause::Expect(condition(key, value)?),
        "evidence" => Clause::Evidence(list(&needed("evidence screenshot, log")?)),
        "sign-off" | "signoff" => {
            let role = value.strip_prefix("role").map_or(value, str::trim).trim_matches('"');
            Clause::SignOff { role: role.to_owned() }
        }
        "role" => Clause::SignOff { role: needed("role \"Engineering lead\"")? },
        "meaning" => Clause::Meaning(needed("meaning approved")?),
        "gate" => {
            let options = if bare.is_empty() { "proceed, hold, roll back" } else { bare };
            Clause::Gate(list(options))
        }
        "baseline" => Clause::Baseline,
        "dead-band" => Clause::DeadBand(percent(bare)?),
        "deploy" => Clause::Deploy,
        "required" => Clause::Required,
        "no-return" => Clause::NoReturn(needed("no-return keep migration 0007")?),
        "limit" => Clause::Limit(condition(key, value)?),
        "alert" => Clause::Alert(condition(key, value)?),
        "unit" => Clause::Unit(needed("unit ms")?),
        "type" => Clause::Type(value_kind(bare)?),
        "task" => Clause::Task,
        "content" => Clause::Content(Some(bare.to_owned()).filter(|label| !label.is_empty())),
        "owner" => Clause::Owner(needed("owner @ana")?),
        "if" => Clause::OnlyIf(needed("if major changes")?),
        "phase" => Clause::Phase(needed("phase deployment")?),
        "policy" => Clause::Policy(facts::policy_rule(bare).map_err(|message| wrong(&message, facts::POLICY_HINT))?),
        _ => return Err(wrong(&format!("«{key}» is no annotation"), &meant(key))),
    })
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|entry| entry.trim().trim_matches('"').to_owned()).filter(|entry| !entry.is_empty()).collect()
}

fn value_kind(word: &str) -> Result<ValueKind, Wrong> {
    word.parse().map_err(|()| {
        let words = ValueKind::ALL.map(ValueKind::word);
        let meant = nearest(word, words).map(|word| format!("Did you mean «{word}»? ")).unwrap_or_default();
        wrong(&format!("«{word}» is nothing that a field takes"), &format!("{meant}It is one of {}.", words.join(", ")))
    })
}

fn percent(value: &str) -> Result<String, Wrong> {
    let number = value.trim_end_matches('%').trim();
    let amount = number.parse::<rust_decimal::Decimal>().ok().filter(|amount| !amount.is_sign_negative());
    match amount {
        Some(amount) => Ok(amount.to_string()),
        None => Err(wrong(&format!("«{value}» is no percentage"), "Write for instance «dead-band 10%».")),
    }
}

fn condition(key: &str, value: &str) -> Result<Condition, Wrong> {
    value.parse().map_err(|error| wrong(&format!("The condition after «{key}» is not understood"), &format!("{error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_read_and_wrong_ones_say_how_to_mend_them() {
        let read = |text: &str| -> Vec<String> {
            clauses(body(text).unwrap())
                .into_iter()
                .map(|clause| {
                    clause.map_or_else(|wrong| format!("! {}", wrong.message), |clause| format!("{clause:?}"))
                })
                .collect()
        };
        assert_eq!(
            read("<!-- cs: probe GET https://a.example/health; expect http.status == 200; expect body.status == \"a;b\" -->").len(),
            3
        );
        for (text, expected) in [
            ("<!-- cs: evidence screenshot, log -->", "Evidence([\"screenshot\", \"log\"])"),
            ("<!-- cs: sign-off role \"Engineering lead\" -->", "SignOff { role: \"Engineering lead\" }"),
            ("<!-- cs: gate proceed, roll back -->", "Gate([\"proceed\", \"roll back\"])"),
            ("<!--cs: deploy-->", "Deploy"),
            ("<!-- cs: dead-band 10% -->", "DeadBand(\"10\")"),
            ("<!-- cs: dead-band wide -->", "! «wide» is no percentage."),
            ("<!-- cs: depoly -->", "! «depoly» is no annotation."),
            ("<!-- cs: probe FETCH https://a.example -->", "! «FETCH» is no kind of probe."),
            ("<!-- cs: unit -->", "! «unit» says nothing."),
            ("<!-- cs: -->", "! The annotation says nothing."),
        ] {
            assert_eq!(read(text), [expected], "{text}");
        }
        assert!(read("<!-- cs: expect p95 << 5 -->")[0].starts_with("! The condition after «expect»"));
        assert_eq!(body("<!-- a note -->"), None);
        let hint = |text: &str| clauses(body(text).unwrap()).remove(0).unwrap_err().hint;
        assert!(hint("<!-- cs: depoly -->").starts_with("Did you mean «deploy»?"));
        assert!(hint("<!-- cs: type dtae -->").starts_with("Did you mean «date»?"));
        assert!(hint("<!-- cs: zebra -->").starts_with("Known are probe"));
        for (comment, is_meant) in [
            ("<!-- CS: deploy -->", true),
            ("<!-- cs deploy -->", true),
            ("<!--cs;deploy-->", true),
            ("<!-- css: none -->", false),
            ("<!-- cs is computer science -->", false),
            ("<!-- See cs: below -->", false),
        ] {
            assert_eq!(nearly(comment).is_some(), is_meant, "{comment}");
        }
    }
}
