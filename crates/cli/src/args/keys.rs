//! Arguments of keys and reports.

use super::{Who, time};
use clap::Subcommand;
use countersign_core::time::Timestamp;
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
    /// Make a person's key and a request for its certificate, where the organisation's root is on another computer.
    Request {
        /// The person's name.
        #[arg(long)]
        name: String,
        /// E-mail address.
        #[arg(long, default_value = "")]
        email: String,
        /// The request (PKCS#10, PEM).
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Holds the new key's passphrase; else COUNTERSIGN_PASSPHRASE, or it is asked for.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Issue the certificate that a request asks for. Make sure first who asks.
    Certify {
        /// The request (PKCS#10, PEM).
        request: PathBuf,
        /// The certificate (PEM).
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Holds the root's passphrase; else COUNTERSIGN_ROOT_PASSPHRASE, or it is asked for.
        #[arg(long, value_name = "FILE")]
        root_passphrase_file: Option<PathBuf>,
    },
    /// Take the certificate that was issued for a key of this computer.
    Accept {
        /// The certificate (PEM).
        certificate: PathBuf,
        /// Holds the key's passphrase; else COUNTERSIGN_PASSPHRASE, or it is asked for.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Revoke a certificate of the organisation's root. What was signed before holds on; `roster export` tells the others.
    Revoke {
        /// Whose: name, e-mail address, or the beginning of the certificate's SHA-256.
        who: String,
        /// Why: lost, stolen, left or replaced.
        #[arg(long)]
        reason: String,
        /// From when on it no longer counts; left out: from now on.
        #[arg(long, value_name = "TIME", value_parser = time)]
        since: Option<Timestamp>,
        /// Holds the root's passphrase; else COUNTERSIGN_ROOT_PASSPHRASE, or it is asked for.
        #[arg(long, value_name = "FILE")]
        root_passphrase_file: Option<PathBuf>,
    },
    /// Make a person a new key, and revoke the one that they have.
    Rotate {
        /// Whose: name, e-mail address, or the beginning of the certificate's SHA-256.
        who: String,
        /// Holds the new key's passphrase; else COUNTERSIGN_PASSPHRASE, or it is asked for.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
        /// Holds the root's passphrase; else COUNTERSIGN_ROOT_PASSPHRASE, or it is asked for.
        #[arg(long, value_name = "FILE")]
        root_passphrase_file: Option<PathBuf>,
    },
    /// List the wrong passphrases that were tried on keys of this computer, and when a key was opened after them.
    Log,
}

/// What can be added to a signed report.
#[derive(Debug, Subcommand)]
pub enum Later {
    /// Put a time stamp over a signed report; no signed byte is touched.
    Timestamp {
        /// The PDF.
        file: PathBuf,
        /// Into this file; else into the same.
        #[arg(short, long, value_name = "PDF")]
        output: Option<PathBuf>,
        /// Ask this authority instead of those that are set; may be given more than once, to be asked in turn.
        #[arg(long, value_name = "URL")]
        tsa: Vec<String>,
        /// Put the certificates and what their issuers say of them into it first.
        #[arg(long)]
        long_term: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Authority {
    /// Ask this one for time stamps, whenever a report is signed and there is a network.
    Add {
        /// Where it is asked.
        url: String,
        /// The certificates that vouch for it (PEM): believed about the time, and about nothing else.
        #[arg(long, value_name = "PEM")]
        root: Option<PathBuf>,
    },
    /// Ask it no longer. Time stamps that it gave stay.
    Remove {
        /// Where it is asked.
        url: String,
    },
    /// List those that are asked, in their order.
    List,
}

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Report {
    /// Number or id.
    #[arg(required = true)]
    pub record: Option<String>,
    /// The PDF.
    #[arg(short, long, value_name = "PDF", required = true)]
    pub output: Option<PathBuf>,
    #[command(subcommand)]
    pub later: Option<Later>,
    /// Ask this time-stamp authority (RFC 3161) instead of those that are set; may be given more than once, to be asked in turn.
    #[arg(long, value_name = "URL")]
    pub tsa: Vec<String>,
    /// Put the certificates and what their issuers say of them into it, and a time stamp over the whole.
    #[arg(long)]
    pub long_term: bool,
    /// Sign it with this key; may be given more than once.
    #[arg(long = "as", value_name = "KEY")]
    pub keys: Vec<String>,
    /// Holds a key's passphrase, in the order of the keys; else COUNTERSIGN_PASSPHRASE, or it is asked for.
    #[arg(long = "passphrase-file", value_name = "FILE")]
    pub passphrase_files: Vec<PathBuf>,
    /// Leave out how to reach people, for a report that is passed on. The hashes stay, and the record keeps the words.
    #[arg(long)]
    pub leave_out_contacts: bool,
    /// The paper; with a new report.
    #[arg(long, value_enum, default_value_t = super::checklist::PaperArg::A4)]
    pub paper: super::checklist::PaperArg,
    /// Make it anew even if there is one.
    #[arg(long)]
    pub anew: bool,
    /// Put the verifier page beside it.
    #[arg(long)]
    pub with_verifier: bool,
    #[command(flatten)]
    pub who: Who,
}
