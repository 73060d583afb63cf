//! Verifying a report: five verdicts from the file and the given roots. No database, no network, no installation.

use crate::clock::{date_time, timestamp};
use crate::error::Error;
use crate::files::read_limited;
use crate::keys::fingerprint;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::id::Digest;
use countersign_core::record::log::Bundle;
use countersign_core::record::{Entry, View, breaches, deviations, fold, progress};
use countersign_core::report::{self, CERTIFICATION_FIELD, Paper, RECORD_FILE};
use countersign_core::time::Timestamp;
use countersign_core::verdict::{Holds, RecordFact, SignatureFact, Verdict, Verification};
use countersign_pades::verify::{Coverage, IdentityVerdict, Inspection, SignatureFacts, inspect};
use countersign_pades::{Certificate, Chain, DateTime, Purpose, Trust, cms};
use std::path::Path;

/// The largest report that is taken, in bytes.
const LIMIT: u64 = 256_000_000;
/// How far a signer's clock may be ahead of this one, in milliseconds.
const CLOCK_TOLERANCE: i64 = 300_000;

/// Verifies a file. Without a file of trusted certificates, `roots` are trusted.
pub fn verify_file(
    path: &Path,
    trust: Option<&Path>,
    roots: Vec<Certificate>,
    now: Timestamp,
) -> Result<Verification, Error> {
    let pdf = read_limited(path, LIMIT)?;
    let roots = match trust {
        Some(trust) => Certificate::from_pem(&String::from_utf8_lossy(&read_limited(trust, LIMIT)?))?,
        None => roots,
    };
    verify(&path.display().to_string(), &pdf, &Trust::roots(roots), now)
}

/// The record inside a report, as far as it could be read.
struct Inside {
    bundle: Bundle,
    log: Vec<Entry>,
    view: View,
}

/// Verifies a report's bytes.
pub fn verify(name: &str, pdf: &[u8], trust: &Trust, now: Timestamp) -> Result<Verification, Error> {
    let at = date_time(now)?;
    let found = inspect(pdf, trust, at)?;
    let inside = read_record(&found);
    let integrity = integrity(pdf, &found, &inside);
    let identity = identity(&found, inside.as_ref().ok(), trust);
    let time = time(&found, inside.as_ref().ok(), now);
    let completeness = completeness(&found, &inside);
    let policy = policy(inside.as_ref().ok());
    let verdicts = [&integrity, &identity, &time, &completeness, &policy];
    Ok(Verification {
        file: name.to_owned(),
        sha256: Digest::of(pdf),
        holds: verdicts.iter().all(|verdict| verdict.outcome == Holds::Yes),
        integrity,
        identity,
        time,
        completeness,
        policy,
        signatures: found.signatures.iter().map(signature_fact).collect(),
        record: inside.ok().map(|inside| record_fact(&inside)),
    })
}

fn read_record(found: &Inspection) -> Result<Inside, String> {
    let mut files = found.attachments.iter().filter(|file| file.name == RECORD_FILE);
    let file = match (files.next(), files.next()) {
        (Some(file), None) => file,
        (None, _) => return Err(format!("There is no {RECORD_FILE} inside.")),
        (Some(_), Some(_)) => return Err(format!("There are two files named {RECORD_FILE} inside.")),
    };
    let bundle: Bundle =
        serde_json::from_slice(&file.bytes).map_err(|error| format!("{RECORD_FILE} cannot be read: {error}."))?;
    let log = bundle.open().map_err(|fault| format!("The record inside does not hold: {fault}"))?;
    let view = fold(&log).map_err(|error| format!("The record inside does not hold: {error}"))?;
    Ok(Inside { bundle, log, view })
}

/// What the pages should be: the same record gives the same bytes.
fn pages_of(inside: &Inside) -> Result<Vec<u8>, Error> {
    let report = report::compose(&inside.view, &inside.bundle, &inside.log, Paper::A4)?;
    Ok(countersign_pages::render(&report)?.pdf)
}

