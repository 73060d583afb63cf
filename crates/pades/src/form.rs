//! The form of a PDF as somebody filled it in (ISO 32000-2 section 12.7), and the files in it: what other programs wrote, in whatever
//! way they write. Signature fields are passed over; [`fields`](crate::fields()) has them. Appearances are not looked at: a field's value counts.

use std::collections::BTreeSet;

use crate::pdf::{Dict, File, Object, PdfError, Ref};
use crate::verify::{Attachment, attachments};

/// The most fields and widgets that a form may have.
pub const MAX_FORM_FIELDS: usize = 1 << 16;
const MAX_FIELD_DEPTH: usize = 32;
/// Push buttons have no value (section 12.7.5.2.2).
const PUSH_BUTTON: i64 = 1 << 16;

/// A form with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledForm {
    /// Its fields, in the form's order.
    pub fields: Vec<FilledField>,
    /// The files in the document.
    pub attachments: Vec<Attachment>,
}

/// A field of a form that was filled in, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledField {
    /// Its full name.
    pub name: String,
    /// What is in it.
    pub value: FieldValue,
}

/// What is in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// Nothing, or a button that is off.
    Empty,
    /// A button is in the state of this name.
    State(String),
    /// Text, with `\n` between its lines.
    Text(String),
    /// The field and what it shows say different things.
    Unclear(Vec<String>),
}

/// Reads the form of a document and the files in it.
///
/// # Errors
/// [`PdfError`] when the document cannot be read, or has more fields than [`MAX_FORM_FIELDS`].
pub fn filled_form(pdf: &[u8]) -> Result<FilledForm, PdfError> {
    let file = File::open(pdf)?;
    let (form, _) = crate::fields::form(&file)?;
    let mut walk = Walk { file: &file, seen: BTreeSet::new(), nodes: 0, found: Vec::new() };
    if let Object::Array(top) = file.at(&form, "Fields")? {
        for child in &top {
            walk.node(child, &Above::default(), 0)?;
        }
    }
    Ok(FilledForm { fields: walk.found, attachments: attachments::read(&file)? })
}

/// What a field has from the ones above it (section 12.7.4.1).
#[derive(Debug, Clone, Default)]
struct Above {
    name: String,
    kind: Vec<u8>,
    flags: i64,
    value: Option<Object>,
}

struct Walk<'f, 'a> {
    file: &'f File<'a>,
    seen: BTreeSet<Ref>,
    nodes: usize,
    found: Vec<FilledField>,
}

impl Walk<'_, '_> {
    fn node(&mut self, node: &Object, above: &Above, depth: usize) -> Result<(), PdfError> {
        self.nodes += 1;
        if self.nodes > MAX_FORM_FIELDS || depth > MAX_FIELD_DEPTH {
            return Err(PdfError::TooLarge { what: "form fields", limit: MAX_FORM_FIELDS });
        }
        if node.as_ref().is_some_and(|id| !self.seen.insert(id)) {
            return Err(PdfError::damaged(self.file.newest_section, "a form field stands in the form twice"));
        }
        let Object::Dict(dict) = self.file.resolve(node)? else { return Ok(()) };
        let own = self.inherit(&dict, above)?;
        let kids = match self.file.at(&dict, "Kids")? {
            Object::Array(kids) => kids,
            _ => Vec::new(),
        };
        let mut widgets = Vec::new();
        let mut deeper = Vec::new();
        for kid in kids {
            match self.file.resolve(&kid)? {
                Object::Dict(child) if child.get("T").is_none() => {
                    self.nodes += 1;
                    widgets.push(child);
                }
                _ => deeper.push(kid),
            }
        }
        if deeper.is_empty() {
            widgets.push(dict);
            let value = self.value(&own, &widgets)?;
            if let Some(value) = value.filter(|_| !own.name.is_empty()) {
                self.found.push(FilledField { name: own.name, value });
            }
            return Ok(());
        }
        deeper.iter().try_for_each(|kid| self.node(kid, &own, depth + 1))
    }

