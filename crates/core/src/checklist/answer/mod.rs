//! Paragraphs and list items into nodes and items: which lines are read as one, and what their marker and box make of them.
//!
//! `task` has the lines with a box, `said` the ones without, `asked` what is asked on either.

mod asked;
mod said;
mod task;

pub(super) use said::{announces_choice, instructs};

use super::annotation;
use super::facts;
use super::glance::Glance;
use super::inline::{self, Token};
use super::line;
use super::marker::{self, Tick};
use super::model::*;
use super::phrase::Pairs;
use super::read::Reader;
use super::scan::{Line, Lines};
use super::threshold::{self, Subject};
use std::borrow::Cow;
use std::cell::Cell;

/// Some lines of a block that are read as one, and where they stand.
pub(super) struct Group<'g, 's> {
    start: usize,
    end: usize,
    lines: &'g [Line],
    text: &'g str,
    depth: u8,
    /// The task above.
    above: Option<usize>,
    marker: Marker<'s>,
    /// The block, if the group reaches to its end.
    block: Option<usize>,
    /// The line that was asked for last, by number, and where its words start in the text.
    last: Cell<(usize, usize)>,
}

/// What a line starts with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker<'s> {
    None,
    Bullet,
    Number(&'s str),
}

/// Options written as list items under «Select one».
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Radio {
    #[default]
    No,
    /// The next list is one choice.
    Announced,
    /// Its item.
    Open(usize),
}

impl<'s> Reader<'s> {
    /// Reads the lines of a paragraph or list item, and gives the task that they make, or the one above.
    pub(super) fn lines(&mut self, index: usize, end: usize, lines: Lines, marker: Marker<'s>) -> Option<usize> {
        let block = self.scan.blocks.get(index)?;
        let above = self.above(block);
        let (start, depth) = (block.start(), block.depth);
        let first = Line::new(start, lines.first);
        if lines.more.is_empty() {
            let text = lines.first.of_text(self.text);
            let (lines, block, last) = (&[first][..], Some(index), Cell::default());
            return self.group(&Group { start, end, lines, text, depth, above, marker, block, last });
        }
        let scan = self.scan;
        let all: Vec<Line> = std::iter::once(first).chain(lines.more.of_lines(&scan.lines).iter().copied()).collect();
        let mut own = above;
        let mut from = 0;
        while from < all.len() {
            let rest = all.get(from + 1..).unwrap_or_default();
            let length = 1 + rest.iter().position(|line| stands_alone(self.words(*line))).unwrap_or(rest.len());
            let part = all.get(from..from + length).unwrap_or_default();
            let Some(first) = part.first() else { break };
            let text = match part {
                [one] => Cow::Borrowed(self.words(*one)),
                _ => Cow::Owned(self.joined(part)),
            };
            let start = if from == 0 { block.start() } else { first.start() };
            let next = all.get(from + length);
            let end = next.map_or(end, |line| line.start());
            let marker = if from == 0 { marker } else { Marker::None };
            let block = if next.is_none() { Some(index) } else { None };
            let last = Cell::default();
            let task =
                self.group(&Group { start, end, lines: part, text: &text, depth, above: own, marker, block, last });
            if marker != Marker::None {
                own = task;
            }
            from += length;
        }
        own
    }

