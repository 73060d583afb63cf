//! Additions to a PDF that leave every byte of it where it is (incremental updates, ISO 32000-2 section 7.5.6).

use std::collections::BTreeMap;

use super::file::{File, Listing};
use super::object::{Dict, Object, Ref, Stream};
use super::{MAX_OBJECTS, PdfError};

/// A file being added to.
pub(crate) struct Update<'f, 'a> {
    file: &'f File<'a>,
    out: Vec<u8>,
    placed: BTreeMap<u32, (usize, u16)>,
    next: u32,
}

impl<'f, 'a> Update<'f, 'a> {
    pub(crate) fn new(file: &'f File<'a>) -> Result<Self, PdfError> {
        let size = file.trailer.get("Size").and_then(Object::as_int).and_then(|size| u32::try_from(size).ok());
        let next = size.ok_or(PdfError::damaged(file.newest_section, "the trailer has no /Size"))?;
        let mut out = file.bytes.to_vec();
        if !out.ends_with(b"\n") {
            out.push(b'\n');
        }
        Ok(Self { file, out, placed: BTreeMap::new(), next })
    }

    /// A number that no object has yet.
    pub(crate) fn fresh(&mut self) -> Result<Ref, PdfError> {
        if self.next >= MAX_OBJECTS {
            return Err(PdfError::TooLarge { what: "objects", limit: MAX_OBJECTS as usize });
        }
        let number = self.next;
        self.next += 1;
        Ok(Ref { number, generation: 0 })
    }

    /// Adds an object, or a new version of one.
    pub(crate) fn put(&mut self, id: Ref, value: &Object) {
        let mut body = Vec::new();
        value.write(&mut body);
        self.put_raw(id, &body);
    }

    /// Adds an object that is written already. Gives the offset of its first byte behind `obj`.
    pub(crate) fn put_raw(&mut self, id: Ref, body: &[u8]) -> usize {
        self.placed.insert(id.number, (self.out.len(), id.generation));
        self.out.extend_from_slice(format!("{} {} obj\n", id.number, id.generation).as_bytes());
        let at = self.out.len();
        self.out.extend_from_slice(body);
        self.out.extend_from_slice(b"\nendobj\n");
        at
    }

    /// Writes the cross-reference section and the trailer, in the way the file has them. `id` becomes the changing half of
    /// the file's identifier.
    pub(crate) fn finish(mut self, id: [u8; 16]) -> Result<Vec<u8>, PdfError> {
        let mut trailer = Dict::default();
        for key in ["Root", "Info"] {
            if let Some(value) = self.file.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        let first = match self.file.trailer.get("ID").map(|value| self.file.resolve(value)).transpose()? {
            Some(Object::Array(pair)) => pair.into_iter().next(),
            _ => None,
        };
        let id = Object::Text(id.to_vec());
        trailer.set("ID", Object::Array(vec![first.unwrap_or_else(|| id.clone()), id]));
        trailer.set("Prev", Object::Int(int(self.file.newest_section)));
        let start = match self.file.listing {
            Listing::Table => self.table(trailer),
            Listing::Stream => self.stream(trailer)?,
        };
        self.out.extend_from_slice(format!("\nstartxref\n{start}\n%%EOF\n").as_bytes());
        Ok(self.out)
    }

    fn table(&mut self, mut trailer: Dict) -> usize {
        let start = self.out.len();
        trailer.set("Size", Object::Int(i64::from(self.next)));
        self.out.extend_from_slice(b"xref\n");
        for (first, run) in runs(&self.placed) {
            self.out.extend_from_slice(format!("{first} {}\n", run.len()).as_bytes());
            for (offset, generation) in run {
                self.out.extend_from_slice(format!("{offset:010} {generation:05} n \n").as_bytes());
            }
        }
        self.out.extend_from_slice(b"trailer\n");
        trailer.write(&mut self.out);
        start
    }

    fn stream(&mut self, mut dict: Dict) -> Result<usize, PdfError> {
        let id = self.fresh()?;
        let start = self.out.len();
        self.placed.insert(id.number, (start, 0));
        let (mut index, mut data) = (Vec::new(), Vec::new());
        for (first, run) in runs(&self.placed) {
            index.extend([Object::Int(i64::from(first)), Object::Int(int(run.len()))]);
            for (offset, generation) in run {
                data.push(1);
                data.extend_from_slice(&u32::try_from(offset).unwrap_or(u32::MAX).to_be_bytes());
                data.extend_from_slice(&generation.to_be_bytes());
            }
        }
        dict.set("Type", Object::name("XRef"));
        dict.set("Size", Object::Int(i64::from(self.next)));
        dict.set("W", Object::Array([1, 4, 2].map(Object::Int).to_vec()));
        dict.set("Index", Object::Array(index));
        let mut body = Vec::new();
        Object::Stream(Stream { dict, data }).write(&mut body);
        self.out.extend_from_slice(format!("{} 0 obj\n", id.number).as_bytes());
        self.out.extend_from_slice(&body);
        self.out.extend_from_slice(b"\nendobj");
        Ok(start)
    }
}

fn int(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Neighbouring numbers, put together.
fn runs(placed: &BTreeMap<u32, (usize, u16)>) -> Vec<(u32, Vec<(usize, u16)>)> {
    let mut runs: Vec<(u32, Vec<(usize, u16)>)> = Vec::new();
    for (number, place) in placed {
        match runs.last_mut() {
            Some((first, run)) if u32::try_from(run.len()).is_ok_and(|length| *first + length == *number) => {
                run.push(*place);
            }
            _ => runs.push((*number, vec![*place])),
        }
    }
    runs
}
