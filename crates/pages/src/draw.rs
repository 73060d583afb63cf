//! Pages into printpdf's drawing operations, marked with the structure elements they belong to; and where links, form
//! fields, pictures and headings came to stand. Not in it: anything of the file beyond the pages' content.

use crate::fonts::Faces;
use crate::layout::{Glyph, Link, Paragraph, Run, Typesetter};
use crate::paginate::Page;
use crate::piece::{Atom, Input, Path, Shape};
use crate::structure::{Kid, NodeId, Tree};
use crate::theme::{FOOTER, Face, HAIR, Ink, Sheet};
use printpdf::{
    Codepoint, Color, CurTransMat, DictItem, FontId, Line, LineCapStyle, LineDashPattern, LineJoinStyle, LinePoint, Op,
    PaintMode, PdfFontHandle, Polygon, PolygonRing, Pt, Rgb, TextItem, TextMatrix, WindingOrder, XObjectId,
    XObjectTransform,
};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The content of all pages, and what stands where in points from a page's lower left corner.
#[derive(Default)]
pub(crate) struct Drawn {
    pub(crate) pages: Vec<Vec<Op>>,
    pub(crate) links: Vec<(usize, [f32; 4], Rc<Link>, NodeId)>,
    pub(crate) fields: Vec<(usize, [f32; 4], usize, NodeId)>,
    pub(crate) inputs: Vec<(usize, [f32; 4], Input, NodeId)>,
    pub(crate) bookmarks: Vec<Target>,
}

/// A heading and its place.
pub(crate) struct Target {
    pub(crate) level: u8,
    pub(crate) title: String,
    pub(crate) page: usize,
    pub(crate) y: f32,
}

/// What stands on every page.
pub(crate) struct Furniture<'a> {
    pub(crate) footer: &'a str,
    pub(crate) watermark: Option<&'a str>,
}

/// Draws all pages. `tagged`: with marked content for the structure elements.
pub(crate) fn draw(
    pages: &[Page],
    sheet: Sheet,
    furniture: &Furniture<'_>,
    setter: &mut Typesetter,
    tree: &mut Tree,
    tagged: bool,
) -> Drawn {
    let watermark = furniture.watermark.map(|text| Watermark::new(text, sheet, setter));
    let footers: Vec<[Paragraph; 2]> = (1..=pages.len())
        .map(|number| {
            let width = sheet.measure();
            let page = format!("page {number} of {}", pages.len());
            [setter.words(furniture.footer, FOOTER, width - 80.0), setter.words(&page, FOOTER.end(true), 70.0)]
        })
        .collect();
    let mut drawn = Drawn::default();
    for (number, (page, footer)) in pages.iter().zip(&footers).enumerate() {
        let mut pen = Pen::new(&setter.faces, tree, number, tagged);
        if let Some(watermark) = &watermark {
            watermark.draw(&mut pen);
        }
        for (y, piece) in &page.placed {
            let origin = (sheet.left, sheet.height - sheet.top - y);
            piece.atoms.iter().for_each(|atom| pen.atom(atom, origin));
            drawn.note(piece, origin, number, sheet, pen.tree);
        }
        pen.footer(footer, sheet);
        drawn.pages.push(pen.finish());
    }
    drawn
}

impl Drawn {
    fn note(
        &mut self,
        piece: &crate::piece::Piece,
        (left, top): (f32, f32),
        page: usize,
        sheet: Sheet,
        tree: &mut Tree,
    ) {
        for atom in &piece.atoms {
            if let (Shape::Input(input), Some(tag)) = (&atom.shape, atom.tag) {
                let (x, y) = (left + atom.x + input.x, top - atom.y - input.y);
                self.inputs.push((page, [x, y - input.height, x + input.width, y], *input, tag));
            }
            let (Some(link), Some(tag), Shape::Text { runs, .. }) = (&atom.link, atom.tag, &atom.shape) else {
                continue;
            };
            let x = left + atom.x;
            let from = runs.iter().map(|run| run.left).fold(f32::MAX, f32::min);
            let to = runs.iter().map(|run| run.right).fold(0.0, f32::max);
            let place = [x + from, top - atom.y - atom.height, x + to, top - atom.y];
            self.links.push((page, place, Rc::clone(link), tag));
        }
        for field in &piece.fields {
            let (x, y) = (left + field.x, top - field.y);
            self.fields.push((page, [x, y - field.height, x + field.width, y], field.slot, field.tag));
        }
        if let Some(tag) = piece.figure {
            tree.put(tag, page, [left, top - piece.height, left + sheet.measure(), top]);
        }
        if let Some(bookmark) = &piece.bookmark {
            self.bookmarks.push(Target { level: bookmark.level, title: bookmark.title.clone(), page, y: top + 6.0 });
        }
    }
}

