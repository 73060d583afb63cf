//! A time stamp over the document (ETSI EN 319 142-1 section 5.4.3), as a signature of its own kind.

use super::{Cover, Fault, Kind, SignatureFacts, Site, coverage, parts};
use crate::fields::Field;
use crate::pdf::File;
use crate::timestamp::{self, TimestampError};
use crate::trust::Trust;

/// The facts about a time stamp over the document.
pub(super) fn facts(
    file: &File<'_>,
    field: &Field,
    site: &Site,
    cover: Option<&Cover>,
    trust: &Trust,
) -> SignatureFacts {
    let (value, padding_zero) = site.value().unwrap_or((&[], true));
    let read = timestamp::read(value, &parts(file, cover), trust);
    let mut faults: Vec<Fault> = (!padding_zero).then_some(Fault::PaddingNotZero).into_iter().collect();
    faults.extend(match &read {
        Ok(_) => None,
        Err(TimestampError::OtherContent) => Some(Fault::ContentChanged),
        Err(TimestampError::Forged) => Some(Fault::SignatureInvalid),
        Err(why) => Some(Fault::Unreadable { why: why.to_string() }),
    });
    let stamp = read.as_ref().ok();
    SignatureFacts {
        field: field.name.clone(),
        kind: Kind::Timestamp,
        name: None,
        reason: None,
        location: None,
        claimed_at: stamp.map(|stamp| stamp.at),
        coverage: coverage(file, cover),
        certification: None,
        carried: stamp.map(|stamp| stamp.carried.clone()).unwrap_or_default(),
        digest_ok: stamp.is_some(),
        signature_ok: stamp.is_some(),
        padding_zero,
        chain_when_claimed: stamp.map(|stamp| stamp.chain.clone()),
        chain: stamp.map(|stamp| stamp.chain.clone()),
        signer: stamp.map(|stamp| stamp.authority.clone()),
        timestamp: Some(read),
        later: Vec::new(),
        faults,
    }
}
