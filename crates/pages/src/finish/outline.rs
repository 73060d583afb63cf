//! Bookmarks, nested as the headings are (ISO 32000-1, 12.3.3).

use super::{integer, text};
use crate::draw::{Target, round};
use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

/// With more bookmarks than this, the lower levels are folded away at first.
const UNFOLDED: usize = 30;

struct Entry<'a> {
    target: &'a Target,
    id: ObjectId,
    kids: Vec<Entry<'a>>,
}

/// Adds the outline of `targets`; nothing if there are none.
pub(super) fn outline(doc: &mut Document, targets: &[Target], pages: &[ObjectId]) -> Option<ObjectId> {
    let entries = nest(doc, targets);
    if entries.is_empty() {
        return None;
    }
    let root = doc.new_object_id();
    let unfolded = targets.len() <= UNFOLDED;
    let count = if unfolded { targets.len() } else { entries.len() };
    let mut dict = write(doc, &entries, root, pages, unfolded);
    dict.set("Type", "Outlines");
    dict.set("Count", integer(count));
    doc.set_object(root, dict);
    Some(root)
}

/// An entry belongs to the last one before it of a higher level.
fn nest<'a>(doc: &mut Document, targets: &'a [Target]) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    let mut rest = targets;
    while let Some((target, after)) = rest.split_first() {
        let own = after.iter().take_while(|next| next.level > target.level).count();
        let (below, others) = after.split_at(own);
        let id = doc.new_object_id();
        let kids = nest(doc, below);
        entries.push(Entry { target, id, kids });
        rest = others;
    }
    entries
}

/// Writes siblings; returns what their parent has to say of them.
fn write(
    doc: &mut Document,
    entries: &[Entry<'_>],
    parent: ObjectId,
    pages: &[ObjectId],
    unfolded: bool,
) -> Dictionary {
    for (at, entry) in entries.iter().enumerate() {
        let mut dict = write(doc, &entry.kids, entry.id, pages, unfolded);
        let page = pages.get(entry.target.page).copied().unwrap_or_default();
        dict.set("Title", text(&entry.target.title));
        dict.set("Parent", parent);
        dict.set(
            "Dest",
            vec![page.into(), "XYZ".into(), Object::Null, Object::Real(round(entry.target.y)), Object::Null],
        );
        if !entry.kids.is_empty() {
            let below = i64::try_from(if unfolded { size(&entry.kids) } else { entry.kids.len() }).unwrap_or_default();
            dict.set("Count", if unfolded { below } else { -below });
        }
        if let Some(previous) = at.checked_sub(1).and_then(|at| entries.get(at)) {
            dict.set("Prev", previous.id);
        }
        if let Some(next) = entries.get(at + 1) {
            dict.set("Next", next.id);
        }
        doc.set_object(entry.id, dict);
    }
    match (entries.first(), entries.last()) {
        (Some(first), Some(last)) => dictionary! { "First" => first.id, "Last" => last.id },
        _ => Dictionary::new(),
    }
}

fn size(entries: &[Entry<'_>]) -> usize {
    entries.iter().map(|entry| 1 + size(&entry.kids)).sum()
}
