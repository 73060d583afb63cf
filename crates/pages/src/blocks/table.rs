//! Tables: columns by weight, wrapped cells, fine rules; the head comes again on each page.

use super::Composition;
use crate::layout::Paragraph;
use crate::piece::{Atom, Cut, Piece};
use crate::structure::NodeId;
use crate::theme::{CELL, HAIR, HEAD, Ink, RULE};
use countersign_core::report::{Align, Column, Span, Text};
use std::rc::Rc;

const GUTTER: f32 = 12.0;

/// Left edge and width of a column.
pub(super) type Lane = (f32, f32);

impl Composition<'_> {
    pub(super) fn table(&mut self, columns: &[Column], rows: &[Vec<Text>]) {
        if columns.is_empty() {
            return;
        }
        let lanes = self.lanes(columns);
        let table = self.element("Table");
        let head = self.table_head(columns, &lanes, table);
        let again = Rc::new(head.repeated());
        self.pieces.push(Piece { before: 8.0, keep_next: !rows.is_empty(), ..head });
        for (number, row) in rows.iter().enumerate() {
            let tr = self.tree.add(table, "TR");
            let mut cells = Vec::new();
            for ((column, lane), cell) in columns.iter().zip(&lanes).zip(fitted(row, columns.len())) {
                let set = self.setter.spans(&cell, CELL.end(column.align == Align::End), lane.1);
                cells.push((*lane, set, self.tree.add(tr, "TD")));
            }
            let (mut atoms, height) = self.row(&cells, 4.0, 4.5);
            atoms.push(super::rule(0.0, height, self.measure, HAIR, Ink::Hair));
            let (head, keep_next) = (Some(Rc::clone(&again)), super::keeps_next(number, rows.len()));
            self.pieces.push(Piece { cut: Cut::IfTall, head, keep_next, ..Piece::of(atoms, height) });
        }
        self.pieces.push(Piece::gap(4.0));
    }

    pub(super) fn lanes(&self, columns: &[Column]) -> Vec<Lane> {
        let count = f32::from(u16::try_from(columns.len()).unwrap_or(u16::MAX));
        let gutter = GUTTER.min(self.measure / (3.0 * count));
        let gaps = gutter * (count - 1.0);
        let total: f32 = columns.iter().map(|column| f32::from(column.weight.max(1))).sum();
        let room = (self.measure - gaps).max(1.0);
        let mut x = 0.0;
        let lane = |column: &Column| {
            let lane = (x, room * f32::from(column.weight.max(1)) / total);
            x += lane.1 + gutter;
            lane
        };
        columns.iter().map(lane).collect()
    }

    pub(super) fn table_head(&mut self, columns: &[Column], lanes: &[Lane], table: NodeId) -> Piece {
        let tr = self.tree.add(table, "TR");
        let mut cells = Vec::new();
        for (column, lane) in columns.iter().zip(lanes) {
            let set = self.setter.words(&column.title, HEAD.end(column.align == Align::End), lane.1);
            cells.push((*lane, set, self.tree.add_head_cell(tr, "Column")));
        }
        let (mut atoms, height) = self.row(&cells, 4.0, 4.0);
        atoms.push(super::rule(0.0, height, self.measure, RULE, Ink::Quiet));
        Piece::of(atoms, height + RULE)
    }

    /// Cells side by side, each a column of its own when the row is cut.
    fn row(&mut self, cells: &[(Lane, Paragraph, NodeId)], above: f32, below: f32) -> (Vec<Atom>, f32) {
        let mut atoms = Vec::new();
        for (number, ((x, _), set, tag)) in cells.iter().enumerate() {
            atoms.extend(self.place(set, (*x, above), u8::try_from(number).unwrap_or(u8::MAX), *tag));
        }
        let tallest = cells.iter().map(|(_, set, _)| set.height).fold(0.0, f32::max);
        (atoms, above + tallest + below)
    }
}

/// A row with as many cells as there are columns: missing ones are empty, and what is too much stands in the last.
fn fitted(row: &[Text], columns: usize) -> Vec<Text> {
    let mut cells: Vec<Text> = row.iter().take(columns).cloned().collect();
    cells.resize(columns, Text::new());
    if let Some(last) = cells.last_mut() {
        for surplus in row.iter().skip(columns) {
            last.push(Span::plain("\n"));
            last.extend(surplus.iter().cloned());
        }
    }
    cells
}
