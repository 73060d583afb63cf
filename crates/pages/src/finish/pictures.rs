//! The pictures as image objects (ISO 32000-2, 8.9.5). A JPEG's bytes are a stream of a PDF as they are (7.4.8).

use crate::blocks::Frame;
use crate::draw::picture_name;
use countersign_core::report::{Block, Report};
use lopdf::{Dictionary, Document, Stream, dictionary};

/// The pictures by their names; none if the report has none. Numbered as the blocks are, those that cannot be read included.
pub(super) fn resources(doc: &mut Document, report: &Report) -> Option<Dictionary> {
    let mut names = Dictionary::new();
    let pictures = report.blocks.iter().filter_map(|block| match block {
        Block::Picture(picture) => Some(&picture.jpeg),
        _ => None,
    });
    for (number, jpeg) in pictures.enumerate() {
        let Some(frame) = Frame::of(jpeg) else { continue };
        let space = if frame.components == 1 { "DeviceGray" } else { "DeviceRGB" };
        let description = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Image",
            "Width" => i64::from(frame.width),
            "Height" => i64::from(frame.height),
            "ColorSpace" => space,
            "BitsPerComponent" => 8,
            "Filter" => "DCTDecode",
        };
        names.set(picture_name(number), doc.add_object(Stream::new(description, jpeg.clone())));
    }
    (!names.is_empty()).then_some(names)
}
