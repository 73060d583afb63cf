//! The contract between the engine and its shells: one struct per command, its reply, and the error they share.
//!
//! To add a command: write its struct here, name it in `with_commands!`, and give the engine a method of its name; a
//! missing adapter does not compile. Nothing is computed here.

use crate::checklist::{Counts, Template, ValueKind};
use crate::id::{Digest, ItemId, KeyId, ProbeId, RecordId};
use crate::record::log::BundledEvent;
use crate::record::{Decision, Deviation, Duty, Header, Intent, Meaning, Outcome, Person, Progress, Since, Statement};
use crate::register::{Filter, Statistics};
use crate::report::Paper;
use crate::time::Timestamp;
use crate::verdict::Verification;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::sync::Arc;

pub use crate::register::RecordStatus;

/// A command: the struct holds its arguments.
pub trait Command: Serialize + DeserializeOwned {
    /// Its name on the wire.
    const NAME: &'static str;
    /// What comes back.
    type Reply: Serialize + DeserializeOwned;
}

/// Hands the list of all commands, as `name: Struct => Reply`, to a macro.
#[macro_export]
macro_rules! with_commands {
    ($consumer:ident) => {
        $consumer! {
            overview: Overview => OverviewReply,
            register: Register => RegisterReply,
            statistics: RegisterStatistics => Statistics,
            read_checklist: ReadChecklist => ChecklistReply,
            correct_checklist: CorrectChecklist => ChecklistReply,
            annotate_checklist: AnnotateChecklist => Annotated,
            keep_checklist: KeepChecklist => ChecklistSummary,
            find_checklists: FindChecklists => Vec<ChecklistSummary>,
            set_checklist_state: SetChecklistState => (),
            duplicate_checklist: DuplicateChecklist => String,
            changes_since: ChangesSince => Option<Since>,
            start_record: StartRecord => RecordId,
            open_record: OpenRecord => Opened,
            find_deviations: FindDeviations => Found,
            blank_form: BlankForm => FormReply,
            read_form: ReadForm => FormReading,
            fill_from_form: FillFromForm => Vec<BundledEvent>,
            act: Act => Vec<BundledEvent>,
            attach_file: AttachFile => Vec<BundledEvent>,
            attach_bytes: AttachBytes => Vec<BundledEvent>,
            read_attachment: ReadAttachment => AttachmentReply,
            fill_baseline: FillBaseline => Vec<BundledEvent>,
            run_probes: RunProbes => Vec<BundledEvent>,
            set_network: SetNetwork => NetworkState,
            set_person: SetPerson => (),
            make_root: MakeRoot => KeySummary,
            make_key: MakeKey => KeySummary,
            import_key: ImportKey => KeySummary,
            export_roots: ExportRoots => String,
            prepare_sign_off: PrepareSignOff => Prepared,
            sign_off: SignOffRecord => Vec<BundledEvent>,
            hand_over: HandOver => Vec<BundledEvent>,
            contacts: Contacts => Vec<BundledEvent>,
            report_state: ReportStatus => ReportState,
            make_report: MakeReport => ReportState,
            sign_report: SignReport => ReportState,
            export_report: ExportReport => String,
            export_markdown: ExportMarkdown => String,
            verify_file: VerifyFile => Verification,
            back_up: BackUp => String,
        }
    };
}

macro_rules! implement {
    ($($name:ident: $command:ident => $reply:ty,)*) => {
        $(impl Command for $command {
            const NAME: &'static str = stringify!($name);
            type Reply = $reply;
        })*

        /// The names of all commands.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];
    };
}
with_commands!(implement);

/// Why a command did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// What sort of failure, for programs.
    pub code: Code,
    /// What happened and why.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// The sorts of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The command's own arguments do not fit.
    Usage,
    /// Something that was to be read cannot be read.
    Unreadable,
    /// What was named does not exist.
    NotFound,
    /// It is not allowed as things stand; nothing was changed.
    Refused,
    /// The passphrase is wrong.
    WrongPassphrase,
    /// Another process is using the data directory.
    InUse,
    /// A disk, a file or the system did not do its part; nothing was changed.
    System,
    /// A fault of this program.
    Internal,
}

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

/// Where a checklist comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum ChecklistSource {
    /// It ships with the program.
    Shipped {
        /// File name.
        name: String,
    },
    /// A file.
    File {
        /// Its path.
        path: String,
    },
    /// Kept in the library.
    Kept {
        /// Hash of its bytes.
        sha256: Digest,
    },
    /// The one that a record began from, as it was corrected then.
    Record {
        /// The record.
        record: RecordId,
    },
}

