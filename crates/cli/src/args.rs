//! The arguments.

use clap::{Parser, Subcommand};
use countersign_core::id::Digest;
use countersign_core::record::Severity;
use countersign_core::register::RecordStatus;
use countersign_core::time::Timestamp;
use std::path::PathBuf;

/// Deployment checklists, filled in offline, signed off with personal keys, reported as a PDF that anybody can verify.
#[derive(Debug, Parser)]
#[command(name = "countersign", version)]
pub struct Args {
    /// Where records and keys are kept.
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read checklists.
    #[command(subcommand)]
    Checklist(Checklist),
    /// Start records, fill them in, close them.
    #[command(subcommand)]
    Record(Record),
    /// Evaluate conditions.
    #[command(subcommand)]
    Condition(Condition),
    /// Run health probes.
    #[command(subcommand)]
    Probe(Probe),
    /// Make, import and list keys.
    #[command(subcommand)]
    Key(Key),
    /// The organisation's root: who vouches for whom.
    #[command(subcommand)]
    Roster(Roster),
    /// Sign off a record.
    Sign(Sign),
    /// Make the signed report of a closed record.
    Report(Report),
    /// Verify a report: integrity, identity, time, completeness, policy. Exit code 1 if one of them does not hold.
    Verify(Verify),
    /// Write the verifier as one HTML page that needs no installation and no network.
    Verifier {
        /// The page.
        #[arg(short, long, value_name = "HTML")]
        output: PathBuf,
    },
    /// The whole main job on a shipped checklist, against a small service that it starts on this computer.
    Tour(Tour),
}

#[derive(Debug, Subcommand)]
pub enum Checklist {
    /// Show how a Markdown file is read: title, counts, sections, items, problems.
    Show {
        /// The file, or the name of a shipped checklist.
        file: PathBuf,
        /// As it was corrected; this opens the data directory.
        #[arg(long)]
        corrected: bool,
    },
    /// Correct the reading of an item or line. It is kept with the file's hash, and taken over to its later versions.
    Correct(Correct),
    /// Write the corrections of a checklist into a copy of its file, as annotations.
    Annotate {
        /// The file.
        file: PathBuf,
        /// The copy.
        #[arg(short, long, value_name = "MD")]
        output: PathBuf,
    },
    /// Compare two versions of a checklist: what was added, removed, changed, moved, split off or merged.
    Diff {
        /// The old file, or the hash of a kept one.
        old: PathBuf,
        /// The new one.
        new: PathBuf,
    },
    /// Write a checklist's form: a PDF to fill in on paper or on screen. `record import-form` reads it back.
    Blank {
        /// The file, or the name of a shipped checklist.
        file: PathBuf,
        /// The PDF.
        #[arg(short, long, value_name = "PDF")]
        output: PathBuf,
        /// On which paper.
        #[arg(long, value_enum, default_value_t = PaperArg::A4)]
        paper: PaperArg,
        /// As it was corrected here.
        #[arg(long)]
        corrected: bool,
    },
    /// List shipped and kept checklists, with versions, owner, next review, and newer versions in the checkouts they came from.
    List {
        /// Words that all occur in the name or the text.
        find: Vec<String>,
    },
    /// Keep a checklist in the library. A file in a git checkout is watched, and its newer version offered.
    Keep {
        /// The file.
        file: PathBuf,
    },
    /// Say that a kept checklist is a draft, or released.
    State {
        /// Its hash, as `checklist list --json` prints it.
        sha256: Digest,
        /// draft or released.
        state: StateArg,
    },
    /// Write a copy of a checklist, to begin another one from.
    Duplicate {
        /// The file, the name of a shipped checklist, or the hash of a kept one.
        file: PathBuf,
        /// The copy; never over a file that is there.
        #[arg(short, long, value_name = "MD")]
        output: PathBuf,
    },
}

/// How far a checklist is.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum StateArg {
    Draft,
    Released,
}

