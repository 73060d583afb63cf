//! A report's bytes and trusted certificates to five verdicts: integrity, identity, time, completeness, policy.
//!
//! The same code runs in the command line, in the window, and as WebAssembly in the page for auditors. Deliberately not in
//! it: files, network, clocks (the moment is an argument), any installation of ours, and whom to trust (the caller says).

mod completeness;
mod identity;
mod inside;
mod integrity;
pub mod moment;
mod policy;
pub mod roster;
mod time;

pub use identity::fingerprint;
pub use time::words as time_words;

use countersign_core::id::Digest;
use countersign_core::record::log::FontUsed;
use countersign_core::time::Timestamp;
use countersign_core::verdict::{Holds, SignatureFact, Verdict, Verification};
use countersign_pades::verify::{IdentityVerdict, Inspection, Kind, SignatureFacts, inspect};
use countersign_pades::{Certificate, PdfError, Trust};

/// The program and its version, as bundles name it. Pages that this very version made can be compared byte for byte.
pub const APP: &str = concat!("countersign ", env!("CARGO_PKG_VERSION"));

/// The largest report that is taken, in bytes.
pub const LIMIT: usize = countersign_pades::MAX_FILE_BYTES;

/// Gives the bytes of a font that a report names, if it is there.
pub type FontFinder<'a> = dyn Fn(&FontUsed) -> Option<Vec<u8>> + 'a;

/// Why there are no verdicts.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is no PDF that anybody has signed.
    #[error("{0}.")]
    Pdf(#[from] PdfError),
    /// The moment lies beyond what certificates can state.
    #[error("The clock shows {0}, which certificates cannot state; set it right.")]
    Moment(Timestamp),
}

/// Verifies a report's bytes, as of `now`. `name` is only repeated in the answer.
///
/// # Errors
/// When the file cannot be read as a PDF and has no signature to judge. A signed file that somebody has damaged is no error: its
/// integrity does not hold.
pub fn verify(name: &str, pdf: &[u8], trust: &Trust, now: Timestamp) -> Result<Verification, Error> {
    verify_with(name, pdf, trust, (None, &|_| None), now)
}

/// As [`verify`], with the fonts of this computer, for reports whose pages are set in more than the bundled faces; and holds the
/// signers against a roster: whoever is not in it, in the role that they signed in, is not known.
///
/// # Errors
/// As [`verify`].
pub fn verify_with(
    name: &str,
    pdf: &[u8],
    trust: &Trust,
    (roster, fonts): (Option<&roster::Accepted>, &FontFinder<'_>),
    now: Timestamp,
) -> Result<Verification, Error> {
    let at = moment::date_time(now).ok_or(Error::Moment(now))?;
    let found = match inspect(pdf, trust, at) {
        Ok(found) => found,
        Err(why) if was_signed(pdf) => return Ok(unreadable(name, pdf, &why)),
        Err(why) => return Err(why.into()),
    };
    let inside = inside::read(&found);
    let whole = inside.as_ref().ok();
    let integrity = integrity::verdict(pdf, &found, &inside, fonts);
    let identity = identity::verdict(&found, whole, trust, roster);
    let time = time::verdict(&found, whole, now);
    let completeness = completeness::verdict(&found, &inside);
    let policy = policy::verdict(whole);
    let verdicts = [&integrity, &identity, &time, &completeness, &policy];
    Ok(Verification {
        file: name.to_owned(),
        sha256: Digest::of(pdf),
        holds: verdicts.iter().all(|verdict| verdict.outcome == Holds::Yes),
        integrity,
        identity,
        time,
        completeness,
        policy,
        signatures: found.signatures.iter().map(|one| signature_fact(one, &found)).collect(),
        record: whole.map(inside::fact),
    })
}

/// The record inside a report, held against its own hashes and signatures. Who signed the report is not asked here.
///
/// # Errors
/// A sentence, when there is no such record or it does not hold.
pub fn record_inside(pdf: &[u8]) -> Result<countersign_core::record::View, String> {
    let found = inspect(pdf, &Trust::none(), countersign_pades::DateTime::INFINITY).map_err(|why| format!("{why}."))?;
    Ok(inside::read(&found)?.view)
}

/// The bytes speak of a signature, whatever became of the rest.
fn was_signed(pdf: &[u8]) -> bool {
    pdf.windows(b"/ByteRange".len()).any(|window| window == b"/ByteRange")
}

fn unreadable(name: &str, pdf: &[u8], why: &PdfError) -> Verification {
    let said = format!("The file was signed, and cannot be read any more: {why}.");
    let unknown = || Verdict { outcome: Holds::Unknown, reasons: vec!["The file cannot be read.".to_owned()] };
    Verification {
        file: name.to_owned(),
        sha256: Digest::of(pdf),
        holds: false,
        integrity: Verdict { outcome: Holds::No, reasons: vec![said] },
        identity: unknown(),
        time: unknown(),
        completeness: unknown(),
        policy: unknown(),
        signatures: Vec::new(),
        record: None,
    }
}

fn signature_fact(signature: &SignatureFacts, found: &Inspection) -> SignatureFact {
    let over = (signature.kind == Kind::Timestamp).then(|| "time stamp over the document".to_owned());
    SignatureFact {
        field: signature.field.clone(),
        signer: signature.signer.as_ref().map(Certificate::common_name).unwrap_or_default(),
        issuer: signature.signer.as_ref().map(Certificate::issuer).unwrap_or_default(),
        reason: over.or_else(|| signature.reason.clone()).unwrap_or_default(),
        at: signature.claimed_at.map(moment::timestamp),
        proven: found.proven(signature).map(|stamp| moment::timestamp(stamp.at)),
        intact: signature.faults.is_empty(),
        trusted: matches!(signature.identity(), IdentityVerdict::Known { .. }),
        problems: signature.faults.iter().map(ToString::to_string).collect(),
    }
}

/// The signatures' names, for messages about all of them.
fn any_signature(found: &Inspection) -> bool {
    !found.signatures.is_empty()
}
