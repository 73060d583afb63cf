//! The log of a record: events in their stored bytes, chained by hash and signed by the installation that wrote them.
//! Making signatures needs a secret and happens elsewhere; checking them needs only this.

use super::event::{Body, Content, Event, EventError};
use crate::id::{Digest, RecordId};
use crate::report::Paper;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

/// An event with the bytes that were hashed and signed. The bytes are the truth; `event` is their reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// SHA-256 of `bytes`.
    pub id: Digest,
    /// Canonical JSON (RFC 8785).
    pub bytes: Vec<u8>,
    /// ECDSA P-256 over SHA-256 of `bytes` by the installation's key: r and s, 32 bytes each (IEEE P1363).
    pub signature: Vec<u8>,
    /// The reading of `bytes`.
    pub event: Event,
    /// What lies beside the event, which names it by its hash; none if nothing does, or if this copy leaves it out.
    pub aside: Option<Vec<u8>>,
}

impl Entry {
    /// Reads an event from its stored bytes. Whether the signature is right is asked with [`check`].
    pub fn read(bytes: Vec<u8>, signature: Vec<u8>) -> Result<Self, EventError> {
        Ok(Self { id: Digest::of(&bytes), event: Event::read(&bytes)?, bytes, signature, aside: None })
    }
}

/// An installation's public key: a point on P-256 (SEC 1, uncompressed).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallationKey(Vec<u8>);

impl InstallationKey {
    /// Wraps the point's bytes.
    pub fn new(sec1: Vec<u8>) -> Self {
        Self(sec1)
    }

    /// What events name it by.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

/// A record as one file: what the report has inside, and what travels to another computer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    /// Always `countersign-record`.
    pub format: String,
    /// Format version, 1.
    pub v: u32,
    /// Program and version that wrote it.
    pub app: String,
    /// The record.
    pub record: RecordId,
    /// Public keys of the installations that wrote events, in Base64.
    pub installations: Vec<String>,
    /// The log in order.
    pub events: Vec<BundledEvent>,
    /// How the pages around it were set, where that is not the usual way.
    #[serde(default, skip_serializing_if = "PageSetting::is_usual")]
    pub pages: PageSetting,
}

/// How the pages of a report were set, besides what the record says: A4 and the bundled faces are the usual way. Whoever sets them
/// again needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageSetting {
    /// On which paper.
    pub paper: Paper,
    /// The fonts besides the bundled ones, in the order in which they were asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fonts: Vec<FontUsed>,
    /// Characters that no font had, as `U+0917`; the pages show each as `[U+0917]`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// A font of the computer that set the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FontUsed {
    /// The file's name.
    pub name: String,
    /// SHA-256 of the file.
    pub sha256: Digest,
}

impl PageSetting {
    /// A4, bundled faces, and a glyph for every character.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// An event in a [`Bundle`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundledEvent {
    /// SHA-256 of the text's bytes.
    pub id: Digest,
    /// The installation's signature, in Base64.
    pub signature: String,
    /// The event's canonical JSON as text, byte for byte.
    pub event: String,
    /// What lies beside it, if something does and this copy has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<Content>,
}

impl BundledEvent {
    /// Wraps an event.
    pub fn of(entry: &Entry) -> Result<Self, std::string::FromUtf8Error> {
        Ok(Self {
            id: entry.id,
            signature: BASE64.encode(&entry.signature),
            event: String::from_utf8(entry.bytes.clone())?,
            aside: entry.aside.as_deref().map(Content::of),
        })
    }
}

/// What is wrong with a log.
#[derive(Debug, thiserror::Error)]
pub enum LogFault {
    /// It has no events.
    #[error("The log is empty.")]
    Empty,
    /// The bundle is of another format or a newer version.
    #[error("This is not a record bundle of version 1.")]
    Format,
    /// An event cannot be read.
    #[error("Event {at}: {source}")]
    Event {
        /// 1-based place in the log.
        at: usize,
        /// What is wrong with it.
        source: EventError,
    },
    /// A part of the bundle is not Base64.
    #[error("Event {at}: its signature, or what lies beside it, is not Base64.")]
    Encoding {
        /// 1-based place in the log.
        at: usize,
    },
    /// The stated hash is not the hash of the bytes.
    #[error("Event {at} was changed: its bytes no longer give its hash.")]
    Hash {
        /// 1-based place in the log.
        at: usize,
    },
    /// An event is missing before this one, or the order was changed.
    #[error("The chain is broken before event {at}: an event is missing, or the order was changed.")]
    Chain {
        /// 1-based place in the log.
        at: usize,
    },
    /// What lies beside an event is not what the event names.
    #[error("What lies beside event {at} was changed: it no longer gives the hash that the event names.")]
    Aside {
        /// 1-based place in the log.
        at: usize,
    },
    /// The event belongs to another record.
    #[error("Event {at} belongs to another record.")]
    Foreign {
        /// 1-based place in the log.
        at: usize,
    },
    /// The installation that wrote it is not among the keys.
    #[error("Event {at} was written by an installation whose key is not there.")]
    UnknownInstallation {
        /// 1-based place in the log.
        at: usize,
    },
    /// The signature is not that of the installation.
    #[error("The signature of event {at} is not that of the installation that it names.")]
    Signature {
        /// 1-based place in the log.
        at: usize,
    },
}

