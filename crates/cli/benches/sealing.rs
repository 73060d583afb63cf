//! What a large report costs: 300 items, 60 rounds of 20 values with their plots, 5 signers. Making and signing it in milliseconds
//! against a limit, its pages against typst and WeasyPrint setting as much, verifying it against a limit and pyHanko as a process,
//! its size. Programs of others are passed over where they are not: `COUNTERSIGN_FOREIGN` for pyHanko, `COUNTERSIGN_SETTERS` for a
//! Python environment with `typst` and `weasyprint`.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to say")]

use countersign_core::api::*;
use countersign_core::id::RecordId;
use countersign_core::record::rounds::{RoundEntry, slots};
use countersign_core::record::{Answer, Bundle, Decision, Intent, Meaning, Outcome, View, fold};
use countersign_core::report::{Paper, RECORD_FILE, compose};
use countersign_core::time::Timestamp;
use countersign_engine::{Computer, Engine, Environment, Error};
use countersign_pades::seal::{SealInfo, approve, certify};
use countersign_pades::verify::inspect;
use countersign_pades::{Authority, DateTime, Identity, Purpose, Subject, Trust, Validity};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

const ITEMS: usize = 300;
const ROUNDS: u32 = 60;
const PLOTS: usize = 20;
const SIGNERS: usize = 5;
/// Making the pages and signing them.
const MAKE_LIMIT: Duration = Duration::from_millis(400);
const VERIFY_LIMIT: Duration = Duration::from_millis(50);
/// The least that verifying is faster than pyHanko as a process.
const FASTER_THAN_PYHANKO: f64 = 15.0;
/// The most that our pages take of what typst takes, and the least that they are faster than WeasyPrint.
const SHARE_OF_TYPST: f64 = 1.0;
const FASTER_THAN_WEASYPRINT: f64 = 20.0;
const SIZE_LIMIT: usize = 1_500_000;
const TRIES: usize = 7;

/// A clock that is set by hand.
struct Clock(AtomicI64);

impl Environment for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
    fn monotonic(&self) -> u64 {
        u64::try_from(self.0.load(Ordering::SeqCst)).unwrap()
    }
    fn random(&self, bytes: &mut [u8]) -> Result<(), Error> {
        Computer::new().random(bytes)
    }
}

fn checklist() -> String {
    let mut text = "# Large release\n\n- [ ] Deploy the release\n".to_owned();
    for number in 0..ITEMS - 1 - PLOTS {
        if number % 28 == 0 {
            let _ = write!(text, "\n## Phase {}\n\n", number / 28 + 1);
        }
        let _ = writeln!(
            text,
            "- [ ] Check number {number}: the service answers, its queue drains and no new error is in the log"
        );
    }
    let _ = write!(text, "\n## Watch (Every 1 minute for {ROUNDS} minutes)\n\n");
    for number in 0..PLOTS {
        let _ = writeln!(text, "- p{}: ___ ms (target: < 500 ms)", 50 + number);
    }
    text
}

