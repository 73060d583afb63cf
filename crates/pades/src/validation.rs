//! Validation data in a document (DSS, ETSI EN 319 142-1 section 5.4.2): certificates and what their issuers said of them,
//! so that it can be verified when those are no longer to be asked (PAdES B-LT).
//!
//! Nothing in it is believed for standing there: a certificate has to lead to a root, a list has to be signed by its issuer.
//! OCSP answers are carried for other programs, and not read here.

use std::collections::BTreeSet;

use crate::certificate::Certificate;
use crate::crypto::sha256;
use crate::pdf::object::Stream;
use crate::pdf::update::Update;
use crate::pdf::{Dict, File, Object, PdfError};
use crate::seal::SealError;
use crate::trust::Trust;

/// The most entries of each kind that are looked at.
const MAX_ENTRIES: usize = 256;
const KINDS: [&str; 3] = ["Certs", "CRLs", "OCSPs"];

/// Certificates and what their issuers said of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Validation {
    /// Certificates between signers and roots, those of time-stamp authorities included.
    pub certificates: Vec<Certificate>,
    /// Revocation lists in DER (RFC 5280 section 5).
    pub crls: Vec<Vec<u8>>,
    /// OCSP answers in DER (RFC 6960 section 4.2).
    pub ocsps: Vec<Vec<u8>>,
}

impl Validation {
    /// Nothing at all.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.crls.is_empty() && self.ocsps.is_empty()
    }

    /// What is in a document. Entries that are damaged are passed over: they prove nothing.
    pub(crate) fn read(file: &File<'_>) -> Result<Self, PdfError> {
        let Object::Dict(dss) = file.at(&file.catalog()?, "DSS")? else { return Ok(Self::default()) };
        let certificates = entries(file, &dss, "Certs")?;
        Ok(Self {
            certificates: certificates.iter().filter_map(|der| Certificate::from_der(der).ok()).collect(),
            crls: entries(file, &dss, "CRLs")?,
            ocsps: entries(file, &dss, "OCSPs")?,
        })
    }

    /// The same trust, with what is in the document to find and to refuse paths by.
    pub(crate) fn beside(&self, trust: &Trust) -> Trust {
        let trust = trust.clone().with_intermediates(self.certificates.clone());
        self.crls.iter().fold(trust, |trust, crl| trust.clone().with_crl(crl).unwrap_or(trust))
    }
}

fn entries(file: &File<'_>, dss: &Dict, kind: &str) -> Result<Vec<Vec<u8>>, PdfError> {
    let Object::Array(list) = file.at(dss, kind)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for one in list.iter().take(MAX_ENTRIES) {
        if let Object::Stream(stream) = file.resolve(one)? {
            found.push(file.decode(&stream)?);
        }
    }
    Ok(found)
}

/// Adds validation data behind a document. What is in it already is not added once more; if nothing is new, the document comes
/// back as it is.
///
/// # Errors
/// [`SealError::NotSigned`] when nobody has signed the document; [`SealError`] when it cannot be read.
pub fn add_validation(pdf: &[u8], more: &Validation) -> Result<Vec<u8>, SealError> {
    let file = File::open(pdf)?;
    let rest = file.bytes.get(file.end..).unwrap_or_default();
    if rest.iter().any(|byte| !byte.is_ascii_whitespace()) {
        return Err(SealError::TrailingBytes { bytes: rest.len() });
    }
    if crate::fields::read(&file)?.iter().all(|one| one.value.is_none()) {
        return Err(SealError::NotSigned);
    }
    let mut catalog = file.catalog()?;
    let own = catalog.get("DSS").and_then(Object::as_ref);
    let mut dss = match file.at(&catalog, "DSS")? {
        Object::Dict(dss) => dss,
        _ => Dict::default().with("Type", Object::name("DSS")),
    };
    let mut update = Update::new(&file)?;
    let certificates = more.certificates.iter().map(|one| one.der().to_vec()).collect();
    let mut news = false;
    for (kind, wanted) in KINDS.into_iter().zip([certificates, more.crls.clone(), more.ocsps.clone()]) {
        let fresh = missing(&file, &dss, kind, wanted)?;
        let mut listed = match file.at(&dss, kind)? {
            Object::Array(listed) => listed,
            _ => Vec::new(),
        };
        for der in fresh {
            let id = update.fresh()?;
            update.put(id, &Object::Stream(Stream { dict: Dict::default(), data: der }));
            listed.push(Object::Ref(id));
            news = true;
        }
        if !listed.is_empty() {
            dss.set(kind, Object::Array(listed));
        }
    }
    if !news {
        return Ok(pdf.to_vec());
    }
    match own {
        Some(id) => update.put(id, &Object::Dict(dss)),
        None => {
            let id = update.fresh()?;
            update.put(id, &Object::Dict(dss));
            catalog.set("DSS", Object::Ref(id));
            update.put(file.root()?, &Object::Dict(catalog));
        }
    }
    let mut id = [0u8; 16];
    id.copy_from_slice(sha256(pdf).get(..16).unwrap_or_default());
    Ok(update.finish(id)?)
}

fn missing(file: &File<'_>, dss: &Dict, kind: &str, wanted: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, PdfError> {
    let mut there: BTreeSet<Vec<u8>> = entries(file, dss, kind)?.into_iter().collect();
    Ok(wanted.into_iter().filter(|der| there.insert(der.clone())).collect())
}

/// Whether a catalog's DSS holds validation data and nothing else: lists of plain streams, by the kinds that the standard names.
pub(crate) fn is_plain(file: &File<'_>, dss: &Object) -> Result<bool, PdfError> {
    let Object::Dict(dss) = file.resolve(dss)? else { return Ok(false) };
    for (key, value) in &dss.0 {
        let plain = match key.as_slice() {
            b"Type" => *value == Object::name("DSS"),
            b"Certs" | b"CRLs" | b"OCSPs" => plain_streams(file, value)?,
            b"VRI" => plain_entries(file, value)?,
            _ => false,
        };
        if !plain {
            return Ok(false);
        }
    }
    Ok(true)
}

fn plain_streams(file: &File<'_>, list: &Object) -> Result<bool, PdfError> {
    let Object::Array(list) = file.resolve(list)? else { return Ok(false) };
    for one in &list {
        let plain = match file.resolve(one)? {
            Object::Stream(stream) => {
                stream.dict.0.keys().all(|key| [&b"Length"[..], b"Filter", b"DecodeParms"].contains(&key.as_slice()))
            }
            // No data that counts, but nothing that could be shown or done either.
            Object::Text(_) => true,
            _ => false,
        };
        if !plain {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What belongs to each signature, by the hash of its value.
fn plain_entries(file: &File<'_>, entries: &Object) -> Result<bool, PdfError> {
    let Object::Dict(entries) = file.resolve(entries)? else { return Ok(false) };
    for entry in entries.0.values() {
        let Object::Dict(entry) = file.resolve(entry)? else { return Ok(false) };
        for (key, value) in &entry.0 {
            let plain = match key.as_slice() {
                b"Type" | b"TU" => true,
                b"Cert" | b"CRL" | b"OCSP" => plain_streams(file, value)?,
                b"TS" => matches!(file.resolve(value)?, Object::Stream(_)),
                _ => false,
            };
            if !plain {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
