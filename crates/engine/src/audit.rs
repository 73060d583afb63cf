//! The auditor's pack on disk: the register with its signature, the sample and the control map in a folder or a ZIP file; and
//! the statement about one record in its signed envelope.

use crate::clock::rng;
use crate::commands::Reply;
use crate::error::{Error, NotYet};
use crate::files::write_whole;
use crate::installation::Installation;
use crate::{Engine, State, register, zip};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::api::{AttestRecord, ExportRegister};
use countersign_core::audit::{
    CONTROLS, PAYLOAD_TYPE, RegisterExport, RegisterLine, Sample, csv, missing_numbers, population, pre_authentication,
    statement,
};
use countersign_core::id::{Digest, RecordId};
use countersign_core::register::{Filter, RecordStatus};
use countersign_core::time::Timestamp;
use countersign_pades::{Certificate, cms};
use std::path::Path;

/// What a pack is to hold.
pub struct Wanted<'a> {
    /// A folder, or a file that ends in `.zip`.
    pub path: &'a Path,
    /// How many records to draw; none: no sample.
    pub sample: Option<usize>,
    /// What the sample is drawn by; empty: random words are made up, and stated.
    pub seed: &'a str,
}

impl Engine {
    /// Writes the pack. What is in it comes back.
    pub(crate) fn write_pack(&self, wanted: &Wanted<'_>) -> Result<RegisterExport, Error> {
        let seed = self.seed(wanted)?;
        let now = self.environment.now();
        let state = &mut *self.state();
        let lines = lines(state)?;
        let State { store, installation, .. } = state;
        let mut roots: String = self.keys.roots(installation)?.iter().map(Certificate::pem).collect();
        roots.extend(crate::authorities::roots(store)?.iter().map(Certificate::pem_for_time));
        let mut files = vec![("register.csv", csv(&lines).into_bytes()), ("controls.md", CONTROLS.as_bytes().to_vec())];
        let export = export(lines, wanted.sample.map(|size| (size, seed.as_str())), &files, installation, now);
        let bytes = canonical(&export)?;
        let signature = cms::sign(installation.identity(), &bytes)?;
        files.extend([("register.json", bytes), ("register.json.p7s", signature), ("roots.pem", roots.into_bytes())]);
        write(wanted.path, &files)?;
        Ok(export)
    }

    /// The seed that was given, or one that nobody chose.
    fn seed(&self, wanted: &Wanted<'_>) -> Result<String, Error> {
        use chacha20::rand_core::Rng as _;
        if !wanted.seed.trim().is_empty() {
            return Ok(wanted.seed.trim().to_owned());
        }
        let mut bytes = [0; 8];
        rng(&*self.environment)?.fill_bytes(&mut bytes);
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Writes the statement about a record that ended, in a DSSE envelope that the installation signs.
    pub(crate) fn write_attestation(&self, record: &RecordId, path: &Path) -> Result<(), Error> {
        let view = self.view(record)?;
        if view.is_open() {
            return Err(NotYet::StillOpen.into());
        }
        let state = &mut *self.state();
        let report = state.store.report(record)?.map(|row| row.current);
        let payload = canonical(&statement(&view, report))?;
        let signature = state.installation.sign_bytes(&pre_authentication(PAYLOAD_TYPE, &payload))?;
        let envelope = serde_json::json!({
            "payloadType": PAYLOAD_TYPE,
            "payload": BASE64.encode(&payload),
            "signatures": [{ "keyid": state.installation.public_key().digest(), "sig": BASE64.encode(signature) }],
        });
        let text = serde_json::to_string_pretty(&envelope).map_err(|error| Error::Internal(error.to_string()))?;
        write_whole(path, text.as_bytes())
    }
}

impl Engine {
    /// See [`ExportRegister`].
    pub async fn export_register(&self, req: ExportRegister) -> Reply<String> {
        let sample = req.sample.and_then(|size| usize::try_from(size).ok());
        let path = Path::new(&req.path);
        let written = self.write_pack(&Wanted { path, sample, seed: &req.seed })?;
        let drawn = written.sample.map(|sample| {
            let numbers: Vec<String> = sample.numbers.iter().map(u32::to_string).collect();
            format!("; sample of {} by seed «{}»: {}", sample.population, sample.seed, numbers.join(", "))
        });
        let gaps = if written.missing.is_empty() { "without a gap" } else { "with gaps" };
        Ok(format!("{}: {} records, {gaps}{}", req.path, written.records.len(), drawn.unwrap_or_default()))
    }

    /// See [`AttestRecord`].
    pub async fn attest_record(&self, req: AttestRecord) -> Reply<String> {
        self.write_attestation(&req.record, Path::new(&req.path))?;
        Ok(req.path)
    }
}

/// JSON in canonical form, so that it is signed as anybody writes it.
fn canonical(value: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    countersign_core::audit::canonical(value).map_err(|error| Error::Internal(error.to_string()))
}

/// A line for every record, by number; one whose log cannot be read stays listed.
fn lines(state: &mut State) -> Result<Vec<RegisterLine>, Error> {
    let State { store, installation, ledger, .. } = state;
    register::refresh(store, installation, ledger)?;
    let mut lines = Vec::new();
    for summary in store.page(&Filter::default(), None, u32::MAX)? {
        let report = store.report(&summary.id)?.map(|row| row.current);
        lines.push(match summary.status {
            RecordStatus::Damaged => RegisterLine::damaged(summary.number, summary.id.to_string(), summary.title),
            status => RegisterLine::of(&*ledger.peek(store, installation, &summary.id)?, status, report),
        });
    }
    lines.sort_by_key(|line| line.number);
    Ok(lines)
}

fn export(
    records: Vec<RegisterLine>,
    sample: Option<(usize, &str)>,
    files: &[(&str, Vec<u8>)],
    installation: &Installation,
    at: Timestamp,
) -> RegisterExport {
    RegisterExport {
        format: "countersign-register".to_owned(),
        v: 1,
        app: crate::APP.to_owned(),
        at,
        installation: installation.public_key().digest(),
        missing: missing_numbers(&records),
        sample: sample.map(|(size, seed)| Sample::draw(seed, size, &population(&records))),
        files: files.iter().map(|(name, bytes)| ((*name).to_owned(), Digest::of(bytes))).collect(),
        records,
    }
}

fn write(path: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), Error> {
    if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip")) {
        return write_whole(path, &zip::stored(files));
    }
    std::fs::create_dir_all(path).map_err(Error::file(path))?;
    for (name, bytes) in files {
        write_whole(&path.join(name), bytes)?;
    }
    Ok(())
}
