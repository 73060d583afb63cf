//! Pieces onto pages: what belongs together stays together, what is too tall is cut, table heads come again.
//! Not in it: drawing.

use crate::piece::{Cut, Piece};
use std::collections::VecDeque;

/// A page's pieces with their distance from the top of the text column.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) placed: Vec<(f32, Piece)>,
}

/// A piece taller than this part of a page may be cut although it would rather not.
const TALL: f32 = 0.4;
/// A chain of pieces longer than this part of a page is held together only at its beginning.
const LONG: f32 = 0.5;
/// Less than this is no room for the first part of a cut piece.
const LEAST: f32 = 40.0;

/// Distributes `pieces` over pages whose text column is `body` tall. There is always at least one page.
pub(crate) fn paginate(pieces: Vec<Piece>, body: f32) -> Vec<Page> {
    let mut waiting: VecDeque<Piece> = pieces.into();
    let mut pages = Pages { done: Vec::new(), current: Page::default(), y: 0.0, body };
    while let Some(piece) = waiting.pop_front() {
        if piece.new_page {
            pages.turn();
            continue;
        }
        let room = body - pages.y - pages.space_before(&piece);
        if piece.height <= room && (pages.goes_on_with(&piece) || pages.chain_fits(&piece, &waiting, room)) {
            pages.put(piece);
            continue;
        }
        let fits_alone = piece.height <= room;
        match (!fits_alone && may_cut(&piece, body) && room >= LEAST).then(|| piece.divide(room)).flatten() {
            Some((first, second)) => {
                pages.put(first);
                waiting.push_front(second);
            }
            None if pages.is_blank() => pages.put_whatever(piece, &mut waiting),
            None => {
                pages.turn();
                waiting.push_front(piece);
            }
        }
    }
    pages.finish()
}

fn may_cut(piece: &Piece, body: f32) -> bool {
    match piece.cut {
        Cut::Never => piece.height > body,
        Cut::Lines => true,
        Cut::IfTall => piece.height > TALL * body,
    }
}

struct Pages {
    done: Vec<Page>,
    current: Page,
    y: f32,
    body: f32,
}

impl Pages {
    fn is_blank(&self) -> bool {
        self.current.placed.is_empty()
    }

    /// White space, or the head of a table that goes on here.
    fn space_before(&self, piece: &Piece) -> f32 {
        match (&piece.head, self.is_blank()) {
            (_, false) => piece.before,
            (Some(head), true) => head.height,
            (None, true) => 0.0,
        }
    }

    /// Whether `piece` was looked at with what stands before it: room was found for both. A heading in a long chain is
    /// looked at anew, so that it does not stay behind where the chain is parted.
    fn goes_on_with(&self, piece: &Piece) -> bool {
        let before = self.current.placed.last().map(|(_, before)| before);
        before.is_some_and(|before| before.keep_next && (piece.bookmark.is_none() || before.bookmark.is_some()))
    }

    /// Whether `piece`, and what it must not be parted from, has room here. Of a long chain, only as much as half a page
    /// has to: somewhere it must be parted.
    fn chain_fits(&self, piece: &Piece, waiting: &VecDeque<Piece>, room: f32) -> bool {
        let mut needed = piece.height;
        let mut last = piece;
        for next in waiting.iter().filter(|next| next.height > 0.0) {
            if !last.keep_next || needed > LONG * self.body {
                break;
            }
            needed += next.before;
            if may_cut(next, self.body) && needed + next.height > room {
                needed += next.height.min(LEAST);
                break;
            }
            needed += next.height;
            last = next;
        }
        needed <= room || self.is_blank()
    }

    fn put(&mut self, piece: Piece) {
        let space = self.space_before(&piece);
        if let (true, Some(head)) = (self.is_blank(), &piece.head) {
            self.current.placed.push((self.y, head.as_ref().clone()));
        }
        self.y += space;
        let at = self.y;
        self.y += piece.height;
        // White space alone would make a page that starts with it look filled.
        if piece.height > 0.0 {
            self.current.placed.push((at, piece));
        } else if self.is_blank() {
            self.y = 0.0;
        }
    }

    /// On an empty page: cut at the bottom if that is possible at all, else let it run over rather than lose it.
    fn put_whatever(&mut self, piece: Piece, waiting: &mut VecDeque<Piece>) {
        let room = self.body - self.space_before(&piece);
        match piece.divide(room) {
            Some((first, second)) => {
                self.put(first);
                waiting.push_front(second);
            }
            None => self.put(piece),
        }
    }

    fn turn(&mut self) {
        if !self.is_blank() {
            self.done.push(std::mem::take(&mut self.current));
        }
        self.y = 0.0;
    }