    fn inherit(&self, dict: &Dict, above: &Above) -> Result<Above, PdfError> {
        let mut own = above.clone();
        if let Some(part) = text(self.file, &self.file.at(dict, "T")?)? {
            own.name = if own.name.is_empty() { part } else { format!("{}.{part}", own.name) };
        }
        if let Object::Name(kind) = self.file.at(dict, "FT")? {
            own.kind = kind;
        }
        if let Object::Int(flags) = self.file.at(dict, "Ff")? {
            own.flags = flags;
        }
        match self.file.at(dict, "V")? {
            Object::Null => {}
            value => own.value = Some(value),
        }
        Ok(own)
    }

    /// The value of a field; none for a kind that has none.
    fn value(&self, field: &Above, widgets: &[Dict]) -> Result<Option<FieldValue>, PdfError> {
        Ok(match field.kind.as_slice() {
            b"Btn" if field.flags & PUSH_BUTTON != 0 => None,
            b"Btn" => Some(self.state(field, widgets)?),
            b"Tx" | b"Ch" => Some(match &field.value {
                Some(Object::Array(values)) => {
                    let values: Result<Vec<_>, _> = values.iter().map(|value| self.line(value)).collect();
                    said(values?.join(", "))
                }
                Some(value) => said(self.line(value)?),
                None => FieldValue::Empty,
            }),
            _ => None,
        })
    }

    fn line(&self, value: &Object) -> Result<String, PdfError> {
        let value = self.file.resolve(value)?;
        let text = text(self.file, &value)?;
        Ok(text.or_else(|| value.as_name().map(name)).unwrap_or_default())
    }

    /// The state of a button: what the field says, and what its widgets show. Some programs write only the one, some the other.
    fn state(&self, field: &Above, widgets: &[Dict]) -> Result<FieldValue, PdfError> {
        let mut on: BTreeSet<String> = BTreeSet::new();
        if let Some(value) = &field.value {
            // Some programs write the name as text, with its slash.
            let said = self.line(value)?;
            on.insert(said.strip_prefix('/').map_or(said.clone(), str::to_owned));
        }
        for widget in widgets {
            if let Object::Name(state) = self.file.at(widget, "AS")? {
                on.insert(name(&state));
            }
        }
        on.retain(|state| !state.is_empty() && state != "Off");
        let mut states: Vec<String> = on.into_iter().collect();
        Ok(match (states.pop(), states.is_empty()) {
            (None, _) => FieldValue::Empty,
            (Some(state), true) => FieldValue::State(state),
            (Some(state), false) => {
                states.push(state);
                FieldValue::Unclear(states)
            }
        })
    }
}

fn said(text: String) -> FieldValue {
    if text.is_empty() { FieldValue::Empty } else { FieldValue::Text(text) }
}

fn name(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A text string or text stream (section 7.9.2.2): UTF-16 or UTF-8 with their marks, or PDFDocEncoding.
fn text(file: &File<'_>, value: &Object) -> Result<Option<String>, PdfError> {
    let bytes = match value {
        Object::Text(bytes) => bytes.clone(),
        Object::Stream(stream) => file.decode(stream)?,
        _ => return Ok(None),
    };
    let text = match bytes.as_slice() {
        [0xfe, 0xff, ..] | [0xef, 0xbb, 0xbf, ..] => Object::Text(bytes).as_text().unwrap_or_default(),
        plain => plain.iter().map(|byte| of_pdf_doc(*byte)).collect(),
    };
    Ok(Some(text.replace("\r\n", "\n").replace('\r', "\n")))
}

/// PDFDocEncoding (section D.3): as Latin-1, but for these.
fn of_pdf_doc(byte: u8) -> char {
    const LOW: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const HIGH: [char; 31] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł',
        'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž',
    ];
    let found = match byte {
        0x18..=0x1f => LOW.get(usize::from(byte - 0x18)),
        0x80..=0x9e => HIGH.get(usize::from(byte - 0x80)),
        0xa0 => Some(&'€'),
        _ => None,
    };
    found.copied().unwrap_or(char::from(byte))
}
