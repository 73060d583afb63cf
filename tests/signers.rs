//! As many signers as a report takes: twenty leads sign off and sign, one after the other.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing step fails its test")]

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use countersign_core::api::*;
use countersign_core::id::KeyId;
use countersign_core::record::{Decision, Intent, Meaning, Outcome};
use countersign_core::report::Paper;
use countersign_engine::Engine;
use countersign_pades::{Authority, DateTime, Purpose, Subject, Validity};
use countersign_tests::desk::{Desk, Ran, verdicts};
use countersign_tests::programs;
use std::process::Command;

const SIGNERS: usize = 20;
const CHECKLIST: &str = "# Release\n\n- [ ] Deploy the release\n";

fn years(from: u16, to: u16) -> Validity {
    let year = |year| DateTime::new(year, 1, 1, 0, 0, 0).unwrap();
    Validity { not_before: year(from), not_after: year(to) }
}

/// Keys with few rounds of their passphrase's derivation: opening them is not what is tried here.
async fn keys(engine: &Engine, desk: &Desk, root: &Authority, rng: &mut ChaCha20Rng) -> Vec<KeyId> {
    let mut keys = Vec::new();
    for number in 1..=SIGNERS {
        let subject = Subject { common_name: format!("Lead {number:02}"), email: None, organisation: None };
        let lead = root.issue_identity(&subject, Purpose::Person, years(2020, 2045), rng).unwrap();
        let path = desk.write(&format!("{number}.p12"), lead.export_with("secret", 1_000, rng).unwrap());
        keys.push(engine.import_key(ImportKey { path, passphrase: Secret("secret".to_owned()) }).await.unwrap().id);
    }
    keys
}

#[tokio::test]
async fn twenty_leads_sign_one_report_and_every_signature_holds() {
    let desk = Desk::new();
    let mut rng = ChaCha20Rng::seed_from_u64(20);
    let root = Authority::new("Example Organisation", years(2020, 2050), &mut rng).unwrap();
    let (report, roots) = (desk.arg("report.pdf"), desk.arg("roots.pem"));
    {
        let engine = Engine::open(&desk.data()).unwrap();
        let keys = keys(&engine, &desk, &root, &mut rng).await;
        let source = ChecklistSource::File { path: desk.write("release.md", CHECKLIST) };
        let new =
            StartRecord { source, header: Vec::new(), rehearsal: false, person: "Dana".into(), acknowledged: None };
        let record = engine.start_record(new).await.unwrap();
        for (number, key) in (1..).zip(&keys) {
            let asked = PrepareSignOff {
                record: record.clone(),
                key: key.clone(),
                role: format!("Lead of team {number}"),
                meaning: Meaning::Approved,
                decision: Decision::Approve,
            };
            let statement = engine.prepare_sign_off(asked).await.unwrap().statement;
            let passphrase = Secret("secret".to_owned());
            let signed =
                SignOffRecord { person: "Dana".into(), key: key.clone(), passphrase, statement, seconds: None };
            engine.sign_off(signed).await.unwrap();
        }
        let close = Intent::Close { outcome: Outcome::Completed, summary: None };
        engine.act(Act { record: record.clone(), person: "Dana".into(), intent: close }).await.unwrap();
        let make =
            MakeReport { record: record.clone(), person: "Dana".into(), leave_out_contacts: false, paper: Paper::A4 };
        engine.make_report(make).await.unwrap();
        for key in keys {
            let passphrase = Secret("secret".to_owned());
            engine.sign_report(SignReport { record: record.clone(), key, passphrase }).await.unwrap();
        }
        engine.export_report(ExportReport { record, path: report.clone() }).await.unwrap();
        engine.export_roots(ExportRoots { path: roots.clone() }).await.unwrap();
    }
    let said = desk.run(&["--json", "verify", &report, "--trust", &roots]).json();
    assert_eq!(verdicts(&said)[..4], ["yes"; 4], "{said:#}");
    let signatures = said["signatures"].as_array().unwrap();
    assert_eq!(signatures.len(), SIGNERS + 1);
    assert!(signatures.iter().all(|one| one["intact"] == true && one["trusted"] == true), "{said:#}");
    let size = std::fs::metadata(&report).unwrap().len();
    assert!(size < 1_500_000, "{size} bytes");
    if let Some(pyhanko) = programs::foreign("pyhanko") {
        let roots = roots_apart(&roots, &desk);
        let mut command = Command::new(pyhanko);
        command.args(["sign", "validate", "--trust-replace", "--no-revocation-check"]).args(roots).arg(&report);
        let ran = Ran::of(&mut command).expect(0);
        assert_eq!(ran.stdout.matches(":INTACT:TRUSTED").count(), SIGNERS + 1, "{ran}");
    }
}

/// pyHanko takes one file for each root.
fn roots_apart(roots: &str, desk: &Desk) -> Vec<String> {
    let text = std::fs::read_to_string(roots).unwrap();
    let blocks = text.split_inclusive("-----END CERTIFICATE-----\n").enumerate();
    let files = blocks.map(|(number, block)| desk.write(&format!("root-{number}.pem"), block));
    files.flat_map(|file| ["--trust".to_owned(), file]).collect()
}
