//! References to what is put in when a probe runs: `${env:NAME}` and `${captured}`. Values never come here.

use std::ops::Range;

/// What a reference stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference<'a> {
    /// A variable of the environment.
    Environment(&'a str),
    /// What an earlier step captured.
    Captured(&'a str),
}

/// The references in a text, in order.
pub fn references(text: &str) -> Vec<Reference<'_>> {
    places(text).map(|(_, reference)| reference).collect()
}

/// The text with its references replaced.
///
/// # Errors
/// What `value` says of the first reference that it has none for.
pub fn fill<E>(text: &str, mut value: impl FnMut(Reference<'_>) -> Result<String, E>) -> Result<String, E> {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (place, reference) in places(text) {
        out += text.get(from..place.start).unwrap_or_default();
        out += &value(reference)?;
        from = place.end;
    }
    out += text.get(from..).unwrap_or_default();
    Ok(out)
}

fn places(text: &str) -> impl Iterator<Item = (Range<usize>, Reference<'_>)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text.get(from..)?.find("${")?;
            from = start + 2;
            let Some(length) = text.get(from..)?.find('}') else { continue };
            let inside = text.get(from..from + length)?;
            let (name, reference) = match inside.strip_prefix("env:") {
                Some(name) => (name, Reference::Environment(name)),
                None => (inside, Reference::Captured(inside)),
            };
            if is_name(name) {
                let end = from + length + 1;
                from = end;
                return Some((start..end, reference));
            }
        }
    })
}

/// Letters, digits and `_`, and no digit first.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
