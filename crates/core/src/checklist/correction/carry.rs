//! Corrections of one version taken over to the next.

use super::Correction;
use super::lines::{lines_of, text_of};
use crate::checklist::Template;
use crate::checklist::versions::Lineage;
use std::collections::HashSet;

/// What became of the corrections of an earlier version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Those that fit the new version, in its terms.
    pub corrections: Vec<Correction>,
    /// Those that do not: what they were about is gone.
    pub lost: Vec<Correction>,
}

/// Takes the corrections of `old` over to `new`, both as they were read without them. An item is found again by the matcher, a line by
/// its text; where the new reading needs no correction it gets none.
pub fn carry(old: &Template, new: &Template, bytes: &[u8], corrections: &[Correction]) -> Carried {
    let lineage = Lineage::between(old, new);
    let ids = lineage.ids(old, new);
    let mut lines: Option<HashSet<String>> = None;
    let mut carried = Carried::default();
    for correction in corrections {
        let mut moved = correction.clone();
        let known = match &mut moved {
            Correction::Task { text, .. } => {
                let lines = lines.get_or_insert_with(|| lines_of(bytes).into_iter().map(text_of).collect());
                lines.contains(text.as_str())
            }
            Correction::Content { item }
            | Correction::Value { item, .. }
            | Correction::Unit { item, .. }
            | Correction::Role { item, .. } => match ids.get(item) {
                Some(now) => {
                    *item = (*now).clone();
                    true
                }
                None => false,
            },
        };
        if known { carried.corrections.push(moved) } else { carried.lost.push(correction.clone()) }
    }
    carried
}
