//! A record: started, opened, written to, handed over.

use super::{ChecklistSource, Secret};
use crate::checklist::Template;
use crate::id::{Digest, ItemId, KeyId, ProbeId, RecordId};
use crate::record::log::BundledEvent;
use crate::record::{Deviation, Duty, Intent, Person};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Start a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartRecord {
    /// From which checklist.
    pub source: ChecklistSource,
    /// Header facts by key, see [`Header::set`](crate::record::Header::set).
    pub header: Vec<(String, String)>,
    /// As a rehearsal.
    pub rehearsal: bool,
    /// Who starts it.
    pub person: Person,
    /// The changes since this version of the checklist, by its hash, were looked at. Needed where [`ChangesSince`](super::ChangesSince) finds some.
    #[serde(default)]
    pub acknowledged: Option<Digest>,
}

/// Open a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenRecord {
    /// Which.
    pub record: RecordId,
}

/// Reply to [`OpenRecord`]: what [`View::begin`] and [`View::apply`] make a view of.
///
/// [`View::begin`]: crate::record::View::begin
/// [`View::apply`]: crate::record::View::apply
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The reading of the checklist that the first event holds.
    pub template: Arc<Template>,
    /// The log, checked.
    pub events: Vec<BundledEvent>,
}

/// What went otherwise in a record, and which rules of its checklist it keeps.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FindDeviations {
    /// Which.
    pub record: RecordId,
}

/// Reply to [`FindDeviations`].
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Found {
    /// As on page 1 of the report, gravest first.
    pub deviations: Vec<Deviation>,
    /// The rules, each with how it stands.
    pub duties: Vec<Duty>,
}

/// Do something in a record. The reply is the events that were committed; [`View::apply`] brings a view up to date.
///
/// [`View::apply`]: crate::record::View::apply
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Act {
    /// Which record.
    pub record: RecordId,
    /// Who.
    pub person: Person,
    /// What.
    pub intent: Intent,
}

/// Add a file from this computer as evidence.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttachFile {
    /// Which record.
    pub record: RecordId,
    /// Who.
    pub person: Person,
    /// To which item; none: to the record.
    pub item: Option<ItemId>,
    /// Its path.
    pub path: String,
}

/// Add bytes, such as a pasted picture, as evidence.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttachBytes {
    /// Which record.
    pub record: RecordId,
    /// Who.
    pub person: Person,
    /// To which item; none: to the record.
    pub item: Option<ItemId>,
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// The bytes, in Base64.
    pub content: String,
}

/// Read an attachment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadAttachment {
    /// Its hash.
    pub sha256: Digest,
}

/// Reply to [`ReadAttachment`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentReply {
    /// The bytes, in Base64.
    pub content: String,
}

/// Take over what probes measured into the empty fields of the baseline.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FillBaseline {
    /// Which record.
    pub record: RecordId,
    /// Who asks.
    pub person: Person,
}

/// Run probes of a record now, or keep that they could not be executed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunProbes {
    /// Which record.
    pub record: RecordId,
    /// Who asks.
    pub person: Person,
    /// Which; none: all whose host is allowed.
    pub probes: Vec<ProbeId>,
}

/// Stop the probes of a record that run now. What was not through yet is not kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StopProbes {
    /// Which record.
    pub record: RecordId,
}

/// Add the probes of a file to a record: endpoints of Gatus, blackbox targets of Prometheus, an export of Uptime Kuma.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportProbes {
    /// Which record.
    pub record: RecordId,
    /// Who asks.
    pub person: Person,
    /// The file's path.
    pub path: String,
}

/// Hand the watch over: what is open, and which round is next, over the outgoing person's signature.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HandOver {
    /// Which record.
    pub record: RecordId,
    /// Who is using the app.
    pub person: Person,
    /// The outgoing person's key.
    pub key: KeyId,
    /// The key's passphrase.
    pub passphrase: Secret,
    /// Who comes.
    pub to: Person,
    /// What else there is to know.
    pub notes: String,
    /// The newest event that was shown.
    pub head: Digest,
}

/// Keep a record's contacts for the team of its service, or take the team's over into the record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Contacts {
    /// Which record.
    pub record: RecordId,
    /// Who asks.
    pub person: Person,
    /// Which way.
    pub way: ContactsWay,
}

/// Which way contacts go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactsWay {
    /// From the record to the team.
    Keep,
    /// From the team to those of the record's contacts that are empty.
    Take,
}
