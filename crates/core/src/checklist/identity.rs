//! Item ids: stable while the file changes elsewhere, distinct even among ten thousand equal titles.
//!
//! An id is a hash of where an item stands (the titles of its sections, the task above it), its kind and its words, and of
//! how many equal ones stand before it. Case, punctuation, markup, numbering and the line's number do not count.

use crate::id::ItemId;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// FNV-1a, 64 bits: fast, and the same on every machine and in every version of ours.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// The ids given so far.
#[derive(Default)]
pub(super) struct Ids {
    seen: HashMap<u64, u32, Hashed>,
    given: HashSet<u64, Hashed>,
}

/// The keys are hashes already.
type Hashed = BuildHasherDefault<Identity>;

#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        // The lower bits of an id are cut off; the table wants both ends filled.
        self.0 = value ^ (value >> 32);
    }
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
        let mut text = String::with_capacity(13);
        text.push(kind);
        text.extend((0..12).rev().filter_map(|digit| char::from_digit(((id >> 16 >> (digit * 4)) & 0xf) as u32, 16)));
        ItemId(text)
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
    if text.is_ascii() {
        let eat = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(PRIME);
        return text
            .bytes()
            .filter(|&byte| counts(char::from(byte)))
            .fold(seed, |state, byte| eat(state, byte.to_ascii_lowercase()));
    }
    let mut state = seed;
    let mut buffer = [0; 4];
    for character in text.chars().filter(|&character| counts(character)).flat_map(char::to_lowercase) {
        for byte in character.encode_utf8(&mut buffer).bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }
    state
}

fn counts(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '<' | '>' | '≤' | '≥' | '%')
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
