//! Identity: who signed, and who vouches for them.

use crate::inside::Inside;
use crate::moment::date_time;
use crate::roster::Accepted;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::id::Digest;
use countersign_core::record::{Person, SignOff};
use countersign_core::report::CERTIFICATION_FIELD;
use countersign_core::roster;
use countersign_core::time::Timestamp;
use countersign_core::verdict::Verdict;
use countersign_pades::verify::{IdentityVerdict, Inspection, Kind, SignatureFacts};
use countersign_pades::{Certificate, Chain, Purpose, Trust, cms};

/// The SHA-256 of a certificate.
pub fn fingerprint(certificate: &Certificate) -> Digest {
    Digest::from_bytes(certificate.fingerprint().0)
}

pub(crate) fn verdict(
    found: &Inspection,
    inside: Option<&Inside>,
    trust: &Trust,
    roster: Option<&Accepted>,
) -> Verdict {
    let (mut objections, mut because) = (Vec::new(), Vec::new());
    if !crate::any_signature(found) {
        objections.push("Nobody has signed the file.".to_owned());
    }
    for signature in found.signatures.iter().filter(|one| one.kind == Kind::Signature) {
        match signer(signature, found, trust) {
            Ok(said) => because.push(format!("{}: {said}.", signature.field)),
            Err(said) => objections.push(format!("{}: {said}.", signature.field)),
        }
        let certified = signature.field == CERTIFICATION_FIELD;
        // An organisation's own certificates do not state this purpose; one that states the other one is mixed up.
        if certified && signature.signer.as_ref().is_some_and(|signer| signer.purpose() != Purpose::Application) {
            objections.push("certification: it was made with a person's key, not the application's.".to_owned());
        }
    }
    for signed in inside.map(|inside| inside.view.sign_offs.as_slice()).unwrap_or_default() {
        let statement = &signed.sign_off.statement;
        let who = format!("Sign-off of {} as {}", statement.person, statement.role);
        match sign_off(&signed.sign_off, trust) {
            Ok(()) => because.push(format!("{who}: signed with the person's own key.")),
            Err(why) => objections.push(format!("{who}: {why}.")),
        }
        if let Some(Accepted { roster, root, .. }) = roster {
            let (person, certificate, role) = (&statement.person, statement.certificate, statement.role.as_str());
            let warnings = roster.warnings(&roster::Signer { person, certificate, role, at: statement.at });
            if warnings.is_empty() {
                because.push(format!("{who}: as the roster of {root} says (issue {}).", roster.issue));
            }
            objections.extend(warnings.into_iter().map(|warning| format!("{who}: {warning}")));
        }
    }
    objections.extend(inside.into_iter().flat_map(|inside| inside.misfits.iter().cloned()));
    for of in inside.map(|inside| inside.view.handovers.as_slice()).unwrap_or_default() {
        let baton = &of.signed.baton;
        let content = baton.canonical().map_err(|error| error.to_string());
        let signer = Signer { person: &baton.from, certificate: baton.certificate, at: baton.at };
        match content.and_then(|content| signed_by(&signer, &content, &of.signed.signature, trust)) {
            Ok(()) => because.push(format!("Handover of {}: signed with the person's own key.", baton.from)),
            Err(why) => objections.push(format!("Handover of {}: {why}.", baton.from)),
        }
    }
    Verdict::of(objections, because)
}

/// Whether a root vouches for the signer of the PDF: now, or at the stated time for a certificate that has ended or was
/// withdrawn only later. Otherwise every report would cease to hold with its signers' certificates. A time stamp proves that
/// it was there while the certificate held; without one it is the signer's word.
fn signer(signature: &SignatureFacts, found: &Inspection, trust: &Trust) -> Result<String, String> {
    let verdict = signature.identity();
    let name = signature.signer.as_ref().map(Certificate::common_name).unwrap_or_default();
    let then = signature.chain_when_claimed.as_ref().is_some_and(Chain::is_trusted);
    let stamp = found.proven(signature).zip(signature.signer.as_ref());
    let proven = stamp.filter(|(stamp, signer)| trust.check(signer, &signature.carried, stamp.at).is_trusted());
    let held = match proven {
        Some((stamp, _)) => format!("it was in force when the signature was seen ({stamp})"),
        None => format!("at the stated time it was in force{WORD}"),
    };
    match &verdict {
        IdentityVerdict::Known { .. } => Ok(verdict.to_string()),
        IdentityVerdict::Lapsed { ended, .. } if then => {
            Ok(format!("signed by {name}, whose certificate ended at {ended}; {held}"))
        }
        IdentityVerdict::Unknown(Chain::Revoked { since: Some(since) }) if then => {
            Ok(format!("signed by {name}, whose certificate was revoked as of {since}; {held}"))
        }
        _ => Err(verdict.to_string()),
    }
}

/// What a stated time is worth by itself: whoever has a revoked key can state any time.
const WORD: &str = ", if the stated time is true: it is the signer's own word";

/// Whether the person named in a sign-off made it, and a root vouched for them at that moment.
fn sign_off(sign_off: &SignOff, trust: &Trust) -> Result<(), String> {
    let statement = &sign_off.statement;
    let content = statement.canonical().map_err(|error| error.to_string())?;
    let signer = Signer { person: &statement.person, certificate: statement.certificate, at: statement.at };
    signed_by(&signer, &content, &sign_off.signature, trust)
}

/// Who is said to have signed, and when.
struct Signer<'a> {
    person: &'a Person,
    certificate: Digest,
    at: Timestamp,
}

fn signed_by(said: &Signer<'_>, content: &[u8], signature: &str, trust: &Trust) -> Result<(), String> {
    let signature = BASE64.decode(signature).map_err(|_| "its signature is not Base64".to_owned())?;
    let at = date_time(said.at).ok_or("it states a time that no certificate can")?;
    let verdict = cms::verify(&signature, content, trust, at).map_err(|error| error.to_string())?;
    if !verdict.digest_ok || !verdict.signature_ok {
        return Err("the statement was changed, or another key signed it".to_owned());
    }
    if fingerprint(&verdict.signer) != said.certificate || verdict.signer.common_name() != said.person.0 {
        return Err("the statement names somebody else than the certificate".to_owned());
    }
    if verdict.chain.is_trusted() { Ok(()) } else { Err(verdict.chain.to_string()) }
}
