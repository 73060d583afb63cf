//! The files that a PDF carries (ISO 32000-2 section 7.11.4), found by the catalog's name tree.

use std::collections::BTreeSet;

use crate::pdf::{File, Object, PdfError, Ref};

const MAX_NODES: usize = 4096;
const MAX_ATTACHMENTS: usize = 1024;

/// A file inside the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, as the document says. It is no path: do not save under it unchecked.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Every attachment, in the order of the name tree.
pub(crate) fn read(file: &File<'_>) -> Result<Vec<Attachment>, PdfError> {
    let Object::Dict(names) = file.at(&file.catalog()?, "Names")? else { return Ok(Vec::new()) };
    let mut waiting: Vec<Object> = names.get("EmbeddedFiles").cloned().into_iter().collect();
    let mut seen: BTreeSet<Ref> = BTreeSet::new();
    let (mut found, mut nodes) = (Vec::new(), 0usize);
    while let Some(node) = waiting.pop() {
        nodes += 1;
        if nodes > MAX_NODES || found.len() > MAX_ATTACHMENTS {
            return Err(PdfError::TooLarge { what: "attachments", limit: MAX_ATTACHMENTS });
        }
        if node.as_ref().is_some_and(|id| !seen.insert(id)) {
            continue;
        }
        let Object::Dict(dict) = file.resolve(&node)? else { continue };
        if let Object::Array(kids) = file.at(&dict, "Kids")? {
            waiting.extend(kids.into_iter().rev());
        }
        if let Object::Array(pairs) = file.at(&dict, "Names")? {
            for pair in pairs.chunks_exact(2) {
                let [key, specification] = pair else { continue };
                found.extend(attachment(file, key, specification)?);
            }
        }
    }
    Ok(found)
}

fn attachment(file: &File<'_>, key: &Object, specification: &Object) -> Result<Option<Attachment>, PdfError> {
    let Object::Dict(specification) = file.resolve(specification)? else { return Ok(None) };
    let Object::Dict(embedded) = file.at(&specification, "EF")? else { return Ok(None) };
    let data = match file.at(&embedded, "UF")? {
        Object::Null => file.at(&embedded, "F")?,
        other => other,
    };
    let Object::Stream(stream) = data else { return Ok(None) };
    let text = |key: &str| -> Result<Option<String>, PdfError> { Ok(file.at(&specification, key)?.as_text()) };
    let name = match text("UF")? {
        Some(name) => Some(name),
        None => text("F")?,
    };
    let name = name.or_else(|| key.as_text()).unwrap_or_default();
    Ok(Some(Attachment { name, bytes: file.decode(&stream)? }))
}
