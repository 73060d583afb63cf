//! Sign-offs and reports: what `core` composes, pages set and keys sign, kept in the file store.

use crate::by_file::ByFile;
use crate::clock::date_time;
use crate::error::{Error, NotYet};
use crate::files::Files;
use crate::fonts;
use crate::installation::Installation;
use crate::keys::fingerprint;
use crate::store::ReportRow;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::api::{KeySummary, MadeReport, PrepareSignOff, ReportField, ReportState};
use countersign_core::id::Digest;
use countersign_core::record::log::Bundle;
use countersign_core::record::{Entry, Person, Shown, SignOff, Statement, View, fold, line_to_fill};
use countersign_core::report::{self, CERTIFICATION_FIELD, Paper, SignatureSlot};
use countersign_core::time::Timestamp;
use countersign_pades::seal::{self, SealInfo};
use countersign_pades::verify::Inspection;
use countersign_pades::{Identity, SignatureField};
use countersign_pages::SignatureAppearance;

/// What exactly a key would sign.
pub fn statement(view: &View, key: &KeySummary, asked: &PrepareSignOff, at: Timestamp) -> Result<Statement, Error> {
    Ok(Statement {
        v: 1,
        record: view.id.clone(),
        number: view.number,
        template: view.template.sha256,
        artifact: view.header.artifact.clone(),
        release: view.header.release.clone(),
        state: view.state_digest().map_err(|error| Error::Internal(error.to_string()))?,
        head: view.head,
        person: Person(key.name.clone()),
        certificate: key.fingerprint,
        role: asked.role.trim().to_owned(),
        meaning: asked.meaning,
        decision: asked.decision.clone(),
        at,
        item: line_to_fill(view, &asked.role, asked.meaning),
        shown: None,
    })
}

/// The statement at the moment of signing, with what it was shown on.
pub fn as_shown(statement: Statement, seconds: Option<u32>, at: Timestamp) -> Statement {
    let shown = Some(seconds.map_or(Shown::Terminal, |seconds| Shown::Window { seconds }));
    Statement { at, shown, ..statement }
}

/// Signs a statement.
pub fn sign(identity: &Identity, statement: Statement) -> Result<SignOff, Error> {
    if fingerprint(identity.certificate()) != statement.certificate {
        return Err(Error::Internal("the statement names another certificate".to_owned()));
    }
    let bytes = statement.canonical().map_err(|error| Error::Internal(error.to_string()))?;
    let signature = BASE64.encode(countersign_pades::cms::sign(identity, &bytes)?);
    Ok(SignOff { statement, signature })
}

/// Makes the report of a closed record and certifies it.
pub fn make(
    files: &Files,
    log: &[Entry],
    installation: &Installation,
    at: Timestamp,
    (paper, room): (Paper, Room),
) -> Result<ReportRow, Error> {
    let view = &fold(log)?;
    if view.is_open() {
        return Err(NotYet::StillOpen.into());
    }
    let fault = |fault| Error::Log { record: view.id.clone(), fault };
    let mut bundle = Bundle::of(log, &[installation.public_key()], crate::APP).map_err(fault)?;
    bundle.pages.paper = paper;
    let mut report = report::compose(view, &bundle, log, paper)?;
    let mut rendered = countersign_pages::render(&report)?;
    if !rendered.missing_glyphs.is_empty() {
        let installed = fonts::installed(&rendered.missing_glyphs);
        let together = fonts::together(&installed);
        bundle.pages.missing = countersign_pages::render_with(&report, &together)?.missing_glyphs;
        bundle.pages.fonts = installed.into_iter().map(|(font, _)| font).collect();
        // The report says in itself what it is set in, and what no font had.
        report = report::compose(view, &bundle, log, paper)?;
        rendered = countersign_pages::render_with(&report, &together)?;
    }
    let base = files.keep(&rendered.pdf)?;
    let slot = report.signatures.first().ok_or_else(|| Error::Internal("the report has no fields".to_owned()))?;
    let certified = fill(&rendered.pdf, slot, installation.identity(), at, (Act::Certify, room))?;
    let pages = u32::try_from(rendered.pages).unwrap_or(u32::MAX);
    Ok(ReportRow { base, current: files.keep(&certified)?, pages })
}

/// Adds a person's signature to a report, in the field of the sign-off that the person made in the record; the field's name
/// comes back.
pub fn approve(
    files: &Files,
    view: &View,
    row: ReportRow,
    identity: &Identity,
    at: Timestamp,
    room: Room,
) -> Result<(ReportRow, String), Error> {
    let (signed, field) = approve_pdf(&files.read(row.current)?, view, identity, at, room)?;
    Ok((ReportRow { current: files.keep(&signed)?, ..row }, field))
}

