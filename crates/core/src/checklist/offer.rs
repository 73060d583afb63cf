//! Commands and probes: from fences and lines, with the item that they are evidence for.

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
use crate::condition::{Bound, Relation, Stated};
use crate::id::ProbeId;

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
        if let Some(offer) = probe::of_command(&text) {
            let status = item.and_then(|item| self.out.items.get(item)).and_then(|item| probe::status(&item.label));
            self.offer(offer, status, at, item);
        }
        let placeholders = fence::has_placeholders(&text);
        let line = self.line_of(at);
        if let Some(item) = item.and_then(|item| self.out.items.get_mut(item)) {
            item.commands.push(text.clone());
        }
        let item = item.and_then(|item| self.id(item));
        self.out.commands.push(Command { text, line, item, placeholders });
    }

    /// Offers a health address that stands in a line.
    pub(super) fn offer_url(&mut self, url: String, words: &str, at: usize, item: Option<usize>) {
        let offer = probe::Offer { method: "GET", url, expect: Vec::new() };
        self.offer(offer, probe::status(words), at, item);
    }

    fn offer(&mut self, offer: probe::Offer, status: Option<u16>, at: usize, item: Option<usize>) {
        let status = Stated {
            name: "http.status".to_owned(),
            relation: Relation::Equal,
            bound: Bound::Amount(Quantity::new(status.unwrap_or(200).into(), Unit::Plain)),
            sustained: None,
        };
        let others = offer.expect.into_iter().filter_map(|text| text.parse().ok());
        let expect = status.condition().into_iter().chain(others).collect();
        let method = if offer.method == "HEAD" { Method::Head } else { Method::Get };
        self.push_probe(&Ask::Http(Http::plain(method, offer.url)), expect, at, item);
    }

    /// Adds a probe, unless the same one is offered already for the same item, or for any if this one is for none.
    pub(super) fn push_probe(
        &mut self,
        ask: &Ask,
        expect: Vec<crate::condition::Condition>,
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
        let hosts = ask.hosts().unwrap_or_default();
        if hosts.is_empty() || ask.http().is_some_and(|http| probe::has_placeholders(&http.url)) {
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
