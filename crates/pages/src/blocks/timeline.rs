//! What happened when: a strip true to scale from the first point to the last, and beneath it the points in words, with
//! the time that passed between them.

use super::Composition;
use crate::marks;
use crate::piece::{Atom, Cut, Path, Piece, Shape};
use crate::theme::{CELL, Ink, RULE, SMALL};
use countersign_core::report::{TimelinePoint, Tone};
use countersign_core::time::{Timestamp, duration_words};

const TIME: f32 = 108.0;
const DOT: f32 = 8.0;

impl Composition<'_> {
    pub(super) fn timeline(&mut self, points: &[TimelinePoint]) {
        if points.len() > 1 {
            self.strip(points);
        }
        let list = self.element("L");
        let label_x = TIME + 30.0;
        for (number, point) in points.iter().enumerate() {
            let item = self.tree.add(list, "LI");
            let mark = self.tree.add_described(item, "Lbl", tone_word(point.tone));
            let body = self.tree.add(item, "LBody");
            let tags = [self.tree.add(body, "P"), self.tree.add(body, "P")];
            let time = self.setter.words(&point.at.for_people(), SMALL.ink(Ink::Quiet), TIME);
            let label = self.setter.words(&point.label, CELL, self.measure - label_x - 70.0);
            let mut atoms = Vec::new();
            let height = label.height.max(time.height) + 6.0;
            let x = TIME + 12.0;
            if number + 1 < points.len() {
                let line = Path::open(&[(0.0, 0.0), (0.0, height - 1.0)]);
                let shape = Shape::Stroke { path: line, ink: Ink::Rule, width: 1.2, dash: None };
                atoms.push(Atom { x, ..super::decoration(shape, 10.0, 0.0) });
            }
            atoms.extend(self.place(&time, (0.0, 3.8), 0, tags[0]));
            let white = Shape::Fill { path: Path::circle(0.0, 0.0, DOT * 0.75), ink: Ink::White };
            atoms.push(Atom { x, ..super::decoration(white, 9.0, 0.0) });
            atoms.extend(marks::tone(point.tone, x - DOT / 2.0, 9.0 - DOT / 2.0, DOT, Some(mark)));
            atoms.extend(self.place(&label, (label_x, 3.0), 1, tags[1]));
            if let Some(since) = number.checked_sub(1).and_then(|at| points.get(at)).map(|last| point.at.since(last.at))
            {
                let passed = format!("+ {}", duration_words(since));
                let passed = self.setter.words(&passed, SMALL.ink(Ink::Quiet).end(true), 66.0);
                let tag = self.tree.add(body, "P");
                atoms.extend(self.place(&passed, (self.measure - 66.0, 3.8), 2, tag));
            }
            let before = if number == 0 { 6.0 } else { 0.0 };
            let keep_next = super::keeps_next(number, points.len());
            self.pieces.push(Piece { before, keep_next, cut: Cut::Never, ..Piece::of(atoms, height) });
        }
        self.pieces.push(Piece::gap(4.0));
    }

    fn strip(&mut self, points: &[TimelinePoint]) {
        let (Some(first), Some(last)) = (points.iter().map(|p| p.at).min(), points.iter().map(|p| p.at).max()) else {
            return;
        };
        let what = format!(
            "Line of time with {} events, from {} to {}, each listed below.",
            points.len(),
            first.for_people(),
            last.for_people()
        );
        let tag = self.element("Figure");
        if let Some(node) = self.tree.nodes.get_mut(tag) {
            node.alt = Some(what);
        }
        let (inset, y) = (6.0, 12.0);
        let width = self.measure - 2.0 * inset;
        let line = Path::open(&[(inset, 0.0), (inset + width, 0.0)]);
        let mut atoms =
            vec![super::decoration(Shape::Stroke { path: line, ink: Ink::Quiet, width: RULE, dash: None }, y, 0.0)];
        for point in points {
            let x = inset + fraction(first, last, point.at) * width;
            let white = Shape::Fill { path: Path::circle(0.0, 0.0, DOT * 0.7), ink: Ink::White };
            atoms.push(Atom { x, ..super::decoration(white, y, 0.0) });
            atoms.extend(marks::tone(point.tone, x - DOT / 2.0, y - DOT / 2.0, DOT, None));
        }
        atoms.iter_mut().for_each(|atom| atom.tag = Some(tag));
        let ends = [(first.for_people(), false), (last.for_people(), true)];
        for (text, end) in ends {
            let set = self.setter.words(&text, SMALL.ink(Ink::Quiet).end(end), self.measure / 2.0);
            let x = if end { self.measure / 2.0 } else { 0.0 };
            atoms.extend(self.place(&set, (x, y + 9.0), 0, tag));
        }
        let span = self.setter.one_line(&duration_words(last.since(first)), SMALL);
        atoms.extend(self.place(&span, ((self.measure - span.width) / 2.0, y + 9.0), 0, tag));
        let piece = Piece::of(atoms, y + 9.0 + SMALL.leading + 4.0);
        self.pieces.push(Piece { before: 8.0, keep_next: true, figure: Some(tag), ..piece });
    }
}

fn tone_word(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Unsure => "unsure",
        Tone::Plain => "event",
    }
}

/// Where `at` lies between two times, 0 to 1.
pub(super) fn fraction(first: Timestamp, last: Timestamp, at: Timestamp) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a place on paper")]
    let (part, whole) = (at.since(first) as f32, last.since(first).max(1) as f32);
    (part / whole).clamp(0.0, 1.0)
}
