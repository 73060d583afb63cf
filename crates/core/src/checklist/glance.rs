//! What one look at the bytes of a line tells: which of the things that the modules look for it cannot hold.
//!
//! Most lines hold none of them, and each search of its own would cost as much as this one pass. Deliberately not here:
//! phrases of several letters; see `phrase`.

/// What occurs in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Glance(u32);

/// Bytes that may start something else than plain text: marks, and the first bytes of box glyphs.
pub(super) const MARKUP: u32 = 1;
/// `*`, `_`, `~`
pub(super) const EMPHASIS: u32 = 1 << 1;
const SPACE: u32 = 1 << 2;
/// White space that is no space, and the first byte of a non-breaking one.
const ODD_SPACE: u32 = 1 << 3;
pub(super) const COLON: u32 = 1 << 4;
/// `@`
pub(super) const AT: u32 = 1 << 5;
pub(super) const DIGIT: u32 = 1 << 6;
/// Signs that compare; `≤`, `≥` and `＜` start with 0xE2 and 0xEF.
pub(super) const SIGN: u32 = 1 << 7;
/// Two spaces in a row.
const WIDE: u32 = 1 << 8;

static CLASSES: [u32; 256] = {
    let mut classes = [0; 256];
    let lists: [(&[u8], u32); 8] = [
        (b"*_~`[<\\&\n!\xe2\xf0", MARKUP),
        (b"*_~", EMPHASIS),
        (b" ", SPACE),
        (b"\n\t\r\xc2", ODD_SPACE),
        (b":", COLON),
        (b"@", AT),
        (b"0123456789", DIGIT),
        (b"<>\xe2\xef", SIGN),
    ];
    let mut list = 0;
    while list < lists.len() {
        let mut at = 0;
        while at < lists[list].0.len() {
            classes[lists[list].0[at] as usize] |= lists[list].1;
            at += 1;
        }
        list += 1;
    }
    classes
};

impl Glance {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut seen = bytes.iter().fold(0, |seen, &byte| seen | CLASSES.get(usize::from(byte)).copied().unwrap_or(0));
        let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
        let wide = pairs.fold(0, |wide, (&one, &next)| wide | u8::from((one == b' ') & (next == b' ')));
        seen |= u32::from(wide) * WIDE;
        Self(seen)
    }

    /// Whether one of `things` occurs.
    pub(super) const fn has(self, things: u32) -> bool {
        self.0 & things != 0
    }

    /// Whether there is white space that is more than one space at a time.
    pub(super) const fn is_spaced_out(self) -> bool {
        self.has(ODD_SPACE | WIDE)
    }

    /// Whether `text`, of which this is the glance, has no space to be taken out.
    pub(super) fn is_tidy(self, text: &str) -> bool {
        let spaced = self.has(SPACE) && (text.starts_with(' ') || text.ends_with(' '));
        !text.is_empty() && !self.has(ODD_SPACE | WIDE) && !spaced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_line_cannot_hold_is_told() {
        for (text, has) in [
            ("plain words", 0),
            ("a **b**", MARKUP | EMPHASIS),
            ("a  b", WIDE),
            ("p95 < 5: @ana", DIGIT | SIGN | COLON | AT | MARKUP),
        ] {
            let glance = Glance::of(text);
            for thing in [MARKUP, EMPHASIS, WIDE, DIGIT, SIGN, COLON, AT] {
                assert_eq!(glance.has(thing), has & thing != 0, "{text} {thing:b}");
            }
        }
        for (text, tidy) in [("a b", true), (" a", false), ("a ", false), ("a  b", false), ("a\tb", false), ("", false)]
        {
            assert_eq!(Glance::of(text).is_tidy(text), tidy, "{text:?}");
        }
    }
}