/// What is corrected.
#[derive(Debug, clap::Args)]
pub struct Correct {
    /// The file, or the name of a shipped checklist.
    pub file: PathBuf,
    /// The item: its id, or the beginning of its words.
    #[arg(long, required_unless_present = "line", conflicts_with = "line")]
    pub item: Option<String>,
    /// A line that was read as content, or whose corrections are taken back.
    #[arg(long)]
    pub line: Option<u32>,
    /// task, content, or what a field takes: number, text, date, time, version, contact. «read» takes corrections back.
    #[arg(long = "as", value_name = "WHAT", required_unless_present_any = ["unit", "role"])]
    pub reading: Option<String>,
    /// The unit of a field; «none» for none.
    #[arg(long)]
    pub unit: Option<String>,
    /// Whose a sign-off line is, or whose an item.
    #[arg(long)]
    pub role: Option<String>,
}

/// Paper sizes.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum PaperArg {
    /// 210 mm by 297 mm.
    A4,
    /// 8.5 in by 11 in.
    Letter,
}

impl From<PaperArg> for countersign_core::report::Paper {
    fn from(paper: PaperArg) -> Self {
        match paper {
            PaperArg::A4 => Self::A4,
            PaperArg::Letter => Self::Letter,
        }
    }
}

/// Which records.
#[derive(Debug, clap::Args)]
pub struct Which {
    /// Beginnings of words that all occur in the record: a service, a release, a person, a reason; `#12` is a number.
    pub find: Vec<String>,
    /// open, closed, reported, voided or damaged.
    #[arg(long, value_parser = status)]
    pub status: Option<RecordStatus>,
    /// How it ended.
    #[arg(long)]
    pub outcome: Option<Outcome>,
    /// Of this service.
    #[arg(long)]
    pub service: Option<String>,
    /// Began on this day (UTC) or later: 2026-11-21, or a time as in RFC 3339.
    #[arg(long, value_parser = time)]
    pub since: Option<Timestamp>,
    /// Began before this day or time.
    #[arg(long, value_parser = time)]
    pub until: Option<Timestamp>,
    /// Rehearsals only.
    #[arg(long, conflicts_with = "live")]
    pub rehearsals: bool,
    /// No rehearsals.
    #[arg(long)]
    pub live: bool,
}

fn status(word: &str) -> Result<RecordStatus, String> {
    let known = RecordStatus::ALL.into_iter().find(|status| status.word() == word);
    known.ok_or_else(|| format!("one of {}", RecordStatus::ALL.map(RecordStatus::word).join(", ")))
}

fn time(text: &str) -> Result<Timestamp, String> {
    let whole = if text.len() == "2026-11-21".len() { format!("{text}T00:00:00Z") } else { text.to_owned() };
    whole.parse().map_err(|_| "a day such as 2026-11-21, or a time such as 2026-11-21T10:00:00Z".to_owned())
}