    fn words(&self, line: Line) -> &'s str {
        line.words.of_text(self.text)
    }

    fn joined(&self, lines: &[Line]) -> String {
        let mut out = String::with_capacity(lines.iter().map(|line| self.words(*line).len() + 1).sum());
        for (at, line) in lines.iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            out.push_str(self.words(*line));
        }
        out
    }

    /// The text offset in the file of an offset in a group's text.
    fn position(&self, group: &Group<'_, 's>, at: usize) -> usize {
        // Places are asked for nearly in order.
        let (mut number, mut start) = group.last.get();
        if at < start {
            (number, start) = (0, 0);
        }
        while let Some(line) = group.lines.get(number) {
            let words = self.words(*line);
            if at <= start + words.len() {
                group.last.set((number, start));
                return self.offset_of(words) + (at - start);
            }
            number += 1;
            start += words.len() + 1;
        }
        group.start
    }

    fn group(&mut self, group: &Group<'_, 's>) -> Option<usize> {
        let text = group.text;
        let links = self.links;
        let (mut tick, mut base) = leading_box(text);
        let mut tokens = inline::tokens(text.get(base..).unwrap_or_default(), links);
        if tick.is_some_and(|found| is_option(&tokens, found.glyph)) {
            tokens = inline::tokens(text, links);
            tick = None;
            base = 0;
        }
        let first_item = self.out.items.len();
        self.look_at(group, base, &tokens);
        let comments: Vec<(usize, &str)> = tokens.iter().filter_map(comment).collect();
        let reading = line::read(tokens);
        let task = match tick {
            // How the boxes are to be used is no task.
            Some(_) if self.instructs => {
                let (text, bullet) = (reading.words.into_owned(), group.marker != Marker::None);
                self.node(group.start, group.end, group.depth, NodeKind::Prose { text, bullet });
                group.above
            }
            Some(_) if self.radio != Radio::No => {
                self.option(group, reading.words.into_owned());
                group.above
            }
            Some(tick) => self.task(group, tick, base, reading),
            None => {
                self.untick(group, base, reading);
                group.above
            }
        };
        self.remember(first_item, task.filter(|task| *task >= first_item));
        self.annotate_line(group, base, &comments);
        task
    }

    /// Counts blanks, and reports what does not lead anywhere.
    fn look_at(&mut self, group: &Group<'_, 's>, base: usize, tokens: &[Token<'_>]) {
        for token in tokens {
            match token {
                Token::Blank { .. } => self.out.counts.blanks += 1,
                Token::Unresolved { at, label } => {
                    let at = self.position(group, base + at);
                    let message = format!("The link's label «{label}» is defined nowhere.");
                    let hint = "Add a line such as «[label]: https://…».";
                    self.problem(at, Severity::Note, "unresolved_reference", message, hint);
                }
                _ => {}
            }
        }
    }

    /// Annotations and hints in the comments of a line.
    fn annotate_line(&mut self, group: &Group<'_, 's>, base: usize, comments: &[(usize, &str)]) {
        for (at, text) in comments {
            let at = self.position(group, base + at);
            match annotation::body(text) {
                Some(body) => self.annotate(body, at),
                None => self.fill_in_hint(text, at),
            }
        }
        self.apply_pending();
    }

    /// The limits in a line's words, about what these name or the task above.
    fn limits(&mut self, group: &Group<'_, 's>, words: &str, glance: Glance) -> threshold::Found {
        if !threshold::is_possible(words, glance) {
            return threshold::Found::default();
        }
        let above = group.above.and_then(|above| self.out.items.get(above));
        let above = above.map(|above| line::name_of(&above.label)).unwrap_or_default();
        let alert =
            self.place_alerts || threshold::alerts(above, Pairs::of(above)) || self.heard.contains("rolls back");
        let found = threshold::limits_of_possible(words, Subject::Named { above }, alert);
        self.not_understood(group, &found);
        found
    }

    fn not_understood(&mut self, group: &Group<'_, 's>, found: &threshold::Found) {
        for (text, why) in &found.not_understood {
            let at = group.text.find(text.as_str()).unwrap_or(0);
            let at = self.position(group, at);
            let message = format!("The limit «{text}» was not understood: {why}.");
            let hint =
                "Name what is measured before the sign, as in «error rate < 0.1%», or annotate the line with a limit.";
            self.problem(at, Severity::Note, "limit_not_understood", message, hint);
        }
    }
}

impl Marker<'_> {
    fn number(self) -> Option<Box<str>> {
        match self {
            Marker::Number(number) => Some(number.into()),
            _ => None,
        }
    }
}

fn comment<'t>(token: &Token<'t>) -> Option<(usize, &'t str)> {
    match token {
        Token::Comment { at, text } => Some((*at, text)),
        _ => None,
    }
}

/// The box that a line starts with, the first if there are several, and where the words start.
fn leading_box(text: &str) -> (Option<Tick>, usize) {
    let mut found = None;
    let mut at = 0;
    while let Some(tick) = Tick::leading(text.get(at..).unwrap_or_default()) {
        // `- [ ] ✅ text` has one box and a remark.
        if found.is_some_and(|first: Tick| first.glyph != tick.glyph) {
            break;
        }
        found = found.or(Some(tick));
        let after = text.get(at + tick.length..).unwrap_or_default();
        at = text.len() - marker::trim_start(after).len();
    }
    (found, at)
}

/// Whether the box before these tokens is the first option of a choice: `[ ] GO [ ] NO-GO`.
fn is_option(tokens: &[Token<'_>], glyph: bool) -> bool {
    let Some(Token::Box { glyph: other, .. }) = tokens.iter().find(|token| matches!(token, Token::Box { .. })) else {
        return false;
    };
    let first = line::following(tokens, 0);
    let first = first.trim();
    *other == glyph && !first.is_empty() && first.split(' ').count() <= 4 && !first.ends_with(['?', ':', '？', '：'])
}

/// Whether a line within a paragraph is read on its own.
fn stands_alone(text: &str) -> bool {
    text.starts_with("**")
        || text.contains("__")
        || text.contains('☐')
        || Tick::leading(text).is_some()
        || facts::split(text).is_some_and(|(words, _, _)| facts::key(words).1 || words.split(' ').count() <= 2)
}
