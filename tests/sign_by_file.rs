//! Sign-offs and approvals by file: asked for on one computer, given on two others, brought back. No server, and no key that travels.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, Ran, verdicts};
use countersign_tests::organisation::Organisation;
use countersign_tests::programs;
use serde_json::Value;
use std::process::Command;

const LEAD: &str = "Engineering lead";
const OPERATIONS: &str = "Operations";

/// Both leads sign the same request, and both answers are taken.
fn signed_by_both() -> Organisation {
    let of = Organisation::new();
    let request = of.ask("ask.json");
    let (ran, lena) = of.sign(&of.lena, "Lena", &request, LEAD, "lena.json");
    // What is signed is shown first, with the names that the roster gives no reason to doubt.
    assert!(ran.stderr.contains("Back up") && ran.stderr.contains("Dana asks for a signature"), "{ran}");
    assert!(!ran.stderr.contains("\n! "), "{ran}");
    let (_, omar) = of.sign(&of.omar, "Omar", &request, OPERATIONS, "omar.json");
    of.by(&["signoff", "take", "1", &omar]).expect(0);
    of.by(&["signoff", "take", "1", &lena]).expect(0);
    of
}

fn record(of: &Organisation) -> Value {
    of.deployer.json(&["record", "show", "1"])["record"].clone()
}

#[test]
fn two_leads_who_sign_at_the_same_time_both_stand_in_the_log() {
    let of = signed_by_both();
    let record = record(&of);
    let signed = record["sign_offs"].as_array().unwrap();
    assert_eq!(signed.len(), 2);
    for signed in signed {
        assert_eq!(signed["changes"].as_array().unwrap().len(), 0, "neither is stale by the other: {signed:#}");
        assert_eq!(signed["sign_off"]["statement"]["shown"]["on"], "terminal");
        assert_eq!(signed["roster"]["issue"], 1);
        assert!(signed["roster"]["warnings"].is_null(), "{signed:#}");
        assert!(signed["sign_off"]["statement"]["item"].is_string(), "it fills its line of the checklist");
    }
    assert_eq!(record["asked"][0]["answers"], 2);
}

#[test]
fn an_answer_is_good_for_the_record_and_state_that_it_was_given_for_and_once() {
    let of = Organisation::new();
    let file = of.deployer.arg("orders.md");
    of.by(&["record", "new", &file, "--set", "service=Orders", "--set", "release=2", "--set", "commit=abc123"])
        .expect(0);
    let request = of.ask("ask.json");
    let (_, answer) = of.sign(&of.lena, "Lena", &request, LEAD, "lena.json");
    of.by(&["signoff", "take", "2", &answer]).refuses(4, "for another record");
    let mut forged: Value = serde_json::from_slice(&std::fs::read(&answer).unwrap()).unwrap();
    for (member, value) in [("artifact", "def456"), ("role", "Head of everything"), ("template", &"0".repeat(64))] {
        let before = std::mem::replace(&mut forged["sign_off"]["statement"][member], value.into());
        let path = of.deployer.write("forged.json", forged.to_string());
        of.by(&["signoff", "take", "1", &path]).refuses(4, "changed after it was signed");
        forged["sign_off"]["statement"][member] = before;
    }
    of.by(&["signoff", "take", "1", &request]).refuses(3, "does not bring a signature");
    of.by(&["signoff", "take", "1", &answer]).expect(0);
    of.by(&["signoff", "take", "1", &answer]).refuses(4, "in the record already");
    let events = record(&of)["events"].as_u64();
    assert_eq!(record(&of)["sign_offs"].as_array().unwrap().len(), 1);
    assert_eq!(record(&of)["events"].as_u64(), events);
}

#[test]
fn what_changed_while_the_request_travelled_makes_the_sign_off_stale() {
    let of = Organisation::new();
    let request = of.ask("ask.json");
    let (_, answer) = of.sign(&of.lena, "Lena", &request, LEAD, "lena.json");
    of.by(&["record", "answer", "1", "Back up", "failed", "--reason", "disk full"]).expect(0);
    let taken = of.by(&["signoff", "take", "1", &answer]).expect(0);
    assert!(taken.stdout.contains("stale"), "{taken}");
    let change = record(&of)["sign_offs"][0]["changes"][0].clone();
    assert_eq!((&change["then"], &change["now"]), (&"done".into(), &"failed".into()));
}

#[test]
fn a_request_that_was_changed_is_not_shown_and_a_stranger_is_not_taken() {
    let of = Organisation::new();
    let request = of.ask("ask.json");
    let text = std::fs::read_to_string(&request).unwrap();
    let forged = of.lena.write("forged.json", text.replace("abc123", "abc124"));
    of.sign(&of.lena, "Lena", &forged, LEAD, "never.json").0.refuses(3, "was changed");
    assert!(!of.lena.path("never.json").exists());
    // Somebody with a root of their own, and the same name.
    let stranger = Desk::new();
    let secret = stranger.write("secret", "another passphrase");
    let root = ["--root-passphrase-file", &secret];
    stranger.run(&[&["roster", "init", "--organisation", "Orders"][..], &root].concat()).expect(0);
    stranger.run(&[&["key", "new", "--name", "Lena", "--passphrase-file", &secret][..], &root].concat()).expect(0);
    let (ran, answer) = of.sign(&stranger, "Lena", &request, LEAD, "answer.json");
    ran.expect(0);
    of.by(&["signoff", "take", "1", &answer]).refuses(4, "Nobody who is trusted here vouches for Lena");
}

