//! A form's pages, read back with a library that had no part in writing the fields.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step fails its test"
)]
#![allow(dead_code, reason = "the reader is shared with other tests")]

mod inspect;

use countersign_core::checklist::read;
use countersign_core::form;
use countersign_core::report::{Paper, Report, Takes};
use countersign_core::time::Timestamp;
use inspect::File;
use lopdf::{Dictionary, Object};
use std::collections::BTreeMap;

const CHECKLISTS: [&str; 5] = [
    include_str!("../../../checklists/edge-workers-platform.md"),
    include_str!("../../../checklists/layered-services-release.md"),
    include_str!("../../../checklists/managed-queue-worker.md"),
    include_str!("../../../checklists/messaging-api.md"),
    include_str!("../../../checklists/staged-canary.md"),
];

fn form_of(text: &str, paper: Paper) -> Report {
    form::blank(&read(text.as_bytes()), "checklist.md", text.as_bytes(), paper, Timestamp::from_millis(0))
}

/// A widget with where it stands.
struct Widget {
    page: usize,
    place: [f32; 4],
    /// The field's name.
    name: String,
    /// The names of its states, if it is a button.
    states: Vec<String>,
    words: String,
}

fn widgets(file: &File) -> Vec<Widget> {
    let mut found = Vec::new();
    for (page, id) in file.doc.get_pages() {
        let page_dict = file.doc.get_object(id).unwrap().as_dict().unwrap();
        let Ok(annotations) = page_dict.get(b"Annots") else { continue };
        for annotation in file.resolve(annotations).as_array().unwrap() {
            let dict = file.dict(annotation);
            if dict.get(b"Subtype").unwrap().as_name().unwrap() != b"Widget" {
                continue;
            }
            let field: &Dictionary = dict.get(b"Parent").map_or(dict, |parent| file.dict(parent));
            let rect: Vec<f32> =
                dict.get(b"Rect").unwrap().as_array().unwrap().iter().map(|n| n.as_float().unwrap()).collect();
            let shown = file.dict(dict.get(b"AP").unwrap()).get(b"N").unwrap();
            let states = match file.resolve(shown) {
                Object::Dictionary(states) => {
                    states.iter().map(|(name, _)| String::from_utf8(name.clone()).unwrap()).collect()
                }
                Object::Stream(_) => Vec::new(),
                other => panic!("{other:?} is no appearance"),
            };
            found.push(Widget {
                page: page as usize,
                place: rect.try_into().unwrap(),
                name: file.text_of(field.get(b"T").unwrap()),
                states,
                words: file.text_of(field.get(b"TU").unwrap()),
            });
        }
    }
    found
}

#[test]
fn every_field_is_on_the_pages_with_its_words_and_an_appearance_in_each_state() {
    for text in CHECKLISTS {
        let report = form_of(text, Paper::A4);
        let file = File::of(&report);
        let mut by_name: BTreeMap<String, Vec<Widget>> = BTreeMap::new();
        for widget in widgets(&file) {
            by_name.entry(widget.name.clone()).or_default().push(widget);
        }
        assert_eq!(by_name.len(), report.fields.len());
        for field in &report.fields {
            let widgets = &by_name[&field.name];
            assert!(widgets.iter().all(|widget| widget.words == field.words), "{}", field.words);
            let states: Vec<&str> = widgets
                .iter()
                .flat_map(|widget| &widget.states)
                .map(String::as_str)
                .filter(|state| *state != "Off")
                .collect();
            match &field.takes {
                Takes::Tick => assert_eq!(states, ["Yes"]),
                Takes::OneOf(options) => assert_eq!(states, options.iter().map(String::as_str).collect::<Vec<_>>()),
                Takes::Line | Takes::Lines => assert!(states.is_empty() && widgets.len() == 1),
            }
        }
        let form = file.dict(file.catalog().get(b"AcroForm").unwrap());
        assert_eq!(form.get(b"Fields").unwrap().as_array().unwrap().len(), report.fields.len());
        assert!(form.get(b"NeedAppearances").is_err() && form.get(b"SigFlags").is_err());
        let metadata = file.doc.get_object(file.catalog().get(b"Metadata").unwrap().as_reference().unwrap()).unwrap();
        let metadata = String::from_utf8_lossy(&metadata.as_stream().unwrap().content).into_owned();
        assert!(!metadata.contains("pdfaid") && metadata.contains("dc:title"), "a form promises no archive");
    }
}

#[test]
fn no_two_fields_overlap_and_none_leaves_the_column_of_text() {
    for (text, paper) in CHECKLISTS.into_iter().flat_map(|text| [(text, Paper::A4), (text, Paper::Letter)]) {
        let (width, height) = if paper == Paper::A4 { (595.28, 841.89) } else { (612.0, 792.0) };
        let file = File::of(&form_of(text, paper));
        let widgets = widgets(&file);
        for (number, one) in widgets.iter().enumerate() {
            let [left, bottom, right, top] = one.place;
            assert!(left >= 55.9 && right <= width - 55.9, "{} {:?}", one.words, one.place);
            assert!(
                bottom >= 60.0 && top <= height - 53.0 && top > bottom && right > left,
                "{} {:?}",
                one.words,
                one.place
            );
            for other in widgets.iter().skip(number + 1).filter(|other| other.page == one.page) {
                let [l, b, r, t] = other.place;
                let apart = r <= left + 0.05 || l >= right - 0.05 || t <= bottom + 0.05 || b >= top - 0.05;
                assert!(
                    apart,
                    "page {}: «{}» {:?} and «{}» {:?}",
                    one.page, one.words, one.place, other.words, other.place
                );
            }
        }
    }
}

#[test]
fn the_same_checklist_gives_the_same_form_with_its_own_bytes_inside() {
    let report = form_of(CHECKLISTS[3], Paper::A4);
    let once = countersign_pages::render(&report).unwrap();
    assert_eq!(once.pdf, countersign_pages::render(&report).unwrap().pdf);
    assert_eq!(once.missing_glyphs, Vec::<String>::new());
    let file = File::read(&once.pdf);
    let text = file.page_text(1);
    assert!(text.contains("Messaging API") && text.contains(&format!("page 1 of {}", once.pages)), "{text}");
    assert!(file.page_text(once.pages).contains("Notes on this form"));
}

#[test]
fn a_choice_of_the_head_and_a_field_in_a_cut_row_keep_their_places() {
    let rows: String = (0..120).map(|n| format!("| Step {n} {} | [ ] | ____ |\n", "words ".repeat(n % 40))).collect();
    let text = format!("# T\n\n| Step | Done | Value |\n|---|---|---|\n{rows}");
    let report = form_of(&text, Paper::A4);
    assert_eq!(widgets(&File::of(&report)).len(), report.fields.len());
}
