//! Keys and roots. A passphrase travels as a [`Secret`] and is kept nowhere.

use crate::id::{Digest, KeyId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A key on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySummary {
    /// Identity.
    pub id: KeyId,
    /// Whose.
    pub name: String,
    /// E-mail address, if the certificate has one.
    pub email: Option<String>,
    /// Who issued the certificate.
    pub issuer: String,
    /// SHA-256 of the certificate.
    pub fingerprint: Digest,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until.
    pub not_after: Timestamp,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// From when on it no longer counts, if it was revoked.
    #[serde(default)]
    pub revoked: Option<Timestamp>,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPurpose {
    /// A person signs with it.
    Person,
    /// The organisation issues certificates with it.
    Root,
    /// The installation signs events and certifies reports with it.
    Installation,
}

/// Make the organisation's root, for teams that have none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MakeRoot {
    /// The organisation's name.
    pub organisation: String,
    /// Protects its key.
    pub passphrase: Secret,
}

/// Make a person's key, with a certificate from the organisation's root.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MakeKey {
    /// Whose.
    pub name: String,
    /// E-mail address; may be empty.
    pub email: String,
    /// Protects the key; known to its person only.
    pub passphrase: Secret,
    /// Of the organisation's root.
    pub root_passphrase: Secret,
}

/// Take over an existing key from a PKCS#12 file (RFC 7292).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportKey {
    /// Path of the file.
    pub path: String,
    /// Its passphrase, which also protects it here.
    pub passphrase: Secret,
}

/// Why a key no longer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeReason {
    /// The key or its passphrase is lost; nobody else has it.
    Lost,
    /// Somebody else may have it.
    Stolen,
    /// The person left, or has another position.
    Left,
    /// Another key stands in its place.
    Replaced,
}

impl RevokeReason {
    /// All reasons, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Lost, Self::Stolen, Self::Left, Self::Replaced];

    /// The word for it, which is also what the command line takes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::Left => "left",
            Self::Replaced => "replaced",
        }
    }

    /// Reads [`Self::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word.trim())
    }
}

/// Revoke a certificate: the organisation's root signs a revocation list that names it. What was signed before holds on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RevokeKey {
    /// Whose: name, e-mail address, or the beginning of the certificate's SHA-256.
    pub who: String,
    /// Why.
    pub reason: RevokeReason,
    /// From when on it no longer counts; none: from now on.
    pub since: Option<Timestamp>,
    /// Of the organisation's root.
    pub root_passphrase: Secret,
}

/// Make a person a new key in place of the one they have, and revoke that one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RotateKey {
    /// Whose: name, e-mail address, or the beginning of the certificate's SHA-256.
    pub who: String,
    /// Protects the new key.
    pub passphrase: Secret,
    /// Of the organisation's root.
    pub root_passphrase: Secret,
}

/// The roster that this computer goes by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RosterStatus {}

/// Take over a roster that the organisation's root signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportRoster {
    /// Path of the file.
    pub path: String,
    /// Path of the certificates and revocation lists that are to be trusted from now on (PEM); none: those that are known here.
    pub trust: Option<String>,
}

/// A roster, in lines to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterReply {
    /// «Orders, issue 3 of 2026-01-31 09:30:00 UTC»; empty: there is none.
    pub title: String,
    /// For each person: name, roles, certificates.
    pub people: Vec<(String, String, String)>,
    /// What is to be seen to, in sentences.
    pub warnings: Vec<String>,
}

/// Write the certificates that reports of this installation are to be trusted by, as PEM.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportRoots {
    /// Where to.
    pub path: String,
}

/// A text that is never shown.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
