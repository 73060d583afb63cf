//! The block structure of a checklist: which lines are list items, fences, tables, headings and so on, and what is nested
//! in what.
//!
//! It follows CommonMark 0.31 where people do, and is milder where they do not: a child may stand two columns in under a
//! numbered item, a bullet is a bullet at any indentation once it has a box, a fence may open on the bullet's line or close
//! at another indentation, and a comment does not end a list. Each line belongs to exactly one block, in order, so that
//! nothing can be lost. Deliberately not here: what a block means.

use super::marker::{self, Fence, ListMarker};
use std::collections::HashMap;

/// Deeper containers are read as text; what stands in them is still read.
const MAX_DEPTH: usize = 96;
/// How often the rest of a file may be searched in vain for the end of a fence.
const MAX_SEARCHES: u8 = 12;

/// One line of a block: where it starts in the text, and what it says without quote marks, list marker and indentation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    pub(super) start: usize,
    pub(super) text: &'t str,
}

/// The lines of a paragraph or item; most have just one.
#[derive(Clone, Debug)]
pub(super) struct Lines<'t> {
    pub(super) first: Line<'t>,
    pub(super) more: Vec<Line<'t>>,
}

impl<'t> Lines<'t> {
    fn of(start: usize, text: &'t str) -> Self {
        Self { first: Line { start, text }, more: Vec::new() }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Line<'t>> {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }
}

/// A stretch of whole lines of one kind.
#[derive(Debug)]
pub(super) struct Block<'t> {
    /// Text offset of its first character; the next block's start is its end.
    pub(super) start: usize,
    /// How many list items it is nested in.
    pub(super) depth: u8,
    /// The list item block that it belongs to.
    pub(super) parent: Option<usize>,
    pub(super) kind: Kind<'t>,
}

