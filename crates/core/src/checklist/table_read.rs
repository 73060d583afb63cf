//! Tables into nodes and items: contacts and sign-offs to fill in, one task a row, or only to be read.

use super::inline::{self, Token};
use super::line::{self, Pieces};
use super::marker::Mark;
use super::model::*;
use super::read::{Place, Reader};
use super::scan::{Block, Line};
use super::table::{self, Content, Entry, Head, Rows};
use super::threshold::{self, Subject};
use std::borrow::Cow;
use std::cell::OnceCell;

impl<'s> Reader<'s> {
    pub(super) fn table(&mut self, block: &Block, end: usize, head: &'s str, rows: &[Line]) {
        let above = self.above(block);
        let head: Vec<String> = table::cells(head).map(|cell| inline::plain(cell, self.links).into_owned()).collect();
        let words = Head::of(&head);
        let split = Rows::of(rows.iter().map(|row| row.words.of_text(self.text)), head.len());
        let purpose = table::purpose(&words, &split);
        if purpose == TablePurpose::Contacts {
            self.out.counts.contacts += super::source::number(rows.len());
        }
        let read_only = matches!(purpose, TablePurpose::Decision | TablePurpose::Reference);
        let empty_columns = if read_only { split.empty_columns(head.len()) } else { Vec::new() };
        let (target, owner) = (words.target(), words.owner());
        let kinds = vec![OnceCell::new(); head.len()];
        let mut read = Vec::with_capacity(rows.len());
        for entries in split.iter() {
            let first = self.out.items.len();
            let name = OnceCell::new();
            let (head, empty_columns, kinds) = (&head, &empty_columns, &kinds);
            let row = Row { entries, name, head, purpose, above, empty_columns, kinds, target, owner };
            read.push(self.row(&row));
            self.judge_row(&row, first);
        }
        self.node(block.start(), end, block.depth, NodeKind::Table { purpose, head, rows: read });
    }

    fn row(&mut self, row: &Row<'_, 's>) -> Vec<Cell> {
        let is_box = |entry: &&Entry<'_>| matches!(entry.content, Content::Box(_, words) if words.is_empty());
        if row.entries.iter().filter(is_box).nth(1).is_some() {
            return self.choice_row(row);
        }
        let mut task = row.above;
        let mut cells = Vec::with_capacity(row.entries.len());
        for (at, entry) in row.entries.iter().enumerate() {
            cells.push(match entry.content {
                Content::Box(mark, words) => {
                    let words = inline::plain(words, self.links).into_owned();
                    let label = if words.is_empty() { self.row_name(row) } else { words.clone() };
                    let kind = ItemKind::Task { form: TaskForm::Table, prechecked: mark == Mark::Done };
                    let place = Place { at: self.offset_of(entry.text), parent: row.above };
                    let item = self.item(place, kind, label);
                    task = Some(item);
                    self.slot(item, words)
                }
                Content::Empty | Content::Blank(_) if row.is_asked(at, entry.content) => {
                    self.field_cell(row, at, entry.text, task)
                }
                _ => self.words_cell(row, at, entry.text, task),
            });
        }
        cells
    }

    fn slot(&self, item: usize, text: String) -> Cell {
        match self.id(item) {
            Some(item) => Cell::Slot { item, text },
            None => Cell::Text { text },
        }
    }

    /// The row's target and owner, for its items.
    fn judge_row(&mut self, row: &Row<'_, 's>, first: usize) {
        if first == self.out.items.len() {
            return;
        }
        let cell = |at: Option<usize>| {
            at.and_then(|at| row.entries.get(at)).map(|entry| inline::plain(entry.text, self.links))
        };
        let target = cell(row.target).unwrap_or_default();
        let owner = cell(row.owner).filter(|owner| !owner.is_empty() && !table::is_placeholder(owner));
        let owner: Option<Box<str>> = owner.map(Cow::into);
        for item in self.out.items.get_mut(first..).into_iter().flatten() {
            match &item.kind {
                ItemKind::Field { value: ValueKind::Number, .. } => {
                    item.limits.extend(threshold::limits(&target, Subject::Value, false).limits);
                }
                ItemKind::Task { .. } => {
                    item.limits = threshold::limits(&item.label, Subject::Named { above: "" }, false).limits.into();
                    item.owner.clone_from(&owner);
                }
                _ => {}
            }
        }
    }

    /// The words that name a row: the first cell that has any.
    fn row_name(&self, row: &Row<'_, 's>) -> String {
        row.name.get_or_init(|| self.find_row_name(row)).clone()
    }

    fn find_row_name(&self, row: &Row<'_, 's>) -> String {
        let mut names = row.entries.iter().map(|entry| inline::plain(entry.text, self.links));
        let name = names.find(|words| words.chars().any(char::is_alphabetic));
        let first = || row.entries.first().map(|entry| inline::plain(entry.text, self.links)).unwrap_or_default();
        line::name_of(&name.unwrap_or_else(first)).to_owned()
    }

    /// What a cell of a row is called.
    fn cell_name(&self, row: &Row<'_, 's>, at: usize) -> String {
        joined(self.row_name(row), row.column(at))
    }