/// A checklist in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChecklistSummary {
    /// Where it comes from.
    pub source: ChecklistSource,
    /// File name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Hash of its bytes.
    pub sha256: Digest,
    /// Version, if it states one.
    pub version: Option<String>,
    /// Owner, if it states one.
    pub owner: Option<String>,
    /// Next review, if it states one.
    pub next_review: Option<String>,
    /// What is in it.
    pub counts: Counts,
    /// How many problems the reading has.
    pub problems: u32,
    /// The day of the next review is past.
    pub review_past: bool,
    /// Draft or released.
    pub state: ChecklistState,
    /// A newer version of the same file is kept.
    pub superseded: bool,
    /// A newer version lies where it came from.
    pub offer: Option<Offer>,
}

/// How far a checklist is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChecklistState {
    /// It is being worked on.
    Draft,
    /// It is in force.
    Released,
}

impl ChecklistState {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Released => "released",
        }
    }
}

/// A newer version of a kept checklist, in the git checkout that it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The file.
    pub path: String,
    /// How much changed.
    pub headline: String,
}

/// The checklists in whose name, title, facts or text all these words occur; all of them if there are none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FindChecklists {
    /// The words.
    pub find: String,
}

/// Say that a kept checklist is a draft, or released.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetChecklistState {
    /// Hash of its bytes.
    pub sha256: Digest,
    /// What it is.
    pub state: ChecklistState,
}

/// Write a copy of a checklist, to begin another one from. Never over a file that is there. The reply is the path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DuplicateChecklist {
    /// Which.
    pub source: ChecklistSource,
    /// Where to.
    pub path: String,
}

/// Read a checklist.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadChecklist {
    /// Which.
    pub source: ChecklistSource,
}

/// Reply to [`ReadChecklist`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChecklistReply {
    /// Summary.
    pub summary: ChecklistSummary,
    /// Typed reading.
    pub template: Arc<Template>,
    /// The file as text; bytes that are no UTF-8 are replaced.
    pub text: String,
}

/// Correct the reading of a line. It is kept with the file's hash, and taken over to later versions of the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CorrectChecklist {
    /// Of which checklist.
    pub source: ChecklistSource,
    /// 1-based line.
    pub line: u32,
    /// The item on it; none for a line that is to be a task, or to be as it was read.
    pub item: Option<ItemId>,
    /// As what it is to be read.
    pub reading: ReadAs,
}

/// As what a line or item is to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum ReadAs {
    /// As the program reads it: earlier corrections of the line are taken back.
    AsRead,
    /// Content, that asks for nothing.
    Content,
    /// A task.
    Task,
    /// A field that takes this.
    Value {
        /// What.
        value: ValueKind,
    },
    /// A field with this unit.
    Unit {
        /// The unit; empty for none.
        unit: String,
    },
    /// A signature of this role, or an item of this person's.
    Role {
        /// The role or name.
        role: String,
    },
}

/// Write the corrections of a checklist into a copy of its file, as annotations.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AnnotateChecklist {
    /// Which.
    pub source: ChecklistSource,
    /// Where to.
    pub path: String,
}

/// Reply to [`AnnotateChecklist`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotated {
    /// The file that was written.
    pub path: String,
    /// SHA-256 of it.
    pub sha256: Digest,
    /// How many corrections it says.
    pub written: u32,
    /// Those that no annotation can say, in words.
    pub left_out: Vec<String>,
}

/// Keep a checklist in the library.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeepChecklist {
    /// Which.
    pub source: ChecklistSource,
}

/// What changed since the last record by an earlier version of a checklist: to be acknowledged before the next one starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangesSince {
    /// Which checklist.
    pub source: ChecklistSource,
}

/// Write a checklist's blank form: a PDF to fill in on paper or on screen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BlankForm {
    /// Of which checklist.
    pub source: ChecklistSource,
    /// On which paper.
    pub paper: Paper,
    /// Where to.
    pub path: String,
}

/// Reply to [`BlankForm`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormReply {
    /// Where it was written.
    pub path: String,
    /// How many pages it has.
    pub pages: u32,
    /// How many fields.
    pub fields: u32,
    /// Characters for which no font has a glyph, as `U+0917`; the form shows each as `[U+0917]`.
    pub missing: Vec<String>,
}

/// Look at a filled form: what of it a record would take. Nothing is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadForm {
    /// Into which record.
    pub record: RecordId,
    /// Who asks.
    pub person: Person,
    /// The PDF.
    pub path: String,
}

