//! Two people at one record: one does it and one writes it down, one goes and one comes, and how to reach them stays out of a report
//! that is passed on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, Ran, verdicts};
use serde_json::Value;

const CHECKLIST: &str = "\
# Watched release

- [ ] Announce
- [ ] Deploy the release

## Contacts

| Role | Name | Phone |
|---|---|---|
| On call | | |
";
const PHONE: &str = "+43 1 555 0100";

fn by(desk: &Desk, person: &str, args: &[&str]) -> Ran {
    desk.run(&[args, &["--person", person]].concat())
}

fn begun(desk: &Desk) {
    let file = desk.write("watched.md", CHECKLIST);
    by(desk, "Ana Kern", &["record", "new", &file, "--set", "service=Orders", "--set", "release=2"]).expect(0);
}

fn with_keys() -> Desk {
    let desk = Desk::new();
    desk.write("secret", "a long passphrase");
    let secret = desk.arg("secret");
    desk.run(&["roster", "init", "--organisation", "Orders", "--root-passphrase-file", &secret]).expect(0);
    let files = ["--passphrase-file", &secret, "--root-passphrase-file", &secret];
    desk.run(&[&["key", "new", "--name", "Ana Kern"], &files[..]].concat()).expect(0);
    begun(&desk);
    desk
}

fn phone(desk: &Desk, record: &str) -> Value {
    desk.json(&["record", "contacts", record])["contacts"][1].clone()
}

#[test]
fn contacts_are_filled_in_once_and_left_out_of_a_report_on_request() {
    let desk = with_keys();
    by(&desk, "Ana Kern", &["record", "contacts", "1", "--keep"]).refuses(4, "no contacts");
    let item = phone(&desk, "1")["item"].as_str().unwrap().to_owned();
    by(&desk, "Ana Kern", &["record", "answer", "1", &item, PHONE]).expect(0);
    by(&desk, "Ana Kern", &["record", "contacts", "1", "--keep"]).expect(0);
    begun(&desk);
    by(&desk, "Ana Kern", &["record", "contacts", "2", "--take"]).expect(0);
    assert_eq!(phone(&desk, "2")["text"], PHONE);

    by(&desk, "Ana Kern", &["record", "close", "1"]).expect(0);
    desk.run(&["roster", "export", "-o", &desk.arg("roots.pem")]).expect(0);
    let report = |name: &str, more: &[&str]| {
        by(&desk, "Ana Kern", &[&["report", "1", "-o", &desk.arg(name), "--anew"], more].concat()).expect(0);
        (
            inside(&desk, name),
            desk.run(&["--json", "verify", &desk.arg(name), "--trust", &desk.arg("roots.pem")]).json(),
        )
    };
    let (whole, judged) = report("whole.pdf", &[]);
    assert!(whole.contains(PHONE));
    assert_eq!(verdicts(&judged)[..2], ["yes", "yes"], "{judged}");
    let (shared, judged) = report("shared.pdf", &["--leave-out-contacts"]);
    assert!(!shared.contains(PHONE) && shared.contains("contact_given"));
    assert_eq!(verdicts(&judged)[..2], ["yes", "yes"], "{judged}");
    assert!(judged["completeness"]["reasons"].to_string().contains("left out"), "{judged}");
    assert_eq!(phone(&desk, "1")["text"], PHONE, "the record keeps the words");
}

/// The record inside a report, as text.
fn inside(desk: &Desk, name: &str) -> String {
    let pdf = lopdf::Document::load(desk.path(name)).unwrap();
    let streams = pdf.objects.values().filter_map(|object| object.as_stream().ok());
    let texts = streams.map(|stream| stream.decompressed_content().unwrap_or_else(|_| stream.content.clone()));
    let text = texts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    text.into_iter().find(|text| text.contains("countersign-record")).unwrap()
}

#[test]
fn the_watch_is_handed_over_with_a_signature_and_taken_over() {
    let desk = with_keys();
    by(&desk, "Bo", &["record", "answer", "1", "Announce", "done", "--by", "Ana Kern"]).expect(0);
    by(&desk, "Ana Kern", &["record", "incident", "1", "--title", "Queue stuck", "--action", "Add an alert=Bo"])
        .expect(0);
    by(&desk, "Bo", &["record", "take-over", "1"]).refuses(4, "No such handover");
    let over = ["record", "hand-over", "1", "--to", "Bo", "--as", "Ana Kern", "--notes", "All quiet."];
    let secret = ["--passphrase-file", &desk.arg("secret")];
    by(&desk, "Ana Kern", &[&over[..], &["--passphrase-file", &desk.write("wrong", "another one")]].concat()).expect(4);
    by(&desk, "Ana Kern", &[&over[..], &secret[..]].concat()).expect(0);
    by(&desk, "Cy", &["record", "take-over", "1"]).refuses(4, "is for Bo");
    by(&desk, "Bo", &["record", "take-over", "1"]).expect(0);
    by(&desk, "Bo", &["record", "incident", "1", "1", "--end", "now", "--root-cause", "A full disk", "--done", "add"])
        .expect(0);

    let shown = desk.json(&["record", "show", "1"]);
    let handover = &shown["record"]["handovers"][0];
    assert_eq!(
        (&handover["taken"][1], &handover["signed"]["baton"]["incidents"]),
        (&"Bo".into(), &serde_json::json!([1]))
    );
    let announced = shown["record"]["items"].as_object().unwrap().values().next().unwrap();
    assert_eq!(
        (&announced["answers"][0]["by"], &announced["answers"][0]["written_by"]),
        (&"Ana Kern".into(), &"Bo".into())
    );
    assert_eq!(shown["deviations"][0]["kind"], "incident");

    by(&desk, "Bo", &["record", "close", "1"]).expect(0);
    by(&desk, "Bo", &["report", "1", "-o", &desk.arg("report.pdf")]).expect(0);
    desk.run(&["roster", "export", "-o", &desk.arg("roots.pem")]).expect(0);
    let judged = desk.run(&["--json", "verify", &desk.arg("report.pdf"), "--trust", &desk.arg("roots.pem")]).json();
    assert_eq!(verdicts(&judged)[..2], ["yes", "yes"], "{judged}");
    assert!(judged["identity"]["reasons"].to_string().contains("Handover of Ana Kern"), "{judged}");
}