#[test]
fn approvals_in_the_report_come_back_one_after_the_other_and_the_late_one_is_led_on() {
    let of = signed_by_both();
    // A third one signs on the spot. The field of whoever signed off last locks the report.
    let secret = of.deployer.arg("secret");
    of.deployer.run(&of.root(&["key", "new", "--name", "Pia", "--passphrase-file", &secret])).expect(0);
    of.deployer.run(&["roster", "add", "Pia", "--role", "Release manager"]).expect(0);
    of.issue();
    let pia = ["--as", "Pia", "--passphrase-file", &secret];
    of.by(&[&["sign", "1", "--role", "Release manager"], &pia[..]].concat()).expect(0);
    of.by(&["record", "close", "1"]).expect(0);
    let first = of.deployer.arg("report.pdf");
    of.by(&["report", "1", "-o", &first]).expect(0);
    let early = of.by(&[&["report", "1", "-o", &first], &pia[..]].concat()).expect(4);
    assert!(early.stderr.contains("locks the report: Omar, Lena must sign before"), "{early}");
    let lena = of.sign(&of.lena, "Lena", &first, "", "lena.pdf");
    lena.0.expect(0);
    let omar = of.sign(&of.omar, "Omar", &first, "", "omar.pdf");
    omar.0.expect(0);
    of.by(&["signoff", "take", "1", &first]).refuses(4, "no signature that is not here already");
    of.by(&["signoff", "take", "1", &lena.1]).expect(0);
    let late =
        of.by(&["signoff", "take", "1", &omar.1]).refuses(4, "Omar signed a copy that lacks the signature of Lena");
    assert!(late.stderr.contains("Export the report as it is now"), "{late}");
    // As it says: the report with Lena's signature goes to Omar, and comes back.
    let second = of.deployer.arg("second.pdf");
    of.by(&["report", "1", "-o", &second]).expect(0);
    let omar = of.sign(&of.omar, "Omar", &second, "", "omar-again.pdf");
    omar.0.expect(0);
    of.by(&["signoff", "take", "1", &omar.1]).expect(0);
    let last = of.deployer.arg("last.pdf");
    of.by(&[&["report", "1", "-o", &last], &pia[..]].concat()).expect(0);
    assert!(std::fs::read(&last).unwrap().starts_with(&std::fs::read(&omar.1).unwrap()));
    let verified = of.deployer.json(&["verify", &last, "--trust", &of.roots(), "--roster", &of.roster()]);
    assert_eq!(verdicts(&verified), ["yes"; 5], "{verified:#}");
    assert_eq!(verified["signatures"].as_array().unwrap().len(), 4);
    others_agree(&last, &of.roots());
}

/// pyHanko and poppler find four whole signatures, the last of which covers the file.
fn others_agree(pdf: &str, roots: &str) {
    if let Some(pyhanko) = programs::foreign("pyhanko") {
        let options = ["sign", "validate", "--trust-replace", "--no-revocation-check", "--trust", roots, pdf];
        let ran = Ran::of(Command::new(pyhanko).args(options)).expect(0);
        assert_eq!(ran.stdout.lines().filter(|line| line.contains(":INTACT:TRUSTED")).count(), 4, "{ran}");
        assert_eq!(ran.stdout.lines().filter(|line| line.contains("UNTOUCHED")).count(), 1, "{ran}");
    }
    if let Some(pdfsig) = programs::foreign("pdfsig") {
        let ran = Ran::of(Command::new(pdfsig).args(["-nocert", pdf]));
        assert_eq!(ran.stdout.matches("Signature is Valid.").count(), 4, "{ran}");
        assert_eq!(ran.stdout.matches("Total document signed").count(), 1, "{ran}");
    }
}

#[test]
fn a_report_that_was_changed_on_the_way_or_is_another_one_is_not_taken() {
    let of = signed_by_both();
    of.by(&["record", "close", "1"]).expect(0);
    let report = of.deployer.arg("report.pdf");
    of.by(&["report", "1", "-o", &report]).expect(0);
    let (_, signed) = of.sign(&of.omar, "Omar", &report, "", "omar.pdf");
    let mut bytes = std::fs::read(&signed).unwrap();
    bytes.extend_from_slice(b"\n% more\n");
    let changed = of.deployer.write("changed.pdf", &bytes);
    of.by(&["signoff", "take", "1", &changed]).refuses(4, "does not hold");
    // A signature asked of somebody who did not sign off.
    let stranger = of.sign(&of.lena, "Lena", &of.deployer.write("no.pdf", b"%PDF-1.7\nnothing"), "", "x.pdf");
    assert_ne!(stranger.0.code, 0);
    of.by(&["report", "1", "-o", &report, "--anew"]).expect(0);
    of.by(&["signoff", "take", "1", &signed]).refuses(4, "not the report that was made here");
}
