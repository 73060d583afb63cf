//! HTML in a line: comments, tags, autolinks and character references.

use super::{Reader, Tick, Token};
use std::borrow::Cow;

impl Reader<'_, '_> {
    pub(super) fn angle(&mut self) {
        let rest = self.rest();
        if rest.starts_with("<!--") {
            let length = rest.find("-->").map_or(rest.len(), |close| close + 3);
            let text = rest.get(..length).unwrap_or_default();
            self.token(Token::Comment { at: self.at, text }, length);
            return;
        }
        let limit = rest.bytes().take(400).skip(1).position(|byte| matches!(byte, b'>' | b'<' | b'\n'));
        let Some(close) = limit.map(|at| at + 1).filter(|&at| rest.as_bytes().get(at) == Some(&b'>')) else {
            self.literal(1);
            return;
        };
        let inside = rest.get(1..close).unwrap_or_default();
        if inside.starts_with("http://") || inside.starts_with("https://") || inside.starts_with("mailto:") {
            self.token(Token::Link { text: Cow::Borrowed(inside), href: inside }, close + 1);
        } else if let Some(tick) = Tick::at(rest) {
            self.token(Token::Box { at: self.at, mark: tick.mark, glyph: true }, close + 1);
        } else if is_tag(inside) {
            let name = inside.trim_start_matches('/');
            if name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("br")) {
                self.say(" ");
            }
            self.at += close + 1;
        } else {
            self.literal(1);
        }
    }

    pub(super) fn entity(&mut self) {
        let rest = self.rest();
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let decoded = end.and_then(|end| decode_entity(rest.get(1..end)?).map(|character| (character, end + 1)));
        match decoded {
            Some((character, length)) => {
                let mut buffer = [0; 4];
                if let Some(tick) = Tick::at(character.encode_utf8(&mut buffer)) {
                    self.token(Token::Box { at: self.at, mark: tick.mark, glyph: true }, length);
                } else {
                    self.say(character.encode_utf8(&mut [0; 4]));
                    self.at += length;
                }
            }
            None => self.literal(1),
        }
    }
}

const TAGS: [&str; 34] = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "center",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "input",
    "kbd",
    "li",
    "ol",
    "p",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "u",
    "ul",
];

fn is_tag(inside: &str) -> bool {
    let name = inside.trim_start_matches('/');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    let (name, tail) = name.split_at_checked(end).unwrap_or_default();
    let ends_well = tail.is_empty() || tail.starts_with([' ', '/', '\t']);
    ends_well && !name.is_empty() && name.len() < 11 && TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name))
}

fn decode_entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "le" | "leq" => '≤',
        "ge" | "geq" => '≥',
        "ndash" => '–',
        "mdash" => '—',
        "check" => '✓',
        _ => {
            let code = match name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => name.strip_prefix('#')?.parse().ok()?,
            };
            char::from_u32(code).filter(|character| !character.is_control())?
        }
    })
}

/// How far to go past an HTML tag, comment or autolink, in which no emphasis counts; 1 if it is just a character.
pub(super) fn skip_angle(rest: &str) -> usize {
    if rest.starts_with("<!--") {
        return rest.find("-->").map_or(rest.len(), |close| close + 3);
    }
    let close = rest.bytes().take(400).skip(1).position(|byte| matches!(byte, b'>' | b'<' | b'\n')).map(|at| at + 1);
    match close.filter(|&at| rest.as_bytes().get(at) == Some(&b'>')) {
        Some(close) if is_tag(rest.get(1..close).unwrap_or_default()) || rest.starts_with("<http") => close + 1,
        _ => 1,
    }
}
