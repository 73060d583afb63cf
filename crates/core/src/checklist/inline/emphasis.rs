//! Which runs of `*`, `_` and `~` are emphasis marks, and which are blanks to write on.
//!
//! One pass, linear in the length of the text, before the text itself is read.

use super::code::{Closed, code_end, run_length};
use super::html::skip_angle;
use super::link::url_length;
use std::ops::Range;

/// A run of `*`, `_` or `~` that is no text.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) range: Range<usize>,
    pub(super) blank: bool,
}

/// The runs found in a text, in order, and the room that finding them needs; kept from line to line.
#[derive(Default)]
pub(super) struct Marks {
    found: Vec<Run>,
    /// Runs that may open emphasis, for each of the three signs.
    open: [Vec<Opener>; 3],
    next: usize,
}

impl Marks {
    /// The run that starts at `at`, if one does. Asked for in order.
    pub(super) fn at(&mut self, at: usize) -> Option<&Run> {
        while self.found.get(self.next).is_some_and(|run| run.range.start < at) {
            self.next += 1;
        }
        self.found.get(self.next).filter(|run| run.range.start == at)
    }
}

/// Bytes that count where emphasis is looked for.
static ACTIVE: [bool; 256] = super::table(b"*_~\\`<h");

struct Opener {
    start: usize,
    end: usize,
}

impl Marks {
    /// Pairs emphasis marks off; runs of two and more underscores that have no partner are blanks.
    pub(super) fn find(&mut self, text: &str) {
        let bytes = text.as_bytes();
        self.found.clear();
        self.open.iter_mut().for_each(Vec::clear);
        self.next = 0;
        let mut closed = Closed::default();
        let mut at = 0;
        while let Some(ahead) =
            bytes.get(at..).and_then(|rest| rest.iter().position(|byte| super::is_in(&ACTIVE, *byte)))
        {
            at += ahead;
            at = self.take(text, at, &mut closed);
        }
        let [_, underscores, _] = &self.open;
        self.found.extend(underscores.iter().filter_map(blank));
        self.found.sort_unstable_by_key(|run| run.range.start);
    }

    /// Reads what stands at `at`, and gives where to go on.
    fn take(&mut self, text: &str, at: usize, closed: &mut Closed) -> usize {
        let rest = text.get(at..).unwrap_or_default();
        let bytes = rest.as_bytes();
        let Some(&byte) = bytes.first() else { return at + 1 };
        let kind = match byte {
            b'*' => 0,
            b'_' => 1,
            b'~' => 2,
            b'\\' => return at + 2,
            b'`' => {
                let length = run_length(text, at);
                return code_end(text, at, length, closed).map_or(at + length, |end| end + length);
            }
            b'<' => return at + skip_angle(rest),
            _ if rest.starts_with("http") => return at + url_length(rest).max(1),
            _ => return at + 1,
        };
        let length = bytes.iter().take_while(|&&next| next == byte).count();
        if let Some(length) = mangled_blank(rest, length) {
            self.found.push(Run { range: at..at + length, blank: true });
            return at + length;
        }
        let end = at + length;
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(end..).and_then(|after| after.chars().next());
        if let Some(stack) = self.open.get_mut(kind) {
            pair(Opener { start: at, end }, Around { before, after, kind }, stack, &mut self.found);
        }
        end
    }
}

/// A blank that a formatter took for emphasis: `******\_\_\_******`, `**\_**`. How long it is, if `text` starts with one.
fn mangled_blank(text: &str, stars: usize) -> Option<usize> {
    if stars < 2 || !text.starts_with('*') {
        return None;
    }
    let inside = text.get(stars..)?.as_bytes();
    let marks = inside.chunks(2).take_while(|pair| *pair == b"\\_").count();
    let after = inside.get(marks * 2..)?;
    let closing = after.iter().take_while(|&&byte| byte == b'*').count();
    (marks > 0 && closing == stars).then_some(stars * 2 + marks * 2)
}

struct Around {
    before: Option<char>,
    after: Option<char>,
    kind: usize,
}

fn pair(run: Opener, around: Around, stack: &mut Vec<Opener>, found: &mut Vec<Run>) {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let (opens, closes) = match around.kind {
        1 => {
            let starts = |c: char| c.is_alphanumeric() || matches!(c, '*' | '[' | '`' | '(' | '"' | '«' | '@' | '#');
            let ends =
                |c: char| c.is_alphanumeric() || matches!(c, '*' | ']' | '`' | ')' | '"' | '»' | '.' | '!' | '?' | ':');
            (
                around.after.is_some_and(starts) && !word(around.before),
                around.before.is_some_and(ends) && !word(around.after),
            )
        }
        2 if run.end - run.start != 2 => (false, false),
        _ if around.before.is_some_and(|c| c.is_ascii_digit()) && around.after.is_some_and(|c| c.is_ascii_digit()) => {
            (false, false)
        }
        _ => (!space(around.after), !space(around.before)),
    };
    if closes && let Some(opener) = stack.pop() {
        let length = (opener.end - opener.start).min(run.end - run.start);
        let whole = around.kind == 1 && opener.end - opener.start != run.end - run.start && length > 1;
        if whole {
            // Runs of underscores of different lengths are two blanks.
            found.extend(blank(&opener));
            stack.push(run);
            return;
        }
        found.push(Run { range: opener.end - length..opener.end, blank: false });
        found.push(Run { range: run.start..run.start + length, blank: false });
        if opener.end - opener.start > length {
            stack.push(Opener { start: opener.start, end: opener.end - length });
        }
        if run.end - run.start > length {
            stack.push(Opener { start: run.start + length, end: run.end });
        }
        return;
    }
    if opens {
        stack.push(run);
    } else if around.kind == 1 && !(word(around.before) && word(around.after)) && run.end - run.start >= 2 {
        found.push(Run { range: run.start..run.end, blank: true });
    }
}

/// An opening run of underscores that nothing closes.
fn blank(opener: &Opener) -> Option<Run> {
    (opener.end - opener.start >= 2).then_some(Run { range: opener.start..opener.end, blank: true })
}
