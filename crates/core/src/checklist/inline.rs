//! Inline markup: from a line's source to words, code, links, blanks and boxes.
//!
//! Emphasis and HTML tags are taken off, references and entities resolved. One pass after one over the emphasis marks, both
//! linear in the length of the text. Deliberately not here: what a blank or box is for.

use super::marker::{Mark, Tick};
use std::collections::HashMap;
use std::ops::Range;

/// A piece of a line. Offsets are into the text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Text(String),
    Code(&'t str),
    Link {
        text: String,
        href: String,
    },
    Blank {
        at: usize,
        length: usize,
    },
    Box {
        at: usize,
        mark: Mark,
        glyph: bool,
    },
    Comment {
        at: usize,
        text: &'t str,
    },
    /// `[text][label]` without a definition of the label.
    Unresolved {
        at: usize,
        label: &'t str,
    },
}

/// Link reference definitions by lower-case label.
pub(super) type Links<'t> = HashMap<String, &'t str>;

/// Bytes that may start something else than plain text.
static SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let marks = b"*_~`[<\\&\n!";
    let mut at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = true;
        at += 1;
    }
    table[0xe2] = true;
    table[0xf0] = true;
    table
};
fn is_special(byte: &u8) -> bool {
    SPECIAL.get(usize::from(*byte)).copied().unwrap_or(false)
}

/// Longest link target that is looked for.
const MAX_TARGET: usize = 2000;

pub(super) fn tokens<'t>(text: &'t str, links: &Links<'t>) -> Vec<Token<'t>> {
    let bytes = text.as_bytes();
    let has_url = bytes.contains(&b':') && text.contains("://");
    if !has_url && !bytes.iter().any(is_special) {
        // Most lines are plain words.
        return if text.is_empty() { Vec::new() } else { vec![Token::Text(text.to_owned())] };
    }
    let mut reader = Reader {
        text,
        links,
        at: 0,
        words: String::with_capacity(text.len()),
        out: Vec::with_capacity(2),
        marks: Vec::new(),
        next_mark: 0,
        code_closed: [true; 32],
        may_close: true,
    };
    if bytes.iter().any(|byte| matches!(byte, b'*' | b'_' | b'~')) {
        reader.marks = marks(text);
    }
    while reader.at < bytes.len() {
        reader.plain(has_url);
        reader.special();
    }
    reader.flush();
    reader.out
}

/// The words of a text alone: code and links as text, blanks and boxes left out.
pub(super) fn plain(text: &str, links: &Links<'_>) -> String {
    words(&tokens(text, links))
}

/// The words of tokens.
pub(super) fn words(tokens: &[Token<'_>]) -> String {
    if let [Token::Text(text)] = tokens {
        return tidy(text);
    }
    let shown = |token: &Token<'_>| match token {
        Token::Text(text) | Token::Link { text, .. } => text.len(),
        Token::Code(text) => text.len(),
        _ => 0,
    };
    let mut out = String::with_capacity(tokens.iter().map(shown).sum());
    for token in tokens {
        match token {
            Token::Text(text) | Token::Link { text, .. } => out.push_str(text),
            Token::Code(text) => out.push_str(text),
            Token::Blank { .. } | Token::Box { .. } | Token::Comment { .. } | Token::Unresolved { .. } => {}
        }
    }
    if is_tidy(&out) { out } else { tidy(&out) }
}

