//! Reading a report and the certificates to trust from disk, for [`countersign_verify`] to judge.

use crate::error::Error;
use crate::files::read_limited;
use countersign_core::time::Timestamp;
use countersign_core::verdict::Verification;
use countersign_pades::Trust;
use std::path::Path;

/// The largest file of certificates that is taken, in bytes.
const TRUST_LIMIT: u64 = 10_000_000;

/// Verifies a file. Without a file of trusted certificates, `own` is believed.
pub fn verify_file(
    path: &Path,
    trust: Option<&Path>,
    own: Trust,
    roster: Option<&Path>,
    now: Timestamp,
) -> Result<Verification, Error> {
    let limit = u64::try_from(countersign_verify::LIMIT).unwrap_or(u64::MAX);
    let pdf = read_limited(path, limit)?;
    let trust = match trust {
        Some(trust) => Trust::from_pem(&String::from_utf8_lossy(&read_limited(trust, TRUST_LIMIT)?))?,
        None => own,
    };
    let roster = match roster {
        Some(roster) => {
            let text = read_limited(roster, TRUST_LIMIT)?;
            Some(countersign_verify::roster::open(&String::from_utf8_lossy(&text), &trust, now)?)
        }
        None => None,
    };
    Ok(countersign_verify::verify_with(
        &path.display().to_string(),
        &pdf,
        &trust,
        (roster.as_ref(), &crate::fonts::named),
        now,
    )?)
}
