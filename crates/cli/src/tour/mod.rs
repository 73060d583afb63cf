//! The whole main job in one go: a shipped checklist, real probes against a real service, two leads with keys made on the
//! spot, the signed report, and its verification. Everything goes through the same engine as everywhere else.

mod service;

use crate::commands::verify::words;
use crate::{Exit, Output};
use countersign_core::api::*;
use countersign_core::checklist::{Item, ItemKind, ValueKind};
use countersign_core::id::{ItemId, KeyId, RecordId};
use countersign_core::record::{Answer, Decision, Intent, Meaning, Outcome, Person, ProbeEvent, View, Way};
use countersign_engine::Engine;
use std::path::{Path, PathBuf};

const CHECKLIST: &str = "layered-services-release.md";
/// The address that the shipped checklist's examples name; the tour's service has a port of its own.
const EXAMPLE_ADDRESS: &str = "127.0.0.1:8080";
const DEPLOYER: &str = "Dana Deployer";
const LEADS: [(&str, &str); 2] = [("Lena Engineering", "lena@example.com"), ("Omar Operations", "omar@example.com")];
/// One grey pixel.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
const PASSPHRASE: &str = "a passphrase for the tour only";

/// Takes the tour, leaving everything in `out`.
pub async fn run(out: &Path, output: &mut Output) -> Result<Exit, ApiError> {
    let data = prepare(out)?;
    let engine = Engine::open(&data)?;
    let checklist = write_checklist(out, output).await?;
    let keys = make_keys(&engine, output).await?;
    let record = start(&engine, &checklist, output).await?;
    let mut tour = Tour { engine: &engine, record, output };
    tour.probe().await?;
    tour.fill_in().await?;
    tour.sign_off(&keys).await?;
    tour.act(Intent::Close {
        outcome: Outcome::Completed,
        summary: Some("Live, with the worker degraded and search down; both are being looked after.".to_owned()),
    })
    .await?;
    let report = tour.report(out, &keys).await?;
    let roots = out.join("roots.pem").display().to_string();
    engine.export_roots(ExportRoots { path: roots.clone() }).await?;
    output.say(&format!("The certificates to trust: {roots}"));
    let verification = countersign_engine::verify(&report, Some(Path::new(&roots)), None)?;
    output.say("Verified with those certificates alone:\n");
    output.result(&verification, || format!("{}\nSigned report: {}", words(&verification), report.display()))?;
    Ok(if verification.holds { Exit::Done } else { Exit::DoesNotHold })
}

/// A data directory of the tour's own; one that an earlier tour left is cleared away.
fn prepare(out: &Path) -> Result<PathBuf, ApiError> {
    const MARK: &str = "made-by-the-tour";
    let data = out.join("data");
    let failed = |error: std::io::Error| ApiError {
        code: Code::System,
        message: format!("{}: {error}.", data.display()),
        hint: "Name another directory with --out.".to_owned(),
    };
    if data.exists() {
        if !data.join(MARK).exists() {
            return Err(ApiError {
                code: Code::Refused,
                message: format!("{} is there already, and no tour made it.", data.display()),
                hint: "Name another directory with --out; the tour deletes nothing that is not its own.".to_owned(),
            });
        }
        std::fs::remove_dir_all(&data).map_err(failed)?;
    }
    std::fs::create_dir_all(&data).and_then(|()| std::fs::write(data.join(MARK), "")).map_err(failed)?;
    Ok(data)
}

/// The shipped checklist, with its example address replaced by the service's.
async fn write_checklist(out: &Path, output: &mut Output) -> Result<PathBuf, ApiError> {
    let failed = |error: std::io::Error| ApiError {
        code: Code::System,
        message: format!("The tour's service did not start: {error}."),
        hint: "Check that programs may listen on 127.0.0.1.".to_owned(),
    };
    let address = service::start().await.map_err(failed)?;
    output.say(&format!("A service with a healthy, a degraded and a broken part listens on {address}."));
    let shipped = countersign_engine::read_checklist(&ChecklistSource::Shipped { name: CHECKLIST.to_owned() })?;
    let text = shipped.text.replace(EXAMPLE_ADDRESS, &address.to_string());
    let path = out.join(CHECKLIST);
    countersign_engine::write_whole(&path, text.as_bytes()).map_err(ApiError::from)?;
    Ok(path)
}

