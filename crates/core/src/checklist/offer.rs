//! Commands and probes: from fences and lines, with the item that they are evidence for.

use super::curl::{self, Found};
use super::fence::{self, Holds};
use super::inline::{self, Token};
use super::line::{self, Piece, Pieces};
use super::marker::Mark;
use super::model::*;
use super::read::{Place, Reader};
use super::scan::Block;
use super::{probe, threshold};
use crate::ask::{Ask, Http, Method};
use crate::condition::quantity::{Quantity, Unit};
use crate::condition::{Bound, Condition, Relation, Stated};
use crate::id::ProbeId;

/// A limit on the status of an answer.
fn of_status(relation: Relation, status: u16) -> Stated {
    let bound = Bound::Amount(Quantity::new(status.into(), Unit::Plain));
    Stated { name: "http.status".to_owned(), relation, bound, sustained: None }
}

impl<'s> Reader<'s> {
    /// Takes down the commands among what a line says.
    pub(super) fn inline_commands(&mut self, pieces: &Pieces<'_>, at: usize, item: Option<usize>) {
        let Pieces::Said(tokens) = pieces else { return };
        for token in tokens.iter() {
            if let Token::Code(text) = token
                && fence::is_command(text)
            {
                self.command((*text).to_owned(), at, item);
            }
        }
    }

    /// Takes a command down, and offers it as a probe if it can be one.
    pub(super) fn command(&mut self, text: String, at: usize, item: Option<usize>) {
        let mut remark = None;
        for found in curl::of_command(&text) {
            match found {
                Found::Not(why) => remark = Some(format!("not offered as a probe: it {why}")),
                Found::Asks(call) => {
                    if !call.left_out.is_empty() {
                        remark = Some(format!("offered as a probe without {}", call.left_out.join(", ")));
                    }
                    self.offer_call(&call, at, item);
                }
            }
        }
        let placeholders = fence::has_placeholders(&text);
        let line = self.line_of(at);
        if let Some(item) = item.and_then(|item| self.out.items.get_mut(item)) {
            item.commands.push(text.clone());
        }
        let item = item.and_then(|item| self.id(item));
        self.out.commands.push(Command { text, line, item, placeholders, remark });
    }

    /// Offers what a command asks for. What its item says comes first, then the command's own words.
    fn offer_call(&mut self, call: &curl::Call, at: usize, item: Option<usize>) {
        let label = item.and_then(|item| self.out.items.get(item)).map_or("", |item| item.label.as_str());
        let said = probe::status(label).or(call.status);
        let status = match (said, call.fails) {
            (None, true) => of_status(Relation::Less, 400),
            (said, _) => of_status(Relation::Equal, said.unwrap_or(200)),
        };
        // A redirect that is expected is not gone after.
        let follow = call.follows || !said.is_some_and(|status| (300..400).contains(&status));
        let expect: Vec<_> = call.expect.iter().cloned().chain(probe::members(label)).collect();
        for url in &call.urls {
            let http = Http { headers: call.headers.clone(), follow, ..Http::plain(call.method, url) };
            self.offer(http, status.clone(), &expect, at, item);
        }
    }

    /// Offers the health addresses of tables and paragraphs, which belong to no item unless their row has one.
    pub(super) fn offer_beside_items(&mut self) {
        let mut found = Vec::new();
        for node in &self.out.nodes {
            match &node.kind {
                NodeKind::Table { rows, .. } => {
                    for row in rows {
                        let texts = row.iter().map(|cell| match cell {
                            Cell::Text { text } | Cell::Slot { text, .. } => text.as_str(),
                        });
                        if texts.clone().any(|text| text.contains("://")) {
                            let item = row.iter().find_map(|cell| match cell {
                                Cell::Slot { item, .. } => Some(item.clone()),
                                Cell::Text { .. } => None,
                            });
                            found.push((node.line, texts.collect::<Vec<_>>().join(" | "), item));
                        }
                    }
                }
                NodeKind::Prose { text, bullet: false } if text.contains("://") => {
                    found.push((node.line, text.clone(), None));
                }
                _ => {}
            }
        }
        for (line, words, item) in found {
            let item = item.and_then(|item| self.out.items.iter().position(|known| known.id == item));
            for url in probe::health_urls(&words) {
                let places = self.text.match_indices(url.as_str()).map(|(at, _)| at);
                let at = places.into_iter().find(|at| self.line_of(*at) >= line).unwrap_or_default();
                self.offer_url(url, &words, at, item);
            }
        }
    }

    /// Offers a health address that stands in a line.
    pub(super) fn offer_url(&mut self, url: String, words: &str, at: usize, item: Option<usize>) {
        let status = of_status(Relation::Equal, probe::status(words).unwrap_or(200));
        self.offer(Http::plain(Method::Get, url), status, &probe::members(words), at, item);
    }

    fn offer(&mut self, http: Http, status: Stated, expect: &[String], at: usize, item: Option<usize>) {
        let mut all: Vec<Condition> = status.condition().into_iter().collect();
        for condition in expect.iter().filter_map(|text| text.parse().ok()) {
            if !all.contains(&condition) {
                all.push(condition);
            }
        }
        self.push_probe(&Ask::Http(http), all, at, item);
    }