    fn finish(mut self) -> Vec<Page> {
        self.turn();
        if self.done.is_empty() {
            self.done.push(Page::default());
        }
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::piece::{Atom, Path, Shape};
    use crate::theme::Ink;
    use std::rc::Rc;

    fn lines(count: u8, cut: Cut) -> Piece {
        let shape = || Shape::Fill { path: Path::rectangle(0.0, 0.0, 1.0, 1.0), ink: Ink::Text };
        let atom = |n: u8| Atom {
            column: 0,
            x: 0.0,
            y: f32::from(n) * 10.0,
            height: 10.0,
            shape: shape(),
            tag: Some(usize::from(n)),
            link: None,
        };
        Piece { cut, ..Piece::of((0..count).map(atom).collect(), f32::from(count) * 10.0) }
    }

    fn heights(pages: &[Page]) -> Vec<Vec<f32>> {
        pages.iter().map(|page| page.placed.iter().map(|(_, piece)| piece.height).collect()).collect()
    }

    #[test]
    fn a_heading_moves_on_with_what_it_heads() {
        let heading = Piece { keep_next: true, ..lines(1, Cut::Never) };
        let pages = paginate(vec![lines(8, Cut::Never), heading.clone(), heading, lines(3, Cut::Never)], 100.0);
        assert_eq!(heights(&pages), [vec![80.0], vec![10.0, 10.0, 30.0]]);
    }

    #[test]
    fn a_chain_longer_than_a_page_is_parted_rather_than_lost() {
        let chained = || Piece { keep_next: true, ..lines(3, Cut::Never) };
        let pages = paginate((0..6).map(|_| chained()).collect(), 100.0);
        assert_eq!(heights(&pages), [vec![30.0; 3], vec![30.0; 3]]);
    }

    #[test]
    fn a_heading_does_not_stay_behind_when_the_words_under_it_go_on_with_what_they_introduce() {
        let heading = Piece { keep_next: true, ..lines(1, Cut::Never) };
        let words = Piece { keep_next: true, ..lines(2, Cut::Lines) };
        let pages = paginate(vec![lines(5, Cut::Never), heading, words, lines(4, Cut::Never)], 100.0);
        assert_eq!(heights(&pages), [vec![50.0], vec![10.0, 20.0, 40.0]]);
    }

    #[test]
    fn a_cut_leaves_two_lines_on_either_side() {
        let pages = paginate(vec![lines(5, Cut::Never), lines(6, Cut::Lines)], 100.0);
        assert_eq!(heights(&pages), [vec![50.0, 40.0], vec![20.0]]);
        let pages = paginate(vec![lines(9, Cut::Never), lines(6, Cut::Lines)], 100.0);
        assert_eq!(heights(&pages), [vec![90.0], vec![60.0]], "one line is no room");
    }

    #[test]
    fn a_row_is_cut_only_if_it_is_tall() {
        let pages = paginate(vec![lines(7, Cut::Never), lines(4, Cut::IfTall)], 100.0);
        assert_eq!(heights(&pages), [vec![70.0], vec![40.0]]);
        let pages = paginate(vec![lines(3, Cut::Never), lines(8, Cut::IfTall)], 100.0);
        assert_eq!(heights(&pages), [vec![30.0, 60.0], vec![20.0]], "two lines at least on the next page");
    }

    #[test]
    fn a_piece_of_several_pages_loses_no_line() {
        for cut in [Cut::Never, Cut::Lines, Cut::IfTall] {
            let pages = paginate(vec![lines(1, Cut::Never), lines(57, cut)], 100.0);
            let tags: Vec<usize> = pages
                .iter()
                .flat_map(|page| &page.placed)
                .flat_map(|(_, piece)| &piece.atoms)
                .filter_map(|atom| atom.tag)
                .collect();
            assert_eq!(tags, (0..1).chain(0..57).collect::<Vec<_>>(), "{cut:?}");
            assert!(pages.iter().flat_map(|page| &page.placed).all(|(y, piece)| y + piece.height <= 100.01));
        }
    }

    #[test]
    fn columns_of_a_row_are_cut_each_at_its_own_line_and_the_rule_stays_below() {
        let atom = lines(1, Cut::Never).atoms.remove(0);
        let mut row = lines(20, Cut::IfTall);
        row.atoms.push(Atom { column: 1, height: 7.0, ..atom.clone() });
        row.atoms.extend((0..25u8).map(|n| Atom { column: 2, y: f32::from(n) * 7.0, height: 7.0, ..atom.clone() }));
        row.atoms.push(Atom { column: crate::piece::EDGE, y: 204.0, height: 0.0, ..atom.clone() });
        row.height = 204.0;
        let (first, second) = row.divide(100.0).unwrap();
        let count = |piece: &Piece, column| piece.atoms.iter().filter(|atom| atom.column == column).count();
        assert_eq!([0, 1, 2, 255].map(|column| count(&first, column)), [9, 1, 13, 0]);
        assert_eq!([0, 1, 2, 255].map(|column| count(&second, column)), [11, 0, 12, 1]);
        assert!(first.height <= 100.0);
        assert_eq!(second.atoms.last().map(|atom| atom.y), Some(second.height));
    }

    #[test]
    fn a_head_comes_again_where_its_rows_go_on_and_nowhere_else() {
        let head = Rc::new(lines(1, Cut::Never).repeated());
        let row = || Piece { head: Some(Rc::clone(&head)), ..lines(3, Cut::Never) };
        let pages = paginate(vec![lines(1, Cut::Never), row(), row(), row(), row(), lines(1, Cut::Never)], 100.0);
        assert_eq!(heights(&pages), [vec![10.0, 30.0, 30.0, 30.0], vec![10.0, 30.0, 10.0]]);
    }

    #[test]
    fn white_space_neither_opens_a_page_nor_makes_one() {
        let pages =
            paginate(vec![lines(10, Cut::Never), Piece::gap(5.0), lines(1, Cut::Never), Piece::gap(95.0)], 100.0);
        assert_eq!(heights(&pages), [vec![100.0], vec![10.0]]);
        assert_eq!(pages[1].placed[0].0, 0.0);
        assert_eq!(paginate(Vec::new(), 100.0).len(), 1);
    }

    #[test]
    fn a_wanted_page_break_is_made_once() {
        let turn = || Piece { new_page: true, ..Piece::default() };
        let pages = paginate(vec![turn(), lines(1, Cut::Never), turn(), turn(), lines(1, Cut::Never), turn()], 100.0);
        assert_eq!(heights(&pages), [vec![10.0], vec![10.0]]);
    }
}
