//! Where a signature stands in a file, and whether its ranges say the truth about that (ISO 32000-2 section 12.8.1).

use crate::fields::Field;
use crate::pdf::{Dict, Entry, File, Object, PdfError, Ref};
use crate::verify::Fault;

/// A signature dictionary with its place.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) id: Ref,
    pub(crate) dict: Dict,
}

/// What a signature covers: everything from the beginning to `end`, but for the gap with the signature itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cover {
    pub(crate) gap_from: usize,
    pub(crate) gap_to: usize,
    pub(crate) end: usize,
}

impl Site {
    /// The signature of a field, when it has one.
    pub(crate) fn of(file: &File<'_>, field: &Field) -> Result<Option<Self>, PdfError> {
        let Some(id) = field.value else { return Ok(None) };
        match file.get(id)? {
            Object::Dict(dict) => Ok(Some(Self { id, dict })),
            _ => Err(PdfError::Unsupported("a signature that is no dictionary".to_owned())),
        }
    }

    /// Checks that the ranges leave out exactly the signature's own value, and end where a revision ends.
    pub(crate) fn cover(&self, file: &File<'_>, field: &str) -> Result<Result<Cover, Fault>, PdfError> {
        let wrong = |why: &str| Ok(Err(Fault::Range { why: why.to_owned() }));
        let numbers: Option<Vec<usize>> = self.dict.get("ByteRange").and_then(Object::as_array).and_then(|list| {
            list.iter().map(|one| one.as_int().and_then(|value| usize::try_from(value).ok())).collect()
        });
        let Some([start, gap_from, gap_to, length]) = numbers.as_deref() else {
            return wrong("they are not four numbers");
        };
        let Some(end) = gap_to.checked_add(*length).filter(|end| *end <= file.bytes.len()) else {
            return wrong("they reach beyond the file");
        };
        if *start != 0 || gap_from >= gap_to {
            return wrong("they do not begin at the beginning, or leave nothing out");
        }
        if !matches!(file.entries.get(&self.id.number), Some(Entry::At { .. })) {
            return wrong("the signature is hidden in compressed data");
        }
        let span = file.span_of(self.id.number, "Contents")?;
        if span != Some(*gap_from..*gap_to) {
            return wrong("what they leave out is not exactly the signature's own value");
        }
        let gap = file.bytes.get(*gap_from..*gap_to).unwrap_or_default();
        let digits = gap.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return wrong("what they leave out is not plain hexadecimal");
        }
        // Both cases mean the same value; a mixture is a change that the value would not show.
        if gap.iter().any(u8::is_ascii_lowercase) && gap.iter().any(u8::is_ascii_uppercase) {
            return wrong("what they leave out mixes capital and small digits");
        }
        let cover = Cover { gap_from: *gap_from, gap_to: *gap_to, end };
        Ok(self.ends_a_revision(file, field, cover).map(|()| cover))
    }

    /// The part up to the end must be a document by itself, in which this very signature stands in this field.
    fn ends_a_revision(&self, file: &File<'_>, field: &str, cover: Cover) -> Result<(), Fault> {
        let wrong = |why: String| Fault::Range { why };
        let front = file.bytes.get(..cover.end).unwrap_or_default();
        let revision =
            File::open(front).map_err(|why| wrong(format!("they do not end where a revision ends ({why})")))?;
        if revision.end != cover.end {
            return Err(wrong("they do not end where a revision ends".to_owned()));
        }
        let fields =
            crate::fields::read(&revision).map_err(|why| wrong(format!("that revision is damaged ({why})")))?;
        let there = fields.iter().any(|one| one.name == field && one.value == Some(self.id));
        let same_place = revision.entries.get(&self.id.number) == file.entries.get(&self.id.number);
        if there && same_place {
            Ok(())
        } else {
            Err(wrong("they end before the signature is in its field".to_owned()))
        }
    }

    /// The signature's value without its padding, and whether the padding is all zeros.
    pub(crate) fn value(&self) -> Option<(&[u8], bool)> {
        let Some(Object::Text(bytes)) = self.dict.get("Contents") else { return None };
        let length = der_length(bytes)?;
        let (value, padding) = bytes.split_at_checked(length)?;
        Some((value, padding.iter().all(|byte| *byte == 0)))
    }
}

/// How long the DER value is that begins here (X.690 section 8.1.3).
fn der_length(bytes: &[u8]) -> Option<usize> {
    let (header, rest) = bytes.split_at_checked(2)?;
    let first = *header.get(1)?;
    if first < 0x80 {
        return Some(2 + usize::from(first));
    }
    let count = usize::from(first & 0x7f);
    let digits = rest.get(..count).filter(|digits| (1..=4).contains(&digits.len()))?;
    let length = digits.iter().fold(0usize, |value, byte| value << 8 | usize::from(*byte));
    length.checked_add(2 + count)
}
