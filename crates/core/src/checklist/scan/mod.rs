//! The block structure of a checklist: which lines are list items, fences, tables, headings and so on, and what is nested
//! in what.
//!
//! It follows CommonMark 0.31 where people do, and is milder where they do not: a child may stand two columns in under a
//! numbered item, a bullet is a bullet at any indentation once it has a box, a fence may open on the bullet's line or close
//! at another indentation, and a comment does not end a list. Each line belongs to exactly one block, in order, so that
//! nothing can be lost. Deliberately not here: what a block means.

mod block;
mod containers;
mod fence;
mod leaf;
mod table;

pub(super) use block::{Block, Kind, Line, Lines, More, Slice};

use super::inline::Links;
use super::marker;
use containers::{Container, Cursor};

/// Deeper containers are read as text; what stands in them is still read.
const MAX_DEPTH: usize = 96;

/// What was found out about a file's structure.
pub(super) struct Scan<'t> {
    pub(super) blocks: Vec<Block>,
    /// The lines of blocks that have more than one.
    pub(super) lines: Vec<Line>,
    pub(super) links: Links<'t>,
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

pub(super) fn scan<'t>(text: &'t str, starts: &'t [u32]) -> Scan<'t> {
    let mut scanner = Scanner {
        text,
        starts,
        stack: Vec::new(),
        quotes: 0,
        number: Slice::default(),
        paragraph: false,
        unclosed: [usize::MAX; 2],
        searches: 0,
        said_too_deep: false,
        out: Scan {
            blocks: Vec::with_capacity(starts.len()),
            lines: Vec::new(),
            links: Links::default(),
            oddities: Vec::new(),
        },
    };
    let mut at = scanner.front_matter();
    while at < starts.len() && !text.is_empty() {
        at = scanner.line(at);
    }
    scanner.out
}

struct Scanner<'t> {
    text: &'t str,
    starts: &'t [u32],
    stack: Vec<Container>,
    quotes: usize,
    /// The number of the list item that was opened last; empty for a bullet.
    number: Slice,
    /// The last block is a paragraph or an item's first paragraph that the next line may continue.
    paragraph: bool,
    /// From which fence length on, for backticks and tildes, no closing fence follows any more.
    unclosed: [usize; 2],
    searches: u8,
    /// That something is nested too deeply was said.
    said_too_deep: bool,
    out: Scan<'t>,
}

impl<'t> Scanner<'t> {
    fn start(&self, line: usize) -> usize {
        self.starts.get(line).map_or(self.text.len(), |start| *start as usize)
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

    /// The lines from one up to another, with their ends.
    fn lines(&self, from: usize, to: usize) -> Slice {
        let start = self.start(from);
        Slice::of(start, self.start(to).saturating_sub(start))
    }

    /// Where a part of the text stands.
    fn slice_of(&self, part: &str) -> Slice {
        let start = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        Slice::of(start.min(self.text.len()), part.len())
    }

    /// A line of a block that says `words`.
    fn line_of(&self, line: usize, words: &str) -> Line {
        Line::new(self.start(line), self.slice_of(words))
    }

    fn push(&mut self, line: usize, kind: Kind) {
        self.push_at(self.start(line), kind);
    }

    fn push_at(&mut self, start: usize, kind: Kind) {
        let parent = self.stack.iter().rev().find_map(Container::block);
        let depth = u8::try_from(self.stack.len() - self.quotes).unwrap_or(u8::MAX);
        self.out.blocks.push(Block::new(start, parent, depth, kind));
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
                let body = self.lines(1, line);
                if !body.of_text(self.text).lines().any(|line| line.contains(':')) {
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
        let mut cursor = Cursor::of(line);
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
}
