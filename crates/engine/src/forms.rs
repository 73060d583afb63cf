//! Forms on paper and on screen: a checklist's blank form is made and written, a filled one is read back into a record.
//!
//! What stands on a form and what a filled one asks for is `core`'s; how it looks is `pages`'; how a PDF is read is `pades`'.
//! Whether an answer is taken, `decide` says.

use crate::error::Error;
use crate::files::{self, read_limited, write_whole};
use crate::fonts;
use crate::ledger::{Desk, Draft, Ledger};
use crate::library;
use countersign_core::api::{FormReading, FormReply};
use countersign_core::checklist::Template;
use countersign_core::form::{self, FilledField, Reading, Value, Wish};
use countersign_core::id::{Digest, RecordId};
use countersign_core::record::{Answer, Entry, FileFact, Header, Intent, Person, State, View};
use countersign_core::report::Paper;
use countersign_core::time::Timestamp;
use countersign_pades::FieldValue;
use std::path::Path;

/// How many of the things that did not fit the note in the record names.
const NAMED: usize = 20;

/// Makes the blank form of a checklist and writes it.
pub fn write_blank(
    file: &library::File,
    template: &Template,
    paper: Paper,
    path: &Path,
    made: Timestamp,
) -> Result<FormReply, Error> {
    let form = form::blank(template, &file.name, &file.bytes, paper, made);
    let mut rendered = countersign_pages::render(&form)?;
    if !rendered.missing_glyphs.is_empty() {
        // A font of this computer that cannot be embedded is as good as none.
        let installed = countersign_pages::render_with(&form, &fonts::with_installed(&rendered.missing_glyphs)).ok();
        rendered =
            installed.filter(|with| with.missing_glyphs.len() < rendered.missing_glyphs.len()).unwrap_or(rendered);
    }
    write_whole(path, &rendered.pdf)?;
    Ok(FormReply {
        path: path.display().to_string(),
        pages: u32::try_from(rendered.pages).unwrap_or(u32::MAX),
        fields: u32::try_from(form.fields.len()).unwrap_or(u32::MAX),
        missing: rendered.missing_glyphs,
    })
}

/// A form that somebody filled in.
#[derive(Debug)]
pub struct Filled {
    name: String,
    /// The PDF.
    pub bytes: Vec<u8>,
    fields: Vec<FilledField>,
    /// The checklist that it was made from.
    pub checklist: library::File,
    template: Template,
}

/// Reads a filled form.
pub fn read(path: &Path) -> Result<Filled, Error> {
    let bytes = read_limited(path, files::LIMIT)?;
    let form = countersign_pades::filled_form(&bytes)?;
    let fields: Vec<FilledField> = form
        .fields
        .into_iter()
        .map(|field| FilledField {
            name: field.name,
            value: match field.value {
                FieldValue::Empty => Value::Empty,
                FieldValue::State(state) => Value::State(state),
                FieldValue::Text(text) => Value::Text(text),
                FieldValue::Unclear(states) => {
                    Value::Unclear(format!("The form says two things at once: {}.", states.join(" and ")))
                }
            },
        })
        .collect();
    let files = form.attachments.iter().map(|file| file.bytes.as_slice());
    let (at, template) = form::checklist_in(files, &fields).ok_or_else(|| Error::NoForm(path.to_owned()))?;
    let attached = form.attachments.into_iter().nth(at).ok_or_else(|| Error::NoForm(path.to_owned()))?;
    // What an attachment is called is no path of ours.
    let own_name = attached.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let checklist = library::File { name: own_name, bytes: attached.bytes, corrections: None };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Filled { name, bytes, fields, checklist, template })
}

impl Filled {
    /// The form as a file to attach, but for its hash in the store.
    pub fn fact(&self) -> FileFact {
        FileFact {
            name: self.name.clone(),
            media_type: "application/pdf".to_owned(),
            sha256: Digest::of(&self.bytes),
            size: u64::try_from(self.bytes.len()).unwrap_or(u64::MAX),
            preview: None,
        }
    }

    /// The header facts that it states.
    pub fn header(&self) -> Vec<(String, String)> {
        form::read_back(&self.template, &self.fields).header
    }
}

/// Decides what a record takes of a filled form. Nothing is committed.
pub fn fill(
    ledger: &mut Ledger,
    desk: &mut Desk<'_>,
    record: &RecordId,
    person: &Person,
    form: &Filled,
) -> Result<(Draft, FormReading), Error> {
    let mut draft = ledger.draft(desk, record)?;
    let Reading { header, filled_by, filled_on, wishes, left } = form::read_back(&draft.view.template, &form.fields);
    let mut reading = FormReading {
        notices: notices(form, &draft.view, filled_by.as_ref(), filled_on.as_deref()),
        taken: Vec::new(),
        left: left.into_iter().map(|left| (left.what, left.why)).collect(),
        same: 0,
    };
    for (key, value) in header {
        facts(&draft.view.header, &key, value, &mut reading);
    }
    let by = filled_by.filter(|by| by != person);
    for mut wish in wishes {
        if let Intent::Answer { by: of, .. } = &mut wish.intent {
            of.clone_from(&by);
        }
        if let Some(stands) = stands(&draft.view, &wish) {
            match stands {
                None => reading.same += 1,
                Some(why) => reading.left.push((wish.label, why)),
            }
            continue;
        }
        match ledger.add(desk, &mut draft, person, wish.intent)? {
            Ok(()) => {
                let said = wish.item.map(|item| entered(&draft.view, &item)).filter(|said| !said.is_empty());
                reading.taken.push((wish.label, said.unwrap_or(wish.said)));
            }
            Err(refusal) => {
                let why = format!("«{}»: {refusal} {}", wish.said, refusal.hint());
                reading.left.push((wish.label, why));
            }
        }
    }
    Ok((draft, reading))
}