async fn make_keys(engine: &Engine, output: &mut Output) -> Result<Vec<KeyId>, ApiError> {
    let secret = || Secret(PASSPHRASE.to_owned());
    engine.make_root(MakeRoot { organisation: "Example Organisation".to_owned(), passphrase: secret() }).await?;
    let mut keys = Vec::new();
    for (name, email) in LEADS {
        let (name, email) = (name.to_owned(), email.to_owned());
        let key = MakeKey { name, email, passphrase: secret(), root_passphrase: secret() };
        let key = engine.make_key(key).await?;
        output.say(&format!("{} has a key: certificate {}.", key.name, key.fingerprint.short()));
        keys.push(key.id);
    }
    Ok(keys)
}

async fn start(engine: &Engine, checklist: &Path, output: &mut Output) -> Result<RecordId, ApiError> {
    let facts = [
        ("service", "campaign platform"),
        ("release", "2.4.0"),
        ("artifact", "3f2a9c1d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b"),
        ("environment", "production"),
        ("change", "CHG-1042"),
        ("deployer", DEPLOYER),
        ("reviewers", "Lena Engineering, Omar Operations"),
    ];
    let header = facts.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    let source = ChecklistSource::File { path: checklist.display().to_string() };
    let record = engine
        .start_record(StartRecord { source, header, rehearsal: false, person: DEPLOYER.into(), acknowledged: None })
        .await?;
    let view = engine.record(&record)?;
    output.say(&format!(
        "Record {} was started from «{}», {} items.",
        view.number,
        view.template.title,
        view.template.items.len()
    ));
    Ok(record)
}

struct Tour<'a> {
    engine: &'a Engine,
    record: RecordId,
    output: &'a mut Output,
}

