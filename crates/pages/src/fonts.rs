//! The faces that a report may use: the bundled ones and those handed in for other scripts. A face hands out one code per
//! pair of glyph and text, so that the text of each glyph can be read back from the file whatever the glyph stands for.
//! The bundled faces are DejaVu's; their licence stands in `LICENSE-DEJAVU-FONTS` beside this crate's manifest.
//! Not in it: how a face is written into the file ([`crate::finish`]), and looking for fonts on the machine.

use crate::PagesError;
use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::{FontContext, FontData};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::{GlyphMetrics, Metrics};
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider as _};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The fonts to set a report in. The bundled faces cover Latin, Greek, Cyrillic, Hebrew, Arabic and the symbols that
/// reports use; other scripts come from fonts handed in with [`Fonts::with`].
#[derive(Clone, Default)]
pub struct Fonts {
    extra: Vec<Arc<Vec<u8>>>,
}

impl Fonts {
    /// Only the bundled faces.
    pub fn bundled() -> Self {
        Self::default()
    }

    /// These fonts, and after them the font file `bytes` (TrueType, OpenType or a collection), asked in the order given
    /// for what the earlier ones lack. The same fonts in the same order give the same file.
    #[must_use]
    pub fn with(mut self, bytes: Vec<u8>) -> Self {
        self.extra.push(Arc::new(bytes));
        self
    }
}

/// Those of the characters for which a font file (of a collection: its first face) has a glyph. None for what is no font.
pub fn covered(bytes: &[u8], wanted: &[char]) -> Vec<char> {
    let Ok(font) = FontRef::from_index(bytes, 0) else { return Vec::new() };
    let map = font.charmap();
    wanted.iter().copied().filter(|c| map.map(*c).is_some_and(|glyph| glyph.to_u32() != 0)).collect()
}

/// Family names under which parley knows the faces. Ours, not the fonts' own, so that no name inside a font file decides.
const SANS: &str = "Countersign Sans";
const MONO: &str = "Countersign Mono";

/// The faces of one rendering.
pub(crate) struct Faces {
    pub(crate) context: FontContext,
    /// Family lists in CSS notation; the order is the fallback.
    pub(crate) sans: String,
    pub(crate) mono: String,
    list: Vec<Embedded>,
    known: HashMap<(u64, u32), usize>,
}

