//! Windows-1252, both ways, and UTF-8 that was once read as it.

/// Whether a lead byte of UTF-8 that was encoded once more occurs: a cheap test before the careful one.
pub(super) fn may_be_garbled(bytes: &[u8]) -> bool {
    memchr::memchr_iter(0xc3, bytes).any(|at| {
        let after = (bytes.get(at + 1), bytes.get(at + 2));
        matches!(after, (Some(0x82..=0xb4), Some(0xc2 | 0xc3 | 0xc5 | 0xc6 | 0xcb | 0xe2)))
    })
}

/// The character that Windows-1252 made several of, and how many bytes those take, at the start of `text`.
pub(super) fn ungarbled(text: &str) -> Option<(char, usize)> {
    let mut characters = text.chars();
    let first = characters.next().and_then(byte_of)?;
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let mut bytes = [first, 0, 0, 0];
    let mut taken = text.len() - characters.as_str().len();
    for slot in bytes.iter_mut().take(length).skip(1) {
        let next = characters.next()?;
        *slot = byte_of(next).filter(|byte| matches!(byte, 0x80..=0xbf))?;
        taken += next.len_utf8();
    }
    let decoded = std::str::from_utf8(bytes.get(..length)?).ok()?.chars().next()?;
    (!decoded.is_control()).then_some((decoded, taken))
}

/// What Windows-1252 has at 0x80 to 0x9F; the five bytes it leaves free stand for themselves.
const UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

pub(super) fn character(byte: u8) -> char {
    match byte {
        0x80..=0x9f => UPPER.get(usize::from(byte - 0x80)).copied().unwrap_or('\u{fffd}'),
        _ => char::from(byte),
    }
}

fn byte_of(character: char) -> Option<u8> {
    if let Some(at) = UPPER.iter().position(|&upper| upper == character) {
        return u8::try_from(at + 0x80).ok();
    }
    u8::try_from(u32::from(character)).ok().filter(|byte| *byte < 0x80 || *byte >= 0xa0)
}