/// The record, worked through to its end and signed off.
async fn record(folder: &Path, leads: &[Identity]) -> (View, Bundle) {
    let clock = Arc::new(Clock(AtomicI64::new(1_780_000_000_000)));
    let engine = Engine::open_with(&folder.join("data"), Arc::clone(&clock) as Arc<dyn Environment>).unwrap();
    let file = folder.join("large.md");
    std::fs::write(&file, checklist()).unwrap();
    let source = ChecklistSource::File { path: file.display().to_string() };
    let header = [
        ("service", "shop"),
        ("release", "2.4.0"),
        ("change", "CHG-1042"),
        ("artifact", "3f2a9c1d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b"),
    ];
    let header = header.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    let start = StartRecord { source, header, rehearsal: false, person: "Dana".into(), acknowledged: None };
    let record = engine.start_record(start).await.unwrap();
    let act =
        async |intent| drop(engine.act(Act { record: record.clone(), person: "Dana".into(), intent }).await.unwrap());
    let view = engine.record(&record).unwrap();
    assert_eq!(view.template.items.len(), ITEMS);
    for item in view.template.items.iter().take(ITEMS - PLOTS) {
        clock.0.fetch_add(1_700, Ordering::SeqCst);
        act(Intent::Answer { item: item.id.clone(), answer: Answer::Done, by: None, reason: None }).await;
    }
    let plan = slots(&engine.record(&record).unwrap(), clock.now()).remove(0).plan;
    let deployed = engine.record(&record).unwrap().conduct.deployed.unwrap().at;
    for number in 1..=ROUNDS {
        clock.0.store(deployed.millis() + i64::from(number) * 60_000, Ordering::SeqCst);
        let value = |at: usize| Answer::Value { text: (100 + (at * 37 + number as usize * 13) % 380).to_string() };
        let values: BTreeMap<_, _> =
            plan.items.iter().cloned().enumerate().map(|(at, item)| (item, value(at))).collect();
        let late = Some("catching up".to_owned()).filter(|_| number < 10);
        act(Intent::TakeRound {
            round: RoundEntry { section: plan.section, number: None, values, by: None, reason: late },
        })
        .await;
    }
    sign_off(&engine, &record, folder, leads).await;
    act(Intent::Close { outcome: Outcome::Completed, summary: None }).await;
    let made =
        MakeReport { record: record.clone(), person: "Dana".into(), leave_out_contacts: false, paper: Paper::A4 };
    engine.make_report(made).await.unwrap();
    let path = folder.join("made.pdf").display().to_string();
    engine.export_report(ExportReport { record, path: path.clone() }).await.unwrap();
    let at = DateTime::new(2026, 6, 1, 12, 0, 0).unwrap();
    let inside = inspect(&std::fs::read(path).unwrap(), &Trust::none(), at).unwrap().attachments;
    let file = inside.into_iter().find(|file| file.name == RECORD_FILE).unwrap();
    let bundle: Bundle = serde_json::from_slice(&file.bytes).unwrap();
    (fold(&bundle.open().unwrap()).unwrap(), bundle)
}

async fn sign_off(engine: &Engine, record: &RecordId, folder: &Path, leads: &[Identity]) {
    for (number, lead) in leads.iter().enumerate() {
        let path = folder.join(format!("{number}.p12"));
        std::fs::write(&path, lead.export_with("secret", 1_000, &mut rng()).unwrap()).unwrap();
        let secret = || Secret("secret".to_owned());
        let path = path.display().to_string();
        let key = engine.import_key(ImportKey { path, passphrase: secret() }).await.unwrap().id;
        let (role, decision) = (format!("Lead of team {number}"), Decision::Approve);
        let asked =
            PrepareSignOff { record: record.clone(), key: key.clone(), role, meaning: Meaning::Approved, decision };
        let statement = engine.prepare_sign_off(asked).await.unwrap().statement;
        engine
            .sign_off(SignOffRecord { person: "Dana".into(), key, passphrase: secret(), statement, seconds: None })
            .await
            .unwrap();
    }
}

fn rng() -> chacha20::ChaCha20Rng {
    use chacha20::rand_core::SeedableRng as _;
    chacha20::ChaCha20Rng::from_seed([7; 32])
}

fn validity() -> Validity {
    let year = |year| DateTime::new(year, 1, 1, 0, 0, 0).unwrap();
    Validity { not_before: year(2020), not_after: year(2045) }
}

