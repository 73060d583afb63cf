//! Small pictures of evidence: what the window and the report show of a PNG or JPEG. The file itself stays as it came.
//!
//! Baseline JPEG of at most [`WIDTH`] × [`HEIGHT`], transparent parts on white. A file that cannot be read as a picture, or is larger than
//! a screen can be, has none; that is no error.

use jpeg_encoder::{ColorType, Encoder};
use std::io::Cursor;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The most pixels across.
pub const WIDTH: usize = 480;
/// The most pixels down.
pub const HEIGHT: usize = 360;
/// The most pixels of a picture that is read, and the most along one side.
const MOST: usize = 64_000_000;
const LONGEST: usize = 16_384;
/// Of 100: writing in a screenshot is still to be read.
const QUALITY: u8 = 78;

/// Red, green and blue of each pixel, row by row.
struct Picture {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
}

/// The small picture of a file, as JPEG; none if the file is no PNG or JPEG that can be read.
pub fn preview(bytes: &[u8]) -> Option<Vec<u8>> {
    let picture = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        of_png(bytes)?
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        of_jpeg(bytes)?
    } else {
        return None;
    };
    let small = fit(&picture)?;
    let mut jpeg = Vec::new();
    let (width, height) = (u16::try_from(small.width).ok()?, u16::try_from(small.height).ok()?);
    Encoder::new(&mut jpeg, QUALITY).encode(&small.pixels, width, height, ColorType::Rgb).ok()?;
    Some(jpeg)
}

fn of_png(bytes: &[u8]) -> Option<Picture> {
    let limits = png::Limits { bytes: 4 * MOST };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let size = reader.output_buffer_size().filter(|size| *size <= 4 * MOST)?;
    let mut raw = vec![0; size];
    let frame = reader.next_frame(&mut raw).ok()?;
    let samples = frame.color_type.samples();
    let white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        u8::try_from((value * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    let pixels = raw.get(..frame.buffer_size())?.chunks_exact(samples).flat_map(|pixel| match *pixel {
        [grey] => [grey; 3],
        [grey, alpha] => [white(grey, alpha); 3],
        [red, green, blue] => [red, green, blue],
        [red, green, blue, alpha] => [white(red, alpha), white(green, alpha), white(blue, alpha)],
        _ => [u8::MAX; 3],
    });
    let (width, height) = (usize::try_from(frame.width).ok()?, usize::try_from(frame.height).ok()?);
    Some(Picture { pixels: pixels.collect(), width, height })
}

fn of_jpeg(bytes: &[u8]) -> Option<Picture> {
    let options = DecoderOptions::new_safe().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder =
        JpegDecoder::new_with_options(ZCursor::new(bytes), options.set_max_width(LONGEST).set_max_height(LONGEST));
    decoder.decode_headers().ok()?;
    let info = decoder.info()?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    if width * height > MOST {
        return None;
    }
    let pixels = decoder.decode().ok()?;
    (pixels.len() == width * height * 3).then_some(Picture { pixels, width, height })
}

/// The picture no larger than a preview: each pixel the mean of those that it stands for.
fn fit(of: &Picture) -> Option<Picture> {
    let (width, height) = (of.width, of.height);
    if width == 0 || height == 0 || of.pixels.len() < width * height * 3 {
        return None;
    }
    // In thousandths, rounded down: the longer side decides.
    let scale = (WIDTH * 1_000_000 / width).min(HEIGHT * 1_000_000 / height).min(1_000_000);
    let (across, down) = ((width * scale / 1_000_000).max(1), (height * scale / 1_000_000).max(1));
    let mut pixels = Vec::with_capacity(across * down * 3);
    for y in 0..down {
        let rows = y * height / down..((y + 1) * height / down).max(y * height / down + 1);
        for x in 0..across {
            let columns = x * width / across..((x + 1) * width / across).max(x * width / across + 1);
            let mut sum = [0_u64; 3];
            for row in rows.clone() {
                let from = (row * width + columns.start) * 3;
                for pixel in of.pixels.get(from..from + columns.len() * 3)?.chunks_exact(3) {
                    sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u64::from(*value));
                }
            }
            let many = u64::try_from(rows.len() * columns.len()).ok()?;
            pixels.extend(sum.map(|sum| u8::try_from(sum / many).unwrap_or(u8::MAX)));
        }
    }
    Some(Picture { pixels, width: across, height: down })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32, color: png::ColorType, pixel: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        let data = pixel.repeat((width * height) as usize);
        encoder.write_header().unwrap().write_image_data(&data).unwrap();
        bytes
    }

    /// The size of a picture and its first pixel, as another decoder reads it.
    fn looks(jpeg: &[u8]) -> (usize, usize, [i32; 3]) {
        let read = of_jpeg(jpeg).unwrap();
        (read.width, read.height, [0, 1, 2].map(|at| i32::from(read.pixels[at])))
    }

    #[test]
    fn a_picture_is_made_to_fit_and_keeps_its_colours() {
        use png::ColorType::{Grayscale, GrayscaleAlpha, Rgb, Rgba};
        for (width, height, color, pixel, size, shown) in [
            (960, 360, Rgb, &[200, 30, 30][..], (480, 180), [200, 30, 30]),
            (300, 1200, Rgba, &[0, 0, 255, 0], (90, 360), [255, 255, 255]),
            (20, 10, Grayscale, &[90], (20, 10), [90, 90, 90]),
            (20, 10, GrayscaleAlpha, &[0, 255], (20, 10), [0, 0, 0]),
            (2000, 1, Rgb, &[9, 9, 9], (480, 1), [9, 9, 9]),
        ] {
            let made = preview(&png_of(width, height, color, pixel)).unwrap();
            let (across, down, first) = looks(&made);
            assert_eq!((across, down), size);
            assert!(first.iter().zip(shown).all(|(is, should)| (is - should).abs() <= 6), "{first:?} for {shown:?}");
            let again = preview(&made).unwrap();
            assert_eq!((looks(&again).0, looks(&again).1), size, "a JPEG is read as well");
        }
    }

    #[test]
    fn what_is_no_picture_has_no_preview() {
        let whole = png_of(40, 40, png::ColorType::Rgb, &[1, 2, 3]);
        for bytes in [&b""[..], b"text", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", &whole[..whole.len() / 2]] {
            assert_eq!(preview(bytes), None);
        }
        assert!(preview(&whole).is_some());
    }
}
