//! Fixed-width text on a faint ground.

use super::Composition;
use crate::piece::{Cut, Piece};
use crate::theme::{CODE, Ink};

impl Composition<'_> {
    pub(super) fn code(&mut self, text: &str) {
        let pad = 8.0;
        let set = self.setter.words(text.trim_end(), CODE, self.measure - 2.0 * pad - 4.0);
        let paragraph = self.element("P");
        let tag = self.tree.add(paragraph, "Code");
        let height = set.height + 2.0 * pad;
        let mut atoms = vec![super::ground(self.measure, height, Ink::Faint)];
        atoms.extend(self.place(&set, (pad + 4.0, pad), 0, tag));
        self.pieces.push(Piece { before: 8.0, cut: Cut::Lines, ..Piece::of(atoms, height) });
        self.pieces.push(Piece::gap(2.0));
    }
}
