//! Time: the stated times are possible, and certificates were in force then. Without a time stamp they are the word of the
//! signers' computers; with one, an authority says by when a signature was there.

use crate::inside::Inside;
use crate::moment::timestamp;
use countersign_core::time::Timestamp;
use countersign_core::verdict::Verdict;
use countersign_pades::timestamp::Stamp;
use countersign_pades::verify::{Inspection, Kind, SignatureFacts};
use countersign_pades::{Chain, DateTime};

/// How far a signer's clock may be ahead of this one, in milliseconds.
const CLOCK_TOLERANCE: i64 = 300_000;

pub(crate) fn verdict(found: &Inspection, inside: Option<&Inside>, now: Timestamp) -> Verdict {
    let mut objections = Vec::new();
    let (mut earlier, mut stamped): (Option<DateTime>, Option<&Stamp>) = (None, None);
    let mut because = vec!["The stated times follow each other, and the certificates were in force then.".to_owned()];
    for signature in &found.signatures {
        let field = &signature.field;
        stamp(signature, &mut objections, &mut because);
        if signature.kind == Kind::Timestamp {
            stamped = found.proven(signature).or(stamped);
            continue;
        }
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
        if let Some(over) = stamped.filter(|over| timestamp(over.at).since(at) > CLOCK_TOLERANCE) {
            objections
                .push(format!("{field}: it states a time before that of the time stamp that it covers ({over})."));
        }
        if let Some(by) = found.proven(signature).filter(|by| at.since(timestamp(by.at)) > CLOCK_TOLERANCE) {
            objections.push(format!("{field}: it states a time after the one by which it was there ({by})."));
        }
        earlier = Some(claimed);
    }
    if !crate::any_signature(found) {
        objections.push("There is no signature that states a time.".to_owned());
    }
    because.push(words(found));
    Verdict::of(objections, because)
}

/// What time is proven, in one sentence.
pub fn words(found: &Inspection) -> String {
    let signatures: Vec<_> = found.signatures.iter().filter(|one| one.kind == Kind::Signature).collect();
    let proven: Vec<_> = signatures.iter().filter_map(|one| Some((one, found.proven(one)?))).collect();
    let [(_, first), ..] = proven.as_slice() else {
        return "The times are the word of the signers' computers; no time-stamp authority confirms them.".to_owned();
    };
    let by: Vec<String> = proven.iter().map(|(one, by)| format!("{} by {}", one.field, by.at)).collect();
    let mut authorities: Vec<String> = proven.iter().map(|(_, by)| by.authority.common_name()).collect();
    authorities.sort();
    authorities.dedup();
    let who = authorities.join(" and ");
    if proven.len() < signatures.len() {
        let (some, all) = (proven.len(), signatures.len());
        return format!(
            "Time proven by {who} for {some} of {all} signatures: {}. The others are the word of their computers.",
            by.join(", ")
        );
    }
    match proven.iter().all(|(_, by)| by.at == first.at) {
        true => format!("Time proven by {who}: every signature was there by {}.", first.at),
        false => format!("Time proven by {who}: {}.", by.join(", ")),
    }
}

/// What a signature's own time stamp is worth. One by an authority that nobody vouches for proves nothing, and is no harm.
fn stamp(signature: &SignatureFacts, objections: &mut Vec<String>, because: &mut Vec<String>) {
    let field = &signature.field;
    match &signature.timestamp {
        None => {}
        Some(Err(why)) => objections.push(format!("{field}: {why}.")),
        Some(Ok(stamp)) => match &stamp.chain {
            Chain::Trusted { .. } => {}
            Chain::NothingTrusted | Chain::UnknownIssuer { .. } => because.push(format!(
                "{field}: there is a time stamp ({stamp}), but no trusted root vouches for its authority; it proves nothing."
            )),
            other => objections.push(format!("{field}: its time stamp ({stamp}) does not count: {other}.")),
        },
    }
}

/// Why the signer's certificate, or one above it, was not in force. Whether anybody vouches for it is another question.
fn not_in_force(signature: &SignatureFacts, claimed: DateTime) -> Option<String> {
    let own = signature.signer.as_ref().and_then(|signer| match signer.validity() {
        validity if claimed < validity.not_before => Some(Chain::NotYetValid { not_before: validity.not_before }),
        validity if claimed > validity.not_after => Some(Chain::Expired { not_after: validity.not_after }),
        _ => None,
    });
    let of_time =
        |chain: &&Chain| matches!(chain, Chain::Expired { .. } | Chain::NotYetValid { .. } | Chain::Revoked { .. });
    let above = || signature.chain_when_claimed.as_ref().filter(of_time).cloned();
    own.or_else(above).map(|chain| chain.to_string())
}
