//! What the tour's report costs: pages, finishing, certification and two approvals. In milliseconds against a stated limit,
//! and as a ratio to what pyHanko takes as a process for one signature alone.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to say")]

use countersign_core::record::{Bundle, fold};
use countersign_core::report::{Paper, Report, compose};
use countersign_pades::seal::{SealInfo, approve, certify};
use countersign_pades::verify::inspect;
use countersign_pades::{DateTime, Identity, Purpose, Subject, Trust, Validity};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The limit for everything together.
const LIMIT: Duration = Duration::from_millis(150);
/// The limit of the ratio to pyHanko.
const SHARE: f64 = 0.2;
const ROUNDS: usize = 9;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["countersign", "tour", "--out", folder.path().to_str().unwrap()];
    assert_eq!(countersign::run(args.map(Into::into)).await, countersign::Exit::Done);
    let pdf = std::fs::read(folder.path().join("report.pdf")).unwrap();
    let at = DateTime::new(2026, 6, 1, 12, 0, 0).unwrap();
    let inside = inspect(&pdf, &Trust::none(), at).unwrap().attachments.remove(0);
    let bundle: Bundle = serde_json::from_slice(&inside.bytes).unwrap();
    let log = bundle.open().unwrap();
    let view = fold(&log).unwrap();
    let identity = identity();
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let report = compose(&view, &bundle, &log, Paper::A4).unwrap();
            sealed(&report, &identity, at);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let ours = times[ROUNDS / 2];
    println!("the tour's report with 3 signatures: {} ms (at most {} ms)", ours.as_millis(), LIMIT.as_millis());
    let within = match pyhanko(folder.path()) {
        None => {
            println!("pyHanko is not there (COUNTERSIGN_FOREIGN): no ratio");
            true
        }
        Some(theirs) => {
            let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
            println!("report / one signature of pyHanko: {ratio:.2} (at most {SHARE:.2}); pyHanko {theirs:?}");
            ratio <= SHARE
        }
    };
    if ours > LIMIT || !within {
        std::process::exit(1);
    }
}

fn identity() -> Identity {
    use chacha20::rand_core::SeedableRng as _;
    let subject = Subject { common_name: "Bench".to_owned(), email: None, organisation: None };
    let not_before = DateTime::new(2026, 1, 1, 0, 0, 0).unwrap();
    let not_after = DateTime::new(2030, 1, 1, 0, 0, 0).unwrap();
    let mut rng = chacha20::ChaCha20Rng::from_seed([7; 32]);
    Identity::self_signed(&subject, Purpose::Person, Validity { not_before, not_after }, &mut rng).unwrap()
}

fn sealed(report: &Report, identity: &Identity, at: DateTime) -> Vec<u8> {
    let mut pdf = countersign_pages::render(report).unwrap().pdf;
    for (index, slot) in report.signatures.iter().enumerate() {
        let shown = countersign_pages::SignatureAppearance { role: slot.role.clone(), ..Default::default() };
        let appearance = countersign_pages::appearance(&shown, 220.0, 60.0).unwrap();
        let sign = if index == 0 { certify } else { approve };
        pdf = sign(&pdf, &slot.field, identity, &SealInfo::new("Bench", at), Some(&appearance)).unwrap();
    }
    pdf
}

/// One signature by pyHanko as a process, with a key of openssl's making.
fn pyhanko(folder: &Path) -> Option<Duration> {
    let program = PathBuf::from(std::env::var_os("COUNTERSIGN_FOREIGN")?).join("bin/pyhanko");
    let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"])
        .args(["-subj", "/CN=Bench", "-addext", "keyUsage=digitalSignature,nonRepudiation", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .ok()?;
    let plain = folder.join("plain.pdf");
    let report = Report { signatures: Vec::new(), ..report_of_one_page() };
    std::fs::write(&plain, countersign_pages::render(&report).ok()?.pdf).ok()?;
    let mut times = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        let signed = Command::new(&program)
            .args(["sign", "addsig", "--field", "Bench", "--no-strict-syntax", "pemder", "--no-pass", "--key"])
            .arg(&key)
            .arg("--cert")
            .arg(&certificate)
            .arg(&plain)
            .arg(folder.join("signed.pdf"))
            .output()
            .ok()?;
        times.push(start.elapsed());
        if !made.status.success() || !signed.status.success() {
            println!("pyHanko did not sign: {}", String::from_utf8_lossy(&signed.stderr));
            return None;
        }
    }
    times.sort_unstable();
    times.get(1).copied()
}

fn report_of_one_page() -> Report {
    Report {
        title: "One page".to_owned(),
        subtitle: String::new(),
        language: "en".to_owned(),
        author: "Bench".to_owned(),
        created: countersign_core::time::Timestamp::from_millis(0),
        identity: countersign_core::id::Digest::of(b"bench"),
        footer: String::new(),
        watermark: None,
        paper: Paper::A4,
        blocks: Vec::new(),
        attachments: Vec::new(),
        signatures: Vec::new(),
        fields: Vec::new(),
    }
}
