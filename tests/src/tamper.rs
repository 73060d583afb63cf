//! Ways to tamper with a signed report, on its bytes.

use lopdf::{Document, Object};
use std::ops::Range;

/// An object that an update replaces: its number, and its new text between `obj` and `endobj`.
pub type Replaced = (u32, Vec<u8>);

/// Appends an incremental update (ISO 32000-2, 7.5.6) with new versions of objects, after which the file reads as it was otherwise.
/// `size` is one more than the highest object number, `root` the catalog's number.
pub fn append_update(pdf: &[u8], replaced: &[Replaced], size: u32, root: u32) -> Vec<u8> {
    let mut out = pdf.to_vec();
    let mut rows = String::new();
    for (number, content) in replaced {
        rows += &format!("{number} 1\n{:010} 00000 n \n", out.len());
        out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        out.extend_from_slice(content);
        out.extend_from_slice(b"\nendobj\n");
    }
    let (start, previous) = (out.len(), last_table(pdf));
    let trailer =
        format!("xref\n{rows}trailer\n<</Size {size}/Root {root} 0 R/Prev {previous}>>\nstartxref\n{start}\n%%EOF\n");
    out.extend_from_slice(trailer.as_bytes());
    out
}

/// The file with an update after it that puts other words on page 1.
///
/// # Panics
/// When the file has no page with contents.
pub fn overdrawn(pdf: &[u8]) -> Vec<u8> {
    let document = Document::load_mem(pdf).expect("a PDF");
    let page = document.get_pages().get(&1).copied().expect("a first page");
    let contents = document.get_page_contents(page).first().copied().expect("contents");
    let words = "BT /F1 30 Tf 72 700 Td (Nothing deviates) Tj ET";
    let stream = format!("<</Length {}>>\nstream\n{words}\nendstream", words.len());
    let root = document.trailer.get(b"Root").and_then(Object::as_reference).expect("a catalog").0;
    append_update(pdf, &[(contents.0, stream.into_bytes())], document.max_id + 1, root)
}

/// Where the newest cross-reference section begins.
///
/// # Panics
/// When the file does not say.
pub fn last_table(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf.get(pdf.len().saturating_sub(100)..).unwrap_or(pdf)).into_owned();
    let number = text.rsplit("startxref").next().and_then(|rest| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).expect("a PDF ends with startxref")
}

/// Where each revision of the file ends, oldest first.
pub fn revisions(pdf: &[u8]) -> Vec<usize> {
    let mark = b"%%EOF\n";
    find_all(pdf, mark).into_iter().map(|at| at + mark.len()).collect()
}

/// The hexadecimal digits of each signature, without the brackets, in the order of the file.
pub fn signatures(pdf: &[u8]) -> Vec<Range<usize>> {
    let begins = find_all(pdf, b"/Contents <").into_iter().chain(find_all(pdf, b"/Contents<"));
    let digits = |at: usize| {
        let start = at + pdf.get(at..)?.iter().position(|byte| *byte == b'<')? + 1;
        let length = pdf.get(start..)?.iter().position(|byte| !byte.is_ascii_hexdigit())?;
        (length > 1_000).then(|| start..start + length)
    };
    let mut found: Vec<_> = begins.filter_map(digits).collect();
    found.sort_by_key(|range| range.start);
    found
}

/// The DER object at the beginning of hexadecimal digits, without the zeros that fill the rest (X.690, 8.1.3).
///
/// # Panics
/// When there is none.
pub fn der(digits: &[u8]) -> Vec<u8> {
    let pairs = digits.chunks_exact(2).map(|pair| std::str::from_utf8(pair).expect("hexadecimal digits"));
    let bytes: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal digits")).collect();
    let length = match bytes.as_slice() {
        [_, short, ..] if *short < 0x80 => 2 + usize::from(*short),
        [_, 0x82, high, low, ..] => 4 + (usize::from(*high) << 8 | usize::from(*low)),
        _ => panic!("a signature is a sequence of a few kilobytes"),
    };
    bytes.get(..length).expect("the signature is whole").to_vec()
}

/// The four numbers of a signature's `ByteRange` (ISO 32000-2, 12.8.1) nearest to its digits.
///
/// # Panics
/// When it has none.
pub fn byte_range(pdf: &[u8], digits: &Range<usize>) -> [usize; 4] {
    let at = find_all(pdf, b"/ByteRange").into_iter().min_by_key(|at| at.abs_diff(digits.start));
    let rest = pdf.get(at.expect("a signature has a ByteRange")..).expect("it is inside");
    let text = String::from_utf8_lossy(rest.get(..200).unwrap_or(rest)).into_owned();
    let list = text.split(['[', ']']).nth(1).expect("it is a list");
    let numbers: Vec<usize> = list.split_whitespace().map(|number| number.parse().expect("numbers")).collect();
    numbers.try_into().expect("four of them")
}

/// The file with one byte changed.
pub fn flipped(pdf: &[u8], at: usize) -> Vec<u8> {
    let mut out = pdf.to_vec();
    if let Some(byte) = out.get_mut(at) {
        *byte ^= 1;
    }
    out
}

fn find_all(bytes: &[u8], pattern: &[u8]) -> Vec<usize> {
    bytes.windows(pattern.len()).enumerate().filter(|(_, window)| *window == pattern).map(|(at, _)| at).collect()
}
