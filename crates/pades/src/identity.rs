//! Who signs: a private key with the certificate that says whose it is, and the organisation's own authority.
//! Where these are kept, and who may use them, is decided elsewhere.

use p256::elliptic_curve::rand_core::CryptoRng;

use crate::certificate::{Certificate, CertificateError, Fingerprint, Purpose, Role, Subject, Validity, issue};
use crate::crypto::{KeyPair, PublicKey};
use crate::pkcs12::{self, Pkcs12Error};

/// A private key, its certificate, and the certificates above that one.
#[derive(Debug, Clone)]
pub struct Identity {
    key: KeyPair,
    certificate: Certificate,
    chain: Vec<Certificate>,
}

impl Identity {
    /// Puts a key and its certificate together. `chain` holds the issuers, nearest first.
    ///
    /// # Errors
    /// [`CertificateError::KeyMismatch`] when the certificate is for another key.
    pub fn new(key: KeyPair, certificate: Certificate, chain: Vec<Certificate>) -> Result<Self, CertificateError> {
        if key.public_key().spki() != certificate.spki() {
            return Err(CertificateError::KeyMismatch { subject: certificate.subject() });
        }
        Ok(Self { key, certificate, chain })
    }

    /// A new key with a certificate that it signs itself: an identity that nobody vouches for yet.
    ///
    /// # Errors
    /// [`CertificateError`] when the subject or the validity cannot stand in a certificate.
    pub fn self_signed(
        subject: &Subject,
        purpose: Purpose,
        validity: Validity,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, CertificateError> {
        Self::self_signed_with(KeyPair::generate(rng)?, subject, purpose, validity, rng)
    }

    /// As [`Identity::self_signed`], for a key that is there already.
    ///
    /// # Errors
    /// As [`Identity::self_signed`].
    pub fn self_signed_with(
        key: KeyPair,
        subject: &Subject,
        purpose: Purpose,
        validity: Validity,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, CertificateError> {
        let certificate = issue(subject, Role::Signer(purpose), key.public_key(), validity, None, &key, rng)?;
        Ok(Self { key, certificate, chain: Vec::new() })
    }

    /// The same key under another certificate, such as the one an authority has issued for it since.
    ///
    /// # Errors
    /// [`CertificateError::KeyMismatch`] when the certificate is for another key.
    pub fn with_certificate(self, certificate: Certificate, chain: Vec<Certificate>) -> Result<Self, CertificateError> {
        Self::new(self.key, certificate, chain)
    }

    /// Reads a PKCS#12 file (RFC 7292): ours, or one that `openssl pkcs12 -export` made.
    ///
    /// # Errors
    /// [`Pkcs12Error`]; a wrong passphrase is its own variant.
    pub fn import(file: &[u8], passphrase: &str) -> Result<Self, Pkcs12Error> {
        let opened = pkcs12::open(file, passphrase)?;
        Ok(Self::new(opened.key, opened.certificate, opened.chain)?)
    }

    /// Writes a PKCS#12 file: the key under AES-256 and HMAC-SHA-256 with [`pkcs12::ITERATIONS`] rounds. The
    /// certificates are public and stay readable; the passphrase's MAC covers them.
    ///
    /// # Errors
    /// [`Pkcs12Error::EmptyPassphrase`], or when the key cannot be encoded.
    pub fn export(&self, passphrase: &str, rng: &mut impl CryptoRng) -> Result<Vec<u8>, Pkcs12Error> {
        self.export_with(passphrase, pkcs12::ITERATIONS, rng)
    }

    /// As [`Identity::export`], with another number of rounds. More is slower for everybody, thieves included.
    ///
    /// # Errors
    /// As [`Identity::export`].
    pub fn export_with(
        &self,
        passphrase: &str,
        iterations: u32,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, Pkcs12Error> {
        pkcs12::seal(&self.key, &self.certificate, &self.chain, passphrase, iterations, rng)
    }

    pub(crate) fn key(&self) -> &KeyPair {
        &self.key
    }

    /// The public key, for an authority to certify.
    pub fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    /// The signer's certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The issuers' certificates, nearest first.
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// The signer's certificate in DER.
    pub fn certificate_der(&self) -> &[u8] {
        self.certificate.der()
    }

    /// The signer's certificate and its chain as PEM blocks.
    pub fn chain_pem(&self) -> String {
        core::iter::once(&self.certificate).chain(&self.chain).map(Certificate::pem).collect()
    }

    /// The SHA-256 of the signer's certificate.
    pub fn fingerprint(&self) -> Fingerprint {
        self.certificate.fingerprint()
    }
}

/// An organisation's own root: it says who is who, with nobody above it.
#[derive(Debug, Clone)]
pub struct Authority(Identity);

impl Authority {
    /// A new root on P-256, under the organisation's name.
    ///
    /// # Errors
    /// [`CertificateError`] when the name or the validity cannot stand in a certificate.
    pub fn new(name: &str, validity: Validity, rng: &mut impl CryptoRng) -> Result<Self, CertificateError> {
        let key = KeyPair::generate(rng)?;
        let subject = Subject { common_name: name.to_owned(), email: None, organisation: Some(name.to_owned()) };
        let certificate = issue(&subject, Role::Authority, key.public_key(), validity, None, &key, rng)?;
        Ok(Self(Identity { key, certificate, chain: Vec::new() }))
    }

    /// Certifies that `key` is the subject's.
    ///
    /// # Errors
    /// [`CertificateError`] when the subject or the validity cannot stand in a certificate.
    pub fn issue(
        &self,
        subject: &Subject,
        purpose: Purpose,
        key: &PublicKey,
        validity: Validity,
        rng: &mut impl CryptoRng,
    ) -> Result<Certificate, CertificateError> {
        let role = Role::Signer(purpose);
        issue(subject, role, key, validity, Some(&self.0.certificate), &self.0.key, rng)
    }

    /// A new key with a certificate of this authority, ready to sign.
    ///
    /// # Errors
    /// As [`Authority::issue`].
    pub fn issue_identity(
        &self,
        subject: &Subject,
        purpose: Purpose,
        validity: Validity,
        rng: &mut impl CryptoRng,
    ) -> Result<Identity, CertificateError> {
        let key = KeyPair::generate(rng)?;
        let certificate = self.issue(subject, purpose, key.public_key(), validity, rng)?;
        Identity::new(key, certificate, self.chain())
    }

    /// What an identity of this authority carries above its own certificate.
    pub fn chain(&self) -> Vec<Certificate> {
        core::iter::once(&self.0.certificate).chain(&self.0.chain).cloned().collect()
    }

    /// The authority as a signer of its own statements, such as a roster.
    pub fn as_identity(&self) -> &Identity {
        &self.0
    }

    /// The root certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.0.certificate
    }

    /// Reads an authority from a PKCS#12 file.
    ///
    /// # Errors
    /// [`Pkcs12Error`]; a wrong passphrase and a certificate that may not issue others are their own variants.
    pub fn import(file: &[u8], passphrase: &str) -> Result<Self, Pkcs12Error> {
        let identity = Identity::import(file, passphrase)?;
        if !identity.certificate.is_authority() {
            let subject = identity.certificate.subject();
            return Err(CertificateError::NotAnAuthority { subject }.into());
        }
        Ok(Self(identity))
    }

    /// Writes a PKCS#12 file, as [`Identity::export`] does.
    ///
    /// # Errors
    /// As [`Identity::export`].
    pub fn export(&self, passphrase: &str, rng: &mut impl CryptoRng) -> Result<Vec<u8>, Pkcs12Error> {
        self.0.export(passphrase, rng)
    }

    /// As [`Identity::export_with`].
    ///
    /// # Errors
    /// As [`Identity::export`].
    pub fn export_with(
        &self,
        passphrase: &str,
        iterations: u32,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, Pkcs12Error> {
        self.0.export_with(passphrase, iterations, rng)
    }
}
