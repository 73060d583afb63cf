//! A PDF file, or the front part of one up to the end of a revision: where its objects are (ISO 32000-2 section 7.5).

use core::cell::{Cell, RefCell};
use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::object::{Dict, Object, Ref, Stream};
use super::parse::{Parser, is_space};
use super::{MAX_FILE_BYTES, MAX_OBJECTS, MAX_READINGS, MAX_SECTIONS, MAX_UNPACKED_BYTES, PdfError, filter};

const MAX_LINKS: u8 = 16;

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Free,
    At { offset: usize, generation: u16 },
    Inside { stream: u32, index: usize },
}

/// How a file lists its objects; an update has to list its own in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    Table,
    Stream,
}

/// An object stream, unpacked.
#[derive(Debug)]
struct Packed {
    bytes: Vec<u8>,
    places: Vec<(u32, usize)>,
}

/// A readable PDF.
#[derive(Debug)]
pub(crate) struct File<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) entries: BTreeMap<u32, Entry>,
    pub(crate) trailer: Dict,
    pub(crate) listing: Listing,
    /// Offset of the newest cross-reference section.
    pub(crate) newest_section: usize,
    /// Every offset at which any of the sections, old or new, says that an object stands.
    pub(crate) places: BTreeSet<usize>,
    /// Behind the last `%%EOF` and its line break.
    pub(crate) end: usize,
    unpacked: Cell<usize>,
    /// Bytes that were gone over.
    work: Cell<usize>,
    streams: RefCell<BTreeMap<u32, Rc<Packed>>>,
}

type Read<T> = Result<T, PdfError>;