impl Tour<'_> {
    fn view(&self) -> Result<View, ApiError> {
        self.engine.record(&self.record)
    }

    async fn act(&self, intent: Intent) -> Result<(), ApiError> {
        let (record, person) = (self.record.clone(), Person::from(DEPLOYER));
        self.engine.act(Act { record, person, intent }).await?;
        Ok(())
    }

    async fn answer(&self, item: &ItemId, answer: Answer, reason: Option<&str>) -> Result<(), ApiError> {
        self.act(Intent::Answer { item: item.clone(), answer, by: None, reason: reason.map(str::to_owned) }).await
    }

    /// Allows the service's host, and looks at its three parts.
    async fn probe(&mut self) -> Result<(), ApiError> {
        let view = self.view()?;
        let local = |host: &&String| countersign_core::record::probe::is_this_computer(host);
        let host = view.template.probes.iter().flat_map(|offer| &offer.hosts).find(local);
        if let Some(host) = host.cloned() {
            self.output.say(&format!("Probes may ask {host} now."));
            self.act(Intent::AllowHost { host, also: None }).await?;
        }
        let person = Person::from(DEPLOYER);
        self.engine.run_probes(RunProbes { record: self.record.clone(), person, probes: Vec::new() }).await?;
        for runs in self.view()?.probes.values() {
            if let Some(ProbeEvent::Ran { observation }) = runs.last().map(|run| &run.what) {
                let summary = observation.summary();
                self.output.say(&format!("  {} {}: {summary}", observation.outcome, observation.asked));
            }
        }
        Ok(())
    }

    /// Works through the checklist as a person would on a good day with two blemishes.
    async fn fill_in(&mut self) -> Result<(), ApiError> {
        let view = self.view()?;
        let gate_on = |line: &u32| {
            view.template.items.iter().any(|of| of.line == *line && matches!(of.kind, ItemKind::Gate { .. }))
        };
        let mut values = 0;
        let mut answered = 0;
        for item in &view.template.items {
            if view.template.sections.get(item.section).is_some_and(|section| section.rollback) {
                continue;
            }
            let probed = view.probes.values().flatten().find_map(|run| match &run.what {
                ProbeEvent::Ran { observation } if observation.item.as_ref() == Some(&item.id) => Some(observation),
                _ => None,
            });
            if view.template.deploy_item().is_some_and(|deploy| deploy.id == item.id) && self.view()?.baseline_is_open()
            {
                self.act(Intent::FreezeBaseline).await?;
                self.output.say("The baseline is frozen; what comes later is compared with it.");
            }
            match (&item.kind, probed) {
                (ItemKind::SignOff { .. }, _) => continue,
                (ItemKind::Task { .. }, _) if view.filled_by_sign_off(&item.id) || gate_on(&item.line) => continue,
                (ItemKind::Task { .. }, Some(observation))
                    if observation.outcome != countersign_core::condition::Outcome::Met =>
                {
                    self.answer(&item.id, Answer::Failed, Some(&observation.summary())).await?;
                }
                (ItemKind::Task { .. }, _) => {
                    self.prove(item).await?;
                    self.answer(&item.id, Answer::Done, None).await?;
                }
                (ItemKind::Field { value, unit, .. }, _) => {
                    values += 1;
                    let text = sample(*value, unit.as_deref(), values);
                    self.answer(&item.id, Answer::Value { text }, None).await?;
                }
                (ItemKind::Gate { .. }, _) => {
                    let reason = Some("The figures are those that were agreed for this release.".to_owned());
                    let gate = Some(item.id.clone());
                    self.act(Intent::Decide { gate, way: Way::Proceed, by: None, reason }).await?;
                }
                (ItemKind::Choice { options }, _) => {
                    let Some(option) = options.first().cloned() else { continue };
                    self.answer(&item.id, Answer::Chosen { option }, None).await?;
                }
            }
            answered += 1;
        }
        self.act(Intent::Note {
            item: None,
            text: "Search is rebuilt by the platform team; see the incident channel.".to_owned(),
        })
        .await?;
        self.output.say(&format!("{answered} items were answered."));
        Ok(())
    }

    /// Adds what the checklist asks for as evidence.
    async fn prove(&self, item: &Item) -> Result<(), ApiError> {
        for kind in &item.evidence {
            let (name, media_type, content) = match kind.as_str() {
                "screenshot" => ("graph.png", "image/png", PICTURE),
                // «ok»
                _ => ("output.log", "text/plain", "b2sK"),
            };
            let (record, person) = (self.record.clone(), Person::from(DEPLOYER));
            let (name, media_type, content) = (name.to_owned(), media_type.to_owned(), content.to_owned());
            let file = AttachBytes { record, person, item: Some(item.id.clone()), name, media_type, content };
            self.engine.attach_bytes(file).await?;
        }
        Ok(())
    }

    async fn sign_off(&mut self, keys: &[KeyId]) -> Result<(), ApiError> {
        let roles = self
            .view()?
            .template
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::SignOff { role } => Some(role.clone()),
                _ => None,
            })
            .collect::<Vec<_>>();
        for (key, role) in keys.iter().zip(roles) {
            let (record, key) = (self.record.clone(), key.clone());
            let asked = PrepareSignOff {
                record,
                key: key.clone(),
                role,
                meaning: Meaning::Approved,
                decision: Decision::Approve,
            };
            let statement = self.engine.prepare_sign_off(asked).await?.statement;
            self.output.say(&format!("{} signs off as {}.", statement.person, statement.role));
            let (person, passphrase) = (DEPLOYER.into(), Secret(PASSPHRASE.to_owned()));
            self.engine.sign_off(SignOffRecord { person, key, passphrase, statement, seconds: None }).await?;
        }
        Ok(())
    }

    async fn report(&mut self, out: &Path, keys: &[KeyId]) -> Result<PathBuf, ApiError> {
        let record = &self.record;
        self.engine
            .make_report(MakeReport {
                record: record.clone(),
                person: DEPLOYER.into(),
                leave_out_contacts: false,
                paper: countersign_core::report::Paper::A4,
            })
            .await?;
        for key in keys {
            let (record, key, passphrase) = (record.clone(), key.clone(), Secret(PASSPHRASE.to_owned()));
            self.engine.sign_report(SignReport { record, key, passphrase }).await?;
        }
        let path = out.join("report.pdf");
        self.engine.export_report(ExportReport { record: record.clone(), path: path.display().to_string() }).await?;
        self.output.say(&format!(
            "The report was made, certified and signed by {} people: {}",
            keys.len(),
            path.display()
        ));
        Ok(path)
    }
}

/// A plausible value; the `nth` differs a little from the one before.
fn sample(kind: ValueKind, unit: Option<&str>, nth: u32) -> String {
    match (kind, unit) {
        (ValueKind::Number, Some("ms")) => format!("{} ms", 120 + 7 * nth),
        (ValueKind::Number, Some("%")) => format!("0.0{}%", nth % 9),
        (ValueKind::Number, Some(unit)) => format!("{nth} {unit}"),
        (ValueKind::Number, None) => nth.to_string(),
        (ValueKind::Date, _) => "2026-02-24".to_owned(),
        (ValueKind::Time, _) => "14:30".to_owned(),
        (ValueKind::Version, _) => "2.4.0".to_owned(),
        (ValueKind::Text, _) => "release/2.4.0".to_owned(),
        (ValueKind::Contact, _) => DEPLOYER.to_owned(),
    }
}
