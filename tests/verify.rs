//! What `countersign verify` says of reports that somebody has worked on: it never says that they hold, and names what does not.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, Ran, Tour, verdicts};
use countersign_tests::{programs, tamper};
use lopdf::{Document, Object};
use serde_json::Value;
use std::process::Command;

const VERDICTS: [&str; 5] = ["integrity", "identity", "time", "completeness", "policy"];

/// Verifies bytes against the tour's roots.
fn verify(pdf: &[u8]) -> Ran {
    let desk = Desk::new();
    let file = desk.write("report.pdf", pdf);
    desk.run(&["--json", "verify", &file, "--trust", &Tour::taken().roots()])
}

/// Expects exit code 1, and that exactly these verdicts do not hold.
#[track_caller]
fn fails(ran: Ran, broken: &[&str]) -> Value {
    let said = ran.expect(1).json();
    assert_eq!(said["holds"], false);
    let found: Vec<&str> = VERDICTS
        .into_iter()
        .zip(verdicts(&said))
        .filter(|(_, outcome)| *outcome != "yes")
        .map(|(name, _)| name)
        .collect();
    assert_eq!(found, broken, "{said:#}");
    for verdict in broken {
        assert!(said[verdict]["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty()), "{verdict}: {said:#}");
    }
    said
}

#[test]
fn the_report_itself_holds() {
    let said = verify(&Tour::taken().report()).expect(0).json();
    assert_eq!(verdicts(&said), ["yes"; 5]);
}

#[test]
fn no_changed_byte_is_overlooked() {
    let report = Tour::taken().report();
    let revisions = tamper::revisions(&report);
    let ends = revisions.iter().flat_map(|end| [end - 8, end - 20, end - 120]);
    let spread = (0..40).map(|step| step * report.len() / 40 + 7 * step);
    for at in spread.chain(ends) {
        let ran = verify(&tamper::flipped(&report, at));
        let told = match ran.code {
            1 => verdicts(&ran.json())[0] == "no",
            3 => !ran.stderr.is_empty(),
            _ => false,
        };
        assert!(told, "the byte at {at} was changed: {ran}");
    }
}

#[test]
fn what_fills_up_a_signature_may_not_be_changed_either() {
    let report = Tour::taken().report();
    let signatures = tamper::signatures(&report);
    assert_eq!(signatures.len(), 3);
    for digits in signatures {
        let mut filling = report.clone();
        assert_eq!(filling[digits.end - 1], b'0');
        filling[digits.end - 1] = b'1';
        fails(verify(&filling), &["integrity"]);
        let mut inside = report.clone();
        let at = digits.start + tamper::der(&report[digits.clone()]).len() * 2 - 40;
        inside[at] = if inside[at] == b'1' { b'2' } else { b'1' };
        let said = verify(&inside).expect(1).json();
        assert_eq!(verdicts(&said)[0], "no", "{said:#}");
    }
}

#[test]
fn an_update_that_overdraws_a_page_is_refused() {
    let report = Tour::taken().report();
    let overdrawn = tamper::overdrawn(&report);
    assert!(overdrawn.starts_with(&report), "everything signed is still there");
    Document::load_mem(&overdrawn).unwrap();
    let said = fails(verify(&overdrawn), &["integrity"]);
    assert!(said["signatures"].as_array().unwrap().iter().any(|each| each["intact"] == false), "{said:#}");
}

#[test]
fn anything_after_the_last_signature_is_told() {
    let report = Tour::taken().report();
    for after in [&b"%"[..], b"\n% nothing but a comment\n", b"PK\x03\x04", &[0; 4000]] {
        fails(verify(&[&report, after].concat()), &["integrity"]);
    }
    let document = Document::load_mem(&report).unwrap();
    let root = document.trailer.get(b"Root").and_then(Object::as_reference).unwrap().0;
    let size = document.max_id + 2;
    let loose =
        tamper::append_update(&report, &[(size - 1, b"(an object that nothing leads to)".to_vec())], size, root);
    fails(verify(&loose), &["integrity"]);
    // A line break is what mail and editors leave behind; it shows nothing.
    verify(&[&report, &b"\r\n"[..]].concat()).expect(0);
}

#[test]
fn a_foreign_root_of_the_same_name_vouches_for_nobody() {
    let other = Desk::new();
    let secret = other.write("secret", "a long passphrase");
    let init = ["roster", "init", "--organisation", "Example Organisation", "--root-passphrase-file", &secret];
    other.run(&init).expect(0);
    other.run(&["roster", "export", "-o", &other.arg("roots.pem")]).expect(0);
    let report = Tour::taken().path("report.pdf").display().to_string();
    let said = fails(other.run(&["--json", "verify", &report, "--trust", &other.arg("roots.pem")]), &["identity"]);
    assert!(said["signatures"].as_array().unwrap().iter().all(|each| each["trusted"] == false));
    fails(other.run(&["--json", "verify", &report]), &["identity"]);
    other.run(&["verify", &report, "--trust", &other.write("noise.pem", "no certificate at all")]).expect(3);
    other.run(&["verify", &report, "--trust", &other.arg("missing.pem")]).refuses(3, "missing.pem");
    let words = other.run(&["verify", &report, "--trust", &other.arg("roots.pem")]).expect(1);
    assert!(words.stdout.contains("Identity      DOES NOT HOLD"), "{words}");
    assert!(words.stdout.trim_end().ends_with("It does not hold."), "{words}");
}

#[test]
fn a_report_cut_back_to_an_earlier_revision_is_incomplete() {
    let report = Tour::taken().report();
    let revisions = tamper::revisions(&report);
    assert_eq!(revisions.len(), 4, "the pages, the certification, two leads");
    for (index, end) in revisions.into_iter().enumerate().take(3) {
        let broken: &[&str] = match index {
            0 => &["integrity", "identity", "time", "completeness"],
            _ => &["completeness"],
        };
        let said = fails(verify(&report[..end]), broken);
        let empty = said["completeness"]["reasons"].to_string().matches("expected and empty").count();
        assert_eq!(empty, 3 - index, "{said:#}");
    }
}

#[test]
fn a_truncated_file_never_holds() {
    let report = Tour::taken().report();
    for share in 1..=20 {
        let ran = verify(&report[..report.len() * share / 21]);
        assert!([1, 3].contains(&ran.code), "{share}/21: {ran}");
        if ran.code == 1 {
            assert_eq!(verdicts(&ran.json())[0], "no", "{share}/21: {ran}");
        }
    }
    let ran = verify(&report[..report.len() - 1]);
    assert!([1, 3].contains(&ran.code), "{ran}");
}

#[test]
fn a_file_that_qpdf_has_written_anew_has_lost_its_signatures() {
    let Some(qpdf) = programs::foreign("qpdf") else { return };
    let desk = Desk::new();
    for (name, options) in
        [("plain", &[][..]), ("linear", &["--linearize"]), ("streams", &["--object-streams=generate"])]
    {
        let to = desk.path(name);
        let done = Command::new(&qpdf).args(options).arg(Tour::taken().path("report.pdf")).arg(&to).status().unwrap();
        assert!(done.success());
        let said = verify(&std::fs::read(to).unwrap()).expect(1).json();
        assert_eq!(verdicts(&said)[0], "no", "{name}: {said:#}");
    }
}

#[test]
fn pdfs_that_are_no_reports_are_told() {
    let desk = Desk::new();
    let plain = tiny_pdf();
    Document::load_mem(&plain).unwrap();
    let said = verify(&plain).expect(1).json();
    assert_eq!(verdicts(&said), ["no", "no", "no", "no", "unknown"]);
    for (name, bytes) in [
        ("empty.pdf", Vec::new()),
        ("text.pdf", b"This is no PDF at all.\n".to_vec()),
        ("head.pdf", b"%PDF-1.7\n".to_vec()),
        ("noise.pdf", (0..50_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()),
        ("lost.pdf", [&plain[..40], b"\nstartxref\n99999999999999999999\n%%EOF\n"].concat()),
        ("loop.pdf", looping_pdf()),
    ] {
        let file = desk.write(name, bytes);
        desk.run(&["verify", &file, "--trust", &Tour::taken().roots()]).expect(3);
        let error = desk.run(&["--json", "verify", &file]).expect(3).json();
        assert_eq!(error["error"]["code"], "unreadable", "{name}");
    }
    desk.run(&["verify", &desk.arg("")]).expect(3);
    desk.run(&["verify", &desk.arg("missing.pdf")]).refuses(3, "missing.pdf");
    assert!(!desk.data().exists(), "verifying needs no data directory");
}

fn tiny_pdf() -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
    ];
    let mut rows = "0000000000 65535 f \n".to_owned();
    for (object, number) in objects.iter().zip(1..) {
        rows += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 4\n{rows}trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    out
}

/// A file whose cross-reference section names itself as the one before.
fn looping_pdf() -> Vec<u8> {
    let whole = tiny_pdf();
    let start = tamper::last_table(&whole);
    let text = String::from_utf8(whole).unwrap();
    text.replace("/Root 1 0 R", &format!("/Prev {start}/Root 1 0 R")).into_bytes()
}

#[test]
fn reports_of_records_that_break_their_rules_say_so() {
    let rules = [(&[][..], "completed", "Lead has not signed off"), (&["--rehearsal"], "completed", "rehearsal")];
    for (options, outcome, said) in rules {
        let desk = Desk::new();
        let file = desk.write("one.md", "# One\n\n- [ ] Do it\n- [ ] Lead: ________________ Date: _______\n");
        desk.run(&[&["record", "new", &file, "--person", "Dana", "--set", "release=1"], options].concat()).expect(0);
        desk.run(&["record", "answer", "1", "Do it", "done", "--person", "Dana"]).expect(0);
        desk.run(&["record", "close", "1", "--outcome", outcome, "--person", "Dana"]).expect(0);
        desk.run(&["report", "1", "-o", &desk.arg("one.pdf"), "--person", "Dana"]).expect(0);
        desk.run(&["roster", "export", "-o", &desk.arg("roots.pem")]).expect(0);
        let verify = ["--json", "verify", &desk.arg("one.pdf"), "--trust", &desk.arg("roots.pem")];
        let verified = fails(desk.run(&verify), &["policy"]);
        assert!(verified["policy"]["reasons"].to_string().contains(said), "{verified:#}");
    }
}
