//! From blocks to the template: walks the file once, gives every block its node, every box, blank and choice its item.
//!
//! What the parts of a line mean is decided in the modules for it; here is only the order of things: sections, nesting,
//! ids, positions.

use super::fence::{self, Holds};
use super::identity::{self, Ids};
use super::inline::{self, Links, Token};
use super::line::{self, Draft, Piece, Reading};
use super::marker::{Mark, Tick};
use super::model::*;
use super::scan::{self, Block, Kind, Line, Lines, Oddity};
use super::source::{self, Source};
use super::{choice, facts, heading};
use crate::id::{Digest, ItemId};
use std::borrow::Cow;

/// Reads a checklist. Never fails: what is no checklist gives a template with problems and without items.
pub fn read(bytes: &[u8]) -> Template {
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
        return template;
    }
    if source.text().is_empty() && !bytes.is_empty() {
        let span = Span { start: 0, end: bytes.len() };
        template.nodes.push(Node { span, line: 1, section: 0, depth: 0, kind: NodeKind::Blank });
    }
    let scan = scan::scan(source.text(), source.starts());
    let mut reader = Reader {
        source: &source,
        text: source.text(),
        links: &scan.links,
        ids: Ids::default(),
        out: template,
        contexts: vec![0],
        tasks: Vec::with_capacity(scan.blocks.len()),
        heard: String::new(),
    };
    for (index, block) in scan.blocks.iter().enumerate() {
        let end = scan.blocks.get(index + 1).map_or(reader.text.len(), |next| next.start);
        reader.block(block, end);
    }
    for (offset, oddity) in &scan.oddities {
        reader.odd(*offset, *oddity);
    }
    let mut template = reader.out;
    template.problems.sort_by_key(|problem| (problem.line, problem.column));
    template.lossless = is_lossless(bytes, &template.nodes);
    template.counts.count(&template.items, &template.probes, &template.commands, &template.nodes);
    template
}

fn empty(bytes: &[u8], problems: Vec<Problem>) -> Template {
    Template {
        sha256: Digest::of(bytes),
        title: "Untitled checklist".to_owned(),
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
    }
}

fn section(level: u8, title: String, line: u32, parent: Option<usize>) -> Section {
    Section { level, title, line, parent, item: None, timing: None, traffic: None, rollback: false, marks: Vec::new() }
}

/// Prints the nodes and compares: each takes up where the one before it ends, and they reach from the first byte to the last.
fn is_lossless(bytes: &[u8], nodes: &[Node]) -> bool {
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
    pub(super) links: &'s Links<'s>,
    ids: Ids,
    pub(super) out: Template,
    /// By section: the hash of the titles down to it.
    contexts: Vec<u64>,
    /// By block: the item of the task that it is, or that it belongs to.
    tasks: Vec<Option<usize>>,
    /// The words of the last line, which name a blank or choice that has none of its own.
    heard: String,
}

/// Some lines of a block that are read as one.
struct Group<'g, 's> {
    start: usize,
    end: usize,
    lines: &'g [Line<'s>],
    text: Cow<'s, str>,
}

/// Where a new item stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) at: usize,
    pub(super) parent: Option<usize>,
}

impl<'s> Reader<'s> {
    fn block(&mut self, block: &Block<'s>, end: usize) {
        let above = block.parent.and_then(|parent| self.tasks.get(parent).copied().flatten());
        let mut own = above;
        let (start, depth) = (block.start, block.depth);
        match &block.kind {
            Kind::Blank => self.node(start, end, depth, NodeKind::Blank),
            Kind::FrontMatter(body) => self.front_matter(start, end, body),
            Kind::Heading { level, text } => self.heading(start, end, *level, text),
            Kind::Item { number, lines } => own = self.lines(block, end, lines, above, Some(*number)),
            Kind::Paragraph(lines) => {
                self.lines(block, end, lines, above, None);
            }
            Kind::Fence { info, body, .. } => self.fence(block, end, info, body, above),
            Kind::Indented(text) => {
                let text =
                    text.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n");
                self.node(start, end, depth, NodeKind::Code { lang: String::new(), text });
            }
            Kind::Table { head, rows } => self.table(block, end, *head, rows, above),
            Kind::Rule => self.node(start, end, depth, NodeKind::Rule),
            Kind::Comment(_) => self.node(start, end, depth, NodeKind::Comment),
            Kind::Definitions => self.node(start, end, depth, NodeKind::LinkDefinitions),
        }
        self.tasks.push(own);
    }

