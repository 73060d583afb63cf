//! Tables into nodes and items: contacts and sign-offs to fill in, one task a row, or only to be read.

use super::inline::{self, Token};
use super::line::{self, Pieces};
use super::marker::Mark;
use super::model::*;
use super::read::{Place, Reader};
use super::scan::{Block, Line};
use super::table::{self, Content};
use super::threshold::{self, Subject};
use std::borrow::Cow;

impl<'s> Reader<'s> {
    pub(super) fn table(&mut self, block: &Block, end: usize, head: &'s str, rows: &[Line]) {
        let above = self.above(block);
        let head: Vec<String> =
            table::cells(head).into_iter().map(|cell| inline::plain(cell, self.links).into_owned()).collect();
        let split: Vec<Vec<&str>> = rows.iter().map(|row| table::cells(row.words.of_text(self.text))).collect();
        let purpose = table::purpose(&head, &split);
        if purpose == TablePurpose::Contacts {
            self.out.counts.contacts += u32::try_from(rows.len()).unwrap_or(u32::MAX);
        }
        let empty_columns: Vec<bool> = (0..head.len())
            .map(|column| {
                split.iter().all(|row| {
                    row.get(column)
                        .is_none_or(|cell| matches!(table::content(cell), Content::Empty | Content::Blank(_)))
                })
            })
            .collect();
        let (target, owner) = (table::column(&head, &table::TARGET), table::column(&head, &table::OWNER));
        let rows = split
            .iter()
            .map(|row| {
                let first = self.out.items.len();
                let row = Row { cells: row, head: &head, purpose, above, empty_columns: &empty_columns, target, owner };
                let cells = self.row(row);
                self.judge_row(&row, first);
                cells
            })
            .collect();
        self.node(block.start(), end, block.depth, NodeKind::Table { purpose, head, rows });
    }

    fn row(&mut self, row: Row<'_, 's>) -> Vec<Cell> {
        let boxes: Vec<usize> = (0..row.cells.len())
            .filter(|&at| matches!(row.content(at), Content::Box(_, words) if words.is_empty()))
            .collect();
        if boxes.len() > 1 {
            return self.choice_row(&row, &boxes);
        }
        let name = self.row_name(&row);
        let mut task = row.above;
        (0..row.cells.len())
            .map(|at| {
                let source = row.cells.get(at).copied().unwrap_or_default();
                match row.content(at) {
                    Content::Box(mark, words) => {
                        let words = inline::plain(words, self.links).into_owned();
                        let label = if words.is_empty() { name.clone() } else { words.clone() };
                        let kind = ItemKind::Task { form: TaskForm::Table, prechecked: mark == Mark::Done };
                        let item = self.item(Place { at: self.offset_of(source), parent: row.above }, kind, label);
                        task = Some(item);
                        self.slot(item, words)
                    }
                    Content::Empty | Content::Blank(_) if row.is_asked(at) => {
                        self.field_cell(&row, at, source, &name, task)
                    }
                    _ => self.words_cell(source, || joined(&name, row.head.get(at).map_or("", String::as_str)), task),
                }
            })
            .collect()
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
        let cell = |at: Option<usize>| at.and_then(|at| row.cells.get(at)).map(|cell| inline::plain(cell, self.links));
        let target = cell(row.target).unwrap_or_default();
        let owner = cell(row.owner).filter(|owner| !owner.is_empty() && !table::is_placeholder(owner));
        let owner = owner.map(Cow::into_owned);
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
        let mut names = row.cells.iter().map(|cell| inline::plain(cell, self.links));
        let name = names.find(|words| words.chars().any(char::is_alphabetic));
        let first = || row.cells.first().map(|cell| inline::plain(cell, self.links)).unwrap_or_default();
        name.unwrap_or_else(first).into_owned()
    }

