//! The file around the pages: fonts, structure, archive profile, outline, attachments, links, empty signature fields.
//! Written as one revision with a plain cross-reference table, so that signatures can be added as further revisions.
//! Not in it: page content, and signing.

mod attach;
mod fonts;
mod form;
mod icc;
mod inputs;
mod outline;
mod pictures;
mod tags;
mod xmp;

use crate::draw::{Drawn, round};
use crate::fonts::Faces;
use crate::structure::{NodeId, Tree};
use crate::theme::Sheet;
use crate::{Conformance, PagesError};
use countersign_core::report::Report;
use countersign_core::time::Timestamp;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use printpdf::{Mm, Op, PdfDocument, PdfPage, PdfSaveOptions};
use std::collections::BTreeSet;

pub(crate) use fonts::font_resources;

/// An annotation that a structure element holds.
pub(crate) struct Annotation {
    id: ObjectId,
    page: usize,
    tag: NodeId,
}

/// The finished file. Without `tree` it is not tagged, and promises only level B.
pub(crate) fn finish(
    report: &Report,
    sheet: Sheet,
    mut drawn: Drawn,
    faces: &Faces,
    tree: Option<&Tree>,
) -> Result<Vec<u8>, PagesError> {
    let mut doc = page_objects(std::mem::take(&mut drawn.pages), sheet.width, sheet.height);
    let pages: Vec<ObjectId> = doc.get_pages().into_values().collect();
    let fonts = font_resources(&mut doc, faces)?;
    let mut annotations = links(&mut doc, &drawn, &pages);
    let signatures = form::fields(&mut doc, &report.signatures, &drawn, &pages, &mut annotations);
    let inputs = inputs::fields(&mut doc, &report.fields, &drawn, &pages, &mut annotations);
    let form = form::form(&mut doc, signatures, inputs);
    let promise = match tree {
        _ if !report.fields.is_empty() => None,
        Some(_) => Some(Conformance::Accessible),
        None => Some(Conformance::Basic),
    };
    let pictures = pictures::resources(&mut doc, report);
    dress_pages(&mut doc, &pages, (fonts, pictures), &annotations, tree.is_some(), sheet)?;

    let mut catalog = dictionary! {
        "Type" => "Catalog",
        "Pages" => doc.catalog()?.get(b"Pages")?.clone(),
        "Lang" => text(language(report)),
        "ViewerPreferences" => dictionary! { "DisplayDocTitle" => true },
        "Metadata" => doc.add_object(xmp::metadata(report, promise)),
        "OutputIntents" => vec![doc_output_intent(&mut doc)],
    };
    if let Some(tree) = tree {
        catalog.set("MarkInfo", dictionary! { "Marked" => true });
        catalog.set("StructTreeRoot", tags::structure(&mut doc, tree, &pages, &annotations));
    }
    if let Some(outlines) = outline::outline(&mut doc, &drawn.bookmarks, &pages) {
        catalog.set("Outlines", outlines);
        catalog.set("PageMode", "UseOutlines");
    }
    if let Some((names, files)) = attach::attachments(&mut doc, &report.attachments, report.created) {
        catalog.set("Names", dictionary! { "EmbeddedFiles" => names });
        catalog.set("AF", files);
    }
    if let Some(form) = form {
        catalog.set("AcroForm", form);
    }
    let root = doc.add_object(catalog);
    let info = doc.add_object(information(report));
    let id = Object::String(report.identity.as_bytes().iter().take(16).copied().collect(), StringFormat::Hexadecimal);
    doc.trailer = dictionary! { "Root" => root, "Info" => info, "ID" => vec![id.clone(), id] };
    save(doc)
}

/// printpdf's document for the drawn pages.
pub(crate) fn page_objects(pages: Vec<Vec<Op>>, width: f32, height: f32) -> Document {
    let mut made = PdfDocument::new("");
    made.pages =
        pages.into_iter().map(|ops| PdfPage::new(Mm(width * 0.352_778), Mm(height * 0.352_778), ops)).collect();
    let mut doc = made.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    doc.version = "1.7".to_owned();
    doc
}

