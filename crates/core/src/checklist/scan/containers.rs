//! Quotes and list items: which of them a line continues, and which it opens.

use super::super::marker::{self, ListMarker};
use super::block::Parent;
use super::{MAX_DEPTH, Oddity, Scanner, Slice};

#[derive(Clone, Copy)]
pub(super) enum Container {
    Quote,
    Item { marker: usize, content: usize, block: Parent },
}

impl Container {
    /// The block of a list item that has one already.
    pub(super) fn block(&self) -> Parent {
        match self {
            Self::Quote => None,
            Self::Item { block, .. } => *block,
        }
    }
}

/// Where reading a line stands: byte position in it, column, and the column that indentation counts from.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    pub(super) at: usize,
    column: usize,
    base: usize,
}

impl Cursor {
    /// At the first character of a line that is neither a space nor a tab.
    pub(super) fn of(line: &str) -> Self {
        let mut cursor = Self { at: 0, column: 0, base: 0 };
        cursor.skip_spaces(line);
        cursor
    }

    fn skip_spaces(&mut self, line: &str) {
        for byte in line.as_bytes().get(self.at..).unwrap_or_default() {
            match byte {
                b' ' => self.column += 1,
                b'\t' => self.column += 4 - self.column % 4,
                _ => break,
            }
            self.at += 1;
        }
    }

    pub(super) fn indent(&self) -> usize {
        self.column.saturating_sub(self.base)
    }
}

impl Scanner<'_> {
    /// How many of the open containers the line continues; the cursor moves past what says so.
    pub(super) fn match_containers(&self, line: &str, cursor: &mut Cursor) -> usize {
        let mut matched = 0;
        for container in &self.stack {
            match *container {
                Container::Quote => {
                    if line.as_bytes().get(cursor.at) != Some(&b'>') {
                        break;
                    }
                    pass_quote_mark(line, cursor);
                }
                Container::Item { marker, content, .. } => {
                    let rest = line.get(cursor.at..).unwrap_or_default();
                    let child = cursor.column >= marker + 2 && ListMarker::at(rest).is_some();
                    if cursor.column < content && !rest.is_empty() && !child {
                        break;
                    }
                    cursor.base = content.min(cursor.column);
                }
            }
            matched += 1;
        }
        matched
    }

    /// Opens the quotes and list items that start on this line. True if the innermost is a list item that has no block yet.
    pub(super) fn open_containers(&mut self, at: usize, line: &str, cursor: &mut Cursor) -> bool {
        let mut opened = false;
        loop {
            let rest = line.get(cursor.at..).unwrap_or_default();
            if self.stack.len() >= MAX_DEPTH && (rest.starts_with('>') || ListMarker::at(rest).is_some()) {
                self.too_deep(at);
                self.truncate(MAX_DEPTH - 1);
            }
            if rest.starts_with('>') {
                pass_quote_mark(line, cursor);
                self.stack.push(Container::Quote);
                self.quotes += 1;
                self.paragraph = false;
                opened = false;
                continue;
            }
            if marker::is_rule(rest) {
                return opened;
            }
            let Some(found) = ListMarker::at(rest).filter(|found| self.accepts(found, rest, cursor, opened)) else {
                return opened;
            };
            let column = cursor.column;
            let start = self.start(at) + cursor.at;
            self.number = if found.is_number() { Slice::of(start, found.length) } else { Slice::default() };
            cursor.at += found.length;
            cursor.column += found.columns;
            let after = cursor.column;
            cursor.skip_spaces(line);
            let gap = cursor.column - after;
            let content = if gap == 0 || gap > 4 || cursor.at == line.len() { after + 1 } else { cursor.column };
            cursor.base = content.min(cursor.column);
            self.stack.push(Container::Item { marker: column, content, block: None });
            self.paragraph = false;
            opened = true;
        }
    }

    /// Whether what looks like a list marker here is meant as one.
    fn accepts(&self, found: &ListMarker, rest: &str, cursor: &Cursor, opened: bool) -> bool {
        let after = rest.get(found.length..).unwrap_or_default();
        let in_list = self.stack.len() > self.quotes;
        if opened || marker::has_box(marker::trim_start(after)) {
            return true;
        }
        if cursor.indent() >= 4 && !in_list {
            return false;
        }
        !self.paragraph || (!after.trim().is_empty() && found.may_interrupt())
    }

    fn too_deep(&mut self, at: usize) {
        if !std::mem::replace(&mut self.said_too_deep, true) {
            self.out.oddities.push((self.start(at), Oddity::TooDeep));
        }
    }
}

fn pass_quote_mark(line: &str, cursor: &mut Cursor) {
    cursor.at += 1;
    cursor.column += 1;
    cursor.base =
        cursor.column + usize::from(line.as_bytes().get(cursor.at).is_some_and(|byte| matches!(byte, b' ' | b'\t')));
    cursor.skip_spaces(line);
}
