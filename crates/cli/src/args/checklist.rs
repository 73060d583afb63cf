//! Arguments of `countersign checklist`.

use clap::Subcommand;
use countersign_core::id::Digest;
use std::path::PathBuf;

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
