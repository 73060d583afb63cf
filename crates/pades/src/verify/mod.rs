//! What a signed PDF proves: per signature the facts, a verdict on integrity and one on identity, each with its reasons in
//! plain words. Whether the right people signed, and whether somebody is missing, is decided by those who know the record.

pub(crate) mod attachments;
pub(crate) mod changes;
mod labels;
pub(crate) mod rules;
pub(crate) mod site;
mod stamp;

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

use crate::certificate::{Certificate, DateTime, Fingerprint};
use crate::cms::{self, CmsVerdict};
use crate::crypto::sha256;
use crate::fields::{self, Field};
use crate::later;
use crate::pdf::{File, PdfError, date};
use crate::timestamp::{Stamp, TimestampError};
use crate::trust::{Chain, Trust};
use crate::validation::Validation;

pub use attachments::Attachment;
pub use changes::Change;
use site::{Cover, Site};

/// The most signatures that are looked at.
pub const MAX_SIGNATURES: usize = 64;

/// All that is found in a PDF.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// Length of the file in bytes.
    pub length: usize,
    /// The SHA-256 of the whole file.
    pub sha256: Fingerprint,
    /// The signatures, oldest first.
    pub signatures: Vec<SignatureFacts>,
    /// Signature fields that nobody has signed.
    pub unfilled: Vec<String>,
    /// Files that the document carries.
    pub attachments: Vec<Attachment>,
    /// What stands behind the document's end.
    pub trailing: Trailing,
    /// Certificates, revocation lists and OCSP answers that the document carries.
    pub validation: Validation,
}

/// What stands behind the last end mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trailing {
    /// Nothing, or white space.
    Nothing,
    /// Comments, which no reader shows.
    Comment {
        /// How many bytes.
        bytes: usize,
    },
    /// Something else, which one reader may take up and another not.
    Unknown {
        /// How many bytes.
        bytes: usize,
    },
}

/// What a signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// Everything up to the end of the file.
    WholeFile,
    /// The file as it was when this was signed; something was added since.
    Revision {
        /// How long it was then, in bytes.
        bytes: usize,
    },
    /// Nothing that could be said: its ranges are wrong.
    Unknown,
}

/// What a signature is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody signs.
    Signature,
    /// A time-stamp authority says when it saw the document (ETSI EN 319 142-1 section 5.4.3).
    Timestamp,
}

/// The facts about one signature.
#[derive(Debug, Clone, PartialEq)]
pub struct SignatureFacts {
    /// The field it stands in.
    pub field: String,
    /// What it is there for.
    pub kind: Kind,
    /// The certificate it is bound to.
    pub signer: Option<Certificate>,
    /// The name that is shown beside it. It proves nothing.
    pub name: Option<String>,
    /// Why, as the signer says.
    pub reason: Option<String>,
    /// Where, as the signer says.
    pub location: Option<String>,
    /// When, as the signer says. It proves nothing.
    pub claimed_at: Option<DateTime>,
    /// What it covers.
    pub coverage: Coverage,
    /// For a certification: what it lets others do later (DocMDP P: 1 nothing, 2 fill and sign, 3 annotate as well; 3 is
    /// judged as 2 here).
    pub certification: Option<i64>,
    /// Certificates that came along with the signature.
    pub carried: Vec<Certificate>,
    /// Whether the covered bytes are the ones that were signed.
    pub digest_ok: bool,
    /// Whether the signer's key made the signature.
    pub signature_ok: bool,
    /// Whether nothing hides behind the signature in its place.
    pub padding_zero: bool,
    /// Whether the certificate leads to a trusted root, at the moment that was asked for.
    pub chain: Option<Chain>,
    /// The same, at the claimed moment.
    pub chain_when_claimed: Option<Chain>,
    /// The time stamp beside the signature, or that it is. One that says nothing is no fault of the signature.
    pub timestamp: Option<Result<Stamp, TimestampError>>,
    /// What was done to the document afterwards.
    pub later: Vec<Change>,
    /// Everything that speaks against integrity.
    pub faults: Vec<Fault>,
}

