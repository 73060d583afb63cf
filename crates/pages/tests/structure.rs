//! What stands in the file besides the look of its pages: text, outline, fields, attachments, tags, metadata.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may stop at what it did not expect")]

#[allow(dead_code)]
mod inspect;
mod sample;

use countersign_core::report::*;
use countersign_pages::{Conformance, Fonts, PagesError, render, render_as, render_with};
use inspect::File;
use sample::{empty, heading, of};

#[test]
fn the_sample_has_the_text_outline_fields_and_attachments_of_its_golden() {
    let found = File::of(&sample::report(12)).outline_of_everything();
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/sample.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(golden.parent().unwrap()).unwrap();
        std::fs::write(&golden, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap();
    for (number, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "line {} of tests/golden/sample.txt; UPDATE_GOLDEN=1 writes it anew", number + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}

#[test]
fn an_empty_report_is_one_page_with_title_and_footer() {
    let rendered = render(&empty()).unwrap();
    assert_eq!(rendered.pages, 1);
    let text = File::read(&rendered.pdf).page_text(1);
    assert!(text.contains("Deployment report") && text.contains("Record 42") && text.contains("page 1 of 1"), "{text}");
    let nothing = Report { title: String::new(), footer: String::new(), language: String::new(), ..empty() };
    assert_eq!(render(&nothing).unwrap().pages, 1);
}

#[test]
fn a_row_with_too_many_or_too_few_cells_loses_none() {
    let columns = ["A", "B"].map(|title| Column { title: title.into(), weight: 1, align: Align::Start }).to_vec();
    let rows = vec![vec![plain("one")], ["two", "three", "four", "five"].map(plain).to_vec()];
    let file = File::of(&of(vec![Block::Table { columns, rows }]));
    let text = file.page_text(1);
    assert!(["one", "two", "three", "four", "five"].iter().all(|word| text.contains(word)), "{text}");
    assert_eq!(file.elements().iter().filter(|(_, role, _)| role == "TD").count(), 4);
}

#[test]
fn an_item_without_a_mark_shows_its_answer_and_who_gave_it() {
    let row = ItemRow { mark: Mark::None, answer: plain("+44 20 7946 0000"), ..sample::done("On-call engineer") };
    let file = File::of(&of(vec![Block::Items { rows: vec![row] }]));
    let text = file.page_text(1);
    assert!(["On-call engineer", "+44 20 7946 0000", "A. Kowalska"].iter().all(|word| text.contains(word)), "{text}");
    assert!(!file.elements().iter().any(|(_, role, _)| role == "Lbl"));
}

#[test]
fn without_a_title_the_first_heading_is_the_first_level() {
    let file = File::of(&Report { title: " ".into(), language: String::new(), ..of(vec![heading(2, "Part")]) });
    assert!(file.elements().iter().any(|(_, role, _)| role == "H1"));
    assert_eq!(file.text_of(file.catalog().get(b"Lang").unwrap()), "und");
}

#[test]
fn a_missing_glyph_is_told_and_shown() {
    let rendered = render(&of(vec![Block::Paragraph { text: plain("Namaste ग, again ग; 🫠 and \u{e000}") }])).unwrap();
    assert_eq!(rendered.missing_glyphs, ["U+0917", "U+E000", "U+1FAE0"]);
    let text = File::read(&rendered.pdf).page_text(1);
    assert!(text.contains("Namaste [U+0917], again [U+0917]; [U+1FAE0] and [U+E000]"), "{text}");
}

#[test]
fn every_sign_that_reports_use_has_a_glyph() {
    let signs = "≥≤≠±∑→←⇒↔☐☑☒✓✗■□│├─é€„«»Ελџъž–—…·×÷µ°‰′″½²³";
    let blocks = vec![Block::Paragraph { text: plain(signs) }, heading(1, signs), Block::Code { text: signs.into() }];
    assert_eq!(render(&of(blocks)).unwrap().missing_glyphs, Vec::<String>::new());
}

#[test]
fn what_would_reorder_or_hide_text_is_made_visible() {
    let rendered =
        render(&of(vec![Block::Paragraph { text: plain("pay \u{202e}001 000\u{202c} now\u{7} a\tb\r\nc") }])).unwrap();
    let text = File::read(&rendered.pdf).page_text(1);
    assert!(text.contains("pay [U+202E]001 000[U+202C] now[U+0007] a    b"), "{text}");
    assert_eq!(rendered.missing_glyphs, Vec::<String>::new());
}

#[test]
fn only_web_and_mail_addresses_become_links() {
    let link = |href: &str| Span { text: format!("«{href}»"), style: Style::Plain, href: Some(href.into()) };
    let hrefs = [
        "https://a.example/x y",
        "HTTP://b.example",
        "mailto:c@d.example",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//e",
    ];
    let file = File::of(&of(vec![Block::Paragraph { text: hrefs.iter().map(|href| link(href)).collect() }]));
    let links = file.annotations("Link");
    let uris: Vec<String> =
        links.iter().map(|dict| file.text_of(file.dict(dict.get(b"A").unwrap()).get(b"URI").unwrap())).collect();
    assert_eq!(uris, ["https://a.example/x%20y", "HTTP://b.example", "mailto:c@d.example"]);
    for link in links {
        assert_eq!(link.get(b"F").unwrap().as_i64().unwrap(), 4);
        assert!(link.has(b"Contents") && link.has(b"StructParent"));
    }
}

#[test]
fn bookmarks_nest_as_headings_do_and_skipped_levels_stay_in_order() {
    let levels = [(1, "One"), (3, "One deep"), (2, "One two"), (3, "One two three"), (1, "Two – Ω")];
    let file = File::of(&of(levels.map(|(level, text)| heading(level, text)).to_vec()));
    assert_eq!(
        file.outline(),
        "One (page 1)\n  One deep (page 1)\n  One two (page 1)\n    One two three (page 1)\nTwo – Ω (page 1)\n"
    );
    let tags: Vec<String> =
        file.elements().iter().map(|(_, role, _)| role.clone()).filter(|role| role.starts_with('H')).collect();
    assert_eq!(tags, ["H1", "H2", "H3", "H3", "H4", "H2"], "no level is jumped over");
}

#[test]
fn fields_are_empty_in_order_and_only_the_last_locks() {
    let report = sample::report(3);
    let file = File::of(&report);
    let form = file.dict(file.catalog().get(b"AcroForm").unwrap());
    assert_eq!(form.get(b"SigFlags").unwrap().as_i64().unwrap(), 3);
    let fields = form.get(b"Fields").unwrap().as_array().unwrap();
    assert_eq!(fields.len(), report.signatures.len());
    for (number, (field, slot)) in fields.iter().zip(&report.signatures).enumerate() {
        let field = file.dict(field);
        assert_eq!(file.text_of(field.get(b"T").unwrap()), slot.field);
        assert!(file.text_of(field.get(b"TU").unwrap()).contains(&slot.person));
        assert!(!field.has(b"V"));
        assert_eq!(field.has(b"Lock"), number + 1 == report.signatures.len());
        assert_eq!(field.get(b"F").unwrap().as_i64().unwrap(), 4);
        let rect: Vec<f32> =
            field.get(b"Rect").unwrap().as_array().unwrap().iter().map(|v| v.as_float().unwrap()).collect();
        assert!(rect[2] - rect[0] > 150.0 && rect[3] - rect[1] > 50.0, "{rect:?}");
        let page = field.get(b"P").unwrap().as_reference().unwrap();
        let on_page = file.dict(file.doc.get_object(page).unwrap()).get(b"Annots").unwrap().as_array().unwrap();
        assert!(on_page.contains(&fields[number]));
    }
}

#[test]
fn slots_get_their_boxes_even_without_a_block_for_them() {
    let report = Report { signatures: sample::report(0).signatures, ..empty() };
    assert_eq!(File::of(&report).annotations("Widget").len(), 3);
}

#[test]
fn content_and_structure_name_each_other() {
    let file = File::of(&sample::report(40));
    file.check_tags();
    let roles: Vec<String> = file.elements().into_iter().map(|(_, role, _)| role).collect();
    for role in [
        "Document", "H1", "P", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "Figure", "Link", "Span", "Code",
        "Form",
    ] {
        assert!(roles.iter().any(|found| found == role), "{role}");
    }
}

#[test]
fn form_elements_hold_their_field_directly() {
    let file = File::of(&sample::report(0));
    let forms: Vec<_> = file.elements().into_iter().filter(|(_, role, _)| role == "Form").collect();
    assert_eq!(forms.len(), 3);
    for (dict, ..) in forms {
        let reference =
            dict.get(b"K").unwrap().as_dict().expect("a direct dictionary, or a second signature looks like a change");
        assert_eq!(reference.get(b"Type").unwrap().as_name().unwrap(), b"OBJR");
    }
}

#[test]
fn the_archive_profile_is_stated_and_dates_agree() {
    let report = sample::report(0);
    for (conformance, level) in [(Conformance::Accessible, "A"), (Conformance::Basic, "B")] {
        let file = File::read(&render_as(&report, &Fonts::bundled(), conformance).unwrap().pdf);
        assert_eq!(file.doc.version, "1.7");
        let metadata = file.resolve(file.catalog().get(b"Metadata").unwrap()).as_stream().unwrap();
        assert!(!metadata.dict.has(b"Filter"), "metadata is readable as it is");
        let xmp = String::from_utf8(metadata.content.clone()).unwrap();
        assert!(xmp.contains(&format!("<pdfaid:part>3</pdfaid:part><pdfaid:conformance>{level}</pdfaid:conformance>")));
        assert!(xmp.contains("<xmp:CreateDate>2026-11-21T16:32:00Z</xmp:CreateDate>"), "{xmp}");
        let info = file.dict(file.doc.trailer.get(b"Info").unwrap());
        assert_eq!(file.text_of(info.get(b"CreationDate").unwrap()), "D:20261121163200Z");
        assert_eq!(file.text_of(info.get(b"Title").unwrap()), report.title);
        assert_eq!(file.catalog().has(b"StructTreeRoot"), conformance == Conformance::Accessible);
        let id = file.doc.trailer.get(b"ID").unwrap().as_array().unwrap();
        assert_eq!(id[0].as_str().unwrap(), &report.identity.as_bytes()[..16]);
    }
}

#[test]
fn names_in_use_twice_and_fonts_that_are_none_are_refused() {
    let mut report = sample::report(0);
    report.attachments[1].name = report.attachments[0].name.clone();
    assert!(
        matches!(render(&report), Err(PagesError::SameName { what: "attachments", name }) if name == "record.json")
    );
    let mut report = sample::report(0);
    report.signatures[2].field = report.signatures[0].field.clone();
    assert!(matches!(render(&report), Err(PagesError::SameName { what: "signature fields", .. })));
    let fonts = Fonts::bundled().with(b"no font".to_vec());
    assert!(matches!(render_with(&empty(), &fonts), Err(PagesError::Font { number: 0 })));
}

#[test]
fn a_font_handed_in_serves_only_what_the_bundled_ones_lack() {
    // Never asked, because nothing is missing.
    let fonts = Fonts::bundled().with(dejavu::serif::regular().to_vec());
    let with = render_with(&sample::report(2), &fonts).unwrap();
    assert_eq!(with.pdf, render(&sample::report(2)).unwrap().pdf);
}

#[test]
fn attachments_come_out_as_they_went_in() {
    let report = sample::report(0);
    let file = File::of(&report);
    let found = file.attachments();
    assert_eq!(found.len(), report.attachments.len());
    for attached in &report.attachments {
        let relation = if attached.relation == Relation::Source { "Source" } else { "Supplement" };
        let expected =
            (attached.name.clone(), attached.media_type.clone(), relation.to_owned(), attached.bytes.clone());
        assert!(found.contains(&expected), "{found:?}");
    }
    assert_eq!(file.catalog().get(b"AF").unwrap().as_array().unwrap().len(), 2);
}

#[test]
fn whatever_the_report_nothing_is_lost_and_nothing_leaves_its_page() {
    for paper in [Paper::A4, Paper::Letter] {
        let file = File::of(&Report { paper, ..sample::stress() });
        file.check_tags();
        let pages = file.doc.get_pages().len();
        let all: String = (1..=pages).map(|page| file.page_text(page)).collect();
        assert_eq!(all.matches("asides").count(), 3 * 120);
        for number in 1..=90 {
            assert!(all.contains(&format!("{number:03} ")), "code line {number}");
        }
        assert_eq!(file.annotations("Widget").len(), 21);
        for page in 1..=pages {
            for (x, y) in file.text_origins(page) {
                assert!((50.0..560.0).contains(&x) && (20.0..800.0).contains(&y), "page {page}: {x}, {y}");
            }
        }
    }
}
