//! Arguments of rosters: who may sign in which role.

use super::time;
use clap::Subcommand;
use countersign_core::time::Timestamp;
use std::path::PathBuf;

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
    /// Write the certificates and revocation lists that reports of this installation are to be trusted by.
    Export {
        /// The PEM file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Begin a draft: the roster in force, and everybody whom the root here has certified.
    Make,
    /// Add a person to the draft, or change what it says of one.
    Add {
        /// Name, as in the certificate.
        name: String,
        /// A role that the person may sign in; may be given more than once.
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// The person's certificate (PEM), if the root here did not issue it.
        #[arg(long, value_name = "PEM")]
        certificate: Option<PathBuf>,
        /// From when on the person may sign.
        #[arg(long, value_name = "TIME", value_parser = time)]
        from: Option<Timestamp>,
        /// Until when.
        #[arg(long, value_name = "TIME", value_parser = time)]
        until: Option<Timestamp>,
    },
    /// Take a person out of the draft.
    Remove {
        /// Name, as in the roster.
        name: String,
    },
    /// Sign the draft with the organisation's root, and write it for the other computers. From then on it counts here.
    Sign {
        /// The roster file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Holds the root's passphrase; else COUNTERSIGN_ROOT_PASSPHRASE, or it is asked for.
        #[arg(long, value_name = "FILE")]
        root_passphrase_file: Option<PathBuf>,
    },
    /// Take over a roster that the organisation's root signed.
    Import {
        /// The roster file.
        file: PathBuf,
        /// The organisation's certificates and revocation lists (PEM), which are trusted from then on. Get them from somebody you know.
        #[arg(long, value_name = "PEM")]
        trust: Option<PathBuf>,
    },
    /// Show the roster in force, with what is to be seen to. Exit code 1 if there is something.
    Show,
}
