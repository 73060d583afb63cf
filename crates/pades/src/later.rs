//! Time stamps for what is signed already, without touching a signed byte: beside the newest signature (PAdES B-T), or over
//! the whole document as an addition behind it (ETSI EN 319 142-1 section 5.4.3).
//!
//! Both come in two halves, because an authority is asked in between: what it is to see, and what its token becomes.

use crate::cms;
use crate::crypto::{Digest, sha256};
use crate::fields::{self, Field};
use crate::pdf::object::write_hex;
use crate::pdf::update::Update;
use crate::pdf::{Dict, File, Object, PdfError};
use crate::seal::{RANGE_PLACE, SealError, put_over};
use crate::verify::site::{Cover, Site};

/// Room that is kept for a time stamp of the whole document, in bytes: some authorities send four certificates along.
const STAMP_RESERVE: usize = 16 * 1024;
/// How the fields of time stamps are called, with a number behind.
const STAMP_FIELD: &str = "timestamp-";

/// The newest signature of a document, to which a time stamp can be put.
struct Newest<'a> {
    value: Vec<u8>,
    cover: Cover,
    pdf: &'a [u8],
}

impl<'a> Newest<'a> {
    fn of(pdf: &'a [u8], field: &str) -> Result<Self, SealError> {
        let file = File::open(pdf)?;
        let fields = fields::read(&file)?;
        let unknown = || SealError::UnknownField {
            field: field.to_owned(),
            known: fields.iter().map(|one| one.name.clone()).collect(),
        };
        let one = fields.iter().find(|one| one.name == field).ok_or_else(unknown)?;
        let covered = || SealError::Covered { field: field.to_owned() };
        let site = Site::of(&file, one)?.ok_or_else(covered)?;
        let cover = site.cover(&file, field)?.ok().filter(|cover| cover.end == file.end).ok_or_else(covered)?;
        let (value, _) = site.value().ok_or_else(covered)?;
        Ok(Self { value: value.to_vec(), cover, pdf })
    }
}

/// What an authority is to see of the newest signature, which stands in `field`: the SHA-256 of its value.
///
/// # Errors
/// [`SealError::Covered`] when something was added since: a later signature may cover this one's place.
pub fn signature_imprint(pdf: &[u8], field: &str) -> Result<[u8; 32], SealError> {
    Ok(cms::imprint(&Newest::of(pdf, field)?.value)?)
}

/// Puts a time-stamp token beside the newest signature, into the room that is left in its place.
///
/// # Errors
/// [`SealError::Covered`] as above; [`SealError::Overflow`] when too little room was kept.
pub fn with_signature_timestamp(pdf: &[u8], field: &str, token: &[u8]) -> Result<Vec<u8>, SealError> {
    let newest = Newest::of(pdf, field)?;
    let stamped = cms::with_timestamp(&newest.value, token)?;
    let Cover { gap_from, gap_to, .. } = newest.cover;
    let reserved = gap_to.saturating_sub(gap_from + 2) / 2;
    fill_gap(newest.pdf.to_vec(), gap_from, reserved, &stamped)
}

fn fill_gap(mut out: Vec<u8>, gap: usize, reserved: usize, value: &[u8]) -> Result<Vec<u8>, SealError> {
    if value.len() > reserved {
        return Err(SealError::Overflow { needed: value.len(), reserved });
    }
    let mut digits = Vec::with_capacity(value.len() * 2);
    write_hex(value, &mut digits);
    put_over(&mut out, gap + 1, &digits);
    Ok(out)
}

/// A document with room for a time stamp over all that stands in it.
#[derive(Debug)]
pub struct Unstamped {
    out: Vec<u8>,
    gap: usize,
}

impl Unstamped {
    /// Adds a field for the time stamp, which shows nothing, and keeps room in it.
    ///
    /// # Errors
    /// [`SealError::NotSigned`] when nobody has signed the document; [`SealError`] otherwise. The document is not changed.
    pub fn of(pdf: &[u8]) -> Result<Self, SealError> {
        let file = File::open(pdf)?;
        let rest = file.bytes.get(file.end..).unwrap_or_default();
        if rest.iter().any(|byte| !byte.is_ascii_whitespace()) {
            return Err(SealError::TrailingBytes { bytes: rest.len() });
        }
        let fields = fields::read(&file)?;
        if fields.iter().all(|one| one.value.is_none()) {
            return Err(SealError::NotSigned);
        }
        let mut update = Update::new(&file)?;
        let (field, stamp) = (update.fresh()?, update.fresh()?);
        let (body, range, contents) = body();
        let at = update.put_raw(stamp, &body);
        update.put(field, &Object::Dict(widget(&fields).with("V", Object::Ref(stamp))));
        enter(&file, field, &mut update)?;
        let mut id = [0u8; 16];
        id.copy_from_slice(sha256(pdf).get(..16).unwrap_or_default());
        let mut out = update.finish(id)?;
        let gap = at + contents;
        let behind = gap + STAMP_RESERVE * 2 + 2;
        let numbers = format!("[0 {gap:010} {behind:010} {:010}]", out.len() - behind);
        put_over(&mut out, at + range, numbers.as_bytes());
        Ok(Self { out, gap })
    }

