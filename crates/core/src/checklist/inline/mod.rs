//! Inline markup: from a line's source to words, code, links, blanks and boxes.
//!
//! Emphasis and HTML tags are taken off, references and entities resolved. One pass after one over the emphasis marks, both
//! linear in the length of the text. What needs no change is borrowed from the text. Deliberately not here: what a blank or
//! box is for.

mod code;
mod emphasis;
mod html;
mod link;
mod tokens;

pub(super) use link::url_length;
pub(super) use tokens::{Token, Tokens, plain, tidy, words};

use super::glance::{self, Glance};
use super::marker::{Mark, Tick};
use code::{Closed, code_end, run_length};
use emphasis::Marks;
use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::ops::Range;

/// The link reference definitions of a file, and room to work in that is used for one line after another.
#[derive(Default)]
pub(super) struct Links<'t> {
    /// By label in lower case.
    defined: HashMap<String, &'t str>,
    room: Cell<Marks>,
}

impl<'t> Links<'t> {
    /// Takes a definition down; of several of one label the first counts.
    pub(super) fn define(&mut self, label: &str, target: &'t str) {
        self.defined.entry(label.to_lowercase()).or_insert(target);
    }

    /// Where a label leads.
    fn target(&self, label: &str) -> Option<&'t str> {
        if self.defined.is_empty() { None } else { self.defined.get(&label.to_lowercase()).copied() }
    }
}

/// The bytes of a list, as a table.
const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

fn is_in(table: &[bool; 256], byte: u8) -> bool {
    table.get(usize::from(byte)).copied().unwrap_or(false)
}

/// Bytes that may start something else than plain text: marks, and the first bytes of box glyphs.
static SPECIAL: [bool; 256] = table(b"*_~`[<\\&\n!\xe2\xf0");

/// Reads a line's inline markup.
pub(super) fn tokens<'t>(text: &'t str, links: &Links<'t>) -> Tokens<'t> {
    let bytes = text.as_bytes();
    let glance = Glance::of(text);
    let has_url = glance.has(glance::COLON) && text.contains("://");
    if !glance.has(glance::MARKUP) && !has_url {
        // Most lines are plain words.
        return if text.is_empty() { Tokens::None } else { Tokens::Plain(Token::Text(Cow::Borrowed(text)), glance) };
    }
    let marked = glance.has(glance::EMPHASIS);
    let mut marks = if marked { links.room.take() } else { Marks::default() };
    if marked {
        marks.find(text);
    }
    let mut reader = Reader {
        text,
        links,
        at: 0,
        kept: 0..0,
        words: String::new(),
        out: Tokens::None,
        marks,
        closed: Closed::default(),
        may_close: true,
        open: [OnceCell::new(), OnceCell::new()],
    };
    while reader.at < bytes.len() {
        reader.plain(has_url);
        reader.special();
    }
    reader.flush();
    if marked {
        links.room.set(reader.marks);
    }
    reader.out
}

struct Reader<'t, 'l> {
    text: &'t str,
    links: &'l Links<'t>,
    at: usize,
    /// Words so far that stand in the text as they are; none once something had to be changed.
    kept: Range<usize>,
    /// Words so far that had to be put together.
    words: String,
    out: Tokens<'t>,
    marks: Marks,
    closed: Closed,
    /// Whether a `)` may still follow.
    may_close: bool,
    /// Whether an open box stands anywhere in the text, written with a character or with brackets; looked for once.
    open: [OnceCell<bool>; 2],
}

