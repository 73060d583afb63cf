//! A statement that must not be overlooked: a tinted box with the tone's shape, its edge in the tone's colour.

use super::Composition;
use crate::marks;
use crate::piece::{Cut, Path, Piece, Shape};
use crate::theme::{BANNER, BODY, Ink};
use countersign_core::report::{Span, Tone};

const PAD: f32 = 14.0;
const ICON: f32 = 20.0;

impl Composition<'_> {
    pub(super) fn banner(&mut self, tone: Tone, title: &str, text: &[Span]) {
        let x = PAD + ICON + 14.0;
        let width = self.measure - x - PAD;
        let box_tag = self.element("Div");
        let head = self.setter.words(title, BANNER.ink(Ink::of(tone)), width);
        let tag = self.tree.add(box_tag, "P");
        let mut content = self.place(&head, (x, PAD), 0, tag);
        let mut bottom = PAD + head.height;
        if text.iter().any(|span| !span.text.trim().is_empty()) {
            let body = self.setter.spans(text, BODY, width);
            let tag = self.tree.add(box_tag, "P");
            content.extend(self.place(&body, (x, bottom + 3.0), 0, tag));
            bottom += 3.0 + body.height;
        }
        let height = bottom.max(PAD + ICON) + PAD;
        let edge = Shape::Fill { path: Path::rectangle(0.0, 0.0, 3.5, height), ink: Ink::of(tone) };
        let mut atoms =
            vec![super::ground(self.measure, height, Ink::ground(tone)), super::decoration(edge, 0.0, height)];
        atoms.extend(marks::tone(tone, PAD + 3.0, PAD + 0.5, ICON, None));
        atoms.extend(content);
        self.pieces.push(Piece { before: 14.0, cut: Cut::Never, ..Piece::of(atoms, height) });
        self.pieces.push(Piece::gap(6.0));
    }
}