fn integrity(pdf: &[u8], found: &Inspection, inside: &Result<Inside, String>) -> Verdict {
    let mut objections = Vec::new();
    if found.signatures.is_empty() {
        objections.push("The file has no signature.".to_owned());
    }
    for signature in &found.signatures {
        objections.extend(signature.faults.iter().map(|fault| format!("{}: {fault}.", signature.field)));
    }
    let first = found.signatures.first();
    if first.is_some_and(|first| first.field != CERTIFICATION_FIELD || first.certification.is_none()) {
        objections.push("The first signature is not the application's certification.".to_owned());
    }
    if let Some(added) = added_after_signatures(pdf, found) {
        objections.push(format!("{added} bytes were added after the last signature, which covers none of them."));
    }
    let mut because = vec!["Every signed byte is as it was signed, and nothing was added but signatures.".to_owned()];
    match inside {
        Err(problem) => objections.push(problem.clone()),
        Ok(inside) => {
            because.push(format!(
                "The {} events of the record inside follow each other without a gap and bear the installation's signature.",
                inside.log.len()
            ));
            match pages_of(inside) {
                Ok(pages) if pdf.starts_with(&pages) => {
                    because.push(
                        "The pages are, byte for byte, those that this program makes of the record inside.".to_owned(),
                    );
                }
                Ok(_) if inside.bundle.app == crate::APP => {
                    objections.push("The pages are not those that the record inside gives.".to_owned());
                }
                Ok(_) => because.push(format!(
                    "The pages were made by {}; whether they show the record inside was not compared.",
                    inside.bundle.app
                )),
                Err(error) => {
                    objections.push(format!("The pages could not be compared with the record inside: {error}"))
                }
            }
        }
    }
    Verdict::of(objections, because)
}

/// How many bytes stand behind the last signature, if they are more than line breaks and no validation data.
fn added_after_signatures(pdf: &[u8], found: &Inspection) -> Option<usize> {
    let last = found.signatures.last()?;
    let Coverage::Revision { bytes } = last.coverage else { return None };
    let rest = pdf.get(bytes..)?.trim_ascii();
    (last.later.is_empty() && !rest.is_empty()).then_some(rest.len())
}

fn identity(found: &Inspection, inside: Option<&Inside>, trust: &Trust) -> Verdict {
    let (mut objections, mut because) = (Vec::new(), Vec::new());
    if found.signatures.is_empty() {
        objections.push("Nobody has signed the file.".to_owned());
    }
    for signature in &found.signatures {
        let said = format!("{}: {}.", signature.field, signature.identity());
        match signature.identity() {
            IdentityVerdict::Known { .. } => because.push(said),
            _ => objections.push(said),
        }
        let certified = signature.field == CERTIFICATION_FIELD;
        let expected = if certified { Purpose::Application } else { Purpose::Person };
        // An organisation's own certificates do not state this purpose; one that states the other one is mixed up.
        if certified && signature.signer.as_ref().is_some_and(|signer| signer.purpose() != expected) {
            objections.push("certification: it was made with a person's key, not the application's.".to_owned());
        }
    }
    for signed in inside.map(|inside| inside.view.sign_offs.as_slice()).unwrap_or_default() {
        let statement = &signed.sign_off.statement;
        let who = format!("Sign-off of {} as {}", statement.person, statement.role);
        match sign_off_holds(&signed.sign_off, trust) {
            Ok(()) => because.push(format!("{who}: signed with the person's own key.")),
            Err(why) => objections.push(format!("{who}: {why}.")),
        }
    }
    Verdict::of(objections, because)
}

fn sign_off_holds(sign_off: &countersign_core::record::SignOff, trust: &Trust) -> Result<(), String> {
    let statement = &sign_off.statement;
    let content = statement.canonical().map_err(|error| error.to_string())?;
    let signature = BASE64.decode(&sign_off.signature).map_err(|_| "its signature is not Base64".to_owned())?;
    let at = date_time(statement.at).map_err(|error| error.to_string())?;
    let verdict = cms::verify(&signature, &content, trust, at).map_err(|error| error.to_string())?;
    if !verdict.digest_ok || !verdict.signature_ok {
        return Err("the statement was changed, or another key signed it".to_owned());
    }
    if fingerprint(&verdict.signer) != statement.certificate || verdict.signer.common_name() != statement.person.0 {
        return Err("the statement names somebody else than the certificate".to_owned());
    }
    if verdict.chain.is_trusted() { Ok(()) } else { Err(verdict.chain.to_string()) }
}

fn time(found: &Inspection, inside: Option<&Inside>, now: Timestamp) -> Verdict {
    let mut objections = Vec::new();
    let mut earlier: Option<DateTime> = None;
    for signature in &found.signatures {
        let field = &signature.field;
        let Some(claimed) = signature.claimed_at else {
            objections.push(format!("{field}: the signature states no time."));
            continue;
        };
        let at = timestamp(claimed);
        if at.since(now) > CLOCK_TOLERANCE {
            objections.push(format!("{field}: it states {}, which is in the future.", at.for_people()));
        }
        if earlier.is_some_and(|earlier| claimed < earlier) {
            objections.push(format!("{field}: it states an earlier time than the signature before it."));
        }
        if inside.is_some_and(|inside| inside.view.last_at.since(at) > CLOCK_TOLERANCE) {
            objections.push(format!("{field}: it states a time before the record's last event."));
        }
        if let Some(why) = not_in_force(signature, claimed) {
            objections.push(format!("{field}: at the stated time, {why}."));
        }
        earlier = Some(claimed);
    }
    if found.signatures.is_empty() {
        objections.push("There is no signature that states a time.".to_owned());
    }
    Verdict::of(
        objections,
        vec![
            "The stated times follow each other, and the certificates were in force then.".to_owned(),
            "The times are the word of the signers' computers; no timestamp authority confirms them.".to_owned(),
        ],
    )
}

