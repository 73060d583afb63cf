//! Files inside the file (ISO 19005-3, 6.8), each with how it relates to the document.

use super::{date, integer, text};
use countersign_core::report::{EmbeddedFile, Relation};
use countersign_core::time::Timestamp;
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

/// Adds `files`; returns the name tree and the list of associated files, or nothing without files.
pub(super) fn attachments(doc: &mut Document, files: &[EmbeddedFile], when: Timestamp) -> Option<(Dictionary, Object)> {
    if files.is_empty() {
        return None;
    }
    let mut named = Vec::new();
    let mut list = Vec::new();
    for file in files {
        let media_type = if file.media_type.is_empty() { "application/octet-stream" } else { &file.media_type };
        let content = doc.add_object(Stream::new(
            dictionary! {
                "Type" => "EmbeddedFile",
                "Subtype" => Object::Name(media_type.as_bytes().to_vec()),
                "Params" => dictionary! { "Size" => integer(file.bytes.len()), "ModDate" => date(when) },
            },
            file.bytes.clone(),
        ));
        let relation = match file.relation {
            Relation::Source => "Source",
            Relation::Supplement => "Supplement",
        };
        let specification = doc.add_object(dictionary! {
            "Type" => "Filespec",
            "F" => text(&file.name),
            "UF" => text(&file.name),
            "Desc" => text(&file.description),
            "AFRelationship" => relation,
            "EF" => dictionary! { "F" => content, "UF" => content },
        });
        named.push((file.name.clone(), specification));
        list.push(specification.into());
    }
    // Readers search the tree by halving: it has to be in the order of its keys' bytes.
    let key = |name: &str| match text(name) {
        Object::String(bytes, _) => bytes,
        _ => Vec::new(),
    };
    named.sort_by_key(|(name, _)| key(name));
    let names = named.iter().flat_map(|(name, id)| [text(name), (*id).into()]).collect::<Vec<Object>>();
    Some((dictionary! { "Names" => names }, Object::Array(list)))
}
