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
        if piece.height <= room && pages.chain_fits(&piece, &waiting, room) {
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

    /// Whether `piece`, and what it must not be parted from, has room here. A chain that would not even fit an empty
    /// page has to be parted somewhere.
    fn chain_fits(&self, piece: &Piece, waiting: &VecDeque<Piece>, room: f32) -> bool {
        let mut needed = piece.height;
        let mut last = piece;
        for next in waiting.iter().filter(|next| next.height > 0.0) {
            if !last.keep_next {
                break;
            }
            needed += next.before + if may_cut(next, self.body) { next.height.min(LEAST) } else { next.height };
            last = next;
        }
        needed <= room || needed > self.body || self.is_blank()
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