/// Trims, and makes one space of several.
pub(super) fn tidy(text: &str) -> String {
    if is_tidy(text) {
        return text.to_owned();
    }
    let trimmed = text.trim();
    let mut out = String::with_capacity(trimmed.len());
    for word in trimmed.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn is_tidy(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    // Without an early way out, so that it runs on many bytes at once. 0xC2 starts a non-breaking space.
    let odd = bytes.iter().fold(false, |odd, &byte| odd | matches!(byte, b'\n' | b'\t' | b'\r' | 0xc2));
    let after = bytes.get(1..).unwrap_or_default();
    let wide = bytes.iter().zip(after).fold(false, |wide, (&one, &next)| wide | ((one == b' ') & (next == b' ')));
    first != b' ' && last != b' ' && !odd && !wide
}

struct Reader<'t, 'l> {
    text: &'t str,
    links: &'l Links<'t>,
    at: usize,
    words: String,
    out: Vec<Token<'t>>,
    /// Emphasis marks to leave out, and blanks, in order.
    marks: Vec<Run>,
    next_mark: usize,
    /// By length of backtick runs: whether a closing run may still follow.
    code_closed: [bool; 32],
    /// Whether a `)` may still follow.
    may_close: bool,
}

impl<'t> Reader<'t, '_> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn flush(&mut self) {
        if !self.words.is_empty() {
            self.out.push(Token::Text(std::mem::take(&mut self.words)));
        }
    }

    fn token(&mut self, token: Token<'t>, length: usize) {
        self.flush();
        self.out.push(token);
        self.at += length;
    }

    fn literal(&mut self, length: usize) {
        let end = (self.at + length).min(self.text.len());
        self.words.push_str(self.text.get(self.at..end).unwrap_or_default());
        self.at = end;
    }

    /// Takes over plain text up to the next byte that may be special.
    fn plain(&mut self, has_url: bool) {
        let bytes = self.text.as_bytes();
        let mut end = self.at;
        if !has_url {
            let rest = bytes.get(end..).unwrap_or_default();
            return self.literal(rest.iter().position(is_special).unwrap_or(rest.len()));
        }
        while let Some(&byte) = bytes.get(end) {
            if is_special(&byte) {
                break;
            }
            if has_url && byte == b'h' && (end == 0 || !bytes.get(end - 1).is_some_and(u8::is_ascii_alphanumeric)) {
                let length = url_length(self.text.get(end..).unwrap_or_default());
                if length > 0 {
                    self.literal(end - self.at);
                    let href = self.text.get(end..end + length).unwrap_or_default().to_owned();
                    self.token(Token::Link { text: href.clone(), href }, length);
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
                self.words.push(' ');
                self.at += 1;
            }
            _ => self.glyph(),
        }
    }

    fn run(&mut self) {
        while self.marks.get(self.next_mark).is_some_and(|run| run.range.start < self.at) {
            self.next_mark += 1;
        }
        match self.marks.get(self.next_mark) {
            Some(run) if run.range.start == self.at => {
                let (length, blank) = (run.range.len(), run.blank);
                if blank {
                    self.token(Token::Blank { at: self.at, length }, length);
                } else {
                    self.at += length;
                }
            }
            _ => self.literal(1),
        }
    }

    fn code(&mut self) {
        let length = self.rest().bytes().take_while(|&byte| byte == b'`').count();
        match code_end(self.text, self.at, length, &mut self.code_closed) {
            Some(end) => {
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
            None => self.literal(length),
        }
    }

    fn bracket(&mut self) {
        let rest = self.rest();
        if let Some(tick) = Tick::at(rest) {
            let before = self.text.get(..self.at).unwrap_or_default();
            let after = rest.get(tick.length..).unwrap_or_default();
            let apart =
                before.is_empty() || before.ends_with([' ', '\t', '|', '\n', '\u{a0}', '(', '/', ',', '*', ':', '>']);
            let open =
                after.is_empty() || after.starts_with([' ', '\t', '\n', '\u{a0}', '|', '*']) || rest.starts_with("[ ]");
            // `[X]%` is a number to be filled in, `[x]` in words may be anything.
            let plausible = tick.mark == Mark::Open
                || (rest.starts_with("[x]") && (before.trim().is_empty() || self.text.contains("[ ]")));
            if apart && open && plausible && !rest.starts_with("[_]") {
                self.token(Token::Box { at: self.at, mark: tick.mark, glyph: false }, tick.length);
                return;
            }
        }
        match self.link_at(self.at) {
            Some(Link::To { text, href, end }) => {
                let shown = strip(text);
                let length = end - self.at;
                self.token(Token::Link { text: shown, href: href.to_owned() }, length);
            }
            Some(Link::Unresolved { text, label, end }) => {
                self.words.push_str(&strip(text));
                let length = end - self.at;
                self.token(Token::Unresolved { at: self.at, label }, length);
            }
            None => self.literal(1),
        }
    }

    fn link_at(&mut self, at: usize) -> Option<Link<'t>> {
        let bytes = self.text.as_bytes();
        let inside = bytes.get(at + 1..)?;
        let mut close = at + 1 + inside.iter().position(|byte| matches!(byte, b'[' | b']'))?;
        if bytes.get(close) == Some(&b'[') {
            // One image or bracket within: `[![badge](…)](…)`, `[text [more]](…)`.
            let tail = bytes.get(close + 1..)?;
            let inner = close + 1 + tail.iter().take(300).position(|byte| matches!(byte, b'[' | b']'))?;
            if bytes.get(inner) != Some(&b']') {
                return None;
            }
            let tail = bytes.get(inner + 1..)?;
            close = inner + 1 + tail.iter().take(MAX_TARGET).position(|byte| matches!(byte, b'[' | b']'))?;
            if bytes.get(close) != Some(&b']') {
                return None;
            }
        }
        let text = self.text.get(at + 1..close)?;
        match bytes.get(close + 1) {
            Some(b'(') => {
                if let Some((href, end)) = self.target(close + 2) {
                    return Some(Link::To { text, href, end });
                }
                self.shortcut(text, close + 1)
            }
            Some(b'[') => {
                let tail = self.text.get(close + 2..)?;
                let length = tail.bytes().take(300).position(|byte| matches!(byte, b'[' | b']'))?;
                let label = tail.get(..length)?;
                let end = close + 2 + length + 1;
                if bytes.get(end - 1) != Some(&b']') {
                    return self.shortcut(text, close + 1);
                }
                let key = if label.is_empty() { text } else { label };
                match self.links.get(&key.to_lowercase()) {
                    Some(href) => Some(Link::To { text, href, end }),
                    None if label.trim().is_empty() || text.trim().is_empty() => None,
                    None => Some(Link::Unresolved { text, label, end }),
                }
            }
            _ => self.shortcut(text, close + 1),
        }
    }

    fn shortcut(&self, text: &'t str, end: usize) -> Option<Link<'t>> {
        if self.links.is_empty() {
            return None;
        }
        self.links.get(&text.to_lowercase()).map(|href| Link::To { text, href, end })
    }

    /// The target of an inline link that starts at `at`, and where the link ends.
    fn target(&mut self, at: usize) -> Option<(&'t str, usize)> {
        if !self.may_close {
            return None;
        }
        let rest = self.text.get(at..)?;
        let mut depth = 0_usize;
        let mut target_end = None;
        for (index, byte) in rest.bytes().enumerate().take(MAX_TARGET) {
            match byte {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b')' => {
                    let href = rest.get(..target_end.unwrap_or(index))?.trim();
                    return Some((href.trim_matches(['<', '>']), at + index + 1));
                }
                b' ' if target_end.is_none() && index > 0 => {
                    let title = rest.get(index + 1..)?;
                    if !title.starts_with(['"', '\'', '(', ' ', ')']) {
                        return None;
                    }
                    target_end = Some(index);
                }
                b'\n' => return None,
                _ => {}
            }
        }
        if rest.len() <= MAX_TARGET {
            self.may_close = rest.contains(')');
        }
        None
    }

    fn angle(&mut self) {
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
            self.token(Token::Link { text: inside.to_owned(), href: inside.to_owned() }, close + 1);
        } else if let Some(tick) = Tick::at(rest) {
            self.token(Token::Box { at: self.at, mark: tick.mark, glyph: true }, close + 1);
        } else if is_tag(inside) {
            let name = inside.trim_start_matches('/');
            if name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("br")) {
                self.words.push(' ');
            }
            self.at += close + 1;
        } else {
            self.literal(1);
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
                self.words.push(char::from(*next));
                self.at += 2;
            }
            Some(b'\n') => self.at += 1,
            _ => self.literal(1),
        }
    }

    fn entity(&mut self) {
        let rest = self.rest();
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let decoded = end.and_then(|end| decode_entity(rest.get(1..end)?).map(|character| (character, end + 1)));
        match decoded {
            Some((character, length)) => {
                let mut buffer = [0; 4];
                if let Some(tick) = Tick::at(character.encode_utf8(&mut buffer)) {
                    self.token(Token::Box { at: self.at, mark: tick.mark, glyph: true }, length);
                } else {
                    self.words.push(character);
                    self.at += length;
                }
            }
            None => self.literal(1),
        }
    }

    fn glyph(&mut self) {
        let rest = self.rest();
        let length = rest.chars().next().map_or(1, char::len_utf8);
        match Tick::at(rest) {
            // Marks of what is done stand in prose too; only the boxes ask.
            Some(tick) if !rest.starts_with(['✅', '✔']) || self.text.contains(['☐', '□', '⬜']) => {
                self.token(Token::Box { at: self.at, mark: tick.mark, glyph: true }, tick.length);
            }
            _ => self.literal(length),
        }
    }
}

