//! What is made: B-T with an authority, a time stamp later, B-LT on request.

use super::{PASSPHRASE, desk};
use countersign_pades::{DateTime, Validation, Withdrawn, add_validation};
use countersign_tests::authority::Authority;
use countersign_tests::desk::{Desk, Ran, Tour, verdicts};
use countersign_tests::programs;
use serde_json::Value;
use std::process::Command;

/// Verifies a file that must hold.
#[track_caller]
fn holds(desk: &Desk, file: &str, roots: &str) -> Value {
    let said = desk.run(&["--json", "verify", file, "--trust", roots]).expect(0).json();
    assert_eq!(verdicts(&said), ["yes"; 5]);
    said
}

fn pyhanko(authority: &Authority, file: &str, verb: &[&str]) -> Option<Ran> {
    let program = programs::foreign("pyhanko")?;
    let roots = Tour::taken().roots();
    let mut command = Command::new(program);
    command.arg("sign").args(verb).args(["--trust-replace", "--trust", &roots, "--trust", &authority.root(), file]);
    Some(Ran::of(&mut command))
}

/// Poppler passes over time stamps of the whole document; the signatures before one stay valid for it.
fn pdfsig(file: &str, valid: usize) {
    let Some(program) = programs::foreign("pdfsig") else { return };
    let ran = Ran::of(Command::new(program).args(["-nocert", file])).expect(0);
    assert_eq!(ran.stdout.matches("Signature is Valid.").count(), valid, "{ran}");
}

#[test]
fn with_an_authority_every_signature_is_stamped() {
    let Some((desk, authority)) = desk() else { return };
    let passphrase = desk.write("passphrase", PASSPHRASE);
    desk.run(&["authority", "add", &authority.url, "--root", &authority.root()]).expect(0);
    let listed = desk.run(&["authority", "list"]).expect(0);
    assert_eq!(listed.stdout.trim(), authority.url);
    let (report, roots) = (desk.arg("stamped.pdf"), desk.arg("roots.pem"));
    let make = [
        "report",
        "1",
        "-o",
        &report,
        "--anew",
        "--as",
        "Lena Engineering",
        "--as",
        "Omar Operations",
        "--person",
        "Dana",
    ];
    let keys = ["--passphrase-file", &passphrase, "--passphrase-file", &passphrase];
    let made = desk.run(&[&make[..], &keys[..]].concat()).expect(0);
    assert!(made.stdout.contains("Time proven by Example Time Authority"), "{made}");
    assert_eq!(authority.asked(), 3);
    desk.run(&["roster", "export", "-o", &roots]).expect(0);
    let said = holds(&desk, &report, &roots);
    assert!(said["time"]["reasons"].to_string().contains("Time proven by Example Time Authority"), "{said:#}");
    assert!(said["signatures"].as_array().unwrap().iter().all(|one| one["proven"].is_string()), "{said:#}");
    // Whoever does not know the authority sees that there is a time stamp, and that it proves nothing.
    let said = holds(&desk, &report, &Tour::taken().roots());
    assert!(said["time"]["reasons"].to_string().contains("it proves nothing"), "{said:#}");
    assert!(said["signatures"].as_array().unwrap().iter().all(|one| one["proven"].is_null()), "{said:#}");
    if let Some(ran) = pyhanko(&authority, &report, &["validate", "--no-revocation-check", "--pretty-print"]) {
        let ran = ran.expect(0);
        assert_eq!(ran.stdout.matches("The signature is judged VALID.").count(), 3, "{ran}");
        assert_eq!(ran.stdout.matches("The TSA certificate is trusted.").count(), 3, "{ran}");
    }
    pdfsig(&report, 3);
}