/// Reply to [`ReadForm`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormReading {
    /// What is to be known of the form as a whole.
    pub notices: Vec<String>,
    /// What fits: what was asked, and what the form says, with its verdict.
    pub taken: Vec<(String, String)>,
    /// What does not: what was asked, and why it was left.
    pub left: Vec<(String, String)>,
    /// How many answers the record has already, just so.
    pub same: u32,
}

/// Take into a record what of a filled form fits, as [`ReadForm`] shows it. The form itself is attached.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FillFromForm {
    /// Which record.
    pub record: RecordId,
    /// Who writes it down.
    pub person: Person,
    /// The PDF.
    pub path: String,
}

/// Write a record back into its checklist's Markdown: ticks and values in their places, everything else as it was. The reply is the path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportMarkdown {
    /// Which record.
    pub record: RecordId,
    /// Where to.
    pub path: String,
}

/// Start a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartRecord {
    /// From which checklist.
    pub source: ChecklistSource,
    /// Header facts by key, see [`Header::set`].
    pub header: Vec<(String, String)>,
    /// As a rehearsal.
    pub rehearsal: bool,
    /// Who starts it.
    pub person: Person,
    /// The changes since this version of the checklist, by its hash, were looked at. Needed where [`ChangesSince`] finds some.
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

/// Whether there is a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkState {
    /// This computer has a route to elsewhere.
    pub route: bool,
    /// The person chose to work offline.
    pub offline_chosen: bool,
    /// Since when it has been so.
    pub since: Timestamp,
}

impl NetworkState {
    /// Probes to other computers can run.
    pub fn online(&self) -> bool {
        self.route && !self.offline_chosen
    }
}

/// Work offline, or no longer. What waits for the network runs soon after it is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetNetwork {
    /// Work offline.
    pub offline: bool,
}

/// Say who is using the app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetPerson {
    /// Who.
    pub person: Person,
}

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

/// What exactly would be signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PrepareSignOff {
    /// Which record.
    pub record: RecordId,
    /// With which key.
    pub key: KeyId,
    /// In which role.
    pub role: String,
    /// With which meaning.
    pub meaning: Meaning,
    /// Approve, or not.
    pub decision: Decision,
}

/// Reply to [`PrepareSignOff`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prepared {
    /// What would be signed.
    pub statement: Statement,
    /// What deviates.
    pub deviations: Vec<Deviation>,
    /// What is done and what is not.
    pub progress: Progress,
}

/// Sign the statement that was shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignOffRecord {
    /// Who is using the app; not necessarily the signer.
    pub person: Person,
    /// With which key.
    pub key: KeyId,
    /// The key's passphrase.
    pub passphrase: Secret,
    /// What was shown.
    pub statement: Statement,
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

/// Where a record's report stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportStatus {
    /// Which record.
    pub record: RecordId,
}

/// A record's report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportState {
    /// The report, if one was made.
    pub made: Option<MadeReport>,
    /// The record has changed since it was made.
    pub outdated: bool,
}

/// A report that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeReport {
    /// When.
    pub at: Timestamp,
    /// SHA-256 of the file as it is now.
    pub sha256: Digest,
    /// Size in bytes.
    pub size: u64,
    /// Pages.
    pub pages: u32,
    /// Its signature fields, in signing order.
    pub fields: Vec<ReportField>,
}

/// A signature field of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportField {
    /// Name in the file.
    pub field: String,
    /// Who is expected to sign.
    pub person: String,
    /// In which role.
    pub role: String,
    /// The certificate that is expected; none for the application.
    pub certificate: Option<Digest>,
    /// It is signed.
    pub signed: bool,
}

/// Make the report of a closed record, and certify it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MakeReport {
    /// Which record.
    pub record: RecordId,
    /// Who asks.
    pub person: Person,
    /// Leave out how to reach people; the record keeps it.
    #[serde(default)]
    pub leave_out_contacts: bool,
}

/// Sign a report that was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignReport {
    /// Which record.
    pub record: RecordId,
    /// With which key.
    pub key: KeyId,
    /// The key's passphrase.
    pub passphrase: Secret,
}

/// Write the report to a file. The reply is the path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportReport {
    /// Which record.
    pub record: RecordId,
    /// Where to.
    pub path: String,
}

/// Verify a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VerifyFile {
    /// Path of the PDF.
    pub path: String,
    /// Path of the trusted certificates (PEM); none: those of this installation.
    pub trust: Option<String>,
}

/// Copy the database while it is open. The reply is the path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BackUp {
    /// Where to.
    pub path: String,
}
