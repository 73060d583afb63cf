//! Events: the one truth of a record. Everything else is computed from them.
//!
//! **Do not change the names, order or meaning of what is serialised here:** the canonical bytes of an event are hashed,
//! signed and kept for years. New facts are new optional members or new kinds. Keys, storage and clocks are elsewhere.

use super::answer::{Answer, Outcome, Person};
use super::gate::Way;
use super::handover::SignedBaton;
use super::header::Header;
use super::incident::Incident;
use super::moment::Around;
use super::observation::{Also, Observation};
use super::rounds::Cause;
use super::sign_off::SignOff;
use super::since::Since;
use crate::checklist::{Correction, ProbeOffer};
use crate::id::{Digest, ItemId, ProbeId, RecordId};
use crate::mask::Masked;
use crate::roster::RosterSaid;
use crate::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the event format that this code writes.
pub const FORMAT: u32 = 1;

/// One thing that happened in a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Format version, [`FORMAT`].
    pub v: u32,
    /// The record.
    pub record: RecordId,
    /// The events that this one was written in knowledge of; none for the first. On one laptop they form a chain.
    pub parents: Vec<Digest>,
    /// Wall clock when it was written.
    pub at: Timestamp,
    /// Milliseconds of a clock that never goes back while the computer runs; only differences mean something.
    pub mono: u64,
    /// Who wrote it.
    pub author: Author,
    /// The secrets that were masked before it was written: in its words, or in the file that it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<Masked>,
    /// What happened.
    pub body: Body,
}