impl Faces {
    pub(crate) fn new(fonts: &Fonts) -> Result<Self, PagesError> {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let bundled: [(&str, &'static [u8]); 3] = [
            (SANS, dejavu::sans_condensed::regular()),
            (SANS, dejavu::sans_condensed::bold()),
            (MONO, dejavu::sans_mono::regular()),
        ];
        for (family, bytes) in bundled {
            register(&mut collection, Blob::new(Arc::new(bytes)), family);
        }
        let (mut sans, mut mono) = (format!("\"{SANS}\""), format!("\"{MONO}\", \"{SANS}\""));
        for (number, bytes) in fonts.extra.iter().enumerate() {
            let family = format!("Countersign Extra {number}");
            if !register(&mut collection, Blob::new(Arc::new(SharedBytes(Arc::clone(bytes)))), &family) {
                return Err(PagesError::Font { number });
            }
            sans.push_str(&format!(", \"{family}\""));
            mono.push_str(&format!(", \"{family}\""));
        }
        let context = FontContext { collection, source_cache: SourceCache::default() };
        Ok(Self { context, sans, mono, list: Vec::new(), known: HashMap::new() })
    }

    /// The number of the face that parley took, in order of first use.
    pub(crate) fn number_of(&mut self, font: &FontData) -> usize {
        let list = &mut self.list;
        *self.known.entry((font.data.id(), font.index)).or_insert_with(|| {
            list.push(Embedded::new(font.clone()));
            list.len() - 1
        })
    }

    pub(crate) fn get(&self, number: usize) -> Option<&Embedded> {
        self.list.get(number)
    }

    pub(crate) fn get_mut(&mut self, number: usize) -> Option<&mut Embedded> {
        self.list.get_mut(number)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Embedded> {
        self.list.iter()
    }
}

struct SharedBytes(Arc<Vec<u8>>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn register(collection: &mut Collection, blob: Blob<u8>, family: &str) -> bool {
    let named = FontInfoOverride { family_name: Some(family), ..Default::default() };
    !collection.register_fonts(blob, Some(named)).is_empty()
}

/// A face as it is embedded: which glyphs, under which codes, meaning which text.
pub(crate) struct Embedded {
    pub(crate) font: FontData,
    pub(crate) name: String,
    pub(crate) metrics: Metrics,
    /// CFF outlines: the file format leaves no choice of codes, they are the glyph numbers of the subset.
    pub(crate) cff: bool,
    codes: HashMap<u16, Vec<(Box<str>, u16)>>,
    /// By code − 1: glyph, text, width in 1/1000 em.
    pub(crate) entries: Vec<Entry>,
}

/// What a code stands for.
pub(crate) struct Entry {
    pub(crate) glyph: u16,
    pub(crate) text: Box<str>,
    pub(crate) width: f32,
}

impl Embedded {
    fn new(font: FontData) -> Self {
        let parsed = FontRef::from_index(font.data.as_ref(), font.index).ok();
        let name = parsed
            .as_ref()
            .and_then(|font| font.localized_strings(StringId::POSTSCRIPT_NAME).english_or_first())
            .map(|name| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "Font".to_owned());
        let metrics = parsed.as_ref().map(|font| font.metrics(Size::unscaled(), LocationRef::default()));
        let cff = parsed.as_ref().is_some_and(|font| {
            use skrifa::raw::TableProvider as _;
            font.glyf().is_err()
        });
        Self { font, name, metrics: metrics.unwrap_or_default(), cff, codes: HashMap::new(), entries: Vec::new() }
    }

    /// Font units in 1/1000 em.
    pub(crate) fn per_mille(&self, units: f32) -> f32 {
        units * 1000.0 / f32::from(self.metrics.units_per_em.max(1))
    }

    /// The code of `glyph` where it stands for `text`; 0, which is no code, when all 65 535 are given away.
    pub(crate) fn code(&mut self, glyph: u16, text: &str) -> u16 {
        let texts = self.codes.entry(glyph).or_default();
        if let Some((_, code)) = texts.iter().find(|(known, _)| **known == *text) {
            return *code;
        }
        let Ok(code) = u16::try_from(self.entries.len() + 1) else { return 0 };
        texts.push((text.into(), code));
        let width = glyph_width(&self.font, glyph).unwrap_or_default();
        let width = self.per_mille(width).round();
        self.entries.push(Entry { glyph, text: text.into(), width });
        code
    }

    /// Width of a code in 1/1000 em, as a reader of the file will take it.
    pub(crate) fn width(&self, code: u16) -> f32 {
        usize::from(code).checked_sub(1).and_then(|at| self.entries.get(at)).map_or(0.0, |entry| entry.width)
    }

    /// The glyphs used, ascending, with the number that each gets in the subset: `.notdef` keeps 0.
    pub(crate) fn subset_numbers(&self) -> BTreeMap<u16, u16> {
        let used: std::collections::BTreeSet<u16> =
            self.entries.iter().map(|entry| entry.glyph).filter(|g| *g != 0).collect();
        std::iter::once(0).chain(used).zip(0u16..).collect()
    }
}

fn glyph_width(font: &FontData, glyph: u16) -> Option<f32> {
    let parsed = FontRef::from_index(font.data.as_ref(), font.index).ok()?;
    GlyphMetrics::new(&parsed, Size::unscaled(), LocationRef::default())
        .advance_width(skrifa::GlyphId::new(u32::from(glyph)))
}
