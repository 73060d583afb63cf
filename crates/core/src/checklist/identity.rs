//! Item ids: stable while the file changes elsewhere, distinct even among ten thousand equal titles.
//!
//! An id is a hash of where an item stands (the titles of its sections, the task above it), its kind and its words, and of
//! how many equal ones stand before it. Case, punctuation, markup, numbering and the line's number do not count.

use crate::id::ItemId;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

/// Odd numbers with well mixed bits; the hash is the same on every machine and in every version of ours.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x517c_c1b7_2722_0a95;

/// The ids given so far, each with the number that the next item equal to its own gets.
#[derive(Default)]
pub(super) struct Ids {
    given: HashMap<u64, u32, Hashed>,
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
    /// For about so many items.
    pub(super) fn for_about(items: usize) -> Self {
        Self { given: HashMap::with_capacity_and_hasher(items, Hashed::default()) }
    }

    /// An id for an item of `kind` (one letter), in the context of `above`, that says `label`.
    pub(super) fn give(&mut self, kind: u8, above: u64, label: &str) -> ItemId {
        let base = mixed(hash(above ^ BASIS, label), u64::from(kind));
        let first = mixed(base, 0);
        let mut next = match self.given.entry(first) {
            Entry::Vacant(free) => {
                free.insert(1);
                return ItemId::of_hash(kind, first);
            }
            Entry::Occupied(equal) => *equal.get(),
        };
        let id = loop {
            let id = mixed(base, u64::from(next));
            next += 1;
            if let Entry::Vacant(free) = self.given.entry(id) {
                free.insert(1);
                break id;
            }
        };
        self.given.insert(first, next);
        ItemId::of_hash(kind, id)
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
    let mut eater = Eater { state: seed, word: 0 };
    if text.is_ascii() {
        for &byte in text.as_bytes() {
            eater.eat_folded(byte);
        }
        return eater.finish();
    }
    let mut buffer = [0; 4];
    for character in text.chars() {
        if let Ok(byte) = u8::try_from(character)
            && byte.is_ascii()
        {
            eater.eat_folded(byte);
        } else if counts(character) {
            for lower in character.to_lowercase() {
                lower.encode_utf8(&mut buffer).bytes().for_each(|byte| eater.eat(byte));
            }
        }
    }
    eater.finish()
}

/// Takes bytes other than zero, eight at a time, as one multiplication has to wait for the one before it.
struct Eater {
    state: u64,
    word: u64,
}

impl Eater {
    /// Takes an ASCII byte in lower case, if it counts. Without a branch on that: which bytes count follows no pattern.
    #[inline]
    fn eat_folded(&mut self, byte: u8) {
        let folded = FOLDED.get(usize::from(byte)).copied().unwrap_or(0);
        self.word = self.word << (u32::from(folded != 0) * 8) | u64::from(folded);
        self.empty_if_full();
    }

    #[inline]
    fn eat(&mut self, byte: u8) {
        self.word = self.word << 8 | u64::from(byte);
        self.empty_if_full();
    }

    #[inline]
    fn empty_if_full(&mut self) {
        if self.word >> 56 != 0 {
            self.state = self.finish();
            self.word = 0;
        }
    }

    fn finish(&self) -> u64 {
        (self.state.rotate_left(5) ^ self.word).wrapping_mul(PRIME)
    }
}

/// The ASCII characters that count, in lower case; 0 for the others.
static FOLDED: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'<' | b'>' | b'%') {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

fn counts(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '≤' | '≥')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn markup_and_case_do_not_count_but_words_place_and_kind_do() {
        let id = |kind: u8, above, label: &str| Ids::default().give(kind, above, label);
        let one = id(b't', 7, "Run the tests:");
        assert_eq!(one, id(b't', 7, "run **the** tests"));
        for other in [id(b'f', 7, "Run the tests"), id(b't', 8, "Run the tests"), id(b't', 7, "Run the test")] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn ten_thousand_equal_titles_get_distinct_ids() {
        let mut ids = Ids::default();
        let all: HashSet<ItemId> = (0..10_000).map(|_| ids.give(b't', 0, "Merge")).collect();
        assert_eq!(all.len(), 10_000);
        let mut again = Ids::default();
        assert!(all.contains(&again.give(b't', 0, "Merge")));
    }
}
