//! What auditors take away: the register with its signature, a sample that they can draw again, and a statement that other
//! tools verify.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step fails its test"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_tests::desk::{Desk, Ran};
use countersign_tests::programs;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const CHECKLIST: &str = "# Small release\n\n## Go\n\n- [ ] Take a snapshot\n- [ ] Deploy the release\n";
const COMMIT: &str = "3f2a9c1d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b";

/// Records: three that ended, a rehearsal that ended, one that was voided, one that is open.
fn records() -> Desk {
    let desk = Desk::new();
    let file = desk.write("small.md", CHECKLIST);
    let set = format!("artifact={COMMIT}");
    for number in 1..=6 {
        let release = format!("release=2.{number}");
        let mut new = vec!["record", "new", &file, "--set", "service=shop", "--set", &release, "--set", &set];
        new.extend(["--person", "Dana"]);
        if number == 4 {
            new.push("--rehearsal");
        }
        desk.run(&new).expect(0);
        let record = number.to_string();
        match number {
            5 => drop(desk.run(&["record", "void", &record, "--reason", "began twice", "--person", "Dana"]).expect(0)),
            6 => {}
            _ => {
                desk.run(&["record", "answer", &record, "Take a snapshot", "done", "--person", "Dana"]).expect(0);
                desk.run(&["record", "close", &record, "--outcome", "aborted", "--person", "Dana"]).expect(0);
            }
        }
    }
    desk
}

fn openssl_cades(folder: &Path, content: &Path) -> Option<Ran> {
    let mut command = Command::new(programs::foreign("openssl")?);
    command.args([
        "cms",
        "-verify",
        "-cades",
        "-binary",
        "-inform",
        "DER",
        "-purpose",
        "any",
        "-out",
        "/dev/null",
        "-in",
    ]);
    command
        .arg(folder.join("register.json.p7s"))
        .arg("-content")
        .arg(content)
        .arg("-CAfile")
        .arg(folder.join("roots.pem"));
    Some(Ran::of(&mut command))
}

#[test]
fn the_register_is_whole_signed_and_its_sample_can_be_drawn_again() {
    let desk = records();
    let pack = desk.path("pack");
    let out = pack.display().to_string();
    let written = desk.run(&["register", "export", "--out", &out, "--sample", "2", "--seed", "autumn audit"]).expect(0);
    assert!(written.stdout.contains("6 records, without a gap; sample of 3 by seed «autumn audit»"), "{written}");
    let text = std::fs::read_to_string(pack.join("register.json")).unwrap();
    let register: Value = serde_json::from_str(&text).unwrap();
    let records = register["records"].as_array().unwrap();
    let stands: Vec<(u64, &str)> =
        records.iter().map(|one| (one["number"].as_u64().unwrap(), one["status"].as_str().unwrap())).collect();
    assert_eq!(stands, [(1, "closed"), (2, "closed"), (3, "closed"), (4, "closed"), (5, "voided"), (6, "open")]);
    assert_eq!(register["missing"], serde_json::json!([]));
    assert_eq!(records[3]["rehearsal"], true);
    assert_eq!(records[0]["header"]["artifact"], COMMIT);
    assert!(records[0]["deviations"].as_array().unwrap().iter().all(Value::is_string));
    // As the stated method says: of 1, 2 and 3 those two with the smallest hash.
    let mut hashed: Vec<(String, u64)> =
        (1..=3).map(|number| (sha256(&format!("autumn audit:{number}")), number)).collect();
    hashed.sort();
    let drawn: Vec<u64> = register["sample"]["numbers"].as_array().unwrap().iter().filter_map(Value::as_u64).collect();
    assert_eq!(drawn, hashed.into_iter().take(2).map(|(_, number)| number).collect::<Vec<_>>());
    for (name, digest) in register["files"].as_object().unwrap() {
        assert_eq!(sha256(&std::fs::read_to_string(pack.join(name)).unwrap()), digest.as_str().unwrap(), "{name}");
    }
    assert_eq!(std::fs::read_to_string(pack.join("register.csv")).unwrap().lines().count(), 7);
    let controls = std::fs::read_to_string(pack.join("controls.md")).unwrap();
    for words in ["CC8.1", "A.8.32", "11.10", "11.50", "11.70", "11.200", "SOX", "not done by the program"] {
        assert!(controls.contains(words), "{words}");
    }
    if let Some(ran) = openssl_cades(&pack, &pack.join("register.json")) {
        ran.expect(0);
        let changed = desk.write("changed.json", text.replace("voided", "closed"));
        assert_ne!(openssl_cades(&pack, Path::new(&changed)).unwrap().code, 0, "the check can fail");
    }
}

#[test]
fn the_pack_is_one_file_if_it_is_to_be() {
    let Some(python) = programs::foreign("python") else { return };
    let desk = records();
    let (zip, again) = (desk.arg("pack.zip"), desk.path("again"));
    desk.run(&["register", "export", "--out", &zip]).expect(0);
    let unpack = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2]); print(len(z.namelist()))";
    let ran = Ran::of(Command::new(python).args(["-c", unpack, &zip]).arg(&again)).expect(0);
    assert_eq!(ran.stdout.trim(), "5");
    let register: Value = serde_json::from_slice(&std::fs::read(again.join("register.json")).unwrap()).unwrap();
    assert!(register.get("sample").is_none());
    if let Some(ran) = openssl_cades(&again, &again.join("register.json")) {
        ran.expect(0);
    }
}

#[test]
fn a_statement_about_a_record_is_one_that_openssl_verifies() {
    let desk = records();
    let file = desk.arg("statement.json");
    desk.run(&["record", "attest", "6", "-o", &file]).refuses(4, "still open");
    desk.run(&["record", "attest", "1", "-o", &file]).expect(0);
    let envelope: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(envelope["payloadType"], "application/vnd.in-toto+json");
    let payload = BASE64.decode(envelope["payload"].as_str().unwrap()).unwrap();
    let statement: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["subject"][0]["digest"]["gitCommit"], COMMIT);
    assert_eq!(statement["predicate"]["number"], 1);
    let shown = desk.json(&["record", "show", "1"]);
    assert_eq!(statement["subject"][1]["digest"]["sha256"], shown["record"]["head"]);
    let Some(openssl) = programs::foreign("openssl") else { return };
    // What the signature is over, put together anew as the standard says.
    let signed = [format!("DSSEv1 28 application/vnd.in-toto+json {} ", payload.len()).as_bytes(), &payload].concat();
    let signature = BASE64.decode(envelope["signatures"][0]["sig"].as_str().unwrap()).unwrap();
    let signature = desk.write("signature.der", signature);
    let certificate = desk.data().join("installation.pem");
    let key = Ran::of(Command::new(&openssl).args(["x509", "-noout", "-pubkey", "-in"]).arg(certificate)).expect(0);
    let key = desk.write("key.pem", key.stdout);
    let verify = |bytes: &[u8]| {
        let content = desk.write("signed", bytes);
        let mut command = Command::new(&openssl);
        Ran::of(command.args(["dgst", "-sha256", "-verify", &key, "-signature", &signature, &content]))
    };
    verify(&signed).expect(0);
    assert_ne!(verify(&payload).code, 0, "the check can fail");
}

fn sha256(text: &str) -> String {
    countersign_core::id::Digest::of(text.as_bytes()).to_string()
}
