//! Blocks as the scan leaves them: places in the text, not text, in 40 bytes each.

use std::num::NonZeroU32;

/// Offsets and counts fit in 32 bits, as longer files are not read.
pub(super) fn saturated(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A stretch of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::checklist) struct Slice {
    start: u32,
    length: u32,
}

impl Slice {
    pub(super) fn of(start: usize, length: usize) -> Self {
        Self { start: saturated(start), length: saturated(length) }
    }

    /// What it is in `text`, the one that was scanned.
    pub(in crate::checklist) fn of_text(self, text: &str) -> &str {
        let start = self.start as usize;
        text.get(start..start + self.length as usize).unwrap_or_default()
    }
}

/// One line of a block: where it starts in the text, and what it says without quote marks, list marker and indentation.
#[derive(Clone, Copy, Debug)]
pub(in crate::checklist) struct Line {
    pub(super) start: u32,
    pub(in crate::checklist) words: Slice,
}

impl Line {
    pub(in crate::checklist) fn new(start: usize, words: Slice) -> Self {
        Self { start: saturated(start), words }
    }

    pub(in crate::checklist) const fn start(&self) -> usize {
        self.start as usize
    }
}

/// The lines of a paragraph or item; most have just one.
#[derive(Clone, Copy, Debug)]
pub(in crate::checklist) struct Lines {
    pub(in crate::checklist) first: Slice,
    pub(in crate::checklist) more: More,
}

impl Lines {
    pub(super) fn of(first: Slice) -> Self {
        Self { first, more: More::default() }
    }
}

/// Further lines of a block, kept beside the blocks. Only the last block gets any, so a block's lie together.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::checklist) struct More {
    from: u32,
    count: u32,
}

impl More {
    pub(in crate::checklist) const fn is_empty(self) -> bool {
        self.count == 0
    }

    pub(super) fn push(&mut self, line: Line, lines: &mut Vec<Line>) {
        if self.count == 0 {
            self.from = saturated(lines.len());
        }
        lines.push(line);
        self.count += 1;
    }

    /// Takes the last one out.
    pub(super) fn pop(&mut self, lines: &mut Vec<Line>) -> Option<Line> {
        self.count = self.count.checked_sub(1)?;
        lines.pop()
    }

    /// What they are in `lines`, the ones that were scanned.
    pub(in crate::checklist) fn of_lines(self, lines: &[Line]) -> &[Line] {
        let from = self.from as usize;
        lines.get(from..from + self.count as usize).unwrap_or_default()
    }
}

/// A stretch of whole lines of one kind.
#[derive(Clone, Copy, Debug)]
pub(in crate::checklist) struct Block {
    start: u32,
    parent: Parent,
    /// How many list items it is nested in.
    pub(in crate::checklist) depth: u8,
    pub(in crate::checklist) kind: Kind,
}

/// The index of a block, counted from 1.
pub(super) type Parent = Option<NonZeroU32>;

/// A block's index as its children hold it.
pub(super) fn parent(block: usize) -> Parent {
    NonZeroU32::new(saturated(block).saturating_add(1))
}

impl Block {
    pub(super) fn new(start: usize, parent: Parent, depth: u8, kind: Kind) -> Self {
        Self { start: saturated(start), parent, depth, kind }
    }

    /// Text offset of its first character; the next block's start is its end.
    pub(in crate::checklist) const fn start(&self) -> usize {
        self.start as usize
    }

    /// The index of the list item block that it belongs to.
    pub(in crate::checklist) fn parent(&self) -> Option<usize> {
        self.parent.map(|parent| parent.get() as usize - 1)
    }
}

#[derive(Clone, Copy, Debug)]
pub(in crate::checklist) enum Kind {
    Blank,
    FrontMatter(Slice),
    Heading {
        level: u8,
        text: Slice,
    },
    /// The number is empty if it is a bullet's.
    Item {
        number: Slice,
        lines: Lines,
    },
    Paragraph(Lines),
    Fence {
        info: Slice,
        body: Slice,
    },
    Indented(Slice),
    Table {
        head: Slice,
        rows: More,
    },
    Rule,
    Comment(Slice),
    Definitions,
}