#[derive(Debug, Subcommand)]
pub enum Record {
    /// Start a record from a checklist; prints its number.
    New {
        /// The file, the name of a shipped checklist, or the hash of a kept one.
        #[arg(required_unless_present = "from", conflicts_with = "from")]
        file: Option<PathBuf>,
        /// From the checklist of this record, with its service, environment and reviewers.
        #[arg(long, value_name = "RECORD")]
        from: Option<String>,
        /// Header facts: service, release, artifact, environment, change, deployer, reviewers, window_start, window_end.
        #[arg(long = "set", value_name = "KEY=VALUE")]
        set: Vec<String>,
        /// A rehearsal can never pass as live.
        #[arg(long)]
        rehearsal: bool,
        /// Say that you have looked at what changed in the checklist since the last record by an earlier version.
        #[arg(long)]
        acknowledge_changes: bool,
        /// Take the fast path of an emergency, and say why. What is skipped is listed, and its review falls due.
        #[arg(long, value_name = "REASON")]
        emergency: Option<String>,
        #[command(flatten)]
        who: Who,
    },
    /// List records, newest first.
    List(Which),
    /// What the finished live deployments come to: how many, how many failed, how long they took.
    Statistics(Which),
    /// Show a record: its items and their ids, deviations, sign-offs, probes.
    Show {
        /// Number or id.
        record: String,
    },
    /// Answer an item.
    Answer {
        /// Number or id.
        record: String,
        /// The item's id, or the beginning of its words.
        item: String,
        /// done, failed, na, blocked, skipped, open, or a value or option.
        answer: String,
        /// Why.
        #[arg(long)]
        reason: Option<String>,
        /// Who did it, if not the person who writes it down.
        #[arg(long)]
        by: Option<String>,
        #[command(flatten)]
        who: Who,
    },
    /// Write a note.
    Note {
        /// Number or id.
        record: String,
        /// The note.
        text: String,
        /// On this item.
        #[arg(long)]
        item: Option<String>,
        #[command(flatten)]
        who: Who,
    },
    /// Add a file as evidence.
    Attach {
        /// Number or id.
        record: String,
        /// The file; `-`: what comes in, such as the output of a command.
        file: PathBuf,
        /// To this item.
        #[arg(long)]
        item: Option<String>,
        /// The name that what comes in is kept by.
        #[arg(long, default_value = "output.txt")]
        name: String,
        #[command(flatten)]
        who: Who,
    },
    /// Add a link as evidence.
    Link {
        /// Number or id.
        record: String,
        /// Where it leads.
        url: String,
        /// What is there, in a few words.
        #[arg(default_value = "")]
        words: String,
        /// To this item.
        #[arg(long)]
        item: Option<String>,
        #[command(flatten)]
        who: Who,
    },
    /// Take a filled form into a record: a tick, a value, a choice at a time, with what does not fit listed.
    ImportForm(ImportForm),
    /// Write a record back into its checklist's Markdown: ticks and values in their places, everything else as it was.
    Markdown {
        /// Number or id.
        record: String,
        /// The Markdown file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Add an item that the checklist does not have.
    AddItem {
        /// Number or id.
        record: String,
        /// What it asks.
        label: String,
        /// In the section of this number, counted from 0.
        #[arg(long, default_value_t = 0)]
        section: usize,
        #[command(flatten)]
        who: Who,
    },
    /// Show gates with what they propose and why, stages, triggers, what is owed; or decide.
    Gate {
        /// Number or id.
        record: String,
        /// The gate's id or the beginning of its words; without one, the deployment as a whole.
        gate: Option<String>,
        /// Decide. What is less careful than proposed needs a reason.
        #[arg(long, value_enum)]
        decide: Option<WayArg>,
        /// Why.
        #[arg(long, requires = "decide")]
        reason: Option<String>,
        /// Who decides, if not the person who writes it down.
        #[arg(long, requires = "decide")]
        by: Option<String>,
        #[command(flatten)]
        who: Who,
    },
    /// Turn a record into an emergency: the fast path. What is skipped is listed, and its review falls due.
    Emergency {
        /// Number or id.
        record: String,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        who: Who,
    },
    /// Freeze or waive the baseline, or show it with what later values come to against it.
    Baseline(Baseline),
    /// List the rounds of a record: what is due when, what was taken, late, missed.
    Rounds {
        /// Number or id.
        record: String,
    },
    /// Take a round.
    Round(Round),
    /// Hand the watch over, with a signature over what is open and which round is next.
    HandOver(HandOver),
    /// Take over the watch that was handed over to you.
    TakeOver {
        /// Number or id.
        record: String,
        #[command(flatten)]
        who: Who,
    },
    /// List incidents; write one down, or what more is known of one.
    Incident(Incident),
    /// Show the record's contacts; keep them for the team of its service, or take the team's over.
    Contacts {
        /// Number or id.
        record: String,
        /// Keep this record's for the team.
        #[arg(long, conflicts_with = "take")]
        keep: bool,
        /// Take the team's over into those that are empty.
        #[arg(long)]
        take: bool,
        #[command(flatten)]
        who: Who,
    },
    /// Close a record.
    Close {
        /// Number or id.
        record: String,
        /// How it ended.
        #[arg(long, value_enum, default_value_t = Outcome::Completed)]
        outcome: Outcome,
        /// In words.
        #[arg(long)]
        summary: Option<String>,
        #[command(flatten)]
        who: Who,
    },
    /// Open a closed record again.
    Reopen {
        /// Number or id.
        record: String,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        who: Who,
    },
    /// Declare that a record does not count. It stays listed.
    Void {
        /// Number or id.
        record: String,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        who: Who,
    },
}

/// The ways out of a gate.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum WayArg {
    Proceed,
    Hold,
    RollBack,
}

