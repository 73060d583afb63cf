//! Keys whose certificate is issued on another computer: the person makes the key and a request, the root's holder certifies it, the
//! person takes the certificate. The key itself never travels.

use super::{Keys, LIMIT, PERSON_YEARS, key_id, pem};
use crate::clock::{Environment, rng, validity};
use crate::error::Error;
use crate::files::{read_limited, write_whole};
use countersign_core::api::KeySummary;
use countersign_core::id::KeyId;
use countersign_pades::{Authority, Certificate, CertificateRequest, Identity, Purpose, Subject};
use std::path::Path;

impl Keys {
    /// Makes a key that nobody vouches for yet, and writes the request for its certificate.
    pub fn request(
        &self,
        (name, email): (&str, &str),
        passphrase: &str,
        to: &Path,
        environment: &dyn Environment,
    ) -> Result<KeySummary, Error> {
        let mut rng = rng(environment)?;
        let email = Some(email.trim()).filter(|email| !email.is_empty()).map(str::to_owned);
        let subject = Subject { common_name: name.trim().to_owned(), email, organisation: None };
        let validity = validity(environment.now(), PERSON_YEARS)?;
        let identity = Identity::self_signed(&subject, Purpose::Person, validity, &mut rng)?;
        let file = identity.export(passphrase, &mut rng)?;
        write_whole(to, CertificateRequest::of(&identity)?.as_bytes())?;
        self.keep(&identity, &file)
    }

    /// Issues the certificate that a request asks for, and writes it with those above it.
    pub fn certify(
        &self,
        root: &Authority,
        request: &Path,
        to: &Path,
        environment: &dyn Environment,
    ) -> Result<Certificate, Error> {
        let text = String::from_utf8_lossy(&read_limited(request, LIMIT)?).into_owned();
        let CertificateRequest { subject, key } = CertificateRequest::from_pem(&text)?;
        let subject = Subject { organisation: root.certificate().organisation(), ..subject };
        let validity = validity(environment.now(), PERSON_YEARS)?;
        let certificate = root.issue(&subject, Purpose::Person, &key, validity, &mut rng(environment)?)?;
        self.keep_issued(&certificate)?;
        let chain: String = [certificate.clone()].iter().chain(&root.chain()).map(Certificate::pem).collect();
        write_whole(to, chain.as_bytes())?;
        Ok(certificate)
    }

    /// Which key here a certificate is for.
    pub fn certified_by(&self, file: &Path) -> Result<KeyId, Error> {
        let certificate = pem(file)?.into_iter().next();
        let certificate = certificate.ok_or_else(|| Error::NoKey(KeyId(file.display().to_string())))?;
        for chain in self.certificates()? {
            if let Some(leaf) = chain.first().filter(|leaf| leaf.has_key_of(&certificate)) {
                return Ok(key_id(leaf));
            }
        }
        Err(Error::NoKey(KeyId(certificate.common_name())))
    }

    /// Puts a certificate in place of the one that an opened key had.
    pub fn accept(
        &self,
        identity: Identity,
        file: &Path,
        passphrase: &str,
        environment: &dyn Environment,
    ) -> Result<KeySummary, Error> {
        let mut chain = pem(file)?;
        let before = key_id(identity.certificate());
        let certificate = chain.remove(0);
        let identity = identity.with_certificate(certificate, chain)?;
        let exported = identity.export(passphrase, &mut rng(environment)?)?;
        let kept = self.keep(&identity, &exported)?;
        if kept.id != before {
            for end in ["p12", "pem"] {
                let old = self.path(&before, end)?;
                std::fs::remove_file(&old).map_err(Error::file(&old))?;
            }
        }
        Ok(kept)
    }
}