enum Link<'t> {
    To { text: &'t str, href: &'t str, end: usize },
    Unresolved { text: &'t str, label: &'t str, end: usize },
}

/// A link's text without emphasis and code marks.
fn strip(text: &str) -> String {
    if text.contains(['*', '`', '_', '\\', '[', '<', '&']) { plain(text, &Links::new()) } else { text.to_owned() }
}

/// The end of a code span's inside, if a run of the same length follows.
fn code_end(text: &str, at: usize, length: usize, closed: &mut [bool; 32]) -> Option<usize> {
    let slot = closed.get_mut(length)?;
    if !*slot {
        return None;
    }
    let bytes = text.as_bytes();
    let mut next = at + length;
    while next < bytes.len() {
        if bytes.get(next) != Some(&b'`') {
            next += 1;
            continue;
        }
        let run = bytes.get(next..)?.iter().take_while(|&&byte| byte == b'`').count();
        if run == length {
            return Some(next);
        }
        next += run;
    }
    *slot = false;
    None
}

/// How long the URL is that `text` starts with; 0 if it starts with none.
pub(super) fn url_length(text: &str) -> usize {
    if !(text.starts_with("http://") || text.starts_with("https://")) {
        return 0;
    }
    let end = text
        .char_indices()
        .find(|(_, c)| c.is_whitespace() || matches!(c, '"' | '`' | '|' | '<' | '\\' | '）' | '，' | '。' | '*'))
        .map_or(text.len(), |(at, _)| at);
    // `<placeholders>` are a part of it.
    let mut end = end;
    if text.as_bytes().get(end) == Some(&b'<')
        && let Some(close) = text.get(end..).and_then(|tail| tail.find('>')).filter(|close| *close < 60)
        && !text.get(end..end + close).unwrap_or_default().contains([' ', '/', '!'])
    {
        end += close + 1;
        end += text
            .get(end..)
            .unwrap_or_default()
            .find(|c: char| c.is_whitespace() || "\"`|<\\*".contains(c))
            .unwrap_or(text.len() - end);
    }
    let mut url = text.get(..end).unwrap_or_default();
    loop {
        let trimmed = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ']']);
        let unbalanced = trimmed.ends_with(')') && trimmed.matches('(').count() < trimmed.matches(')').count();
        let shorter = if unbalanced { trimmed.get(..trimmed.len() - 1).unwrap_or_default() } else { trimmed };
        if shorter.len() == url.len() {
            break;
        }
        url = shorter;
    }
    if url.len() > "https://".len() { url.len() } else { 0 }
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

