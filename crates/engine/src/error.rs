//! What can go wrong at the edge, with what to do about it. A refusal of `core` passes through unchanged.

use countersign_core::api::{ApiError, Code};
use countersign_core::id::{Digest, KeyId, RecordId};
use countersign_core::record::log::LogFault;
use countersign_core::record::{EventError, FoldError, HeaderError, Refusal};
use countersign_core::report::ComposeError;
use countersign_core::time::duration_words;
use countersign_pades::{CertificateError, KeyError, PdfError, Pkcs12Error, cms::CmsError, seal::SealError};
use std::path::{Path, PathBuf};

/// Why the engine did not do what was asked. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}.")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is larger than what is taken.
    #[error("{path} has {size} bytes; at most {limit} are taken.")]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Another process is using the data directory.
    #[error("The data directory {0} is in use by another Countersign.")]
    InUse(PathBuf),
    /// The database is of a newer version of the program.
    #[error("The database {path} was written by a newer Countersign (format {found}, this one knows up to {known}).")]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// The file is not a Countersign database.
    #[error("{0} is not a Countersign database.")]
    NotOurs(PathBuf),
    /// The database is damaged.
    #[error("The database {path} is damaged: {detail}.")]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// There is no database, or nothing in it, where there must have been one.
    #[error("The database {0} is gone or empty, although this installation has been in use.")]
    Gone(PathBuf),
    /// The database could not do what it was asked.
    #[error("The database did not take the change: {0}.")]
    Database(#[from] rusqlite::Error),
    /// There is no such record.
    #[error("There is no record {0}.")]
    NoRecord(String),
    /// There is no such key.
    #[error("There is no key {0} on this computer.")]
    NoKey(KeyId),
    /// There is no such checklist.
    #[error("There is no checklist «{0}».")]
    NoChecklist(String),
    /// The checklist changed since the last record, and nobody has said that they saw it.
    #[error("{headline}, since record {number} by this checklist.")]
    NotAcknowledged {
        /// How much.
        headline: String,
        /// The number of the last record.
        number: u32,
    },
    /// A reading cannot be corrected like this.
    #[error("Line {line} cannot be corrected like this: {why}.")]
    Correction {
        /// Which line.
        line: u32,
        /// Why.
        why: String,
    },
    /// There is no such time-stamp authority.
    #[error("There is no time-stamp authority {0}.")]
    NoAuthority(String),
    /// Nothing can be asked there.
    #[error("«{0}» is no address of a time-stamp authority.")]
    AuthorityAddress(String),
    /// No authority gave a time stamp.
    #[error("There is no time stamp: {0}.")]
    NoTimestamp(String),
    /// A file of probes cannot be read.
    #[error("{path}, line {line}: {detail}.")]
    Definitions {
        /// Which.
        path: PathBuf,
        /// Where, from 1.
        line: u32,
        /// What is wrong.
        detail: String,
    },
    /// Nothing of a file of probes fits.
    #[error("Nothing of {path} becomes a probe: {left}.")]
    NothingFits {
        /// Which.
        path: PathBuf,
        /// What did not fit, and why.
        left: String,
    },
    /// The text names no witness.
    #[error("«{0}» is no witness.")]
    Witness(String),
    /// There is no such attachment.
    #[error("The file {0} is not in the store.")]
    NoAttachment(Digest),
    /// The organisation has no root yet.
    #[error("There is no organisation root on this computer.")]
    NoRoot,
    /// The organisation has a root already.
    #[error("There is an organisation root on this computer already.")]
    RootExists,
    /// The passphrase is wrong.
    #[error("{}", wrong_words(*.wrong, *.millis))]
    WrongPassphrase {
        /// How many in a row.
        wrong: u32,
        /// How long nobody may try again, in milliseconds.
        millis: i64,
    },
    /// There were too many wrong passphrases for another try now.
    #[error("There were {wrong} wrong passphrases in a row; the next one can be tried in {}.", duration_words(up(*.millis)))]
    TooEarly {
        /// How many.
        wrong: u32,
        /// How long to wait, in milliseconds.
        millis: i64,
    },
    /// The key was revoked.
    #[error("The key {} was revoked as of {}.", .key.0.get(..12).unwrap_or(&.key.0), .since.for_people())]
    KeyRevoked {
        /// Which.
        key: KeyId,
        /// From when on it does not count.
        since: countersign_core::time::Timestamp,
    },
    /// A file that carries a signature was not taken.
    #[error("{0}")]
    ByFile(#[from] crate::by_file::ByFile),
    /// A roster is not believed.
    #[error("{0}")]
    Roster(#[from] countersign_verify::roster::NotAccepted),
    /// A newer roster is here already.
    #[error("This is issue {found} of the roster, and issue {known} is here already.")]
    OlderRoster {
        /// The issue that was brought.
        found: u32,
        /// The issue that is here.
        known: u32,
    },
    /// No roster was begun.
    #[error("No roster is being put together on this computer.")]
    NoDraft,
    /// The draft has nobody of this name.
    #[error("The draft of the roster has nobody of the name «{0}».")]
    NotInRoster(String),
    /// A certificate is another person's.
    #[error("The certificate is for «{certificate}», not for «{name}».")]
    NotTheirs {
        /// Whom it was given for.
        name: String,
        /// Whom it names.
        certificate: String,
    },
    /// A key file cannot be opened or written.
    #[error("{0}.")]
    KeyFile(#[from] Pkcs12Error),
    /// A key cannot be made or used.
    #[error("{0}.")]
    Key(#[from] KeyError),
    /// A certificate cannot be made or read.
    #[error("{0}.")]
    Certificate(#[from] CertificateError),
    /// A signature cannot be made or read.
    #[error("{0}.")]
    Signature(#[from] CmsError),
    /// The PDF cannot be signed.
    #[error("{0}.")]
    Seal(#[from] SealError),
    /// The PDF cannot be read.
    #[error("{0}.")]
    Pdf(#[from] PdfError),
    /// There is nothing to verify.
    #[error("{0}")]
    Verify(#[from] countersign_verify::Error),
    /// The PDF is no form of a checklist.
    #[error("{0} is no form of a checklist: none of the files in it has items that its fields name.")]
    NoForm(PathBuf),
    /// The report could not be composed.
    #[error("{0}")]
    Compose(#[from] ComposeError),
    /// The pages could not be made.
    #[error("The report's pages could not be made: {0}.")]
    Pages(#[from] countersign_pages::PagesError),
    /// The log is not whole.
    #[error("Record {record}: {fault}")]
    Log {
        /// Which.
        record: RecordId,
        /// What is wrong.
        fault: LogFault,
    },
    /// An event cannot be read or written.
    #[error("{0}")]
    Event(#[from] EventError),
    /// A log has no view.
    #[error("{0}")]
    Fold(#[from] FoldError),
    /// A header fact does not fit.
    #[error("{0}")]
    Header(#[from] HeaderError),
    /// It is not allowed as the record stands.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// A report was asked for before there can be one.
    #[error("{0}")]
    NotYet(#[from] NotYet),
    /// Arguments of a command do not fit.
    #[error("The arguments of «{command}» do not fit: {detail}.")]
    Arguments {
        /// The command.
        command: String,
        /// What does not fit.
        detail: String,
    },
    /// The system has no randomness to give.
    #[error("The system gives no random bytes: {0}.")]
    Random(String),
    /// The network client could not be set up.
    #[error("The network client could not be set up: {0}.")]
    Client(String),
    /// A fault of this program.
    #[error("A fault of this program: {0}.")]
    Internal(String),
}

/// What has to happen first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotYet {
    /// The record is still open.
    #[error("The record is still open, and a report shows a closed one.")]
    StillOpen,
    /// No report was made.
    #[error("No report was made of this record.")]
    NoReport,
    /// The report has no field for this key.
    #[error("The report has no open signature field for this key.")]
    NoField,
    /// No probe measured what the baseline lacks.
    #[error("No probe has measured what the baseline lacks.")]
    NothingMeasured,
    /// There is nothing to keep for the team, or nothing that the record lacks.
    #[error("There are no contacts to take over.")]
    NoContacts,
}

impl Error {
    /// Adds the path to what the system says.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::File { path: path.to_owned(), source }
    }

    /// What happened, within a longer sentence.
    pub(crate) fn why(&self) -> String {
        match self {
            Self::NoTimestamp(why) => why.clone(),
            other => other.to_string().trim_end_matches('.').to_owned(),
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::File { source, .. } if source.kind() == std::io::ErrorKind::NotFound => Code::NotFound,
            Self::File { .. } | Self::Database(_) | Self::Random(_) | Self::Client(_) => Code::System,
            Self::TooLarge { .. } | Self::Newer { .. } | Self::NotOurs(_) => Code::Unreadable,
            Self::Damaged { .. } | Self::Gone(_) => Code::Unreadable,
            Self::Log { .. } | Self::Event(_) | Self::Fold(_) => Code::Unreadable,
            Self::InUse(_) => Code::InUse,
            Self::NoRecord(_) | Self::NoKey(_) | Self::NoChecklist(_) | Self::NoAttachment(_) => Code::NotFound,
            Self::NoAuthority(_) => Code::NotFound,
            Self::AuthorityAddress(_) => Code::Usage,
            Self::NoTimestamp(_) => Code::System,
            Self::KeyFile(Pkcs12Error::WrongPassphrase) | Self::WrongPassphrase { .. } => Code::WrongPassphrase,
            Self::TooEarly { .. } | Self::KeyRevoked { .. } | Self::OlderRoster { .. } => Code::Refused,
            Self::NoDraft | Self::NotTheirs { .. } => Code::Refused,
            Self::NotInRoster(_) => Code::NotFound,
            Self::Roster(countersign_verify::roster::NotAccepted::Roster(_)) => Code::Unreadable,
            Self::Roster(_) => Code::Refused,
            Self::ByFile(fault) => fault.code(),
            Self::KeyFile(Pkcs12Error::EmptyPassphrase) => Code::Refused,
            Self::KeyFile(_) | Self::Key(_) | Self::Certificate(_) | Self::Signature(_) => Code::Unreadable,
            Self::Pdf(_) | Self::Verify(_) | Self::NoForm(_) => Code::Unreadable,
            Self::Definitions { .. } | Self::NothingFits { .. } => Code::Unreadable,
            Self::Witness(_) => Code::Usage,
            Self::Seal(_) => Code::Refused,
            Self::NotAcknowledged { .. } => Code::Refused,
            Self::NoRoot | Self::RootExists | Self::Refused(_) | Self::NotYet(_) => Code::Refused,
            Self::Header(_) | Self::Arguments { .. } | Self::Correction { .. } => Code::Usage,
            Self::Pages(_) | Self::Compose(_) | Self::Internal(_) => Code::Internal,
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::File { source, .. } => match source.kind() {
                std::io::ErrorKind::NotFound => "Check the path.",
                std::io::ErrorKind::PermissionDenied => "Check the permissions of the file and its folder.",
                std::io::ErrorKind::StorageFull => "Free some space on the disk, then try again.",
                _ => "Check the file and the disk, then try again.",
            },
            Self::TooLarge { .. } => "Take a smaller file, or only the part that matters.",
            Self::InUse(_) => "Close the other one, or use another directory with --data-dir.",
            Self::Newer { .. } => "Use that newer version; this one leaves the file as it is.",
            Self::NotOurs(_) => "Use another directory with --data-dir.",
            Self::Damaged { .. } => "Put a backup in its place; the damaged file is left as it is.",
            Self::Gone(_) => "Put a backup in its place, or use another directory with --data-dir.",
            Self::Database(_) => "Check that the disk has space and the folder can be written, then try again.",
            Self::NoRecord(_) => "`countersign record list` shows the records.",
            Self::NoKey(_) => "`countersign key list` shows the keys; «key new» makes one.",
            Self::NoChecklist(_) => "`countersign checklist list` shows the checklists.",
            Self::Correction { .. } => "`countersign checklist show` lists the items with their lines and kinds.",
            Self::NotAcknowledged { .. } => {
                "Look at the changes, then acknowledge them: with --acknowledge-changes, or on the page that starts the record."
            }
            Self::NoAuthority(_) => "`countersign authority list` shows those that are used.",
            Self::AuthorityAddress(_) => "Give where it is asked, such as https://tsa.example.org/.",
            Self::NoTimestamp(_) => {
                "The signatures hold without one. Name an authority (`countersign authority add URL`, or --tsa URL), and add the time stamp when it can be reached."
            }
            Self::Definitions { .. } => {
                "Take endpoints of Gatus, a Prometheus configuration with blackbox targets, or an export of Uptime Kuma."
            }
            Self::NothingFits { .. } => "Write probes for them in the checklist, or define them with the kinds that there are.",
            Self::Witness(_) => "Write a web address, with the status and words that it has if you like, or host:port.",
            Self::NoAttachment(_) => "Add the file again.",
            Self::NoRoot => {
                "Make one first (People, or `countersign roster init`), or import a key of your organisation."
            }
            Self::RootExists => "Use it; a second one would split the organisation in two.",
            Self::KeyFile(Pkcs12Error::WrongPassphrase) | Self::WrongPassphrase { .. } => {
                "Type it again; nobody can recover it."
            }
            Self::TooEarly { .. } => "Wait, then type it with care. All tries are kept: `countersign key log`.",
            Self::KeyRevoked { .. } => "Sign with the key that stands in its place, or have one made.",
            Self::ByFile(fault) => fault.hint(),
            Self::Roster(_) => "Take the file as the organisation's root signed it, and name its certificates with --trust.",
            Self::OlderRoster { .. } => "Ask for the newest one.",
            Self::NoDraft => "Begin one with `countersign roster make`.",
            Self::NotInRoster(_) => "`countersign roster show --draft` lists who is in it.",
            Self::NotTheirs { .. } => "Take the certificate of that person; names are compared as they are written.",
            Self::KeyFile(_) | Self::Key(_) | Self::Certificate(_) => "Correct it and try again.",
            Self::Signature(_) | Self::Seal(_) | Self::Pdf(_) | Self::Verify(_) => {
                "Take the file as it was made, or make the report again."
            }
            Self::NoForm(_) => "Take a form that `countersign checklist blank` or «Print a blank form» made.",
            Self::Pages(_) | Self::Compose(_) | Self::Internal(_) => "Please report it with the record's bundle.",
            Self::Log { .. } | Self::Event(_) | Self::Fold(_) => "Put a backup in its place; nothing was changed.",
            Self::Header(_) => "Correct the fact and try again.",
            Self::Refused(refusal) => return refusal.hint(),
            Self::NotYet(NotYet::StillOpen) => "Close the record with its outcome first.",
            Self::NotYet(NotYet::NoReport) => "Make the report first.",
            Self::NotYet(NotYet::NoField) => "Sign off in the record with this key first, then make the report again.",
            Self::NotYet(NotYet::NothingMeasured) => {
                "Run the probes first. A value is taken over if the answer names it as its field is named: p95, error_rate."
            }
            Self::NotYet(NotYet::NoContacts) => "Fill them in once, and keep them for the team of this service.",
            Self::Arguments { .. } => "Correct the arguments and try again.",
            Self::Random(_) | Self::Client(_) => "Try again; if it stays so, restart the computer.",
        }
        .to_owned()
    }
}

fn wrong_words(wrong: u32, millis: i64) -> String {
    let wait = match millis {
        0 => String::new(),
        millis => {
            format!(" That was wrong {wrong} times in a row; the next try can be made in {}.", duration_words(millis))
        }
    };
    format!("The passphrase is wrong.{wait}")
}

/// To whole seconds, upwards: nobody is told to wait for less than it takes.
fn up(millis: i64) -> i64 {
    millis.saturating_add(999) / 1000 * 1000
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self { code: error.code(), message: error.to_string(), hint: error.hint() }
    }
}
