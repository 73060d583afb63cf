//! What the tests share: a document with empty signature fields, an organisation, and its people.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing helper fails its test")]

use countersign_pades::seal::{SealInfo, approve, certify};
use countersign_pades::{Authority, DateTime, Identity, Purpose, Subject, Trust, Validity};
use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary};
use rand::SeedableRng;
use rand::rngs::StdRng;

pub const FIELDS: [&str; 3] = ["Deployer", "Reviewer", "Approver"];

pub fn rng() -> StdRng {
    StdRng::seed_from_u64(7)
}

pub fn day(year: u16, month: u8, day: u8) -> DateTime {
    DateTime::new(year, month, day, 12, 0, 0).unwrap()
}

pub fn now() -> DateTime {
    day(2026, 11, 21)
}

pub fn years(from: u16, to: u16) -> Validity {
    Validity { not_before: day(from, 1, 1), not_after: day(to, 1, 1) }
}

pub fn subject(name: &str) -> Subject {
    Subject {
        common_name: name.to_owned(),
        email: Some(format!("{}@example.org", name.to_lowercase().replace(' ', "."))),
        organisation: Some("Example Operations".to_owned()),
    }
}

/// An organisation with three people.
pub struct House {
    pub authority: Authority,
    pub people: Vec<Identity>,
}

impl House {
    pub fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let authority = Authority::new("Example Operations", years(2020, 2049), &mut rng).unwrap();
        let people = ["Dora Deployer", "René Reviewer", "Ann Approver"]
            .map(|name| {
                let subject = Subject { email: Some("someone@example.org".to_owned()), ..subject(name) };
                authority.issue_identity(&subject, Purpose::Person, years(2025, 2045), &mut rng).unwrap()
            })
            .to_vec();
        Self { authority, people }
    }

    pub fn trust(&self) -> Trust {
        Trust::roots(vec![self.authority.certificate().clone()])
    }

    /// The base document with the first `count` fields signed, a certification first.
    pub fn sign(&self, base: &[u8], count: usize, appearance: Option<&[u8]>) -> Vec<u8> {
        let mut pdf = base.to_vec();
        for (index, (field, who)) in FIELDS.iter().zip(&self.people).take(count).enumerate() {
            let info = SealInfo {
                reason: Some(format!("I approve, as {field} – ≥ 1")),
                location: Some("Laptop 3".to_owned()),
                ..SealInfo::new(who.certificate().common_name(), now())
            };
            let step = if index == 0 { certify } else { approve };
            pdf = step(&pdf, field, who, &info, appearance).unwrap();
        }
        pdf
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listing {
    Table,
    Stream,
}

/// A page with three empty signature fields, the last of which locks all, and one attachment.
pub fn base(listing: Listing) -> Vec<u8> {
    let mut doc = Document::with_version("1.7");
    let pages = doc.new_object_id();
    let page = doc.new_object_id();
    let font = doc.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let content =
        doc.add_object(Stream::new(Dictionary::new(), b"BT /F1 18 Tf 72 760 Td (All checks passed) Tj ET".to_vec()));
    let look = Stream::new(
        dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 200.into(), 40.into()] },
        b"0.5 w 1 1 198 38 re S".to_vec(),
    );
    let look = doc.add_object(look);
    let mut fields = Vec::new();
    for (index, name) in FIELDS.iter().enumerate() {
        let bottom = 100.0 + 60.0 * index as f32;
        let mut field = dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => Object::string_literal(*name),
            "TU" => Object::string_literal(format!("Signature of the {name}")),
            "F" => 4, "P" => page,
            "Rect" => vec![Object::Real(72.0), Object::Real(bottom), Object::Real(272.5), Object::Real(bottom + 40.0)],
            "AP" => dictionary! { "N" => look },
        };
        if index + 1 == FIELDS.len() {
            field.set("Lock", dictionary! { "Type" => "SigFieldLock", "Action" => "All" });
        }
        fields.push(Object::Reference(doc.add_object(field)));
    }
    doc.objects.insert(
        page,
        Object::Dictionary(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
            "Annots" => fields.clone(),
        }),
    );
    doc.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Count" => 1, "Kids" => vec![Object::Reference(page)] }),
    );
    let data = Stream::new(dictionary! { "Type" => "EmbeddedFile" }, br#"{"record":"7"}"#.to_vec());
    let data = doc.add_object(data);
    let file = doc.add_object(dictionary! {
        "Type" => "Filespec", "F" => Object::string_literal("record.json"), "UF" => Object::string_literal("record.json"),
        "EF" => dictionary! { "F" => data }, "AFRelationship" => "Source",
    });
    let names = dictionary! { "Names" => vec![Object::string_literal("record.json"), Object::Reference(file)] };
    let form = doc.add_object(dictionary! { "Fields" => fields, "SigFlags" => 0 });
    let root = doc.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => pages, "AcroForm" => form,
        "Names" => dictionary! { "EmbeddedFiles" => names },
    });
    let info = doc.add_object(dictionary! { "Title" => Object::string_literal("Report 7") });
    doc.trailer.set("Root", root);
    doc.trailer.set("Info", info);
    let id = Object::String(vec![7; 16], StringFormat::Hexadecimal);
    doc.trailer.set("ID", vec![id.clone(), id]);
    save(doc, listing)
}

