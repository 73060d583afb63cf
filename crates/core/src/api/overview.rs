//! What there is on this computer: records, checklists, keys; the register; the network, the person, the copy of the database.

use super::{ChecklistSummary, KeySummary};
use crate::id::RecordId;
use crate::record::{Header, Outcome, Person, Progress};
use crate::register::{Filter, RecordStatus};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What there is: records, checklists, keys, and how this computer stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Overview {}

/// Reply to [`Overview`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverviewReply {
    /// The open records and the newest others, newest first. [`Register`] has all.
    pub records: Vec<RecordSummary>,
    /// Shipped and kept checklists.
    pub checklists: Vec<ChecklistSummary>,
    /// Keys on this computer.
    pub keys: Vec<KeySummary>,
    /// Who is using the app.
    pub person: Option<Person>,
    /// Whether there is a network.
    pub network: NetworkState,
    /// Where the data lies.
    pub data_dir: String,
    /// Program version.
    pub version: String,
    /// The clock of the computer.
    pub now: Timestamp,
}

/// A page of the register: all records of this installation, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Which.
    pub filter: Filter,
    /// Only records with a lower number: the last one of the page before.
    pub before: Option<u32>,
    /// How many at most.
    pub limit: u32,
}

/// Reply to [`Register`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisterReply {
    /// The page.
    pub records: Vec<RecordSummary>,
    /// How many fit the filter in all.
    pub found: u32,
}

/// What the finished live deployments of the register come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterStatistics {
    /// Of which records.
    pub filter: Filter,
}

/// A record in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordSummary {
    /// Identity.
    pub id: RecordId,
    /// Number on this installation.
    pub number: u32,
    /// The checklist's title.
    pub title: String,
    /// Header facts.
    pub header: Header,
    /// It is a rehearsal.
    pub rehearsal: bool,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last changed.
    pub last_at: Timestamp,
    /// Where it stands.
    pub status: RecordStatus,
    /// How it ended, if it did.
    pub outcome: Option<Outcome>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// When the deploy item was ticked.
    pub deployed_at: Option<Timestamp>,
    /// Rounds that were late or missed.
    pub late_rounds: u32,
    /// How far it is.
    pub progress: Progress,
    /// How many deviations it has.
    pub deviations: u32,
    /// Roles that the checklist asks to sign and that have not.
    pub unsigned_roles: Vec<String>,
    /// Probes that wait for the network.
    pub waiting_probes: u32,
    /// Rounds are under way: they count from the deploy tick. Also said of a summary of an older version, which does not know.
    #[serde(default = "not_known")]
    pub rounds: bool,
}

const fn not_known() -> bool {
    true
}

/// Whether there is a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkState {
    /// This computer has a route to elsewhere.
    pub route: bool,
    /// The person chose to work offline.
    pub offline_chosen: bool,
    /// Since when it has been so.
    pub since: Timestamp,
    /// What tells whether the network is there beyond this computer, as a person named it; none by default.
    pub witnesses: Vec<String>,
    /// Why nothing can be reached although there is a route, as far as the witnesses tell.
    pub wall: Option<String>,
}

impl NetworkState {
    /// Probes to other computers can run.
    pub fn online(&self) -> bool {
        self.route && !self.offline_chosen && self.wall.is_none()
    }
}

/// Work offline, or no longer. What waits for the network runs soon after it is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetNetwork {
    /// Work offline.
    pub offline: bool,
    /// The witnesses from now on; none: those that there are.
    #[serde(default)]
    pub witnesses: Option<Vec<String>>,
}

/// Say who is using the app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetPerson {
    /// Who.
    pub person: Person,
}

/// Copy the database while it is open. The reply is the path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BackUp {
    /// Where to.
    pub path: String,
}