impl<'a> File<'a> {
    /// Reads the cross-reference sections, newest first.
    pub(crate) fn open(bytes: &'a [u8]) -> Read<Self> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(PdfError::TooLarge { what: "bytes", limit: MAX_FILE_BYTES });
        }
        if !bytes.starts_with(b"%PDF-") {
            return Err(PdfError::NotPdf);
        }
        let (start, end) = end_of_file(bytes)?;
        let mut file = Self {
            bytes,
            entries: BTreeMap::new(),
            trailer: Dict::default(),
            listing: Listing::Table,
            newest_section: start,
            places: BTreeSet::new(),
            end,
            unpacked: Cell::new(0),
            work: Cell::new(0),
            streams: RefCell::default(),
        };
        file.sections(start)?;
        Ok(file)
    }

    fn sections(&mut self, start: usize) -> Read<()> {
        let mut seen = BTreeSet::new();
        let mut next = Some(start);
        while let Some(at) = next {
            if !seen.insert(at) {
                return Err(PdfError::damaged(at, "the cross-reference sections run in a circle"));
            }
            if seen.len() > MAX_SECTIONS {
                return Err(PdfError::TooLarge { what: "revisions", limit: MAX_SECTIONS });
            }
            let (trailer, listing) = self.section(at)?;
            if trailer.get("Encrypt").is_some() {
                return Err(PdfError::Encrypted);
            }
            // A hybrid file: its extra stream counts before older sections (section 7.5.8.4).
            if let (Listing::Table, Some(extra)) = (listing, trailer.get("XRefStm")) {
                let extra = offset_of(extra, at)?;
                if !seen.insert(extra) {
                    return Err(PdfError::damaged(extra, "the cross-reference sections run in a circle"));
                }
                self.section(extra)?;
            }
            next = trailer.get("Prev").map(|previous| offset_of(previous, at)).transpose()?;
            if at == start {
                self.listing = listing;
                self.trailer = trailer;
            }
        }
        let size = self.trailer.get("Size").and_then(Object::as_int).and_then(|size| u32::try_from(size).ok());
        let size = size.ok_or(PdfError::damaged(start, "the trailer has no /Size"))?;
        if self.entries.last_key_value().is_some_and(|(number, _)| *number >= size) {
            return Err(PdfError::damaged(start, "an object has a number beyond the trailer's /Size"));
        }
        Ok(())
    }

    fn section(&mut self, at: usize) -> Read<(Dict, Listing)> {
        let mut parser = Parser::new(self.bytes, at);
        if self.bytes.get(at..).is_some_and(|rest| rest.starts_with(b"xref")) {
            parser.at += 4;
            Ok((self.table(&mut parser)?, Listing::Table))
        } else {
            Ok((self.stream_section(at)?, Listing::Stream))
        }
    }

    fn table(&mut self, parser: &mut Parser<'_>) -> Read<Dict> {
        const WHAT: &str = "a cross-reference table is not as it must be";
        while !parser.word(b"trailer") {
            let first = parser.unsigned(WHAT)?;
            let count = parser.unsigned(WHAT)?;
            for number in first..first.saturating_add(count) {
                let offset = parser.unsigned(WHAT)?;
                let generation = u16::try_from(parser.unsigned(WHAT)?).map_err(|_| parser.bad(WHAT))?;
                let entry = if parser.word(b"n") {
                    Entry::At { offset: usize::try_from(offset).map_err(|_| parser.bad(WHAT))?, generation }
                } else {
                    parser.expect(b"f", WHAT)?;
                    Entry::Free
                };
                self.note(number, entry)?;
            }
        }
        match parser.object()? {
            Object::Dict(trailer) => Ok(trailer),
            _ => Err(parser.bad("a trailer was to stand here")),
        }
    }

    fn note(&mut self, number: u64, entry: Entry) -> Read<()> {
        let limit = PdfError::TooLarge { what: "objects", limit: MAX_OBJECTS as usize };
        let number = u32::try_from(number).ok().filter(|number| *number < MAX_OBJECTS).ok_or(limit)?;
        if let Entry::At { offset, .. } = entry {
            self.places.insert(offset);
        }
        if number > 0 {
            self.entries.entry(number).or_insert(entry);
        }
        Ok(())
    }

    fn stream_section(&mut self, at: usize) -> Read<Dict> {
        const WHAT: &str = "a cross-reference stream is not as it must be";
        let bad = || PdfError::damaged(at, WHAT);
        let (_, object, _) = self.indirect(at, MAX_LINKS)?;
        let Object::Stream(stream) = object else { return Err(bad()) };
        if !stream.dict.is("Type", "XRef") {
            return Err(bad());
        }
        let data = self.decode(&stream)?;
        let numbers = |key: &str| -> Option<Vec<u64>> {
            let list = stream.dict.get(key)?.as_array()?;
            list.iter().map(|one| one.as_int().and_then(|value| u64::try_from(value).ok())).collect()
        };
        let widths = numbers("W").filter(|widths| widths.len() == 3 && widths.iter().all(|one| *one <= 8));
        let widths = widths.ok_or_else(bad)?;
        let size = stream.dict.get("Size").and_then(Object::as_int).and_then(|size| u64::try_from(size).ok());
        let index = numbers("Index").unwrap_or(vec![0, size.ok_or_else(bad)?]);
        let width = usize::try_from(widths.iter().sum::<u64>()).map_err(|_| bad())?;
        if width == 0 || index.len() % 2 != 0 {
            return Err(bad());
        }
        let mut rows = data.chunks_exact(width);
        for pair in index.chunks_exact(2) {
            let [first, count] = pair else { continue };
            for number in *first..first.saturating_add(*count) {
                let entry = row(rows.next().ok_or_else(bad)?, &widths).ok_or_else(bad)?;
                self.note(number, entry)?;
            }
        }
        self.places.insert(at);
        Ok(stream.dict)
    }

    /// The indirect object that stands at an offset, and where it ends.
    fn indirect(&self, at: usize, links: u8) -> Read<(Ref, Object, usize)> {
        let mut parser = Parser::new(self.bytes, at);
        let id = parser.header()?;
        let value = parser.object()?;
        parser.space();
        let is_stream = self.bytes.get(parser.at..).is_some_and(|rest| rest.starts_with(b"stream"));
        let value = match value {
            Object::Dict(dict) if is_stream => {
                let data = self.stream_data(&dict, &mut parser, links)?;
                Object::Stream(Stream { dict, data })
            }
            other => other,
        };
        parser.expect(b"endobj", "an object does not end")?;
        self.spend(parser.at.saturating_sub(at))?;
        Ok((id, value, parser.at))
    }

    /// The first thing between two offsets that no cross-reference section lists: where it is, and which object it would
    /// be. A reader that mends files would find it there.
    pub(crate) fn unlisted(&self, from: usize, to: usize) -> Read<Option<(usize, Option<u32>)>> {
        let mut parser = Parser::new(self.bytes.get(..to).unwrap_or_default(), from);
        loop {
            parser.space();
            let at = parser.at;
            if at >= to {
                return Ok(None);
            }
            if self.places.contains(&at) {
                parser.at = self.indirect(at, MAX_LINKS)?.2;
            } else if parser.word(b"xref") {
                while !parser.word(b"trailer") {
                    parser.unsigned("a cross-reference table is not as it must be")?;
                    let _ = parser.word(b"n") || parser.word(b"f");
                }
                parser.object()?;
            } else if parser.word(b"startxref") {
                parser.unsigned("no startxref before the end mark")?;
            } else {
                return Ok(Some((at, parser.header().ok().map(|id| id.number))));
            }
        }
    }

    fn spend(&self, bytes: usize) -> Read<()> {
        let work = self.work.get().saturating_add(bytes);
        self.work.set(work);
        let limit = (self.bytes.len() + self.unpacked.get()).saturating_mul(MAX_READINGS);
        if work > limit { Err(PdfError::TooLarge { what: "bytes of overlapping objects", limit }) } else { Ok(()) }
    }

    fn stream_data(&self, dict: &Dict, parser: &mut Parser<'_>, links: u8) -> Read<Vec<u8>> {
        const WHAT: &str = "a stream does not have the length it says";
        parser.at += b"stream".len();
        let rest = self.bytes.get(parser.at..).unwrap_or_default();
        parser.at += match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => return Err(parser.bad("a stream does not begin on a new line")),
        };
        let length = match dict.get("Length") {
            Some(Object::Int(length)) => *length,
            Some(Object::Ref(to)) => self.get_linked(*to, links)?.as_int().ok_or_else(|| parser.bad(WHAT))?,
            _ => return Err(parser.bad("a stream has no length")),
        };
        let end = usize::try_from(length).ok().and_then(|length| parser.at.checked_add(length));
        let end = end.ok_or_else(|| parser.bad(WHAT))?;
        let data = self.bytes.get(parser.at..end).ok_or_else(|| parser.bad(WHAT))?.to_vec();
        parser.at = end;
        // Not `space`: a comment mark could be the data's own.
        while self.bytes.get(parser.at).is_some_and(|byte| is_space(*byte)) {
            parser.at += 1;
        }
        parser.expect(b"endstream", WHAT)?;
        Ok(data)
    }

    /// The object that a reference leads to; null when there is none (section 7.3.10).
    pub(crate) fn get(&self, to: Ref) -> Read<Object> {
        self.get_linked(to, MAX_LINKS)
    }

    fn get_linked(&self, to: Ref, links: u8) -> Read<Object> {
        let Some(left) = links.checked_sub(1) else {
            return Err(PdfError::TooLarge { what: "references in a row", limit: usize::from(MAX_LINKS) });
        };
        match self.entries.get(&to.number) {
            Some(Entry::At { offset, generation }) if *generation == to.generation => {
                let (id, value, _) = self.indirect(*offset, left)?;
                if id != to {
                    return Err(PdfError::damaged(*offset, "another object stands here than is listed"));
                }
                Ok(value)
            }
            Some(Entry::Inside { stream, index }) if to.generation == 0 => {
                self.packed(*stream, *index, to.number, left)
            }
            _ => Ok(Object::Null),
        }
    }

    fn packed(&self, stream: u32, index: usize, number: u32, links: u8) -> Read<Object> {
        let packed = self.unpack(stream, links)?;
        let bad = |what| PdfError::damaged(0, what);
        let (listed, at) = packed.places.get(index).ok_or(bad("an object stream lacks a listed object"))?;
        if *listed != number {
            return Err(bad("an object stream holds another object than is listed"));
        }
        let mut parser = Parser::new(&packed.bytes, *at);
        let value = parser.object()?;
        self.spend(parser.at.saturating_sub(*at))?;
        Ok(value)
    }

    fn unpack(&self, number: u32, links: u8) -> Read<Rc<Packed>> {
        if let Some(known) = self.streams.borrow().get(&number) {
            return Ok(Rc::clone(known));
        }
        const WHAT: &str = "an object stream is not as it must be";
        let Some(Entry::At { offset, .. }) = self.entries.get(&number).copied() else {
            return Err(PdfError::damaged(0, WHAT));
        };
        let bad = || PdfError::damaged(offset, WHAT);
        let (id, object, _) = self.indirect(offset, links)?;
        let Object::Stream(stream) = object else { return Err(bad()) };
        if id.number != number || !stream.dict.is("Type", "ObjStm") {
            return Err(bad());
        }
        let bytes = self.decode(&stream)?;
        let size =
            |key: &str| stream.dict.get(key).and_then(Object::as_int).and_then(|value| usize::try_from(value).ok());
        let (count, first) = size("N").zip(size("First")).ok_or_else(bad)?;
        let mut parser = Parser::new(&bytes, 0);
        let mut places = Vec::new();
        for _ in 0..count {
            let number = u32::try_from(parser.unsigned(WHAT)?).map_err(|_| bad())?;
            let at = usize::try_from(parser.unsigned(WHAT)?).ok().and_then(|at| at.checked_add(first));
            places.push((number, at.ok_or_else(bad)?));
        }
        let packed = Rc::new(Packed { bytes, places });
        self.streams.borrow_mut().insert(number, Rc::clone(&packed));
        Ok(packed)
    }

    /// The data of a stream, unpacked, within what the whole file may unpack to.
    pub(crate) fn decode(&self, stream: &Stream) -> Read<Vec<u8>> {
        let left = MAX_UNPACKED_BYTES.saturating_sub(self.unpacked.get());
        let bytes = filter::decode(&stream.dict, &stream.data, left)?;
        self.unpacked.set(self.unpacked.get().saturating_add(bytes.len()));
        Ok(bytes)
    }

    /// The value itself, behind any references.
    pub(crate) fn resolve(&self, value: &Object) -> Read<Object> {
        let mut value = value.clone();
        for _ in 0..MAX_LINKS {
            match value {
                Object::Ref(to) => value = self.get(to)?,
                other => return Ok(other),
            }
        }
        Err(PdfError::TooLarge { what: "references in a row", limit: usize::from(MAX_LINKS) })
    }

    /// What a key leads to; null when the key is missing.
    pub(crate) fn at(&self, dict: &Dict, key: &str) -> Read<Object> {
        dict.get(key).map_or(Ok(Object::Null), |value| self.resolve(value))
    }

    /// The object with this number, at whatever generation it has.
    pub(crate) fn by_number(&self, number: u32) -> Read<Object> {
        match self.entries.get(&number) {
            Some(Entry::At { generation, .. }) => self.get(Ref { number, generation: *generation }),
            Some(Entry::Inside { .. }) => self.get(Ref { number, generation: 0 }),
            _ => Ok(Object::Null),
        }
    }

    /// The reference to the catalog.
    pub(crate) fn root(&self) -> Read<Ref> {
        let root = self.trailer.get("Root").and_then(Object::as_ref);
        root.ok_or(PdfError::damaged(self.newest_section, "the trailer names no catalog"))
    }

    pub(crate) fn catalog(&self) -> Read<Dict> {
        match self.get(self.root()?)? {
            Object::Dict(dict) => Ok(dict),
            _ => Err(PdfError::damaged(self.newest_section, "the catalog is missing")),
        }
    }

    /// Where the value of a key stands in the file, for an object that stands in the open.
    pub(crate) fn span_of(&self, number: u32, key: &str) -> Read<Option<Range<usize>>> {
        let Some(Entry::At { offset, .. }) = self.entries.get(&number) else { return Ok(None) };
        let mut parser = Parser::new(self.bytes, *offset);
        parser.header()?;
        parser.span_of(key.as_bytes())
    }
}