/// Draws one content stream; remembers the state that it set, so as not to set it again.
pub(crate) struct Pen<'a> {
    faces: &'a Faces,
    tree: &'a mut Tree,
    page: usize,
    tagged: bool,
    ops: Vec<Op>,
    mcids: usize,
    open: Option<Option<NodeId>>,
    in_text: bool,
    fill: Option<Ink>,
    stroke: Option<(Ink, f32, Option<[f32; 2]>)>,
    font: Option<(usize, f32)>,
    codes: BTreeMap<usize, BTreeMap<u16, u16>>,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(faces: &'a Faces, tree: &'a mut Tree, page: usize, tagged: bool) -> Self {
        let ops =
            vec![Op::SetLineCapStyle { cap: LineCapStyle::Butt }, Op::SetLineJoinStyle { join: LineJoinStyle::Round }];
        let codes =
            faces.iter().enumerate().filter(|(_, face)| face.cff).map(|(n, face)| (n, face.subset_numbers())).collect();
        Self {
            faces,
            tree,
            page,
            tagged,
            ops,
            mcids: 0,
            open: None,
            in_text: false,
            fill: None,
            stroke: None,
            font: None,
            codes,
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Op> {
        self.close();
        self.ops
    }

    /// Draws an atom whose piece has its upper left corner at `(left, top)`.
    pub(crate) fn atom(&mut self, atom: &Atom, (left, top): (f32, f32)) {
        // What a field looks like is decoration; what it is, the field itself says.
        self.mark(atom.tag.filter(|_| !matches!(atom.shape, Shape::Input(_))), None);
        let (x, y) = (left + atom.x, top - atom.y);
        match &atom.shape {
            Shape::Input(input) => {
                let drawn =
                    Atom { x: atom.x + input.x, y: atom.y + input.y, shape: input.shape(), tag: None, ..atom.clone() };
                self.atom(&drawn, (left, top));
            }
            Shape::Text { baseline, runs } => {
                for run in runs {
                    self.run(run, [1.0, 0.0, 0.0, 1.0, x, y - baseline]);
                }
            }
            Shape::Picture { number, width } => self.picture(*number, [*width, atom.height], (x, y)),
            Shape::Fill { path, ink } => self.filled(path, *ink, (x, y)),
            Shape::Ground { width, ink } => self.filled(&Path::rectangle(0.0, 0.0, *width, atom.height), *ink, (x, y)),
            Shape::Stroke { path, ink, width, dash } => self.stroked(path, (*ink, *width, *dash), (x, y)),
        }
    }

    fn footer(&mut self, [left, right]: &[Paragraph; 2], sheet: Sheet) {
        self.mark(None, Some("Footer"));
        let y = sheet.bottom - 18.0;
        let rule = Path::open(&[(0.0, 0.0), (sheet.measure(), 0.0)]);
        self.stroked(&rule, (Ink::Rule, HAIR, None), (sheet.left, y + 6.0));
        for (x, text) in [(sheet.left, left), (sheet.width - sheet.left - 70.0, right)] {
            for line in &text.lines {
                line.runs.iter().for_each(|run| self.run(run, [1.0, 0.0, 0.0, 1.0, x, y - line.top - line.baseline]));
            }
        }
    }

    /// Begins the marked content of `tag` unless it is open; `pagination` names what kind of page furniture it is.
    fn mark(&mut self, tag: Option<NodeId>, pagination: Option<&str>) {
        if !self.tagged || self.open == Some(tag) && pagination.is_none() {
            return;
        }
        self.close();
        let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
        let op = match (tag, pagination) {
            (Some(node), _) => {
                let mcid = self.mcids;
                self.mcids += 1;
                self.tree.give(node, Kid::Content { page: self.page, mcid });
                let role = self.tree.nodes.get(node).map_or("Span", |node| node.role);
                let number = DictItem::Int(i64::try_from(mcid).unwrap_or_default());
                let properties = DictItem::Dict { map: BTreeMap::from([("MCID".to_owned(), number)]) };
                Op::BeginMarkedContentWithProperties { tag: role.to_owned(), properties }
            }
            (None, Some(kind)) => {
                let map = BTreeMap::from([("Type".to_owned(), name("Pagination")), ("Subtype".to_owned(), name(kind))]);
                Op::BeginMarkedContentWithProperties { tag: "Artifact".to_owned(), properties: DictItem::Dict { map } }
            }
            (None, None) => Op::BeginMarkedContent { tag: "Artifact".to_owned() },
        };
        self.ops.push(op);
        self.open = Some(tag);
    }

    fn close(&mut self) {
        self.leave_text();
        if self.open.take().is_some() {
            self.ops.push(Op::EndMarkedContent);
        }
    }

    fn leave_text(&mut self) {
        if std::mem::take(&mut self.in_text) {
            self.ops.push(Op::EndTextSection);
        }
    }

    fn fill_with(&mut self, ink: Ink) {
        if self.fill.replace(ink) != Some(ink) {
            self.ops.push(Op::SetFillColor { col: colour(ink) });
        }
    }

    /// A picture fills the unit square; the matrix brings it to its size and place.
    fn picture(&mut self, number: usize, [width, height]: [f32; 2], (x, y): (f32, f32)) {
        self.leave_text();
        let matrix = CurTransMat::Raw([width, 0.0, 0.0, height, x, y - height].map(round));
        let transform = XObjectTransform { no_auto_scale: true, ..XObjectTransform::default() };
        self.ops.push(Op::SaveGraphicsState);
        self.ops.push(Op::SetTransformationMatrix { matrix });
        self.ops.push(Op::UseXobject { id: XObjectId(picture_name(number)), transform });
        self.ops.push(Op::RestoreGraphicsState);
    }

    fn filled(&mut self, path: &Path, ink: Ink, at: (f32, f32)) {
        self.leave_text();
        self.fill_with(ink);
        let rings = vec![PolygonRing { points: points(path, at) }];
        let polygon = Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero };
        self.ops.push(Op::DrawPolygon { polygon });
    }

    fn stroked(&mut self, path: &Path, style: (Ink, f32, Option<[f32; 2]>), at: (f32, f32)) {
        self.leave_text();
        let (ink, width, dash) = style;
        let before = self.stroke.replace(style);
        if before.map(|(ink, ..)| ink) != Some(ink) {
            self.ops.push(Op::SetOutlineColor { col: colour(ink) });
        }
        if before.map(|(_, width, _)| width) != Some(width) {
            self.ops.push(Op::SetOutlineThickness { pt: pt(width) });
        }
        if before.and_then(|(.., dash)| dash) != dash {
            let dash = dash.map_or_else(LineDashPattern::solid, |pattern| LineDashPattern::new(0.0, &pattern));
            self.ops.push(Op::SetLineDashPattern { dash });
        }
        let line = Line { points: points(path, at), is_closed: path.closed };
        self.ops.push(Op::DrawLine { line });
    }

    /// Shows a run; `matrix` maps the paragraph's left edge and the line's baseline to the page.
    fn run(&mut self, run: &Run, matrix: [f32; 6]) {
        if run.glyphs.is_empty() {
            return;
        }
        if !std::mem::replace(&mut self.in_text, true) {
            self.ops.push(Op::StartTextSection);
        }
        self.fill_with(run.ink);
        if self.font.replace((run.face, run.size)) != Some((run.face, run.size)) {
            let font = PdfFontHandle::External(FontId(resource_name(run.face)));
            self.ops.push(Op::SetFont { font, size: pt(run.size) });
        }
        for level in run.glyphs.chunk_by(|a, b| (a.rise - b.rise).abs() < f32::EPSILON) {
            let Some(first) = level.first() else { continue };
            let [a, b, c, d, x, y] = matrix;
            let at = (x + a * first.x + c * first.rise, y + b * first.x + d * first.rise);
            let matrix = if b == 0.0 {
                TextMatrix::Translate(pt(at.0), pt(at.1))
            } else {
                TextMatrix::Raw([a, b, c, d, round(at.0), round(at.1)])
            };
            self.ops.push(Op::SetTextMatrix { matrix });
            let items = vec![TextItem::GlyphIds(self.codepoints(run, level))];
            self.ops.push(Op::ShowText { items });
        }
    }

    /// The codes with what each has to be moved by, in 1/1000 em, so that the next one stands where the layout has it.
    fn codepoints(&self, run: &Run, glyphs: &[Glyph]) -> Vec<Codepoint> {
        let face = self.faces.get(run.face);
        let renumbered = self.codes.get(&run.face);
        let mut pen = glyphs.first().map_or(0.0, |glyph| glyph.x);
        let next = glyphs.iter().skip(1).map(Some).chain(std::iter::once(None));
        glyphs
            .iter()
            .zip(next)
            .map(|(glyph, next)| {
                pen += face.map_or(0.0, |face| face.width(glyph.code)) * run.size / 1000.0;
                let error = next.map_or(0.0, |next| (pen - next.x) * 1000.0 / run.size);
                let offset = if error.abs() < 1.0 { 0.0 } else { error.round() };
                pen -= offset * run.size / 1000.0;
                let code = match (renumbered, face.and_then(|face| face.entries.get(usize::from(glyph.code) - 1))) {
                    (Some(numbers), Some(entry)) => numbers.get(&entry.glyph).copied().unwrap_or_default(),
                    _ => glyph.code,
                };
                Codepoint::new(code, offset)
            })
            .collect()
    }
}

