//! The signature fields of a form (ISO 32000-2 sections 12.7.4 and 12.7.5.5), filled and empty. Other fields are passed over.

use std::collections::BTreeSet;

use crate::pdf::{Dict, File, Object, PdfError, Ref};

const MAX_FIELDS: usize = 4096;
const MAX_FIELD_DEPTH: usize = 32;

/// A place in a document where somebody signs.
#[derive(Debug, Clone, PartialEq)]
pub struct SignatureField {
    /// The full name of the field.
    pub name: String,
    /// Whether somebody has signed there.
    pub filled: bool,
    /// Left, bottom, right, top of the visible place, in points from the lower left corner of the page. All zero: invisible.
    pub rect: [f64; 4],
    /// Which fields its signature closes.
    pub lock: Option<Lock>,
}

/// Which fields may no longer be filled once a signature is in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lock {
    /// Every field.
    All,
    /// These.
    Include(Vec<String>),
    /// All but these.
    Exclude(Vec<String>),
}

impl Lock {
    /// Whether it closes the field of this name, or one above it in the form.
    pub fn closes(&self, name: &str) -> bool {
        let listed = |names: &[String]| {
            names
                .iter()
                .any(|one| name == one || name.strip_prefix(one.as_str()).is_some_and(|rest| rest.starts_with('.')))
        };
        match self {
            Self::All => true,
            Self::Include(names) => listed(names),
            Self::Exclude(names) => !listed(names),
        }
    }

    /// Reads a lock dictionary or the parameters of a FieldMDP signature; both have the same keys.
    pub(crate) fn read(file: &File<'_>, dict: &Dict) -> Result<Option<Self>, PdfError> {
        let names = match file.at(dict, "Fields")? {
            Object::Array(list) => list.iter().filter_map(Object::as_text).collect(),
            _ => Vec::new(),
        };
        Ok(match file.at(dict, "Action")?.as_name() {
            Some(b"All") => Some(Self::All),
            Some(b"Include") => Some(Self::Include(names)),
            Some(b"Exclude") => Some(Self::Exclude(names)),
            _ => None,
        })
    }
}

/// A field with all that signing and comparing need.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) id: Ref,
    pub(crate) dict: Dict,
    /// The annotation that shows the field: the field itself, or its only child.
    pub(crate) widget: Option<(Ref, Dict)>,
    /// The signature, when there is one.
    pub(crate) value: Option<Ref>,
    pub(crate) lock: Option<Lock>,
}

impl Field {
    pub(crate) fn rect(&self, file: &File<'_>) -> Result<[f64; 4], PdfError> {
        let Some((_, widget)) = &self.widget else { return Ok([0.0; 4]) };
        let Object::Array(list) = file.at(widget, "Rect")? else { return Ok([0.0; 4]) };
        let numbers: Vec<f64> = list.iter().filter_map(Object::as_number).collect();
        Ok(match numbers.as_slice() {
            [a, b, c, d] => [a.min(*c), b.min(*d), a.max(*c), b.max(*d)],
            _ => [0.0; 4],
        })
    }

    pub(crate) fn show(&self, file: &File<'_>) -> Result<SignatureField, PdfError> {
        let (name, lock) = (self.name.clone(), self.lock.clone());
        Ok(SignatureField { name, filled: self.value.is_some(), rect: self.rect(file)?, lock })
    }
}

/// The signature fields of a document, in the order of the form.
///
/// # Errors
/// [`PdfError`] when the document cannot be read.
pub fn fields(pdf: &[u8]) -> Result<Vec<SignatureField>, PdfError> {
    let file = File::open(pdf)?;
    read(&file)?.iter().map(|field| field.show(&file)).collect()
}

/// The form's dictionary, and its number when it has one of its own.
pub(crate) fn form(file: &File<'_>) -> Result<(Dict, Option<Ref>), PdfError> {
    let catalog = file.catalog()?;
    let id = catalog.get("AcroForm").and_then(Object::as_ref);
    match file.at(&catalog, "AcroForm")? {
        Object::Dict(form) => Ok((form, id)),
        _ => Ok((Dict::default(), None)),
    }
}

/// Reads the signature fields.
pub(crate) fn read(file: &File<'_>) -> Result<Vec<Field>, PdfError> {
    let (form, _) = form(file)?;
    let mut walk = Walk { file, seen: BTreeSet::new(), found: Vec::new() };
    if let Object::Array(top) = file.at(&form, "Fields")? {
        for child in &top {
            walk.node(child, "", false, 0)?;
        }
    }
    Ok(walk.found)
}

struct Walk<'f, 'a> {
    file: &'f File<'a>,
    seen: BTreeSet<Ref>,
    found: Vec<Field>,
}

impl Walk<'_, '_> {
    fn node(&mut self, node: &Object, above: &str, signature_above: bool, depth: usize) -> Result<(), PdfError> {
        // A field that is not an object of its own cannot be filled by an update, and one seen before is a circle.
        let Some(id) = node.as_ref() else { return Ok(()) };
        if !self.seen.insert(id) {
            return Err(PdfError::damaged(self.file.newest_section, "a form field stands in the form twice"));
        }
        if self.seen.len() > MAX_FIELDS || depth > MAX_FIELD_DEPTH {
            return Err(PdfError::TooLarge { what: "form fields", limit: MAX_FIELDS });
        }
        let Object::Dict(dict) = self.file.get(id)? else { return Ok(()) };
        let own = self.file.at(&dict, "T")?.as_text();
        let name = match (&own, above) {
            (None, _) => above.to_owned(),
            (Some(own), "") => own.clone(),
            (Some(own), _) => format!("{above}.{own}"),
        };
        let is_signature = match self.file.at(&dict, "FT")? {
            Object::Name(kind) => kind == b"Sig",
            _ => signature_above,
        };
        let kids = match self.file.at(&dict, "Kids")? {
            Object::Array(kids) => kids,
            _ => Vec::new(),
        };
        let mut widgets = Vec::new();
        for kid in &kids {
            match self.file.resolve(kid)? {
                Object::Dict(child) if child.get("T").is_none() => {
                    widgets.extend(kid.as_ref().map(|id| (id, child)));
                }
                _ => self.node(kid, &name, is_signature, depth + 1)?,
            }
        }
        if is_signature && (widgets.len() == kids.len()) {
            self.found.push(self.field(name, id, dict, widgets)?);
        }
        Ok(())
    }

    fn field(&self, name: String, id: Ref, dict: Dict, mut kids: Vec<(Ref, Dict)>) -> Result<Field, PdfError> {
        let widget = match (dict.is("Subtype", "Widget"), kids.len()) {
            (true, _) => Some((id, dict.clone())),
            (false, 1) => kids.pop(),
            _ => None,
        };
        let value = match dict.get("V") {
            None | Some(Object::Null) => None,
            Some(Object::Ref(to)) if self.file.get(*to)? == Object::Null => None,
            Some(Object::Ref(to)) => Some(*to),
            Some(_) => return Err(PdfError::Unsupported("a signature that is no object of its own".to_owned())),
        };
        let lock = match self.file.at(&dict, "Lock")? {
            Object::Dict(lock) => Lock::read(self.file, &lock)?,
            _ => None,
        };
        Ok(Field { name, id, dict, widget, value, lock })
    }
}
