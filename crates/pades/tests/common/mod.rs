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
        let authority = Authority::new("Example Operations", years(2020, 2040), &mut rng).unwrap();
        let people = ["Dora Deployer", "René Reviewer", "Ann Approver"]
            .map(|name| {
                let subject = Subject { email: Some("someone@example.org".to_owned()), ..subject(name) };
                authority.issue_identity(&subject, Purpose::Person, years(2025, 2030), &mut rng).unwrap()
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
