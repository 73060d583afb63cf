//! Signing of PDF documents: PAdES baseline B-B (ETSI EN 319 142-1), each signature an addition behind the bytes that are
//! there. The fields are in the document already, made with its pages; making them afterwards would break what was signed
//! before. What a signature means, and who may give it, is decided elsewhere.

use crate::appearance;
use crate::certificate::DateTime;
use crate::cms::{self, CmsError};
use crate::crypto::sha256;
use crate::fields::{self, Field, Lock};
use crate::identity::Identity;
use crate::pdf::object::write_hex;
use crate::pdf::update::Update;
use crate::pdf::{Dict, File, Object, PdfError, Ref, date};
use crate::verify::rules::{Permission, Rules};

/// Room that is kept for a signature unless more is asked for, in bytes. A signature takes about 1,000 with one certificate;
/// more than 1 MiB is never kept.
pub const DEFAULT_RESERVE: usize = 8192;
/// The same, where a time-stamp token is to be put beside the signature.
pub const STAMPED_RESERVE: usize = 16 * 1024;
const MAX_RESERVE: usize = 1 << 20;
/// Where the four numbers of a signature's ranges will stand; their width is fixed.
pub(crate) const RANGE_PLACE: &[u8] = b"[0 0000000000 0000000000 0000000000]";

/// What stands beside a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealInfo {
    /// The signer's name, to be shown.
    pub name: String,
    /// Why, such as role and meaning.
    pub reason: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// When, as the signer says.
    pub at: DateTime,
    /// Bytes to keep for the signature; [`DEFAULT_RESERVE`] is enough for three certificates.
    pub reserve: usize,
}

impl SealInfo {
    /// A name and a moment, the rest left out.
    pub fn new(name: impl Into<String>, at: DateTime) -> Self {
        Self { name: name.into(), reason: None, location: None, at, reserve: DEFAULT_RESERVE }
    }
}

