//! Time: the stated times are possible, and certificates were in force then. Without a timestamp authority they are the word
//! of the signers' computers.

use crate::inside::Inside;
use crate::moment::timestamp;
use countersign_core::time::Timestamp;
use countersign_core::verdict::Verdict;
use countersign_pades::verify::{Inspection, SignatureFacts};
use countersign_pades::{Chain, DateTime};

/// How far a signer's clock may be ahead of this one, in milliseconds.
const CLOCK_TOLERANCE: i64 = 300_000;

pub(crate) fn verdict(found: &Inspection, inside: Option<&Inside>, now: Timestamp) -> Verdict {
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
    if !crate::any_signature(found) {
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
    let of_time =
        |chain: &&Chain| matches!(chain, Chain::Expired { .. } | Chain::NotYetValid { .. } | Chain::Revoked { .. });
    let above = || signature.chain_when_claimed.as_ref().filter(of_time).cloned();
    own.or_else(above).map(|chain| chain.to_string())
}
