//! Shadow attacks: the file is prepared before it is signed, so that a harmless-looking update later shows what was hidden in it,
//! hides what was shown, or both.

use super::insider::Insider;
use super::{broken, refuted};
use countersign_tests::desk::Tour;
use countersign_tests::update::{Update, named, object, stream};

fn content_of_page_one(update: &Update) -> u32 {
    let page = update.document().get_pages()[&1];
    update.document().get_page_contents(page)[0].0
}

#[test]
fn hiding_what_was_shown_is_named() {
    let report = Tour::taken().report();
    let update = Update::of(&report);
    let content = content_of_page_one(&update);
    broken(&update.free(content).table(), "page 1 content) was removed");
    let update = Update::of(&report);
    let content = content_of_page_one(&update);
    broken(&update.put(content, "null").table(), "page 1 content) was changed");
}

#[test]
fn replacing_a_font_or_the_meaning_of_its_codes_is_named() {
    let report = Tour::taken().report();
    let fonts = named(Update::of(&report).document(), b"Type", b"Font");
    assert!(!fonts.is_empty());
    for font in fonts {
        let update = Update::of(&report).put(font, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
        broken(&update.table(), &format!("object {font} (Font) was changed"));
    }
}

#[test]
fn hiding_and_replacing_by_another_table_alone_is_named() {
    let insider = Insider::of_the_tour();
    // Before signing: another version of page 1, asleep inside a stream that nothing uses.
    let mut update = Update::of(&insider.pages);
    let (content, bed) = (content_of_page_one(&update), update.fresh());
    let other = object(content, stream("", b"BT /F1 30 Tf 72 700 Td (Nothing deviates) Tj ET"));
    let at = update.at();
    let prepared = update.put_stream(bed, "", &other).table();
    let asleep = at + prepared[at..].windows(other.len()).position(|window| window == other).unwrap();
    let signed = insider.sign_all(&prepared);
    // After: not one new object, only a table that names the sleeping one.
    let attacked = Update::of(&signed).list(content, asleep).table();
    refuted(&attacked, &Tour::taken().roots(), "integrity", "page 1 content) was changed");
}

#[test]
fn a_reference_to_nothing_that_is_filled_later_is_named() {
    let insider = Insider::of_the_tour();
    let mut update = Update::of(&insider.pages);
    let (gap, holder) = (update.fresh(), update.fresh());
    let page = update.document().get_pages()[&1].0;
    let content = content_of_page_one(&update);
    let text = countersign_tests::update::text_of(&insider.pages, page);
    let text = text.replacen(&format!("/Contents {content} 0 R"), &format!("/Contents[{content} 0 R {gap} 0 R]"), 1);
    let prepared = update.put(page, text).put(holder, "null").table();
    let signed = insider.sign_all(&prepared);
    let attacked = Update::of(&signed).put_stream(gap, "", b"0 0 595 842 re f").table();
    refuted(&attacked, &Tour::taken().roots(), "integrity", "had left a gap");
}