/// A small page to be shown in a field.
pub fn appearance(text: &str) -> Vec<u8> {
    let mut doc = Document::with_version("1.7");
    let pages = doc.new_object_id();
    let font = doc.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let resources = doc.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let parts: Vec<Object> = ["BT /F1 10 Tf 8 16 Td", &format!("({text}) Tj ET")]
        .map(|part| Object::Reference(doc.add_object(Stream::new(Dictionary::new(), part.as_bytes().to_vec()))))
        .to_vec();
    let page = doc.add_object(dictionary! { "Type" => "Page", "Parent" => pages, "Contents" => parts });
    doc.objects.insert(
        pages,
        Object::Dictionary(dictionary! {
            "Type" => "Pages", "Count" => 1, "Kids" => vec![Object::Reference(page)], "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), 200.into(), 40.into()],
        }),
    );
    let root = doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    doc.trailer.set("Root", root);
    save(doc, Listing::Table)
}

pub fn save(mut doc: Document, listing: Listing) -> Vec<u8> {
    let mut out = Vec::new();
    match listing {
        Listing::Table => {
            doc.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceTable;
            doc.save_to(&mut out).unwrap();
        }
        Listing::Stream => {
            doc.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceStream;
            doc.save_modern(&mut out).unwrap();
        }
    }
    out
}

/// An update of the kind that an attacker appends: page 1 gets other content. Written with lopdf's own means.
pub fn overdraw(pdf: &[u8]) -> Vec<u8> {
    update(pdf, |doc| {
        let page = *doc.get_pages().get(&1).unwrap();
        let content = doc.get_dictionary(page).unwrap().get(b"Contents").unwrap().as_reference().unwrap();
        let stream = Stream::new(Dictionary::new(), b"BT /F1 18 Tf 72 760 Td (All checks FAILED) Tj ET".to_vec());
        vec![(content, Object::Stream(stream))]
    })
}