    pub(super) fn node(&mut self, start: usize, end: usize, depth: u8, kind: NodeKind) {
        let span = self.source.span(start, end);
        if span.start < span.end {
            let line = self.source.place(start).0;
            self.out.nodes.push(Node { span, line, section: self.out.sections.len() - 1, depth, kind });
        }
    }

    pub(super) fn problem(&mut self, at: usize, severity: Severity, code: &str, message: String, hint: &str) {
        let (line, column) = self.source.place(at);
        self.out.problems.push(Problem {
            line,
            column,
            severity,
            code: code.to_owned(),
            message,
            hint: hint.to_owned(),
        });
    }

    /// Adds an item and gives its index.
    pub(super) fn item(&mut self, place: Place, kind: ItemKind, label: String) -> usize {
        let letter = match kind {
            ItemKind::Task { .. } => 't',
            ItemKind::Field { .. } => 'f',
            ItemKind::Choice { .. } => 'c',
            ItemKind::SignOff { .. } => 's',
            ItemKind::Gate { .. } => 'g',
        };
        let above = self.contexts.last().copied().unwrap_or(0);
        let parent = place.parent.and_then(|parent| self.out.items.get(parent));
        let context = parent.map_or(above, |parent| identity::within(above, &parent.label));
        let id = self.ids.give(letter, context, &label);
        let (line, column) = self.source.place(place.at);
        self.out.items.push(Item {
            id,
            kind,
            label,
            line,
            column,
            section: self.out.sections.len() - 1,
            parent: parent.map(|parent| parent.id.clone()),
            limits: Vec::new(),
            owner: None,
            only_if: None,
            commands: Vec::new(),
            evidence: Vec::new(),
            marks: Vec::new(),
        });
        self.out.items.len() - 1
    }

    pub(super) fn id(&self, item: usize) -> Option<ItemId> {
        self.out.items.get(item).map(|item| item.id.clone())
    }

    fn offset_of(&self, part: &str) -> usize {
        (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize).min(self.text.len())
    }

