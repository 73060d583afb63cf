//! Item ids: stable while the file changes elsewhere, distinct even among ten thousand equal titles.
//!
//! An id is a hash of where an item stands (the titles of its sections, the task above it), its kind and its words, and of
//! how many equal ones stand before it. Case, punctuation, markup, numbering and the line's number do not count.

use crate::id::ItemId;
use std::collections::{HashMap, HashSet};

/// FNV-1a, 64 bits: fast, and the same on every machine and in every version of ours.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// The ids given so far.
#[derive(Default)]
pub(super) struct Ids {
    seen: HashMap<u64, u32>,
    given: HashSet<u64>,
}

impl Ids {
    /// An id for an item of `kind` (one letter), in the context of `above`, that says `label`.
    pub(super) fn give(&mut self, kind: char, above: u64, label: &str) -> ItemId {
        let base = mixed(hash(above ^ BASIS, label), u64::from(u32::from(kind)));
        let occurrence = self.seen.entry(base).or_insert(0);
        let mut id = mixed(base, u64::from(*occurrence));
        while !self.given.insert(id) {
            *occurrence += 1;
            id = mixed(base, u64::from(*occurrence));
        }
        *occurrence += 1;
        ItemId(format!("{kind}{:012x}", id >> 16))
    }
}

/// A context one step deeper: a section in a section, an item in an item.
pub(super) fn within(above: u64, title: &str) -> u64 {
    hash(above.rotate_left(17) ^ BASIS, title)
}

fn mixed(hash: u64, more: u64) -> u64 {
    let mut value = (hash ^ more.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(PRIME);
    value ^= value >> 32;
    value = value.wrapping_mul(0x9fb2_1c65_1e98_df25);
    (value ^ (value >> 28)) & !0xffff
}

/// Hashes the letters and digits of a text, in lower case.
fn hash(seed: u64, text: &str) -> u64 {
    let mut state = seed;
    let mut eat = |byte: u8| state = (state ^ u64::from(byte)).wrapping_mul(PRIME);
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            eat(character.to_ascii_lowercase() as u8);
        } else if !character.is_ascii() && character.is_alphanumeric() {
            for lower in character.to_lowercase() {
                u32::from(lower).to_le_bytes().into_iter().for_each(&mut eat);
            }
        } else if matches!(character, '<' | '>' | '≤' | '≥' | '%') {
            u32::from(character).to_le_bytes().into_iter().for_each(&mut eat);
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_case_do_not_count_but_words_place_and_kind_do() {
        let id = |kind, above, label: &str| Ids::default().give(kind, above, label);
        let one = id('t', 7, "Run the tests:");
        assert_eq!(one, id('t', 7, "run **the** tests"));
        for other in [id('f', 7, "Run the tests"), id('t', 8, "Run the tests"), id('t', 7, "Run the test")] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn ten_thousand_equal_titles_get_distinct_ids() {
        let mut ids = Ids::default();
        let all: HashSet<ItemId> = (0..10_000).map(|_| ids.give('t', 0, "Merge")).collect();
        assert_eq!(all.len(), 10_000);
        let mut again = Ids::default();
        assert!(all.contains(&again.give('t', 0, "Merge")));
    }
}
