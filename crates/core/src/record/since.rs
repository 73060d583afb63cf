//! What the checklist of a record has that the one of the last record had not, as a person was shown it before the record began.
//!
//! Kept as sentences in the first event, so that a report can show them without the older file. Which record is the last one is
//! the engine's to find; what is different is [`crate::checklist::versions`]'.

use crate::checklist::Template;
use crate::checklist::versions::{Change, Detail, Difference, difference, headline};
use crate::id::{Digest, RecordId};
use serde::{Deserialize, Serialize};

/// More sentences than this are counted only.
const SENTENCES: usize = 300;

/// The changes since the last record, which the person who began this one has acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// The last record.
    pub record: RecordId,
    /// Its number.
    pub number: u32,
    /// SHA-256 of its checklist.
    pub sha256: Digest,
    /// How much changed: «7 items changed: 4 added, 3 changed».
    pub headline: String,
    /// A sentence for each change.
    pub changes: Vec<String>,
    /// How many more changes there are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Since {
    /// What to acknowledge before a record begins from `new`; none if no item changed since `old`, the checklist of `record`.
    pub fn between(record: &RecordId, number: u32, old: &Template, new: &Template) -> Option<Self> {
        let Difference { changes, .. } = difference(old, new);
        if changes.is_empty() {
            return None;
        }
        let more = u32::try_from(changes.len().saturating_sub(SENTENCES)).unwrap_or(u32::MAX);
        Some(Self {
            record: record.clone(),
            number,
            sha256: old.sha256,
            headline: headline(&changes),
            changes: changes.iter().take(SENTENCES).map(sentence).collect(),
            more,
        })
    }
}

/// «changed field «p95» (Baseline): limit: «value < 500 ms» → «value < 300 ms»».
pub fn sentence(of: &Change) -> String {
    let place = if of.place.is_empty() { String::new() } else { format!(" ({})", of.place) };
    let details: Vec<String> = of.details.iter().map(Detail::words).collect();
    let details = if details.is_empty() { String::new() } else { format!(": {}", details.join(", ")) };
    format!("{} {} «{}»{place}{details}", of.fate.word(), of.what, of.title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::read;

    #[test]
    fn what_is_to_be_acknowledged_is_said_in_sentences_and_counted() {
        let since = |old: &str, new: &str| {
            Since::between(&RecordId::from("r"), 3, &read(old.as_bytes()), &read(new.as_bytes()))
        };
        let old = "# Release\n## Before\n- [ ] Run the tests\n";
        assert_eq!(since(old, &format!("{old}\nMore words.\n")), None);
        let found = since(old, &format!("{old}- [ ] Tag it\n")).unwrap();
        assert_eq!((found.headline.as_str(), found.more), ("1 item changed: 1 added", 0));
        assert_eq!(found.changes, ["added task «Tag it» (Before)"]);
        let lines: String = (0..400).map(|at| format!("- [ ] Look at host {at}\n")).collect();
        let found = since(old, &format!("{old}{lines}")).unwrap();
        assert_eq!((found.changes.len(), found.more), (SENTENCES, 100));
        assert!(found.headline.starts_with("400 items changed"));
    }
}