#[derive(Debug)]
pub(super) enum Kind<'t> {
    Blank,
    FrontMatter(&'t str),
    Heading { level: u8, text: &'t str },
    Item { number: Option<&'t str>, lines: Lines<'t> },
    Paragraph(Lines<'t>),
    Fence { info: &'t str, body: &'t str },
    Indented(&'t str),
    Table { head: Line<'t>, rows: Vec<Line<'t>> },
    Rule,
    Comment(&'t str),
    Definitions,
}

/// What was found out about a file's structure.
pub(super) struct Scan<'t> {
    pub(super) blocks: Vec<Block<'t>>,
    /// Link reference definitions, by label in lower case.
    pub(super) links: HashMap<String, &'t str>,
    /// Text offset, code of what is odd.
    pub(super) oddities: Vec<(usize, Oddity)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    UnclosedFence,
    ReopenedFence,
    UnclosedComment,
    TooDeep,
    RuleUnderText,
}

#[derive(Clone, Copy)]
enum Container {
    Quote,
    Item { marker: usize, content: usize, block: Option<usize> },
}

pub(super) fn scan<'t>(text: &'t str, starts: &'t [usize]) -> Scan<'t> {
    let mut scanner = Scanner {
        text,
        starts,
        stack: Vec::new(),
        quotes: 0,
        paragraph: false,
        unclosed: [usize::MAX; 2],
        searches: 0,
        out: Scan { blocks: Vec::with_capacity(starts.len()), links: HashMap::new(), oddities: Vec::new() },
    };
    let mut at = scanner.front_matter();
    while at < starts.len() && !text.is_empty() {
        at = scanner.line(at);
    }
    scanner.out
}

struct Scanner<'t> {
    text: &'t str,
    starts: &'t [usize],
    stack: Vec<Container>,
    quotes: usize,
    /// The last block is a paragraph or an item's first paragraph that the next line may continue.
    paragraph: bool,
    /// From which fence length on, for backticks and tildes, no closing fence follows any more.
    unclosed: [usize; 2],
    searches: u8,
    out: Scan<'t>,
}

/// Where reading a line stands: byte position in it, column, and the column that indentation counts from.
#[derive(Clone, Copy)]
struct Cursor {
    at: usize,
    column: usize,
    base: usize,
}

impl Cursor {
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

    fn indent(&self) -> usize {
        self.column.saturating_sub(self.base)
    }
}

impl<'t> Scanner<'t> {
    fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// A line without its end.
    fn content(&self, line: usize) -> &'t str {
        let all = self.text.get(self.start(line)..self.start(line + 1)).unwrap_or_default();
        // Nearly every line ends in just one of them; told by bytes, which takes a fraction of the time.
        match all.as_bytes() {
            [.., before, b'\n'] if *before != b'\r' && *before != b'\n' => all.get(..all.len() - 1).unwrap_or_default(),
            [.., b'\n' | b'\r'] => all.trim_end_matches(['\n', '\r']),
            _ => all,
        }
    }

    fn slice(&self, from: usize, to: usize) -> &'t str {
        self.text.get(self.start(from)..self.start(to)).unwrap_or_default()
    }

    fn push(&mut self, line: usize, kind: Kind<'t>) {
        self.push_at(self.start(line), kind);
    }

    fn push_at(&mut self, start: usize, kind: Kind<'t>) {
        let mut parent = None;
        for container in self.stack.iter().rev() {
            if let Container::Item { block: Some(block), .. } = container {
                parent = Some(*block);
                break;
            }
        }
        let depth = u8::try_from(self.stack.len() - self.quotes).unwrap_or(u8::MAX);
        self.out.blocks.push(Block { start, depth, parent, kind });
    }

    fn truncate(&mut self, length: usize) {
        if length < self.stack.len() {
            let gone = self.stack.get(length..).unwrap_or_default();
            self.quotes -= gone.iter().filter(|container| matches!(container, Container::Quote)).count();
            self.stack.truncate(length);
        }
    }

    fn front_matter(&mut self) -> usize {
        if self.content(0) != "---" {
            return 0;
        }
        for line in 1..self.starts.len().min(2000) {
            let content = self.content(line);
            if content == "---" || content == "..." {
                let body = self.slice(1, line);
                if !body.lines().any(|line| line.contains(':')) {
                    return 0;
                }
                self.push(0, Kind::FrontMatter(body));
                return line + 1;
            }
        }
        0
    }

    /// Reads one line, or a whole fence, comment or table, and gives the line that follows.
    fn line(&mut self, at: usize) -> usize {
        let line = self.content(at);
        let mut cursor = Cursor { at: 0, column: 0, base: 0 };
        cursor.skip_spaces(line);
        if cursor.at == line.len() {
            self.blank(at);
            return at + 1;
        }
        let matched = self.match_containers(line, &mut cursor);
        let rest = line.get(cursor.at..).unwrap_or_default();
        if matched < self.stack.len() {
            if rest.is_empty() {
                self.truncate(matched);
                self.blank(at);
                return at + 1;
            }
            if self.paragraph && !marker::starts_block(rest) && !self.is_table(at, rest) {
                self.continue_paragraph(at, rest);
                return at + 1;
            }
            if rest.starts_with("<!--") {
                return self.leaf(at, line, cursor, false);
            }
            self.truncate(matched);
            self.paragraph = false;
        }
        let opened = self.open_containers(at, line, &mut cursor);
        self.leaf(at, line, cursor, opened)
    }

    fn blank(&mut self, at: usize) {
        if self.quotes > 0
            && let Some(first) = self.stack.iter().position(|container| matches!(container, Container::Quote))
        {
            self.truncate(first);
        }
        self.paragraph = false;
        if !matches!(self.out.blocks.last(), Some(Block { kind: Kind::Blank, .. })) {
            self.push(at, Kind::Blank);
        }
    }

    /// How many of the open containers the line continues; the cursor moves past what says so.
    fn match_containers(&self, line: &str, cursor: &mut Cursor) -> usize {
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
    fn open_containers(&mut self, at: usize, line: &'t str, cursor: &mut Cursor) -> bool {
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
        if opened || marker::has_box(after.trim_start()) {
            return true;
        }
        if cursor.indent() >= 4 && !in_list {
            return false;
        }
        !self.paragraph || (!after.trim().is_empty() && found.may_interrupt())
    }

    fn too_deep(&mut self, at: usize) {
        if !self.out.oddities.iter().any(|(_, oddity)| *oddity == Oddity::TooDeep) {
            self.out.oddities.push((self.start(at), Oddity::TooDeep));
        }
    }

    fn continue_paragraph(&mut self, at: usize, text: &'t str) {
        let start = self.start(at);
        if let Some(Block { kind: Kind::Paragraph(lines) | Kind::Item { lines, .. }, .. }) = self.out.blocks.last_mut()
        {
            lines.more.push(Line { start, text });
        }
    }

    /// What stands in the containers of a line.
    fn leaf(&mut self, at: usize, line: &'t str, cursor: Cursor, opened: bool) -> usize {
        let rest = line.get(cursor.at..).unwrap_or_default();
        let in_list = self.stack.len() > self.quotes;
        let start = self.start(at);
        if cursor.indent() >= 4 && !in_list && !self.paragraph && !marker::has_box(rest) {
            return self.indented(at);
        }
        if let Some(fence) = Fence::opening(rest) {
            return self.fence(at, fence);
        }
        if opened {
            return self.item(at, line, rest);
        }
        if self.paragraph && self.setext(at, rest) {
            return at + 1;
        }
        if let Some((level, text)) = marker::heading(rest) {
            if self.quotes == 0 {
                self.truncate(0);
            }
            self.paragraph = false;
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
        if self.is_table(at, rest) {
            return self.table(at, rest);
        }
        if rest.starts_with('|') && self.continue_table(start, rest) {
            return at + 1;
        }
        if self.paragraph {
            self.continue_paragraph(at, rest);
        } else {
            self.push(at, Kind::Paragraph(Lines::of(start, rest)));
            self.paragraph = true;
        }
        self.open_comment(at, rest)
    }

    fn item(&mut self, at: usize, line: &'t str, rest: &'t str) -> usize {
        let own = self.stack.pop();
        let before = line.get(..line.len() - rest.len()).unwrap_or_default().trim_end();
        let from = before.rfind([' ', '\t', '>']).map_or(0, |at| at + 1);
        let number = before.get(from..).filter(|marker| marker.starts_with(|c: char| c.is_ascii_digit()));
        self.push(at, Kind::Item { number, lines: Lines::of(self.start(at), rest) });
        if let Some(Container::Item { marker, content, .. }) = own {
            let block = Some(self.out.blocks.len() - 1);
            self.stack.push(Container::Item { marker, content, block });
        }
        self.paragraph = true;
        self.open_comment(at, rest)
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
                    self.push(at, Kind::Comment(rest));
                    return at + 1;
                }
            },
        };
        let comment = self.text.get(offset..end).unwrap_or_default();
        let line = self.content(last);
        let tail = line.get(end.saturating_sub(self.start(last))..).unwrap_or_default();
        if last == at && !tail.trim().is_empty() && !only_comments(tail) {
            if self.paragraph {
                self.continue_paragraph(at, rest);
            } else {
                self.push(at, Kind::Paragraph(Lines::of(self.start(at), rest)));
                self.paragraph = true;
            }
            return self.open_comment(at, rest);
        }
        self.paragraph = false;
        let whole = if only_comments(tail) { self.text.get(offset..self.start(last) + line.len()) } else { None };
        self.push(at, Kind::Comment(whole.unwrap_or(comment)));
        if last > at && !tail.trim().is_empty() && !only_comments(tail) {
            self.push_at(end, Kind::Paragraph(Lines::of(end, tail.trim_start())));
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
        self.push(at, Kind::Indented(self.slice(at, end)));
        end
    }

    fn fence(&mut self, at: usize, fence: Fence<'t>) -> usize {
        self.paragraph = false;
        let kind = usize::from(fence.tilde);
        let hopeless = self.unclosed.get(kind).is_some_and(|length| fence.length >= *length);
        let end = if hopeless { FenceEnd::Nowhere { prose: true } } else { self.fence_end(at + 1, &fence) };
        let (body_end, next, closed) = match end {
            FenceEnd::Closed(line) => (line, line + 1, true),
            FenceEnd::Cut(line) => (line, line, false),
            FenceEnd::Nowhere { prose } => {
                self.searches = self.searches.saturating_add(1);
                if let Some(length) = self.unclosed.get_mut(kind) {
                    *length = fence.length.min(*length);
                }
                let to = if prose && self.searches < MAX_SEARCHES { at + 1 } else { self.starts.len() };
                (to, to, false)
            }
        };
        if !closed {
            self.out.oddities.push((self.start(at), Oddity::UnclosedFence));
        }
        let body = self.slice(at + 1, body_end);
        self.push(at, Kind::Fence { info: fence.info, body });
        next
    }

    fn fence_end(&mut self, from: usize, fence: &Fence<'_>) -> FenceEnd {
        let content = match self.stack.last() {
            Some(Container::Item { content, .. }) => *content,
            _ => 0,
        };
        let mut prose = false;
        for line in from..self.starts.len() {
            let text = self.content(line);
            let bare = if self.quotes > 0 {
                match text.trim_start().strip_prefix('>') {
                    Some(bare) => bare.trim_start_matches(['>', ' ', '\t']),
                    None => return FenceEnd::Cut(line),
                }
            } else {
                text.trim_start()
            };
            if bare.is_empty() {
                continue;
            }
            if fence.closes(bare) {
                return FenceEnd::Closed(line);
            }
            if Fence::opening(bare).is_some_and(|other| other.tilde == fence.tilde && other.length >= fence.length) {
                self.out.oddities.push((self.start(line), Oddity::ReopenedFence));
            }
            let structure =
                marker::has_box_after_marker(bare) || marker::heading(bare).is_some_and(|(level, _)| level > 1);
            let outside =
                content > 0 && self.quotes == 0 && text.len() - bare.len() < content && !text.starts_with('\t');
            if outside && structure {
                return FenceEnd::Cut(line);
            }
            prose |= structure;
        }
        FenceEnd::Nowhere { prose }
    }

    fn setext(&mut self, at: usize, rest: &str) -> bool {
        let Some(level) = marker::underline(rest) else { return false };
        let Some(block) = self.out.blocks.last_mut() else { return false };
        let Kind::Paragraph(lines) = &block.kind else { return false };
        let text = lines.first.text;
        let is_title = lines.more.is_empty() && !text.contains("**") && !text.contains("__") && !text.contains(": ");
        if level == 2 && !is_title {
            let start = self.start(at);
            self.out.oddities.push((start, Oddity::RuleUnderText));
            self.push(at, Kind::Rule);
        } else if let Some(last) = lines.more.last() {
            // The lines above the last stay a paragraph: people put a title right under text.
            let (start, text) = (last.start, last.text);
            if let Kind::Paragraph(lines) = &mut block.kind {
                lines.more.pop();
            }
            self.push_at(start, Kind::Heading { level, text });
        } else {
            block.kind = Kind::Heading { level, text };
        }
        self.paragraph = false;
        true
    }

    fn definition(&mut self, at: usize, rest: &'t str) -> Option<usize> {
        let close = rest.find("]:")?;
        let label = rest.get(1..close)?;
        let target = rest.get(close + 2..)?.trim();
        if label == "//" {
            self.push(at, Kind::Comment(rest));
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
        self.out.links.entry(label.to_lowercase()).or_insert_with(|| href.trim_matches(['<', '>']));
        if self.paragraph || !matches!(self.out.blocks.last(), Some(Block { kind: Kind::Definitions, .. })) {
            self.push(at, Kind::Definitions);
        }
        self.paragraph = false;
        Some(at + 1)
    }

    fn is_table(&self, at: usize, rest: &str) -> bool {
        rest.contains('|') && at + 1 < self.starts.len() && marker::is_delimiter_row(self.bare(at + 1))
    }

    /// A line without indentation and quote marks.
    fn bare(&self, at: usize) -> &'t str {
        let line = self.content(at).trim_start();
        if self.quotes > 0 { line.trim_start_matches(['>', ' ', '\t']) } else { line }
    }

    fn table(&mut self, at: usize, rest: &'t str) -> usize {
        self.paragraph = false;
        let head = Line { start: self.start(at), text: rest };
        let mut rows = Vec::new();
        let mut next = at + 2;
        while next < self.starts.len() {
            let row = self.bare(next);
            if !row.contains('|') || marker::has_box_after_marker(row) || row.starts_with('#') {
                break;
            }
            rows.push(Line { start: self.start(next), text: row });
            next += 1;
        }
        self.push(at, Kind::Table { head, rows });
        next
    }

    /// Rows after a comment in a table go on with the table.
    fn continue_table(&mut self, start: usize, rest: &'t str) -> bool {
        let above = self.out.blocks.iter().rev().take(8).find(|block| !matches!(block.kind, Kind::Comment(_)));
        let Some(Block { kind: Kind::Table { head, .. }, .. }) = above else { return false };
        if self.paragraph {
            return false;
        }
        let head = *head;
        if let Some(Block { kind: Kind::Table { rows, .. }, .. }) = self.out.blocks.last_mut() {
            rows.push(Line { start, text: rest });
        } else {
            self.push_at(start, Kind::Table { head, rows: vec![Line { start, text: rest }] });
        }
        true
    }
}

enum FenceEnd {
    /// By the fence in this line.
    Closed(usize),
    /// Because its list item or quote ends before this line.
    Cut(usize),
    /// Nowhere in the file; `prose` if what follows has headings or boxes.
    Nowhere { prose: bool },
}

fn pass_quote_mark(line: &str, cursor: &mut Cursor) {
    cursor.at += 1;
    cursor.column += 1;
    cursor.base =
        cursor.column + usize::from(line.as_bytes().get(cursor.at).is_some_and(|byte| matches!(byte, b' ' | b'\t')));
    cursor.skip_spaces(line);
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
