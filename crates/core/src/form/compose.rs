//! What stands on the pages of a blank form: the checklist in its own order and words, with a place for every answer.

use super::table;
use super::{DATE_SUFFIX, FILLED_BY, FILLED_ON, HEADER, HEADER_PREFIX, NOTES, states, words};
use crate::checklist::{Item, ItemKind, Node, NodeKind, Part, Template, ValueKind};
use crate::id::ItemId;
use crate::report::{
    Align, Block, Column, EmbeddedFile, FormField, FormLine, FormPart, Lead, Paper, Relation, Report, Slot, Span,
    Style, Takes, plain,
};
use crate::time::Timestamp;
use std::collections::{HashMap, HashSet};

/// As wide as the line has room.
pub(super) const WHOLE: u16 = u16::MAX;

/// Composes the blank form of a checklist. `name` is its file's name, `bytes` its file: they go into the form, so that reading it back
/// needs nothing else. `made` is the time that the file states as its own.
pub fn blank(template: &Template, name: &str, bytes: &[u8], paper: Paper, made: Timestamp) -> Report {
    let mut form = Composer::new(template);
    form.first_page(name);
    for node in &template.nodes {
        form.left_over(node.line);
        form.node(node);
    }
    form.left_over(u32::MAX);
    form.notes();
    form.flush();
    let version = fact(template, "version").map(|version| format!("version {version}"));
    let hash = format!("SHA-256 {}", template.sha256.short());
    let footer: Vec<String> = [Some(name.to_owned()), version, Some(hash)].into_iter().flatten().collect();
    Report {
        title: template.title.clone(),
        subtitle: "Form to fill in, on paper or on screen".to_owned(),
        language: String::new(),
        author: fact(template, "owner").unwrap_or_default().to_owned(),
        created: made,
        identity: template.sha256,
        footer: footer.join(" · "),
        watermark: None,
        paper,
        blocks: form.blocks,
        attachments: vec![EmbeddedFile {
            name: name.to_owned(),
            media_type: "text/markdown".to_owned(),
            description: "The checklist that this form was made from".to_owned(),
            relation: Relation::Source,
            bytes: bytes.to_vec(),
        }],
        signatures: Vec::new(),
        fields: form.fields,
    }
}

fn fact<'t>(template: &'t Template, key: &str) -> Option<&'t str> {
    template.facts.iter().find(|fact| fact.key == key).map(|fact| fact.value.as_str())
}

pub(super) struct Composer<'t> {
    template: &'t Template,
    fields: Vec<FormField>,
    /// By name.
    known: HashMap<String, usize>,
    blocks: Vec<Block>,
    /// The lines since the last block.
    lines: Vec<FormLine>,
    placed: HashSet<&'t ItemId>,
    /// The first of the items that may have no place yet.
    next: usize,
    /// A choice whose options are the items of a list, and how many of them had their turn.
    listed: Option<(&'t Item, usize)>,
    titled: bool,
}

impl<'t> Composer<'t> {
    fn new(template: &'t Template) -> Self {
        Self {
            template,
            fields: Vec::new(),
            known: HashMap::new(),
            blocks: Vec::new(),
            lines: Vec::new(),
            placed: HashSet::new(),
            next: 0,
            listed: None,
            titled: false,
        }
    }

    fn first_page(&mut self, name: &str) {
        let mut asked = |name: String, words: &str| {
            let blank = self.slot(name, words, Takes::Line, None, WHOLE);
            [vec![FormPart::Text(Span::new(words, Style::Quiet))], vec![FormPart::Slot(blank)]]
        };
        let mut pairs: Vec<[Vec<FormPart>; 2]> =
            HEADER.iter().map(|(key, words)| asked(format!("{HEADER_PREFIX}{key}"), words)).collect();
        pairs.push(asked(FILLED_BY.to_owned(), "Filled in by"));
        pairs.push(asked(FILLED_ON.to_owned(), "Date"));
        let rows = pairs.chunks(2).map(<[_]>::concat).collect();
        let column = |weight| Column { title: String::new(), weight, align: Align::Start };
        self.blocks.push(Block::FormTable { columns: [10, 32, 10, 32].map(column).to_vec(), rows });
        let hash = vec![Span::new(self.template.sha256.to_string(), Style::Code)];
        let rows = vec![("Checklist".to_owned(), plain(name)), ("SHA-256".to_owned(), hash)];
        self.blocks.push(Block::Facts { rows });
    }

    fn notes(&mut self) {
        self.flush();
        self.blocks.push(Block::Heading { level: 1, text: "Notes on this form".to_owned() });
        let slot = self.slot(NOTES.to_owned(), "Notes", Takes::Lines, None, WHOLE);
        self.lines.push(FormLine { parts: vec![FormPart::Slot(slot)], ..FormLine::default() });
    }

