//! The empty signature fields (ISO 32000-1, 12.7.4.5), all of them in the first revision: a field added after a
//! certifying signature would be an illegal change. The last one locks the form.

use super::{Annotation, integer, rectangle, text};
use crate::draw::Drawn;
use countersign_core::report::SignatureSlot;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

/// Signatures exist, and changes are to be appended only.
const SIGNATURES_EXIST_APPEND_ONLY: i64 = 3;

/// The form of these fields, if there are any. Fields to fill in name the fonts for what is typed; they come from the reader.
pub(super) fn form(doc: &mut Document, signatures: Vec<Object>, inputs: Vec<Object>) -> Option<ObjectId> {
    let (signed, filled) = (!signatures.is_empty(), !inputs.is_empty());
    if !signed && !filled {
        return None;
    }
    let mut form = dictionary! { "Fields" => [signatures, inputs].concat() };
    if signed {
        form.set("SigFlags", SIGNATURES_EXIST_APPEND_ONLY);
    }
    if filled {
        form.set("DA", Object::string_literal(super::inputs::WRITTEN));
        form.set("DR", super::inputs::resources(doc));
    }
    Some(doc.add_object(form))
}

/// Adds one field per slot, in order.
pub(super) fn fields(
    doc: &mut Document,
    slots: &[SignatureSlot],
    drawn: &Drawn,
    pages: &[ObjectId],
    annotations: &mut Vec<Annotation>,
) -> Vec<Object> {
    let mut fields: Vec<Object> = Vec::new();
    for (number, slot) in slots.iter().enumerate() {
        let Some((page, place, _, tag)) = drawn.fields.iter().find(|(_, _, slot, _)| *slot == number) else { continue };
        let blank = doc.add_object(blank(*place));
        let name = format!("Signature: {}, {}, {}", slot.role, slot.person, slot.meaning);
        let mut widget = dictionary! {
            "Type" => "Annot",
            "Subtype" => "Widget",
            "FT" => "Sig",
            "T" => text(&slot.field),
            "TU" => text(&name),
            "Contents" => text(&name),
            "Rect" => rectangle(*place),
            "P" => pages.get(*page).copied().unwrap_or_default(),
            "F" => 4,
            "AP" => dictionary! { "N" => blank },
            "StructParent" => integer(pages.len() + annotations.len()),
        };
        if number + 1 == slots.len() {
            let lock = dictionary! { "Type" => "SigFieldLock", "Action" => "All" };
            widget.set("Lock", doc.add_object(lock));
        }
        let id = doc.add_object(widget);
        annotations.push(Annotation { id, page: *page, tag: *tag });
        fields.push(id.into());
    }
    fields
}

/// An appearance that shows nothing: every field must have one (ISO 19005-3, 6.3.3).
fn blank([left, bottom, right, top]: [f32; 4]) -> Stream {
    let dict = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => rectangle([0.0, 0.0, right - left, top - bottom]),
        "Resources" => Dictionary::new(),
    };
    Stream::new(dict, Vec::new())
}
