//! The tables of a form: cells with words, and cells to fill in.

use super::compose::{Composer, WHOLE, options};
use crate::checklist::{Cell, Item, ItemKind};
use crate::id::ItemId;
use crate::report::{Align, Block, Column, FormPart, Span};
use std::collections::HashMap;

/// A cell to write in is as wide as one with so many characters.
const TO_WRITE_IN: usize = 14;
/// Columns are given room for so many characters at most, and at least.
const MOST: usize = 44;
const LEAST: usize = 5;

/// A table of the checklist.
pub(super) fn block<'t>(form: &mut Composer<'t>, head: &[String], rows: &'t [Vec<Cell>]) -> Block {
    let width = head.len().max(rows.iter().map(Vec::len).max().unwrap_or_default());
    let columns = (0..width).map(|at| {
        let title = head.get(at).cloned().unwrap_or_default();
        let longest = rows.iter().filter_map(|row| row.get(at)).map(length).max().unwrap_or_default();
        let weight = longest.max(title.chars().count()).clamp(LEAST, MOST);
        Column { title, weight: u16::try_from(weight).unwrap_or(u16::MAX), align: Align::Start }
    });
    let columns = columns.collect();
    let rows = rows
        .iter()
        .map(|row| {
            let mut seen: HashMap<&ItemId, usize> = HashMap::new();
            let mut cells: Vec<_> = row.iter().map(|cell| parts(form, cell, &mut seen)).collect();
            cells.resize(width, Vec::new());
            cells
        })
        .collect();
    Block::FormTable { columns, rows }
}

fn length(cell: &Cell) -> usize {
    match cell {
        Cell::Text { text } => text.chars().count(),
        Cell::Slot { text, .. } => text.chars().count() + TO_WRITE_IN,
    }
}

fn parts<'t>(form: &mut Composer<'t>, cell: &'t Cell, seen: &mut HashMap<&'t ItemId, usize>) -> Vec<FormPart> {
    let (id, text) = match cell {
        Cell::Text { text } => return vec![FormPart::Text(Span::plain(text))],
        Cell::Slot { item, text } => (item, text),
    };
    let Some(item) = form.item(id) else { return vec![FormPart::Text(Span::plain(text))] };
    let turn = seen.entry(id).or_default();
    let number = *turn;
    *turn += 1;
    let words = |space: &str| (!text.is_empty()).then(|| FormPart::Text(Span::plain(format!("{space}{text}"))));
    match &item.kind {
        ItemKind::Task { .. } => {
            let slot = FormPart::Slot(form.item_slot(item, None));
            std::iter::once(slot).chain(words("\u{a0}")).collect()
        }
        // Boxes in several columns: each cell is one option, which the head names.
        ItemKind::Choice { .. } | ItemKind::Gate { .. } if is_option(item, number, text) => {
            vec![FormPart::Slot(form.item_slot(item, Some(number)))]
        }
        ItemKind::Choice { .. } | ItemKind::Gate { .. } => {
            let mut line = Vec::new();
            form.answer(item, true, &mut line);
            line
        }
        ItemKind::Field { .. } | ItemKind::SignOff { .. } => {
            let mut slot = form.item_slot(item, None);
            if text.is_empty() {
                slot.width = WHOLE;
            }
            std::iter::once(FormPart::Slot(slot)).chain(words(" ")).collect()
        }
    }
}

fn is_option(item: &Item, number: usize, text: &str) -> bool {
    options(item).len() > 1 && options(item).get(number).is_some_and(|option| option == text)
}