/// Takes into a record what of a filled form fits, and the form itself with a note.
pub fn take(
    ledger: &mut Ledger,
    desk: &mut Desk<'_>,
    record: &RecordId,
    person: &Person,
    form: &Filled,
    file: FileFact,
) -> Result<Vec<Entry>, Error> {
    let mut written = ledger.settle_clocks(desk, record)?;
    let (mut draft, reading) = fill(ledger, desk, record, person, form)?;
    if draft.is_empty() {
        return Ok(written);
    }
    let text = note(form, &file, &reading);
    for intent in [Intent::Attach { item: None, file }, Intent::Note { item: None, text }] {
        ledger.add(desk, &mut draft, person, intent)??;
    }
    written.extend(ledger.commit(desk, draft)?);
    Ok(written)
}

fn notices(form: &Filled, view: &View, by: Option<&Person>, on: Option<&str>) -> Vec<String> {
    let mut notices = Vec::new();
    if form.template.sha256 != view.template.sha256 {
        notices.push(format!(
            "The form was made from another version of the checklist ({}; the record follows {}). What is still asked is matched.",
            form.template.sha256.short(),
            view.template.sha256.short()
        ));
    }
    let by = by.map(|by| format!("filled in by {by}"));
    let on = on.map(|on| format!("dated {on}"));
    let said: Vec<String> = [by, on].into_iter().flatten().collect();
    if !said.is_empty() {
        notices.push(format!("The form says: {}.", said.join(", ")));
    }
    notices
}

/// A header fact of the form against the record's, which was stated when it began.
fn facts(header: &Header, key: &str, value: String, reading: &mut FormReading) {
    let mut with = header.clone();
    match with.set(key, &value) {
        Ok(()) if with == *header => reading.same += 1,
        Ok(()) => {
            let why =
                format!("«{value}»: the record's own facts are stated when it begins. Write a note if it matters.");
            reading.left.push((key.to_owned(), why));
        }
        Err(error) => reading.left.push((key.to_owned(), error.to_string())),
    }
}

/// Whether the record has an answer already: with `None` inside it is the same, else it says why the form's is not taken.
fn stands(view: &View, wish: &Wish) -> Option<Option<String>> {
    let notes = wish.item.as_ref().map_or(&view.notes, |item| &view.item(item).notes);
    let answer = match &wish.intent {
        Intent::Note { text, .. } => return notes.iter().any(|note| note.text == *text).then_some(None),
        Intent::Answer { answer, .. } => answer,
        _ => return None,
    };
    let id = wish.item.as_ref()?;
    let now = view.item(id);
    if now.state == State::Open {
        return None;
    }
    let kept = match answer {
        Answer::Value { text } => {
            let item = view.template.item(id)?;
            countersign_core::record::value::accept(item, text).unwrap_or_else(|_| text.clone())
        }
        other => other.text().unwrap_or_default().to_owned(),
    };
    if now.state == answer.state() && now.text.as_deref().unwrap_or_default() == kept {
        return Some(None);
    }
    let has = now.text.as_deref().unwrap_or_else(|| now.state.word());
    Some(Some(format!("«{}»: the record has «{has}» already. If the form is right, correct it there.", wish.said)))
}

/// What was entered for an item, with its verdict.
fn entered(view: &View, item: &countersign_core::id::ItemId) -> String {
    let now = view.item(item);
    let verdict = now.verdict.as_ref().map(|verdict| format!(" · {}", verdict.outcome)).unwrap_or_default();
    match &now.text {
        Some(text) => format!("{text}{verdict}"),
        None => verdict,
    }
}

fn note(form: &Filled, file: &FileFact, reading: &FormReading) -> String {
    let mut text = format!(
        "From the form «{}», SHA-256 {}: {} taken, {} left.",
        form.name,
        file.sha256,
        reading.taken.len(),
        reading.left.len()
    );
    for notice in &reading.notices {
        text.push('\n');
        text.push_str(notice);
    }
    for (what, why) in reading.left.iter().take(NAMED) {
        text.push_str(&format!("\nLeft: {what}: {why}"));
    }
    if reading.left.len() > NAMED {
        text.push_str(&format!("\nand {} more.", reading.left.len() - NAMED));
    }
    text
}