impl<'t> Reader<'t, '_> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes the words so far as a token.
    fn flush(&mut self) {
        if !self.words.is_empty() {
            self.out.push(Token::Text(Cow::Owned(std::mem::take(&mut self.words))));
        } else if !self.kept.is_empty() {
            let words = self.text.get(std::mem::take(&mut self.kept)).unwrap_or_default();
            self.out.push(Token::Text(Cow::Borrowed(words)));
        }
    }

    fn token(&mut self, token: Token<'t>, length: usize) {
        self.flush();
        self.out.push(token);
        self.at += length;
    }

    /// Takes over so many bytes of the text as words.
    fn literal(&mut self, length: usize) {
        let end = (self.at + length).min(self.text.len());
        if self.words.is_empty() && (self.kept.is_empty() || self.kept.end == self.at) {
            self.kept = if self.kept.is_empty() { self.at..end } else { self.kept.start..end };
        } else {
            self.say(self.text.get(self.at..end).unwrap_or_default());
        }
        self.at = end;
    }

    /// Adds words that do not stand in the text like this.
    fn say(&mut self, words: &str) {
        if !self.kept.is_empty() {
            let kept = self.text.get(std::mem::take(&mut self.kept)).unwrap_or_default();
            self.words.reserve(kept.len() + words.len().max(16));
            self.words.push_str(kept);
        }
        self.words.push_str(words);
    }

    /// Takes over plain text up to the next byte that may be special.
    fn plain(&mut self, has_url: bool) {
        let bytes = self.text.as_bytes();
        if !has_url {
            let rest = bytes.get(self.at..).unwrap_or_default();
            return self.literal(rest.iter().position(|byte| is_in(&SPECIAL, *byte)).unwrap_or(rest.len()));
        }
        let mut end = self.at;
        while let Some(&byte) = bytes.get(end) {
            if is_in(&SPECIAL, byte) {
                break;
            }
            if byte == b'h' && (end == 0 || !bytes.get(end - 1).is_some_and(u8::is_ascii_alphanumeric)) {
                let length = url_length(self.text.get(end..).unwrap_or_default());
                if length > 0 {
                    self.literal(end - self.at);
                    let href = self.text.get(end..end + length).unwrap_or_default();
                    self.token(Token::Link { text: Cow::Borrowed(href), href }, length);
                    end = self.at;
                    continue;
                }
            }
            end += 1;
        }
        self.literal(end - self.at);
    }

    fn special(&mut self) {
        let Some(&byte) = self.text.as_bytes().get(self.at) else { return };
        match byte {
            b'*' | b'_' | b'~' => self.run(),
            b'`' => self.code(),
            b'[' => self.bracket(),
            b'!' => {
                // An image shows as its text.
                let skip = self.rest().starts_with("![") && self.link_at(self.at + 1).is_some();
                if skip {
                    self.at += 1;
                } else {
                    self.literal(1);
                }
            }
            b'<' => self.angle(),
            b'\\' => self.escape(),
            b'&' => self.entity(),
            b'\n' => {
                self.say(" ");
                self.at += 1;
            }
            _ => self.glyph(),
        }
    }

    fn run(&mut self) {
        match self.marks.at(self.at).map(|run| (run.range.len(), run.blank)) {
            Some((length, true)) => self.token(Token::Blank { at: self.at, length }, length),
            Some((length, false)) => self.at += length,
            None => self.literal(1),
        }
    }

    fn code(&mut self) {
        let length = run_length(self.text, self.at);
        let Some(end) = code_end(self.text, self.at, length, &mut self.closed) else { return self.literal(length) };
        let inside = self.text.get(self.at + length..end).unwrap_or_default();
        let inside = if inside.starts_with(' ') && inside.ends_with(' ') && !inside.trim().is_empty() {
            inside.get(1..inside.len() - 1).unwrap_or_default()
        } else {
            inside
        };
        let at = self.at;
        let total = end + length - at;
        // A formatter puts blanks into backticks.
        let underscores = inside.bytes().take_while(|&byte| byte == b'_').count();
        if underscores >= 2 && underscores == inside.len() {
            self.token(Token::Blank { at, length: underscores }, total);
        } else {
            self.token(Token::Code(inside), total);
        }
    }

    fn escape(&mut self) {
        let rest = self.rest();
        let underscores = rest.as_bytes().chunks(2).take_while(|pair| *pair == b"\\_").count();
        if underscores >= 2 {
            let length = underscores * 2;
            let before = self.text.get(..self.at).unwrap_or_default().ends_with(|c: char| c.is_alphanumeric());
            let after = rest.get(length..).unwrap_or_default().starts_with(|c: char| c.is_alphanumeric());
            if underscores > 2 || !(before || after) {
                self.token(Token::Blank { at: self.at, length: underscores }, length);
                return;
            }
        }
        match rest.as_bytes().get(1) {
            Some(next) if next.is_ascii_punctuation() => {
                self.say(char::from(*next).encode_utf8(&mut [0; 4]));
                self.at += 2;
            }
            Some(b'\n') => self.at += 1,
            _ => self.literal(1),
        }
    }

    fn has_open_glyph(&self) -> bool {
        *self.open[0].get_or_init(|| self.text.contains(['☐', '□', '⬜']))
    }

    fn has_open_box(&self) -> bool {
        *self.open[1].get_or_init(|| self.text.contains("[ ]"))
    }

    fn glyph(&mut self) {
        let rest = self.rest();
        let length = rest.chars().next().map_or(1, char::len_utf8);
        match Tick::at(rest) {
            // Marks of what is done stand in prose too; only the boxes ask.
            Some(tick) if !rest.starts_with(['✅', '✔']) || self.has_open_glyph() => {
                self.token(Token::Box { at: self.at, mark: tick.mark, glyph: true }, tick.length);
            }
            _ => self.literal(length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dump(text: &str) -> String {
        let mut links = Links::default();
        links.define("Ref", "https://r.example/");
        tokens(text, &links)
            .iter()
            .map(|token| match token {
                Token::Text(text) => text.to_string(),
                Token::Code(code) => format!("‹code {code}›"),
                Token::Link { text, href } => format!("‹link {text} → {href}›"),
                Token::Blank { length, .. } => format!("‹blank {length}›"),
                Token::Box { mark, .. } => format!("‹box {mark:?}›"),
                Token::Comment { text, .. } => format!("‹comment {text}›"),
                Token::Unresolved { label, .. } => format!("‹unresolved {label}›"),
            })
            .collect()
    }

    #[test]
    fn markup_is_taken_off_and_blanks_are_found() {
        for (text, expected) in [
            ("plain words", "plain words"),
            ("**Bold**: and *it* and __so__ and ~~gone~~", "Bold: and it and so and gone"),
            ("snake_case_word and 2*3*4", "snake_case_word and 2*3*4"),
            ("a `code *x* ___` b", "a ‹code code *x* ___› b"),
            ("p50: ___ms, ___ms", "p50: ‹blank 3›ms, ‹blank 3›ms"),
            ("Rate: __% (target: >70%)", "Rate: ‹blank 2›% (target: >70%)"),
            ("A: __% and B: __%", "A: ‹blank 2›% and B: ‹blank 2›%"),
            ("By: ____ Date: __", "By: ‹blank 4› Date: ‹blank 2›"),
            ("Owner: \\_\\_\\_\\_ ok", "Owner: ‹blank 4› ok"),
            ("__init__ and ___both___", "init and both"),
            ("x ☐ Yes ☑ No", "x ‹box Open› Yes ‹box Done› No"),
            ("x [ ] GO [ ] NO-GO", "x ‹box Open› GO ‹box Open› NO-GO"),
            ("rate [X]% and [x] so", "rate [X]% and [x] so"),
            (
                "[a](b) and [c][ref] and [ref] and [d][no] and [Name]",
                "‹link a → b› and ‹link c → https://r.example/› and ‹link ref → https://r.example/› and d‹unresolved no› and [Name]",
            ),
            (
                "see https://a.example/x_y_z. And <https://b.example>",
                "see ‹link https://a.example/x_y_z → https://a.example/x_y_z›. And ‹link https://b.example → https://b.example›",
            ),
            ("a <!-- cs: x --> b<br>c <b>d</b> <url>", "a ‹comment <!-- cs: x -->› b c d <url>"),
            ("a &lt; b &#x2610; c \\[ \\]", "a < b ‹box Open› c [ ]"),
            ("![alt](img.png) x", "‹link alt → img.png› x"),
            ("```cmd``` alone", "‹code cmd› alone"),
            ("`_____` ms", "‹blank 5› ms"),
            ("By: ******\\_\\_\\_****** on **\\_** h", "By: ‹blank 18› on ‹blank 6› h"),
            ("unfinished ** and _", "unfinished ** and _"),
        ] {
            assert_eq!(dump(text), expected, "{text}");
        }
    }
}
