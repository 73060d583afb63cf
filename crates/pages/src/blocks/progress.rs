//! How far each phase came: a bar per phase, the parts told apart by place, colour and pattern, with the numbers in words.

use super::Composition;
use crate::piece::{Atom, Path, Piece, Shape};
use crate::theme::{CELL, Ink, SMALL};
use countersign_core::report::PhaseProgress;

const BAR: f32 = 7.0;

impl Composition<'_> {
    pub(super) fn progress(&mut self, phases: &[PhaseProgress]) {
        let list = self.element("L");
        let name_width = self.measure * 0.34;
        let words_width = self.measure * 0.27;
        let bar_x = name_width + 12.0;
        let bar_width = self.measure - name_width - words_width - 24.0;
        for (number, phase) in phases.iter().enumerate() {
            let item = self.tree.add(list, "LI");
            let body = self.tree.add(item, "LBody");
            let name = self.setter.words(&phase.title, CELL, name_width);
            let words = self.setter.words(&in_words(phase), SMALL.ink(Ink::Quiet), words_width);
            let tags = [self.tree.add(body, "P"), self.tree.add(body, "P")];
            let mut atoms = self.place(&name, (0.0, 3.0), 0, tags[0]);
            atoms.extend(bar(phase, bar_x, 3.0 + (CELL.leading - BAR) / 2.0, bar_width));
            atoms.extend(self.place(&words, (bar_x + bar_width + 12.0, 3.8), 1, tags[1]));
            let height = 3.0 + name.height.max(words.height + 0.8) + 3.0;
            let before = if number == 0 { 8.0 } else { 0.0 };
            self.pieces.push(Piece {
                before,
                keep_next: super::keeps_next(number, phases.len()),
                ..Piece::of(atoms, height)
            });
        }
        self.pieces.push(Piece::gap(4.0));
    }
}

fn in_words(phase: &PhaseProgress) -> String {
    let mut words = format!("{} of {} done", phase.done, phase.total);
    if phase.failed > 0 {
        words.push_str(&format!(", {} failed", phase.failed));
    }
    if phase.set_aside > 0 {
        words.push_str(&format!(", {} set aside", phase.set_aside));
    }
    words
}

fn bar(phase: &PhaseProgress, x: f32, y: f32, width: f32) -> Vec<Atom> {
    let at = |path: Path, ink| Atom { x, ..super::decoration(Shape::Fill { path, ink }, y, BAR) };
    let share = |count: u32| ratio(count, phase.total) * width;
    let (done, failed, aside) = (share(phase.done), share(phase.failed), share(phase.set_aside));
    let mut atoms = vec![at(Path::rectangle(0.0, 0.0, width, BAR), Ink::Rule)];
    if done > 0.0 {
        atoms.push(at(Path::rectangle(0.0, 0.0, done, BAR), Ink::Good));
    }
    if failed > 0.0 {
        atoms.push(at(Path::rectangle(done, -1.5, failed, BAR + 3.0), Ink::Bad));
    }
    if aside > 0.0 {
        let left = done + failed;
        atoms.push(at(Path::rectangle(left, 0.0, aside, BAR), Ink::UnsureSoft));
        let frame = Path::rectangle(left + 0.4, 0.4, aside - 0.8, BAR - 0.8);
        let shape = Shape::Stroke { path: frame, ink: Ink::Unsure, width: 0.8, dash: Some([1.6, 1.2]) };
        atoms.push(Atom { x, ..super::decoration(shape, y, BAR) });
    }
    atoms
}

/// A part of a whole, 0 to 1. The counts of a checklist are far below what `f32` holds exactly.
fn ratio(part: u32, whole: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "counts are small, and it is a picture")]
    let (part, whole) = (part as f32, whole.max(1) as f32);
    (part / whole).clamp(0.0, 1.0)
}