#[test]
fn a_time_stamp_that_is_put_on_later_touches_no_signed_byte() {
    let Some((desk, authority)) = desk() else { return };
    let before = desk.write("report.pdf", Tour::taken().report());
    let (after, roots) = (desk.arg("stamped.pdf"), authority.beside(&Tour::taken().roots()));
    let refused = desk.run(&["report", "timestamp", &before, "-o", &after]);
    refused.refuses(3, "no time-stamp authority is set");
    desk.run(&["report", "timestamp", &before, "-o", &after, "--tsa", &authority.url]).expect(0);
    let stamped = std::fs::read(&after).unwrap();
    assert!(stamped.starts_with(&Tour::taken().report()));
    let said = holds(&desk, &after, &roots);
    assert!(said["time"]["reasons"].to_string().contains("every signature was there by"), "{said:#}");
    let names: Vec<&str> =
        said["signatures"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(names, ["certification", "sign-off-1", "sign-off-2", "timestamp-1"]);
    // A second one, over the first.
    desk.run(&["report", "timestamp", &after, "--tsa", "http://127.0.0.1:1/", "--tsa", &authority.url]).expect(0);
    let twice = std::fs::read(&after).unwrap();
    assert!(twice.starts_with(&stamped) && twice.len() > stamped.len());
    holds(&desk, &after, &roots);
    if let Some(ran) = pyhanko(&authority, &after, &["validate", "--no-revocation-check"]) {
        let ran = ran.expect(0);
        assert_eq!(ran.stdout.matches(":INTACT:TRUSTED").count(), 3, "{ran}");
    }
    pdfsig(&after, 3);
    if let Some(qpdf) = programs::foreign("qpdf") {
        Ran::of(Command::new(qpdf).args(["--check", &after])).expect(0);
    }
}

#[test]
fn long_term_data_goes_inside_and_others_verify_by_it() {
    let Some((desk, authority)) = desk() else { return };
    desk.run(&["authority", "add", &authority.url, "--root", &authority.root()]).expect(0);
    let report = desk.arg("long.pdf");
    desk.run(&["report", "1", "-o", &report, "--long-term"]).expect(0);
    let roots = authority.beside(&Tour::taken().roots());
    let said = holds(&desk, &report, &roots);
    assert!(said["completeness"]["reasons"].to_string().contains("certificates and"), "{said:#}");
    // What the organisation says of its certificates, as its own server would serve it.
    let key = std::fs::read(desk.data().join("keys/root.p12")).unwrap();
    let root = countersign_pades::Authority::import(&key, PASSPHRASE).unwrap();
    let year = |year| DateTime::new(year, 1, 1, 0, 0, 0).unwrap();
    let list = root.revocation_list(&[], 1, now(), year(2049)).unwrap();
    let list = der_of(&list);
    let with_list =
        add_validation(&std::fs::read(&report).unwrap(), &Validation { crls: vec![list], ..Validation::default() });
    let whole = desk.write("whole.pdf", with_list.unwrap());
    holds(&desk, &whole, &roots);
    // One list that withdraws a lead in time is enough, though it came with the file.
    let leads = super::attacks::leads(&desk);
    let withdrawn = der_of(
        &root
            .revocation_list(
                &[Withdrawn { certificate: leads[0].certificate(), since: year(2020), reason: None }],
                2,
                now(),
                year(2049),
            )
            .unwrap(),
    );
    let more = Validation { crls: vec![withdrawn], ..Validation::default() };
    let revoked = desk.write("revoked.pdf", add_validation(&std::fs::read(&report).unwrap(), &more).unwrap());
    let said = desk.run(&["--json", "verify", &revoked, "--trust", &roots]).expect(1).json();
    assert_eq!(verdicts(&said), ["yes", "no", "no", "yes", "yes"], "{said:#}");
    for file in [&report, &whole] {
        if let Some(ran) = pyhanko(&authority, file, &["validate", "--no-revocation-check"]) {
            let ran = ran.expect(0);
            assert_eq!(ran.stdout.matches(":INTACT:TRUSTED").count(), 3, "{ran}");
        }
    }
    pdfsig(&whole, 3);
}

#[test]
fn what_the_issuers_say_is_asked_for_and_goes_inside() {
    let Some(authority) = Authority::start() else { return };
    let desk = Desk::new();
    let (key, passphrase) = (authority.person("Lena Elsewhere", "secret"), desk.write("passphrase", "secret"));
    desk.run(&["key", "import", &key, "--passphrase-file", &passphrase]).expect(0);
    let file = desk.write("small.md", "# Small release\n\n- [ ] Deploy the release\n");
    let dana = ["--person", "Dana"];
    desk.run(&[&["record", "new", &file][..], &dana].concat()).expect(0);
    let sign = ["sign", "1", "--as", "Lena Elsewhere", "--role", "Lead", "--passphrase-file", &passphrase];
    desk.run(&[&sign[..], &dana].concat()).expect(0);
    desk.run(&[&["record", "close", "1"][..], &dana].concat()).expect(0);
    let (report, roots) = (desk.arg("report.pdf"), desk.arg("roots.pem"));
    let make =
        ["report", "1", "-o", &report, "--as", "Lena Elsewhere", "--passphrase-file", &passphrase, "--long-term"];
    desk.run(&[&make[..], &["--tsa", &authority.url], &dana].concat()).expect(0);
    desk.run(&["roster", "export", "-o", &roots]).expect(0);
    let said = desk.run(&["--json", "verify", &report, "--trust", &roots]).json();
    assert_eq!(verdicts(&said)[..4], ["yes"; 4], "{said:#}");
    let reasons = said["completeness"]["reasons"].to_string();
    // The installation's, the person's, the root's, the authority's; a revocation list and an OCSP answer.
    assert!(reasons.contains("4 certificates and 2 statements of their issuers"), "{said:#}");
    if let Some(ran) = pyhanko_with(&[&roots, &authority.root()], &report) {
        let ran = ran.expect(0);
        assert_eq!(ran.stdout.matches(":INTACT:TRUSTED").count(), 2, "{ran}");
    }
}

fn pyhanko_with(roots: &[&str], file: &str) -> Option<Ran> {
    let mut command = Command::new(programs::foreign("pyhanko")?);
    command.args(["sign", "validate", "--no-revocation-check", "--trust-replace"]);
    command.args(roots.iter().flat_map(|root| ["--trust", root])).arg(file);
    Some(Ran::of(&mut command))
}

fn now() -> DateTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    DateTime::from_unix_duration(std::time::Duration::from_secs(since.as_secs())).unwrap()
}

fn der_of(pem: &str) -> Vec<u8> {
    let Some(openssl) = programs::foreign("openssl") else { return Vec::new() };
    let desk = Desk::new();
    let (from, to) = (desk.write("list.pem", pem), desk.arg("list.der"));
    Ran::of(Command::new(openssl).args(["crl", "-in", &from, "-outform", "DER", "-out", &to])).expect(0);
    std::fs::read(to).unwrap()
}