/// The same for a report's bytes, wherever they come from. `view` is of the record inside. The field's name comes with them.
pub fn approve_pdf(
    pdf: &[u8],
    view: &View,
    identity: &Identity,
    at: Timestamp,
    room: Room,
) -> Result<(Vec<u8>, String), Error> {
    let fields = countersign_pades::fields(pdf)?;
    let certificate = fingerprint(identity.certificate());
    let slots = slots(view);
    let unfilled = |slot: &SignatureSlot| fields.iter().any(|field| field.name == slot.field && !field.filled);
    let open: Vec<_> = slots.iter().filter(|(slot, _)| unfilled(slot)).collect();
    let mut mine = open.iter().filter(|(_, expected)| *expected == Some(certificate));
    let (slot, _) = mine.next().ok_or(Error::NotYet(NotYet::NoField))?;
    // The last field locks the file: signed too early, it would shut the others out.
    let last = slots.last().is_some_and(|(last, _)| last.field == slot.field);
    let others: Vec<_> =
        open.iter().filter(|(of, _)| of.field != slot.field).map(|(of, _)| of.person.clone()).collect();
    if last && !others.is_empty() {
        return Err(ByFile::SignsLast { others: others.join(", ") }.into());
    }
    Ok((fill(pdf, slot, identity, at, (Act::Approve, room))?, slot.field.clone()))
}

/// Whether a time stamp is in a report, whatever it is worth.
pub fn any_stamp(found: &Inspection) -> bool {
    found.signatures.iter().any(|one| one.timestamp.is_some())
}

/// Where the report of a record stands; what time it proves is said elsewhere.
pub fn state(files: &Files, view: &View, row: Option<ReportRow>) -> Result<ReportState, Error> {
    let (time, authorities, missing) = (String::new(), Vec::new(), Vec::new());
    let Some(row) = row else { return Ok(ReportState { made: None, outdated: false, time, missing, authorities }) };
    let pdf = files.read(row.current)?;
    let filled = countersign_pades::fields(&pdf)?;
    let made = view.reports.iter().rev().find(|made| made.base == row.base);
    let field = |(slot, certificate): (SignatureSlot, Option<Digest>)| {
        let signed = filled.iter().any(|field: &SignatureField| field.name == slot.field && field.filled);
        ReportField { field: slot.field, person: slot.person, role: slot.role, certificate, signed }
    };
    let known = |(slot, _): &(SignatureSlot, Option<Digest>)| filled.iter().any(|field| field.name == slot.field);
    // The report's own making is the one event that it cannot show.
    let outdated = view.reports.last().is_none_or(|last| last.base != row.base || last.event != view.head);
    Ok(ReportState {
        made: Some(MadeReport {
            at: made.map_or(view.last_at, |made| made.at),
            sha256: row.current,
            size: u64::try_from(pdf.len()).unwrap_or(u64::MAX),
            pages: row.pages,
            fields: slots(view).into_iter().filter(known).map(field).collect(),
        }),
        outdated,
        time,
        missing,
        authorities,
    })
}

/// The report's fields, each with the certificate that is expected there; none for the application's.
pub fn slots(view: &View) -> Vec<(SignatureSlot, Option<Digest>)> {
    let certificates = view.standing_sign_offs().into_iter().map(|signed| Some(signed.sign_off.statement.certificate));
    report::slots(view).into_iter().zip([None].into_iter().chain(certificates)).collect()
}

/// How much room a signature gets in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// As much as it takes.
    Signature,
    /// A time stamp goes beside it.
    Stamped,
}

enum Act {
    Certify,
    Approve,
}

fn fill(
    pdf: &[u8],
    slot: &SignatureSlot,
    identity: &Identity,
    at: Timestamp,
    (act, room): (Act, Room),
) -> Result<Vec<u8>, Error> {
    let name = identity.certificate().common_name();
    let fields = countersign_pades::fields(pdf)?;
    let rect = fields.iter().find(|field| field.name == slot.field).map(|field| field.rect).unwrap_or_default();
    let [left, bottom, right, top] = rect.map(|at| at as f32);
    let shown = SignatureAppearance {
        role: slot.role.clone(),
        name: name.clone(),
        meaning: slot.meaning.clone(),
        when: at.for_people(),
        fingerprint: identity.fingerprint().to_string(),
    };
    let appearance = countersign_pages::appearance(&shown, right - left, top - bottom)?;
    let reason = Some(format!("{}: {}", slot.role, slot.meaning));
    let reserve = match room {
        Room::Signature => seal::DEFAULT_RESERVE,
        Room::Stamped => seal::STAMPED_RESERVE,
    };
    let info = SealInfo { reason, reserve, ..SealInfo::new(name, date_time(at)?) };
    let sign = match act {
        Act::Certify => {
            debug_assert_eq!(slot.field, CERTIFICATION_FIELD);
            seal::certify
        }
        Act::Approve => seal::approve,
    };
    Ok(sign(pdf, &slot.field, identity, &info, Some(&appearance))?)
}