fn offset_of(value: &Object, at: usize) -> Read<usize> {
    let offset = value.as_int().and_then(|value| usize::try_from(value).ok());
    offset.ok_or(PdfError::damaged(at, "a cross-reference section has no proper offset"))
}

/// One entry of a cross-reference stream (section 7.5.8.3). The first field is 1 when it is left out.
fn row(bytes: &[u8], widths: &[u64]) -> Option<Entry> {
    let mut rest = bytes;
    let mut field = |width: u64| -> Option<u64> {
        let (head, tail) = rest.split_at_checked(usize::try_from(width).ok()?)?;
        rest = tail;
        Some(head.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte)))
    };
    let [kind_width, a_width, b_width] = widths else { return None };
    let kind = field(*kind_width)?;
    let kind = if *kind_width == 0 { 1 } else { kind };
    let (a, b) = (field(*a_width)?, field(*b_width)?);
    match kind {
        0 => Some(Entry::Free),
        1 => Some(Entry::At { offset: usize::try_from(a).ok()?, generation: u16::try_from(b).ok()? }),
        2 => Some(Entry::Inside { stream: u32::try_from(a).ok()?, index: usize::try_from(b).ok()? }),
        _ => None,
    }
}

/// Finds the last `startxref`, and where the file ends.
fn end_of_file(bytes: &[u8]) -> Read<(usize, usize)> {
    const MARK: &[u8] = b"%%EOF";
    let mark = bytes.windows(MARK.len()).rposition(|window| window == MARK);
    let mark = mark.ok_or(PdfError::damaged(bytes.len(), "the file has no end mark; it was cut off"))?;
    let bad = PdfError::damaged(mark, "no startxref before the end mark");
    let from = mark.saturating_sub(64);
    let head = bytes.get(from..mark).unwrap_or_default();
    let word = head.windows(9).rposition(|window| window == b"startxref").ok_or(bad.clone())?;
    let mut parser = Parser::new(bytes.get(..mark).unwrap_or_default(), from + word + 9);
    let start = usize::try_from(parser.unsigned("no startxref before the end mark")?).map_err(|_| bad.clone())?;
    parser.space();
    if parser.at != mark || start >= mark {
        return Err(bad);
    }
    let end = mark + MARK.len();
    let end = match bytes.get(end..).unwrap_or_default() {
        [b'\r', b'\n', ..] => end + 2,
        [b'\r' | b'\n', ..] => end + 1,
        _ => end,
    };
    Ok((start, end))
}
