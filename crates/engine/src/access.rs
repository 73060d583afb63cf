//! Keys are opened in one place only: here. Wrong passphrases slow down and are kept, and what the roster says of a signer is asked.

use crate::Engine;
use crate::error::Error;
use crate::keys::fingerprint;
use crate::store::Try;
use countersign_core::access::{delay, wait};
use countersign_core::api::Secret;
use countersign_core::id::{Digest, KeyId};
use countersign_core::record::Person;
use countersign_core::roster::{RosterSaid, Signer};
use countersign_core::time::Timestamp;
use countersign_pades::{Authority, Certificate, Identity, Pkcs12Error};

/// What the root's passphrases are counted under.
const ROOT: &str = "root";

impl Engine {
    /// Opens a person's key.
    pub(crate) fn unlock(&self, key: &KeyId, passphrase: &Secret) -> Result<Identity, Error> {
        self.tried(&key.0, || self.keys.unlock(key, &passphrase.0, self.environment.now()))
    }

    /// Opens the organisation's root.
    pub(crate) fn open_root(&self, passphrase: &Secret) -> Result<Authority, Error> {
        self.tried(ROOT, || self.keys.open_root(&passphrase.0))
    }

    /// Every passphrase that was tried after a wrong one, newest first.
    pub fn tries(&self) -> Result<Vec<Try>, countersign_core::api::ApiError> {
        Ok(self.state().store.all_tries()?)
    }

    /// Tries a passphrase, unless it is too early for another try. The passphrase itself is kept nowhere.
    fn tried<T>(&self, key: &str, open: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let before = self.state().store.tries(key)?;
        let left = wait(before, self.environment.now());
        if left > 0 {
            return Err(Error::TooEarly { wrong: before.wrong, millis: left });
        }
        let opened = open();
        let now = self.environment.now();
        match &opened {
            Err(Error::KeyFile(Pkcs12Error::WrongPassphrase)) => {
                self.state().store.keep_try(key, now, false)?;
                let wrong = before.wrong.saturating_add(1);
                Err(Error::WrongPassphrase { wrong, millis: delay(wrong) })
            }
            Ok(_) if before.wrong > 0 => {
                self.state().store.keep_try(key, now, true)?;
                opened
            }
            _ => opened,
        }
    }

    /// What the roster says of a signer; none where there is no roster. What the certificate itself has against it comes with it.
    pub(crate) fn asked_roster(
        &self,
        (person, certificate): (&Person, &Certificate),
        role: &str,
        at: Timestamp,
    ) -> Result<Option<RosterSaid>, Error> {
        let Some(known) = self.roster_in_force()? else { return Ok(None) };
        let signer = Signer { person, certificate: fingerprint(certificate), role, at };
        let mut warnings = known.roster.warnings(&signer);
        warnings.extend(self.against(certificate, &[], at)?);
        Ok(Some(RosterSaid { issue: known.roster.issue, sha256: known.sha256, warnings }))
    }

    /// What speaks against a certificate by itself: nobody vouches for it, it ended, it was revoked.
    pub(crate) fn against(
        &self,
        certificate: &Certificate,
        carried: &[Certificate],
        at: Timestamp,
    ) -> Result<Option<String>, Error> {
        let chain = self.own_trust()?.check(certificate, carried, crate::clock::date_time(at)?);
        let words = format!("{}: {chain}.", certificate.common_name());
        Ok((!chain.is_trusted()).then_some(words))
    }

    /// A person's certificate on this computer.
    pub(crate) fn certificate_of(&self, key: &KeyId) -> Result<Certificate, Error> {
        let digest: Digest = key.0.parse().map_err(|_| Error::NoKey(key.clone()))?;
        self.keys.certificate(digest)?.ok_or_else(|| Error::NoKey(key.clone()))
    }
}