    fn front_matter(&mut self, start: usize, end: usize, body: &str) {
        let first = self.source.place(start).0 + 1;
        for (number, key, value) in facts::front_matter(body) {
            let line = first + source::number(number);
            if key == "title" || key == "name" && self.out.title == "Untitled checklist" {
                self.out.title = value.to_owned();
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
                    code: "policy_not_understood".to_owned(),
                    message: format!("{message}."),
                    hint: "Known are sign-off, separation, order, allowed and forbidden, each with a colon and what it asks.".to_owned(),
                }),
            }
        }
        self.node(start, end, 0, NodeKind::FrontMatter);
    }

    fn heading(&mut self, start: usize, end: usize, level: u8, text: &'s str) {
        let tick = Tick::leading(text);
        let body = text.get(tick.map_or(0, |tick| tick.length)..).unwrap_or_default();
        let title = inline::plain(body, self.links);
        let mut parent = self.out.sections.len() - 1;
        while parent > 0 && self.out.sections.get(parent).is_some_and(|section| section.level >= level) {
            parent = self.out.sections.get(parent).and_then(|section| section.parent).unwrap_or(0);
        }
        let above = self.out.sections.get(parent).is_some_and(|section| section.rollback);
        let line = self.source.place(start).0;
        let mut new = section(level, title.clone(), line, Some(parent));
        new.timing = heading::timing(&title);
        new.traffic = heading::traffic(&title);
        new.rollback = above || heading::is_rollback(level, &title);
        let is_title = self.out.sections.len() == 1 && self.out.title == "Untitled checklist";
        if is_title && !title.is_empty() {
            self.out.title.clone_from(&title);
        }
        let context = identity::within(self.contexts.get(parent).copied().unwrap_or(0), &title);
        self.out.sections.push(new);
        self.contexts.push(context);
        let mut item = None;
        if let Some(tick) = tick {
            let kind = ItemKind::Task { form: TaskForm::Heading, prechecked: tick.mark == Mark::Done };
            let place = Place { at: self.offset_of(text), parent: None };
            item = Some(self.item(place, kind, title.clone())).and_then(|item| self.id(item));
            if let Some(section) = self.out.sections.last_mut() {
                section.item.clone_from(&item);
            }
        }
        self.heard.clone_from(&title);
        self.node(start, end, 0, NodeKind::Heading { level, text: title, item });
    }

    /// Reads the lines of a paragraph or list item, and gives the task that they make, or the one above.
    fn lines(
        &mut self,
        block: &Block<'s>,
        end: usize,
        lines: &Lines<'s>,
        above: Option<usize>,
        number: Option<Option<&str>>,
    ) -> Option<usize> {
        if lines.more.is_empty() {
            let one = [lines.first];
            let text = Cow::Borrowed(lines.first.text);
            return self.group(&Group { start: block.start, end, lines: &one, text }, block, above, number);
        }
        let all: Vec<Line<'s>> = lines.iter().collect();
        let mut own = above;
        let mut from = 0;
        while from < all.len() {
            let rest = all.get(from + 1..).unwrap_or_default();
            let length = 1 + rest.iter().position(|line| stands_alone(line.text)).unwrap_or(rest.len());
            let group = all.get(from..from + length).unwrap_or_default();
            let Some(first) = group.first() else { break };
            let text = match group {
                [one] => Cow::Borrowed(one.text),
                _ => Cow::Owned(group.iter().map(|line| line.text).collect::<Vec<_>>().join("\n")),
            };
            let start = if from == 0 { block.start } else { first.start };
            let next = all.get(from + length).map_or(end, |line| line.start);
            let marker = if from == 0 { number } else { None };
            let task = self.group(&Group { start, end: next, lines: group, text }, block, own, marker);
            if number.is_some() {
                own = task;
            }
            from += length;
        }
        own
    }

    /// The text offset in the file of an offset in a group's text.
    fn position(&self, group: &Group<'_, 's>, at: usize) -> usize {
        let mut left = at;
        for line in group.lines {
            if left <= line.text.len() {
                return self.offset_of(line.text) + left;
            }
            left -= line.text.len() + 1;
        }
        group.start
    }

    fn group(
        &mut self,
        group: &Group<'_, 's>,
        block: &Block<'s>,
        above: Option<usize>,
        number: Option<Option<&str>>,
    ) -> Option<usize> {
        let text: &str = &group.text;
        let (tick, body) = leading_box(text);
        let rest = text.get(body..).unwrap_or_default();
        let links = self.links;
        let tokens = inline::tokens(rest, links);
        let mut tick = tick;
        let mut tokens = tokens;
        let mut base = body;
        if let Some(found) = tick
            && is_option(&tokens, found.glyph)
        {
            tokens = inline::tokens(text, links);
            tick = None;
            base = 0;
        }
        for token in &tokens {
            if matches!(token, Token::Blank { .. }) {
                self.out.counts.blanks += 1;
            }
            if let Token::Unresolved { at, label } = token {
                let at = self.position(group, base + at);
                let message = format!("The link's label «{label}» is defined nowhere.");
                self.problem(
                    at,
                    Severity::Note,
                    "unresolved_reference",
                    message,
                    "Add a line such as «[label]: https://…».",
                );
            }
        }
        let reading = line::read(&tokens);
        let is_item = number.is_some();
        if let Some(tick) = tick {
            return self.task(group, block, above, number, tick, base, reading);
        }
        if reading.has_drafts() {
            self.answerable(group, block, above, number, None, base, reading);
            return above;
        }
        let words = reading.words;
        if !is_item && block.depth == 0 {
            self.fact(group, text);
        }
        let is_markup = words.is_empty() && text.trim_start().starts_with('<');
        if !words.is_empty() {
            self.heard.clone_from(&words);
        }
        let kind = match above.and_then(|task| self.id(task)) {
            _ if is_markup => NodeKind::Comment,
            Some(of) if is_item => {
                self.inline_commands(&tokens, group, above);
                NodeKind::Criterion { text: words, of: Some(of), condition: None }
            }
            _ => {
                self.inline_commands(&tokens, group, above);
                NodeKind::Prose { text: words, bullet: is_item }
            }
        };
        self.node(group.start, group.end, block.depth, kind);
        above
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is where one line stands")]
    fn task(
        &mut self,
        group: &Group<'_, 's>,
        block: &Block<'s>,
        above: Option<usize>,
        number: Option<Option<&str>>,
        tick: Tick,
        base: usize,
        reading: Reading,
    ) -> Option<usize> {
        let at = self.position(group, 0);
        if reading.words.is_empty() && !reading.has_drafts() {
            let message = "A box without words; it is taken as a line to fill in.".to_owned();
            self.problem(at, Severity::Note, "empty_item", message, "Write what is to be done after the box.");
            let kind = ItemKind::Field { value: ValueKind::Text, unit: None, default: None };
            let label = self.name_from_above(above);
            let item = self.item(Place { at, parent: above }, kind, label);
            let parts = self.id(item).map(|item| Part::Slot { item }).into_iter().collect();
            self.node(group.start, group.end, block.depth, NodeKind::Answerable { parts, task: None, number: None });
            return above;
        }
        let form = match number {
            Some(Some(_)) => TaskForm::Ordered,
            Some(None) if block.depth > 0 => TaskForm::Nested,
            _ => TaskForm::Bullet,
        };
        let label = if reading.label.is_empty() { reading.words.clone() } else { reading.label.clone() };
        let kind = ItemKind::Task { form, prechecked: tick.mark == Mark::Done };
        let item = self.item(Place { at, parent: above }, kind, label.clone());
        if block.depth > 0 && number.is_some() {
            self.out.counts.nested_tasks += 1;
        }
        if tick.mark == Mark::Other {
            let message = "The box holds neither a space nor an x.".to_owned();
            self.problem(at, Severity::Note, "unusual_mark", message, "It is taken as a task that is open.");
        }
        self.heard = label;
        self.answerable(group, block, Some(item), number, Some(item), base, reading);
        Some(item)
    }

    /// Makes items of a line's drafts, and the line's node.
    #[expect(clippy::too_many_arguments, reason = "all of it is where one line stands")]
    fn answerable(
        &mut self,
        group: &Group<'_, 's>,
        block: &Block<'s>,
        parent: Option<usize>,
        number: Option<Option<&str>>,
        task: Option<usize>,
        base: usize,
        reading: Reading,
    ) {
        let mut parts = Vec::with_capacity(reading.pieces.len());
        let mut gated = false;
        for piece in reading.pieces {
            match piece {
                Piece::Part(part) => {
                    if let Part::Code { text } = &part
                        && fence::is_command(text)
                    {
                        self.command(text.clone(), group.start, parent);
                    }
                    parts.push(part);
                }
                Piece::Draft(draft) => {
                    gated |= matches!(draft.kind, ItemKind::Gate { .. });
                    let at = self.position(group, base + draft.at);
                    let item = self.draft(draft, at, parent);
                    parts.extend(self.id(item).map(|item| Part::Slot { item }));
                }
            }
        }
        if let Some(words) = choice::gate_words(&reading.words).filter(|_| task.is_some() && !gated) {
            let options = choice::gate_options(words);
            let at = self.position(group, base);
            let item = self.item(Place { at, parent }, ItemKind::Gate { options }, words.to_owned());
            parts.extend(self.id(item).map(|item| Part::Slot { item }));
        }
        let task = task.and_then(|task| self.id(task));
        let number = number.flatten().map(str::to_owned);
        self.node(group.start, group.end, block.depth, NodeKind::Answerable { parts, task, number });
    }

    pub(super) fn draft(&mut self, draft: Draft, at: usize, parent: Option<usize>) -> usize {
        let label = if draft.label.is_empty() { self.name_from_above(parent) } else { draft.label };
        match &draft.kind {
            ItemKind::Choice { options } | ItemKind::Gate { options } => {
                self.out.counts.choice_lines += 1;
                self.out.counts.choices += 1;
                self.out.counts.choice_options += source::number(options.len());
            }
            _ => {}
        }
        let kind = match draft.kind {
            ItemKind::SignOff { role } if role.is_empty() => ItemKind::SignOff { role: label.clone() },
            kind => kind,
        };
        self.item(Place { at, parent }, kind, label)
    }

    /// What names an item that has no words of its own: the task above, the line before, or the section.
    fn name_from_above(&self, parent: Option<usize>) -> String {
        match parent.and_then(|parent| self.out.items.get(parent)) {
            Some(parent) => parent.label.clone(),
            None if !self.heard.is_empty() => line::without_colon(&self.heard).to_owned(),
            None => self.out.sections.last().map(|section| section.title.clone()).unwrap_or_default(),
        }
    }

    fn fact(&mut self, group: &Group<'_, 's>, text: &str) {
        let Some((words, value, bold)) = facts::split(text) else { return };
        let (key, known) = facts::key(words);
        let early = self.out.sections.len() <= 2;
        if known || bold || early {
            let value = inline::plain(value, self.links);
            let line = self.source.place(group.start).0;
            self.out.facts.push(Fact { key, value, line });
        }
    }

    fn inline_commands(&mut self, tokens: &[Token<'_>], group: &Group<'_, 's>, item: Option<usize>) {
        for token in tokens {
            if let Token::Code(code) = token
                && fence::is_command(code)
            {
                self.command((*code).to_owned(), group.start, item);
            }
        }
    }

    pub(super) fn command(&mut self, text: String, at: usize, item: Option<usize>) {
        let placeholders = fence::has_placeholders(&text);
        let line = self.source.place(at).0;
        if let Some(item) = item.and_then(|item| self.out.items.get_mut(item)) {
            item.commands.push(text.clone());
        }
        let item = item.and_then(|item| self.id(item));
        self.out.commands.push(Command { text, line, item, placeholders });
    }

    fn fence(&mut self, block: &Block<'s>, end: usize, info: &str, body: &'s str, above: Option<usize>) {
        let lang = info.split([' ', ',', '{']).next().unwrap_or_default().to_lowercase();
        let holds = Holds::of(&lang);
        let body_start = if body.is_empty() { end } else { self.offset_of(body) };
        let mut from = block.start;
        let mut text = String::new();
        let mut at = body_start;
        let mut boxes = 0_u32;
        for line in body.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            if let Some(boxed) = fence::boxed(bare, holds) {
                let code = NodeKind::Code { lang: lang.clone(), text: std::mem::take(&mut text) };
                self.node(from, at, block.depth, code);
                self.fenced_task(block, at, at + line.len(), &boxed, above);
                boxes += 1;
                from = at + line.len();
            } else {
                text.push_str(bare);
                text.push('\n');
            }
            at += line.len();
        }
        if holds == Holds::Shell {
            for (number, command) in fence::commands(body) {
                let at = body_start + body.split_inclusive('\n').take(number).map(str::len).sum::<usize>();
                self.command(command, at, above);
            }
        }
        if boxes > 0 {
            let message = format!("{boxes} boxes in a code fence are taken as tasks.");
            self.problem(
                block.start,
                Severity::Note,
                "fenced_tasks",
                message,
                "If they are a sample, name the fence's language.",
            );
        }
        self.node(from, end, block.depth, NodeKind::Code { lang, text });
    }

    fn fenced_task(
        &mut self,
        block: &Block<'s>,
        start: usize,
        end: usize,
        boxed: &fence::Boxed<'s>,
        above: Option<usize>,
    ) {
        let kind = ItemKind::Task { form: TaskForm::Fenced, prechecked: boxed.mark == Mark::Done };
        let label = inline::tidy(boxed.text);
        let at = self.offset_of(boxed.text);
        let item = self.item(Place { at, parent: above }, kind, label.clone());
        let task = self.id(item);
        let parts = vec![Part::Text { text: label }];
        self.node(start, end, block.depth, NodeKind::Answerable { parts, task, number: None });
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
        self.problem(at, severity, code, message.to_owned(), hint);
    }
}

/// The box that a line starts with, the last one if there are several, and where the words start.
fn leading_box(text: &str) -> (Option<Tick>, usize) {
    let mut found = None;
    let mut at = 0;
    while let Some(tick) = Tick::leading(text.get(at..).unwrap_or_default()) {
        // `- [ ] ✅ text` has one box and a remark.
        if found.is_some_and(|first: Tick| first.glyph != tick.glyph) {
            break;
        }
        found = found.or(Some(tick));
        at += tick.length;
        at += text.get(at..).unwrap_or_default().len() - text.get(at..).unwrap_or_default().trim_start().len();
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
    text.starts_with("**") || text.contains("__") || text.contains('☐') || Tick::leading(text).is_some() || {
        facts::split(text).is_some_and(|(words, _, _)| facts::key(words).1)
    }
}
