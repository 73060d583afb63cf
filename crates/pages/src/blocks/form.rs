//! Lines and tables to fill in: words with places between them, where the text leaves room.

use super::Composition;
use super::table::Lane;
use crate::layout::{HoleSize, Paragraph, Run};
use crate::piece::{Atom, Cut, Input, Look, Piece, Shape, line_atom};
use crate::structure::NodeId;
use crate::theme::{CELL, FORM, Face, HAIR, Ink};
use countersign_core::report::{Column, FormLine, FormPart, Lead, Slot, Takes};
use std::rc::Rc;

const INDENT: f32 = 16.0;
/// From a box's left edge to the text beside it.
const HANG: f32 = 17.0;
const BOX: f32 = 9.6;
/// A line to write on by hand: 5 mm and more.
const WRITING: f32 = 15.0;
const CHARACTER: f32 = 4.75;
/// How many lines a place for several has.
const ROWS: f32 = 4.0;
/// A row to write in is at least so tall.
const ROW: f32 = 21.0;

impl Composition<'_> {
    pub(super) fn form(&mut self, lines: &[FormLine]) {
        for (number, line) in lines.iter().enumerate() {
            let mut piece = self.form_line(line, lines.get(number + 1));
            piece.keep_next |= super::keeps_next(number, lines.len()) && lines.len() > 2;
            self.pieces.push(piece);
        }
        self.pieces.push(Piece::gap(4.0));
    }

    fn form_line(&mut self, line: &FormLine, next: Option<&FormLine>) -> Piece {
        let x = f32::from(line.depth.min(8)) * INDENT;
        let tag = self.element("P");
        let (hang, mut atoms) = match line.lead {
            Lead::None => (0.0, Vec::new()),
            Lead::Bullet => {
                let bullet = self.setter.words("•", FORM.ink(Ink::Quiet), HANG);
                let label = self.tree.add(tag, "Span");
                (HANG * 0.6, self.place(&bullet, (x, 0.0), 0, label))
            }
            Lead::Box(slot) => (HANG, vec![self.lead_box(&slot, x, tag)]),
        };
        let text_x = x + hang;
        let set = self.set_parts(&line.parts, FORM, self.measure - text_x);
        atoms.extend(self.place_parts(&set, &line.parts, (text_x, 0.0), 0, tag));
        let only_words = line.lead == Lead::None && line.parts.iter().all(|part| matches!(part, FormPart::Text(_)));
        let deeper = next.is_some_and(|next| next.depth > line.depth);
        let keep_next = deeper || only_words && next.is_some() && set.lines.len() < 4;
        let before = if only_words { 6.0 } else { 3.5 };
        Piece { before, keep_next, cut: Cut::Lines, ..Piece::of(atoms, set.height) }
    }

    /// The box before a line, on the line's first baseline.
    fn lead_box(&mut self, slot: &Slot, x: f32, tag: NodeId) -> Atom {
        let look = if slot.option.is_some() { Look::Circle } else { Look::Square };
        let (field, option) = (slot.field, slot.option);
        let input = Input { field, option, look, x: 0.0, y: (FORM.leading - BOX) / 2.0 - 0.4, width: BOX, height: BOX };
        let tag = Some(self.tree.add(tag, "Form"));
        Atom { column: 0, x, y: 0.0, height: FORM.leading, shape: Shape::Input(input), tag, link: None }
    }

    pub(super) fn form_table(&mut self, columns: &[Column], rows: &[Vec<Vec<FormPart>>]) {
        if columns.is_empty() {
            return;
        }
        let lanes = self.lanes(columns);
        let table = self.element("Table");
        let mut again = None;
        if columns.iter().any(|column| !column.title.is_empty()) {
            let head = self.table_head(columns, &lanes, table);
            again = Some(Rc::new(head.repeated()));
            self.pieces.push(Piece { before: 8.0, keep_next: !rows.is_empty(), ..head });
        }
        for (number, row) in rows.iter().enumerate() {
            let tr = self.tree.add(table, "TR");
            let (mut atoms, mut height) = (Vec::new(), ROW);
            for (at, (lane, cell)) in lanes.iter().zip(row).enumerate() {
                let (placed, bottom) = self.form_cell(cell, *lane, at, tr);
                atoms.extend(placed);
                height = height.max(bottom);
            }
            atoms.push(super::rule(0.0, height, self.measure, HAIR, Ink::Hair));
            let keep_next = super::keeps_next(number, rows.len());
            let before = if number == 0 && again.is_none() { 6.0 } else { 0.0 };
            self.pieces.push(Piece {
                before,
                cut: Cut::IfTall,
                head: again.clone(),
                keep_next,
                ..Piece::of(atoms, height)
            });
        }
        self.pieces.push(Piece::gap(4.0));
    }

    fn form_cell(&mut self, cell: &[FormPart], (x, width): Lane, number: usize, tr: NodeId) -> (Vec<Atom>, f32) {
        let tag = self.tree.add(tr, "TD");
        let column = u8::try_from(number).unwrap_or(u8::MAX - 1);
        let set = self.set_parts(cell, CELL, width);
        // Words stand on the line that the blanks beside them make.
        let blank = cell.iter().any(|part| self.takes(part).is_some_and(|takes| *takes == Takes::Line));
        let top = if blank { 3.0 } else { 5.0 };
        let atoms = self.place_parts(&set, cell, (x, top), column, tag);
        (atoms, top + set.height + 3.5)
    }

    fn takes(&self, part: &FormPart) -> Option<&Takes> {
        match part {
            FormPart::Slot(slot) => self.fields.get(slot.field).map(|field| &field.takes),
            FormPart::Text(_) => None,
        }
    }

    fn set_parts(&mut self, parts: &[FormPart], face: Face, width: f32) -> Paragraph {
        let fields = self.fields;
        let size = |slot: &Slot| match fields.get(slot.field).map(|field| &field.takes) {
            Some(Takes::Tick | Takes::OneOf(_)) | None => HoleSize { width: BOX, height: BOX, below: 1.4 },
            Some(Takes::Line) => {
                let wanted = if slot.width == u16::MAX { width } else { f32::from(slot.width) * CHARACTER };
                HoleSize { width: wanted.min(width), height: WRITING, below: 3.4 }
            }
            Some(Takes::Lines) => HoleSize { width, height: ROWS * WRITING, below: 3.4 },
        };
        self.setter.parts(parts, size, face, width)
    }

    /// A paragraph with its inputs. Text between inputs is an element of its own, so that it keeps its place among them.
    fn place_parts(
        &mut self,
        set: &Paragraph,
        parts: &[FormPart],
        (x, y): (f32, f32),
        column: u8,
        tag: NodeId,
    ) -> Vec<Atom> {
        let slots: Vec<&Slot> = parts
            .iter()
            .filter_map(|part| match part {
                FormPart::Slot(slot) => Some(slot),
                FormPart::Text(_) => None,
            })
            .collect();
        if slots.is_empty() {
            return self.place(set, (x, y), column, tag);
        }
        let mut atoms = Vec::new();
        for line in &set.lines {
            let mut holes = line.holes.clone();
            holes.sort_by(|a, b| a.x.total_cmp(&b.x));
            let mut runs: Vec<Run> = line.runs.clone();
            runs.sort_by(|a, b| a.left.total_cmp(&b.left));
            let mut runs = runs.into_iter().peekable();
            for hole in holes {
                let mut before = Vec::new();
                while let Some(run) = runs.next_if(|run| run.left < hole.x) {
                    before.push(run);
                }
                atoms.extend(self.text_between(line, before, (x, y), column, tag));
                let Some(slot) = slots.get(hole.number) else { continue };
                let look = match self.fields.get(slot.field).map(|field| &field.takes) {
                    Some(Takes::Line) => Look::Line,
                    Some(Takes::Lines) => Look::Frame,
                    Some(Takes::OneOf(_)) => Look::Circle,
                    Some(Takes::Tick) | None => Look::Square,
                };
                let input = Input {
                    field: slot.field,
                    option: slot.option,
                    look,
                    x: hole.x,
                    y: hole.y,
                    width: hole.width,
                    height: hole.height,
                };
                let tag = Some(self.tree.add(tag, "Form"));
                let shape = Shape::Input(input);
                atoms.push(Atom { column, x, y: y + line.top, height: line.height, shape, tag, link: None });
            }
            atoms.extend(self.text_between(line, runs.collect(), (x, y), column, tag));
        }
        atoms
    }

    fn text_between(
        &mut self,
        line: &crate::layout::Line,
        runs: Vec<Run>,
        (x, y): (f32, f32),
        column: u8,
        tag: NodeId,
    ) -> Vec<Atom> {
        let parts = runs.chunk_by(|a, b| a.link == b.link);
        let parts: Vec<Vec<Run>> =
            parts.filter(|part| part.iter().any(|run| !run.glyphs.is_empty())).map(<[Run]>::to_vec).collect();
        parts
            .into_iter()
            .map(|part| {
                let linked = part.first().is_some_and(|run| run.link.is_some());
                let element = self.tree.add(tag, if linked { "Link" } else { "Span" });
                line_atom(line, part, x, y, column, Some(element))
            })
            .collect()
    }
}