/// Something that speaks against the integrity of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The ranges are wrong.
    Range {
        /// In which way.
        why: String,
    },
    /// The covered bytes were changed.
    ContentChanged,
    /// The signer's key did not make the signature.
    SignatureInvalid,
    /// The signature cannot be read.
    Unreadable {
        /// What keeps it from being read.
        why: String,
    },
    /// Something hides behind the signature in its place.
    PaddingNotZero,
    /// The document was changed afterwards in a way that the signature does not allow.
    ChangedLater(Change),
    /// Something other than comments stands behind the document's end.
    TrailingBytes {
        /// How many bytes.
        bytes: usize,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { why } => write!(f, "its byte ranges are wrong: {why}"),
            Self::ContentChanged => write!(f, "the signed bytes were changed"),
            Self::SignatureInvalid => write!(f, "the signature was not made with the signer's key, or was changed"),
            Self::Unreadable { why } => write!(f, "the signature cannot be read: {why}"),
            Self::PaddingNotZero => write!(f, "something hides behind the signature in its place"),
            Self::ChangedLater(change) => write!(f, "changed after signing: {}", change.what),
            Self::TrailingBytes { bytes } => write!(f, "{bytes} bytes of unknown kind stand behind the document's end"),
        }
    }
}

/// Whether what was signed is what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntegrityVerdict {
    /// It is; what was added later is allowed.
    Intact,
    /// It is not, for these reasons.
    Broken(Vec<Fault>),
    /// There is no signature.
    Unsigned,
}

/// Whether it is known who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityVerdict {
    /// A trusted root says who it is.
    Known {
        /// The signer's name in the certificate.
        name: String,
        /// The root's name.
        root: String,
    },
    /// The certificate has ended since. Nothing but the signer's own word says that it had not when this was signed.
    Lapsed {
        /// The certificate's last second.
        ended: DateTime,
        /// How the certificate stood at the claimed moment.
        when_claimed: Option<Chain>,
    },
    /// No trusted root vouches for the certificate.
    Unknown(Chain),
    /// The signature itself does not hold, so the certificate says nothing about who made it.
    NotProven,
    /// There is no signature.
    Unsigned,
}

impl fmt::Display for IdentityVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known { name, root } => write!(f, "signed by {name}, for whom «{root}» vouches"),
            Self::Lapsed { ended, when_claimed: Some(Chain::Trusted { .. }) } => {
                write!(f, "the certificate ended at {ended}; it was in force at the time that the signer claims")
            }
            Self::Lapsed { ended, .. } => {
                write!(f, "the certificate ended at {ended}, before the time that is claimed")
            }
            Self::Unknown(chain) => write!(f, "{chain}"),
            Self::NotProven => write!(f, "the signature does not hold, so it does not show who made it"),
            Self::Unsigned => write!(f, "nobody has signed"),
        }
    }
}

impl SignatureFacts {
    /// Whether what was signed is what is there.
    pub fn integrity(&self) -> IntegrityVerdict {
        if self.faults.is_empty() { IntegrityVerdict::Intact } else { IntegrityVerdict::Broken(self.faults.clone()) }
    }

    /// Whether it is known who signed.
    pub fn identity(&self) -> IdentityVerdict {
        let (Some(signer), Some(chain), true) = (&self.signer, &self.chain, self.signature_ok) else {
            return IdentityVerdict::NotProven;
        };
        match chain {
            Chain::Trusted { root, .. } => IdentityVerdict::Known { name: signer.common_name(), root: root.clone() },
            Chain::Expired { not_after } => {
                IdentityVerdict::Lapsed { ended: *not_after, when_claimed: self.chain_when_claimed.clone() }
            }
            other => IdentityVerdict::Unknown(other.clone()),
        }
    }
}

impl Inspection {
    /// The earliest time by which a signature is proven to have been there, and by whom: its own time stamp, or one over a
    /// document that has it. Nothing is proven by an authority that nobody who is believed about the time vouches for.
    pub fn proven<'a>(&'a self, signature: &'a SignatureFacts) -> Option<&'a Stamp> {
        let own = core::iter::once(signature);
        let ends = |one: &SignatureFacts| match one.coverage {
            Coverage::WholeFile => Some(self.length),
            Coverage::Revision { bytes } => Some(bytes),
            Coverage::Unknown => None,
        };
        let end = ends(signature)?;
        let over = |one: &&SignatureFacts| {
            one.kind == Kind::Timestamp && one.digest_ok && one.signature_ok && ends(one).is_some_and(|at| at > end)
        };
        let stamps =
            own.chain(self.signatures.iter().filter(over)).filter_map(|one| one.timestamp.as_ref()?.as_ref().ok());
        stamps.filter(|stamp| stamp.proven().is_some()).min_by_key(|stamp| stamp.at)
    }

    /// Whether every signature's document is intact.
    pub fn integrity(&self) -> IntegrityVerdict {
        let faults: Vec<Fault> = self.signatures.iter().flat_map(|one| one.faults.iter().cloned()).collect();
        match (self.signatures.is_empty(), faults.is_empty()) {
            (true, _) => IntegrityVerdict::Unsigned,
            (false, true) => IntegrityVerdict::Intact,
            (false, false) => IntegrityVerdict::Broken(faults),
        }
    }