    fn flush(&mut self) {
        self.end_of_list();
        if !self.lines.is_empty() {
            self.blocks.push(Block::Form { lines: std::mem::take(&mut self.lines) });
        }
    }

    fn node(&mut self, node: &'t Node) {
        match &node.kind {
            NodeKind::Heading { level, text, item } => self.heading(*level, text, item.as_ref()),
            NodeKind::Answerable { parts, task, number } => {
                self.answerable(node, parts, task.as_ref(), number.as_deref());
            }
            NodeKind::Prose { text, bullet: true } if self.option_line(node.depth, text) => {}
            NodeKind::Criterion { text, .. } | NodeKind::Prose { text, bullet: true } => {
                self.said(node.depth, Lead::Bullet, text);
            }
            NodeKind::Prose { text, bullet: false } => self.said(node.depth, Lead::None, text),
            NodeKind::Table { head, rows, .. } => {
                self.flush();
                let block = table::block(self, head, rows);
                self.blocks.push(block);
            }
            NodeKind::Code { text, .. } if text.trim().is_empty() => {}
            NodeKind::Code { text, .. } => {
                self.flush();
                self.blocks.push(Block::Code { text: text.trim_end().to_owned() });
            }
            NodeKind::Rule => self.end_of_list(),
            NodeKind::Blank | NodeKind::FrontMatter | NodeKind::Comment | NodeKind::LinkDefinitions => {}
        }
    }

    fn heading(&mut self, level: u8, text: &str, item: Option<&'t ItemId>) {
        self.flush();
        // The document's own title stands on page 1 already.
        let title = !std::mem::replace(&mut self.titled, true) && *text == self.template.title;
        if !title && !text.is_empty() {
            self.blocks.push(Block::Heading { level: level.saturating_sub(1).clamp(1, 3), text: text.to_owned() });
        }
        if let Some(slot) = item.and_then(|id| self.tick(id)) {
            let parts = vec![FormPart::Text(Span::plain("This section is done"))];
            self.lines.push(FormLine { depth: 0, lead: Lead::Box(slot), parts });
        }
    }

    fn said(&mut self, depth: u8, lead: Lead, text: &str) {
        if !text.trim().is_empty() {
            self.lines.push(FormLine { depth, lead, parts: vec![FormPart::Text(Span::plain(text))] });
        }
    }

    /// A list item that is one more option of the choice above it.
    fn option_line(&mut self, depth: u8, text: &str) -> bool {
        let Some((item, number)) = self.listed else { return false };
        if options(item).get(number).is_none_or(|option| option != text) {
            return false;
        }
        let slot = self.item_slot(item, Some(number));
        self.lines.push(FormLine { depth, lead: Lead::Box(slot), parts: vec![FormPart::Text(Span::plain(text))] });
        self.listed = Some((item, number + 1));
        true
    }

    /// The options of a listed choice that had no line of their own get one.
    fn end_of_list(&mut self) {
        while let Some((item, number)) = self.listed {
            match options(item).get(number) {
                Some(option) => drop(self.option_line(0, option)),
                None => self.listed = None,
            }
        }
    }

    fn answerable(&mut self, node: &'t Node, parts: &'t [Part], task: Option<&'t ItemId>, number: Option<&str>) {
        if let [Part::Slot { item }, Part::Text { text }] = parts
            && let Some(item) = self.template.item(item)
            && options(item).first() == Some(text)
        {
            self.end_of_list();
            self.listed = Some((item, 0));
            self.option_line(node.depth, text);
            return;
        }
        let lead = task.and_then(|task| self.tick(task)).map_or(Lead::None, Lead::Box);
        let mut line: Vec<FormPart> =
            number.iter().map(|number| FormPart::Text(Span::new(format!("{number} "), Style::Quiet))).collect();
        for (at, part) in parts.iter().enumerate() {
            match part {
                Part::Text { text } => line.push(FormPart::Text(Span::plain(text))),
                Part::Code { text } => line.push(FormPart::Text(Span::new(text, Style::Code))),
                Part::Link { text, href } => {
                    let href = Some(href.clone());
                    line.push(FormPart::Text(Span { text: text.clone(), style: Style::Plain, href }));
                }
                Part::Slot { item } => {
                    let Some(item) = self.template.item(item) else { continue };
                    let is_slot = |at: Option<usize>| {
                        at.and_then(|at| parts.get(at)).is_some_and(|part| matches!(part, Part::Slot { .. }))
                    };
                    // Blanks with nothing between them are told apart by the last word of what each is called.
                    if is_slot(at.checked_sub(1)) || is_slot(Some(at + 1)) {
                        let caption = item.label.split(' ').next_back().unwrap_or_default();
                        line.push(FormPart::Text(Span::new(format!(" {caption} "), Style::Quiet)));
                    }
                    let last = at + 1 == parts.len();
                    self.answer(item, last, &mut line);
                }
            }
        }
        self.lines.push(FormLine { depth: node.depth, lead, parts: line });
    }

