//! The form of a checklist: to print, to fill in on paper or on screen, and to read back into a record.
//!
//! [`blank`] says what stands on the pages and which fields there are; [`read_back`] takes what was filled in apart into intents, one
//! an item, and says what does not fit. Deliberately not here: how pages are set and how a PDF is read; both pass values. Nothing is
//! decided here either: each intent goes through [`decide`](crate::record::decide) like one that was typed.

mod compose;
mod fill;
mod table;

pub use compose::blank;
pub use fill::{FilledField, Left, Reading, Value, Wish, checklist_in, read_back};

use crate::checklist::{Item, ItemKind};

/// The fields for the record's own facts: the key of [`Header::set`](crate::record::Header::set), and what stands before the blank.
pub const HEADER: [(&str, &str); 6] = [
    ("service", "Service"),
    ("release", "Release"),
    ("environment", "Environment"),
    ("change", "Change"),
    ("deployer", "Deployer"),
    ("reviewers", "Reviewers"),
];

const HEADER_PREFIX: &str = "header-";
const FILLED_BY: &str = "filled-by";
const FILLED_ON: &str = "filled-on";
const NOTES: &str = "notes";
const DATE_SUFFIX: &str = "-date";

/// The name of an option in a form: ASCII letters, digits and dashes, each once, and never the word that means that none is chosen.
fn states(options: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(options.len());
    for (number, option) in (1..).zip(options) {
        let plain: String = option.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(40).collect();
        let plain = plain.trim_matches('-').to_owned();
        let taken = plain.is_empty() || plain.eq_ignore_ascii_case("off") || names.contains(&plain);
        names.push(if taken { format!("option-{number}") } else { plain });
    }
    names
}

/// What an item asks, for who does not see the page.
fn words(item: &Item) -> String {
    let mut words = item.label.clone();
    if let ItemKind::Field { unit: Some(unit), .. } = &item.kind {
        words.push_str(&format!(" [{unit}]"));
    }
    for limit in &item.limits {
        words.push_str(&format!(" ({})", limit.text));
    }
    words
}
