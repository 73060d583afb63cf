//! Text into lines of positioned glyphs: shaping, fallback, direction and line breaks by `parley`, without its types
//! leaving this file. Not in it: where a line stands on a page.

use crate::fonts::{Faces, Fonts};
use crate::theme::{Face, Ink};
use crate::{PagesError, SignatureAppearance};
use countersign_core::report::{FormPart, Slot, Span, Style};
use parley::{
    Alignment, AlignmentOptions, FontFamily, FontWeight, InlineBox, InlineBoxKind, Layout, LayoutContext, LineHeight,
    OverflowWrap, PositionedLayoutItem, StyleProperty, VerticalAlign,
};
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

/// A text broken into lines; y runs down from its top.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paragraph {
    pub(crate) lines: Vec<Line>,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// A line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) top: f32,
    pub(crate) height: f32,
    /// From the line's top down.
    pub(crate) baseline: f32,
    pub(crate) runs: Vec<Run>,
    pub(crate) holes: Vec<Hole>,
}

/// Room that a line leaves for something else than text; y runs down from the line's top.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hole {
    /// Which of those asked for.
    pub(crate) number: usize,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// The size of a hole, and how much of its height is below the baseline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HoleSize {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) below: f32,
}

/// Glyphs of one face, size and ink; x runs from the paragraph's left edge.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) face: usize,
    pub(crate) size: f32,
    pub(crate) ink: Ink,
    pub(crate) glyphs: Vec<Glyph>,
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) struck: bool,
    pub(crate) link: Option<Rc<Link>>,
}

/// A link's target and its words.
#[derive(Debug, PartialEq)]
pub(crate) struct Link {
    pub(crate) uri: String,
    pub(crate) words: String,
    /// Distinguishes two links of one paragraph with the same target.
    pub(crate) number: usize,
}

/// A glyph by its code in its face.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    pub(crate) code: u16,
    pub(crate) x: f32,
    /// Above the baseline.
    pub(crate) rise: f32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Brush {
    ink: Ink,
    struck: bool,
    /// Number of the span, + 1, that is a link.
    link: u16,
}

/// Sets text, and remembers what could not be set.
pub(crate) struct Typesetter {
    pub(crate) faces: Faces,
    layouts: LayoutContext<Brush>,
    missing: BTreeSet<char>,
}

impl Typesetter {
    pub(crate) fn new(fonts: &Fonts) -> Result<Self, PagesError> {
        Ok(Self { faces: Faces::new(fonts)?, layouts: LayoutContext::new(), missing: BTreeSet::new() })
    }

    /// The characters for which no face has a glyph, as `U+0917`, each once.
    pub(crate) fn missing(&self) -> Vec<String> {
        self.missing.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect()
    }

    /// One style throughout.
    pub(crate) fn words(&mut self, text: &str, face: Face, width: f32) -> Paragraph {
        self.spans(&[Span::plain(text)], face, width)
    }

    /// On one line, however long.
    pub(crate) fn one_line(&mut self, text: &str, face: Face) -> Paragraph {
        self.words(&text.replace(['\n', '\r'], " "), Face { end: false, ..face }, f32::MAX)
    }

    /// Spans, wrapped to `width`.
    pub(crate) fn spans(&mut self, spans: &[Span], face: Face, width: f32) -> Paragraph {
        self.with_holes(spans, &[], face, width)
    }

