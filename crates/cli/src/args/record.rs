//! Arguments of `countersign record`.

use super::{Which, Who};
use clap::Subcommand;
use countersign_core::record::Severity;
use countersign_core::time::Timestamp;
use std::path::PathBuf;

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
    /// Write a signed in-toto statement about a record that ended (DSSE envelope).
    Attest {
        /// Number or id.
        record: String,
        /// The file.
        #[arg(short, long, value_name = "JSON")]
        output: PathBuf,
    },
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
    #[arg(long, value_parser = super::register::time)]
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
