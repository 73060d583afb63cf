//! The arguments.

mod checklist;
mod keys;
mod record;
mod register;
mod roster;
mod sign_off;

use clap::{Parser, Subcommand};
use countersign_core::time::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

pub use checklist::{Checklist, Correct, StateArg};
pub use keys::{Authority, Key, Later, Report};
pub use record::{Baseline, HandOver, ImportForm, Incident, Outcome, Record, Round, WayArg};
pub use register::{RegisterCommand, Which};
pub use roster::Roster;
pub use sign_off::{Deciding, Sign, SignOff};

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
    /// The register of all records.
    #[command(subcommand)]
    Register(RegisterCommand),
    /// Evaluate conditions.
    #[command(subcommand)]
    Condition(Condition),
    /// Run health probes.
    #[command(subcommand)]
    Probe(Probe),
    /// Make, import and list keys.
    #[command(subcommand)]
    Key(Key),
    /// The organisation's root and its roster: who vouches for whom, and who may sign in which role.
    #[command(subcommand)]
    Roster(Roster),
    /// Time-stamp authorities (RFC 3161): they say by when a signature was there.
    #[command(subcommand)]
    Authority(Authority),
    /// Sign off a record.
    Sign(Sign),
    /// Sign-offs by file: ask for one, give one, take one back.
    #[command(subcommand)]
    Signoff(SignOff),
    /// Make the signed report of a closed record.
    Report(Box<Report>),
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

/// A time (RFC 3339), or a day, which stands for its end in UTC.
pub fn time(words: &str) -> Result<Timestamp, String> {
    let words = words.trim();
    let day = || format!("{words}T23:59:59Z").parse();
    words.parse().or_else(|_| day()).map_err(|_| "write it like 2026-12-01 or 2026-12-01T09:30:00Z".to_owned())
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
        /// Allow this host for the record, also where its name leads to a private address.
        #[arg(long, value_name = "HOST")]
        allow_private: Vec<String>,
        /// Allow this host for the record, and that something is sent to it: POST, PUT, PATCH, DELETE.
        #[arg(long, value_name = "HOST")]
        allow_send: Vec<String>,
        /// Work as if there were no network.
        #[arg(long)]
        offline: bool,
        #[command(flatten)]
        who: Who,
    },
    /// Ask once, by the words of an annotation, and print the evidence; nothing is kept.
    Try {
        /// What to ask: `tls example.com:443`, `redis localhost:6379 PING`.
        words: String,
        /// What should hold; what is usual for the kind if none is given.
        #[arg(long, value_name = "CONDITION")]
        expect: Vec<String>,
        /// The hosts may be at private addresses.
        #[arg(long)]
        private: bool,
        /// Something may be sent to the hosts: POST, PUT, PATCH, DELETE.
        #[arg(long)]
        send: bool,
    },
    /// Make the probes of a record that fall due with its rounds, as long as this runs, and show each as it comes.
    Watch {
        /// Number or id.
        record: String,
        /// Make all allowed probes at this interval too, such as 30s or 5m.
        #[arg(long, value_name = "LENGTH", value_parser = length)]
        every: Option<Duration>,
        /// End after this time; otherwise when the record is closed.
        #[arg(long = "for", value_name = "LENGTH", value_parser = length)]
        span: Option<Duration>,
        #[command(flatten)]
        who: Who,
    },
    /// Add the probes of a file to a record: endpoints of Gatus, blackbox targets of Prometheus, an export of Uptime Kuma.
    Import {
        /// YAML or JSON.
        file: PathBuf,
        /// Number or id.
        #[arg(long, value_name = "RECORD")]
        record: String,
        #[command(flatten)]
        who: Who,
    },
    /// Show or name what tells whether there is a network: a web address with the status and words that it has, or host:port.
    Witnesses {
        /// The witnesses from now on.
        #[arg(value_name = "WITNESS", conflicts_with = "none")]
        witnesses: Vec<String>,
        /// From now on none.
        #[arg(long)]
        none: bool,
    },
    /// Accept, dispute or acknowledge what a probe measured last.
    Judge {
        /// Number or id.
        record: String,
        /// The probe, by id or name.
        probe: String,
        /// Dispute it, and say why.
        #[arg(long, value_name = "REASON")]
        dispute: Option<String>,
        /// Say that a finding is known, and what is known of it. It stays a finding.
        #[arg(long, value_name = "REASON", conflicts_with = "dispute")]
        acknowledge: Option<String>,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, clap::Args)]
pub struct Verify {
    /// The PDF.
    pub file: PathBuf,
    /// The certificates to trust (PEM). Get them from somebody you know, not with the report.
    #[arg(long, value_name = "PEM")]
    pub trust: Option<PathBuf>,
    /// The organisation's roster: whoever signed in a role that it does not give them is not known.
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub roster: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct Tour {
    /// Where to put the report and everything else.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// `30s`, `5m`, `1h`
fn length(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let of_unit = match unit {
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        _ => return Err("write a time such as 30s, 5m or 1h".to_owned()),
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(of_unit)).filter(|all| *all > 0);
    seconds.map(Duration::from_secs).ok_or_else(|| "write a time such as 30s, 5m or 1h".to_owned())
}