#[derive(Debug, clap::Args)]
pub struct ImportForm {
    /// The form: a PDF of `checklist blank`, filled in with any program.
    pub form: PathBuf,
    /// Number or id; without one a new record begins, with the checklist and the facts in the form.
    pub record: Option<String>,
    /// Header facts of the new record, besides the form's.
    #[arg(long = "set", value_name = "KEY=VALUE", conflicts_with = "record")]
    pub set: Vec<String>,
    /// The new record is a rehearsal.
    #[arg(long, conflicts_with = "record")]
    pub rehearsal: bool,
    /// What changed in the checklist since its last record was looked at.
    #[arg(long, conflicts_with = "record")]
    pub acknowledge_changes: bool,
    /// Only show what would be taken, and what would be left.
    #[arg(long, requires = "record")]
    pub dry_run: bool,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, clap::Args)]
pub struct Baseline {
    /// Number or id.
    pub record: String,
    /// Take over what probes measured into the empty fields.
    #[arg(long)]
    pub fill: bool,
    /// Freeze the values as they stand.
    #[arg(long, conflicts_with = "waive")]
    pub freeze: bool,
    /// Go on without a baseline, and say why.
    #[arg(long, value_name = "REASON")]
    pub waive: Option<String>,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, clap::Args)]
pub struct Round {
    /// Number or id.
    pub record: String,
    /// The section: its number as `record rounds` lists it, or the beginning of its title.
    pub section: String,
    /// What was observed: the item's id or the beginning of its words, then done, failed, na, or a value.
    #[arg(long = "set", value_name = "ITEM=VALUE", required = true)]
    pub set: Vec<String>,
    /// Which round, from 1; else the one that is open now.
    #[arg(long)]
    pub number: Option<u32>,
    /// Why late, or why changed.
    #[arg(long)]
    pub reason: Option<String>,
    /// Who looked, if not the person who writes it down.
    #[arg(long)]
    pub by: Option<String>,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, clap::Args)]
pub struct HandOver {
    /// Number or id.
    pub record: String,
    /// Who comes.
    #[arg(long, value_name = "NAME")]
    pub to: String,
    /// The outgoing person's key: its person's name, e-mail address, or the beginning of its id.
    #[arg(long = "as", value_name = "KEY")]
    pub key: String,
    /// What else there is to know.
    #[arg(long, default_value = "")]
    pub notes: String,
    /// Holds the key's passphrase; else COUNTERSIGN_PASSPHRASE, or it is asked for.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, clap::Args)]
pub struct Incident {
    /// Number or id.
    pub record: String,
    /// Which incident, from 1; without it, `--title` begins a new one.
    pub number: Option<u32>,
    /// What happens, in a few words.
    #[arg(long)]
    pub title: Option<String>,
    /// critical, major or minor.
    #[arg(long, value_parser = severity)]
    pub severity: Option<Severity>,
    /// Since when; else now.
    #[arg(long, value_parser = time)]
    pub start: Option<Timestamp>,
    /// Until when: `now`, or a time.
    #[arg(long)]
    pub end: Option<String>,
    /// Why it happened.
    #[arg(long)]
    pub root_cause: Option<String>,
    /// Something that is done about it, and who sees to it; may be given more than once. The same words again change the owner.
    #[arg(long = "action", value_name = "WHAT=OWNER")]
    pub actions: Vec<String>,
    /// An action that is done, by the beginning of its words.
    #[arg(long = "done", value_name = "WHAT")]
    pub done: Vec<String>,
    #[command(flatten)]
    pub who: Who,
}

fn severity(word: &str) -> Result<Severity, String> {
    Severity::from_word(word).ok_or_else(|| format!("one of {}", Severity::ALL.map(Severity::word).join(", ")))
}

/// How a deployment ended.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Outcome {
    Completed,
    RolledBack,
    Aborted,
}

impl From<Outcome> for countersign_core::record::Outcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Completed => Self::Completed,
            Outcome::RolledBack => Self::RolledBack,
            Outcome::Aborted => Self::Aborted,
        }
    }
}

