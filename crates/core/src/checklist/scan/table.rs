//! Tables: the row under the head makes one, and rows after a comment go on with it.

use super::super::marker;
use super::{Block, Kind, More, Scanner};

impl<'t> Scanner<'t> {
    pub(super) fn is_table(&self, at: usize, rest: &str) -> bool {
        memchr::memchr(b'|', rest.as_bytes()).is_some()
            && at + 1 < self.starts.len()
            && marker::is_delimiter_row(self.bare(at + 1))
    }

    /// A line without indentation and quote marks.
    fn bare(&self, at: usize) -> &'t str {
        let line = marker::trim_start(self.content(at));
        if self.quotes > 0 { line.trim_start_matches(['>', ' ', '\t']) } else { line }
    }

    pub(super) fn table(&mut self, at: usize, rest: &'t str) -> usize {
        self.paragraph = false;
        let head = self.slice_of(rest);
        let mut rows = More::default();
        let mut next = at + 2;
        while next < self.starts.len() {
            let row = self.bare(next);
            if !row.contains('|') || marker::has_box_after_marker(row) || row.starts_with('#') {
                break;
            }
            let row = self.line_of(next, row);
            rows.push(row, &mut self.out.lines);
            next += 1;
        }
        self.push(at, Kind::Table { head, rows });
        next
    }

    /// Rows after a comment in a table go on with the table.
    pub(super) fn continue_table(&mut self, at: usize, rest: &'t str) -> bool {
        let above = self.out.blocks.iter().rev().take(8).find(|block| !matches!(block.kind, Kind::Comment(_)));
        let Some(Block { kind: Kind::Table { head, .. }, .. }) = above else { return false };
        if self.paragraph {
            return false;
        }
        let head = *head;
        let row = self.line_of(at, rest);
        if let Some(Block { kind: Kind::Table { rows, .. }, .. }) = self.out.blocks.last_mut() {
            rows.push(row, &mut self.out.lines);
        } else {
            let mut rows = More::default();
            rows.push(row, &mut self.out.lines);
            self.push(at, Kind::Table { head, rows });
        }
        true
    }
}
