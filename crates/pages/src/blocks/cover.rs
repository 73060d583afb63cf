//! The head of page 1: title and subtitle. What follows is the report's own first blocks.

use super::Composition;
use crate::piece::{Path, Piece, Shape};
use crate::theme::{Ink, SUBTITLE, TITLE};
use countersign_core::report::Report;

impl Composition<'_> {
    pub(super) fn cover(&mut self, report: &Report) {
        let bar = Shape::Fill { path: Path::rectangle(0.0, 0.0, 44.0, 4.0), ink: Ink::Accent };
        let mut atoms = vec![super::decoration(bar, 0.0, 4.0)];
        let mut y = 18.0;
        if !report.title.trim().is_empty() {
            let title = self.setter.words(&report.title, TITLE, self.measure);
            let tag = self.element("H1");
            self.tagged_level = 1;
            atoms.extend(self.place(&title, (0.0, y), 0, tag));
            y += title.height;
        }
        if !report.subtitle.trim().is_empty() {
            let subtitle = self.setter.words(&report.subtitle, SUBTITLE, self.measure);
            let tag = self.element("P");
            atoms.extend(self.place(&subtitle, (0.0, y + 4.0), 0, tag));
            y += 4.0 + subtitle.height;
        }
        self.pieces.push(Piece { keep_next: true, ..Piece::of(atoms, y + 6.0) });
    }
}
