//! The contract between the engine and its shells: one struct per command, its reply, and the error they share.
//!
//! To add a command: write its struct in the file of its area, name it here in `with_commands!`, and give the engine a method of its name; a
//! missing adapter does not compile. Nothing is computed here.

mod by_file;
mod checklists;
mod keys;
mod overview;
mod papers;
mod records;
mod reports;

use crate::id::RecordId;
use crate::record::Since;
use crate::record::log::BundledEvent;
use crate::register::Statistics;
use crate::verdict::Verification;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use by_file::*;
pub use checklists::*;
pub use keys::*;
pub use overview::*;
pub use papers::*;
pub use records::*;
pub use reports::*;

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
            stop_probes: StopProbes => (),
            import_probes: ImportProbes => Vec<BundledEvent>,
            set_network: SetNetwork => NetworkState,
            set_person: SetPerson => (),
            make_root: MakeRoot => KeySummary,
            make_key: MakeKey => KeySummary,
            import_key: ImportKey => KeySummary,
            revoke_key: RevokeKey => KeySummary,
            rotate_key: RotateKey => KeySummary,
            roster: RosterStatus => RosterReply,
            import_roster: ImportRoster => RosterReply,
            export_roots: ExportRoots => String,
            prepare_sign_off: PrepareSignOff => Prepared,
            sign_off: SignOffRecord => Vec<BundledEvent>,
            ask_by_file: AskByFile => Vec<BundledEvent>,
            open_request: OpenRequest => RecordId,
            answer_by_file: AnswerByFile => String,
            take_answer: TakeAnswer => Vec<BundledEvent>,
            hand_over: HandOver => Vec<BundledEvent>,
            contacts: Contacts => Vec<BundledEvent>,
            report_state: ReportStatus => ReportState,
            make_report: MakeReport => ReportState,
            sign_report: SignReport => ReportState,
            set_authority: SetAuthority => Vec<String>,
            stamp_report: StampReport => ReportState,
            export_register: ExportRegister => String,
            attest_record: AttestRecord => String,
            sign_report_file: SignReportFile => String,
            take_report: TakeReport => ReportState,
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
