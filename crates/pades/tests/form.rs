//! Filled forms as other programs write them, and as nobody should.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step fails its test"
)]

use countersign_pades::{FieldValue, PdfError, filled_form};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};

/// A document with these objects as the form's fields.
fn document(make: impl FnOnce(&mut Document) -> Vec<Object>) -> Vec<u8> {
    let mut doc = Document::with_version("1.7");
    let fields = make(&mut doc);
    let pages = doc.add_object(dictionary! { "Type" => "Pages", "Kids" => Vec::<Object>::new(), "Count" => 0 });
    let form = doc.add_object(dictionary! { "Fields" => fields });
    let root = doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages, "AcroForm" => form });
    doc.trailer.set("Root", root);
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    bytes
}

fn literal(bytes: &[u8]) -> Object {
    Object::String(bytes.to_vec(), StringFormat::Literal)
}

fn field(doc: &mut Document, dict: Dictionary) -> ObjectId {
    doc.add_object(dict)
}

fn values(pdf: &[u8]) -> Vec<(String, FieldValue)> {
    filled_form(pdf).unwrap().fields.into_iter().map(|field| (field.name, field.value)).collect()
}

fn only(make: impl FnOnce(&mut Document) -> Dictionary) -> FieldValue {
    let pdf = document(|doc| {
        let dict = make(doc);
        vec![field(doc, dict).into()]
    });
    let [(name, value)] = values(&pdf).try_into().unwrap();
    assert_eq!(name, "f");
    value
}

#[test]
fn text_is_read_in_every_encoding_that_a_text_string_has() {
    let utf16: Vec<u8> = [0xfeff].into_iter().chain("日本 ✓".encode_utf16()).flat_map(u16::to_be_bytes).collect();
    for (bytes, text) in [
        (&b"plain (text)"[..], "plain (text)"),
        (&utf16, "日本 ✓"),
        ("\u{feff}Ü8 mit Marke".as_bytes(), "Ü8 mit Marke"),
        (b"\x84 \x8d\xdf\x8e \xa0 5 \x93", "— “ß” € 5 ﬁ"),
        (b"one\rtwo\r\nthree\nfour", "one\ntwo\nthree\nfour"),
    ] {
        let found = only(|_| dictionary! { "T" => literal(b"f"), "FT" => "Tx", "V" => literal(bytes) });
        assert_eq!(found, FieldValue::Text(text.to_owned()));
    }
    let long = only(|doc| {
        let stream = doc.add_object(Stream::new(Dictionary::new(), b"a long text".to_vec()));
        dictionary! { "T" => literal(b"f"), "FT" => "Tx", "V" => stream }
    });
    assert_eq!(long, FieldValue::Text("a long text".to_owned()));
    let none = only(|_| dictionary! { "T" => literal(b"f"), "FT" => "Tx" });
    assert_eq!(
        (none, only(|_| dictionary! { "T" => literal(b"f"), "FT" => "Tx", "V" => literal(b"") })),
        (FieldValue::Empty, FieldValue::Empty)
    );
}

#[test]
fn a_button_is_on_whichever_way_a_program_says_so() {
    let on = |value: Option<Object>, shown: Option<&'static str>| {
        only(|_| {
            let mut dict = dictionary! { "T" => literal(b"f"), "FT" => "Btn" };
            if let Some(value) = value {
                dict.set("V", value);
            }
            if let Some(shown) = shown {
                dict.set("AS", shown);
            }
            dict
        })
    };
    let yes = FieldValue::State("Yes".to_owned());
    let name = |name: &str| Some(Object::Name(name.as_bytes().to_vec()));
    assert_eq!(on(name("Yes"), Some("Yes")), yes);
    assert_eq!(on(name("Yes"), None), yes);
    assert_eq!(on(None, Some("Yes")), yes);
    assert_eq!(on(name("Off"), Some("Yes")), yes);
    assert_eq!(on(Some(literal(b"/Yes")), Some("Yes")), yes);
    assert_eq!(on(name("Off"), Some("Off")), FieldValue::Empty);
    assert_eq!(on(None, None), FieldValue::Empty);
    let both = FieldValue::Unclear(vec!["No".to_owned(), "Yes".to_owned()]);
    assert_eq!(on(name("Yes"), Some("No")), both);
}

#[test]
fn names_kinds_and_values_come_down_from_the_fields_above() {
    let pdf = document(|doc| {
        let off = field(doc, dictionary! { "Subtype" => "Widget", "AS" => "Off" });
        let on = field(doc, dictionary! { "Subtype" => "Widget", "AS" => "b" });
        let kids: Vec<Object> = vec![off.into(), on.into()];
        let radio = field(doc, dictionary! { "T" => literal(b"radio"), "V" => "b", "Ff" => 1 << 15, "Kids" => kids });
        let line = field(doc, dictionary! { "T" => literal(b"line"), "FT" => "Tx" });
        let push = field(doc, dictionary! { "T" => literal(b"push"), "Ff" => 1 << 16 });
        let sign = field(doc, dictionary! { "T" => literal(b"sign"), "FT" => "Sig" });
        let kids: Vec<Object> = vec![radio.into(), line.into(), push.into(), sign.into()];
        let above =
            dictionary! { "T" => literal(b"above"), "FT" => "Btn", "V" => literal(b"inherited"), "Kids" => kids };
        vec![field(doc, above).into()]
    });
    let expected = [
        ("above.radio".to_owned(), FieldValue::State("b".to_owned())),
        ("above.line".to_owned(), FieldValue::Text("inherited".to_owned())),
    ];
    assert_eq!(values(&pdf), expected);
}

#[test]
fn a_form_that_runs_in_circles_or_too_deep_is_refused() {
    let circle = document(|doc| {
        let id = doc.new_object_id();
        doc.set_object(id, dictionary! { "T" => literal(b"a"), "Kids" => vec![Object::Reference(id)] });
        vec![id.into()]
    });
    assert!(matches!(filled_form(&circle), Err(PdfError::Damaged { .. })));
    let deep = document(|doc| {
        let mut id = field(doc, dictionary! { "T" => literal(b"a"), "FT" => "Tx" });
        for _ in 0..200 {
            id = field(doc, dictionary! { "T" => literal(b"a"), "Kids" => vec![Object::Reference(id)] });
        }
        vec![id.into()]
    });
    assert!(matches!(filled_form(&deep), Err(PdfError::TooLarge { .. })));
    let direct = document(|_| {
        vec![Object::Dictionary(dictionary! { "T" => literal(b"a"), "FT" => "Tx", "V" => literal(b"x") })]
    });
    assert_eq!(values(&direct), [("a".to_owned(), FieldValue::Text("x".to_owned()))]);
    assert_eq!(filled_form(b"%PD"), Err(PdfError::NotPdf));
}

#[test]
fn no_part_of_a_form_makes_the_reader_panic() {
    let pdf = document(|doc| {
        let stream = doc.add_object(Stream::new(Dictionary::new(), b"text".to_vec()));
        let first = field(doc, dictionary! { "T" => literal(b"a"), "FT" => "Tx", "V" => stream });
        let second = field(doc, dictionary! { "T" => literal(b"b"), "FT" => "Btn", "AS" => "Yes", "V" => "Yes" });
        vec![first.into(), second.into()]
    });
    for at in 0..pdf.len() {
        let mut cut = pdf.clone();
        cut.truncate(at);
        let _ = filled_form(&cut);
        for byte in [0, b' ', b'9', b'/', b'<', 0xff] {
            let mut changed = pdf.clone();
            changed[at] = byte;
            let _ = filled_form(&changed);
        }
    }
}
