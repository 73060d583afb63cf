//! Whether one of many known phrases can occur in a text, told from one pass over it.
//!
//! Most lines hold none of the words that the modules look for, and searching a line for each of a hundred phrases would
//! cost far more than reading it. So a text's pairs of neighbouring bytes are noted once, in 64 bits; a phrase with a pair
//! that the text lacks cannot be in it. What passes is searched for in earnest. Case counts neither way.

/// The pairs of neighbouring ASCII bytes of a text, each on one of 64 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs(u64);

impl Pairs {
    pub(super) fn of(text: &str) -> Self {
        let mut last = 0;
        let mut pairs = 0;
        let mut all = 0;
        for &byte in text.as_bytes() {
            pairs |= bit(last, byte);
            all |= byte;
            last = byte;
        }
        if all >= 0x80 {
            pairs |= text.bytes().fold(0, |beyond, byte| beyond | beyond_ascii(byte));
        }
        Self(pairs)
    }

    /// Letters beyond ASCII change more than a bit with case; of a phrase with them or with signs it counts only that it has some.
    const fn of_phrase(text: &str) -> Self {
        let mut bytes = text.as_bytes();
        let mut pairs = 0;
        while let [one, rest @ ..] = bytes {
            pairs |= match rest {
                _ if *one >= 0x80 => beyond_ascii(*one),
                [next, ..] if *next < 0x80 => bit(*one, *next),
                _ => 0,
            };
            bytes = rest;
        }
        Self(pairs)
    }

    /// Whether `phrase` may be in the text; if not, it is not.
    pub(super) const fn may_hold(self, phrase: &Phrase) -> bool {
        phrase.pairs.0 & !self.0 == 0
    }

    pub(super) fn may_hold_any(self, phrases: &[Phrase]) -> bool {
        phrases.iter().any(|phrase| self.may_hold(phrase))
    }
}

/// What the first byte of a character beyond ASCII says, on bits shared with some of the pairs, at no harm. Signs such as
/// arrows and dashes are one thing, letters another: they stand in most texts that are not English, signs in English ones too.
const fn beyond_ascii(byte: u8) -> u64 {
    match byte {
        ..0xc3 => 0,
        0xe2 | 0xf0 => 1 << 62,
        _ => 1 << 63,
    }
}

/// The bit of a pair; upper and lower case have the same.
const fn bit(one: u8, next: u8) -> u64 {
    let mixed = (one as u32 * 5) ^ next as u32;
    1 << ((mixed & 0x1f) | ((one as u32 & 1) << 5))
}

/// Lower-case words to look for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    pub(super) text: &'static str,
    pairs: Pairs,
}

impl Phrase {
    pub(super) const fn new(text: &'static str) -> Self {
        Self { text, pairs: Pairs::of_phrase(text) }
    }

    pub(super) const fn all<const N: usize>(texts: [&'static str; N]) -> [Self; N] {
        let mut all = [Self::new(""); N];
        let mut at = 0;
        while at < N {
            all[at] = Self::new(texts[at]);
            at += 1;
        }
        all
    }

    /// Where an ASCII phrase stands in `text`, whatever its case.
    pub(super) fn find(&self, text: &str) -> Option<usize> {
        find(text, self.text)
    }
}

/// Where lower-case ASCII words stand in `text`, whatever its case.
pub(super) fn find(text: &str, words: &str) -> Option<usize> {
    let (text, words) = (text.as_bytes(), words.as_bytes());
    let (first, rest) = words.split_first()?;
    let mut starts = memchr::memchr2_iter(*first, first.to_ascii_uppercase(), text);
    starts.find(|at| text.get(at + 1..at + words.len()).is_some_and(|tail| tail.eq_ignore_ascii_case(rest)))
}

/// Whether `text` starts with ASCII words, whatever its case.
pub(super) fn starts_with(text: &str, words: &str) -> bool {
    text.as_bytes().get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words.as_bytes()))
}

/// Whether one of the phrases stands in `text`, whatever its case.
pub(super) fn holds_any(text: &str, phrases: &[Phrase]) -> bool {
    Pairs::of(text).holds_any(text, phrases)
}

impl Pairs {
    /// Whether one of the phrases stands in `text`, of which these are the pairs.
    pub(super) fn holds_any(self, text: &str, phrases: &[Phrase]) -> bool {
        let mut lower = None;
        phrases.iter().filter(|phrase| self.may_hold(phrase)).any(|phrase| {
            if phrase.text.is_ascii() {
                phrase.find(text).is_some()
            } else {
                lower.get_or_insert_with(|| text.to_lowercase()).contains(phrase.text)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_whatever_its_case_and_never_missed() {
        let phrases = Phrase::all(["at least ", "roll back", "说明", "rückfall"]);
        for (text, found) in [
            ("AT LEAST 3", true),
            ("Roll Back now", true),
            ("使用说明", true),
            ("RÜCKFALL", true),
            ("at last", false),
            ("mi rückfall", true),
            ("", false),
        ] {
            assert_eq!(holds_any(text, &phrases), found, "{text}");
        }
    }

    #[test]
    fn most_texts_are_told_apart_without_a_search() {
        let pairs = Pairs::of("Deploy the workers to production");
        assert!(!pairs.may_hold_any(&Phrase::all(["at least ", "less than ", "exceeds ", "target: "])));
        assert!(pairs.may_hold(&Phrase::new("workers")));
    }
}
