//! Code spans: where they end.

/// By length of backtick runs: whether a closing run may still follow.
pub(super) struct Closed([bool; 32]);

impl Default for Closed {
    fn default() -> Self {
        Self([true; 32])
    }
}

/// How many backticks stand at `at`.
pub(super) fn run_length(text: &str, at: usize) -> usize {
    text.as_bytes().get(at..).unwrap_or_default().iter().take_while(|&&byte| byte == b'`').count()
}

/// The end of a code span's inside, if a run of the same length follows.
pub(super) fn code_end(text: &str, at: usize, length: usize, closed: &mut Closed) -> Option<usize> {
    let slot = closed.0.get_mut(length)?;
    if !*slot {
        return None;
    }
    let mut next = at + length;
    while let Some(found) = text.as_bytes().get(next..).and_then(|rest| memchr::memchr(b'`', rest)) {
        next += found;
        let run = run_length(text, next);
        if run == length {
            return Some(next);
        }
        next += run;
    }
    *slot = false;
    None
}
