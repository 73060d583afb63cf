//! From blocks to the template: walks the file once, gives every block its node, every box, blank and choice its item.
//!
//! What the parts of a line mean is decided in the modules for it; here is only the order of things: sections, nesting,
//! ids, positions.

use super::annotate::Last;
use super::answer::{Marker, Radio};
use super::correction::{self, Correction};
use super::identity::{self, Ids};
use super::inline::{self, Links, Token};
use super::marker::{self, Tick};
use super::model::*;
use super::phrase::Pairs;
use super::scan::{self, Block, Kind, Oddity, Scan};
use super::source::{self, Source};
use super::{annotation, facts, heading, threshold, timing};
use crate::id::{Digest, ItemId};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Reads a checklist. Never fails: what is no checklist gives a template with problems and without items.
pub fn read(bytes: &[u8]) -> Template {
    let (template, distinct) = read_with(bytes, Ids::default());
    if distinct { template } else { read_with(bytes, Ids::careful()).0 }
}

/// The template, and whether no two items got one id.
fn read_with(bytes: &[u8], mut ids: Ids) -> (Template, bool) {
    let mut source = Source::of(bytes);
    let problems = source.take_problems();
    let mut template = empty(bytes, problems);
    if !source.readable() {
        if !bytes.is_empty() {
            let span = Span { start: 0, end: bytes.len() };
            let kind = NodeKind::Prose { text: String::new(), bullet: false };
            template.nodes.push(Node { span, line: 1, section: 0, depth: 0, kind });
        }
        template.lossless = is_lossless(bytes, &template.nodes);
        return (template, true);
    }
    if source.text().is_empty() && !bytes.is_empty() {
        let span = Span { start: 0, end: bytes.len() };
        template.nodes.push(Node { span, line: 1, section: 0, depth: 0, kind: NodeKind::Blank });
    }
    let scan = scan::scan(source.text(), source.starts());
    let blocks = scan.blocks.len();
    ids.reserve(blocks / 2);
    let mut reader = Reader {
        source: &source,
        text: source.text(),
        scan: &scan,
        links: &scan.links,
        ids,
        out: template,
        contexts: vec![0],
        context: 0,
        inside: (0, usize::MAX, 0),
        insides: HashMap::new(),
        tasks: Vec::with_capacity(blocks),
        heard: String::new(),
        under: String::new(),
        titled: false,
        place_alerts: false,
        section_alerts: false,
        instructs: false,
        radio: Radio::No,
        last: Last::default(),
        pending: Vec::new(),
        offered: HashMap::new(),
        offered_subjects: HashSet::new(),
        corrections: Vec::new(),
    };
    reader.out.nodes.reserve_exact(blocks + blocks / 16);
    for index in 0..blocks {
        reader.block(index);
    }
    reader.leftover();
    reader.offer_beside_items();
    for (offset, oddity) in &scan.oddities {
        reader.odd(*offset, *oddity);
    }
    let corrections = std::mem::take(&mut reader.corrections);
    let distinct = reader.ids.are_distinct();
    let mut template = reader.out;
    template.problems.sort_by_key(|problem| (problem.line, problem.column));
    template.lossless = is_lossless(bytes, &template.nodes);
    template.counts.count(&template.items, &template.probes, &template.commands, &template.nodes);
    if !corrections.is_empty() {
        correction::apply_annotated(&mut template, bytes, &corrections);
    }
    (template, distinct)
}

/// From so many bytes on, the hash of a label is kept.
const LONG: usize = 256;

/// The title of a checklist that has none.
const UNTITLED: &str = "Untitled checklist";

fn empty(bytes: &[u8], problems: Vec<Problem>) -> Template {
    Template {
        sha256: Digest::of(bytes),
        title: UNTITLED.to_owned(),
        facts: Vec::new(),
        nodes: Vec::new(),
        sections: vec![section(0, String::new(), 1, None)],
        items: Vec::new(),
        probes: Vec::new(),
        problems,
        lossless: false,
        policy: Vec::new(),
        commands: Vec::new(),
        counts: Counts::default(),
        index: Index::default(),
    }
}

fn section(level: u8, title: String, line: u32, parent: Option<usize>) -> Section {
    Section {
        level,
        title,
        line,
        parent,
        item: None,
        timing: None,
        traffic: None,
        rollback: false,
        marks: Vec::new(),
        schedule: None,
    }
}

/// Adds to a list that may be the largest part of a template. It grows to what it will hold if the rest of the file is like the part
/// that was read, so many blocks of all, where a `Vec` alone would double.
fn push<T>(list: &mut Vec<T>, entry: T, (read, all): (usize, usize)) {
    let length = list.len();
    if length == list.capacity() {
        let expected = length.saturating_mul(all) / read.max(1);
        let more = (expected + expected / 16).saturating_sub(length);
        list.reserve_exact(more.clamp(length / 16 + 8, 7 * length + 8));
    }
    list.push(entry);
}

