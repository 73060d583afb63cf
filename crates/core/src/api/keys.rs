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