    /// The worst identity of all: known only when every signer is.
    pub fn identity(&self) -> IdentityVerdict {
        let mut all = self.signatures.iter().map(SignatureFacts::identity);
        let bad = all.find(|one| !matches!(one, IdentityVerdict::Known { .. }));
        bad.or_else(|| self.signatures.last().map(SignatureFacts::identity)).unwrap_or(IdentityVerdict::Unsigned)
    }
}

/// Looks at everything that a PDF says by its signatures. Certificates are judged at the moment `at`.
///
/// # Errors
/// [`PdfError`] when the file cannot be read. A signature that does not hold is no error: it is in the answer.
pub fn inspect(pdf: &[u8], trust: &Trust, at: DateTime) -> Result<Inspection, PdfError> {
    let file = File::open(pdf)?;
    let fields = fields::read(&file)?;
    let trailing = trailing(&file);
    let validation = Validation::read(&file)?;
    let trust = &validation.beside(trust);
    let mut found = Vec::new();
    for field in &fields {
        if let Some(site) = Site::of(&file, field)? {
            let cover = site.cover(&file, &field.name)?;
            found.push((field, site, cover));
        }
    }
    if found.len() > MAX_SIGNATURES {
        return Err(PdfError::TooLarge { what: "signatures", limit: MAX_SIGNATURES });
    }
    found.sort_by_key(|(_, _, cover)| cover.as_ref().map_or(usize::MAX, |cover| cover.end));
    let numbers: BTreeSet<u32> = found.iter().map(|(_, site, _)| site.id.number).collect();
    let ends: BTreeSet<usize> =
        found.iter().filter_map(|(_, _, cover)| cover.as_ref().ok().map(|one| one.end)).collect();
    let steps = steps(&file, &ends, &numbers)?;

    let mut signatures = Vec::new();
    for (field, site, cover) in found {
        let mut facts = facts(&file, field, &site, cover.as_ref().ok(), trust, at)?;
        match cover {
            Ok(cover) => {
                facts.later = steps.range(cover.end..).flat_map(|(_, changes)| changes.iter().cloned()).collect();
            }
            Err(fault) => facts.faults.insert(0, fault),
        }
        facts.faults.extend(facts.later.iter().filter(|one| !one.lawful).cloned().map(Fault::ChangedLater));
        if let Trailing::Unknown { bytes } = trailing {
            facts.faults.push(Fault::TrailingBytes { bytes });
        }
        signatures.push(facts);
    }
    let unfilled = fields.iter().filter(|one| one.value.is_none()).map(|one| one.name.clone()).collect();
    Ok(Inspection {
        length: pdf.len(),
        sha256: Fingerprint(sha256(pdf)),
        signatures,
        unfilled,
        attachments: attachments::read(&file)?,
        trailing,
        validation,
    })
}

