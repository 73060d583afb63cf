//! Item ids: stable while the file changes elsewhere, distinct even among ten thousand equal titles.
//!
//! An id is a hash of where an item stands (the titles of its sections, the task above it), its kind and its words, and of
//! how many equal ones stand before it. Case, punctuation, markup, numbering and the line's number do not count.

use crate::id::ItemId;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Odd numbers with well mixed bits; the hash is the same on every machine and in every version of ours.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x517c_c1b7_2722_0a95;

/// The ids given so far.
///
/// That no two are the same by chance is looked at once, when all are given: by a sort, which costs a small part of what looking
/// each up in a large table does. Should it happen after all, the file is read again [carefully](Ids::careful).
#[derive(Default)]
pub(super) struct Ids {
    /// By the id of the first of equal items: the number that the next one gets.
    equal: HashMap<u64, u32, Hashed>,
    given: Vec<u64>,
    /// Those given, if each is to be looked up.
    taken: Option<HashSet<u64, Hashed>>,
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
    /// Looks at each id whether it was given, and gives another then.
    pub(super) fn careful() -> Self {
        Self { taken: Some(HashSet::default()), ..Self::default() }
    }

    /// Makes room for about so many.
    pub(super) fn reserve(&mut self, items: usize) {
        self.given.reserve_exact(items);
    }

    /// An id for an item of `kind` (one letter), in the context of `above`, that says `label`.
    pub(super) fn give(&mut self, kind: u8, above: u64, label: &str) -> ItemId {
        let base = mixed(hash(above ^ BASIS, label), u64::from(kind));
        let next = self.equal.entry(mixed(base, 0)).or_default();
        let id = loop {
            let id = mixed(base, u64::from(*next));
            *next += 1;
            if self.taken.as_mut().is_none_or(|taken| taken.insert(id)) {
                break id;
            }
        };
        self.given.push(id);
        ItemId::of_hash(kind, id)
    }

    /// Whether no two of the ids given are the same.
    pub(super) fn are_distinct(mut self) -> bool {
        self.given.sort_unstable();
        self.given.is_sorted_by(|one, next| one < next)
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
    let mut eater = Eater { state: seed, held: [0; ROOM], count: 0 };
    let mut rest = text;
    loop {
        let end = if rest.is_ascii() { None } else { rest.bytes().position(|byte| !byte.is_ascii()) };
        let ascii = end.unwrap_or(rest.len());
        let (plain, tail) = rest.split_at_checked(ascii).unwrap_or_default();
        plain.as_bytes().chunks(ROOM - EIGHT).for_each(|part| eater.eat_folded(part));
        let mut characters = tail.chars();
        match characters.next() {
            Some(ideograph @ '\u{4e00}'..='\u{9fff}') => eater.eat(ideograph),
            Some(character) if counts(character) => character.to_lowercase().for_each(|lower| eater.eat(lower)),
            Some(_) => {}
            None => return eater.finish(),
        }
        rest = characters.as_str();
    }
}

const EIGHT: usize = 8;
const ROOM: usize = 128;

/// Takes bytes other than zero, eight at a time, as one multiplication has to wait for the one before it.
struct Eater {
    state: u64,
    held: [u8; ROOM],
    count: usize,
}

impl Eater {
    /// Takes ASCII bytes in lower case, those that count. Without a branch on that: which bytes count follows no pattern.
    fn eat_folded(&mut self, part: &[u8]) {
        let mut count = self.count;
        for &byte in part {
            let folded = FOLDED.get(usize::from(byte)).copied().unwrap_or(0);
            // Always within, as the part is short enough; saying so spares looking each time.
            if let Some(place) = self.held.get_mut(count % ROOM) {
                *place = folded;
            }
            count += usize::from(folded != 0);
        }
        self.count = count;
        self.digest();
    }

    fn eat(&mut self, character: char) {
        let mut buffer = [0; 4];
        for byte in character.encode_utf8(&mut buffer).bytes() {
            if let Some(place) = self.held.get_mut(self.count) {
                *place = byte;
            }
            self.count += 1;
        }
        self.digest();
    }

    /// Digests all whole eights.
    fn digest(&mut self) {
        if self.count < EIGHT {
            return;
        }
        let held = self.held.get(..self.count).unwrap_or_default();
        let (eights, rest) = held.as_chunks::<EIGHT>();
        self.state = eights.iter().fold(self.state, |state, eight| eaten(state, u64::from_be_bytes(*eight)));
        let start = held.len() - rest.len();
        self.count = rest.len();
        self.held.copy_within(start..start + self.count, 0);
    }

    fn finish(&self) -> u64 {
        let rest = self.held.get(..self.count).unwrap_or_default();
        eaten(self.state, rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)))
    }
}

fn eaten(state: u64, word: u64) -> u64 {
    (state.rotate_left(5) ^ word).wrapping_mul(PRIME)
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
        for mut ids in [Ids::default(), Ids::careful()] {
            let all: HashSet<ItemId> = (0..10_000).map(|_| ids.give(b't', 0, "Merge")).collect();
            assert_eq!(all.len(), 10_000);
            assert!(all.contains(&Ids::default().give(b't', 0, "merge!")));
            assert!(ids.are_distinct());
        }
    }

    #[test]
    fn two_ids_that_are_the_same_by_chance_are_seen_and_care_keeps_them_apart() {
        let first = mixed(mixed(hash(BASIS, "Merge"), u64::from(b't')), 0);
        let mut quick = Ids { given: vec![first], ..Ids::default() };
        let one = quick.give(b't', 0, "Merge");
        assert!(!quick.are_distinct());
        let mut careful = Ids { taken: Some(HashSet::from_iter([first])), ..Ids::careful() };
        assert_ne!(careful.give(b't', 0, "Merge"), one);
    }

    #[test]
    fn an_id_is_the_same_in_every_version_of_the_program() {
        let long = "Wait until every worker has finished what it was doing, then look at the graphs of the last hour and at \
            those of the hour before, and say so in the channel";
        let other = "Prüfung ≥ 80 % bestanden, ganz oder gar nicht: İstanbul";
        let text = format!("# Release\n- [ ] Merge\n- [ ] merge!\n- [ ] {other}\n- [ ] {long}\n");
        let template = crate::checklist::read(text.as_bytes());
        let ids: Vec<String> = template.items.iter().map(|item| item.id.to_string()).collect();
        assert_eq!(ids, ["t933ae5e4fe23", "tbe52564f3ba5", "t1a7b341624ee", "t6efddb91fdc4"]);
    }
}
