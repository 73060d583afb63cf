//! Names with their values: names quiet on the left, values beside them, fine rules between.

use super::Composition;
use crate::piece::{Cut, Piece};
use crate::theme::{BODY, CELL, HAIR, Ink};
use countersign_core::report::Text;

impl Composition<'_> {
    pub(super) fn facts(&mut self, rows: &[(String, Text)]) {
        let table = self.element("Table");
        let name_width = (self.measure * 0.27).min(140.0);
        let value_x = name_width + 14.0;
        for (number, (name, value)) in rows.iter().enumerate() {
            let row = self.tree.add(table, "TR");
            let name = self.setter.words(name, CELL.ink(Ink::Quiet), name_width);
            let value = self.setter.spans(value, BODY, self.measure - value_x);
            let top = 4.0;
            let tags = [self.tree.add_head_cell(row, "Row"), self.tree.add(row, "TD")];
            // The two sizes share their first baseline.
            let mut atoms = self.place(&name, (0.0, top + 1.0), 0, tags[0]);
            atoms.extend(self.place(&value, (value_x, top), 1, tags[1]));
            let height = top + value.height.max(name.height + 1.0) + 4.0;
            atoms.push(super::rule(0.0, height, self.measure, HAIR, Ink::Hair));
            let before = if number == 0 { 8.0 } else { 0.0 };
            self.pieces.push(Piece { before, cut: Cut::IfTall, ..Piece::of(atoms, height) });
        }
    }
}
