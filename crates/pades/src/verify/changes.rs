//! What an update did to a document, object by object, and whether the signatures before it allow that.
//!
//! Allowed are: a signature in a field that was there and empty, with its look; validation data in the DSS (ETSI EN
//! 319 142-1 section 5.4.2); and a time stamp over the document, in a field of its own that shows nothing (section 5.4.3). Whatever else differs between two revisions is an illegal change. That is stricter than the
//! standard, and than other verifiers, which let Info, metadata and the version change as well.

use std::collections::{BTreeMap, BTreeSet};

use crate::fields::{self, Field};
use crate::later;
use crate::pdf::{Dict, Entry, File, Object, PdfError, Ref};
use crate::validation;
use crate::verify::labels::Labels;
use crate::verify::rules::{Permission, Rules};

/// One difference between a revision and a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The object's number; 0 for the trailer.
    pub object: u32,
    /// What was done, in plain words.
    pub what: String,
    /// Whether the signatures in place allow it.
    pub lawful: bool,
}

/// Who refers to an object that a first revision did not have.
pub(crate) type Referrers = BTreeMap<u32, BTreeSet<u32>>;

/// Finds who refers to objects that `old` lacks. A later update could fill such a gap, and change what was signed.
pub(crate) fn referrers(old: &File<'_>, last: &File<'_>) -> Result<Referrers, PdfError> {
    let mut found = Referrers::new();
    let is_new =
        |number: u32| last.entries.get(&number).is_some_and(in_use) && !old.entries.get(&number).is_some_and(in_use);
    if !last.entries.keys().any(|number| is_new(*number)) {
        return Ok(found);
    }
    for number in last.entries.keys() {
        last.by_number(*number)?.each_ref(&mut |to| {
            if is_new(to.number) {
                found.entry(to.number).or_default().insert(*number);
            }
        });
    }
    Ok(found)
}

const fn in_use(entry: &Entry) -> bool {
    !matches!(entry, Entry::Free)
}

/// The differences between a revision and the next one. `signatures` are the numbers of all signatures of the document.
pub(crate) fn between(
    old: &File<'_>,
    new: &File<'_>,
    signatures: &BTreeSet<u32>,
    referrers: &Referrers,
) -> Result<Vec<Change>, PdfError> {
    let old_fields = fields::read(old)?;
    let rules = Rules::of_all(old, &old_fields)?;
    let mut step = Step {
        old,
        new,
        rules,
        old_fields,
        new_fields: fields::read(new)?,
        signatures,
        validation: validation_objects(old)?,
        labels: None,
        changes: Vec::new(),
    };
    step.trailer();
    step.unlisted()?;
    let numbers: BTreeSet<u32> = old.entries.keys().chain(new.entries.keys()).copied().collect();
    for number in numbers {
        step.object(number, referrers)?;
    }
    Ok(step.changes)
}

struct Step<'s, 'a> {
    old: &'s File<'a>,
    new: &'s File<'a>,
    rules: Rules,
    old_fields: Vec<Field>,
    new_fields: Vec<Field>,
    signatures: &'s BTreeSet<u32>,
    validation: BTreeSet<u32>,
    labels: Option<Labels>,
    changes: Vec<Change>,
}

impl Step<'_, '_> {
    fn note(&mut self, object: u32, lawful: bool, what: String) {
        self.changes.push(Change { object, what, lawful });
    }

    fn illegal(&mut self, number: u32, what: &str) -> Result<(), PdfError> {
        let labels = match self.labels.take() {
            Some(labels) => labels,
            None => Labels::of(self.old)?,
        };
        let label = labels.name(number);
        self.labels = Some(labels);
        self.note(number, false, format!("object {number} ({label}) {what}"));
        Ok(())
    }

    fn trailer(&mut self) {
        for key in ["Root", "Info"] {
            if self.old.trailer.get(key) != self.new.trailer.get(key) {
                self.note(0, false, format!("the trailer leads to another /{key}"));
            }
        }
    }

    /// Every byte of an update is part of something that the update lists. What is not, another reader could show.
    fn unlisted(&mut self) -> Result<(), PdfError> {
        if let Some((at, object)) = self.new.unlisted(self.old.end, self.new.end)? {
            let what = match object {
                Some(number) => format!("object {number} stands once more at byte {at}, without being listed"),
                None => format!("at byte {at} stands something that belongs to nothing"),
            };
            self.note(object.unwrap_or_default(), false, what);
        }
        Ok(())
    }