/// What was done to a document whose first `base` bytes are known, up to its first signature. A certification vouches for the
/// pages that somebody expects only if nothing but itself was added to them.
///
/// # Errors
/// [`PdfError`] when the file cannot be read, or `base` is not where a revision of it ends.
pub fn before_first_signature(pdf: &[u8], base: usize) -> Result<Vec<Change>, PdfError> {
    let file = File::open(pdf)?;
    let (mut ends, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    for field in fields::read(&file)? {
        if let Some(site) = Site::of(&file, &field)? {
            numbers.insert(site.id.number);
            ends.extend(site.cover(&file, &field.name)?.ok().map(|cover| cover.end));
        }
    }
    let Some(first) = ends.first() else { return Ok(Vec::new()) };
    let (old, new) =
        (File::open(pdf.get(..base).unwrap_or_default())?, File::open(pdf.get(..*first).unwrap_or_default())?);
    if old.end != base || base > *first {
        return Err(PdfError::damaged(base, "no revision ends here"));
    }
    changes::between(&old, &new, &numbers, &changes::referrers(&old, &file)?)
}

/// The changes from each signed revision to the next one, and from the last one to the end; by the revision's length.
fn steps(
    file: &File<'_>,
    ends: &BTreeSet<usize>,
    signatures: &BTreeSet<u32>,
) -> Result<BTreeMap<usize, Vec<Change>>, PdfError> {
    let mut revisions = Vec::new();
    for end in ends {
        revisions.push((*end, File::open(file.bytes.get(..*end).unwrap_or_default())?));
    }
    let Some((_, first)) = revisions.first() else { return Ok(BTreeMap::new()) };
    let referrers = changes::referrers(first, file)?;
    let mut steps = BTreeMap::new();
    for (index, (end, revision)) in revisions.iter().enumerate() {
        let next = revisions.get(index + 1).map_or(file, |(_, next)| next);
        steps.insert(*end, changes::between(revision, next, signatures, &referrers)?);
    }
    Ok(steps)
}

fn facts(
    file: &File<'_>,
    field: &Field,
    site: &Site,
    cover: Option<&Cover>,
    trust: &Trust,
    at: DateTime,
) -> Result<SignatureFacts, PdfError> {
    let text = |key: &str| -> Result<Option<String>, PdfError> { Ok(file.at(&site.dict, key)?.as_text()) };
    if later::is_timestamp(file, &site.dict)? {
        return Ok(stamp::facts(file, field, site, cover, trust));
    }
    let claimed_at = text("M")?.as_deref().and_then(date::read);
    let (verdict, padding_zero, mut faults) = read_value(file, site, cover, trust, at)?;
    if !padding_zero {
        faults.push(Fault::PaddingNotZero);
    }
    if verdict.as_ref().is_some_and(|one| !one.digest_ok) {
        faults.push(Fault::ContentChanged);
    }
    if verdict.as_ref().is_some_and(|one| !one.signature_ok) {
        faults.push(Fault::SignatureInvalid);
    }
    let judged = verdict.as_ref().zip(claimed_at);
    Ok(SignatureFacts {
        field: field.name.clone(),
        kind: Kind::Signature,
        name: text("Name")?,
        reason: text("Reason")?,
        location: text("Location")?,
        claimed_at,
        coverage: coverage(file, cover),
        certification: rules::certification_level(file, &site.dict)?,
        digest_ok: verdict.as_ref().is_some_and(|one| one.digest_ok),
        signature_ok: verdict.as_ref().is_some_and(|one| one.signature_ok),
        padding_zero,
        chain_when_claimed: judged.map(|(one, claimed)| trust.check(&one.signer, &one.carried, claimed)),
        chain: verdict.as_ref().map(|one| one.chain.clone()),
        timestamp: verdict.as_ref().and_then(|one| one.timestamp.clone()),
        carried: verdict.as_ref().map(|one| one.carried.clone()).unwrap_or_default(),
        signer: verdict.map(|one| one.signer),
        later: Vec::new(),
        faults,
    })
}

fn coverage(file: &File<'_>, cover: Option<&Cover>) -> Coverage {
    match cover {
        Some(cover) if cover.end == file.bytes.len() => Coverage::WholeFile,
        Some(cover) => Coverage::Revision { bytes: cover.end },
        None => Coverage::Unknown,
    }
}

/// The bytes that a signature covers.
fn parts<'a>(file: &File<'a>, cover: Option<&Cover>) -> Vec<&'a [u8]> {
    cover.map_or(Vec::new(), |cover| {
        [0..cover.gap_from, cover.gap_to..cover.end].map(|range| file.bytes.get(range).unwrap_or_default()).to_vec()
    })
}

/// Holds the signature's value against the bytes that it covers. Without proper ranges, against nothing.
fn read_value(
    file: &File<'_>,
    site: &Site,
    cover: Option<&Cover>,
    trust: &Trust,
    at: DateTime,
) -> Result<(Option<CmsVerdict>, bool, Vec<Fault>), PdfError> {
    let unreadable = |why: &str| (None, true, vec![Fault::Unreadable { why: why.to_owned() }]);
    match file.at(&site.dict, "SubFilter")?.as_name() {
        Some(b"ETSI.CAdES.detached" | b"adbe.pkcs7.detached") => {}
        other => {
            let kind = String::from_utf8_lossy(other.unwrap_or(b"no kind")).into_owned();
            return Ok(unreadable(&format!("it is of the kind {kind}, which is not supported")));
        }
    }
    let Some((value, padding_zero)) = site.value() else { return Ok(unreadable("it is no DER value")) };
    Ok(match cms::verify_parts(value, &parts(file, cover), trust, at) {
        Ok(verdict) => (Some(verdict), padding_zero, Vec::new()),
        Err(why) => (None, padding_zero, vec![Fault::Unreadable { why: why.to_string() }]),
    })
}

fn trailing(file: &File<'_>) -> Trailing {
    let rest = file.bytes.get(file.end..).unwrap_or_default();
    let bytes = rest.len();
    let mut lines = rest.split(|byte| matches!(byte, b'\r' | b'\n')).map(<[u8]>::trim_ascii);
    if rest.iter().all(u8::is_ascii_whitespace) {
        Trailing::Nothing
    } else if lines.all(|line| line.is_empty() || line.starts_with(b"%")) {
        Trailing::Comment { bytes }
    } else {
        Trailing::Unknown { bytes }
    }
}