    /// The parts of a form's line, wrapped to `width`, with a hole for each slot: they are numbered from 0.
    pub(crate) fn parts(
        &mut self,
        parts: &[FormPart],
        size: impl Fn(&Slot) -> HoleSize,
        face: Face,
        width: f32,
    ) -> Paragraph {
        let (mut spans, mut holes) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                FormPart::Text(span) => spans.push(span.clone()),
                FormPart::Slot(slot) => holes.push((spans.len(), size(slot))),
            }
        }
        if spans.iter().all(|span| span.text.is_empty()) {
            // A line without text has no metrics.
            spans.push(Span::plain(" "));
        }
        self.with_holes(&spans, &holes, face, width)
    }

    /// Spans with holes, each after so many spans.
    fn with_holes(&mut self, spans: &[Span], holes: &[(usize, HoleSize)], face: Face, width: f32) -> Paragraph {
        let mut flat = Flat::new(spans, &self.missing);
        let mut layout = self.lay_out(&flat, holes, face, width);
        let lacking = lacking(&layout, &flat.text);
        if !lacking.is_empty() {
            self.missing.extend(lacking);
            flat = Flat::new(spans, &self.missing);
            layout = self.lay_out(&flat, holes, face, width);
        }
        self.read_out(&layout, &flat, spans)
    }

    fn lay_out(&mut self, flat: &Flat, holes: &[(usize, HoleSize)], face: Face, width: f32) -> Layout<Brush> {
        let Faces { context, sans, mono, .. } = &mut self.faces;
        let family =
            |mono_wanted: bool| FontFamily::Source(if mono_wanted { mono.as_str() } else { sans.as_str() }.into());
        let mut builder = self.layouts.ranged_builder(context, &flat.text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(family(face.mono)));
        builder.push_default(StyleProperty::FontSize(face.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::Absolute(face.leading)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        builder.push_default(StyleProperty::Brush(Brush { ink: face.ink, ..Brush::default() }));
        if face.bold {
            builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        }
        for (range, style, link) in &flat.styles {
            let ink = ink_of(*style, link.is_some(), face.ink);
            let struck = *style == Style::Struck;
            let link = link.map_or(0, |number| u16::try_from(number + 1).unwrap_or_default());
            builder.push(StyleProperty::Brush(Brush { ink, struck, link }), range.clone());
            match style {
                Style::Strong | Style::Good | Style::Bad | Style::Unsure => {
                    builder.push(StyleProperty::FontWeight(FontWeight::BOLD), range.clone());
                }
                Style::Code => {
                    builder.push(StyleProperty::FontFamily(family(true)), range.clone());
                    builder
                        .push(StyleProperty::FontSize(face.size * if face.mono { 1.0 } else { 0.92 }), range.clone());
                }
                Style::Plain | Style::Quiet | Style::Struck => {}
            }
        }
        for (number, (after, size)) in (0..).zip(holes) {
            builder.push_inline_box(InlineBox {
                id: number,
                kind: InlineBoxKind::InFlow,
                index: after.checked_sub(1).and_then(|last| flat.ends.get(last)).copied().unwrap_or_default(),
                width: size.width.min(width),
                height: size.height,
                baseline: Some(size.height - size.below),
                vertical_align: VerticalAlign::BASELINE,
            });
        }
        let mut layout = builder.build(&flat.text);
        layout.break_all_lines((width < f32::MAX).then_some(width));
        layout.align(if face.end { Alignment::End } else { Alignment::Start }, AlignmentOptions::default());
        layout
    }

    fn read_out(&mut self, layout: &Layout<Brush>, flat: &Flat, spans: &[Span]) -> Paragraph {
        let mut paragraph = Paragraph { lines: Vec::new(), width: layout.width(), height: layout.height() };
        let links: Vec<Option<Rc<Link>>> =
            spans.iter().enumerate().map(|(number, span)| link_of(number, span)).collect();
        for line in layout.lines() {
            let metrics = line.metrics();
            let top = metrics.block_min_coord;
            let mut runs: Vec<Run> = Vec::new();
            let mut holes: Vec<Hole> = Vec::new();
            let mut clusters = None;
            for item in line.items() {
                let part = match item {
                    PositionedLayoutItem::GlyphRun(part) => part,
                    PositionedLayoutItem::InlineBox(hole) => {
                        let number = usize::try_from(hole.id).unwrap_or(usize::MAX);
                        let (x, y) = (hole.x, hole.y - top);
                        holes.push(Hole { number, x, y, width: hole.width, height: hole.height });
                        continue;
                    }
                };
                let run = *part.run();
                // A shaped run is split where the style changes; its clusters are then read on from where the last part ended.
                let from = match clusters.take() {
                    Some((index, rest)) if index == run.index() => rest,
                    _ => run.visual_clusters().collect::<Vec<_>>().into_iter().peekable(),
                };
                let (glyphs, rest) = self.read_clusters(&part, from, flat);
                clusters = Some((run.index(), rest));
                let brush = part.style().brush;
                runs.push(Run {
                    face: self.faces.number_of(run.font()),
                    size: run.font_size(),
                    ink: brush.ink,
                    glyphs,
                    left: part.offset(),
                    right: part.offset() + part.advance(),
                    struck: brush.struck,
                    link: usize::from(brush.link).checked_sub(1).and_then(|at| links.get(at)?.clone()),
                });
            }
            let height = metrics.block_max_coord - top;
            paragraph.lines.push(Line { top, height, baseline: metrics.baseline - top, runs, holes });
        }
        paragraph
    }

    fn read_clusters<'a>(
        &mut self,
        part: &parley::GlyphRun<'a, Brush>,
        mut clusters: Clusters<'a>,
        flat: &Flat,
    ) -> (Vec<Glyph>, Clusters<'a>) {
        let wanted = part.glyphs().count();
        let number = self.faces.number_of(part.run().font());
        let Some(face) = self.faces.get_mut(number) else { return (Vec::new(), clusters) };
        let (mut glyphs, mut pen) = (Vec::with_capacity(wanted), part.offset());
        while glyphs.len() < wanted {
            let Some(cluster) = clusters.next() else { break };
            let drawn: Vec<_> = cluster.glyphs().collect();
            let text = flat.text.get(whole_text(&cluster)).unwrap_or_default();
            for (at, glyph) in drawn.iter().enumerate() {
                let id = u16::try_from(glyph.id).unwrap_or_default();
                let code = face.code(id, share(text, at, drawn.len()));
                glyphs.push(Glyph { code, x: pen + glyph.x, rise: glyph.y });
                pen += glyph.advance;
            }
        }
        (glyphs, clusters)
    }
}