/// Appends an incremental update with new versions of some objects, as a table after a table.
pub fn update(pdf: &[u8], change: impl Fn(&Document) -> Vec<(lopdf::ObjectId, Object)>) -> Vec<u8> {
    let doc = Document::load_mem(pdf).unwrap();
    let mut out = pdf.to_vec();
    let mut rows = String::new();
    let mut size = doc.max_id + 1;
    for (id, object) in change(&doc) {
        rows += &format!("{} 1\n{:010} {:05} n \n", id.0, out.len(), id.1);
        size = size.max(id.0 + 1);
        out.extend(format!("{} {} obj\n", id.0, id.1).into_bytes());
        write_object(&object, &mut out);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    let root = doc.trailer.get(b"Root").unwrap().as_reference().unwrap();
    let info = doc.trailer.get(b"Info").unwrap().as_reference().unwrap();
    let previous = last_startxref(pdf);
    out.extend(
        format!("xref\n{rows}trailer\n<</Size {size}/Root {} 0 R/Info {} 0 R/Prev {previous}", root.0, info.0)
            .into_bytes(),
    );
    out.extend(format!(">>\nstartxref\n{start}\n%%EOF\n").into_bytes());
    out
}

pub fn last_startxref(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.rsplit("startxref").next().unwrap().trim_start().lines().next().unwrap().trim().parse().unwrap()
}

/// PDF syntax for a lopdf value, as far as the tests need it.
pub fn write_object(object: &Object, out: &mut Vec<u8>) {
    match object {
        Object::Array(items) => {
            out.push(b'[');
            items.iter().for_each(|item| {
                write_object(item, out);
                out.push(b' ');
            });
            out.push(b']');
        }
        Object::Dictionary(dict) => write_dict(dict, out),
        Object::Stream(stream) => {
            let mut dict = stream.dict.clone();
            dict.set("Length", stream.content.len() as i64);
            write_dict(&dict, out);
            out.extend(b"\nstream\n");
            out.extend(&stream.content);
            out.extend(b"\nendstream");
        }
        Object::Reference(id) => out.extend(format!("{} {} R", id.0, id.1).into_bytes()),
        Object::Name(name) => out.extend([b"/", name.as_slice()].concat()),
        Object::String(text, _) => {
            let digits: String = text.iter().map(|byte| format!("{byte:02x}")).collect();
            out.extend(format!("<{digits}>").into_bytes());
        }
        Object::Integer(value) => out.extend(value.to_string().into_bytes()),
        Object::Real(value) => out.extend(format!("{value:.3}").into_bytes()),
        Object::Boolean(value) => out.extend(value.to_string().into_bytes()),
        Object::Null => out.extend(b"null"),
    }
}

fn write_dict(dict: &Dictionary, out: &mut Vec<u8>) {
    out.extend(b"<<");
    for (key, value) in dict {
        out.extend([b"/", key.as_slice(), b" "].concat());
        write_object(value, out);
    }
    out.extend(b">>");
}

/// Offsets of every signature's ranges, by plain search: gap from, gap to, end.
pub fn ranges(pdf: &[u8]) -> Vec<[usize; 3]> {
    let text: String = pdf.iter().map(|byte| char::from(*byte)).collect();
    let lists = text.match_indices("/ByteRange [0 ").map(|(at, mark)| {
        let numbers = text[at + mark.len()..].split(']').next().unwrap();
        let numbers: Vec<usize> = numbers.split_whitespace().map(|one| one.parse().unwrap()).collect();
        [numbers[0], numbers[1], numbers[1] + numbers[2]]
    });
    lists.collect()
}

/// Every signature's value without padding, and the bytes that it covers; found by plain search, not by our reader.
pub fn signature_sites(pdf: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let one = |[from, to, end]: [usize; 3]| {
        let digits = &pdf[from + 1..to - 1];
        let bytes: Vec<u8> =
            digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
        let length = 4 + usize::from(bytes[2]) * 256 + usize::from(bytes[3]);
        (bytes[..length].to_vec(), [&pdf[..from], &pdf[to..end]].concat())
    };
    ranges(pdf).into_iter().map(one).collect()
}

/// Signs one signature of a document anew, over what its ranges cover now: what an insider could do.
pub fn sign_again(pdf: &mut [u8], index: usize, who: &Identity) {
    let [from, to, end] = ranges(pdf)[index];
    let cms = countersign_pades::cms::sign(who, &[&pdf[..from], &pdf[to..end]].concat()).unwrap();
    let digits: Vec<u8> = cms.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect();
    pdf[from + 1..to - 1].fill(b'0');
    pdf[from + 1..=from + digits.len()].copy_from_slice(&digits);
}

/// Replaces bytes by others of the same length, everywhere.
pub fn replace(pdf: &mut [u8], from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> =
        pdf.windows(from.len()).enumerate().filter(|(_, one)| *one == from).map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "{:?} is not there", String::from_utf8_lossy(from));
    for at in places {
        pdf[at..at + to.len()].copy_from_slice(to);
    }
}