    fn field_cell(&mut self, row: &Row<'_, 's>, at: usize, source: &str, name: &str, task: Option<usize>) -> Cell {
        let column = row.head.get(at).map_or("", String::as_str);
        let label = joined(name, column);
        let signs = row.purpose == TablePurpose::SignOff && super::signoff::is_signature(column);
        let kind = if signs {
            ItemKind::SignOff { role: name.to_owned() }
        } else {
            let value = match row.purpose {
                TablePurpose::Contacts => ValueKind::Contact,
                _ => super::field::value_kind(column, 20, ""),
            };
            ItemKind::Field { value, unit: None, default: None }
        };
        if source.contains("__") {
            self.out.counts.blanks += 1;
        }
        let item = self.item(Place { at: self.offset_of(source), parent: task }, kind, label);
        self.slot(item, String::new())
    }

    /// A cell of words, in which a choice or blanks may stand.
    fn words_cell(&mut self, source: &'s str, name: impl Fn() -> String, task: Option<usize>) -> Cell {
        let tokens = inline::tokens(source, self.links);
        let words = inline::words(&tokens).into_owned();
        if let Some(options) = table::signs(source) {
            let draft =
                line::Draft { at: 0, kind: ItemKind::Choice { options }, label: name(), tail: Cow::Borrowed("") };
            let at = self.offset_of(source);
            let item = self.derived_choice(draft, at, task);
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
                    draft.label = name();
                }
                let at = base + draft.at;
                let item = self.draft(draft, at, task);
                first = first.or(Some(item));
            }
        }
        match first {
            Some(item) => self.slot(item, words),
            None => Cell::Text { text: words },
        }
    }

    /// A choice without boxes, which the counts of boxes leave out.
    fn derived_choice(&mut self, draft: line::Draft<'_>, at: usize, parent: Option<usize>) -> usize {
        self.item(Place { at, parent }, draft.kind, draft.label)
    }

    /// Boxes in several columns: one of the columns is to be chosen.
    fn choice_row(&mut self, row: &Row<'_, 's>, boxes: &[usize]) -> Vec<Cell> {
        let label = self.row_name(row);
        let options: Vec<String> = boxes.iter().filter_map(|&at| row.head.get(at).cloned()).collect();
        let first = boxes.first().and_then(|&at| row.cells.get(at)).copied().unwrap_or_default();
        let draft = line::Draft { at: 0, kind: ItemKind::Choice { options }, label, tail: Cow::Borrowed("") };
        let item = self.draft(draft, self.offset_of(first), row.above);
        row.cells
            .iter()
            .enumerate()
            .map(|(at, cell)| {
                if boxes.contains(&at) {
                    self.slot(item, row.head.get(at).cloned().unwrap_or_default())
                } else {
                    Cell::Text { text: inline::plain(cell, self.links).into_owned() }
                }
            })
            .collect()
    }
}

/// What a cell of a row is called.
fn joined(name: &str, column: &str) -> String {
    match (name.is_empty(), column.is_empty()) {
        (_, true) => name.to_owned(),
        (true, false) => column.to_owned(),
        _ => [name, " · ", column].concat(),
    }
}

#[derive(Clone, Copy)]
struct Row<'r, 's> {
    cells: &'r [&'s str],
    head: &'r [String],
    purpose: TablePurpose,
    above: Option<usize>,
    empty_columns: &'r [bool],
    target: Option<usize>,
    owner: Option<usize>,
}

impl<'s> Row<'_, 's> {
    fn content(&self, at: usize) -> Content<'s> {
        self.cells.get(at).map_or(Content::Empty, |cell| table::content(cell))
    }

    /// Whether an empty cell is one to be filled in.
    fn is_asked(&self, at: usize) -> bool {
        let headed = self.head.get(at).is_some_and(|head| !head.is_empty());
        match self.purpose {
            TablePurpose::Contacts | TablePurpose::SignOff => headed,
            TablePurpose::Checklist => headed,
            TablePurpose::Decision | TablePurpose::Reference => {
                let blank = matches!(self.content(at), Content::Blank(_));
                blank || headed && self.empty_columns.get(at).copied().unwrap_or(false)
            }
        }
    }
}