/// The name of a face in the pages' resources.
pub(crate) fn resource_name(face: usize) -> String {
    format!("T{face}")
}

/// The name of a picture in the pages' resources.
pub(crate) fn picture_name(number: usize) -> String {
    format!("P{number}")
}

fn points(path: &Path, (x, y): (f32, f32)) -> Vec<LinePoint> {
    let point =
        |p: &crate::piece::Point| LinePoint { p: printpdf::Point { x: pt(x + p.x), y: pt(y - p.y) }, bezier: p.handle };
    path.points.iter().map(point).collect()
}

fn colour(ink: Ink) -> Color {
    let [r, g, b] = ink.rgb();
    Color::Rgb(Rgb::new(r, g, b, None))
}

fn pt(value: f32) -> Pt {
    Pt(round(value))
}

/// 1/1000 point: finer than any printer, and short in the file.
pub(crate) fn round(value: f32) -> f32 {
    (value * 1000.0).round() / 1000.0
}

/// Words across every page.
struct Watermark {
    text: Paragraph,
    at: (f32, f32),
}

/// The slant of the watermark: cosine and sine, so that no machine computes them differently.
const SLANT: (f32, f32) = (0.766_044, 0.642_788);

impl Watermark {
    fn new(text: &str, sheet: Sheet, setter: &mut Typesetter) -> Self {
        let face = |size| Face { size, leading: size * 1.2, ink: Ink::Watermark, ..FOOTER.bold() };
        let tried = setter.one_line(text, face(100.0));
        let size = (100.0 * (sheet.width * 0.95) / tried.width.max(1.0)).min(110.0);
        let text = setter.one_line(text, face(size));
        let (cos, sin) = SLANT;
        let (along, across) = (text.width / 2.0, size * 0.36);
        let at = (sheet.width / 2.0 - cos * along + sin * across, sheet.height / 2.0 - sin * along - cos * across);
        Self { text, at }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        pen.mark(None, Some("Watermark"));
        let (cos, sin) = SLANT;
        for run in self.text.lines.iter().flat_map(|line| &line.runs) {
            pen.run(run, [cos, sin, -sin, cos, self.at.0, self.at.1]);
        }
    }
}
