//! What others say of the tour's report: pyHanko, poppler, OpenSSL and qpdf. A tool that is not there is passed over with a line
//! that says so; where `COUNTERSIGN_REQUIRE_FOREIGN` is 1 that is a failure.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, Ran, Tour};
use countersign_tests::{programs, tamper};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

const SIGNATURES: usize = 3;

/// Runs a program of others, if it is there.
fn foreign(name: &str, args: &[&OsStr]) -> Option<Ran> {
    Some(Ran::of(Command::new(programs::foreign(name)?).args(args)))
}

fn pyhanko(pdf: &Path) -> Option<Ran> {
    let options = ["sign", "validate", "--trust-replace", "--no-revocation-check", "--trust"].map(OsStr::new);
    let roots = Tour::taken().path("roots.pem");
    foreign("pyhanko", &[&options[..], &[roots.as_os_str(), pdf.as_os_str()]].concat())
}

#[test]
fn pyhanko_trusts_every_signature() {
    let Some(ran) = pyhanko(&Tour::taken().path("report.pdf")) else { return };
    let ran = ran.expect(0);
    let lines: Vec<&str> = ran.stdout.lines().filter(|line| line.contains(":INTACT:TRUSTED")).collect();
    assert_eq!(lines.len(), SIGNATURES, "{ran}");
    assert_eq!(
        lines.iter().filter(|line| line.contains("UNTOUCHED")).count(),
        1,
        "the last one covers the file: {ran}"
    );
    let extended = lines.iter().filter(|line| line.contains("ACCEPTABLE_MODIFICATIONS")).count();
    assert_eq!(extended, SIGNATURES - 1, "{ran}");
}

#[test]
fn poppler_trusts_every_signature() {
    let (Some(certutil), Some(pdfsig)) = (programs::foreign("certutil"), programs::foreign("pdfsig")) else { return };
    let desk = Desk::new();
    let database = desk.path("nss");
    std::fs::create_dir(&database).unwrap();
    let roots = Tour::taken().path("roots.pem");
    let add = [
        OsStr::new("-A"),
        "-n".as_ref(),
        "root".as_ref(),
        "-t".as_ref(),
        "CT,C,C".as_ref(),
        "-i".as_ref(),
        roots.as_ref(),
    ];
    Ran::of(Command::new(&certutil).arg("-N").arg("--empty-password").arg("-d").arg(&database)).expect(0);
    Ran::of(Command::new(&certutil).args(add).arg("-d").arg(&database)).expect(0);
    let report = Tour::taken().path("report.pdf");
    let ran = Ran::of(Command::new(pdfsig).arg("-nssdir").arg(&database).arg(&report)).expect(0);
    for line in ["Signature is Valid.", "Certificate is Trusted.", "ETSI.CAdES.detached"] {
        assert_eq!(ran.stdout.matches(line).count(), SIGNATURES, "{line}: {ran}");
    }
    assert_eq!(ran.stdout.matches("Total document signed").count(), 1, "the last one covers the file: {ran}");
}

#[test]
fn openssl_verifies_every_signature_as_cades() {
    let Some(openssl) = programs::foreign("openssl") else { return };
    let (desk, report) = (Desk::new(), Tour::taken().report());
    let signatures = tamper::signatures(&report);
    assert_eq!(signatures.len(), SIGNATURES);
    for digits in signatures {
        let [start, before, after, rest] = tamper::byte_range(&report, &digits);
        let content = [&report[start..start + before], &report[after..after + rest]].concat();
        let verify = |content: &[u8]| {
            let content = desk.write("content", content);
            let signature = desk.write("signature.der", tamper::der(&report[digits.clone()]));
            let mut command = Command::new(&openssl);
            command.args(["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any", "-out"]);
            command.arg(desk.path("out")).args(["-in", &signature, "-content", &content, "-CAfile"]);
            Ran::of(command.arg(Tour::taken().path("roots.pem")))
        };
        let said = verify(&content).expect(0);
        assert!(said.stderr.contains("CAdES Verification successful"), "{said}");
        assert_ne!(verify(&tamper::flipped(&content, 5_000)).code, 0, "the check can fail");
    }
}

#[test]
fn qpdf_finds_nothing_wrong() {
    let report = Tour::taken().path("report.pdf");
    let Some(ran) = foreign("qpdf", &["--check".as_ref(), report.as_os_str()]) else { return };
    let ran = ran.expect(0);
    assert!(!ran.stderr.contains("WARNING") && ran.stdout.contains("No syntax or stream encoding errors"), "{ran}");
}

