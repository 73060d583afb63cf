//! Incremental updates that change what was signed without touching a signed byte.

use super::broken;
use countersign_tests::desk::Tour;
use countersign_tests::tamper;
use countersign_tests::update::{Update, named, object, stream, text_of};
use lopdf::Object;

const WORDS: &[u8] = b"BT /F1 30 Tf 72 700 Td (Nothing deviates) Tj ET";

/// The numbers of the first page and of its content.
fn first_page(update: &Update) -> (u32, u32) {
    let page = update.document().get_pages()[&1];
    (page.0, update.document().get_page_contents(page)[0].0)
}

fn form(update: &Update) -> u32 {
    let catalog = update.document().catalog().unwrap();
    catalog.get(b"AcroForm").and_then(Object::as_reference).unwrap().0
}

#[test]
fn an_overdrawn_page_is_named() {
    let report = Tour::taken().report();
    let update = Update::of(&report);
    let (_, content) = first_page(&update);
    broken(&update.put_stream(content, "", WORDS).table(), "page 1 content) was changed");
}

#[test]
fn a_page_that_is_changed_inside_an_object_stream_is_named() {
    let report = Tour::taken().report();
    let mut update = Update::of(&report);
    let (page, content) = first_page(&update);
    let fresh = update.fresh();
    let text = text_of(&report, page).replace(&format!("{content} 0 R"), &format!("{fresh} 0 R"));
    let attacked = update.put_stream(fresh, "", WORDS).put_packed(&[(page, &text)]).section();
    assert!(lopdf::Document::load_mem(&attacked).is_ok());
    broken(&attacked, "page 1) was changed");
}

#[test]
fn a_field_that_is_added_after_the_certification_is_named() {
    let report = Tour::taken().report();
    let certified = &report[..tamper::revisions(&report)[1]];
    let mut update = Update::of(certified);
    let (form, field) = (form(&update), update.fresh());
    let text = text_of(certified, form).replacen("/Fields[", &format!("/Fields[{field} 0 R "), 1);
    let text = text.replacen("/Fields [", &format!("/Fields [{field} 0 R "), 1);
    let attacked = update.put(form, text).put(field, "<</FT/Sig/T(Boss)/Subtype/Widget/Rect[0 0 9 9]>>").table();
    broken(&attacked, "(the form) was changed");
}

#[test]
fn another_record_in_the_place_of_the_attached_one_is_named() {
    let report = Tour::taken().report();
    let update = Update::of(&report);
    let files = named(update.document(), b"Type", b"EmbeddedFile");
    assert_eq!(files.len(), 1);
    let other = br#"{"format":"countersign-record","v":1}"#;
    let swapped = update.put_stream(files[0], "/Type/EmbeddedFile", other).table();
    broken(&swapped, "(EmbeddedFile) was changed");
    // The same by another way in the name tree, with the old file still there.
    let mut update = Update::of(&report);
    let (file, data, root) = (update.fresh(), update.fresh(), update.root());
    let tree = format!("/Names<</EmbeddedFiles<</Names[(deployment-record.json){file} 0 R]>>>>");
    let catalog = text_of(&report, root);
    let names = catalog
        .find("/Names")
        .map(|at| format!("{}{tree}{}", &catalog[..at], catalog[at..].replacen("/Names", "/Namez", 1)));
    let attacked = update
        .put(
            file,
            format!("<</Type/Filespec/F(deployment-record.json)/UF(deployment-record.json)/EF<</F {data} 0 R>>>>"),
        )
        .put_stream(data, "/Type/EmbeddedFile", other)
        .put(root, names.unwrap())
        .table();
    broken(&attacked, "(the catalog) has another /Names");
}

#[test]
fn a_second_version_of_an_object_beside_a_lawful_addition_is_named() {
    let report = Tour::taken().report();
    let addition = |update: Update| {
        let root = update.root();
        let catalog = text_of(&report, root);
        let catalog = format!("{}/DSS<</Type/DSS/Certs[]>>>>", catalog.strip_suffix(">>").unwrap());
        update.put(root, catalog)
    };
    let update = Update::of(&report);
    let (_, content) = first_page(&update);
    let second = object(content, stream("", WORDS));
    let attacked = addition(update.loose(&second)).table();
    broken(&attacked, &format!("object {content} stands once more"));
    let attacked = addition(Update::of(&report)).loose(second).table();
    broken(&attacked, &format!("object {content} stands once more"));
}

#[test]
fn another_catalog_is_named() {
    let report = Tour::taken().report();
    let mut update = Update::of(&report);
    let (other, root) = (update.fresh(), update.root());
    let catalog = text_of(&report, root);
    let attacked = String::from_utf8_lossy(&update.put(other, catalog).table()).into_owned();
    assert!(attacked.contains(&format!("/Root {root} 0 R")));
    let mut update = Update::of(&report);
    let (other, root) = (update.fresh(), update.root());
    let mut attacked = update.put(other, text_of(&report, root)).table();
    let (from, to) = (format!("/Root {root} 0 R"), format!("/Root {other} 0 R"));
    let at = attacked.windows(from.len()).rposition(|window| window == from.as_bytes()).unwrap();
    attacked.splice(at..at + from.len(), to.bytes());
    let start = tamper::last_table(&attacked);
    assert!(attacked[start..].starts_with(b"xref"));
    broken(&attacked, "the trailer leads to another /Root");
}