    fn object(&mut self, number: u32, referrers: &Referrers) -> Result<(), PdfError> {
        let before = self.old.entries.get(&number).copied().filter(in_use);
        let after = self.new.entries.get(&number).copied().filter(in_use);
        match (before, after) {
            (None, None) => Ok(()),
            (None, Some(_)) => self.added(number, referrers),
            (Some(_), None) => self.illegal(number, "was removed"),
            (Some(before), Some(after)) if self.same_place(before, after) => Ok(()),
            (Some(before), Some(after)) => {
                if generation(before) != generation(after) {
                    return self.illegal(number, "was replaced by another object of that number");
                }
                let (before, after) = (self.old.by_number(number)?, self.new.by_number(number)?);
                if before == after { Ok(()) } else { self.changed(number, &before, &after) }
            }
        }
    }

    fn same_place(&self, before: Entry, after: Entry) -> bool {
        before == after
            && match before {
                Entry::Inside { stream, .. } => self.old.entries.get(&stream) == self.new.entries.get(&stream),
                _ => true,
            }
    }

    /// A new object is harmless as long as nothing old leads to it.
    fn added(&mut self, number: u32, referrers: &Referrers) -> Result<(), PdfError> {
        let Some(sources) = referrers.get(&number) else { return Ok(()) };
        for source in sources {
            let (before, after) = (self.old.entries.get(source), self.new.entries.get(source));
            let unchanged = match (before, after) {
                (Some(before), Some(after)) => self.same_place(*before, *after),
                _ => false,
            };
            if unchanged {
                let what = format!("was put where object {source} had left a gap");
                return self.illegal(number, &what);
            }
        }
        Ok(())
    }

    fn changed(&mut self, number: u32, before: &Object, after: &Object) -> Result<(), PdfError> {
        if let Some(field) = self.old_fields.iter().find(|one| one.id.number == number).cloned() {
            return self.field(&field, before, after);
        }
        if let Some(field) = self.old_fields.iter().find(|one| widget_of(one) == Some(number)).cloned() {
            let shown = differing_keys(before, after).is_some_and(|keys| keys.iter().all(|key| key == b"AP"));
            if shown && field.value.is_none() && self.newly_signed(&field).is_some() {
                return Ok(());
            }
            return self.illegal(number, "was changed");
        }
        if self.old.root()?.number == number {
            return self.catalog(number, before, after);
        }
        if fields::form(self.old)?.1.is_some_and(|id| id.number == number) {
            return match self.form_allowed(before, after)? {
                true => Ok(()),
                false => self.illegal(number, "was changed"),
            };
        }
        if self.validation.contains(&number) && extends(before, after) && self.validation_is_plain()? {
            self.note(number, true, "validation data was added".to_owned());
            return Ok(());
        }
        self.illegal(number, "was changed")
    }

    /// Whether a form says only that it is signed, and lists time stamps behind the fields that it had.
    fn form_allowed(&mut self, before: &Object, after: &Object) -> Result<bool, PdfError> {
        let (Some(keys), Some(was), Some(is)) = (differing_keys(before, after), before.as_dict(), after.as_dict())
        else {
            return Ok(false);
        };
        if !keys.iter().all(|key| key == b"SigFlags" || key == b"Fields") {
            return Ok(false);
        }
        if !keys.contains(&b"Fields"[..]) {
            return Ok(true);
        }
        let (Object::Array(was), Object::Array(is)) = (self.old.at(was, "Fields")?, self.new.at(is, "Fields")?) else {
            return Ok(false);
        };
        let Some(added) = is.strip_prefix(was.as_slice()) else { return Ok(false) };
        for one in added {
            let field = self.new_fields.iter().find(|field| Some(field.id) == one.as_ref()).cloned();
            let Some(field) = field else { return Ok(false) };
            let own_name = self.new_fields.iter().filter(|other| other.name == field.name).count() == 1;
            let is_new = !self.old.entries.get(&field.id.number).is_some_and(in_use);
            let signed = self.newly_signed(&field).is_some();
            if !own_name || !is_new || !signed || !later::is_timestamp_field(self.new, &field)? {
                return Ok(false);
            }
            self.note(field.id.number, true, format!("the time stamp «{}» was put over the document", field.name));
        }
        Ok(true)
    }

    fn validation_is_plain(&self) -> Result<bool, PdfError> {
        self.new.catalog()?.get("DSS").map_or(Ok(false), |dss| validation::is_plain(self.new, dss))
    }

    /// The signature that stands in a field from now on.
    fn newly_signed(&self, field: &Field) -> Option<Ref> {
        let after = self.new_fields.iter().find(|one| one.id == field.id && one.name == field.name)?;
        let value = after.value?;
        let is_new = !self.old.entries.get(&value.number).is_some_and(in_use);
        (is_new && self.signatures.contains(&value.number)).then_some(value)
    }