fn median(work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<_> = std::iter::repeat_with(work).take(TRIES).collect();
    times.sort_unstable();
    times[TRIES / 2]
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let root = Authority::new("Bench", validity(), &mut rng()).unwrap();
    let mut random = rng();
    let mut person = |name: String, purpose| {
        let subject = Subject { common_name: name, email: None, organisation: None };
        root.issue_identity(&subject, purpose, validity(), &mut random).unwrap()
    };
    let application = person("Application".to_owned(), Purpose::Application);
    let leads: Vec<_> = (0..SIGNERS).map(|number| person(format!("Lead {number}"), Purpose::Person)).collect();
    let (view, bundle) = record(folder.path(), &leads).await;
    let log = bundle.open().unwrap();
    let at =
        DateTime::from_unix_duration(Duration::from_millis(view.last_at.millis().unsigned_abs() + 60_000)).unwrap();
    let seal = || {
        let report = compose(&view, &bundle, &log, Paper::A4).unwrap();
        let mut pdf = countersign_pages::render(&report).unwrap().pdf;
        for (slot, who) in report.signatures.iter().zip(std::iter::once(&application).chain(&leads)) {
            let shown = countersign_pages::SignatureAppearance { role: slot.role.clone(), ..Default::default() };
            let appearance = countersign_pages::appearance(&shown, 220.0, 60.0).unwrap();
            let sign = if slot.signed_off.is_none() { certify } else { approve };
            let info = SealInfo::new(who.certificate().common_name(), at);
            pdf = sign(&pdf, &slot.field, who, &info, Some(&appearance)).unwrap();
        }
        pdf
    };
    let pdf = seal();
    let path = folder.path().join("report.pdf");
    std::fs::write(&path, &pdf).unwrap();
    let mut holds = true;
    let mut told = |words: String, within: bool| {
        println!("{words}{}", if within { "" } else { "  DOES NOT HOLD" });
        holds &= within;
    };
    let report = compose(&view, &bundle, &log, Paper::A4).unwrap();
    let pages = countersign_pages::render(&report).unwrap().pages;
    let made = median(|| timed(|| drop(seal())));
    told(
        format!(
            "{ITEMS} items, {ROUNDS} rounds, {PLOTS} plots, {SIGNERS} signers, {pages} pages: made and signed in {} ms (at most {})",
            made.as_millis(),
            MAKE_LIMIT.as_millis()
        ),
        made <= MAKE_LIMIT,
    );
    told(format!("its size: {} bytes (at most {SIZE_LIMIT})", pdf.len()), pdf.len() <= SIZE_LIMIT);
    let trust = Trust::roots(vec![root.certificate().clone()]);
    let now = Timestamp::from_millis(view.last_at.millis() + 120_000);
    let said = countersign_verify::verify("bench", &pdf, &trust, now).unwrap();
    assert_eq!(said.signatures.iter().filter(|one| one.intact && one.trusted).count(), SIGNERS + 1);
    let verified = median(|| timed(|| drop(countersign_verify::verify("bench", &pdf, &trust, now).unwrap())));
    told(
        format!("verified in {} ms, pages set again (at most {})", verified.as_millis(), VERIFY_LIMIT.as_millis()),
        verified <= VERIFY_LIMIT,
    );
    let roots = folder.path().join("root.pem");
    std::fs::write(&roots, root.certificate().pem()).unwrap();
    match pyhanko(&path, &roots) {
        None => println!("pyHanko is not there (COUNTERSIGN_FOREIGN): no ratio"),
        Some(theirs) => {
            let ratio = theirs.as_secs_f64() / verified.as_secs_f64();
            told(
                format!(
                    "pyHanko as a process takes {} ms: {ratio:.1} times as long (at least {FASTER_THAN_PYHANKO})",
                    theirs.as_millis()
                ),
                ratio >= FASTER_THAN_PYHANKO,
            );
        }
    }
    let ours = median(|| timed(|| drop(countersign_pages::render(&report).unwrap())));
    println!("pages alone: {} ms", ours.as_millis());
    let text = plain_text(&path);
    for (name, limit, by) in [
        ("typst", SHARE_OF_TYPST, setter(folder.path(), TYPST, &text)),
        ("WeasyPrint", FASTER_THAN_WEASYPRINT, setter(folder.path(), WEASYPRINT, &text)),
    ] {
        match by {
            None => println!("{name} is not there (COUNTERSIGN_SETTERS): no ratio"),
            Some(theirs) => {
                let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
                told(
                    format!(
                        "{name} sets the same words and tables in {} ms: {ratio:.1} times as long (at least {limit})",
                        theirs.as_millis()
                    ),
                    ratio >= limit,
                );
            }
        }
    }
    if !holds {
        std::process::exit(1);
    }
}

