//! How the pages look: inks, sizes of type, spaces. One place, so that the whole report changes together.
//! Not in it: what is drawn where.

use countersign_core::report::{Paper, Tone};

/// A colour by its meaning.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Ink {
    #[default]
    Text,
    Quiet,
    Rule,
    Hair,
    Faint,
    Watermark,
    Accent,
    AccentSoft,
    Good,
    GoodSoft,
    Bad,
    BadSoft,
    Unsure,
    UnsureSoft,
    White,
}

impl Ink {
    /// Red, green and blue in sRGB, 0 to 1. Text inks have a contrast of at least 4.5 : 1 on white and on their soft ground.
    pub(crate) fn rgb(self) -> [f32; 3] {
        let [r, g, b]: [u8; 3] = match self {
            Ink::Text => [0x1c, 0x24, 0x2e],
            Ink::Quiet => [0x5a, 0x66, 0x73],
            Ink::Rule => [0xd3, 0xd9, 0xe0],
            Ink::Hair => [0xe2, 0xe6, 0xea],
            Ink::Faint => [0xf5, 0xf7, 0xf9],
            Ink::Watermark => [0xf3, 0xe3, 0xe1],
            Ink::Accent => [0x23, 0x4a, 0x73],
            Ink::AccentSoft => [0xea, 0xf0, 0xf6],
            Ink::Good => [0x17, 0x65, 0x3a],
            Ink::GoodSoft => [0xe8, 0xf3, 0xec],
            Ink::Bad => [0xa3, 0x1d, 0x1a],
            Ink::BadSoft => [0xfb, 0xeb, 0xea],
            Ink::Unsure => [0x85, 0x55, 0x00],
            Ink::UnsureSoft => [0xfc, 0xf3, 0xe1],
            Ink::White => [0xff, 0xff, 0xff],
        };
        [r, g, b].map(|part| (f32::from(part) / 255.0 * 1000.0).round() / 1000.0)
    }

    /// The ink that says `tone`.
    pub(crate) fn of(tone: Tone) -> Self {
        match tone {
            Tone::Good => Ink::Good,
            Tone::Bad => Ink::Bad,
            Tone::Unsure => Ink::Unsure,
            Tone::Plain => Ink::Accent,
        }
    }

    /// The ground that goes with `tone`.
    pub(crate) fn ground(tone: Tone) -> Self {
        match tone {
            Tone::Good => Ink::GoodSoft,
            Tone::Bad => Ink::BadSoft,
            Tone::Unsure => Ink::UnsureSoft,
            Tone::Plain => Ink::AccentSoft,
        }
    }
}

/// How a stretch of text is set. Lengths are points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Face {
    pub(crate) size: f32,
    pub(crate) leading: f32,
    pub(crate) ink: Ink,
    pub(crate) bold: bool,
    pub(crate) mono: bool,
    pub(crate) end: bool,
}

impl Face {
    const fn new(size: f32, leading: f32) -> Self {
        Self { size, leading, ink: Ink::Text, bold: false, mono: false, end: false }
    }

    pub(crate) const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    pub(crate) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(crate) const fn mono(self) -> Self {
        Self { mono: true, ..self }
    }

    /// Set at the far side of its column.
    pub(crate) const fn end(self, end: bool) -> Self {
        Self { end, ..self }
    }
}

pub(crate) const TITLE: Face = Face::new(25.0, 31.0).bold();
pub(crate) const SUBTITLE: Face = Face::new(10.0, 15.0).ink(Ink::Quiet);
pub(crate) const HEADING: [Face; 3] =
    [Face::new(16.0, 21.0).bold(), Face::new(11.5, 16.0).bold(), Face::new(9.5, 14.0).bold().ink(Ink::Accent)];
pub(crate) const BANNER: Face = Face::new(14.0, 19.0).bold();
pub(crate) const BODY: Face = Face::new(9.0, 13.5);
pub(crate) const CELL: Face = Face::new(8.3, 12.0);
/// Lines with places to write in need more air.
pub(crate) const FORM: Face = Face::new(9.2, 14.5);
pub(crate) const SMALL: Face = Face::new(7.4, 10.6);
pub(crate) const HEAD: Face = Face::new(7.2, 10.0).bold().ink(Ink::Quiet);
pub(crate) const CODE: Face = Face::new(7.6, 11.0).mono();
pub(crate) const FOOTER: Face = Face::new(7.0, 9.6).ink(Ink::Quiet);

/// Fine rules between rows.
pub(crate) const HAIR: f32 = 0.5;
/// Rules under heads, frames.
pub(crate) const RULE: f32 = 0.8;

/// The paper and its margins, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
}

impl Sheet {
    pub(crate) fn of(paper: Paper) -> Self {
        let (width, height) = match paper {
            Paper::A4 => (595.28, 841.89),
            Paper::Letter => (612.0, 792.0),
        };
        Self { width, height, left: 56.0, top: 54.0, bottom: 62.0 }
    }

    /// Room at the bottom for a footer of more than one line.
    pub(crate) fn with_footer(self, height: f32) -> Self {
        Self { bottom: self.bottom + (height - FOOTER.leading).max(0.0), ..self }
    }

    /// Width of the column of text.
    pub(crate) fn measure(self) -> f32 {
        self.width - 2.0 * self.left
    }

    /// Height of the column of text.
    pub(crate) fn body(self) -> f32 {
        self.height - self.top - self.bottom
    }
}