    fn field(&mut self, field: &Field, before: &Object, after: &Object) -> Result<(), PdfError> {
        let (number, name) = (field.id.number, field.name.clone());
        if field.value.is_some() {
            return self.illegal(number, "was changed after it was signed");
        }
        let only_signed = differing_keys(before, after).is_some_and(|keys| {
            keys.iter().any(|key| key == b"V") && keys.iter().all(|key| key == b"V" || key == b"AP")
        });
        if !only_signed || self.newly_signed(field).is_none() {
            return self.illegal(number, "was changed");
        }
        match self.rules.permission(&name) {
            Permission::Open => self.note(number, true, format!("the field «{name}» was signed")),
            Permission::Closed(why) => {
                self.note(number, false, format!("the field «{name}» was signed, although {why}"))
            }
        }
        Ok(())
    }

    fn catalog(&mut self, number: u32, before: &Object, after: &Object) -> Result<(), PdfError> {
        let (Some(keys), Some(old), Some(new)) = (differing_keys(before, after), before.as_dict(), after.as_dict())
        else {
            return self.illegal(number, "was changed");
        };
        for key in keys {
            let name = String::from_utf8_lossy(&key).into_owned();
            let (was, is) = (old.get(&name), new.get(&name));
            let lawful = match (name.as_str(), was, is) {
                ("DSS", None, Some(is)) => validation::is_plain(self.new, is)?,
                ("DSS", Some(was), Some(is)) => extends(was, is) && validation::is_plain(self.new, is)?,
                ("Extensions", None, Some(_)) => true,
                ("Extensions", Some(was), Some(is)) => extends(was, is),
                ("Perms", None, Some(is)) => self.certifies(is),
                ("AcroForm", Some(was @ Object::Dict(_)), Some(is @ Object::Dict(_))) => self.form_allowed(was, is)?,
                _ => false,
            };
            match (lawful, name.as_str()) {
                (true, "DSS") => self.note(number, true, "validation data was added".to_owned()),
                (true, _) => {}
                (false, _) => self.illegal(number, &format!("has another /{name}"))?,
            }
        }
        Ok(())
    }
}

impl Step<'_, '_> {
    /// The first signature of all may be a certification, which the catalog names (ISO 32000-2 section 12.8.6).
    fn certifies(&self, perms: &Object) -> bool {
        let named = perms.as_dict().filter(|dict| dict.0.len() == 1).and_then(|dict| dict.get("DocMDP")?.as_ref());
        let unsigned = self.old_fields.iter().all(|field| field.value.is_none());
        let first = self.new_fields.iter().filter_map(|field| field.value).collect::<Vec<_>>();
        unsigned && named.is_some_and(|named| first == [named])
    }
}

const fn generation(entry: Entry) -> u16 {
    match entry {
        Entry::At { generation, .. } => generation,
        _ => 0,
    }
}

fn widget_of(field: &Field) -> Option<u32> {
    field.widget.as_ref().map(|(id, _)| id.number)
}

/// The keys whose values differ between two dictionaries. None when they are none.
fn differing_keys(before: &Object, after: &Object) -> Option<BTreeSet<Vec<u8>>> {
    let (Object::Dict(before), Object::Dict(after)) = (before, after) else { return None };
    let keys = before.0.keys().chain(after.0.keys());
    Some(keys.filter(|key| before.0.get(*key) != after.0.get(*key)).cloned().collect())
}

/// Whether everything that was there is there still.
fn extends(before: &Object, after: &Object) -> bool {
    match (before, after) {
        (Object::Array(before), Object::Array(after)) => before.iter().all(|one| after.contains(one)),
        (Object::Dict(before), Object::Dict(after)) => {
            before.0.iter().all(|(key, was)| after.0.get(key).is_some_and(|is| extends(was, is)))
        }
        (before, after) => before == after,
    }
}

/// The objects that hold validation data and nothing else: those of the DSS that nobody but the DSS refers to.
fn validation_objects(file: &File<'_>) -> Result<BTreeSet<u32>, PdfError> {
    let catalog = file.catalog()?;
    let Some(dss) = catalog.get("DSS") else { return Ok(BTreeSet::new()) };
    let mut own: BTreeSet<u32> = BTreeSet::new();
    let mut waiting: Vec<Object> = vec![dss.clone()];
    while let Some(one) = waiting.pop() {
        let value = file.resolve(&one)?;
        if matches!(value, Object::Stream(_)) || one.as_ref().is_some_and(|id| !own.insert(id.number)) {
            continue;
        }
        let children = |dict: &Dict| dict.0.values().cloned().collect::<Vec<_>>();
        waiting.extend(match value {
            Object::Dict(dict) => children(&dict),
            Object::Array(list) => list,
            _ => Vec::new(),
        });
    }
    let mut foreign = BTreeSet::new();
    let root = file.root()?.number;
    for number in file.entries.keys().filter(|number| !own.contains(number)) {
        let mut value = file.by_number(*number)?;
        if let (Object::Dict(dict), true) = (&mut value, *number == root) {
            dict.remove("DSS");
        }
        value.each_ref(&mut |to| {
            foreign.insert(to.number);
        });
    }
    own.retain(|number| !foreign.contains(number));
    Ok(own)
}