/// Checks hashes, chain and signatures of a whole log.
pub fn check(log: &[Entry], keys: &[InstallationKey]) -> Result<(), LogFault> {
    let first = log.first().ok_or(LogFault::Empty)?;
    let mut before: Vec<Digest> = Vec::new();
    for (at, entry) in (1..).zip(log) {
        if entry.id != Digest::of(&entry.bytes) {
            return Err(LogFault::Hash { at });
        }
        if entry.aside.as_deref().is_some_and(|aside| entry.event.body.aside() != Some(Digest::of(aside))) {
            return Err(LogFault::Aside { at });
        }
        if entry.event.record != first.event.record {
            return Err(LogFault::Foreign { at });
        }
        if entry.event.parents != before {
            return Err(LogFault::Chain { at });
        }
        before = vec![entry.id];
        let key = keys.iter().find(|key| key.digest() == entry.event.author.installation);
        let key = key.ok_or(LogFault::UnknownInstallation { at })?;
        signed_by(key, &entry.bytes, &entry.signature).ok_or(LogFault::Signature { at })?;
    }
    Ok(())
}

fn signed_by(key: &InstallationKey, bytes: &[u8], signature: &[u8]) -> Option<()> {
    let key = VerifyingKey::from_sec1_bytes(&key.0).ok()?;
    key.verify(bytes, &Signature::from_slice(signature).ok()?).ok()
}

impl Bundle {
    /// Wraps a log.
    pub fn of(log: &[Entry], keys: &[InstallationKey], app: &str) -> Result<Self, LogFault> {
        let first = log.first().ok_or(LogFault::Empty)?;
        let text = |(at, entry): (usize, &Entry)| BundledEvent::of(entry).map_err(|_| LogFault::Hash { at });
        Ok(Self {
            format: "countersign-record".to_owned(),
            v: 1,
            app: app.to_owned(),
            record: first.event.record.clone(),
            installations: keys.iter().map(|key| BASE64.encode(&key.0)).collect(),
            events: (1..).zip(log).map(text).collect::<Result<_, LogFault>>()?,
            pages: PageSetting::default(),
        })
    }

    /// Reads the log and checks all of it.
    pub fn open(&self) -> Result<Vec<Entry>, LogFault> {
        if self.format != "countersign-record" || self.v != 1 {
            return Err(LogFault::Format);
        }
        let mut log = Vec::with_capacity(self.events.len());
        for (at, bundled) in (1..).zip(&self.events) {
            let signature = BASE64.decode(&bundled.signature).map_err(|_| LogFault::Encoding { at })?;
            let entry = Entry::read(bundled.event.clone().into_bytes(), signature);
            let mut entry = entry.map_err(|source| LogFault::Event { at, source })?;
            let aside = bundled.aside.as_ref().map(|aside| aside.bytes().ok_or(LogFault::Encoding { at }));
            entry.aside = aside.transpose()?;
            if entry.id != bundled.id {
                return Err(LogFault::Hash { at });
            }
            log.push(entry);
        }
        check(&log, &self.keys())?;
        Ok(log)
    }

    /// The keys of the installations that it names. Who they belong to is not known from the bundle.
    pub fn keys(&self) -> Vec<InstallationKey> {
        self.installations.iter().filter_map(|key| BASE64.decode(key).ok()).map(InstallationKey).collect()
    }
}

/// The log without how to reach people, as a copy for others has it. Chain and signatures hold as before.
pub fn without_contacts(log: &[Entry]) -> Vec<Entry> {
    let mut copy = log.to_vec();
    for entry in copy.iter_mut().filter(|entry| matches!(entry.event.body, Body::ContactGiven { .. })) {
        entry.aside = None;
    }
    copy
}
