//! Reports that travel from one signer to the next: signed on another computer, brought back, one signature after the other.

use super::ByFile;
use crate::commands::Reply;
use crate::error::{Error, NotYet};
use crate::files::{read_limited, write_whole};
use crate::keys::fingerprint;
use crate::store::ReportRow;
use crate::{Engine, sealing};
use countersign_core::api::{ReportState, ReportStatus, SignReportFile, TakeReport};
use countersign_core::report::CERTIFICATION_FIELD;
use countersign_core::verdict::{Holds, Verification};
use countersign_pades::{Certificate, Trust, verify::inspect};
use std::path::Path;

impl Engine {
    /// See [`SignReportFile`].
    pub async fn sign_report_file(&self, req: SignReportFile) -> Reply<String> {
        let path = Path::new(&req.path);
        let pdf = read_limited(path, limit())?;
        // Nobody is asked for a passphrase for something that does not hold.
        self.intact(path, &pdf)?;
        let view = countersign_verify::record_inside(&pdf)
            .map_err(|why| Error::from(ByFile::NotAReport { path: path.to_owned(), why }))?;
        let identity = self.unlock(&req.key, &req.passphrase)?;
        let room = self.room();
        let approve = |pdf: &[u8]| sealing::approve_pdf(pdf, &view, &identity, self.environment.now(), room);
        let (mut signed, _) = approve(&pdf)?;
        // Whoever signed off with more than one meaning has a field for each.
        loop {
            match approve(&signed) {
                Ok((more, _)) => signed = more,
                Err(Error::NotYet(NotYet::NoField) | Error::ByFile(ByFile::SignsLast { .. })) => break,
                Err(error) => return Err(error.into()),
            }
        }
        write_whole(Path::new(&req.to), &signed)?;
        Ok(req.to)
    }

    /// See [`TakeReport`].
    pub async fn take_report(&self, req: TakeReport) -> Reply<ReportState> {
        let path = Path::new(&req.path);
        let view = self.view(&req.record)?;
        let row = self.state().store.report(&req.record)?.ok_or(Error::NotYet(NotYet::NoReport))?;
        let (pdf, here) = (read_limited(path, limit())?, self.files.read(row.current)?);
        if here.starts_with(&pdf) {
            return Err(Error::from(ByFile::NothingNew).into());
        }
        if !pdf.starts_with(&self.files.read(row.base)?) {
            return Err(Error::from(ByFile::OtherReport).into());
        }
        let brought = self.intact(path, &pdf)?;
        if !pdf.starts_with(&here) {
            let known = self.intact(path, &here)?;
            let first = signers_beside(&known, &brought);
            return Err(Error::from(ByFile::Parallel { first, late: signers_beside(&brought, &known) }).into());
        }
        let found =
            inspect(&pdf, &Trust::none(), crate::clock::date_time(self.environment.now())?).map_err(Error::from)?;
        for (slot, certificate) in sealing::slots(&view) {
            let signature = found.signatures.iter().find(|signature| signature.field == slot.field);
            let Some(signer) = signature.and_then(|signature| signature.signer.as_ref()) else { continue };
            if certificate.is_some_and(|certificate| certificate != fingerprint(signer)) {
                let signer = Certificate::common_name(signer);
                return Err(Error::from(ByFile::WrongSigner { expected: slot.person, signer }).into());
            }
        }
        let current = self.files.keep(&pdf)?;
        self.state().store.keep_report(&req.record, ReportRow { current, ..row })?;
        self.report_state(ReportStatus { record: req.record }).await
    }

    /// Every byte of a report is as it was signed.
    fn intact(&self, path: &Path, pdf: &[u8]) -> Result<Verification, Error> {
        let name = path.display().to_string();
        let said = countersign_verify::verify_with(
            &name,
            pdf,
            &self.own_trust()?,
            (None, &crate::fonts::named),
            self.environment.now(),
        )?;
        match said.integrity.outcome {
            Holds::Yes => Ok(said),
            _ => Err(ByFile::NotIntact(said.integrity.reasons.into_iter().next().unwrap_or_default()).into()),
        }
    }
}

/// Who signed one copy of a report and not the other one.
fn signers_beside(one: &Verification, other: &Verification) -> String {
    let person = |of: &&countersign_core::verdict::SignatureFact| of.field != CERTIFICATION_FIELD;
    let missing = one.signatures.iter().filter(person).filter(|signature| {
        !other.signatures.iter().any(|known| (&known.field, known.at) == (&signature.field, signature.at))
    });
    missing.map(|signature| signature.signer.clone()).collect::<Vec<_>>().join(", ")
}

fn limit() -> u64 {
    u64::try_from(countersign_verify::LIMIT).unwrap_or(u64::MAX)
}
