//! Headings: three sizes; each is a bookmark, and never the last line of a page.

use super::Composition;
use crate::piece::{Bookmark, Piece};
use crate::theme::{HEADING, Ink, RULE};

impl Composition<'_> {
    pub(super) fn heading(&mut self, level: u8, text: &str) {
        let level = level.clamp(1, 3);
        let [first, second, third] = HEADING;
        let (face, before, after, underline) = match level {
            1 => (first, 30.0, 8.0, true),
            2 => (second, 20.0, 4.0, false),
            _ => (third, 14.0, 2.0, false),
        };
        let follows_heading = self.pieces.last().is_some_and(|piece| piece.bookmark.is_some());
        let before = if follows_heading { before * 0.5 } else { before };
        // The report's title is H1, so its first level is H2.
        self.tagged_level = (level + 1).min(self.tagged_level + 1);
        let tag = self.element(match self.tagged_level {
            1 => "H1",
            2 => "H2",
            3 => "H3",
            _ => "H4",
        });
        let title = self.setter.words(text, face, self.measure);
        let mut atoms = self.place(&title, (0.0, 0.0), 0, tag);
        let mut height = title.height + after;
        if underline {
            atoms.push(super::rule(0.0, title.height + 3.0, self.measure, RULE, Ink::Rule));
            height += 3.0;
        }
        let bookmark = Some(Bookmark { level, title: text.split_whitespace().collect::<Vec<_>>().join(" ") });
        self.pieces.push(Piece { before, keep_next: true, bookmark, ..Piece::of(atoms, height) });
    }
}
