//! Running text.

use super::Composition;
use crate::piece::{Cut, Piece};
use crate::theme::BODY;
use countersign_core::report::Span;

/// Longer lines are hard to read: 86 characters or so.
const WIDEST: f32 = 440.0;

impl Composition<'_> {
    pub(super) fn paragraph(&mut self, text: &[Span]) {
        if text.iter().all(|span| span.text.trim().is_empty()) {
            return;
        }
        let set = self.setter.spans(text, BODY, self.measure.min(WIDEST));
        let tag = self.element("P");
        let atoms = self.place(&set, (0.0, 0.0), 0, tag);
        // A few words under a heading introduce what follows, and go with it.
        let keep_next = set.lines.len() <= 3 && self.pieces.last().is_some_and(|piece| piece.bookmark.is_some());
        let cut = if keep_next { Cut::Never } else { Cut::Lines };
        self.pieces.push(Piece { before: 7.0, keep_next, cut, ..Piece::of(atoms, set.height) });
    }
}
