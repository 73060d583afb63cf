//! The items of a checklist: mark, what it asks, the answer, and on the right, quietly, its state in words, who and when.
//! Reasons, notes and earlier values stand beneath, indented.

use super::Composition;
use crate::marks;
use crate::piece::{Atom, Cut, Piece};
use crate::structure::{NodeId, ROOT};
use crate::theme::{BODY, Face, HAIR, Ink, SMALL};
use countersign_core::report::{ItemRow, Mark, Span, Style};

const INDENT: f32 = 15.0;
const MARK: f32 = 9.0;
/// From a mark's left edge to its text.
const HANG: f32 = 17.0;
const WHO: f32 = 108.0;
const GAP: f32 = 12.0;
const TOP: f32 = 4.5;
const BOTTOM: f32 = 4.5;

/// The lists that are open while rows come, outermost first.
#[derive(Default)]
struct Lists(Vec<List>);

struct List {
    depth: u8,
    element: NodeId,
    /// The body of its last item: where a deeper list goes.
    body: NodeId,
}

impl Composition<'_> {
    pub(super) fn items(&mut self, rows: &[ItemRow]) {
        let mut lists = Lists::default();
        for (number, row) in rows.iter().enumerate() {
            let only_words =
                row.mark == Mark::None && is_blank(&row.answer) && row.who.is_empty() && row.when.is_empty();
            let mut piece = if only_words { self.between(row, &mut lists) } else { self.item(row, &mut lists) };
            let deeper = rows.get(number + 1).is_some_and(|next| next.depth > row.depth);
            piece.keep_next = deeper || only_words || super::keeps_next(number, rows.len());
            piece.keep_next &= number + 1 < rows.len();
            if number == 0 {
                piece.before = 6.0;
            }
            self.pieces.push(piece);
        }
        self.pieces.push(Piece::gap(4.0));
    }

    fn item(&mut self, row: &ItemRow, lists: &mut Lists) -> Piece {
        let body = self.open_item(row, lists);
        let x = f32::from(row.depth.min(8)) * INDENT;
        let (state, ink) = marks::word(row.mark);
        let mut atoms = match body.label {
            Some(label) => marks::mark(row.mark, x, TOP + 1.9, MARK, Some(label)),
            None => Vec::new(),
        };
        let text_x = x + HANG;
        let main = self.measure - WHO - GAP;
        let answered = !is_blank(&row.answer);
        let answer_x = main * 0.56;
        let beside = answered && answer_x - GAP - text_x > 90.0;
        let face = if matches!(row.mark, Mark::NotApplicable) { BODY.ink(Ink::Quiet) } else { BODY };
        let text_width = if beside { answer_x - GAP - text_x } else { main - text_x };
        let (text, mut bottom) = self.cell(&row.text, face, (text_x, TOP), text_width, 0, body.content);
        atoms.extend(text);
        if beside {
            let (answer, end) = self.cell(&row.answer, BODY, (answer_x, TOP), main - answer_x, 1, body.content);
            atoms.extend(answer);
            bottom = bottom.max(end);
        } else if answered {
            let (answer, end) = self.cell(&row.answer, BODY, (text_x, bottom), main - text_x, 0, body.content);
            atoms.extend(answer);
            bottom = end;
        }
        let who = [Span::new(state, style_of(ink)), Span::new(who_and_when(row), Style::Quiet)];
        let (who, end) = self.cell(&who, SMALL.ink(Ink::Quiet), (self.measure - WHO, TOP + 1.4), WHO, 2, body.content);
        atoms.extend(who);
        for detail in &row.details {
            let (detail, end) =
                self.cell(detail, SMALL.ink(Ink::Quiet), (text_x, bottom + 1.5), main - text_x, 0, body.content);
            atoms.extend(detail);
            bottom = end;
        }
        let height = bottom.max(end) + BOTTOM;
        atoms.push(super::rule(x, height, self.measure - x, HAIR, Ink::Hair));
        Piece { cut: Cut::IfTall, ..Piece::of(atoms, height) }
    }

    /// Words between the items.
    fn between(&mut self, row: &ItemRow, lists: &mut Lists) -> Piece {
        let x = f32::from(row.depth.min(8)) * INDENT;
        lists.close_to(row.depth);
        let parent = lists.0.last().map_or(ROOT, |list| list.body);
        if row.depth == 0 {
            lists.0.clear();
        }
        let (atoms, bottom) =
            self.cell(&row.text, BODY.ink(Ink::Quiet), (x, 7.0), self.measure - WHO - GAP - x, 0, parent);
        let mut piece = Piece { cut: Cut::Lines, ..Piece::of(atoms, bottom + 3.0) };
        for detail in &row.details {
            let (detail, end) =
                self.cell(detail, SMALL.ink(Ink::Quiet), (x, piece.height), self.measure - WHO - x, 0, parent);
            piece.atoms.extend(detail);
            piece.height = end + 2.0;
        }
        piece
    }

    fn cell(
        &mut self,
        text: &[Span],
        face: Face,
        at: (f32, f32),
        width: f32,
        column: u8,
        parent: NodeId,
    ) -> (Vec<Atom>, f32) {
        let set = self.setter.spans(text, face, width);
        let tag = self.tree.add(parent, "P");
        (self.place(&set, at, column, tag), at.1 + set.height)
    }

    fn open_item(&mut self, row: &ItemRow, lists: &mut Lists) -> ItemElements {
        let depth = row.depth;
        lists.close_to(depth);
        let list = match lists.0.last() {
            Some(list) if list.depth == depth => list.element,
            outer => self.tree.add(outer.map_or(ROOT, |list| list.body), "L"),
        };
        let item = self.tree.add(list, "LI");
        let label = (row.mark != Mark::None).then(|| self.tree.add_described(item, "Lbl", marks::word(row.mark).0));
        let content = self.tree.add(item, "LBody");
        lists.0.retain(|open| open.depth < depth);
        lists.0.push(List { depth, element: list, body: content });
        ItemElements { label, content }
    }
}

struct ItemElements {
    label: Option<NodeId>,
    content: NodeId,
}

impl Lists {
    fn close_to(&mut self, depth: u8) {
        self.0.retain(|list| list.depth <= depth);
    }
}

fn is_blank(text: &[Span]) -> bool {
    text.iter().all(|span| span.text.trim().is_empty())
}

fn style_of(ink: Ink) -> Style {
    match ink {
        Ink::Good => Style::Good,
        Ink::Bad => Style::Bad,
        Ink::Unsure => Style::Unsure,
        _ => Style::Strong,
    }
}

/// Who on the line of the state, when on the next.
fn who_and_when(row: &ItemRow) -> String {
    let gap = if row.mark == Mark::None || row.who.is_empty() { "" } else { "  " };
    let line = if row.when.is_empty() { "" } else { "\n" };
    format!("{gap}{}{line}{}", row.who, row.when)
}
