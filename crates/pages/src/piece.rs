//! What pages are made of: atoms (a line of text, a path) in pieces that stay together or say where they may be cut.
//! y runs down from a piece's top, x from the left edge of the text column. Not in it: pages and PDF.

use crate::layout::{Line, Link, Run};
use crate::structure::NodeId;
use crate::theme::{HAIR, Ink, RULE};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Something drawn at one place.
#[derive(Clone, Debug)]
pub(crate) struct Atom {
    /// Which column of a row it belongs to: a cut moves each column on its own.
    pub(crate) column: u8,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) height: f32,
    pub(crate) shape: Shape,
    /// The structure element that it is content of; without one it is decoration.
    pub(crate) tag: Option<NodeId>,
    pub(crate) link: Option<Rc<Link>>,
}

/// What is drawn; coordinates from the atom's corner.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Text {
        baseline: f32,
        runs: Vec<Run>,
    },
    Fill {
        path: Path,
        ink: Ink,
    },
    Stroke {
        path: Path,
        ink: Ink,
        width: f32,
        dash: Option<[f32; 2]>,
    },
    /// A picture of the report, by its place among all of them, as tall as its atom.
    Picture {
        number: usize,
        width: f32,
    },
    /// A ground behind the piece, as tall as the piece is after cutting.
    Ground {
        width: f32,
        ink: Ink,
    },
    /// A place to fill in.
    Input(Input),
}

/// A place to fill in, with its corner from the atom's corner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input {
    /// Index in the document's fields.
    pub(crate) field: usize,
    pub(crate) option: Option<usize>,
    pub(crate) look: Look,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// How a place to fill in looks while nothing is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// A line to write on.
    Line,
    /// A frame to write in.
    Frame,
    /// A square to tick.
    Square,
    /// A circle to fill.
    Circle,
}

impl Input {
    /// What is drawn, from the input's corner.
    pub(crate) fn shape(&self) -> Shape {
        let Self { width, height, .. } = *self;
        let (path, ink, width) = match self.look {
            Look::Line => (Path::open(&[(0.0, height), (width, height)]), Ink::Quiet, HAIR),
            Look::Frame => (Path::rounded(0.0, 0.0, width, height, 2.0), Ink::Quiet, HAIR),
            Look::Square => (Path::rounded(0.4, 0.4, width - 0.8, height - 0.8, 1.4), Ink::Text, RULE),
            Look::Circle => (Path::circle(width / 2.0, height / 2.0, width / 2.0 - 0.4), Ink::Text, RULE),
        };
        Shape::Stroke { path, ink, width, dash: None }
    }
}

/// A path of straight lines and Bézier curves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path {
    pub(crate) points: Vec<Point>,
    pub(crate) closed: bool,
}

/// A point of a path; two `handle`s before a point make a cubic curve to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) handle: bool,
}

/// Length of a Bézier handle for a quarter of a circle of radius 1.
const QUARTER: f32 = 0.552_285;

impl Path {
    pub(crate) fn open(points: &[(f32, f32)]) -> Self {
        Self { points: points.iter().map(|&(x, y)| Point { x, y, handle: false }).collect(), closed: false }
    }

    pub(crate) fn closed(points: &[(f32, f32)]) -> Self {
        Self { closed: true, ..Self::open(points) }
    }

    pub(crate) fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self::closed(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    }

    /// A rectangle with round corners; a circle, if `radius` is half of each side.
    pub(crate) fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Self {
        let (r, h) = (radius, radius * (1.0 - QUARTER));
        let (right, bottom) = (x + width, y + height);
        let corners = [
            ((right - r, y), (right - h, y), (right, y + h), (right, y + r)),
            ((right, bottom - r), (right, bottom - h), (right - h, bottom), (right - r, bottom)),
            ((x + r, bottom), (x + h, bottom), (x, bottom - h), (x, bottom - r)),
            ((x, y + r), (x, y + h), (x + h, y), (x + r, y)),
        ];
        let point = |(x, y), handle| Point { x, y, handle };
        let points = corners.into_iter().flat_map(|(from, one, two, to)| {
            [point(from, false), point(one, true), point(two, true), point(to, false)]
        });
        Self { points: points.collect(), closed: true }
    }

    pub(crate) fn circle(x: f32, y: f32, radius: f32) -> Self {
        Self::rounded(x - radius, y - radius, 2.0 * radius, 2.0 * radius, radius)
    }
}

/// Whether a piece may be divided between pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Cut {
    #[default]
    Never,
    /// Between lines, with at least two on either side.
    Lines,
    /// Between lines, and only if it is too tall to stand whole on what is a fair part of a page.
    IfTall,
}

/// The column of rules along a piece's bottom: they stay at the bottom of its last part.
pub(crate) const EDGE: u8 = u8::MAX;