/// Who wrote an event: the installation, which signs it, and the person at its keyboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// SHA-256 of the installation's public key (SEC 1, uncompressed).
    pub installation: Digest,
    /// Program and version.
    pub app: String,
    /// The person who was using it.
    pub person: Person,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// The record began. Always the first event.
    Started(Box<Started>),
    /// An item was answered, or answered anew.
    Answered {
        /// Which item.
        item: ItemId,
        /// The answer.
        answer: Answer,
        /// Who did it, if not the person who wrote it down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Person>,
        /// Why: not applicable, skipped, blocked, or corrected.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A note.
    Noted {
        /// The item it is about; none: the whole record.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<ItemId>,
        /// The note.
        text: String,
    },
    /// A file was added as evidence.
    Attached {
        /// The item it belongs to; none: the whole record.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<ItemId>,
        /// The file.
        file: FileFact,
    },
    /// A link was added as evidence.
    Linked {
        /// The item it belongs to; none: the whole record.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<ItemId>,
        /// Where it leads: `http` or `https`.
        url: String,
        /// What is there, in a few words; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
    },
    /// An item that the checklist does not have was added on the spot.
    ItemAdded {
        /// Its identity.
        item: ItemId,
        /// The section it stands in, as an index into the template's sections.
        section: usize,
        /// What it asks.
        label: String,
    },
    /// A person allowed probes to connect to a host.
    HostAllowed {
        /// Host and, if not the scheme's own, port: `api.example.com`, `127.0.0.1:8080`.
        host: String,
        /// What was allowed beside asking it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        also: Option<Also>,
    },
    /// A probe ran.
    Observed {
        /// What it measured.
        observation: Box<Observation>,
    },
    /// A probe was due and could not be executed, because this computer had no network. Neither passed nor failed.
    Deferred {
        /// Which probe.
        probe: ProbeId,
        /// When it was due.
        due: Timestamp,
        /// Why it was not executed.
        reason: String,
    },
    /// A person judged what a probe measured.
    Judged {
        /// The event that holds the observation.
        observation: Digest,
        /// Accepted, or disputed.
        accepted: bool,
        /// Why; required to dispute.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A person knows that a probe found something wrong, and why. The finding stays.
    Acknowledged {
        /// The event that holds the observation.
        observation: Digest,
        /// What is known of it.
        reason: String,
    },
    /// Probes that the checklist does not have were added on the spot, from a file of definitions.
    ProbesAdded {
        /// The file's name.
        source: String,
        /// SHA-256 of its bytes.
        sha256: Digest,
        /// The probes.
        probes: Vec<ProbeOffer>,
        /// What of the file did not fit, each with its line and why.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        left: Vec<String>,
    },
    /// A person signed.
    SignedOff {
        /// The statement and its signature.
        sign_off: Box<SignOff>,
        /// What the organisation's roster said of the signer, where the installation had one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        roster: Option<Box<RosterSaid>>,
    },
    /// Somebody was asked for a signature by file: the state as it stands here is what they are shown.
    SignOffAsked {
        /// Who was asked; none: whoever has the role.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<Person>,
        /// In which role; none: the signer's choice.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<String>,
    },
    /// The work ended.
    Closed {
        /// How.
        outcome: Outcome,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<String>,
    },
    /// A closed record was opened again.
    Reopened {
        /// Why.
        reason: String,
    },
    /// The record does not count. It stays listed, and its number stays taken.
    Voided {
        /// Why.
        reason: String,
    },
    /// A report was made of the record as it stood at this event's parents, and certified.
    Reported {
        /// SHA-256 of the base revision, before any signature.
        base: Digest,
        /// The signature fields that it has, in signing order.
        fields: Vec<String>,
    },
    /// The baseline was frozen: later values are compared with these.
    BaselineFrozen {
        /// The values as they stood.
        values: Vec<BaselineValue>,
        /// Items of the baseline that had none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        missing: Vec<ItemId>,
    },
    /// The deployment went on without a baseline.
    BaselineWaived {
        /// Why.
        reason: String,
    },
    /// A round was taken.
    RoundTaken {
        /// The section that states the schedule, as an index into the template's sections.
        section: usize,
        /// Which slot of it, from 1.
        number: u32,
        /// When it was due.
        due: Timestamp,
        /// What was entered.
        values: BTreeMap<ItemId, Answer>,
        /// Who looked, if not the person who wrote it down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Person>,
        /// Why late, or why changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A round was not taken while it was due.
    RoundMissed {
        /// The section that states the schedule, as an index into the template's sections.
        section: usize,
        /// Which slot of it, from 1.
        number: u32,
        /// When it was due.
        due: Timestamp,
        /// Why, as far as the computer knows.
        cause: Cause,
        /// What the computer knows.
        evidence: String,
    },
    /// The wall clock jumped against the monotonic one.
    ClockJumped {
        /// How far, in milliseconds; negative: back.
        by: i64,
    },
    /// What the computer knew around the record: right before the deploy tick, and when the record began and was closed.
    Around {
        /// Local time, holiday, other open records.
        around: Around,
    },
    /// A person decided at a gate, or about the deployment as a whole.
    Decided {
        /// The gate; none: the deployment as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gate: Option<ItemId>,
        /// What.
        way: Way,
        /// What the numbers proposed at that moment.
        proposed: Way,
        /// What was looked at, with the values put in.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        saw: Vec<String>,
        /// Who decided, if not the person who wrote it down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Person>,
        /// Why; always there if it was less careful than proposed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The record goes the fast path of an emergency from here on.
    Emergency {
        /// Why.
        reason: String,
    },
    /// How to reach somebody was written down. The words lie beside the event, so that a copy can leave them out.
    ContactGiven {
        /// Which item.
        item: ItemId,
        /// SHA-256 of what lies beside.
        aside: Digest,
        /// Who gave it, if not the person who wrote it down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Person>,
        /// Why it was changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A person goes, and says what the next one is to know.
    HandedOver {
        /// The baton and its signature.
        handover: Box<SignedBaton>,
    },
    /// The next person has come.
    TakenOver {
        /// The event of the handover.
        handover: Digest,
    },
    /// An incident, as it is known.
    Incident {
        /// Which, from 1.
        number: u32,
        /// The whole of it.
        incident: Box<Incident>,
    },
    /// A kind that this version does not know. Its bytes are kept, hashed and shown; it changes nothing.
    #[serde(untagged)]
    Unknown(serde_json::Map<String, serde_json::Value>),
}

/// A value of the baseline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaselineValue {
    /// The measurement's name, as conditions ask for it: `error_rate`, `latency.p95`.
    pub name: String,
    /// The item that it was entered for.
    pub item: ItemId,
    /// The value with its unit.
    pub value: String,
}

/// The facts that a record begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// Gapless on one installation, from 1.
    pub number: u32,
    /// The checklist, whole: editing the file later changes nothing here.
    pub checklist: ChecklistFile,
    /// Release, environment, people, window.
    pub header: Header,
    /// A rehearsal can never pass as live.
    pub rehearsal: bool,
    /// What changed in the checklist since the last record by an earlier version of it, as it was shown and acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
}

/// A checklist's file as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChecklistFile {
    /// File name, without folders.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its bytes.
    pub content: Content,
    /// What a person corrected in the reading of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
}

/// Bytes in JSON: as text where they are UTF-8, so that people can read the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// UTF-8.
    Text(String),
    /// Base64 (RFC 4648, section 4) of other bytes.
    Base64(String),
}

