//! A filled form, item by item: what each field says as an intent, and what does not fit, with why.

use super::{DATE_SUFFIX, FILLED_BY, FILLED_ON, HEADER, HEADER_PREFIX, NOTES, states};
use crate::checklist::{Item, ItemKind, Template, read};
use crate::id::ItemId;
use crate::record::{Answer, Intent, Person};
use std::collections::{BTreeMap, HashMap};

/// A field as a filled form has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledField {
    /// Its full name.
    pub name: String,
    /// What is in it.
    pub value: Value,
}

/// What a field of a form has in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing: no text, no tick, no option.
    Empty,
    /// A button is on, in the state of this name.
    State(String),
    /// Text.
    Text(String),
    /// What cannot be told, with why.
    Unclear(String),
}

/// Something that a form asks to be done in a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// The item, if it is about one.
    pub item: Option<ItemId>,
    /// What was asked.
    pub label: String,
    /// What the form says.
    pub said: String,
    /// What to decide.
    pub intent: Intent,
}

/// What a form says and does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The item's words, or the field's name.
    pub what: String,
    /// What the form says, and why it was left.
    pub why: String,
}

/// A filled form, taken apart.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Reading {
    /// The record's facts: key of [`Header::set`](crate::record::Header::set) and value.
    pub header: Vec<(String, String)>,
    /// Who filled it in, as the form says.
    pub filled_by: Option<Person>,
    /// When, as the form says.
    pub filled_on: Option<String>,
    /// What it asks for, in the checklist's order.
    pub wishes: Vec<Wish>,
    /// What does not fit.
    pub left: Vec<Left>,
}

/// How many of the attached files are looked at, at most.
const LOOKED_AT: usize = 8;

/// Which of the files in a form is the checklist that it was made from: the one whose items most of the fields name.
pub fn checklist_in<'f>(files: impl Iterator<Item = &'f [u8]>, fields: &[FilledField]) -> Option<(usize, Template)> {
    let named = |template: &Template| {
        fields.iter().filter(|field| template.item(&ItemId::from(field.name.as_str())).is_some()).count()
    };
    let read = files.take(LOOKED_AT).map(read).enumerate();
    let best = read.map(|(at, template)| (named(&template), at, template)).max_by_key(|(named, at, _)| {
        // Of equals the first.
        (*named, usize::MAX - *at)
    });
    best.filter(|(named, _, template)| *named > 0 || template.items.is_empty()).map(|(_, at, template)| (at, template))
}

/// Takes a filled form apart, against the checklist of the record that it is for.
pub fn read_back(template: &Template, fields: &[FilledField]) -> Reading {
    let mut reading = Reading::default();
    let mut by_name: BTreeMap<&str, &Value> = BTreeMap::new();
    for field in fields {
        if by_name.insert(&field.name, &field.value).is_some() {
            reading.leave(&field.name, "The form has two fields of this name.");
        }
    }
    for (key, _) in HEADER {
        if let Some(value) = by_name.remove(format!("{HEADER_PREFIX}{key}").as_str())
            && let Some(text) = reading.text(key, value)
        {
            reading.header.push((key.to_owned(), text));
        }
    }
    let by = by_name.remove(FILLED_BY).and_then(|value| reading.text("Filled in by", value));
    reading.filled_by = by.map(|name| Person::from(name.as_str()));
    reading.filled_on = by_name.remove(FILLED_ON).and_then(|value| reading.text("Date", value));
    for item in &template.items {
        let value = by_name.remove(item.id.as_str());
        let date = by_name.remove(format!("{}{DATE_SUFFIX}", item.id).as_str());
        reading.item(item, value, date);
    }
    if let Some(text) = by_name.remove(NOTES).and_then(|value| reading.text("Notes", value)) {
        let intent = Intent::Note { item: None, text: text.clone() };
        reading.wishes.push(Wish { item: None, label: "Notes".to_owned(), said: text, intent });
    }
    for (name, value) in by_name {
        let said = match value {
            Value::Empty => continue,
            Value::State(said) | Value::Text(said) | Value::Unclear(said) => said,
        };
        reading.leave(name, &format!("«{said}»: the checklist has no item of this name."));
    }
    reading
}

impl Reading {
    fn leave(&mut self, what: &str, why: &str) {
        self.left.push(Left { what: what.to_owned(), why: why.to_owned() });
    }

    /// The text of a field that takes text.
    fn text(&mut self, label: &str, value: &Value) -> Option<String> {
        match value {
            Value::Empty => None,
            Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::State(state) => {
                self.leave(label, &format!("«{state}»: a button is on where text was to stand."));
                None
            }
            Value::Unclear(why) => {
                self.leave(label, why);
                None
            }
        }
    }

    fn item(&mut self, item: &Item, value: Option<&Value>, date: Option<&Value>) {
        let (id, label) = (&item.id, &item.label);
        let answer = match &item.kind {
            ItemKind::SignOff { .. } => return self.sign_off(item, value, date),
            ItemKind::Task { .. } => match value {
                Some(Value::State(_)) => Some((Answer::Done, "ticked".to_owned())),
                Some(Value::Text(text)) if !text.trim().is_empty() => {
                    self.leave(label, &format!("«{}»: text stands where a tick was to be.", text.trim()));
                    None
                }
                Some(Value::Unclear(why)) => {
                    self.leave(label, why);
                    None
                }
                _ => None,
            },
            ItemKind::Field { .. } => {
                value.and_then(|value| self.text(label, value)).map(|text| (Answer::Value { text: text.clone() }, text))
            }
            ItemKind::Choice { options } | ItemKind::Gate { options } => {
                self.option(label, options, value).map(|option| (Answer::Chosen { option: option.clone() }, option))
            }
        };
        if let Some((answer, said)) = answer {
            let intent = Intent::Answer { item: id.clone(), answer, by: None, reason: None };
            self.wishes.push(Wish { item: Some(id.clone()), label: label.clone(), said, intent });
        }
    }

    fn option(&mut self, label: &str, options: &[String], value: Option<&Value>) -> Option<String> {
        let said = match value? {
            Value::Empty => return None,
            Value::Unclear(why) => {
                self.leave(label, why);
                return None;
            }
            Value::State(said) | Value::Text(said) => said.trim(),
        };
        if said.is_empty() {
            return None;
        }
        let names = states(options);
        let by_name: HashMap<&str, &String> = names.iter().map(String::as_str).zip(options).collect();
        let chosen =
            by_name.get(said).copied().or_else(|| options.iter().find(|known| known.eq_ignore_ascii_case(said)));
        if chosen.is_none() {
            self.leave(label, &format!("«{said}» is none of {}.", options.join(", ")));
        }
        chosen.cloned()
    }

    /// A name on a form is no signature: it is kept as a note on the line.
    fn sign_off(&mut self, item: &Item, name: Option<&Value>, date: Option<&Value>) {
        let name = name.and_then(|value| self.text(&item.label, value));
        let date = date.and_then(|value| self.text(&item.label, value));
        let said = match (name, date) {
            (None, None) => return,
            (Some(name), None) => name,
            (Some(name), Some(date)) => format!("{name}, {date}"),
            (None, Some(date)) => format!("no name, {date}"),
        };
        let text = format!("The form has «{said}» on this line. That is no signature: sign off in the record.");
        let intent = Intent::Note { item: Some(item.id.clone()), text };
        let label = item.label.clone();
        self.wishes.push(Wish { item: Some(item.id.clone()), label, said, intent });
    }
}
