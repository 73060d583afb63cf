//! Fonts into the file (ISO 32000-1, 9.7): subset, widths, and the text of every code.

use crate::PagesError;
use crate::draw::resource_name;
use crate::fonts::{Embedded, Faces};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use subsetter::GlyphRemapper;

/// Adds all faces that were used; returns the dictionary for pages' resources.
pub(crate) fn font_resources(doc: &mut Document, faces: &Faces) -> Result<ObjectId, PagesError> {
    let mut fonts = Dictionary::new();
    for (number, face) in faces.iter().enumerate().filter(|(_, face)| !face.entries.is_empty()) {
        fonts.set(resource_name(number), font(doc, face)?);
    }
    Ok(doc.add_object(fonts))
}

fn font(doc: &mut Document, face: &Embedded) -> Result<ObjectId, PagesError> {
    if face.entries.len() >= usize::from(u16::MAX) {
        return Err(PagesError::TooManyGlyphs { name: face.name.clone() });
    }
    let numbers = face.subset_numbers();
    let mut remapper = GlyphRemapper::new();
    for glyph in numbers.keys() {
        remapper.remap(*glyph);
    }
    let subset = subsetter::subset(face.font.data.as_ref(), face.font.index, &remapper)
        .map_err(|reason| PagesError::Subset { name: face.name.clone(), reason: reason.to_string() })?;
    let name = format!("{}+{}", tag(&subset), face.name);
    let codes = Codes::new(face, &numbers);
    let descriptor = descriptor(doc, face, &name, subset);
    let mut descendant = dictionary! {
        "Type" => "Font",
        "Subtype" => if face.cff { "CIDFontType0" } else { "CIDFontType2" },
        "BaseFont" => Object::Name(name.clone().into_bytes()),
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::string_literal("Adobe"),
            "Ordering" => Object::string_literal("Identity"),
            "Supplement" => 0,
        },
        "FontDescriptor" => descriptor,
        "W" => codes.widths(),
    };
    if !face.cff {
        let map: Vec<u8> = codes.by_code.values().flat_map(|code| code.glyph.to_be_bytes()).collect();
        // Codes are 1, 2, 3…; code 0 is `.notdef`.
        let map = [vec![0, 0], map].concat();
        descendant.set("CIDToGIDMap", doc.add_object(Stream::new(Dictionary::new(), map)));
    }
    let descendant = doc.add_object(descendant);
    let to_unicode = doc.add_object(Stream::new(Dictionary::new(), codes.to_unicode().into_bytes()));
    Ok(doc.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "Type0",
        "BaseFont" => Object::Name(name.into_bytes()),
        "Encoding" => "Identity-H",
        "DescendantFonts" => vec![descendant.into()],
        "ToUnicode" => to_unicode,
    }))
}

struct Code<'a> {
    glyph: u16,
    text: &'a str,
    width: f32,
}

/// What each code of the file stands for. CFF fonts take their codes from the subset's glyph numbers, so one glyph that
/// stands for two texts gives the first.
struct Codes<'a> {
    by_code: BTreeMap<u16, Code<'a>>,
}

impl<'a> Codes<'a> {
    fn new(face: &'a Embedded, numbers: &BTreeMap<u16, u16>) -> Self {
        let mut by_code = BTreeMap::new();
        for (entry, code) in face.entries.iter().zip(1u16..) {
            let glyph = numbers.get(&entry.glyph).copied().unwrap_or_default();
            let code = if face.cff { glyph } else { code };
            by_code.entry(code).or_insert(Code { glyph, text: &entry.text, width: entry.width });
        }
        Self { by_code }
    }

    fn widths(&self) -> Object {
        let first = self.by_code.keys().next().copied().unwrap_or(1);
        #[expect(clippy::cast_possible_truncation, reason = "rounded widths of at most a few thousand")]
        let widths = self.by_code.values().map(|code| Object::Integer(code.width as i64)).collect();
        Object::Array(vec![Object::Integer(first.into()), Object::Array(widths)])
    }

    fn to_unicode(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering \
             (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> \
             <FFFF>\nendcodespacerange\n",
        );
        let lines: Vec<String> = self
            .by_code
            .iter()
            .map(|(code, entry)| {
                let text: String = entry.text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
                format!("<{code:04X}> <{text}>\n")
            })
            .collect();
        for block in lines.chunks(100) {
            map.push_str(&format!("{} beginbfchar\n{}endbfchar\n", block.len(), block.concat()));
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        map
    }
}

fn descriptor(doc: &mut Document, face: &Embedded, name: &str, subset: Vec<u8>) -> ObjectId {
    const SYMBOLIC: i64 = 4;
    let metrics = &face.metrics;
    let unit = |value: f32| Object::Real(face.per_mille(value).round());
    let bounds = metrics.bounds.unwrap_or_default();
    let mut descriptor = dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => Object::Name(name.as_bytes().to_vec()),
        "Flags" => SYMBOLIC,
        "FontBBox" => vec![unit(bounds.x_min), unit(bounds.y_min), unit(bounds.x_max), unit(bounds.y_max)],
        "ItalicAngle" => Object::Real(metrics.italic_angle),
        "Ascent" => unit(metrics.ascent),
        "Descent" => unit(metrics.descent),
        "CapHeight" => unit(metrics.cap_height.unwrap_or(metrics.ascent)),
        "StemV" => 80,
    };
    let (key, stream) = if face.cff {
        let bare = table(&subset, *b"CFF ").unwrap_or(&subset).to_vec();
        ("FontFile3", Stream::new(dictionary! { "Subtype" => "CIDFontType0C" }, bare))
    } else {
        let length = super::integer(subset.len());
        ("FontFile2", Stream::new(dictionary! { "Length1" => length }, subset))
    };
    descriptor.set(key, doc.add_object(stream));
    doc.add_object(descriptor)
}

/// A table of an OpenType file (ISO/IEC 14496-22, 4.3).
fn table(font: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    let count = usize::from(u16::from_be_bytes([*font.get(4)?, *font.get(5)?]));
    let number = |record: &[u8], at: usize| {
        record
            .get(at..at + 4)
            .and_then(|b| b.try_into().ok())
            .map(u32::from_be_bytes)
            .and_then(|n| usize::try_from(n).ok())
    };
    let record =
        (0..count).filter_map(|at| font.get(12 + at * 16..28 + at * 16)).find(|record| record.starts_with(&wanted))?;
    let (offset, length) = (number(record, 8)?, number(record, 12)?);
    font.get(offset..offset.checked_add(length)?)
}

/// Six letters that tell this subset from others of the same font (ISO 32000-1, 9.6.4).
fn tag(subset: &[u8]) -> String {
    Sha256::digest(subset).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}