/// A run of `*`, `_` or `~` that is no text.
#[derive(Debug)]
struct Run {
    range: Range<usize>,
    blank: bool,
}

struct Opener {
    start: usize,
    end: usize,
}

/// Pairs emphasis marks off; runs of two and more underscores that have no partner are blanks.
fn marks(text: &str) -> Vec<Run> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut open: [Vec<Opener>; 3] = Default::default();
    let mut closed = [true; 32];
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let kind = match byte {
            b'*' => 0,
            b'_' => 1,
            b'~' => 2,
            b'\\' => {
                at += 2;
                continue;
            }
            b'`' => {
                let length = bytes.get(at..).unwrap_or_default().iter().take_while(|&&byte| byte == b'`').count();
                at = code_end(text, at, length, &mut closed).map_or(at + length, |end| end + length);
                continue;
            }
            b'<' => {
                at += skip_angle(text.get(at..).unwrap_or_default());
                continue;
            }
            b'h' if text.get(at..).is_some_and(|rest| rest.starts_with("http")) => {
                at += url_length(text.get(at..).unwrap_or_default()).max(1);
                continue;
            }
            _ => {
                at += 1;
                continue;
            }
        };
        let end = at + bytes.get(at..).unwrap_or_default().iter().take_while(|&&next| next == byte).count();
        if let Some(length) = mangled_blank(text.get(at..).unwrap_or_default(), end - at) {
            found.push(Run { range: at..at + length, blank: true });
            at += length;
            continue;
        }
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(end..).and_then(|after| after.chars().next());
        let Some(stack) = open.get_mut(kind) else { break };
        pair(Opener { start: at, end }, Around { before, after, kind }, stack, &mut found);
        at = end;
    }
    let [_, underscores, _] = &open;
    found.extend(underscores.iter().filter_map(blank));
    found.sort_unstable_by_key(|run| run.range.start);
    found
}

