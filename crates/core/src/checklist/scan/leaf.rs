//! What stands in the containers of a line: headings, items, paragraphs, comments, definitions, indented code.

use super::super::marker::{self, Fence};
use super::block::parent;
use super::containers::{Container, Cursor};
use super::fence::MAX_SEARCHES;
use super::{Block, Kind, Lines, Oddity, Scanner};

impl<'t> Scanner<'t> {
    pub(super) fn continue_paragraph(&mut self, at: usize, text: &'t str) {
        let line = self.line_of(at, text);
        if let Some(Block { kind: Kind::Paragraph(lines) | Kind::Item { lines, .. }, .. }) = self.out.blocks.last_mut()
        {
            lines.more.push(line, &mut self.out.lines);
        }
    }

    /// What stands in the containers of a line.
    pub(super) fn leaf(&mut self, at: usize, line: &'t str, cursor: Cursor, opened: bool) -> usize {
        let rest = line.get(cursor.at..).unwrap_or_default();
        let in_list = self.stack.len() > self.quotes;
        if cursor.indent() >= 4 && !in_list && !self.paragraph && !marker::has_box(rest) {
            return self.indented(at);
        }
        if let Some(fence) = Fence::opening(rest) {
            return self.fence(at, fence);
        }
        if opened {
            return self.item(at, rest);
        }
        if self.paragraph && self.setext(at, rest) {
            return at + 1;
        }
        if let Some((level, text)) = marker::heading(rest) {
            if self.quotes == 0 {
                self.truncate(0);
            }
            self.paragraph = false;
            let text = self.slice_of(text);
            self.push(at, Kind::Heading { level, text });
            return at + 1;
        }
        if marker::is_rule(rest) {
            self.paragraph = false;
            self.push(at, Kind::Rule);
            return at + 1;
        }
        if rest.starts_with("<!--") {
            return self.comment(at, rest);
        }
        if rest.starts_with('[')
            && let Some(next) = self.definition(at, rest)
        {
            return next;
        }
        // Most lines have neither a bar nor an angle bracket.
        let marked = memchr::memchr2(b'|', b'<', rest.as_bytes()).is_some();
        if marked && self.is_table(at, rest) {
            return self.table(at, rest);
        }
        if rest.starts_with('|') && self.continue_table(at, rest) {
            return at + 1;
        }
        self.words(at, rest);
        if marked { self.open_comment(at, rest) } else { at + 1 }
    }

    /// A line of running text: the paragraph's next, or the first of a new one.
    fn words(&mut self, at: usize, rest: &'t str) {
        if self.paragraph {
            self.continue_paragraph(at, rest);
        } else {
            let lines = Lines::of(self.slice_of(rest));
            self.push(at, Kind::Paragraph(lines));
            self.paragraph = true;
        }
    }

    fn item(&mut self, at: usize, rest: &'t str) -> usize {
        let own = self.stack.pop();
        let lines = Lines::of(self.slice_of(rest));
        self.push(at, Kind::Item { number: self.number, lines });
        if let Some(Container::Item { marker, content, .. }) = own {
            let block = parent(self.out.blocks.len() - 1);
            self.stack.push(Container::Item { marker, content, block });
        }
        self.paragraph = true;
        if memchr::memchr(b'<', rest.as_bytes()).is_some() { self.open_comment(at, rest) } else { at + 1 }
    }

    /// A comment that opens within a paragraph and does not close on its line takes the following lines with it.
    fn open_comment(&mut self, at: usize, rest: &str) -> usize {
        let opens = rest.contains('<')
            && rest.rfind("<!--").is_some_and(|open| !rest.get(open..).unwrap_or_default().contains("-->"));
        if !opens {
            return at + 1;
        }
        match self.comment_end(at + 1) {
            Some(last) => {
                for line in at + 1..=last {
                    self.continue_paragraph(line, self.content(line));
                }
                last + 1
            }
            None => {
                self.out.oddities.push((self.start(at), Oddity::UnclosedComment));
                at + 1
            }
        }
    }

    /// The line, from `from` on, that closes a comment.
    fn comment_end(&mut self, from: usize) -> Option<usize> {
        if self.searches > MAX_SEARCHES {
            return None;
        }
        let end = (from..self.starts.len()).find(|&line| self.content(line).contains("-->"));
        if end.is_none() {
            self.searches = MAX_SEARCHES + 1;
        }
        end
    }