/// Compresses and writes; what nothing refers to is left out.
pub(crate) fn save(mut doc: Document) -> Result<Vec<u8>, PagesError> {
    doc.prune_objects();
    doc.renumber_objects();
    doc.compress();
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Names that must be the only one of their kind in a file.
pub(crate) fn check_names(report: &Report) -> Result<(), PagesError> {
    unique("attachments", report.attachments.iter().map(|file| &file.name))?;
    unique("form fields", report.fields.iter().map(|field| &field.name))?;
    unique("signature fields", report.signatures.iter().map(|slot| &slot.field))
}

fn unique<'a>(what: &'static str, mut names: impl Iterator<Item = &'a String>) -> Result<(), PagesError> {
    let mut seen = BTreeSet::new();
    match names.find(|name| !seen.insert(*name)) {
        Some(name) => Err(PagesError::SameName { what, name: name.clone() }),
        None => Ok(()),
    }
}

fn dress_pages(
    doc: &mut Document,
    pages: &[ObjectId],
    (fonts, pictures): (ObjectId, Option<Dictionary>),
    annotations: &[Annotation],
    tagged: bool,
    sheet: Sheet,
) -> Result<(), PagesError> {
    let mut resources = dictionary! { "Font" => fonts };
    if let Some(pictures) = pictures {
        resources.set("XObject", pictures);
    }
    let resources = doc.add_object(resources);
    for (number, id) in pages.iter().enumerate() {
        let page = doc.get_object_mut(*id)?.as_dict_mut()?;
        page.remove(b"TrimBox");
        page.remove(b"CropBox");
        page.set("MediaBox", rectangle([0.0, 0.0, sheet.width, sheet.height]));
        page.set("Resources", resources);
        let own: Vec<Object> = annotations.iter().filter(|a| a.page == number).map(|a| a.id.into()).collect();
        if own.is_empty() {
            page.remove(b"Annots");
        } else {
            page.set("Annots", own);
        }
        if tagged {
            page.set("Tabs", "S");
            page.set("StructParents", integer(number));
        }
    }
    Ok(())
}

fn links(doc: &mut Document, drawn: &Drawn, pages: &[ObjectId]) -> Vec<Annotation> {
    let mut annotations = Vec::new();
    for (page, place, link, tag) in &drawn.links {
        let number = pages.len() + annotations.len();
        let action = dictionary! { "S" => "URI", "URI" => Object::string_literal(link.uri.as_str()) };
        let id = doc.add_object(dictionary! {
            "Type" => "Annot",
            "Subtype" => "Link",
            "Rect" => rectangle(*place),
            "Border" => vec![0.into(), 0.into(), 0.into()],
            "F" => 4,
            "Contents" => text(&format!("{} ({})", link.words.trim(), link.uri)),
            "A" => action,
            "StructParent" => integer(number),
        });
        annotations.push(Annotation { id, page: *page, tag: *tag });
    }
    annotations
}

fn doc_output_intent(doc: &mut Document) -> Object {
    let profile = doc.add_object(Stream::new(dictionary! { "N" => 3 }, icc::srgb()));
    let condition = "sRGB IEC61966-2.1";
    Object::Dictionary(dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal(condition),
        "Info" => Object::string_literal(condition),
        "DestOutputProfile" => profile,
    })
}

/// Undetermined (BCP 47), if the report does not say.
fn language(report: &Report) -> &str {
    match report.language.trim() {
        "" => "und",
        stated => stated,
    }
}

fn information(report: &Report) -> Dictionary {
    dictionary! {
        "Title" => text(&report.title),
        "Author" => text(&report.author),
        "Subject" => text(&report.subtitle),
        "Creator" => text(xmp::CREATOR),
        "Producer" => text(xmp::PRODUCER),
        "CreationDate" => date(report.created),
        "ModDate" => date(report.created),
    }
}

/// A text string (ISO 32000-1, 7.9.2.2).
pub(crate) fn text(value: &str) -> Object {
    if value.chars().all(|c| matches!(c, ' '..='~')) {
        return Object::string_literal(value);
    }
    let units = std::iter::once(0xfeff).chain(value.encode_utf16());
    Object::String(units.flat_map(u16::to_be_bytes).collect(), StringFormat::Hexadecimal)
}

/// A date (ISO 32000-1, 7.9.4).
fn date(time: Timestamp) -> Object {
    Object::string_literal(time.utc().format("D:%Y%m%d%H%M%SZ").to_string())
}

fn rectangle(place: [f32; 4]) -> Object {
    Object::Array(place.map(|value| Object::Real(round(value))).to_vec())
}

fn integer(value: usize) -> Object {
    Object::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}
