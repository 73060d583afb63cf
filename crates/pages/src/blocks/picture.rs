//! Pictures: a small JPEG beside what it shows. The bytes go into the file as they are; only its size is read from them.

use super::Composition;
use crate::piece::{Atom, Piece, Shape};
use crate::theme::BODY;
use countersign_core::report::Picture;

/// The most room that a picture takes, in points.
const WIDTH: f32 = 216.0;
const HEIGHT: f32 = 162.0;
const GUTTER: f32 = 16.0;

/// What a JPEG says about itself (ITU-T T.81, B.2.2): pixels across and down, and values of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) components: u8,
}

impl Frame {
    /// Reads it; none if the bytes are no JPEG that a PDF can hold (ISO 32000-2, 7.4.8): 8 bits a value, grey or colour.
    pub(crate) fn of(jpeg: &[u8]) -> Option<Self> {
        let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
        loop {
            let [0xff, marker, high, low, body @ ..] = rest else { return None };
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            match (marker, body) {
                (0xc0..=0xc2, [8, h1, h2, w1, w2, components @ (1 | 3), ..]) => {
                    let (width, height) = (u16::from_be_bytes([*w1, *w2]), u16::from_be_bytes([*h1, *h2]));
                    return (width > 0 && height > 0).then_some(Self { width, height, components: *components });
                }
                (0xc0..=0xcf, _) if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => return None,
                (0xd9 | 0xda, _) => return None,
                _ => rest = rest.get(length.checked_add(2)?..)?,
            }
        }
    }
}

impl Composition<'_> {
    /// The picture on the left, its words on the right. One that cannot be read leaves its words.
    pub(super) fn picture(&mut self, picture: &Picture) {
        let number = self.pictures;
        self.pictures += 1;
        let Some(frame) = Frame::of(&picture.jpeg) else { return self.paragraph(&picture.text) };
        let figure = self.element("Figure");
        if let Some(node) = self.tree.nodes.get_mut(figure) {
            node.alt = Some(picture.alt.clone());
        }
        let (across, down) = (f32::from(frame.width), f32::from(frame.height));
        // Four pixels of the screen are three points.
        let scale = (WIDTH / across).min(HEIGHT / down).min(0.75);
        let (width, height) = (across * scale, down * scale);
        let shape = Shape::Picture { number, width };
        let mut atoms = vec![Atom { column: 0, x: 0.0, y: 0.0, height, shape, tag: Some(figure), link: None }];
        let words = self.element("P");
        let left = WIDTH + GUTTER;
        let set = self.setter.spans(&picture.text, BODY, self.measure - left);
        atoms.extend(self.place(&set, (left, 0.0), 1, words));
        let height = height.max(set.height);
        self.pieces.push(Piece { before: 10.0, figure: Some(figure), ..Piece::of(atoms, height) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_and_what_is_none_is_not() {
        let jpeg = |marker: u8, bits: u8, components: u8| {
            let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2];
            bytes.extend([0xff, marker, 0, 17, bits, 0, 36, 0, 48, components, 0, 0, 0]);
            bytes
        };
        let frame = Some(Frame { width: 48, height: 36, components: 3 });
        assert_eq!(Frame::of(&jpeg(0xc0, 8, 3)), frame);
        assert_eq!(Frame::of(&jpeg(0xc2, 8, 3)), frame);
        for (marker, bits, components) in [(0xc3, 8, 3), (0xc0, 12, 3), (0xc0, 8, 4), (0xda, 8, 3)] {
            assert_eq!(Frame::of(&jpeg(marker, bits, components)), None);
        }
        let whole = jpeg(0xc0, 8, 3);
        for cut in 0..14 {
            assert_eq!(Frame::of(&whole[..cut]), None, "cut at {cut}");
        }
    }
}
