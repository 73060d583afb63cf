//! Incremental updates (ISO 32000-2, 7.5.6) as an attacker writes them: any object, listed or not, in a table or in a stream.

use crate::tamper;
use lopdf::{Document, Object};
use std::collections::BTreeMap;

/// An update that is being appended to a file.
#[derive(Debug)]
pub struct Update {
    document: Document,
    out: Vec<u8>,
    rows: BTreeMap<u32, [usize; 3]>,
    size: u32,
    root: u32,
    previous: usize,
}

impl Update {
    /// Begins one behind the file's end.
    ///
    /// # Panics
    /// When the file is no PDF.
    pub fn of(pdf: &[u8]) -> Self {
        let document = Document::load_mem(pdf).expect("a PDF");
        let root = document.trailer.get(b"Root").and_then(Object::as_reference).expect("a catalog").0;
        let size = document.max_id + 1;
        Self { document, out: pdf.to_vec(), rows: BTreeMap::new(), size, root, previous: tamper::last_table(pdf) }
    }

    /// The file as lopdf reads it.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The catalog's number.
    pub fn root(&self) -> u32 {
        self.root
    }

    /// A number that no object has.
    pub fn fresh(&mut self) -> u32 {
        self.size += 1;
        self.size - 1
    }

    /// The length so far, which is where the next thing will stand.
    pub fn at(&self) -> usize {
        self.out.len()
    }

    /// Adds an object, or a new version of one; `body` is what stands between `obj` and `endobj`.
    #[must_use]
    pub fn put(mut self, number: u32, body: impl AsRef<[u8]>) -> Self {
        self.rows.insert(number, [1, self.out.len(), 0]);
        self.size = self.size.max(number + 1);
        self.loose(object(number, body))
    }

    /// Adds a stream.
    #[must_use]
    pub fn put_stream(self, number: u32, entries: &str, data: &[u8]) -> Self {
        self.put(number, stream(entries, data))
    }

    /// Lists an object at an offset, whatever stands there.
    #[must_use]
    pub fn list(mut self, number: u32, offset: usize) -> Self {
        self.rows.insert(number, [1, offset, 0]);
        self
    }

    /// Declares that there is no such object any more.
    #[must_use]
    pub fn free(mut self, number: u32) -> Self {
        self.rows.insert(number, [0, 0, 1]);
        self
    }

    /// Adds objects inside an object stream.
    #[must_use]
    pub fn put_packed(mut self, objects: &[(u32, &str)]) -> Self {
        let holder = self.fresh();
        let (mut head, mut body) = (String::new(), String::new());
        for (index, (number, text)) in objects.iter().enumerate() {
            head += &format!("{number} {} ", body.len());
            body += &format!("{text} ");
            self.rows.insert(*number, [2, holder as usize, index]);
        }
        let entries = format!("/Type/ObjStm/N {}/First {}", objects.len(), head.len());
        self.put_stream(holder, &entries, format!("{head}{body}").as_bytes())
    }

    /// Adds bytes that nothing lists.
    #[must_use]
    pub fn loose(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.out.extend_from_slice(bytes.as_ref());
        self
    }

    /// The bytes so far, without any section.
    pub fn unfinished(self) -> Vec<u8> {
        self.out
    }

    /// Ends it with a table.
    pub fn table(mut self) -> Vec<u8> {
        let start = self.out.len();
        let row = |(number, [kind, a, b]): (&u32, &[usize; 3])| {
            format!("{number} 1\n{a:010} {b:05} {} \n", if *kind == 1 { 'n' } else { 'f' })
        };
        let rows: String = self.rows.iter().map(row).collect();
        let trailer = self.trailer();
        self.out.extend(format!("xref\n{rows}trailer\n<<{trailer}>>\nstartxref\n{start}\n%%EOF\n").bytes());
        self.out
    }

    /// Ends it with a cross-reference stream, which object streams need.
    pub fn section(mut self) -> Vec<u8> {
        let (number, start) = (self.fresh(), self.out.len());
        self.rows.insert(number, [1, start, 0]);
        let index: String = self.rows.keys().map(|number| format!("{number} 1 ")).collect();
        let mut data = Vec::new();
        for [kind, a, b] in self.rows.values() {
            data.push(*kind as u8);
            data.extend((*a as u32).to_be_bytes());
            data.extend((*b as u16).to_be_bytes());
        }
        let entries = format!("/Type/XRef/W[1 4 2]/Index[{index}]{}", self.trailer());
        self.out.extend(object(number, stream(&entries, &data)));
        self.out.extend(format!("startxref\n{start}\n%%EOF\n").bytes());
        self.out
    }

    fn trailer(&self) -> String {
        let info = self.document.trailer.get(b"Info").and_then(Object::as_reference).ok();
        let info = info.map(|id| format!("/Info {} 0 R", id.0)).unwrap_or_default();
        format!("/Size {}/Root {} 0 R{info}/Prev {}", self.size, self.root, self.previous)
    }
}

/// An indirect object.
pub fn object(number: u32, body: impl AsRef<[u8]>) -> Vec<u8> {
    [format!("{number} 0 obj\n").as_bytes(), body.as_ref(), b"\nendobj\n"].concat()
}

/// A stream's dictionary and data.
pub fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    [format!("<<{entries}/Length {}>>\nstream\n", data.len()).as_bytes(), data, b"\nendstream"].concat()
}

/// The newest text of an object that stands in the open: what lies between `obj` and `endobj`.
///
/// # Panics
/// When there is none.
pub fn text_of(pdf: &[u8], number: u32) -> String {
    let mark = format!("\n{number} 0 obj");
    let at =
        pdf.windows(mark.len()).rposition(|window| window == mark.as_bytes()).expect("the object stands in the open");
    let body = pdf.get(at + mark.len()..).expect("it is inside");
    let end = body.windows(6).position(|window| window == b"endobj").expect("it ends");
    String::from_utf8_lossy(body.get(..end).expect("it is inside")).trim().to_owned()
}

/// The numbers of all objects whose dictionary has this value under this key, both as names.
pub fn named(document: &Document, key: &[u8], value: &[u8]) -> Vec<u32> {
    let fits = |object: &Object| {
        let dict = object.as_dict().or_else(|_| object.as_stream().map(|stream| &stream.dict));
        dict.is_ok_and(|dict| dict.get(key).and_then(Object::as_name).is_ok_and(|name| name == value))
    };
    document.objects.iter().filter(|(_, object)| fits(object)).map(|(id, _)| id.0).collect()
}
