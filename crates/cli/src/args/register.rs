//! Which records, for lists and statistics.

use super::Outcome;
use clap::Subcommand;
use countersign_core::register::RecordStatus;
use countersign_core::time::Timestamp;
use std::path::PathBuf;

/// What is done with the register of all records.
#[derive(Debug, Subcommand)]
pub enum RegisterCommand {
    /// Write it for an auditor: every record without a gap, signed; a random sample; which control each part answers.
    Export {
        /// A folder, or a file that ends in .zip.
        #[arg(short, long, value_name = "DIR|ZIP")]
        out: PathBuf,
        /// Draw so many of the deployments that ended.
        #[arg(long, value_name = "N")]
        sample: Option<u32>,
        /// What the sample is drawn by: the auditor's own words, so that nobody else chose them. Else random digits, which are stated.
        #[arg(long, value_name = "WORDS", requires = "sample")]
        seed: Option<String>,
    },
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

pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    let whole = if text.len() == "2026-11-21".len() { format!("{text}T00:00:00Z") } else { text.to_owned() };
    whole.parse().map_err(|_| "a day such as 2026-11-21, or a time such as 2026-11-21T10:00:00Z".to_owned())
}
