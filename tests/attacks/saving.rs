//! Incremental saving attacks: an update that no signature covers, written so that careless readers do not see that it is one.

use super::broken;
use countersign_tests::desk::Tour;
use countersign_tests::tamper;
use countersign_tests::update::Update;

fn changed_page(pdf: &[u8]) -> Update {
    let update = Update::of(pdf);
    let page = update.document().get_pages()[&1];
    let content = update.document().get_page_contents(page)[0].0;
    update.put_stream(content, "", b"BT /F1 30 Tf 72 700 Td (Nothing deviates) Tj ET")
}

#[test]
fn updates_without_the_parts_that_an_update_has_are_refused() {
    let report = Tour::taken().report();
    let body = || changed_page(&report).unfinished();
    let (end, table) = (report.len(), tamper::last_table(&report));
    let root = Update::of(&report).root();
    let trailer = format!("trailer\n<</Size 9999/Root {root} 0 R/Prev {table}>>\n");
    for (name, tail, words) in [
        ("nothing but objects", String::new(), "stand behind the document's end"),
        ("an end mark", "%%EOF\n".to_owned(), "cannot be read any more"),
        ("a trailer without a table", format!("{trailer}%%EOF\n"), "cannot be read any more"),
        ("the old table named again", format!("{trailer}startxref\n{table}\n%%EOF\n"), "stands once more"),
        ("a table that is not there", format!("{trailer}startxref\n{end}\n%%EOF\n"), "cannot be read any more"),
        ("a table of nothing", format!("xref\n0 0\n{trailer}startxref\n{{}}\n%%EOF\n"), "stands once more"),
    ] {
        let mut attacked = body();
        let tail = tail.replace("{}", &attacked.len().to_string());
        attacked.extend(tail.bytes());
        eprintln!("{name}");
        broken(&attacked, words);
    }
}

#[test]
fn a_copied_signature_at_the_end_covers_nothing() {
    let report = Tour::taken().report();
    let values = tamper::signatures(&report);
    let last = values.last().unwrap();
    let begin = report[..last.start].windows(5).rposition(|window| window == b" obj\n").unwrap() - 12;
    let mut attacked = changed_page(&report).loose(&report[begin..]).table();
    broken(&attacked, "was changed");
    attacked.truncate(attacked.len() - 1);
    broken(&attacked, "was changed");
}