type Clusters<'a> = std::iter::Peekable<std::vec::IntoIter<parley::Cluster<'a, Brush>>>;

/// The text that a cluster's glyphs stand for: a ligature's glyphs all belong to its first cluster.
fn whole_text(cluster: &parley::Cluster<'_, Brush>) -> Range<usize> {
    let mut range = cluster.text_range();
    if cluster.is_ligature_start() {
        let mut next = cluster.next_logical();
        while let Some(part) = next.filter(parley::Cluster::is_ligature_continuation) {
            range.end = range.end.max(part.text_range().end);
            next = part.next_logical();
        }
    }
    range
}

/// The part of a cluster's text that its glyph number `at` of `count` carries. A glyph may not be without text (ISO
/// 19005-3, 6.2.11.7): a surplus one carries a word joiner, which reads as nothing.
fn share(text: &str, at: usize, count: usize) -> &str {
    if count > 1 && text.chars().count() == count {
        return text.char_indices().nth(at).map_or("\u{2060}", |(from, c)| &text[from..from + c.len_utf8()]);
    }
    match at {
        0 if !text.is_empty() => text,
        _ => "\u{2060}",
    }
}

fn ink_of(style: Style, link: bool, around: Ink) -> Ink {
    match style {
        Style::Quiet | Style::Struck => Ink::Quiet,
        Style::Good => Ink::Good,
        Style::Bad => Ink::Bad,
        Style::Unsure => Ink::Unsure,
        Style::Plain | Style::Strong | Style::Code if link => Ink::Accent,
        Style::Plain | Style::Strong | Style::Code => around,
    }
}

/// Only web and mail addresses become links: what a checklist says must never make a reader's program run something.
fn link_of(number: usize, span: &Span) -> Option<Rc<Link>> {
    let uri = span.href.as_deref()?;
    let allowed = ["https://", "http://", "mailto:"].iter().any(|scheme| uri.to_ascii_lowercase().starts_with(scheme));
    let escaped = || uri.chars().flat_map(escape_in_uri).collect();
    allowed.then(|| Rc::new(Link { uri: escaped(), words: span.text.clone(), number }))
}

/// URIs in PDF are 7-bit ASCII (ISO 32000-1, 12.6.4.7).
fn escape_in_uri(c: char) -> Vec<char> {
    if c.is_ascii_graphic() {
        return vec![c];
    }
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes).bytes().flat_map(|b| format!("%{b:02X}").chars().collect::<Vec<_>>()).collect()
}

fn lacking(layout: &Layout<Brush>, text: &str) -> BTreeSet<char> {
    let mut found = BTreeSet::new();
    for run in layout.lines().flat_map(|line| line.runs().collect::<Vec<_>>()) {
        for cluster in run.clusters().filter(|cluster| cluster.glyphs().any(|glyph| glyph.id == 0)) {
            found.extend(text.get(cluster.text_range()).unwrap_or_default().chars());
        }
    }
    found
}

/// The spans as one text, fit for setting.
struct Flat {
    text: String,
    styles: Vec<(Range<usize>, Style, Option<usize>)>,
    /// Where each span ends.
    ends: Vec<usize>,
}

impl Flat {
    fn new(spans: &[Span], missing: &BTreeSet<char>) -> Self {
        let mut flat = Self { text: String::new(), styles: Vec::new(), ends: Vec::with_capacity(spans.len()) };
        for (number, span) in spans.iter().enumerate() {
            let start = flat.text.len();
            push_fit(&span.text, missing, &mut flat.text);
            flat.ends.push(flat.text.len());
            let link = span.href.as_ref().and_then(|_| link_of(number, span)).map(|_| number);
            if span.style != Style::Plain || link.is_some() {
                flat.styles.push((start..flat.text.len(), span.style, link));
            }
        }
        flat
    }
}