    /// What an authority is to see: the SHA-256 of everything but the time stamp's own place.
    pub fn imprint(&self) -> [u8; 32] {
        let (head, tail) = (self.out.get(..self.gap), self.out.get(self.gap + STAMP_RESERVE * 2 + 2..));
        let hash = Digest::Sha256.hash(&[head.unwrap_or_default(), tail.unwrap_or_default()]);
        let mut imprint = [0; 32];
        imprint.copy_from_slice(&hash);
        imprint
    }

    /// The document with its time stamp.
    ///
    /// # Errors
    /// [`SealError::Overflow`] when the token is larger than the room.
    pub fn stamped(self, token: &[u8]) -> Result<Vec<u8>, SealError> {
        fill_gap(self.out, self.gap, STAMP_RESERVE, token)
    }
}

/// The time stamp's dictionary, with the places of its ranges and its value in it.
fn body() -> (Vec<u8>, usize, usize) {
    let dict = Dict::default()
        .with("Type", Object::name("DocTimeStamp"))
        .with("Filter", Object::name("Adobe.PPKLite"))
        .with("SubFilter", Object::name("ETSI.RFC3161"));
    let mut body = Vec::new();
    dict.write(&mut body);
    body.truncate(body.len().saturating_sub(2));
    body.extend_from_slice(b"/ByteRange ");
    let range = body.len();
    body.extend_from_slice(RANGE_PLACE);
    body.extend_from_slice(b"/Contents ");
    let contents = body.len();
    body.push(b'<');
    body.resize(body.len() + STAMP_RESERVE * 2, b'0');
    body.extend_from_slice(b">>>");
    (body, range, contents)
}

/// A signature field that shows nothing (ISO 32000-2 section 12.7.5.5), under a name that no field has.
fn widget(fields: &[Field]) -> Dict {
    let taken = |name: &String| fields.iter().any(|field| field.name == *name);
    let mut number = 1;
    while taken(&format!("{STAMP_FIELD}{number}")) {
        number += 1;
    }
    Dict::default()
        .with("Type", Object::name("Annot"))
        .with("Subtype", Object::name("Widget"))
        .with("FT", Object::name("Sig"))
        .with("T", Object::text(&format!("{STAMP_FIELD}{number}")))
        .with("F", Object::Int(132))
        .with("Rect", Object::Array([0; 4].map(Object::Int).to_vec()))
}

/// Lists the new field in the form.
fn enter(file: &File<'_>, field: crate::pdf::Ref, update: &mut Update<'_, '_>) -> Result<(), PdfError> {
    let (mut form, own) = fields::form(file)?;
    let mut listed = match file.at(&form, "Fields")? {
        Object::Array(listed) => listed,
        _ => Vec::new(),
    };
    listed.push(Object::Ref(field));
    form.set("Fields", Object::Array(listed));
    match own {
        Some(id) => update.put(id, &Object::Dict(form)),
        None => {
            let mut catalog = file.catalog()?;
            catalog.set("AcroForm", Object::Dict(form));
            update.put(file.root()?, &Object::Dict(catalog));
        }
    }
    Ok(())
}

/// Whether a field of a revision is a time stamp that [`Unstamped`] could have added: nothing to be seen, nothing to be done.
pub(crate) fn is_timestamp_field(file: &File<'_>, field: &Field) -> Result<bool, PdfError> {
    const MAY_HAVE: [&[u8]; 8] = [b"Type", b"Subtype", b"FT", b"T", b"F", b"Rect", b"V", b"P"];
    let plain = field.dict.0.keys().all(|key| MAY_HAVE.contains(&key.as_slice()));
    let [left, bottom, right, top] = field.rect(file)?;
    let unseen = field.widget.as_ref().is_none_or(|(id, _)| *id == field.id) && right <= left && top <= bottom;
    let Some(value) = field.value else { return Ok(false) };
    let Object::Dict(stamp) = file.get(value)? else { return Ok(false) };
    Ok(plain && unseen && is_timestamp(file, &stamp)?)
}

/// Whether a signature dictionary is a time stamp over the document.
pub(crate) fn is_timestamp(file: &File<'_>, dict: &Dict) -> Result<bool, PdfError> {
    Ok(file.at(dict, "SubFilter")?.as_name() == Some(b"ETSI.RFC3161"))
}