    /// Adds a probe, unless the same one is offered already for the same item, or for any if this one is for none.
    pub(super) fn push_probe(
        &mut self,
        ask: &Ask,
        expect: Vec<Condition>,
        at: usize,
        item: Option<usize>,
    ) -> Option<usize> {
        let line = self.line_of(at);
        let subject = ask.subject();
        let owner = item.and_then(|item| self.out.items.get(item));
        let key = (owner.map(|owner| owner.id.clone()), subject);
        if let Some(known) = self.offered.get(&key) {
            return *known;
        }
        let (item, subject) = key.clone();
        if item.is_none() && self.offered_subjects.contains(&subject) {
            self.offered.insert(key, None);
            return None;
        }
        let name = owner.map_or_else(|| probe::name(&subject), |owner| line::name_of(&owner.label).to_owned());
        let id = ProbeId(match &item {
            Some(item) => format!("{item} {subject}"),
            None => format!("L{line} {subject}"),
        });
        self.offered.insert(key, Some(self.out.probes.len()));
        let open = ask.http().is_some_and(|http| probe::has_placeholders(&http.url));
        let hosts = ask.hosts().filter(|_| !open).unwrap_or_default();
        if hosts.is_empty() {
            let message = format!("The address {subject} has parts to be put in first.");
            self.problem(
                at,
                Severity::Note,
                "probe_placeholder",
                message,
                "Write the host in full, or put it in when starting a record.",
            );
        }
        self.offered_subjects.insert(subject);
        self.out.probes.push(ProbeOffer { id, name, ask: ask.to_string(), hosts, expect, item, line });
        Some(self.out.probes.len() - 1)
    }

    /// A fence: pieces of code with the tasks between them.
    pub(super) fn fence(&mut self, block: &Block, end: usize, info: &str, body: &'s str) {
        let above = self.above(block);
        let lang = info.split([' ', ',', '{']).next().unwrap_or_default().to_lowercase();
        let holds = Holds::of(&lang);
        let body_start = if body.is_empty() { end } else { self.offset_of(body) };
        if fence::is_note_area(body) {
            return self.fenced_notes(block, end, above);
        }
        if !fence::may_have_boxes(body, holds) {
            self.fence_commands(body, body_start, holds, above);
            return self.node(block.start(), end, block.depth, NodeKind::Code { lang, text: fence::text(body) });
        }
        let takes = fence::takes_boxes(body, holds);
        let mut from = block.start();
        let mut text = String::new();
        let mut at = body_start;
        let mut boxes = 0_u32;
        for line in body.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            if let Some(boxed) = fence::boxed(bare, holds) {
                boxes += 1;
                if takes {
                    let code = NodeKind::Code { lang: lang.clone(), text: std::mem::take(&mut text) };
                    self.node(from, at, block.depth, code);
                    self.fenced_task(block, at..at + line.len(), &boxed, holds);
                    from = at + line.len();
                    at = from;
                    continue;
                }
            }
            text.push_str(bare);
            text.push('\n');
            at += line.len();
        }
        self.fence_commands(body, body_start, holds, above);
        self.say_boxes(block.start(), boxes, takes);
        self.node(from, end, block.depth, NodeKind::Code { lang, text });
    }

    fn fence_commands(&mut self, body: &str, start: usize, holds: Holds, above: Option<usize>) {
        if holds == Holds::Shell {
            for (offset, command) in fence::commands(body) {
                self.command(command, start + offset, above);
            }
        }
    }

    /// A fence of nothing but lines to write on.
    fn fenced_notes(&mut self, block: &Block, end: usize, above: Option<usize>) {
        let kind = ItemKind::Field { value: ValueKind::Text, unit: None, default: None };
        let label = self.name_from_above(above);
        let item = self.item(Place { at: block.start(), parent: above }, kind, label);
        let parts = self.id(item).map(|item| Part::Slot { item }).into_iter().collect();
        self.node(block.start(), end, block.depth, NodeKind::Answerable { parts, task: None, number: None });
    }

    fn say_boxes(&mut self, at: usize, boxes: u32, takes: bool) {
        if boxes == 0 {
            return;
        }
        let (message, hint) = if takes {
            (
                format!("Boxes in a code fence are taken as tasks: {boxes}."),
                "If they are a sample, name the fence's language.",
            )
        } else {
            (
                format!("Boxes in a code fence are taken as a sample of a message: {boxes}."),
                "If they are to be done, write them as a list outside the fence.",
            )
        };
        self.problem(at, Severity::Note, "fenced_boxes", message, hint);
    }

    fn fenced_task(&mut self, block: &Block, lines: std::ops::Range<usize>, boxed: &fence::Boxed<'s>, holds: Holds) {
        let (start, end, above) = (lines.start, lines.end, self.above(block));
        let at = self.offset_of(boxed.text);
        let options = inline::tokens(boxed.text, self.links);
        let words = if holds == Holds::Markdown { inline::words(&options) } else { inline::tidy(boxed.text) };
        if options.iter().any(|token| matches!(token, Token::Box { .. })) {
            let Pieces::Asked(pieces) = line::read(options).pieces else { return };
            let mut parts = Vec::with_capacity(pieces.len());
            for piece in pieces {
                match piece {
                    Piece::Part(part) => parts.push(part),
                    Piece::Draft(draft) => {
                        let item = self.draft(draft, at, above);
                        parts.extend(self.id(item).map(|item| Part::Slot { item }));
                    }
                }
            }
            return self.node(start, end, block.depth, NodeKind::Answerable { parts, task: None, number: None });
        }
        let label = words.into_owned();
        let kind = ItemKind::Task { form: TaskForm::Fenced, prechecked: boxed.mark == Mark::Done };
        let item = self.item(Place { at, parent: above }, kind, label.clone());
        let found = threshold::limits(&label, threshold::Subject::Named { above: "" }, false);
        if let Some(item) = self.out.items.get_mut(item) {
            item.limits = found.limits.into();
        }
        let task = self.id(item);
        let parts = vec![Part::Text { text: label }];
        self.node(start, end, block.depth, NodeKind::Answerable { parts, task, number: None });
    }
}