    fn field_cell(&mut self, row: &Row<'_, 's>, at: usize, source: &str, task: Option<usize>) -> Cell {
        let column = row.column(at);
        let name = self.row_name(row);
        let signs = row.purpose == TablePurpose::SignOff && super::signoff::is_signature(column);
        let kind = if signs {
            ItemKind::SignOff { role: name.clone() }
        } else {
            let value = match row.purpose {
                TablePurpose::Contacts => ValueKind::Contact,
                _ => row.value_kind(at),
            };
            ItemKind::Field { value, unit: None, default: None }
        };
        if source.contains("__") {
            self.out.counts.blanks += 1;
        }
        let label = joined(name, column);
        let item = self.item(Place { at: self.offset_of(source), parent: task }, kind, label);
        self.slot(item, String::new())
    }

    /// A cell of words, in which a choice or blanks may stand.
    fn words_cell(&mut self, row: &Row<'_, 's>, at: usize, source: &'s str, task: Option<usize>) -> Cell {
        let tokens = inline::tokens(source, self.links);
        let words = tokens.words().0.into_owned();
        if let Some(options) = table::signs(source) {
            // Without boxes, so that the counts of these leave it out.
            let place = Place { at: self.offset_of(source), parent: task };
            let item = self.item(place, ItemKind::Choice { options }, self.cell_name(row, at));
            return self.slot(item, words);
        }
        let asks = tokens.iter().any(Token::is_slot);
        if !asks {
            return Cell::Text { text: words };
        }
        let blanks = tokens.iter().filter(|token| matches!(token, Token::Blank { .. })).count();
        self.out.counts.blanks += super::source::number(blanks);
        let base = self.offset_of(source);
        let mut first = None;
        let pieces = match line::read(tokens).pieces {
            Pieces::Asked(pieces) => pieces,
            Pieces::Said(_) => Vec::new(),
        };
        for piece in pieces {
            if let line::Piece::Draft(mut draft) = piece {
                if draft.label.is_empty() {
                    draft.label = self.cell_name(row, at);
                }
                let place = base + draft.at;
                let item = self.draft(draft, place, task);
                first = first.or(Some(item));
            }
        }
        match first {
            Some(item) => self.slot(item, words),
            None => Cell::Text { text: words },
        }
    }

    /// Boxes in several columns: one of the columns is to be chosen.
    fn choice_row(&mut self, row: &Row<'_, 's>) -> Vec<Cell> {
        let is_box = |entry: &Entry<'_>| matches!(entry.content, Content::Box(_, words) if words.is_empty());
        let boxes = || row.entries.iter().enumerate().filter(|(_, entry)| is_box(entry));
        let label = self.row_name(row);
        let options: Vec<String> = boxes()
            .filter(|(at, _)| *at < row.head.len())
            .map(|(at, _)| line::name_of(row.column(at)).to_owned())
            .collect();
        let first = boxes().next().map(|(_, entry)| entry.text).unwrap_or_default();
        let draft = line::Draft { at: 0, kind: ItemKind::Choice { options }, label, tail: Cow::Borrowed("") };
        let item = self.draft(draft, self.offset_of(first), row.above);
        let cells = row.entries.iter().enumerate().map(|(at, entry)| {
            if is_box(entry) {
                self.slot(item, line::name_of(row.column(at)).to_owned())
            } else {
                Cell::Text { text: inline::plain(entry.text, self.links).into_owned() }
            }
        });
        cells.collect()
    }
}

/// What a cell is called, by the names of its row and its column.
fn joined(name: String, column: &str) -> String {
    let column = line::name_of(column);
    match (name.is_empty(), column.is_empty()) {
        (_, true) => name,
        (true, false) => column.to_owned(),
        _ => [&name, " · ", column].concat(),
    }
}

struct Row<'r, 's> {
    entries: &'r [Entry<'s>],
    /// What names it, once something has to be named after it.
    name: OnceCell<String>,
    head: &'r [String],
    purpose: TablePurpose,
    above: Option<usize>,
    /// By column of a table that is to be read only: whether it has nothing but places to fill in.
    empty_columns: &'r [bool],
    /// By column: what its fields take, once one has to be made.
    kinds: &'r [OnceCell<ValueKind>],
    target: Option<usize>,
    owner: Option<usize>,
}

impl Row<'_, '_> {
    fn column(&self, at: usize) -> &str {
        self.head.get(at).map_or("", String::as_str)
    }

    /// What the fields of a column take.
    fn value_kind(&self, at: usize) -> ValueKind {
        let find = || super::field::value_kind(self.column(at), 20, "");
        self.kinds.get(at).map_or_else(find, |kind| *kind.get_or_init(find))
    }

    /// Whether a cell without words is one to be filled in.
    fn is_asked(&self, at: usize, content: Content<'_>) -> bool {
        let headed = !self.column(at).is_empty();
        match self.purpose {
            TablePurpose::Contacts | TablePurpose::SignOff | TablePurpose::Checklist => headed,
            TablePurpose::Decision | TablePurpose::Reference => {
                let blank = matches!(content, Content::Blank(_));
                blank || headed && self.empty_columns.get(at).copied().unwrap_or(false)
            }
        }
    }
}
