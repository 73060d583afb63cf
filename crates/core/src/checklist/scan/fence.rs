//! Code fences: where they end, also when they do not.

use super::super::marker::{self, Fence};
use super::containers::Container;
use super::{Kind, Oddity, Scanner};

/// How often the rest of a file may be searched in vain for the end of a fence.
pub(super) const MAX_SEARCHES: u8 = 12;

impl<'t> Scanner<'t> {
    pub(super) fn fence(&mut self, at: usize, fence: Fence<'t>) -> usize {
        self.paragraph = false;
        let kind = usize::from(fence.tilde);
        let hopeless = self.unclosed.get(kind).is_some_and(|length| fence.length >= *length);
        let end = if hopeless { FenceEnd::Nowhere { prose: true } } else { self.fence_end(at + 1, &fence) };
        let (body_end, next, closed) = match end {
            FenceEnd::Closed(line) => (line, line + 1, true),
            FenceEnd::Cut(line) => (line, line, false),
            FenceEnd::Nowhere { prose } => {
                self.searches = self.searches.saturating_add(1);
                if let Some(length) = self.unclosed.get_mut(kind) {
                    *length = fence.length.min(*length);
                }
                let to = if prose && self.searches < MAX_SEARCHES { at + 1 } else { self.starts.len() };
                (to, to, false)
            }
        };
        if !closed {
            self.out.oddities.push((self.start(at), Oddity::UnclosedFence));
        }
        let body = self.lines(at + 1, body_end);
        let info = self.slice_of(fence.info);
        self.push(at, Kind::Fence { info, body });
        next
    }

    fn fence_end(&mut self, from: usize, fence: &Fence<'_>) -> FenceEnd {
        let content = match self.stack.last() {
            Some(Container::Item { content, .. }) => *content,
            _ => 0,
        };
        let mut prose = false;
        for line in from..self.starts.len() {
            let text = self.content(line);
            let bare = if self.quotes > 0 {
                match text.trim_start().strip_prefix('>') {
                    Some(bare) => bare.trim_start_matches(['>', ' ', '\t']),
                    None => return FenceEnd::Cut(line),
                }
            } else {
                marker::trim_start(text)
            };
            // Most lines of code start with something else than a fence, a list marker or a heading.
            let structure = match bare.as_bytes().first() {
                Some(b'`' | b'~') => {
                    if fence.closes(bare) {
                        return FenceEnd::Closed(line);
                    }
                    let like = |other: Fence<'_>| other.tilde == fence.tilde && other.length >= fence.length;
                    if Fence::opening(bare).is_some_and(like) {
                        self.out.oddities.push((self.start(line), Oddity::ReopenedFence));
                    }
                    false
                }
                Some(b'#') => marker::heading(bare).is_some_and(|(level, _)| level > 1),
                Some(b'-' | b'*' | b'+' | b'0'..=b'9' | 0xe2) => marker::has_box_after_marker(bare),
                _ => false,
            };
            if !structure {
                continue;
            }
            let outside =
                content > 0 && self.quotes == 0 && text.len() - bare.len() < content && !text.starts_with('\t');
            if outside {
                return FenceEnd::Cut(line);
            }
            prose = true;
        }
        FenceEnd::Nowhere { prose }
    }
}

enum FenceEnd {
    /// By the fence in this line.
    Closed(usize),
    /// Because its list item or quote ends before this line.
    Cut(usize),
    /// Nowhere in the file; `prose` if what follows has headings or boxes.
    Nowhere { prose: bool },
}
