//! Two versions of one checklist: which item of the new one is which of the old one, and what is different.
//!
//! Ids rest on place and words, and are never rewritten: whether an item *is* an earlier one is what [`Lineage`] says, and a
//! [`Difference`] is made from it. Deliberately not here: where versions come from, and who has to know of a change.

mod changes;
mod likeness;
mod lineage;

pub use changes::difference;
pub use lineage::Lineage;

use super::Template;
use crate::id::ItemId;
use serde::{Deserialize, Serialize};

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is new.
    Added,
    /// It is no longer there.
    Removed,
    /// It is worded otherwise, or asks for something else.
    Changed,
    /// It stands elsewhere, and is otherwise as it was.
    Moved,
    /// It was a part of an item that is several now.
    Split,
    /// It is a part of another item now.
    Merged,
}

impl Fate {
    /// All, in the order in which they are counted.
    pub const ALL: [Self; 6] = [Self::Added, Self::Removed, Self::Changed, Self::Moved, Self::Split, Self::Merged];

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Split => "split off",
            Self::Merged => "merged",
        }
    }
}

/// One thing that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What became of it.
    pub fate: Fate,
    /// What it is: `task`, `field`, `choice`, `sign-off`, `gate`, `section`, `policy`, `probe`.
    pub what: String,
    /// Its words: as they are now, or as they were if it is gone.
    pub title: String,
    /// The title of the section that it stands in, or stood in.
    pub place: String,
    /// What exactly is different.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
    /// The item in the old version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<ItemId>,
    /// The item in the new version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<ItemId>,
    /// 1-based line in the new version, or in the old one if it is gone.
    pub line: u32,
}

/// A part of something that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// Which part: `title`, `limit`, `unit`, `options`, `role`, `place` …
    pub what: String,
    /// As it was; empty if there was nothing.
    pub then: String,
    /// As it is; empty if there is nothing.
    pub now: String,
}

impl Detail {
    /// In words: «limit: < 500 ms → < 300 ms».
    pub fn words(&self) -> String {
        let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { format!("«{text}»") };
        format!("{}: {} → {}", self.what, or_none(&self.then), or_none(&self.now))
    }
}

/// What is different between two versions of a checklist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// In the order of the new file; what is gone stands where it stood.
    pub changes: Vec<Change>,
    /// How many items are as they were.
    pub unchanged: u32,
}

impl Difference {
    /// «7 items changed».
    pub fn headline(&self) -> String {
        headline(&self.changes)
    }
}

/// «7 items changed: 3 added, 1 removed, 3 changed».
pub fn headline(changes: &[Change]) -> String {
    let named: Vec<String> = Fate::ALL
        .into_iter()
        .map(|fate| (changes.iter().filter(|change| change.fate == fate).count(), fate))
        .filter(|(count, _)| *count > 0)
        .map(|(count, fate)| format!("{count} {}", fate.word()))
        .collect();
    match changes.len() {
        0 => "No item changed".to_owned(),
        1 => format!("1 item changed: {}", named.join(", ")),
        many => format!("{many} items changed: {}", named.join(", ")),
    }
}

/// Whether two checklists can be versions of one: at least a third of the items of the smaller one are in both.
pub fn are_kin(old: &Template, new: &Template) -> bool {
    let smaller = old.items.len().min(new.items.len());
    if smaller == 0 {
        return old.title == new.title;
    }
    Lineage::between(old, new).pairs().count() * 3 >= smaller
}
