//! Whether one of many known phrases can occur in a text, told from one pass over it.
//!
//! Most lines hold none of the words that the modules look for, and searching a line for each of a hundred phrases would
//! cost far more than reading it. So a text's pairs of neighbouring bytes are noted once, in 64 bits; a phrase with a pair
//! that the text lacks cannot be in it. What passes is searched for in earnest. Case counts neither way.

/// The pairs of neighbouring ASCII bytes of a text, each on one of 64 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs(u64);

impl Pairs {
    pub(super) const fn of(text: &str) -> Self {
        let mut bytes = text.as_bytes();
        let mut pairs = 0;
        let mut last = 0x80;
        while let [byte, rest @ ..] = bytes {
            let folded = *byte | 0x20;
            // Letters beyond ASCII change more than a bit with case, so pairs with them say nothing.
            if (last | folded) < 0x80 {
                pairs |= 1 << ((last as u32 * 37 + folded as u32) % 64);
            }
            last = folded;
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

/// Lower-case words to look for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    pub(super) text: &'static str,
    pairs: Pairs,
}

impl Phrase {
    pub(super) const fn new(text: &'static str) -> Self {
        Self { text, pairs: Pairs::of(text) }
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
}

/// Whether the lower case of `text` holds one of the phrases.
pub(super) fn holds_any(text: &str, phrases: &[Phrase]) -> bool {
    let pairs = Pairs::of(text);
    if !pairs.may_hold_any(phrases) {
        return false;
    }
    let lower = text.to_lowercase();
    phrases.iter().any(|phrase| pairs.may_hold(phrase) && lower.contains(phrase.text))
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