/// Prints the nodes and compares: each takes up where the one before it ends, and they reach from the first byte to the last.
pub(super) fn is_lossless(bytes: &[u8], nodes: &[Node]) -> bool {
    let mut rest = bytes;
    let mut at = 0;
    for node in nodes {
        let Some(own) = bytes.get(node.span.start..node.span.end) else { return false };
        match rest.strip_prefix(own) {
            Some(tail) if node.span.start == at && !own.is_empty() => rest = tail,
            _ => return false,
        }
        at = node.span.end;
    }
    rest.is_empty()
}

pub(super) struct Reader<'s> {
    source: &'s Source<'s>,
    pub(super) text: &'s str,
    pub(super) scan: &'s Scan<'s>,
    pub(super) links: &'s Links<'s>,
    ids: Ids,
    pub(super) out: Template,
    /// By section: the hash of the titles down to it.
    contexts: Vec<u64>,
    /// The hash of what an item stands in now: the section, and the bold line that stands for a heading.
    context: u64,
    /// The context inside of an item that was asked for last: the item's context, the item, its own.
    inside: (u64, usize, u64),
    /// The contexts inside of items with a long label, by context and item.
    insides: HashMap<(u64, usize), u64>,
    /// By block: the item of the task that it is, or that it belongs to.
    tasks: Vec<Option<u32>>,
    /// The words of the last line, which name a blank or choice that has none of its own.
    pub(super) heard: String,
    /// The bold line that stands for a heading, if one does.
    under: String,
    /// The title of the checklist is known.
    titled: bool,
    /// The section's title, or the bold line that stands for a heading, says that limits here call for action.
    pub(super) place_alerts: bool,
    /// The section's title does.
    section_alerts: bool,
    /// The section explains how to use the checklist.
    pub(super) instructs: bool,
    pub(super) radio: Radio,
    pub(super) last: Last,
    /// Annotations that stand above what they are about.
    pub(super) pending: Vec<(usize, String)>,
    /// The probes that are offered already, and where they stand among all; nowhere if another line offers the same.
    pub(super) offered: HashMap<(Option<ItemId>, String), Option<usize>>,
    pub(super) offered_subjects: HashSet<String>,
    /// What annotations say of lines that were read otherwise.
    pub(super) corrections: Vec<Correction>,
}

/// Where a new item stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) at: usize,
    pub(super) parent: Option<usize>,
}

impl<'s> Reader<'s> {
    fn block(&mut self, index: usize) {
        let scan = self.scan;
        let Some(block) = scan.blocks.get(index) else { return };
        let end = scan.blocks.get(index + 1).map_or(self.text.len(), Block::start);
        let mut own = self.above(block);
        let (start, depth) = (block.start(), block.depth);
        if !matches!(block.kind, Kind::Blank | Kind::Comment(_) | Kind::Item { .. } | Kind::Paragraph(_)) {
            self.radio = Radio::No;
        }
        match block.kind {
            Kind::Blank => self.node(start, end, depth, NodeKind::Blank),
            Kind::FrontMatter(body) => self.front_matter(start, end, body.of_text(self.text)),
            Kind::Heading { level, text } => self.heading(start, end, level, text.of_text(self.text)),
            Kind::Item { number, lines } => {
                let number = number.of_text(self.text);
                let marker = if number.is_empty() { Marker::Bullet } else { Marker::Number(number) };
                own = self.lines(index, end, lines, marker);
            }
            Kind::Paragraph(lines) => {
                self.lines(index, end, lines, Marker::None);
            }
            Kind::Fence { info, body } => self.fence(block, end, info.of_text(self.text), body.of_text(self.text)),
            Kind::Indented(code) => {
                let code = code.of_text(self.text);
                let mut text = String::with_capacity(code.len());
                for (at, line) in code.lines().enumerate() {
                    if at > 0 {
                        text.push('\n');
                    }
                    text.push_str(line.strip_prefix("    ").unwrap_or(line));
                }
                self.node(start, end, depth, NodeKind::Code { lang: String::new(), text });
            }
            Kind::Table { head, rows } => self.table(block, end, head.of_text(self.text), rows.of_lines(&scan.lines)),
            Kind::Rule => self.node(start, end, depth, NodeKind::Rule),
            Kind::Comment(text) => {
                let text = text.of_text(self.text);
                let at = self.offset_of(text);
                let close = index
                    .checked_sub(1)
                    .and_then(|before| scan.blocks.get(before))
                    .is_some_and(|before| !matches!(before.kind, Kind::Blank));
                self.comment(text, at, at > start, close);
                self.node(start, end, depth, NodeKind::Comment);
            }
            Kind::Definitions => self.node(start, end, depth, NodeKind::LinkDefinitions),
        }
        self.tasks.push(own.map(source::number));
    }

