//! The values of PDF (ISO 32000-2 section 7.3) and how they are written.

use std::collections::BTreeMap;

/// An indirect reference: number and generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ref {
    pub(crate) number: u32,
    pub(crate) generation: u16,
}

/// Any PDF value. A stream occurs only as the value of an indirect object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Object {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    Stream(Stream),
    Ref(Ref),
}

/// A dictionary. A key stands in it once: doubled keys do not get this far.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Dict(pub(crate) BTreeMap<Vec<u8>, Object>);

/// A stream with its bytes as they stand in the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stream {
    pub(crate) dict: Dict,
    pub(crate) data: Vec<u8>,
}

impl Object {
    pub(crate) fn name(name: &str) -> Self {
        Self::Name(name.as_bytes().to_vec())
    }

    /// A text string: ASCII as it is, anything else as UTF-16BE with its mark (section 7.9.2.2).
    pub(crate) fn text(text: &str) -> Self {
        if text.is_ascii() && !text.chars().any(|c| c.is_control()) {
            return Self::Text(text.as_bytes().to_vec());
        }
        let units = core::iter::once(0xfeff).chain(text.encode_utf16());
        Self::Text(units.flat_map(u16::to_be_bytes).collect())
    }

    pub(crate) fn as_int(&self) -> Option<i64> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }

    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn as_name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(crate) fn as_ref(&self) -> Option<Ref> {
        if let Self::Ref(to) = self { Some(*to) } else { None }
    }

    pub(crate) fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The dictionary, also that of a stream.
    pub(crate) fn as_dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) | Self::Stream(Stream { dict, .. }) => Some(dict),
            _ => None,
        }
    }

    /// A text string as text (section 7.9.2.2). Bytes that mean nothing become replacement characters.
    pub(crate) fn as_text(&self) -> Option<String> {
        let Self::Text(bytes) = self else { return None };
        Some(match bytes.as_slice() {
            [0xfe, 0xff, rest @ ..] => {
                let units: Vec<u16> = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
                String::from_utf16_lossy(&units)
            }
            [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
            plain => plain.iter().map(|byte| char::from(*byte)).collect(),
        })
    }

    /// Calls `found` with every reference in the value.
    pub(crate) fn each_ref(&self, found: &mut impl FnMut(Ref)) {
        match self {
            Self::Ref(to) => found(*to),
            Self::Array(items) => items.iter().for_each(|item| item.each_ref(found)),
            Self::Dict(dict) | Self::Stream(Stream { dict, .. }) => {
                dict.0.values().for_each(|value| value.each_ref(found));
            }
            _ => {}
        }
    }

    /// The same value with every reference led elsewhere.
    pub(crate) fn with_refs(&self, lead: &mut impl FnMut(Ref) -> Ref) -> Self {
        match self {
            Self::Ref(to) => Self::Ref(lead(*to)),
            Self::Array(items) => Self::Array(items.iter().map(|item| item.with_refs(lead)).collect()),
            Self::Dict(dict) => Self::Dict(dict.with_refs(lead)),
            Self::Stream(Stream { dict, data }) => {
                Self::Stream(Stream { dict: dict.with_refs(lead), data: data.clone() })
            }
            plain => plain.clone(),
        }
    }

    /// Appends the value as PDF syntax.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Self::Int(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Self::Real(value) => write_real(*value, out),
            Self::Text(bytes) => write_text(bytes, out),
            Self::Name(name) => write_name(name, out),
            Self::Array(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b' ');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Dict(dict) => dict.write(out),
            Self::Stream(Stream { dict, data }) => {
                let mut dict = dict.clone();
                dict.set("Length", Self::Int(i64::try_from(data.len()).unwrap_or(i64::MAX)));
                dict.write(out);
                out.extend_from_slice(b"\nstream\n");
                out.extend_from_slice(data);
                out.extend_from_slice(b"\nendstream");
            }
            Self::Ref(to) => out.extend_from_slice(format!("{} {} R", to.number, to.generation).as_bytes()),
        }
    }
}

impl Dict {
    pub(crate) fn get(&self, key: &str) -> Option<&Object> {
        self.0.get(key.as_bytes())
    }

    pub(crate) fn set(&mut self, key: &str, value: Object) {
        self.0.insert(key.as_bytes().to_vec(), value);
    }

    pub(crate) fn with(mut self, key: &str, value: Object) -> Self {
        self.set(key, value);
        self
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Object> {
        self.0.remove(key.as_bytes())
    }

    /// Whether `key` is this name.
    pub(crate) fn is(&self, key: &str, name: &str) -> bool {
        self.get(key).and_then(Object::as_name) == Some(name.as_bytes())
    }

    fn with_refs(&self, lead: &mut impl FnMut(Ref) -> Ref) -> Self {
        Self(self.0.iter().map(|(key, value)| (key.clone(), value.with_refs(lead))).collect())
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"<<");
        for (key, value) in &self.0 {
            write_name(key, out);
            out.push(b' ');
            value.write(out);
        }
        out.extend_from_slice(b">>");
    }
}

/// Without an exponent, which PDF does not know, and with a point, so that it stays a real number.
fn write_real(value: f64, out: &mut Vec<u8>) {
    let digits = format!("{value}");
    out.extend_from_slice(digits.as_bytes());
    if !digits.contains('.') {
        out.extend_from_slice(b".0");
    }
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in name {
        match byte {
            b'!'..=b'~' if !b"#()<>[]{}/%".contains(byte) => out.push(*byte),
            other => out.extend_from_slice(format!("#{other:02x}").as_bytes()),
        }
    }
}

fn write_text(bytes: &[u8], out: &mut Vec<u8>) {
    if bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) {
        out.push(b'(');
        for byte in bytes {
            if b"()\\".contains(byte) {
                out.push(b'\\');
            }
            out.push(*byte);
        }
        out.push(b')');
    } else {
        out.push(b'<');
        write_hex(bytes, out);
        out.push(b'>');
    }
}

/// Appends lower-case hexadecimal digits.
pub(crate) fn write_hex(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}
