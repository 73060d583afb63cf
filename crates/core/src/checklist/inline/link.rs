//! Links in all their forms, and how far a bare URL reaches.

use super::{Links, Mark, Reader, Tick, Token, plain};
use std::borrow::Cow;

/// Longest link target that is looked for.
const MAX_TARGET: usize = 2000;

impl<'t> Reader<'t, '_> {
    pub(super) fn bracket(&mut self) {
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
                || (rest.starts_with("[x]") && (before.trim().is_empty() || self.has_open_box()));
            if apart && open && plausible && !rest.starts_with("[_]") {
                self.token(Token::Box { at: self.at, mark: tick.mark, glyph: false }, tick.length);
                return;
            }
        }
        match self.link_at(self.at) {
            Some(Link::To { text, href, end }) => {
                let shown = strip(text);
                let length = end - self.at;
                self.token(Token::Link { text: shown, href }, length);
            }
            Some(Link::Unresolved { text, label, end }) => {
                self.say(&strip(text));
                let length = end - self.at;
                self.token(Token::Unresolved { at: self.at, label }, length);
            }
            None => self.literal(1),
        }
    }

    pub(super) fn link_at(&mut self, at: usize) -> Option<Link<'t>> {
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
                match self.links.target(key) {
                    Some(href) => Some(Link::To { text, href, end }),
                    None if label.trim().is_empty() || text.trim().is_empty() => None,
                    None => Some(Link::Unresolved { text, label, end }),
                }
            }
            _ => self.shortcut(text, close + 1),
        }
    }

    fn shortcut(&self, text: &'t str, end: usize) -> Option<Link<'t>> {
        self.links.target(text).map(|href| Link::To { text, href, end })
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
}

pub(super) enum Link<'t> {
    To { text: &'t str, href: &'t str, end: usize },
    Unresolved { text: &'t str, label: &'t str, end: usize },
}

/// A link's text without emphasis and code marks.
fn strip(text: &str) -> Cow<'_, str> {
    let marked = text.bytes().any(|byte| matches!(byte, b'*' | b'`' | b'_' | b'\\' | b'[' | b'<' | b'&'));
    if marked { plain(text, &Links::default()) } else { Cow::Borrowed(text) }
}

/// How long the URL is that `text` starts with; 0 if it starts with none.
pub(in crate::checklist) fn url_length(text: &str) -> usize {
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