/// What keeps a document from being signed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The document cannot be read.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// The appearance cannot be read.
    #[error("the appearance cannot be used: {0}")]
    Appearance(#[source] PdfError),
    /// There is no such field.
    #[error("the document has no signature field «{field}»; it has {}", listed(.known))]
    UnknownField {
        /// The asked name.
        field: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// Somebody has signed there already.
    #[error("the field «{field}» is signed already; choose another one")]
    FilledField {
        /// The asked name.
        field: String,
    },
    /// Two fields have this name.
    #[error("the document has two signature fields «{field}»; make its fields anew")]
    AmbiguousField {
        /// The asked name.
        field: String,
    },
    /// An earlier signature closed the field, or the whole document.
    #[error("the field «{field}» may not be signed: {why}")]
    Closed {
        /// The asked name.
        field: String,
        /// By what it was closed.
        why: String,
    },
    /// A certification has to come first.
    #[error("the document has a signature already; only the first one can certify it")]
    NotFirst,
    /// Something stands behind the end of the document.
    #[error("{bytes} bytes stand behind the end of the document; cut them off before signing")]
    TrailingBytes {
        /// How many.
        bytes: usize,
    },
    /// The room for the signature does not do.
    #[error("the signature takes {needed} bytes, but {reserved} are kept for it; ask for a larger reserve")]
    Overflow {
        /// Bytes it takes.
        needed: usize,
        /// Bytes that were kept.
        reserved: usize,
    },
    /// The field has no place on a page for an appearance.
    #[error("the field «{field}» has no visible place, so it cannot show an appearance")]
    Invisible {
        /// The asked name.
        field: String,
    },
    /// Nobody has signed the document.
    #[error("nobody has signed the document; sign it first")]
    NotSigned,
    /// Something was added behind a signature, so that its place is closed.
    #[error(
        "the signature in «{field}» is not the newest part of the document; put a time stamp over the whole document instead"
    )]
    Covered {
        /// The asked name.
        field: String,
    },
    /// The signature could not be made.
    #[error(transparent)]
    Cms(#[from] CmsError),
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { format!("«{}»", names.join("», «")) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Certification,
    Approval,
}

/// Signs first, and says what may be done afterwards: filling the fields that are there and signing, nothing else (DocMDP
/// with P = 2, ISO 32000-2 section 12.8.2.2). `appearance` is a PDF of one page to be shown in the field.
///
/// # Errors
/// [`SealError`]; the document is not changed.
pub fn certify(
    pdf: &[u8],
    field: &str,
    identity: &Identity,
    info: &SealInfo,
    appearance: Option<&[u8]>,
) -> Result<Vec<u8>, SealError> {
    fill(pdf, field, identity, info, appearance, Kind::Certification)
}

/// Signs what is there, earlier signatures included.
///
/// # Errors
/// [`SealError`]; the document is not changed.
pub fn approve(
    pdf: &[u8],
    field: &str,
    identity: &Identity,
    info: &SealInfo,
    appearance: Option<&[u8]>,
) -> Result<Vec<u8>, SealError> {
    fill(pdf, field, identity, info, appearance, Kind::Approval)
}

fn fill(
    pdf: &[u8],
    name: &str,
    identity: &Identity,
    info: &SealInfo,
    appearance: Option<&[u8]>,
    kind: Kind,
) -> Result<Vec<u8>, SealError> {
    let file = File::open(pdf)?;
    let fields = fields::read(&file)?;
    let field = choose(&file, &fields, name, kind)?;
    let first = fields.iter().all(|one| one.value.is_none());
    let mut update = Update::new(&file)?;
    let signature = update.fresh()?;
    let (body, places) = signature_body(&file, field, info, kind)?;
    let at = update.put_raw(signature, &body);
    place_field(&file, field, signature, appearance, &mut update)?;
    if first {
        announce(&file, (kind == Kind::Certification).then_some(signature), &mut update)?;
    }
    let mut seed = sha256(pdf).to_vec();
    seed.extend_from_slice(name.as_bytes());
    seed.extend_from_slice(&info.at.unix_duration().as_secs().to_be_bytes());
    let mut id = [0u8; 16];
    id.copy_from_slice(&sha256(&seed)[..16]);
    let out = update.finish(id)?;
    sign_in_place(out, at, &places, identity, info)
}

fn choose<'f>(file: &File<'_>, fields: &'f [Field], name: &str, kind: Kind) -> Result<&'f Field, SealError> {
    let rest = file.bytes.get(file.end..).unwrap_or_default();
    if rest.iter().any(|byte| !byte.is_ascii_whitespace()) {
        return Err(SealError::TrailingBytes { bytes: rest.len() });
    }
    let field = || name.to_owned();
    let mut found = fields.iter().filter(|one| one.name == name);
    let one = found.next().ok_or_else(|| SealError::UnknownField {
        field: field(),
        known: fields.iter().map(|one| one.name.clone()).collect(),
    })?;
    if found.next().is_some() {
        return Err(SealError::AmbiguousField { field: field() });
    }
    if one.value.is_some() {
        return Err(SealError::FilledField { field: field() });
    }
    if kind == Kind::Certification && fields.iter().any(|one| one.value.is_some()) {
        return Err(SealError::NotFirst);
    }
    match Rules::of_all(file, fields)?.permission(name) {
        Permission::Open => Ok(one),
        Permission::Closed(why) => Err(SealError::Closed { field: field(), why }),
    }
}

/// Where the values stand that are known only in the end, counted from the beginning of the object.
struct Places {
    range: usize,
    contents: usize,
}

fn signature_body(file: &File<'_>, field: &Field, info: &SealInfo, kind: Kind) -> Result<(Vec<u8>, Places), SealError> {
    let mut dict = Dict::default()
        .with("Type", Object::name("Sig"))
        .with("Filter", Object::name("Adobe.PPKLite"))
        .with("SubFilter", Object::name("ETSI.CAdES.detached"))
        .with("M", Object::text(&date::write(info.at)))
        .with("Name", Object::text(&info.name));
    for (key, value) in [("Reason", &info.reason), ("Location", &info.location)] {
        if let Some(text) = value {
            dict.set(key, Object::text(text));
        }
    }
    let references = references(file, field, kind)?;
    if !references.is_empty() {
        dict.set("Reference", Object::Array(references));
    }
    let mut body = Vec::new();
    dict.write(&mut body);
    body.truncate(body.len().saturating_sub(2));
    body.extend_from_slice(b"/ByteRange ");
    let range = body.len();
    body.extend_from_slice(RANGE_PLACE);
    body.extend_from_slice(b"/Contents ");
    let contents = body.len();
    body.push(b'<');
    body.resize(body.len() + info.reserve.min(MAX_RESERVE) * 2, b'0');
    body.extend_from_slice(b">>>");
    Ok((body, Places { range, contents }))
}

/// What the signature says about later changes: the certification's DocMDP, and the field's own lock as FieldMDP.
fn references(file: &File<'_>, field: &Field, kind: Kind) -> Result<Vec<Object>, PdfError> {
    let transform = |method: &str, parameters: Dict| {
        let parameters = parameters.with("Type", Object::name("TransformParams")).with("V", Object::name("1.2"));
        let reference = Dict::default().with("Type", Object::name("SigRef"));
        reference.with("TransformMethod", Object::name(method)).with("TransformParams", Object::Dict(parameters))
    };
    let mut list = Vec::new();
    if kind == Kind::Certification {
        list.push(Object::Dict(transform("DocMDP", Dict::default().with("P", Object::Int(2)))));
    }
    if let Some(lock) = &field.lock {
        let texts = |names: &[String]| Object::Array(names.iter().map(|name| Object::text(name)).collect());
        let parameters = match lock {
            Lock::All => Dict::default().with("Action", Object::name("All")),
            Lock::Include(names) => {
                Dict::default().with("Action", Object::name("Include")).with("Fields", texts(names))
            }
            Lock::Exclude(names) => {
                Dict::default().with("Action", Object::name("Exclude")).with("Fields", texts(names))
            }
        };
        list.push(Object::Dict(transform("FieldMDP", parameters).with("Data", Object::Ref(file.root()?))));
    }
    Ok(list)
}

/// Writes the field with its signature, and its widget with the appearance.
fn place_field(
    file: &File<'_>,
    field: &Field,
    signature: Ref,
    appearance: Option<&[u8]>,
    update: &mut Update<'_, '_>,
) -> Result<(), SealError> {
    let filled = field.dict.clone().with("V", Object::Ref(signature));
    let Some(page) = appearance else {
        update.put(field.id, &Object::Dict(filled));
        return Ok(());
    };
    let [left, bottom, right, top] = field.rect(file)?;
    let widget = field.widget.as_ref().filter(|_| right > left && top > bottom);
    let (widget, dict) = widget.ok_or_else(|| SealError::Invisible { field: field.name.clone() })?;
    let form = appearance::import(page, update)?;
    let shown = Object::Dict(Dict::default().with("N", Object::Ref(form)));
    if *widget == field.id {
        update.put(field.id, &Object::Dict(filled.with("AP", shown)));
    } else {
        update.put(field.id, &Object::Dict(filled));
        update.put(*widget, &Object::Dict(dict.clone().with("AP", shown)));
    }
    Ok(())
}

/// With the first signature: tells the form that it is signed from now on, and the catalog who certified it.
fn announce(file: &File<'_>, certification: Option<Ref>, update: &mut Update<'_, '_>) -> Result<(), SealError> {
    const SIGNED_AND_APPEND_ONLY: i64 = 3;
    let (root, mut catalog) = (file.root()?, file.catalog()?);
    let (mut form, own) = fields::form(file)?;
    let told = form.get("SigFlags").and_then(Object::as_int) == Some(SIGNED_AND_APPEND_ONLY);
    form.set("SigFlags", Object::Int(SIGNED_AND_APPEND_ONLY));
    let mut rewrite = certification.is_some();
    match own {
        _ if told => {}
        Some(id) => update.put(id, &Object::Dict(form)),
        None => {
            catalog.set("AcroForm", Object::Dict(form));
            rewrite = true;
        }
    }
    if let Some(signature) = certification {
        let mut permissions = match file.at(&catalog, "Perms")? {
            Object::Dict(dict) => dict,
            _ => Dict::default(),
        };
        permissions.set("DocMDP", Object::Ref(signature));
        catalog.set("Perms", Object::Dict(permissions));
    }
    if rewrite {
        update.put(root, &Object::Dict(catalog));
    }
    Ok(())
}

/// Fills in the ranges, signs what they cover, and fills in the signature.
fn sign_in_place(
    mut out: Vec<u8>,
    at: usize,
    places: &Places,
    identity: &Identity,
    info: &SealInfo,
) -> Result<Vec<u8>, SealError> {
    let reserved = info.reserve.min(MAX_RESERVE);
    let gap = at + places.contents;
    let behind = gap + reserved * 2 + 2;
    let range = format!("[0 {gap:010} {behind:010} {:010}]", out.len() - behind);
    put_over(&mut out, at + places.range, range.as_bytes());
    let (head, tail) = (out.get(..gap).unwrap_or_default(), out.get(behind..).unwrap_or_default());
    let signature = cms::sign_parts(identity, &[head, tail])?;
    if signature.len() > reserved {
        return Err(SealError::Overflow { needed: signature.len(), reserved });
    }
    let mut digits = Vec::with_capacity(signature.len() * 2);
    write_hex(&signature, &mut digits);
    put_over(&mut out, gap + 1, &digits);
    Ok(out)
}

pub(crate) fn put_over(out: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = out.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}