/// The person at the keyboard.
#[derive(Debug, clap::Args)]
pub struct Who {
    /// Who writes; else COUNTERSIGN_PERSON, the person last set in the app, or the user's login name.
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Condition {
    /// Evaluate an expression over facts.
    Eval {
        /// The expression, such as `error_rate < 0.1%`.
        expression: String,
        /// A JSON file with values, baseline and series.
        #[arg(long, value_name = "FILE")]
        facts: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Probe {
    /// Run the probes of a record whose hosts are allowed.
    Run {
        /// Number or id.
        record: String,
        /// Only these probes, by id or name.
        #[arg(long = "probe", value_name = "PROBE")]
        probes: Vec<String>,
        /// Allow this host for the record first.
        #[arg(long = "allow", value_name = "HOST")]
        allow: Vec<String>,
        /// Work as if there were no network.
        #[arg(long)]
        offline: bool,
        #[command(flatten)]
        who: Who,
    },
    /// Accept or dispute what a probe measured last.
    Judge {
        /// Number or id.
        record: String,
        /// The probe, by id or name.
        probe: String,
        /// Dispute it, and say why.
        #[arg(long, value_name = "REASON")]
        dispute: Option<String>,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, Subcommand)]
pub enum Key {
    /// Make a person's key, with a certificate of the organisation's root.
    New {
        /// The person's name.
        #[arg(long)]
        name: String,
        /// E-mail address.
        #[arg(long, default_value = "")]
        email: String,
        /// Holds the new key's passphrase; else COUNTERSIGN_PASSPHRASE, or it is asked for.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
        /// Holds the root's passphrase; else COUNTERSIGN_ROOT_PASSPHRASE, or it is asked for.
        #[arg(long, value_name = "FILE")]
        root_passphrase_file: Option<PathBuf>,
    },
    /// Take over a key from a PKCS#12 file.
    Import {
        /// The file.
        file: PathBuf,
        /// Holds its passphrase; else COUNTERSIGN_PASSPHRASE, or it is asked for.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// List the keys on this computer.
    List,
}

#[derive(Debug, Subcommand)]
pub enum Roster {
    /// Make the organisation's root, for teams that have none.
    Init {
        /// The organisation's name.
        #[arg(long)]
        organisation: String,
        /// Holds the root's passphrase; else COUNTERSIGN_ROOT_PASSPHRASE, or it is asked for.
        #[arg(long, value_name = "FILE")]
        root_passphrase_file: Option<PathBuf>,
    },
    /// Write the certificates that reports of this installation are to be trusted by.
    Export {
        /// The PEM file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub struct Sign {
    /// Number or id.
    pub record: String,
    /// The key: its person's name, e-mail address, or the beginning of its id.
    #[arg(long = "as", value_name = "KEY")]
    pub key: String,
    /// In which role.
    #[arg(long)]
    pub role: String,
    /// What it means: performed, verified, reviewed, approved to deploy, approved, accepted risk, approved to roll back.
    #[arg(long, default_value = "approved")]
    pub meaning: String,
    /// Approve, except for this.
    #[arg(long, value_name = "WHAT")]
    pub except: Option<String>,
    /// Do not approve: send it back, and say why.
    #[arg(long, value_name = "REASON", conflicts_with = "except")]
    pub send_back: Option<String>,
    /// Holds the key's passphrase; else COUNTERSIGN_PASSPHRASE, or it is asked for.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, clap::Args)]
pub struct Report {
    /// Number or id.
    pub record: String,
    /// The PDF.
    #[arg(short, long, value_name = "PDF")]
    pub output: PathBuf,
    /// Sign it with this key; may be given more than once.
    #[arg(long = "as", value_name = "KEY")]
    pub keys: Vec<String>,
    /// Holds a key's passphrase, in the order of the keys; else COUNTERSIGN_PASSPHRASE, or it is asked for.
    #[arg(long = "passphrase-file", value_name = "FILE")]
    pub passphrase_files: Vec<PathBuf>,
    /// Leave out how to reach people, for a report that is passed on. The hashes stay, and the record keeps the words.
    #[arg(long)]
    pub leave_out_contacts: bool,
    /// Make it anew even if there is one.
    #[arg(long)]
    pub anew: bool,
    /// Put the verifier page beside it.
    #[arg(long)]
    pub with_verifier: bool,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, clap::Args)]
pub struct Verify {
    /// The PDF.
    pub file: PathBuf,
    /// The certificates to trust (PEM). Get them from somebody you know, not with the report.
    #[arg(long, value_name = "PEM")]
    pub trust: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct Tour {
    /// Where to put the report and everything else.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}
