//! Blocks into pieces: one module per kind of block. Not in it: what a block says (the report model) and on which page
//! it comes to stand ([`crate::paginate`]).

mod banner;
mod code;
mod cover;
mod facts;
mod form;
mod heading;
mod items;
mod paragraph;
mod picture;
mod plot;
mod progress;
mod signatures;
mod table;
mod timeline;

pub(crate) use picture::Frame;

use crate::layout::{Link, Paragraph, Run, Typesetter};
use crate::piece::{Atom, EDGE, Path, Piece, Shape, line_atom};
use crate::structure::{NodeId, ROOT, Tree};
use crate::theme::{Ink, Sheet};
use countersign_core::report::{Block, FormField, Report};
use std::rc::Rc;

/// A report on its way to pieces.
pub(crate) struct Composition<'a> {
    pub(crate) setter: &'a mut Typesetter,
    pub(crate) tree: &'a mut Tree,
    pub(crate) pieces: Vec<Piece>,
    /// Width of the text column.
    pub(crate) measure: f32,
    /// The document's fields to fill in.
    fields: &'a [FormField],
    /// The level of the last heading, as tagged: levels may not be jumped over (ISO 14289-1, 7.4.2).
    tagged_level: u8,
    /// How many pictures there were so far.
    pictures: usize,
}

/// Everything that a report says, in pieces.
pub(crate) fn compose(report: &Report, sheet: Sheet, setter: &mut Typesetter, tree: &mut Tree) -> Vec<Piece> {
    let (measure, fields) = (sheet.measure(), report.fields.as_slice());
    let mut to = Composition { setter, tree, pieces: Vec::new(), measure, fields, tagged_level: 0, pictures: 0 };
    to.cover(report);
    for block in &report.blocks {
        match block {
            Block::Heading { level, text } => to.heading(*level, text),
            Block::Paragraph { text } => to.paragraph(text),
            Block::Banner { tone, title, text } => to.banner(*tone, title, text),
            Block::Picture(picture) => to.picture(picture),
            Block::Facts { rows } => to.facts(rows),
            Block::Items { rows } => to.items(rows),
            Block::Table { columns, rows } => to.table(columns, rows),
            Block::Form { lines } => to.form(lines),
            Block::FormTable { columns, rows } => to.form_table(columns, rows),
            Block::Code { text } => to.code(text),
            Block::Progress { phases } => to.progress(phases),
            Block::Timeline { points } => to.timeline(points),
            Block::Plot(plot) => to.plot(plot),
            Block::Signatures => to.signatures(&report.signatures),
            Block::PageBreak => to.pieces.push(Piece { new_page: true, ..Piece::default() }),
        }
    }
    let shown = report.blocks.iter().any(|block| matches!(block, Block::Signatures));
    if !shown && !report.signatures.is_empty() {
        to.signatures(&report.signatures);
    }
    to.pieces
}

impl Composition<'_> {
    /// A paragraph's lines at `(x, y)` as content of `tag`. Links become elements of their own, and so does the text
    /// between them, because an element's own text and its elements would otherwise lose their order.
    fn place(&mut self, text: &Paragraph, (x, y): (f32, f32), column: u8, tag: NodeId) -> Vec<Atom> {
        let linked = text.lines.iter().flat_map(|line| &line.runs).any(|run| run.link.is_some());
        let mut atoms = Vec::new();
        let mut current: Option<(Option<Rc<Link>>, NodeId)> = None;
        for line in &text.lines {
            for part in line.runs.chunk_by(|a, b| a.link == b.link) {
                let link = part.first().and_then(|run| run.link.clone());
                let element = match &current {
                    _ if !linked => tag,
                    Some((last, element)) if *last == link => *element,
                    _ => self.tree.add(tag, if link.is_some() { "Link" } else { "Span" }),
                };
                current = Some((link, element));
                atoms.push(line_atom(line, part.to_vec(), x, y, column, Some(element)));
                atoms.extend(strikes(part, line.baseline).map(|shape| Atom {
                    column,
                    x,
                    y: y + line.top,
                    height: line.height,
                    shape,
                    tag: None,
                    link: None,
                }));
            }
        }
        atoms
    }

    /// A new element of the document.
    fn element(&mut self, role: &'static str) -> NodeId {
        self.tree.add(ROOT, role)
    }
}

fn strikes(runs: &[Run], baseline: f32) -> impl Iterator<Item = Shape> + '_ {
    runs.iter().filter(|run| run.struck).map(move |run| {
        let y = baseline - 0.28 * run.size;
        let path = Path::open(&[(run.left, y), (run.right, y)]);
        Shape::Stroke { path, ink: run.ink, width: 0.07 * run.size, dash: None }
    })
}

/// Rows of which so many stand together rather than part at a page's end.
const FEW: usize = 5;

/// Whether row `number` of `count` may not be the last on its page: a few rows stay together, and of many none stays
/// behind alone, or comes to stand alone on the next page.
fn keeps_next(number: usize, count: usize) -> bool {
    number + 1 < count && (count <= FEW || number == 0 || number + 2 == count)
}

/// A shape that is decoration, at the piece's corner.
fn decoration(shape: Shape, y: f32, height: f32) -> Atom {
    Atom { column: 0, x: 0.0, y, height, shape, tag: None, link: None }
}

/// A horizontal rule at `y`.
fn rule(x: f32, y: f32, width: f32, thickness: f32, ink: Ink) -> Atom {
    let shape = Shape::Stroke { path: Path::open(&[(x, 0.0), (x + width, 0.0)]), ink, width: thickness, dash: None };
    Atom { column: EDGE, ..decoration(shape, y, 0.0) }
}

/// A ground over the whole piece.
fn ground(width: f32, height: f32, ink: Ink) -> Atom {
    decoration(Shape::Ground { width, ink }, 0.0, height)
}