    /// The task that a block stands under.
    pub(super) fn above(&self, block: &Block) -> Option<usize> {
        let task = block.parent().and_then(|parent| self.tasks.get(parent).copied().flatten());
        task.map(|task| task as usize)
    }

    /// Whether something is nested in a block, or follows it directly, so that it introduces that.
    pub(super) fn leads(&self, block: Option<usize>) -> bool {
        let Some(index) = block else { return false };
        let blocks = self.scan.blocks.get(index..).unwrap_or_default();
        let is_item = blocks.first().is_some_and(|block| matches!(block.kind, Kind::Item { .. }));
        let mut after = blocks.iter().skip(1).take(4);
        match after.find(|next| !matches!(next.kind, Kind::Blank | Kind::Comment(_))) {
            Some(next) if is_item => next.parent() == Some(index),
            Some(next) => !matches!(next.kind, Kind::Heading { .. } | Kind::Rule),
            None => false,
        }
    }

    /// A bold line that stands for a heading: what follows stands under it.
    pub(super) fn stand_under(&mut self, title: &str) {
        title.clone_into(&mut self.under);
        self.place_alerts = self.section_alerts || threshold::alerts(title, Pairs::of(title));
        self.enter();
    }

    /// Finds the context anew after the section or the bold line changed.
    fn enter(&mut self) {
        let section = self.contexts.last().copied().unwrap_or(0);
        self.context = if self.under.is_empty() { section } else { identity::within(section, &self.under) };
    }

    pub(super) fn line_of(&self, at: usize) -> u32 {
        self.source.line_of(at)
    }

    pub(super) fn node(&mut self, start: usize, end: usize, depth: u8, kind: NodeKind) {
        let span = self.source.span(start, end);
        if span.start < span.end {
            let line = self.source.line_of(start);
            let section = self.out.sections.len() - 1;
            let node = Node { span, line, section, depth, kind };
            push(&mut self.out.nodes, node, (self.tasks.len(), self.scan.blocks.len()));
        }
    }

    pub(super) fn problem(
        &mut self,
        at: usize,
        severity: Severity,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        hint: impl Into<Cow<'static, str>>,
    ) {
        let (line, column) = self.source.place(at);
        let (message, hint) = (message.into(), hint.into());
        self.out.problems.push(Problem { line, column, severity, code: code.into(), message, hint });
    }

    /// Adds an item and gives its index.
    pub(super) fn item(&mut self, place: Place, kind: ItemKind, label: String) -> usize {
        let letter = match kind {
            ItemKind::Task { .. } => b't',
            ItemKind::Field { .. } => b'f',
            ItemKind::Choice { .. } => b'c',
            ItemKind::SignOff { .. } => b's',
            ItemKind::Gate { .. } => b'g',
        };
        let parent = place.parent.and_then(|parent| Some((parent, self.out.items.get(parent)?)));
        let context = match parent {
            Some((index, _)) if self.inside.0 == self.context && self.inside.1 == index => self.inside.2,
            Some((index, parent)) => {
                let within = || identity::within(self.context, &parent.label);
                // Many may stand in a task with very many words, and in others by turns.
                let inside = match parent.label.len() {
                    ..LONG => within(),
                    _ => *self.insides.entry((self.context, index)).or_insert_with(within),
                };
                self.inside = (self.context, index, inside);
                inside
            }
            None => self.context,
        };
        let id = self.ids.give(letter, context, &label);
        let section = self.out.sections.len() - 1;
        let parent = parent.map(|(_, parent)| parent.id.clone());
        let item = Item::bare(id, kind, label, self.source.place(place.at), section, parent);
        push(&mut self.out.items, item, (self.tasks.len(), self.scan.blocks.len()));
        self.out.items.len() - 1
    }

    pub(super) fn id(&self, item: usize) -> Option<ItemId> {
        self.out.items.get(item).map(|item| item.id.clone())
    }

    pub(super) fn offset_of(&self, part: &str) -> usize {
        (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize).min(self.text.len())
    }

