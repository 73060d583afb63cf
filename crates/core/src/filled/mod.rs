//! A record back into its checklist: the file with ticks and values in their places, and every other byte as it was.
//!
//! Works on the file's bytes, whatever their encoding and line ends; where each item stands, the template says. Deliberately not
//! here: what a Markdown file cannot say in its own places, such as notes, evidence, earlier answers. The report has those.

mod place;
mod write;

use crate::record::View;
use place::Lines;

/// A change of the file: these bytes are taken away, and this is put in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    at: usize,
    length: usize,
    text: String,
}

/// The checklist of a record with what was entered. `bytes` is the file that the record's template was read from.
///
/// A box is ticked when its task is done, and carries another mark with a word at the end of its place when it was set aside. A box that
/// came ticked and is open in the record is emptied. Blanks give way to values, and a sign-off line to who signed when.
pub fn filled(bytes: &[u8], view: &View) -> Vec<u8> {
    let lines = Lines::of(bytes);
    let mut edits = write::edits(&lines, view);
    edits.sort_by_key(|edit| edit.at);
    let plain = std::str::from_utf8(bytes).is_err();
    let mut out = Vec::with_capacity(bytes.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut done = 0;
    for Edit { at, length, text } in edits {
        // Two items in one place: the first has it.
        let Some(between) = bytes.get(done..at) else { continue };
        out.extend_from_slice(between);
        if plain {
            out.extend(entities(&text).into_bytes())
        } else {
            out.extend(text.into_bytes())
        }
        done = at + length;
    }
    out.extend_from_slice(bytes.get(done..).unwrap_or_default());
    out
}

/// In a file that is no UTF-8, letters beyond ASCII are written so that no reader can mistake them.
fn entities(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("&#x{:X};", u32::from(c)) }).collect()
}
