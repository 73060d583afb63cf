//! What a signed field shows: a small page of its own, with its own fonts, for the signing code to put into the field.
//! The document's fonts cannot serve: they hold only the glyphs of the pages, and a signature may not change them.

use crate::draw::Pen;
use crate::fonts::Fonts;
use crate::layout::{Paragraph, Typesetter};
use crate::marks;
use crate::piece::{Path, Shape, line_atom};
use crate::structure::Tree;
use crate::theme::{Face, Ink, SMALL};
use crate::{PagesError, finish};
use countersign_core::report::Tone;
use lopdf::dictionary;

/// What stands in a signed field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignatureAppearance {
    /// In which role the person signed.
    pub role: String,
    /// Who signed.
    pub name: String,
    /// What signing meant.
    pub meaning: String,
    /// When, as the signer's machine says.
    pub when: String,
    /// The certificate's fingerprint.
    pub fingerprint: String,
}

const PAD: f32 = 6.0;
const ICON: f32 = 16.0;

/// A PDF of one page, `width` by `height` points, fonts embedded: content stream and resources to make a form XObject of.
/// Text that does not fit is set smaller.
///
/// # Errors
/// When a font cannot be embedded.
pub fn appearance(lines: &SignatureAppearance, width: f32, height: f32) -> Result<Vec<u8>, PagesError> {
    appearance_with(lines, width, height, &Fonts::bundled())
}

/// As [`appearance`], set in `fonts`.
///
/// # Errors
/// As [`appearance`], and when one of the fonts is none.
pub fn appearance_with(
    lines: &SignatureAppearance,
    width: f32,
    height: f32,
    fonts: &Fonts,
) -> Result<Vec<u8>, PagesError> {
    let mut setter = Typesetter::new(fonts)?;
    let text_x = PAD + ICON + 8.0;
    let room = (width - text_x - PAD).max(20.0);
    let set = fitting(lines, &mut setter, room, (height - 2.0 * PAD).max(8.0));
    let mut tree = Tree::new();
    let mut pen = Pen::new(&setter.faces, &mut tree, 0, false);
    let origin = (0.0, height);
    let mut ground = marks::tone(Tone::Good, PAD, (height - ICON) / 2.0, ICON, None);
    if let Some(atom) = ground.first().cloned() {
        let frame = Path::rounded(0.4, 0.4, width - 0.8, height - 0.8, 3.0);
        let at_corner = |shape| crate::piece::Atom { x: 0.0, y: 0.0, shape, ..atom.clone() };
        ground.insert(0, at_corner(Shape::Stroke { path: frame.clone(), ink: Ink::Good, width: 0.8, dash: None }));
        ground.insert(0, at_corner(Shape::Fill { path: frame, ink: Ink::GoodSoft }));
    }
    ground.iter().for_each(|atom| pen.atom(atom, origin));
    let total: f32 = set.iter().map(|text| text.height).sum();
    let mut y = (height - total) / 2.0;
    for text in &set {
        for line in &text.lines {
            pen.atom(&line_atom(line, line.runs.clone(), text_x, y, 0, None), origin);
        }
        y += text.height;
    }
    let mut doc = finish::page_objects(vec![pen.finish()], width, height);
    let fonts = finish::font_resources(&mut doc, &setter.faces)?;
    let pages: Vec<_> = doc.get_pages().into_values().collect();
    for id in pages {
        let page = doc.get_object_mut(id)?.as_dict_mut()?;
        page.set("Resources", dictionary! { "Font" => fonts });
        page.remove(b"Annots");
    }
    doc.trailer.remove(b"Info");
    doc.trailer.remove(b"ID");
    finish::save(doc)
}

/// The lines in the largest type in which they fit, down to a size that can hardly be read.
fn fitting(lines: &SignatureAppearance, setter: &mut Typesetter, width: f32, height: f32) -> Vec<Paragraph> {
    let [role, name, meaning, when, fingerprint] = lines.lines();
    let quiet = SMALL.ink(Ink::Quiet);
    let texts = [
        (format!("Signed: {name}"), SMALL.bold(), 8.6),
        (format!("{role} · {meaning}"), SMALL, 7.6),
        (when.to_owned(), quiet, 7.0),
        (fingerprint.to_owned(), quiet.mono(), 5.6),
    ];
    let mut set = Vec::new();
    for scale in [1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.5, 0.4] {
        set = texts
            .iter()
            .filter(|(text, ..)| !text.trim().is_empty())
            .map(|(text, face, size)| {
                let size = size * scale;
                setter.words(text, Face { size, leading: size * 1.32, ..*face }, width)
            })
            .collect();
        if set.iter().map(|text| text.height).sum::<f32>() <= height {
            break;
        }
    }
    set
}
