//! `verifier.py`, written from docs/format.md alone, and `countersign verify` say the same of good and of bad files.

use super::insider::{Insider, overdrawn};
use countersign_pades::later::{Unstamped, signature_imprint, with_signature_timestamp};
use countersign_tests::authority::Authority;
use countersign_tests::desk::{Desk, Ran, Tour};
use countersign_tests::update::{Update, named, text_of};
use countersign_tests::{programs, tamper};
use std::path::Path;
use std::process::Command;

const VERDICTS: [&str; 4] = ["integrity", "identity", "time", "completeness"];

fn swapped_record(report: &[u8]) -> Vec<u8> {
    let update = Update::of(report);
    let file = named(update.document(), b"Type", b"EmbeddedFile")[0];
    update.put_stream(file, "/Type/EmbeddedFile", b"{}").table()
}

fn validation_data(report: &[u8]) -> Vec<u8> {
    let update = Update::of(report);
    let root = update.root();
    let catalog = text_of(report, root);
    update.put(root, format!("{}/DSS<</Type/DSS/Certs[]>>>>", catalog.strip_suffix(">>").unwrap())).table()
}

/// Time stamps over the document and beside its last signature, good and bad.
fn time_stamps(report: &[u8], authority: &Authority) -> Vec<(&'static str, Vec<u8>)> {
    let whole = |imprint: Option<[u8; 32]>| {
        let unstamped = Unstamped::of(report).unwrap();
        let token = authority.token(imprint.unwrap_or_else(|| unstamped.imprint()));
        unstamped.stamped(&token).unwrap()
    };
    let last = signature_imprint(report, "sign-off-2").unwrap();
    let beside = |token: Vec<u8>| with_signature_timestamp(report, "sign-off-2", &token).unwrap();
    vec![
        ("stamped as a whole", whole(None)),
        ("stamped as a whole, and overdrawn", overdrawn(&whole(None))),
        ("a time stamp over another whole", whole(Some([9; 32]))),
        ("stamped beside the last signature", beside(authority.token(last))),
        ("a time stamp over another signature", beside(authority.token([9; 32]))),
        ("stamped when the authority's certificate had ended", beside(authority.token_by("ended", last))),
        ("stamped by somebody who may not", beside(authority.token_by("wrong", last))),
    ]
}

#[test]
fn the_verifier_written_from_the_format_s_page_agrees() {
    let Some(python) = programs::foreign("python") else { return };
    let insider = Insider::of_the_tour();
    let report = Tour::taken().report();
    let revisions = tamper::revisions(&report);
    let values = tamper::signatures(&report);
    let digit = |at: usize| {
        let mut changed = report.clone();
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        changed
    };
    let mut reversed = Insider::of_the_tour();
    reversed.leads.reverse();
    let mut person = Insider::of_the_tour();
    person.installation = person.leads[0].clone();
    let mut cases: Vec<(&str, Vec<u8>)> = vec![
        ("as it was made", report.clone()),
        ("with a line break behind it", [&report[..], b"\r\n"].concat()),
        ("with validation data", validation_data(&report)),
        ("signed again with the same keys", insider.sign_all(&insider.pages)),
        ("a changed byte on a page", tamper::flipped(&report, 5_000)),
        ("a changed byte in the last revision", tamper::flipped(&report, values[2].end + 300)),
        ("a changed signature value", digit(values[1].start + tamper::der(&report[values[1].clone()]).len() * 2 - 40)),
        ("something behind a value", digit(values[0].end - 1)),
        ("overdrawn", overdrawn(&report)),
        ("another record inside", swapped_record(&report)),
        ("cut back to two signatures", report[..revisions[2]].to_vec()),
        ("cut back to the certification", report[..revisions[1]].to_vec()),
        ("cut back to the pages", report[..revisions[0]].to_vec()),
        ("cut off", report[..report.len() / 2].to_vec()),
        ("a comment behind it", [&report[..], b"% comment\n"].concat()),
        ("bytes behind it", [&report[..], &[0xff; 50]].concat()),
        ("leads in each other's place", reversed.sign_all(&reversed.pages)),
        ("certified by a person", person.sign_all(&person.pages)),
    ];
    let desk = Desk::new();
    let mut roots = Tour::taken().roots();
    let authority = Authority::start();
    if let Some(authority) = &authority {
        cases.extend(time_stamps(&report, authority));
        roots = authority.beside(&roots);
    }
    let other = Desk::new();
    let secret = other.write("secret", "a long passphrase");
    let init = ["roster", "init", "--organisation", "Example Organisation", "--root-passphrase-file", &secret];
    other.run(&init).expect(0);
    other.run(&["roster", "export", "-o", &other.arg("roots.pem")]).expect(0);
    let (mut held, mut failed) = (0, 0);
    for (roots, tried) in [(roots, cases.len()), (other.arg("roots.pem"), 6)] {
        for (name, bytes) in cases.iter().take(tried) {
            let file = desk.write("report.pdf", bytes);
            let ours = desk.run(&["--json", "verify", &file, "--trust", &roots]).json();
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("verifier.py");
            let theirs = Ran::of(Command::new(&python).arg(script).args([&file, &roots])).json();
            for verdict in VERDICTS {
                // An attacked file may be unreadable for one and merely broken for the other: both refuse it.
                let told = |said: &serde_json::Value| said[verdict]["outcome"] == "yes";
                let (us, them) = (told(&ours), told(&theirs));
                let same =
                    us == them || (ours["integrity"]["outcome"] == "no" && theirs["integrity"]["outcome"] == "no");
                assert!(same, "{name}, {verdict}: {:#} but {theirs:#}", ours[verdict]);
                if us { held += 1 } else { failed += 1 }
            }
        }
    }
    assert!(held > 20 && failed > 20, "{held} verdicts held, {failed} did not: both sorts are tried");
}

#[test]
fn the_format_s_page_names_every_member_that_verify_prints_and_every_kind_of_event_that_occurs() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/format.md")).unwrap();
    let named = |word: &str| page.contains(&format!("`{word}`"));
    let desk = Desk::new();
    let file = desk.write("report.pdf", Tour::taken().report());
    let said = desk.json(&["verify", &file, "--trust", &Tour::taken().roots()]);
    let members = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let all = [&said, &said["integrity"], &said["signatures"][0], &said["record"]].map(members).concat();
    let missing: Vec<_> = all.iter().filter(|member| !named(member)).collect();
    assert!(missing.is_empty(), "docs/format.md does not name {missing:?}");

    let document = lopdf::Document::load_mem(&Tour::taken().report()).unwrap();
    let record = named_stream(&document);
    let bundle: serde_json::Value = serde_json::from_slice(&record).unwrap();
    let kinds = bundle["events"].as_array().unwrap().iter().map(|event| {
        let event: serde_json::Value = serde_json::from_str(event["event"].as_str().unwrap()).unwrap();
        event["body"]["kind"].as_str().unwrap().to_owned()
    });
    let kinds: std::collections::BTreeSet<String> = kinds.collect();
    assert!(kinds.len() > 4 && kinds.iter().all(|kind| named(kind)), "{kinds:?}");
}

fn named_stream(document: &lopdf::Document) -> Vec<u8> {
    let number = named(document, b"Type", b"EmbeddedFile")[0];
    let stream = document.get_object((number, 0)).unwrap().as_stream().unwrap();
    stream.decompressed_content().unwrap_or_else(|_| stream.content.clone())
}