    fn comment(&mut self, at: usize, rest: &'t str) -> usize {
        let offset = self.start(at) + (self.content(at).len() - rest.len());
        let (last, end) = match rest.find("-->") {
            Some(close) => (at, offset + close + 3),
            None => match self.comment_end(at + 1) {
                Some(last) => {
                    let close = self.content(last).find("-->").unwrap_or_default();
                    (last, self.start(last) + close + 3)
                }
                None => {
                    self.out.oddities.push((self.start(at), Oddity::UnclosedComment));
                    self.paragraph = false;
                    let comment = self.slice_of(rest);
                    self.push(at, Kind::Comment(comment));
                    return at + 1;
                }
            },
        };
        let comment = self.text.get(offset..end).unwrap_or_default();
        let line = self.content(last);
        let tail = line.get(end.saturating_sub(self.start(last))..).unwrap_or_default();
        if last == at && !tail.trim().is_empty() && !only_comments(tail) {
            self.words(at, rest);
            return self.open_comment(at, rest);
        }
        self.paragraph = false;
        let whole = if only_comments(tail) { self.text.get(offset..self.start(last) + line.len()) } else { None };
        let comment = self.slice_of(whole.unwrap_or(comment));
        self.push(at, Kind::Comment(comment));
        if last > at && !tail.trim().is_empty() && !only_comments(tail) {
            let lines = Lines::of(self.slice_of(tail.trim_start()));
            self.push_at(end, Kind::Paragraph(lines));
            self.paragraph = true;
        }
        last + 1
    }

    fn indented(&mut self, at: usize) -> usize {
        let mut end = at + 1;
        while end < self.starts.len() {
            let line = self.content(end);
            if !(line.starts_with("    ") || line.starts_with('\t')) || marker::has_box_after_marker(line.trim_start())
            {
                break;
            }
            end += 1;
        }
        let code = self.lines(at, end);
        self.push(at, Kind::Indented(code));
        end
    }

    fn setext(&mut self, at: usize, rest: &str) -> bool {
        let Some(level) = marker::underline(rest) else { return false };
        let Some(block) = self.out.blocks.last_mut() else { return false };
        let Kind::Paragraph(lines) = &mut block.kind else { return false };
        let text = lines.first.of_text(self.text);
        let is_title = lines.more.is_empty() && !text.contains("**") && !text.contains("__") && !text.contains(": ");
        if level == 2 && !is_title {
            let start = self.start(at);
            self.out.oddities.push((start, Oddity::RuleUnderText));
            self.push(at, Kind::Rule);
        } else if let Some(last) = lines.more.pop(&mut self.out.lines) {
            // The lines above the last stay a paragraph: people put a title right under text.
            self.push_at(last.start(), Kind::Heading { level, text: last.words });
        } else {
            block.kind = Kind::Heading { level, text: lines.first };
        }
        self.paragraph = false;
        true
    }

    fn definition(&mut self, at: usize, rest: &'t str) -> Option<usize> {
        let close = rest.find("]:")?;
        let label = rest.get(1..close)?;
        let target = rest.get(close + 2..)?.trim();
        if label == "//" {
            let comment = self.slice_of(rest);
            self.push(at, Kind::Comment(comment));
            self.paragraph = false;
            return Some(at + 1);
        }
        let href = target.split_ascii_whitespace().next()?;
        let title = target.get(href.len()..)?.trim_start();
        let is_target = href.contains(['/', '.', '#', ':']) || href.starts_with('<');
        let is_definition = !label.is_empty()
            && !label.starts_with('^')
            && !label.contains(['[', ']'])
            && is_target
            && (title.is_empty() || title.starts_with(['"', '\'', '(']));
        if !is_definition {
            return None;
        }
        self.out.links.define(label, href.trim_matches(['<', '>']));
        if self.paragraph || !matches!(self.out.blocks.last(), Some(Block { kind: Kind::Definitions, .. })) {
            self.push(at, Kind::Definitions);
        }
        self.paragraph = false;
        Some(at + 1)
    }
}

/// Nothing but comments and spaces.
fn only_comments(text: &str) -> bool {
    let mut rest = text.trim();
    while let Some(tail) = rest.strip_prefix("<!--") {
        match tail.find("-->") {
            Some(close) => rest = tail.get(close + 3..).unwrap_or_default().trim_start(),
            None => return false,
        }
    }
    rest.is_empty() && !text.trim().is_empty()
}