    /// The place or places where an item is answered.
    pub(super) fn answer(&mut self, item: &'t Item, last: bool, line: &mut Vec<FormPart>) {
        let before = line.iter().rev().find_map(|part| match part {
            FormPart::Text(span) => Some(span.text.clone()),
            FormPart::Slot(_) => None,
        });
        let set_off = before.as_deref().is_none_or(|text| text.ends_with([' ', '\u{a0}', '(', '$', '€', '~']));
        if !set_off {
            line.push(FormPart::Text(Span::plain(" ")));
        }
        match &item.kind {
            ItemKind::Task { .. } | ItemKind::Field { .. } => {
                let mut slot = self.item_slot(item, None);
                let invites = before.as_deref().is_none_or(|text| text.trim_start().starts_with(['[', '_']));
                if matches!(item.kind, ItemKind::Field { value: ValueKind::Text, .. }) && last && invites {
                    slot.width = WHOLE;
                    if let Some(field) = self.fields.get_mut(slot.field).filter(|_| before.is_some()) {
                        field.takes = Takes::Lines;
                    }
                }
                line.push(FormPart::Slot(slot));
            }
            ItemKind::Choice { options } | ItemKind::Gate { options } => {
                if before.is_some() {
                    line.push(FormPart::Text(Span::plain("  ")));
                }
                for (number, option) in options.iter().enumerate() {
                    line.push(FormPart::Slot(self.item_slot(item, Some(number))));
                    line.push(FormPart::Text(Span::plain(format!("\u{a0}{option}    "))));
                }
            }
            ItemKind::SignOff { .. } => {
                line.push(FormPart::Slot(self.item_slot(item, None)));
                line.push(FormPart::Text(Span::plain("  Date ")));
                let words = format!("{} · date", words(item));
                let date = self.slot(format!("{}{DATE_SUFFIX}", item.id), &words, Takes::Line, None, 14);
                line.push(FormPart::Slot(date));
            }
        }
    }

    /// Items of lines before this one that have no place yet get a line of their own.
    fn left_over(&mut self, line: u32) {
        while let Some(item) = self.template.items.get(self.next).filter(|item| item.line < line) {
            self.next += 1;
            if !self.placed.contains(&item.id) {
                let mut parts = vec![FormPart::Text(Span::plain(format!("{}: ", item.label)))];
                self.answer(item, true, &mut parts);
                self.lines.push(FormLine { depth: 0, lead: Lead::None, parts });
            }
        }
    }

    fn tick(&mut self, id: &'t ItemId) -> Option<Slot> {
        let item = self.template.item(id)?;
        Some(self.item_slot(item, None))
    }

    pub(super) fn item(&self, id: &ItemId) -> Option<&'t Item> {
        self.template.item(id)
    }

    pub(super) fn item_slot(&mut self, item: &'t Item, option: Option<usize>) -> Slot {
        self.placed.insert(&item.id);
        let takes = match &item.kind {
            ItemKind::Task { .. } => Takes::Tick,
            ItemKind::Choice { options } | ItemKind::Gate { options } => Takes::OneOf(states(options)),
            ItemKind::Field { .. } | ItemKind::SignOff { .. } => Takes::Line,
        };
        self.slot(item.id.to_string(), &words(item), takes, option, width(item))
    }

    fn slot(&mut self, name: String, words: &str, takes: Takes, option: Option<usize>, width: u16) -> Slot {
        let next = self.fields.len();
        let field = *self.known.entry(name.clone()).or_insert(next);
        if field == next {
            self.fields.push(FormField { name, words: words.to_owned(), takes });
        }
        Slot { field, option, width }
    }
}

pub(super) fn options(item: &Item) -> &[String] {
    match &item.kind {
        ItemKind::Choice { options } | ItemKind::Gate { options } => options,
        _ => &[],
    }
}

/// Room for what is usually written, in characters.
fn width(item: &Item) -> u16 {
    match &item.kind {
        ItemKind::Field { value, .. } => match value {
            ValueKind::Number => 11,
            ValueKind::Date => 14,
            ValueKind::Time => 11,
            ValueKind::Version => 20,
            ValueKind::Contact => 30,
            ValueKind::Text => 44,
        },
        ItemKind::SignOff { .. } => 32,
        _ => 0,
    }
}
