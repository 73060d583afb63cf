//! Arguments of sign-offs: on the spot, and by file.

use super::{Who, time};
use clap::Subcommand;
use countersign_core::time::Timestamp;
use std::path::PathBuf;

/// How somebody decides.
#[derive(Debug, clap::Args)]
pub struct Deciding {
    /// The key: its person's name, e-mail address, or the beginning of its id.
    #[arg(long = "as", value_name = "KEY")]
    pub key: String,
    /// In which role.
    #[arg(long, default_value = "")]
    pub role: String,
    /// What it means: performed, verified, reviewed, approved to deploy, approved, accepted risk, approved to roll back.
    #[arg(long, default_value = "approved")]
    pub meaning: String,
    /// Approve, except for this.
    #[arg(long, value_name = "WHAT")]
    pub except: Option<String>,
    /// An item that is excepted, by id or label; may be given more than once.
    #[arg(long, value_name = "ITEM", requires = "except")]
    pub except_item: Vec<String>,
    /// Until when the exception is granted: 2026-12-01, or a time.
    #[arg(long, value_name = "TIME", requires = "except", value_parser = time)]
    pub until: Option<Timestamp>,
    /// Do not approve: send it back, and say why.
    #[arg(long, value_name = "REASON", conflicts_with_all = ["except", "dissent"])]
    pub send_back: Option<String>,
    /// Do not approve, and let it go on all the same: say what you object to.
    #[arg(long, value_name = "REASON", conflicts_with = "except")]
    pub dissent: Option<String>,
    /// Holds the key's passphrase; else COUNTERSIGN_PASSPHRASE, or it is asked for.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct Sign {
    /// Number or id.
    pub record: String,
    #[command(flatten)]
    pub deciding: Deciding,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, Subcommand)]
pub enum SignOff {
    /// Ask for a signature by file: write the record as it stands, for another computer to show and to sign.
    Request {
        /// Number or id.
        record: String,
        /// The file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Who is asked; left out: whoever has the role.
        #[arg(long, value_name = "NAME", default_value = "")]
        of: String,
        /// In which role; left out: the signer's choice.
        #[arg(long, default_value = "")]
        role: String,
        #[command(flatten)]
        who: Who,
    },
    /// Show what a request asks to be signed.
    Show {
        /// The request.
        file: PathBuf,
    },
    /// Sign what a request asks for, or the field of a report that came from another computer; write the answer, or the signed report.
    Sign {
        /// The request, or the report (PDF).
        file: PathBuf,
        #[command(flatten)]
        deciding: Deciding,
        /// The answer, or the signed report.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Take what came back: a signature into its record, or a signed report in place of the one that is here.
    Take {
        /// Number or id.
        record: String,
        /// The answer, or the signed report (PDF).
        file: PathBuf,
        #[command(flatten)]
        who: Who,
    },
}
