//! Unpacking of stream data (ISO 32000-2 section 7.4), within a limit. Flate is what signed reports are packed with;
//! pictures stay packed, since nobody looks at them here.

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

use super::object::{Dict, Object};
use super::{MAX_UNPACKED_BYTES, PdfError};

/// Unpacks data by the filters that its dictionary names. `limit` is what may come out, in bytes. Parameters have to be
/// resolved already.
pub(crate) fn decode(dict: &Dict, data: &[u8], limit: usize) -> Result<Vec<u8>, PdfError> {
    let filters: Vec<&Object> = match dict.get("Filter") {
        None | Some(Object::Null) => Vec::new(),
        Some(Object::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
    };
    let parameters: Vec<&Object> = match dict.get("DecodeParms") {
        Some(Object::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let mut bytes = data.to_vec();
    for (index, filter) in filters.iter().enumerate() {
        let parameters = parameters.get(index).and_then(|one| one.as_dict());
        bytes = match filter.as_name() {
            Some(b"FlateDecode" | b"Fl") => predict(inflate(&bytes, limit)?, parameters)?,
            other => {
                let name = String::from_utf8_lossy(other.unwrap_or(b"no name")).into_owned();
                return Err(PdfError::Unsupported(format!("the stream filter {name}")));
            }
        };
    }
    if bytes.len() > limit {
        return Err(too_large());
    }
    Ok(bytes)
}

const fn too_large() -> PdfError {
    PdfError::TooLarge { what: "unpacked bytes", limit: MAX_UNPACKED_BYTES }
}

fn inflate(data: &[u8], limit: usize) -> Result<Vec<u8>, PdfError> {
    decompress_to_vec_zlib_with_limit(data, limit).map_err(|why| match why.status {
        TINFLStatus::HasMoreOutput => too_large(),
        _ => PdfError::damaged(0, "packed data cannot be unpacked"),
    })
}

/// Undoes PNG prediction (section 7.4.4.4), which cross-reference streams use.
fn predict(bytes: Vec<u8>, parameters: Option<&Dict>) -> Result<Vec<u8>, PdfError> {
    let number = |key: &str, default: i64| parameters.and_then(|one| one.get(key)?.as_int()).unwrap_or(default);
    match number("Predictor", 1) {
        1 => return Ok(bytes),
        10..=15 => {}
        other => return Err(PdfError::Unsupported(format!("the predictor {other}"))),
    }
    let sizes = [number("Colors", 1), number("BitsPerComponent", 8), number("Columns", 1)];
    if sizes.iter().any(|size| !(1..=1 << 16).contains(size)) {
        return Err(PdfError::damaged(0, "a predictor with impossible sizes"));
    }
    let [colors, bits, columns] = sizes.map(|size| usize::try_from(size).unwrap_or(1));
    let pixel = (colors * bits).div_ceil(8);
    let width = (colors * bits * columns).div_ceil(8);
    if bytes.is_empty() {
        return Ok(bytes);
    }
    // Sizes are only said, data is there: a row may not ask for more memory than its data takes.
    if width > bytes.len() {
        return Err(PdfError::damaged(0, "a predictor whose rows are longer than all data"));
    }
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut above = vec![0u8; width];
    for row in bytes.chunks(width + 1) {
        let Some((kind, row)) = row.split_first() else { continue };
        let mut line = vec![0u8; width];
        for (index, byte) in row.iter().enumerate() {
            let left = index.checked_sub(pixel).and_then(|at| line.get(at)).copied().unwrap_or(0);
            let up = above.get(index).copied().unwrap_or(0);
            let corner = index.checked_sub(pixel).and_then(|at| above.get(at)).copied().unwrap_or(0);
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::try_from((u16::from(left) + u16::from(up)) / 2).unwrap_or(0),
                4 => paeth(left, up, corner),
                _ => return Err(PdfError::damaged(0, "an unknown row prediction")),
            };
            if let Some(place) = line.get_mut(index) {
                *place = byte.wrapping_add(guess);
            }
        }
        out.extend_from_slice(line.get(..row.len()).unwrap_or(&line));
        above = line;
    }
    Ok(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let estimate = a + b - c;
    let (to_left, to_up, to_corner) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec_zlib;

    use super::*;

    fn packed_with(filters: &[&str]) -> Dict {
        let names = filters.iter().map(|name| Object::name(name)).collect();
        Dict::default().with("Filter", Object::Array(names))
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let packed = compress_to_vec_zlib(&vec![0; 1 << 20], 6);
        let once = packed_with(&["FlateDecode"]);
        assert_eq!(decode(&once, &packed, 1 << 20).unwrap().len(), 1 << 20);
        assert!(matches!(decode(&once, &packed, (1 << 20) - 1), Err(PdfError::TooLarge { .. })));
        let twice = packed_with(&["FlateDecode", "FlateDecode"]);
        let again = compress_to_vec_zlib(&packed, 6);
        assert!(matches!(decode(&twice, &again, 100_000), Err(PdfError::TooLarge { .. })));
        assert!(matches!(decode(&packed_with(&[]), &[0; 11], 10), Err(PdfError::TooLarge { .. })));
    }

    #[test]
    fn rows_are_predicted_as_png_has_it() {
        let parameters = Dict::default().with("Predictor", Object::Int(12)).with("Columns", Object::Int(3));
        let dict = packed_with(&["FlateDecode"]).with("DecodeParms", Object::Dict(parameters));
        for (kind, rows, expected) in [
            (0, [[1, 2, 3], [4, 5, 6]], [1, 2, 3, 4, 5, 6]),
            (1, [[1, 1, 1], [4, 1, 1]], [1, 2, 3, 4, 5, 6]),
            (2, [[1, 2, 3], [3, 3, 3]], [1, 2, 3, 4, 5, 6]),
            (3, [[1, 2, 2], [4, 2, 2]], [1, 2, 3, 4, 5, 6]),
            (4, [[1, 1, 1], [3, 1, 1]], [1, 2, 3, 4, 5, 6]),
        ] {
            let bytes: Vec<u8> = rows.iter().flat_map(|row| [&[kind], row.as_slice()].concat()).collect();
            assert_eq!(decode(&dict, &compress_to_vec_zlib(&bytes, 6), 100).unwrap(), expected, "kind {kind}");
        }
    }

    #[test]
    fn a_row_that_is_longer_than_the_data_takes_no_memory() {
        let parameters = ["Colors", "BitsPerComponent", "Columns"]
            .iter()
            .fold(Dict::default().with("Predictor", Object::Int(15)), |dict, key| dict.with(key, Object::Int(1 << 16)));
        let dict = packed_with(&["FlateDecode"]).with("DecodeParms", Object::Dict(parameters));
        let refused = decode(&dict, &compress_to_vec_zlib(&[0; 100], 6), 1 << 20);
        assert!(matches!(refused, Err(PdfError::Damaged { .. })), "{refused:?}");
        assert_eq!(decode(&dict, &compress_to_vec_zlib(&[], 6), 1 << 20), Ok(Vec::new()));
    }

    #[test]
    fn unknown_filters_and_damage_are_named() {
        let unknown = decode(&packed_with(&["DCTDecode"]), b"", 10).unwrap_err();
        assert_eq!(unknown.to_string(), "the PDF uses the stream filter DCTDecode, which is not supported");
        assert!(matches!(decode(&packed_with(&["FlateDecode"]), b"xyz", 10), Err(PdfError::Damaged { .. })));
    }
}
