//! Several requests in a row: what one captures, the next can use. The first that does not meet what is expected of it is the last.

use super::{Asking, Found, http};
use countersign_core::ask::Step;
use countersign_core::condition::{Condition, Facts, Outcome};
use countersign_core::record::{judge, measurements, together};
use serde_json::Value;

pub(super) async fn ask(asking: &Asking<'_>, steps: &[Step]) -> Found {
    let mut found = Found::default();
    for step in steps {
        let answer = http::ask(asking, &step.http).await;
        let missing = captured(asking, step, &measurements(&answer.facts, answer.body.as_deref()));
        let values = asking.secrets.measurements(&answer.facts, answer.body.as_deref());
        let name = &step.name;
        found.facts.extend(answer.facts.into_iter().map(|(fact, value)| (format!("{name}.{fact}"), value)));
        found.exchanges.extend(answer.exchanges);
        found.need = answer.need;
        let usual: Option<Condition> = "http.status == 200".parse().ok();
        let expect = if step.expect.is_empty() { usual.into_iter().collect() } else { step.expect.clone() };
        let mut judged = judge(&expect, &values);
        let outcome = together(&judged);
        for (path, missing) in missing {
            let reason = format!("The answer has no {path} to capture: {missing}");
            judged.push(countersign_core::condition::Evaluation {
                outcome: Outcome::Unknown,
                shown: format!("{path} captured"),
                reason,
            });
        }
        let whole = judged.iter().all(|each| each.outcome == Outcome::Met);
        found.judged.extend(judged.into_iter().map(|mut each| {
            each.shown = format!("{name}: {}", each.shown);
            each
        }));
        if outcome != Outcome::Met || !whole || found.need.is_some() {
            break;
        }
    }
    found
}

/// Keeps what a step captures; gives the paths that lead nowhere.
fn captured(asking: &Asking<'_>, step: &Step, values: &Facts) -> Vec<(String, &'static str)> {
    let mut missing = Vec::new();
    for (name, path) in &step.captures {
        match text_at(values, path) {
            Some(text) => asking.secrets.capture(name, text),
            None => missing.push((path.clone(), "it is missing, or no text and no number.")),
        }
    }
    missing
}

/// A measurement by its name, or by the way into the body: `header.location`, `body.items[0].id`.
fn text_at(values: &Facts, path: &str) -> Option<String> {
    let mut at = match values.values.get(path) {
        Some(value) => value,
        None => {
            let (first, rest) = path.split_once(['.', '['])?;
            let mut at = values.values.get(first)?;
            for step in rest.split(['.', '[']) {
                at = match step.strip_suffix(']') {
                    Some(index) => at.get(index.parse::<usize>().ok()?)?,
                    None => at.get(step)?,
                };
            }
            at
        }
    };
    if let Value::Array(only) = at
        && only.len() == 1
    {
        at = only.first()?;
    }
    match at {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
