//! The report model to PDF bytes: text laid out by `parley`, pages drawn by `printpdf`, the document finished (fonts,
//! structure, archive profile, attachments, empty signature fields) by `lopdf`. The same report and fonts give the same
//! bytes on every machine.
//!
//! The way through: `blocks` turn the report into pieces, `paginate` puts pieces on pages, `draw` turns pages into
//! drawing operations, `finish` makes the file. Deliberately not in it: what a report says (`countersign_core::report`),
//! records, signatures (`countersign-pades`), clocks and randomness.

mod appearance;
mod blocks;
mod draw;
mod finish;
mod fonts;
mod layout;
mod marks;
mod paginate;
mod piece;
mod structure;
mod theme;

pub use appearance::{SignatureAppearance, appearance, appearance_with};
pub use fonts::{Fonts, covered};

use countersign_core::report::Report;
use layout::Typesetter;
use structure::Tree;
use theme::Sheet;

/// A finished file.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The file.
    pub pdf: Vec<u8>,
    /// Characters for which no font had a glyph, as `U+0917`; the pages show each as `[U+0917]`.
    pub missing_glyphs: Vec<String>,
    /// How many pages there are.
    pub pages: usize,
}

/// How much the file promises to readers in the far future (ISO 19005-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Conformance {
    /// PDF/A-3a and PDF/UA-1: looks, text and logical structure.
    #[default]
    Accessible,
    /// PDF/A-3b: looks. For checkers that know no more than that.
    Basic,
}

/// Why a report could not be set.
#[derive(Debug, thiserror::Error)]
pub enum PagesError {
    /// A font handed in is none.
    #[error(
        "Font number {number} of those handed in (counted from 0) is no TrueType or OpenType font: leave it out or replace it."
    )]
    Font {
        /// Its place among the fonts handed in.
        number: usize,
    },
    /// A font could not be cut down to the glyphs used.
    #[error("The font «{name}» could not be reduced to the glyphs used ({reason}): leave it out or replace it.")]
    Subset {
        /// The font's own name.
        name: String,
        /// What the subsetter said.
        reason: String,
    },
    /// More different glyphs than one font can hold in a PDF.
    #[error("The report uses more than 65 535 different glyphs of the font «{name}»: divide the report.")]
    TooManyGlyphs {
        /// The font's own name.
        name: String,
    },
    /// Two attachments or two signature fields with one name.
    #[error("Two {what} of the report are called «{name}»: give each a name of its own.")]
    SameName {
        /// Attachments or signature fields.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// The PDF library refused.
    #[error("The PDF could not be written: {0}. This is a fault of the program; please report it with the record.")]
    Pdf(#[from] lopdf::Error),
    /// Writing to memory failed.
    #[error("The PDF could not be written: {0}. Free some memory and try again.")]
    Write(#[from] std::io::Error),
}

/// Sets a report in the bundled fonts.
///
/// # Errors
/// When two attachments or fields share a name, or a font cannot be embedded. A missing glyph is no error: see
/// [`Rendered::missing_glyphs`].
pub fn render(report: &Report) -> Result<Rendered, PagesError> {
    render_with(report, &Fonts::bundled())
}

/// Sets a report in `fonts`.
///
/// # Errors
/// As [`render`], and when one of the fonts is none.
pub fn render_with(report: &Report, fonts: &Fonts) -> Result<Rendered, PagesError> {
    render_as(report, fonts, Conformance::default())
}

/// Sets a report in `fonts`, promising `conformance`.
///
/// # Errors
/// As [`render_with`].
pub fn render_as(report: &Report, fonts: &Fonts, conformance: Conformance) -> Result<Rendered, PagesError> {
    finish::check_names(report)?;
    let mut setter = Typesetter::new(fonts)?;
    let mut tree = Tree::new();
    let footer = setter.words(&report.footer, theme::FOOTER, Sheet::of(report.paper).measure() - 80.0);
    let sheet = Sheet::of(report.paper).with_footer(footer.height);
    let pieces = blocks::compose(report, sheet, &mut setter, &mut tree);
    let pages = paginate::paginate(pieces, sheet.body());
    let furniture = draw::Furniture { footer: &report.footer, watermark: report.watermark.as_deref() };
    let tagged = conformance == Conformance::Accessible;
    let drawn = draw::draw(&pages, sheet, &furniture, &mut setter, &mut tree, tagged);
    let count = drawn.pages.len();
    let pdf = finish::finish(report, sheet, drawn, &setter.faces, tagged.then_some(&tree))?;
    Ok(Rendered { pdf, missing_glyphs: setter.missing(), pages: count })
}