/// One verification by pyHanko as a process.
fn pyhanko(report: &Path, roots: &Path) -> Option<Duration> {
    let program = PathBuf::from(std::env::var_os("COUNTERSIGN_FOREIGN")?).join("bin/pyhanko");
    program.is_file().then(|| {
        median(|| {
            timed(|| {
                let mut command = Command::new(&program);
                command
                    .args(["sign", "validate", "--trust-replace", "--no-revocation-check", "--trust"])
                    .arg(roots)
                    .arg(report);
                let said = command.output().unwrap();
                assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
            })
        })
    })
}

/// The report's words, line by line as they stand, for others to set.
fn plain_text(report: &Path) -> String {
    let said = Command::new("pdftotext").arg("-layout").arg(report).arg("-").output();
    said.map(|said| String::from_utf8_lossy(&said.stdout).into_owned()).unwrap_or_default()
}

/// Both set each line as a row of a table, by its columns, in the same face and size; they measure themselves, without their start.
const TYPST: &str = r##"
import sys, time, html, re, typst
rows = [re.split(r"\s{2,}", line.strip()) for line in open(sys.argv[1], encoding="utf-8") if line.strip()]
q = lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
table = lambda rows, n: "#table(columns: (1fr,) * %d, %s)\n" % (n, ", ".join("text(" + q(c) + ")" for r in rows for c in r))
out, run = ['#set page("a4")\n#set text(font: "DejaVu Sans", size: 8pt)\n'], []
for row in rows + [[]]:
    if run and len(run[-1]) != len(row):
        out.append(table(run, len(run[-1]))); run = []
    if row: run.append(row)
source = "".join(out).encode()
compiler = None
times = []
for _ in range(5):
    start = time.perf_counter(); pdf = typst.compile(source); times.append(time.perf_counter() - start)
print(sorted(times)[2])
"##;
const WEASYPRINT: &str = r##"
import sys, time, html, re, weasyprint
rows = [re.split(r"\s{2,}", line.strip()) for line in open(sys.argv[1], encoding="utf-8") if line.strip()]
out, run = ["<style>@page{size:A4}body{font:8pt DejaVu Sans}table{width:100%;border-collapse:collapse}td{border:1px solid #ccc}</style>"], []
for row in rows + [[]]:
    if run and len(run[-1]) != len(row):
        out.append("<table>" + "".join("<tr>" + "".join("<td>%s</td>" % html.escape(c) for c in r) + "</tr>" for r in run) + "</table>"); run = []
    if row: run.append(row)
source = "".join(out)
times = []
for _ in range(3):
    start = time.perf_counter(); pdf = weasyprint.HTML(string=source).write_pdf(); times.append(time.perf_counter() - start)
print(sorted(times)[1])
"##;

/// How long another program takes to set the words.
fn setter(folder: &Path, script: &str, text: &str) -> Option<Duration> {
    let python = PathBuf::from(std::env::var_os("COUNTERSIGN_SETTERS")?).join("bin/python");
    let file = folder.join("words.txt");
    std::fs::write(&file, text).ok()?;
    let said = Command::new(python).args(["-c", script]).arg(&file).output().ok()?;
    if !said.status.success() {
        println!("{}", String::from_utf8_lossy(&said.stderr));
    }
    String::from_utf8_lossy(&said.stdout).trim().parse().ok().map(Duration::from_secs_f64)
}