/// Why the signer's certificate, or one above it, was not in force. Whether anybody vouches for it is another question.
fn not_in_force(signature: &SignatureFacts, claimed: DateTime) -> Option<String> {
    let own = signature.signer.as_ref().and_then(|signer| match signer.validity() {
        validity if claimed < validity.not_before => Some(Chain::NotYetValid { not_before: validity.not_before }),
        validity if claimed > validity.not_after => Some(Chain::Expired { not_after: validity.not_after }),
        _ => None,
    });
    let of_time = |chain: &&Chain| matches!(chain, Chain::Expired { .. } | Chain::NotYetValid { .. } | Chain::Revoked);
    let above = || signature.chain_when_claimed.as_ref().filter(of_time).cloned();
    own.or_else(above).map(|chain| chain.to_string())
}

fn completeness(found: &Inspection, inside: &Result<Inside, String>) -> Verdict {
    let mut objections: Vec<_> =
        found.unfilled.iter().map(|field| format!("The signature field «{field}» is expected and empty.")).collect();
    match inside {
        Err(problem) => objections.push(problem.clone()),
        Ok(inside) => {
            let standing = inside.view.standing_sign_offs();
            let expected = standing.iter().map(|signed| &signed.sign_off.statement);
            for (slot, statement) in report::slots(&inside.view).iter().skip(1).zip(expected) {
                let signature = found.signatures.iter().find(|signature| signature.field == slot.field);
                let signer = signature.and_then(|signature| signature.signer.as_ref());
                match (signature, signer) {
                    (None, _) if found.unfilled.contains(&slot.field) => {}
                    (Some(_), Some(signer)) if fingerprint(signer) == statement.certificate => {}
                    (Some(_), _) => {
                        objections.push(format!("«{}» was signed by somebody else than {}.", slot.field, slot.person))
                    }
                    (None, _) => {
                        objections.push(format!("There is no signature field for {}, who signed off.", slot.person))
                    }
                }
            }
            if !found.signatures.iter().any(|signature| signature.field == CERTIFICATION_FIELD) {
                objections.push("The application's certification is missing.".to_owned());
            }
        }
    }
    Verdict::of(
        objections,
        vec![
            "Everybody who signed off in the record has signed the report, and no field is empty.".to_owned(),
            "The record inside is whole. Evidence files are named by their hash and are not inside.".to_owned(),
        ],
    )
}

fn policy(inside: Option<&Inside>) -> Verdict {
    match inside {
        None => Verdict {
            outcome: Holds::Unknown,
            reasons: vec!["There is no readable record inside to judge.".to_owned()],
        },
        Some(inside) => {
            let deviations = deviations(&inside.view).len();
            Verdict::of(
                breaches(&inside.view),
                vec![
                    "The roles that the checklist asks for have signed the state that the report shows.".to_owned(),
                    format!(
                        "The report states {deviations} deviations on its first page; judging them is the reader's."
                    ),
                ],
            )
        }
    }
}

fn signature_fact(signature: &SignatureFacts) -> SignatureFact {
    SignatureFact {
        field: signature.field.clone(),
        signer: signature.signer.as_ref().map(Certificate::common_name).unwrap_or_default(),
        issuer: signature.signer.as_ref().map(Certificate::issuer).unwrap_or_default(),
        reason: signature.reason.clone().unwrap_or_default(),
        at: signature.claimed_at.map(timestamp),
        intact: signature.faults.is_empty(),
        trusted: matches!(signature.identity(), IdentityVerdict::Known { .. }),
        problems: signature.faults.iter().map(ToString::to_string).collect(),
    }
}

fn record_fact(inside: &Inside) -> RecordFact {
    let view = &inside.view;
    let outcome = view.closed.as_ref().map_or("Not closed", |closed| closed.outcome.words());
    RecordFact {
        number: view.number,
        title: view.template.title.clone(),
        header: view.header.clone(),
        rehearsal: view.rehearsal,
        outcome: outcome.to_owned(),
        progress: progress(view),
        deviations: u32::try_from(deviations(view).len()).unwrap_or(u32::MAX),
        events: view.events,
    }
}
