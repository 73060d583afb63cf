//! Universal signature forgery and signature wrapping: a signature's dictionary is changed so that careless readers find
//! nothing to check, or check other bytes than they show.

use super::broken;
use countersign_tests::desk::Tour;
use countersign_tests::tamper;
use countersign_tests::update::{Update, named, text_of};

/// The last lead's signature: its number, its text, its value with brackets, its ranges in brackets.
fn signature(report: &[u8]) -> (u32, String, String, String) {
    let numbers = named(Update::of(report).document(), b"Type", b"Sig");
    let place = |number: &u32| {
        let mark = format!("\n{number} 0 obj");
        report.windows(mark.len()).rposition(|window| window == mark.as_bytes())
    };
    let number = numbers.into_iter().max_by_key(place).unwrap();
    let text = text_of(report, number);
    let value = text[text.find("/Contents").unwrap() + 9..].trim_start();
    let value = value[..=value.find('>').unwrap()].to_owned();
    let ranges = &text[text.find("/ByteRange").unwrap() + 10..];
    let ranges = ranges[ranges.find('[').unwrap()..=ranges.find(']').unwrap()].to_owned();
    (number, text, value, ranges)
}

#[test]
fn signatures_with_nothing_to_check_are_refused() {
    let report = Tour::taken().report();
    let (number, text, value, ranges) = signature(&report);
    let contents = |with: &str| text.replacen(&value, with, 1);
    let byte_range = |with: &str| text.replacen(&ranges, with, 1);
    let cases = [
        ("no contents", text.replacen(&value, "", 1).replacen("/Contents", "", 1)),
        ("null contents", contents("null")),
        ("empty contents", contents("<>")),
        ("zero contents", contents("<00>")),
        ("contents of another kind", contents("[1 2]")),
        ("no range", text.replacen(&ranges, "", 1).replacen("/ByteRange", "", 1)),
        ("null range", byte_range("null")),
        ("empty range", byte_range("[]")),
        ("range of zeros", byte_range("[0 0 0 0]")),
        ("two numbers", byte_range("[0 1000]")),
        ("six numbers", byte_range("[0 1 2 3 4 5]")),
        ("negative", byte_range("[0 -1 -1 9999999]")),
        ("beyond", byte_range("[0 99999999999 99999999999 99999999999]")),
        ("words", byte_range("[(a) (b) (c) (d)]")),
        ("no kind", text.replacen("/ETSI.CAdES.detached", "/null", 1)),
        ("no dictionary", "(a signature)".to_owned()),
    ];
    for (name, body) in cases {
        assert_ne!(body, text, "{name}");
        eprintln!("{name}");
        let said = broken(&Update::of(&report).put(number, body).table(), "");
        assert!(said["integrity"]["reasons"][0].as_str().is_some_and(|reason| reason.len() > 20), "{name}: {said:#}");
    }
}

#[test]
fn a_signature_emptied_in_place_is_refused() {
    let report = Tour::taken().report();
    let digits = tamper::signatures(&report).pop().unwrap();
    let mut zeros = report.clone();
    zeros[digits.clone()].fill(b'0');
    broken(&zeros, "cannot be read");
    let mut spaces = report.clone();
    spaces[digits.clone()].fill(b' ');
    broken(&spaces, "byte ranges are wrong");
    let mut early = report.clone();
    early[digits.start + 8] = b'>';
    broken(&early, "");
}

#[test]
fn a_signature_wrapped_around_other_content_is_refused() {
    let report = Tour::taken().report();
    let (number, text, ..) = signature(&report);
    // The signed bytes again, behind other content, with ranges that name them there.
    let [start, before, after, rest] = tamper::byte_range(&report, tamper::signatures(&report).last().unwrap());
    let update = Update::of(&report);
    let page = update.document().get_pages()[&1];
    let content = update.document().get_page_contents(page)[0].0;
    let mut update = update.put_stream(content, "", b"BT (Nothing deviates) Tj ET");
    let copy = update.fresh();
    let at = update.at() + format!("{copy} 0 obj\n<</Length {rest}>>\nstream\n").len();
    let (from, to) = (format!("{after:010} {rest:010}]"), format!("{at:010} {rest:010}]"));
    let wrapped = text.replacen(&from, &to, 1);
    assert_ne!(wrapped, text);
    let attacked = update.put_stream(copy, "", &report[after..after + rest]).put(number, &wrapped).table();
    let content = [&attacked[start..before], &attacked[at..at + rest]].concat();
    assert_eq!(
        content,
        [&report[start..before], &report[after..after + rest]].concat(),
        "a careless reader is content"
    );
    broken(&attacked, "byte ranges are wrong");
}

#[test]
fn a_signature_moved_to_another_object_is_refused() {
    let report = Tour::taken().report();
    let (_, text, ..) = signature(&report);
    let update = Update::of(&report);
    let fields = named(update.document(), b"FT", b"Sig");
    for field in fields {
        let mut update = Update::of(&report);
        let fresh = update.fresh();
        let old = text_of(&report, field);
        let at = old.find("/V ").unwrap();
        let end = at + old[at..].find('R').unwrap() + 1;
        let moved = format!("{}/V {fresh} 0 R{}", &old[..at], &old[end..]);
        broken(&update.put(field, moved).put(fresh, &text).table(), "byte ranges are wrong");
    }
}
