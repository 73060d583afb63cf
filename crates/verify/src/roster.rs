//! A roster file's bytes and trusted roots to the roster, if one of these roots signed it.

use crate::identity::fingerprint;
use crate::moment::date_time;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::id::Digest;
use countersign_core::roster::{Roster, RosterError, RosterFile};
use countersign_core::time::Timestamp;
use countersign_pades::{Trust, cms};

/// A roster that a trusted root signed.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// What it says.
    pub roster: Roster,
    /// SHA-256 of its signed bytes.
    pub sha256: Digest,
    /// The root that signed it, for people.
    pub root: String,
}

/// Why a roster is not believed.
#[derive(Debug, thiserror::Error)]
pub enum NotAccepted {
    /// It cannot be read.
    #[error("{0}")]
    Roster(#[from] RosterError),
    /// It was changed, or never signed.
    #[error("The roster is not as it was signed: {0}.")]
    Signature(String),
    /// Another than a trusted root signed it.
    #[error("The roster was signed by {signer} ({fingerprint}), which is none of the trusted roots.")]
    NotARoot {
        /// Who signed it.
        signer: String,
        /// SHA-256 of the signer's certificate.
        fingerprint: Digest,
    },
}

/// Reads a roster file and holds its signature against the trusted roots.
///
/// # Errors
/// [`NotAccepted`] when it is no roster, was changed, or was signed by anybody but a trusted root that may issue certificates.
pub fn open(text: &str, trust: &Trust, now: Timestamp) -> Result<Accepted, NotAccepted> {
    let (file, roster) = RosterFile::read(text)?;
    let wrong = |why: &str| NotAccepted::Signature(why.to_owned());
    let signature = BASE64.decode(&file.signature).map_err(|_| wrong("its signature is not Base64"))?;
    let at = date_time(roster.at.unwrap_or(now)).ok_or_else(|| wrong("it states a time that no certificate can"))?;
    let verdict = cms::verify(&signature, file.roster.as_bytes(), trust, at).map_err(|why| wrong(&why.to_string()))?;
    if !verdict.digest_ok || !verdict.signature_ok {
        return Err(wrong("it was changed, or another key signed it"));
    }
    let root = &verdict.signer;
    if !root.is_authority() || !trust.trusted().contains(root) || !verdict.chain.is_trusted() {
        return Err(NotAccepted::NotARoot { signer: root.common_name(), fingerprint: fingerprint(root) });
    }
    Ok(Accepted { roster, sha256: Digest::of(file.roster.as_bytes()), root: root.common_name() })
}