/// Appends `text` with everything made visible that would otherwise vanish, or make the page read differently from what
/// the record says: control characters and direction overrides (Unicode TR 36, 3.1), and what no face has.
fn push_fit(text: &str, missing: &BTreeSet<char>, to: &mut String) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}' => to.push('\n'),
            '\t' => to.push_str("    "),
            '\u{feff}' => {}
            _ if c.is_control() || is_direction_override(c) || missing.contains(&c) => {
                to.push_str(&format!("[U+{:04X}]", u32::from(c)));
            }
            _ => to.push(c),
        }
    }
}

fn is_direction_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl SignatureAppearance {
    /// All that is printed, for measuring and testing.
    pub(crate) fn lines(&self) -> [&str; 5] {
        [&self.role, &self.name, &self.meaning, &self.when, &self.fingerprint]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{BODY, CELL, CODE};

    fn text_of(setter: &Typesetter, paragraph: &Paragraph) -> String {
        let glyphs = paragraph
            .lines
            .iter()
            .flat_map(|line| &line.runs)
            .flat_map(|run| run.glyphs.iter().map(|g| (run.face, g.code)));
        let entry = |(face, code): (usize, u16)| &*setter.faces.get(face).unwrap().entries[usize::from(code) - 1].text;
        glyphs.map(entry).collect()
    }

    /// The right edge of what is seen: spaces at a line's end hang over.
    fn widest(setter: &Typesetter, paragraph: &Paragraph) -> f32 {
        let mut widest = 0.0_f32;
        for run in paragraph.lines.iter().flat_map(|line| &line.runs) {
            let face = setter.faces.get(run.face).unwrap();
            for glyph in &run.glyphs {
                if !face.entries[usize::from(glyph.code) - 1].text.trim().is_empty() {
                    widest = widest.max(glyph.x + face.width(glyph.code) * run.size / 1000.0);
                }
            }
        }
        widest
    }

    #[test]
    fn no_line_is_wider_than_its_column_however_long_the_word() {
        let mut setter = Typesetter::new(&Fonts::bundled()).unwrap();
        let words = [
            "a".repeat(500),
            "sha256:".to_owned() + &"0f".repeat(64),
            "Donaudampfschifffahrt ".repeat(9),
            "short".into(),
        ];
        for face in [BODY, CELL, CODE, BODY.bold().end(true)] {
            for width in [20.0, 60.0, 173.0] {
                for word in &words {
                    let set = setter.words(word, face, width);
                    assert!(widest(&setter, &set) <= width + 0.01, "{word} in {width}");
                    assert_eq!(text_of(&setter, &set), *word);
                }
            }
        }
    }

    #[test]
    fn ligatures_marks_and_styles_keep_their_text() {
        let mut setter = Typesetter::new(&Fonts::bundled()).unwrap();
        let texts =
            ["office affluent fjord fi", "e\u{301} q\u{323}\u{307} a\u{308}", "Ελληνικά Русский", "\u{a0}x\u{200b}y"];
        for text in texts {
            let set = setter.words(text, BODY, 400.0);
            assert_eq!(text_of(&setter, &set), text);
        }
        let spans: Vec<Span> = [Style::Plain, Style::Strong, Style::Code, Style::Quiet, Style::Struck, Style::Good]
            .into_iter()
            .map(|style| Span::new("ffi run ", style))
            .collect();
        let set = setter.spans(&spans, BODY, 90.0);
        assert_eq!(text_of(&setter, &set), "ffi run ".repeat(6));
        assert_eq!(set.lines.iter().flat_map(|line| &line.runs).filter(|run| run.struck).count(), 1);
    }

    #[test]
    fn right_to_left_words_stand_right_to_left_with_their_letters() {
        let mut setter = Typesetter::new(&Fonts::bundled()).unwrap();
        let set = setter.words("שלום", BODY, 200.0);
        let letters: Vec<char> = text_of(&setter, &set).chars().collect();
        assert_eq!(letters, ['ם', 'ו', 'ל', 'ש'], "in visual order, as readers expect it");
        assert!(setter.missing().is_empty());
    }

    #[test]
    fn numbers_at_the_far_side_end_at_one_edge() {
        let mut setter = Typesetter::new(&Fonts::bundled()).unwrap();
        let rights = ["1", "23", "4 567 ms"].map(|text| {
            let set = setter.words(text, CELL.end(true), 80.0);
            set.lines[0].runs.iter().map(|run| run.right).fold(0.0, f32::max)
        });
        assert!(rights.iter().all(|right| (right - 80.0).abs() < 0.1), "{rights:?}");
    }
}
