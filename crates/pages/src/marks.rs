//! The states and tones as shapes. Each can be told from the others without colour, at 8 points and on a grey print.

use crate::piece::{Atom, Path, Shape};
use crate::structure::NodeId;
use crate::theme::Ink;
use countersign_core::report::{Mark, Tone};

/// A mark's word and ink.
pub(crate) fn word(mark: Mark) -> (&'static str, Ink) {
    match mark {
        Mark::Done => ("Done", Ink::Good),
        Mark::Failed => ("Failed", Ink::Bad),
        Mark::Open => ("Open", Ink::Quiet),
        Mark::NotApplicable => ("Not applicable", Ink::Quiet),
        Mark::Blocked => ("Blocked", Ink::Bad),
        Mark::Skipped => ("Skipped", Ink::Unsure),
        Mark::Unknown => ("Unknown", Ink::Unsure),
        Mark::None => ("", Ink::Quiet),
    }
}

/// A mark in a square of `size` with its upper left corner at `(x, y)`.
pub(crate) fn mark(mark: Mark, x: f32, y: f32, size: f32, tag: Option<NodeId>) -> Vec<Atom> {
    let pen = Pen { x, y, size, tag, ink: word(mark).1 };
    let frame = pen.stroke(Path::rounded(0.04, 0.04, 0.92, 0.92, 0.16), 0.08);
    let ground = |ink: Ink| pen.fill(Path::rounded(0.0, 0.0, 1.0, 1.0, 0.18), ink);
    match mark {
        Mark::Done => vec![ground(Ink::Good), Pen { ink: Ink::White, ..pen }.stroke(TICK.path(), 0.14)],
        Mark::Failed => {
            let white = Pen { ink: Ink::White, ..pen };
            vec![ground(Ink::Bad), white.stroke(CROSS[0].path(), 0.13), white.stroke(CROSS[1].path(), 0.13)]
        }
        Mark::Open => vec![frame],
        Mark::NotApplicable => vec![frame, pen.stroke(Path::open(&[(0.27, 0.5), (0.73, 0.5)]), 0.11)],
        Mark::Blocked => {
            let bars = [0.38, 0.62].map(|x| pen.stroke(Path::open(&[(x, 0.26), (x, 0.74)]), 0.13));
            std::iter::once(frame).chain(bars).collect()
        }
        Mark::Skipped => {
            let arc = Path {
                points: [(0.2, 0.66, false), (0.24, 0.22, true), (0.62, 0.18, true), (0.72, 0.52, false)]
                    .map(|(x, y, handle)| crate::piece::Point { x, y, handle })
                    .to_vec(),
                closed: false,
            };
            vec![
                frame,
                pen.stroke(arc, 0.1),
                pen.fill(Path::closed(&[(0.55, 0.5), (0.88, 0.46), (0.75, 0.76)]), pen.ink),
            ]
        }
        Mark::Unknown => std::iter::once(frame).chain(pen.question()).collect(),
        Mark::None => Vec::new(),
    }
}

/// A tone in a square of `size`: a disc with a tick, an octagon with a cross, a triangle with a stroke, a plain ring.
pub(crate) fn tone(tone: Tone, x: f32, y: f32, size: f32, tag: Option<NodeId>) -> Vec<Atom> {
    let pen = Pen { x, y, size, tag, ink: Ink::of(tone) };
    let white = Pen { ink: Ink::White, ..pen };
    match tone {
        Tone::Good => vec![pen.fill(Path::circle(0.5, 0.5, 0.5), pen.ink), white.stroke(TICK.path(), 0.12)],
        Tone::Bad => {
            let octagon =
                [(0.3, 0.0), (0.7, 0.0), (1.0, 0.3), (1.0, 0.7), (0.7, 1.0), (0.3, 1.0), (0.0, 0.7), (0.0, 0.3)];
            let ground = pen.fill(Path::closed(&octagon), pen.ink);
            vec![ground, white.stroke(CROSS[0].path(), 0.12), white.stroke(CROSS[1].path(), 0.12)]
        }
        Tone::Unsure => vec![
            pen.fill(Path::closed(&[(0.5, 0.02), (1.0, 0.94), (0.0, 0.94)]), pen.ink),
            white.stroke(Path::open(&[(0.5, 0.36), (0.5, 0.62)]), 0.11),
            white.fill(Path::circle(0.5, 0.78, 0.065), Ink::White),
        ],
        Tone::Plain => vec![pen.stroke(Path::circle(0.5, 0.5, 0.42), 0.14)],
    }
}

struct Strokes(&'static [(f32, f32)]);

impl Strokes {
    fn path(&self) -> Path {
        Path::open(self.0)
    }
}

const TICK: Strokes = Strokes(&[(0.26, 0.52), (0.44, 0.7), (0.76, 0.32)]);
const CROSS: [Strokes; 2] = [Strokes(&[(0.31, 0.31), (0.69, 0.69)]), Strokes(&[(0.69, 0.31), (0.31, 0.69)])];

#[derive(Clone, Copy)]
struct Pen {
    x: f32,
    y: f32,
    size: f32,
    tag: Option<NodeId>,
    ink: Ink,
}

impl Pen {
    fn atom(self, shape: Shape) -> Atom {
        Atom { column: 0, x: self.x, y: self.y, height: self.size, shape, tag: self.tag, link: None }
    }

    fn scaled(self, mut path: Path) -> Path {
        for point in &mut path.points {
            (point.x, point.y) = (point.x * self.size, point.y * self.size);
        }
        path
    }

    fn fill(self, path: Path, ink: Ink) -> Atom {
        self.atom(Shape::Fill { path: self.scaled(path), ink })
    }

    fn stroke(self, path: Path, width: f32) -> Atom {
        let width = width * self.size;
        self.atom(Shape::Stroke { path: self.scaled(path), ink: self.ink, width, dash: None })
    }

    fn question(self) -> [Atom; 2] {
        let hook = [
            (0.35, 0.37, false),
            (0.35, 0.16, true),
            (0.67, 0.16, true),
            (0.66, 0.38, false),
            (0.65, 0.5, true),
            (0.5, 0.48, true),
            (0.5, 0.63, false),
        ];
        let points = hook.map(|(x, y, handle)| crate::piece::Point { x, y, handle }).to_vec();
        let dot = self.fill(Path::circle(0.5, 0.78, 0.065), self.ink);
        [self.stroke(Path { points, closed: false }, 0.1), dot]
    }
}
