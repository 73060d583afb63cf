//! Arguments of keys, rosters, sign-offs and reports.

use super::Who;
use clap::Subcommand;
use std::path::PathBuf;

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
