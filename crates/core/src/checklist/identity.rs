//! Item ids: stable while the file changes elsewhere, distinct even among ten thousand equal titles.
//!
//! An id is a hash of where an item stands (the titles of its sections, the task above it), its kind and its words, and of
//! how many equal ones stand before it. Case, punctuation, markup, numbering and the line's number do not count.

use crate::id::ItemId;
use std::collections::HashMap;

/// Odd numbers with well mixed bits; the hash is the same on every machine and in every version of ours.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x517c_c1b7_2722_0a95;

/// The ids given so far, each with the number that the next item equal to its own gets.
///
/// A table of its own with one word an id, as each look at it is a look at memory that is far away: the upper 48 bits are the
/// id, the lower 16 the number, and zero is a free place. An id stands at the place that its first bits say or, if that is
/// taken, at the next free one.
pub(super) struct Ids {
    places: Vec<u64>,
    taken: usize,
    /// The numbers that 16 bits do not hold.
    many: HashMap<u64, u32>,
}

const NUMBER: u64 = 0xffff;

impl Ids {
    /// For about so many items.
    pub(super) fn for_about(items: usize) -> Self {
        Self { places: vec![0; (items + items / 4).next_power_of_two().max(64)], taken: 0, many: HashMap::new() }
    }

    /// An id for an item of `kind` (one letter), in the context of `above`, that says `label`.
    pub(super) fn give(&mut self, kind: u8, above: u64, label: &str) -> ItemId {
        let base = mixed(hash(above ^ BASIS, label), u64::from(kind));
        let first = mixed(base, 0);
        if self.take(first) {
            return ItemId::of_hash(kind, first);
        }
        let mut next = self.number(first);
        let id = loop {
            let id = mixed(base, u64::from(next));
            next += 1;
            if self.take(id) {
                break id;
            }
        };
        self.set_number(first, next);
        ItemId::of_hash(kind, id)
    }

    /// Where an id stands or, if it was not given yet, would stand.
    fn place(&self, id: u64) -> usize {
        let mask = self.places.len() - 1;
        let mut at = usize::try_from(id >> 16 >> (48 - self.places.len().trailing_zeros())).unwrap_or(0);
        while self.places.get(at & mask).is_some_and(|place| *place != 0 && *place & !NUMBER != id) {
            at += 1;
        }
        at & mask
    }

    /// Takes an id down; false if it was given already.
    fn take(&mut self, id: u64) -> bool {
        if self.taken * 4 > self.places.len() * 3 {
            let old = std::mem::take(&mut self.places);
            self.places = vec![0; old.len() * 2];
            for entry in old.into_iter().filter(|entry| *entry != 0) {
                let at = self.place(entry & !NUMBER);
                self.put(at, entry);
            }
        }
        let at = self.place(id);
        let is_free = self.places.get(at) == Some(&0);
        if is_free {
            self.put(at, id | 1);
            self.taken += 1;
        }
        is_free
    }

    fn put(&mut self, at: usize, entry: u64) {
        if let Some(place) = self.places.get_mut(at) {
            *place = entry;
        }
    }

    fn number(&self, id: u64) -> u32 {
        let number = self.places.get(self.place(id)).map_or(0, |entry| entry & NUMBER);
        if number < NUMBER { number as u32 } else { self.many.get(&id).copied().unwrap_or(u32::MAX) }
    }

    fn set_number(&mut self, id: u64, number: u32) {
        let at = self.place(id);
        self.put(at, id | u64::from(number).min(NUMBER));
        if u64::from(number) >= NUMBER {
            self.many.insert(id, number);
        }
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
        let ascii = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        let (plain, tail) = rest.split_at_checked(ascii).unwrap_or_default();
        plain.as_bytes().chunks(ROOM - EIGHT).for_each(|part| eater.eat_folded(part));
        let mut characters = tail.chars();
        match characters.next() {
            Some(character) if counts(character) => character.to_lowercase().for_each(|lower| eater.eat(lower)),
            Some(_) => {}
            None => return eater.finish(),
        }
        rest = characters.as_str();
    }
}

const EIGHT: usize = 8;
const ROOM: usize = 72;

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
            if let Some(place) = self.held.get_mut(count) {
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
    use std::collections::HashSet;

    #[test]
    fn markup_and_case_do_not_count_but_words_place_and_kind_do() {
        let id = |kind: u8, above, label: &str| Ids::for_about(1).give(kind, above, label);
        let one = id(b't', 7, "Run the tests:");
        assert_eq!(one, id(b't', 7, "run **the** tests"));
        for other in [id(b'f', 7, "Run the tests"), id(b't', 8, "Run the tests"), id(b't', 7, "Run the test")] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn a_hundred_thousand_equal_titles_get_distinct_ids() {
        let mut ids = Ids::for_about(0);
        let all: HashSet<ItemId> = (0..100_000).map(|_| ids.give(b't', 0, "Merge")).collect();
        assert_eq!(all.len(), 100_000);
        assert!(all.contains(&Ids::for_about(9).give(b't', 0, "merge!")));
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