    fn front_matter(&mut self, start: usize, end: usize, body: &str) {
        let first = self.source.place(start).0 + 1;
        let entries = facts::front_matter(body);
        // An issue template's front matter is about the issue, not about the document.
        let issue = entries.iter().any(|(_, key, _)| matches!(*key, "about" | "labels" | "assignees"));
        for (number, key, value) in entries {
            let line = first + source::number(number);
            if key == if issue { "name" } else { "title" } {
                value.clone_into(&mut self.out.title);
                self.titled = value != UNTITLED;
            }
            if issue {
                continue;
            }
            self.out.facts.push(Fact { key: facts::key(key).0, value: value.to_owned(), line });
        }
        for (number, rule) in facts::policy(body) {
            let line = first + source::number(number);
            match rule {
                Ok(rule) => self.out.policy.push(PolicyLine { line, rule }),
                Err(message) => self.out.problems.push(Problem {
                    line,
                    column: 1,
                    severity: Severity::Warning,
                    code: "policy_not_understood".into(),
                    message: format!("{message}.").into(),
                    hint: "Known are sign-off, separation, order, allowed and forbidden, each with a colon and what it asks.".into(),
                }),
            }
        }
        self.node(start, end, 0, NodeKind::FrontMatter);
    }

    fn heading(&mut self, start: usize, end: usize, level: u8, text: &'s str) {
        // A ✅ before a title is decoration.
        let tick = Tick::leading(text).filter(|_| !text.starts_with(['✅', '✔']));
        let body = text.get(tick.map_or(0, |tick| tick.length)..).unwrap_or_default();
        let tokens = inline::tokens(body, self.links);
        let title = tokens.words().0.into_owned();
        let pairs = Pairs::of(&title);
        let mut parent = self.out.sections.len() - 1;
        while parent > 0 && self.out.sections.get(parent).is_some_and(|section| section.level >= level) {
            parent = self.out.sections.get(parent).and_then(|section| section.parent).unwrap_or(0);
        }
        let above = self.out.sections.get(parent).is_some_and(|section| section.rollback);
        let line = self.source.place(start).0;
        let mut new = section(level, title.clone(), line, Some(parent));
        new.timing = heading::timing(&title);
        new.schedule = new.timing.as_deref().and_then(|timing| timing::of_title(&title, timing));
        new.traffic = heading::traffic(&title);
        new.rollback = above || heading::is_rollback(level, &title, pairs);
        let is_title = self.out.sections.len() == 1 && !self.titled;
        if is_title && !title.is_empty() {
            self.out.title.clone_from(&title);
        }
        let context = identity::within(self.contexts.get(parent).copied().unwrap_or(0), &title);
        self.out.sections.push(new);
        self.contexts.push(context);
        self.enter();
        let mut item = None;
        if let Some(tick) = tick {
            let kind = ItemKind::Task { form: TaskForm::Heading, prechecked: tick.mark == marker::Mark::Done };
            let place = Place { at: self.offset_of(text), parent: None };
            item = Some(self.item(place, kind, title.clone())).and_then(|item| self.id(item));
            if let Some(section) = self.out.sections.last_mut() {
                section.item.clone_from(&item);
            }
        }
        // A heading's own tick stands under the bold line above it; ids rest on that.
        self.section_alerts = threshold::alerts(&title, pairs);
        self.stand_under("");
        self.heard.clone_from(&title);
        self.instructs = super::answer::instructs(&title);
        self.node(start, end, 0, NodeKind::Heading { level, text: title, item });
        self.remember_heading();
        for token in tokens.iter() {
            if let Token::Comment { at, text } = token
                && let Some(annotation) = annotation::body(text)
            {
                let at = self.offset_of(body) + at;
                self.annotate(annotation, at);
            }
        }
    }

    fn odd(&mut self, at: usize, oddity: Oddity) {
        let (severity, code, message, hint) = match oddity {
            Oddity::UnclosedFence => (
                Severity::Error,
                "unclosed_fence",
                "A code fence opens here and is not closed.",
                "Close it with a line of the same marks; what follows was read as text.",
            ),
            Oddity::ReopenedFence => (
                Severity::Note,
                "fence_in_fence",
                "A line in a code fence looks like another fence's start.",
                "If it was meant to close the fence, take the word after the marks away.",
            ),
            Oddity::UnclosedComment => {
                (Severity::Error, "unclosed_comment", "A comment opens here and is not closed.", "Close it with «-->».")
            }
            Oddity::TooDeep => (
                Severity::Warning,
                "too_deep",
                "Lists or quotes are nested too deeply from here on.",
                "What stands deeper is read as if it stood at the deepest level.",
            ),
            Oddity::RuleUnderText => (
                Severity::Note,
                "rule_under_text",
                "A line of dashes right under text makes that text a heading in Markdown; it is taken as a rule.",
                "Put an empty line above the dashes.",
            ),
        };
        self.problem(at, severity, code, message, hint);
    }
}
