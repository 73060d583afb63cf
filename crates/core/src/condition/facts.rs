//! The measurements that a condition is judged by.

use super::ast::{Path, Step};
use super::json;
use super::nearest::nearest;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Measurements by name. A value is a text with its unit (`"612 ms"`), a number, a boolean, null, or a list or object to reach into.
///
/// Numbers in JSON are binary for most programs. Those of up to 15 significant digits are exact here too, however they were read;
/// longer ones only through [`Facts::from_json`], and are otherwise unknown if they are seen to be longer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What was measured last.
    #[serde(default)]
    pub values: Map<String, Value>,
    /// What was measured before the deployment.
    #[serde(default)]
    pub baseline: Map<String, Value>,
    /// What was measured again and again.
    #[serde(default)]
    pub series: BTreeMap<String, Series>,
}

/// One measurement over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Series {
    /// Its samples, in any order.
    Samples(Vec<Sample>),
    /// Something that is no series, such as one with an unreadable time. Whatever asks for it is unknown.
    Broken(Value),
}

/// One sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// When it was taken.
    pub at: Timestamp,
    /// What was measured.
    pub value: Value,
}

impl Facts {
    /// Reads facts from JSON, every digit of its numbers.
    ///
    /// # Errors
    /// The text is not JSON, or not facts.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_value(json::read(text)?)
    }

    /// The facts about a field: its own value, by the name `value`.
    pub fn of_value(value: impl Into<Value>) -> Self {
        Self { values: Map::from_iter([("value".to_owned(), value.into())]), ..Self::default() }
    }

    pub(super) fn measurement(&self, path: &Path) -> Result<&Value, String> {
        find(&self.values, path).map_err(|missing| match missing {
            Missing::Name if self.series.contains_key(&path.to_string()) => {
                format!("There is a series «{path}», and no single measurement of that name.")
            }
            Missing::Name => not_there("measurement", &path.first, self.values.keys()),
            Missing::Within(reason) => reason,
        })
    }

    pub(super) fn in_baseline(&self, path: &Path) -> Result<&Value, String> {
        find(&self.baseline, path).map_err(|missing| match missing {
            Missing::Name if self.baseline.is_empty() => "There is no baseline.".to_owned(),
            Missing::Name => not_there("baseline", &path.first, self.baseline.keys()),
            Missing::Within(reason) => format!("In the baseline: {reason}"),
        })
    }

    pub(super) fn samples(&self, path: &Path) -> Result<&[Sample], String> {
        let name = path.to_string();
        match self.series.get(&name) {
            Some(Series::Samples(samples)) if samples.is_empty() => Err(format!("The series «{name}» has no samples.")),
            Some(Series::Samples(samples)) => Ok(samples),
            Some(Series::Broken(_)) => {
                Err(format!("The series «{name}» is broken: it is not a list of times and values."))
            }
            None => Err(not_there("series", &name, self.series.keys())),
        }
    }
}

fn not_there<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a String>) -> String {
    match nearest(name, known.map(String::as_str)) {
        Some(near) => format!("There is no {what} «{name}»; there is «{near}»."),
        None => format!("There is no {what} «{name}»."),
    }
}

enum Missing {
    Name,
    Within(String),
}

/// A measurement whose name has points in it (`"http.status": 200`) comes before a way into another one.
fn find<'a>(values: &'a Map<String, Value>, path: &Path) -> Result<&'a Value, Missing> {
    if let Some(value) = values.get(&path.to_string()) {
        return Ok(value);
    }
    let first = values.get(&path.first).ok_or(Missing::Name)?;
    let mut walked = Path { first: path.first.clone(), steps: Vec::new() };
    path.steps.iter().try_fold(first, |value, step| {
        let next = enter(value, step).map_err(|reason| Missing::Within(format!("«{walked}» {reason}")))?;
        walked.steps.push(step.clone());
        Ok(next)
    })
}

fn enter<'a>(value: &'a Value, step: &Step) -> Result<&'a Value, String> {
    match (value, step) {
        (Value::Object(members), Step::Member(name)) => members.get(name).ok_or_else(|| {
            let near = nearest(name, members.keys().map(String::as_str));
            let near = near.map(|near| format!("; it has «{near}»")).unwrap_or_default();
            format!("has no member «{name}»{near}.")
        }),
        (Value::Array(elements), Step::Element(index)) => {
            elements.get(*index).ok_or_else(|| format!("has {} elements, none at {index}.", elements.len()))
        }
        (_, Step::Member(name)) => Err(format!("is {}, and has no members such as «{name}».", kind(value))),
        (_, Step::Element(index)) => Err(format!("is {}, and has no element {index}.", kind(value))),
    }
}

/// What a value is, in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_and_written_as_json() {
        let text = r#"{"values":{"p95":"612 ms","n":3},"baseline":{"p75":"200 ms"},"series":{"e":[{"at":"2026-01-01T10:00:00.000Z","value":"1.2 %"}]}}"#;
        let facts = Facts::from_json(text).unwrap();
        assert_eq!(facts, serde_json::from_str(text).unwrap());
        assert_eq!(serde_json::to_string(&facts).unwrap().len(), text.len());
        assert_eq!(Facts::from_json("{}").unwrap(), Facts::default());
        assert!(Facts::from_json("5").is_err());
    }

    #[test]
    fn a_series_that_is_none_does_not_spoil_the_rest() {
        for broken in
            [r#"[{"at":"yesterday","value":1}]"#, "5", "null", r#"[{"value":1}]"#, r#"[{"at":"2026-01-01T10:00:00Z"}]"#]
        {
            let facts = Facts::from_json(&format!(r#"{{"values":{{"a":1}},"series":{{"e":{broken}}}}}"#)).unwrap();
            assert!(matches!(facts.series.get("e"), Some(Series::Broken(_))), "{broken}");
            assert_eq!(facts.values.len(), 1);
        }
    }
}
