//! What the organisation's root has withdrawn: the list that is kept here, and the revocation list (RFC 5280 section 5) that it signs.

use super::{Keys, PERSON_YEARS, fingerprint, pem, summary};
use crate::clock::{Environment, date_time, validity};
use crate::error::Error;
use crate::files::{read_limited, write_whole};
use countersign_core::api::{KeyPurpose, KeySummary, RevokeReason};
use countersign_core::id::{Digest, KeyId};
use countersign_core::time::Timestamp;
use countersign_pades::{Authority, Certificate, Reason, Trust, Withdrawn};
use serde::{Deserialize, Serialize};

/// The largest list, in bytes.
const LIMIT: u64 = 1_000_000;

/// A certificate that no longer counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Revoked {
    certificate: Digest,
    name: String,
    since: Timestamp,
    at: Timestamp,
    reason: RevokeReason,
}

impl Keys {
    /// Withdraws a certificate that this computer's root issued, from `since` on.
    pub fn revoke(
        &self,
        root: &Authority,
        who: &str,
        (reason, since): (RevokeReason, Timestamp),
        environment: &dyn Environment,
    ) -> Result<KeySummary, Error> {
        let certificate = self.find_issued(who)?;
        let mut list = self.revoked()?;
        let (name, at) = (certificate.common_name(), environment.now());
        list.push(Revoked { certificate: fingerprint(&certificate), name, since, at, reason });
        let issued = self.issued()?;
        let mut withdrawn = Vec::new();
        for of in &list {
            let known = issued.iter().find(|known| fingerprint(known) == of.certificate);
            let certificate = known.ok_or_else(|| Error::NoKey(KeyId(of.certificate.to_string())))?;
            let reason = Some(match of.reason {
                RevokeReason::Lost => Reason::CessationOfOperation,
                RevokeReason::Stolen => Reason::KeyCompromise,
                RevokeReason::Left => Reason::AffiliationChanged,
                RevokeReason::Replaced => Reason::Superseded,
            });
            withdrawn.push(Withdrawn { certificate, since: date_time(of.since)?, reason });
        }
        let number = u64::try_from(list.len()).unwrap_or(u64::MAX);
        let next = validity(at, PERSON_YEARS)?.not_after;
        let crl = root.revocation_list(&withdrawn, number, date_time(at)?, next)?;
        let json = serde_json::to_vec_pretty(&list).map_err(|error| Error::Internal(error.to_string()))?;
        // The signed list is what others go by: it is there before it is remembered here.
        write_whole(&self.folder.join("revoked.crl"), crl.as_bytes())?;
        write_whole(&self.folder.join("revoked.json"), &json)?;
        Ok(KeySummary { revoked: Some(since), ..summary(&certificate, KeyPurpose::Person) })
    }

    /// Whom to trust by what is known on this computer: its roots, what was imported, and what was revoked.
    pub fn trust(&self, roots: Vec<Certificate>) -> Result<Trust, Error> {
        let pem: String = roots.iter().map(Certificate::pem).collect();
        Ok(Trust::from_pem(&(pem + &self.revocation_lists()?))?)
    }

    /// The revocation lists that are known here, as PEM: this root's own, and those that were imported.
    pub fn revocation_lists(&self) -> Result<String, Error> {
        let mut lists = String::new();
        for path in [self.folder.join("revoked.crl"), self.folder.join(super::TRUSTED)] {
            if path.exists() {
                lists += &only_lists(&String::from_utf8_lossy(&read_limited(&path, LIMIT)?));
            }
        }
        Ok(lists)
    }

    /// From when on a certificate no longer counts, as far as this computer's root withdrew it.
    pub(super) fn revoked_since(&self, certificate: Digest) -> Result<Option<Timestamp>, Error> {
        Ok(self.revoked()?.iter().filter(|of| of.certificate == certificate).map(|of| of.since).min())
    }

    fn revoked(&self) -> Result<Vec<Revoked>, Error> {
        let path = self.folder.join("revoked.json");
        if !path.exists() {
            return Ok(Vec::new());
        }
        let damaged = |error: serde_json::Error| Error::Damaged { path: path.clone(), detail: error.to_string() };
        serde_json::from_slice(&read_limited(&path, LIMIT)?).map_err(damaged)
    }

    /// Keeps a certificate that the root issued, so that it can be withdrawn whoever has the key.
    pub(super) fn keep_issued(&self, certificate: &Certificate) -> Result<(), Error> {
        let folder = self.folder.join("issued");
        std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        write_whole(&folder.join(format!("{}.pem", fingerprint(certificate))), certificate.pem().as_bytes())
    }

    /// Every person's certificate that the root here issued.
    pub fn issued(&self) -> Result<Vec<Certificate>, Error> {
        let root = self.root()?.map(|root| root.subject());
        let mut all: Vec<Certificate> = Vec::new();
        let of_keys = self.certificates()?.into_iter().filter_map(|chain| chain.into_iter().next());
        all.extend(of_keys.filter(|certificate| Some(certificate.issuer()) == root));
        let folder = self.folder.join("issued");
        if folder.exists() {
            for entry in std::fs::read_dir(&folder).map_err(Error::file(&folder))? {
                for certificate in pem(&entry.map_err(Error::file(&folder))?.path())? {
                    if !all.contains(&certificate) {
                        all.push(certificate);
                    }
                }
            }
        }
        Ok(all)
    }

    /// The certificate that words name, if they name exactly one that is in force.
    pub fn find_issued(&self, words: &str) -> Result<Certificate, Error> {
        let mut found = Vec::new();
        for certificate in self.issued()? {
            if super::is_named(&certificate, words) && self.revoked_since(fingerprint(&certificate))?.is_none() {
                found.push(certificate);
            }
        }
        match (found.pop(), found.is_empty()) {
            (Some(certificate), true) => Ok(certificate),
            _ => Err(Error::NoKey(KeyId(words.to_owned()))),
        }
    }
}

/// The revocation lists of a PEM text (RFC 7468 section 6).
pub(crate) fn only_lists(text: &str) -> String {
    const END: &str = "-----END X509 CRL-----";
    let blocks = text.split("-----BEGIN X509 CRL-----").skip(1);
    let bodies = blocks.filter_map(|block| block.split_once(END).map(|(body, _)| body));
    bodies.map(|body| format!("-----BEGIN X509 CRL-----{body}{END}\n")).collect()
}