/// A blank that a formatter took for emphasis: `******\_\_\_******`, `**\_**`. How long it is, if `text` starts with one.
fn mangled_blank(text: &str, stars: usize) -> Option<usize> {
    if stars < 2 || !text.starts_with('*') {
        return None;
    }
    let inside = text.get(stars..)?.as_bytes();
    let marks = inside.chunks(2).take_while(|pair| *pair == b"\\_").count();
    let after = inside.get(marks * 2..)?;
    let closing = after.iter().take_while(|&&byte| byte == b'*').count();
    (marks > 0 && closing == stars).then_some(stars * 2 + marks * 2)
}

struct Around {
    before: Option<char>,
    after: Option<char>,
    kind: usize,
}

fn pair(run: Opener, around: Around, stack: &mut Vec<Opener>, found: &mut Vec<Run>) {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let (opens, closes) = match around.kind {
        1 => {
            let starts = |c: char| c.is_alphanumeric() || matches!(c, '*' | '[' | '`' | '(' | '"' | '«' | '@' | '#');
            let ends =
                |c: char| c.is_alphanumeric() || matches!(c, '*' | ']' | '`' | ')' | '"' | '»' | '.' | '!' | '?' | ':');
            (
                around.after.is_some_and(starts) && !word(around.before),
                around.before.is_some_and(ends) && !word(around.after),
            )
        }
        2 if run.end - run.start != 2 => (false, false),
        _ if around.before.is_some_and(|c| c.is_ascii_digit()) && around.after.is_some_and(|c| c.is_ascii_digit()) => {
            (false, false)
        }
        _ => (!space(around.after), !space(around.before)),
    };
    if closes && let Some(opener) = stack.pop() {
        let length = (opener.end - opener.start).min(run.end - run.start);
        let whole = around.kind == 1 && opener.end - opener.start != run.end - run.start && length > 1;
        if whole {
            // Runs of underscores of different lengths are two blanks.
            found.extend(blank(&opener));
            stack.push(run);
            return;
        }
        found.push(Run { range: opener.end - length..opener.end, blank: false });
        found.push(Run { range: run.start..run.start + length, blank: false });
        if opener.end - opener.start > length {
            stack.push(Opener { start: opener.start, end: opener.end - length });
        }
        if run.end - run.start > length {
            stack.push(Opener { start: run.start + length, end: run.end });
        }
        return;
    }
    if opens {
        stack.push(run);
    } else if around.kind == 1 && !(word(around.before) && word(around.after)) && run.end - run.start >= 2 {
        found.push(Run { range: run.start..run.end, blank: true });
    }
}

/// An opening run of underscores that nothing closes.
fn blank(opener: &Opener) -> Option<Run> {
    (opener.end - opener.start >= 2).then_some(Run { range: opener.start..opener.end, blank: true })
}

/// How far to go past an HTML tag, comment or autolink, in which no emphasis counts; 1 if it is just a character.
fn skip_angle(rest: &str) -> usize {
    if rest.starts_with("<!--") {
        return rest.find("-->").map_or(rest.len(), |close| close + 3);
    }
    let close = rest.bytes().take(400).skip(1).position(|byte| matches!(byte, b'>' | b'<' | b'\n')).map(|at| at + 1);
    match close.filter(|&at| rest.as_bytes().get(at) == Some(&b'>')) {
        Some(close) if is_tag(rest.get(1..close).unwrap_or_default()) || rest.starts_with("<http") => close + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dump(text: &str) -> String {
        let links = Links::from([("ref".to_owned(), "https://r.example/")]);
        tokens(text, &links)
            .iter()
            .map(|token| match token {
                Token::Text(text) => text.clone(),
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