impl Content {
    /// Wraps bytes.
    pub fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Base64(BASE64.encode(bytes)),
        }
    }

    /// The bytes; none if the Base64 is damaged.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.clone().into_bytes()),
            Self::Base64(text) => BASE64.decode(text).ok(),
        }
    }
}

/// A file that was added; its bytes are kept by their hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFact {
    /// File name, without folders.
    pub name: String,
    /// Media type (RFC 6838).
    pub media_type: String,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of a small picture of it, a JPEG that lies beside the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Digest>,
}

/// Says why bytes are not an event.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The bytes are not an event's JSON.
    #[error("An event cannot be read: {0}. The record was damaged or written by something else.")]
    Damaged(#[from] serde_json::Error),
    /// A known kind of event whose members do not fit.
    #[error(
        "An event of the kind «{0}» has members that do not fit. The record was damaged or written by something else."
    )]
    Malformed(String),
}

impl Event {
    /// The bytes that are hashed, signed and stored: JSON in canonical form (RFC 8785).
    pub fn canonical(&self) -> Result<Vec<u8>, EventError> {
        Ok(serde_json_canonicalizer::to_vec(self)?)
    }

    /// Reads an event from its stored bytes.
    pub fn read(bytes: &[u8]) -> Result<Self, EventError> {
        // By way of text, as everything else is read: one reader fewer in the window's bundle.
        let text = std::str::from_utf8(bytes).map_err(<serde_json::Error as serde::de::Error>::custom)?;
        let event: Self = serde_json::from_str(text)?;
        match &event.body {
            Body::Unknown(members) if members.get("kind").and_then(|kind| kind.as_str()).is_none_or(Body::knows) => {
                let kind = members.get("kind").map(ToString::to_string).unwrap_or_default();
                Err(EventError::Malformed(kind))
            }
            _ => Ok(event),
        }
    }
}

impl Body {
    /// The item that it is about, if it is about one.
    pub fn item(&self) -> Option<&ItemId> {
        match self {
            Self::Answered { item, .. } | Self::ContactGiven { item, .. } | Self::ItemAdded { item, .. } => Some(item),
            Self::Noted { item, .. } | Self::Attached { item, .. } | Self::Linked { item, .. } => item.as_ref(),
            Self::Decided { gate, .. } => gate.as_ref(),
            Self::Observed { observation } => observation.item.as_ref(),
            _ => None,
        }
    }

    /// The SHA-256 of what lies beside the event, if something does.
    pub fn aside(&self) -> Option<Digest> {
        match self {
            Self::ContactGiven { aside, .. } => Some(*aside),
            Self::Attached { file, .. } => file.preview,
            _ => None,
        }
    }
}