/// Part of the report that is placed as one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Piece {
    pub(crate) atoms: Vec<Atom>,
    pub(crate) height: f32,
    /// White space above, not at the top of a page.
    pub(crate) before: f32,
    /// Not to be the last of a page.
    pub(crate) keep_next: bool,
    pub(crate) cut: Cut,
    /// Drawn again above this piece when it opens a page.
    pub(crate) head: Option<Rc<Piece>>,
    pub(crate) new_page: bool,
    pub(crate) bookmark: Option<Bookmark>,
    /// The picture that this piece is.
    pub(crate) figure: Option<NodeId>,
    pub(crate) fields: Vec<Field>,
}

/// A heading's entry in the outline.
#[derive(Clone, Debug)]
pub(crate) struct Bookmark {
    pub(crate) level: u8,
    pub(crate) title: String,
}

/// Where the form field of a signature stands.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Index in the report's signatures.
    pub(crate) slot: usize,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) tag: NodeId,
}

impl Piece {
    pub(crate) fn of(atoms: Vec<Atom>, height: f32) -> Self {
        Self { atoms, height, ..Self::default() }
    }

    pub(crate) fn gap(height: f32) -> Self {
        Self { before: height, ..Self::default() }
    }

    /// The same as decoration: a repeated table head is not content a second time.
    pub(crate) fn repeated(&self) -> Self {
        let mut copy = self.clone();
        copy.atoms.iter_mut().for_each(|atom| atom.tag = None);
        copy
    }

    /// Divides the piece so that the first part is at most `room` tall; `None` if it may not or cannot be divided there.
    pub(crate) fn divide(&self, room: f32) -> Option<(Piece, Piece)> {
        let is_ground = |atom: &&Atom| matches!(atom.shape, Shape::Ground { .. });
        let content = || self.atoms.iter().filter(|atom| !is_ground(atom) && atom.column != EDGE);
        let pad = (self.height - bottom(content())).max(0.0);
        let top = content().map(|atom| atom.y).fold(self.height, f32::min);
        let columns: BTreeSet<u8> = content().map(|atom| atom.column).collect();
        let (mut first, mut second) = (self.shell(), self.shell());
        for column in columns {
            let atoms = || content().filter(|atom| atom.column == column);
            let moved = first_moved(atoms(), room - pad)?;
            let (stay, move_on): (Vec<&Atom>, Vec<&Atom>) = atoms().partition(|atom| atom.y < moved - 0.01);
            first.atoms.extend(stay.into_iter().cloned());
            second.atoms.extend(move_on.into_iter().map(|atom| Atom { y: atom.y - moved + top, ..atom.clone() }));
        }
        if first.atoms.is_empty() || second.atoms.is_empty() {
            return None;
        }
        for part in [&mut first, &mut second] {
            part.height = bottom(part.atoms.iter()) + pad;
            let grounds = self.atoms.iter().filter(is_ground);
            let grounds: Vec<Atom> =
                grounds.map(|atom| Atom { height: part.height - atom.y, ..atom.clone() }).collect();
            part.atoms.splice(0..0, grounds);
        }
        let edges = self.atoms.iter().filter(|atom| atom.column == EDGE);
        second.atoms.extend(edges.map(|atom| Atom { y: second.height - (self.height - atom.y), ..atom.clone() }));
        first.keep_next = false;
        (second.bookmark, second.before) = (None, 0.0);
        Some((first, second))
    }

    fn shell(&self) -> Piece {
        Piece { atoms: Vec::new(), fields: Vec::new(), ..self.clone() }
    }
}

fn bottom<'a>(atoms: impl Iterator<Item = &'a Atom>) -> f32 {
    atoms.map(|atom| atom.y + atom.height).fold(0.0, f32::max)
}

/// Where, within a column, the part for the next page begins: below everything if all of it fits. `None` if a text of some
/// lines would be parted after its first.
fn first_moved<'a>(column: impl Iterator<Item = &'a Atom>, room: f32) -> Option<f32> {
    let mut spans: Vec<(f32, f32)> = column.map(|atom| (atom.y, atom.y + atom.height)).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    spans.dedup_by(|later, earlier| {
        let same = (later.0 - earlier.0).abs() < 0.01;
        if same {
            earlier.1 = earlier.1.max(later.1);
        }
        same
    });
    let Some(mut at) = spans.iter().position(|(_, bottom)| *bottom > room) else { return Some(f32::MAX) };
    if spans.len() >= 4 {
        at = at.min(spans.len() - 2);
    }
    if spans.len() > 1 && at < 2 {
        return None;
    }
    spans.get(at).map(|(top, _)| *top)
}

/// The lines of a paragraph as atoms, without links told apart.
pub(crate) fn line_atom(line: &Line, runs: Vec<Run>, x: f32, y: f32, column: u8, tag: Option<NodeId>) -> Atom {
    let link = runs.first().and_then(|run| run.link.clone());
    let shape = Shape::Text { baseline: line.baseline, runs };
    Atom { column, x, y: y + line.top, height: line.height, shape, tag, link }
}