#[test]
fn the_record_comes_out_with_the_log_that_the_installation_has() {
    let desk = Desk::new();
    let (report, folder) = (Tour::taken().path("report.pdf"), desk.path(""));
    let args = ["-saveall".as_ref(), "-o".as_ref(), folder.as_os_str(), report.as_os_str()];
    let Some(ran) = foreign("pdfdetach", &args) else { return };
    ran.expect(0);
    let names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names.len(), 1, "one file is attached: {names:?}");
    let bundle: Value = serde_json::from_slice(&std::fs::read(&names[0]).unwrap()).unwrap();
    let events = bundle["events"].as_array().unwrap();

    let data = Tour::taken().data().display().to_string();
    let show = ["--json", "--data-dir", &data, "record", "show", "1"];
    let shown = Ran::of(Command::new(programs::cli()).args(show)).expect(0).json();
    let record = &shown["record"];
    assert_eq!(bundle["record"], record["id"]);
    assert_eq!(record["reports"][0]["covers"], events.last().unwrap()["id"], "the log ends where the report does");
    assert_eq!(
        record["events"].as_u64().unwrap() as usize,
        events.len() + 1,
        "only the report's own making came after"
    );
    let first: Value = serde_json::from_str(events[0]["event"].as_str().unwrap()).unwrap();
    assert_eq!(first["record"], record["id"]);
}

#[test]
fn the_text_comes_out_in_words() {
    let report = Tour::taken().path("report.pdf");
    let args = ["-layout".as_ref(), report.as_os_str(), "-".as_ref()];
    let Some(ran) = foreign("pdftotext", &args) else { return };
    let ran = ran.expect(0);
    let text = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let first_page = ran.stdout.split('\u{c}').next().unwrap();
    for words in [
        "Layered services release",
        "campaign platform",
        "Search is rebuilt by the platform team",
        "CHG-1042",
        "3f2a9c1d8e7b",
        "Take a database snapshot",
        "Query billing usage",
        "Lena Engineering",
        "Omar Operations",
    ] {
        assert!(text.contains(words), "«{words}» is missing:\n{text}");
    }
    for words in ["Worker answers healthy", "Search answers healthy", "2.4.0"] {
        assert!(first_page.contains(words), "«{words}» is missing on page 1:\n{first_page}");
    }
    assert!(!text.contains('\u{fffd}'), "every glyph has its text");
}

#[test]
fn pyhanko_and_we_refuse_the_same_overdrawn_page() {
    let desk = Desk::new();
    let overdrawn = desk.write("overdrawn.pdf", tamper::overdrawn(&Tour::taken().report()));
    desk.run(&["verify", &overdrawn, "--trust", &Tour::taken().roots()]).expect(1);
    let Some(ran) = pyhanko(Path::new(&overdrawn)) else { return };
    assert_ne!(ran.code, 0, "{ran}");
    assert!(ran.stdout.contains("ILLEGAL_MODIFICATIONS"), "{ran}");
}

#[test]
fn what_verify_prints_keeps_to_its_schema() {
    let Some(python) = programs::foreign("python") else { return };
    let desk = Desk::new();
    let report = Tour::taken().report();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/verify.schema.json");
    let script = "import json, sys, jsonschema\n\
        schema = json.load(open(sys.argv[1]))\n\
        jsonschema.Draft202012Validator.check_schema(schema)\n\
        jsonschema.validate(json.load(open(sys.argv[2])), schema)";
    let check = |said: &str| {
        let file = desk.write("said.json", said);
        Ran::of(Command::new(&python).args(["-c", script]).arg(&schema).arg(file))
    };
    for (name, bytes) in [
        ("good", report.clone()),
        ("changed", tamper::flipped(&report, 5_000)),
        ("overdrawn", tamper::overdrawn(&report)),
        ("cut off", report[..report.len() / 2].to_vec()),
        ("text", b"no PDF".to_vec()),
    ] {
        let file = desk.write("report.pdf", bytes);
        let said = desk.run(&["--json", "verify", &file, "--trust", &Tour::taken().roots()]);
        let checked = check(&said.stdout);
        assert_eq!(checked.code, 0, "{name}: {checked}\n{said}");
        let broken = said.stdout.replace("\"reasons\"", "\"becauses\"").replace("\"message\"", "\"massage\"");
        assert_ne!(check(&broken).code, 0, "{name}: the check can fail");
    }
}

#[test]
fn the_pages_are_for_archives() {
    let Some(python) = programs::foreign("python") else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("pdfa.py");
    let check = |file: &OsStr| Ran::of(Command::new(&python).arg(&script).arg(file));
    check(Tour::taken().path("report.pdf").as_os_str()).expect(0);
    // The check can fail: without its colours' meaning, and with a font that is not in the file.
    let desk = Desk::new();
    for key in ["OutputIntents", "FontFile2"] {
        let mut document = lopdf::Document::load_mem(&Tour::taken().report()).unwrap();
        let mut removed = 0;
        for object in document.objects.values_mut() {
            if let Ok(dict) = object.as_dict_mut() {
                removed += usize::from(dict.remove(key.as_bytes()).is_some());
            }
        }
        assert!(removed > 0, "{key}");
        let file = desk.path("without.pdf");
        document.save(&file).unwrap();
        let ran = check(file.as_os_str());
        assert!(ran.code == 1 && !ran.stdout.is_empty(), "without {key}: {ran}");
    }
}
