//! Whom to believe: the roots that the caller trusts, and whether a certificate leads to one of them (RFC 5280
//! section 6, by rustls-webpki). No root is built in, none is taken from the operating system, and none from the file
//! under examination.

use core::fmt;

use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{
    BorrowedCertRevocationList, CertRevocationList, EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter,
    KeyUsage, RequiredEkuNotFoundContext, RevocationOptionsBuilder, UnknownStatusPolicy, anchor_from_trusted_cert,
};

use const_oid::ObjectIdentifier;
use der::{Decode as _, DecodePem as _, Encode as _, Reader as _};
use x509_cert::crl::CertificateList;
use x509_cert::ext::pkix::ExtendedKeyUsage;

use crate::certificate::{Certificate, CertificateError, DateTime, Fingerprint};
use crate::crypto::ALGORITHMS;

/// What an extended key usage may say so that its holder may sign documents.
const DOCUMENT_PURPOSES: [&[usize]; 5] = [
    &[1, 3, 6, 1, 5, 5, 7, 3, 36],       // documentSigning, RFC 9336
    &[1, 3, 6, 1, 5, 5, 7, 3, 4],        // emailProtection, RFC 5280
    &[1, 2, 840, 113_583, 1, 1, 5],      // Adobe authentic documents trust
    &[1, 3, 6, 1, 4, 1, 311, 10, 3, 12], // Microsoft document signing
    &[2, 5, 29, 37, 0],                  // anyExtendedKeyUsage
];
/// id-kp-timeStamping (RFC 3161 section 2.3).
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
const TIME_STAMPING_VALUE: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];
const BEGIN_TRUSTED: &str = "-----BEGIN TRUSTED CERTIFICATE-----";
const END_TRUSTED: &str = "-----END TRUSTED CERTIFICATE-----";
const BEGIN_CRL: &str = "-----BEGIN X509 CRL-----";
const END_CRL: &str = "-----END X509 CRL-----";
const EMAIL_PROTECTION: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 4];

/// The roots that are believed, and what is known besides.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    roots: Vec<Certificate>,
    /// Believed about the time, and about nothing else.
    time_roots: Vec<Certificate>,
    intermediates: Vec<Certificate>,
    crls: Vec<Vec<u8>>,
}

impl Trust {
    /// Believes nobody: every identity comes out as unknown.
    pub fn none() -> Self {
        Self::default()
    }

    /// Believes these roots. A certificate that is no authority's vouches for itself alone.
    pub fn roots(roots: Vec<Certificate>) -> Self {
        Self { roots, ..Self::default() }
    }

    /// Believes every certificate of a PEM text, and takes its revocation lists (`X509 CRL`, RFC 7468 section 6). A `TRUSTED
    /// CERTIFICATE`, as `openssl x509 -trustout -addtrust timeStamping` writes it, is believed about the time alone.
    ///
    /// # Errors
    /// [`CertificateError`] when the text holds no certificate, or a damaged block.
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        let time_roots = trusted_for_time(text)?;
        // Whoever is asked about the time alone may know nobody else.
        let plain = text.contains("-----BEGIN CERTIFICATE-----") || time_roots.is_empty();
        let roots = if plain { Certificate::from_pem(text)? } else { Vec::new() };
        let mut trust = Self { time_roots, ..Self::roots(roots) };
        let mut rest = text;
        while let Some((_, from)) = rest.split_once(BEGIN_CRL) {
            let Some((body, after)) = from.split_once(END_CRL) else {
                return Err(CertificateError::Malformed("a PEM block has no end".to_owned()));
            };
            let lines: Vec<&str> = body.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            let list: CertificateList =
                CertificateList::from_pem(format!("{BEGIN_CRL}\n{}\n{END_CRL}\n", lines.join("\n")))?;
            trust = trust.with_crl(&list.to_der()?)?;
            rest = after;
        }
        Ok(trust)
    }

    /// Adds certificates that may lead to a root, and are not believed by themselves.
    #[must_use]
    pub fn with_intermediates(mut self, certificates: Vec<Certificate>) -> Self {
        self.intermediates.extend(certificates);
        self
    }

    /// Believes these roots about the time: that an authority of theirs saw something when it says so.
    #[must_use]
    pub fn with_time_roots(mut self, certificates: Vec<Certificate>) -> Self {
        self.time_roots.extend(certificates);
        self
    }

    /// Adds a certificate revocation list in DER (RFC 5280 section 5).
    ///
    /// # Errors
    /// [`CertificateError::Malformed`] when it is none.
    pub fn with_crl(mut self, crl: &[u8]) -> Result<Self, CertificateError> {
        BorrowedCertRevocationList::from_der(crl).map_err(|why| CertificateError::Malformed(why.to_string()))?;
        self.crls.push(crl.to_vec());
        Ok(self)
    }

    /// The roots that are believed.
    pub fn trusted(&self) -> &[Certificate] {
        &self.roots
    }

    /// The roots that are believed about the time alone.
    pub fn trusted_for_time(&self) -> &[Certificate] {
        &self.time_roots
    }

    /// The revocation lists, in DER.
    pub fn revocation_lists(&self) -> &[Vec<u8>] {
        &self.crls
    }

    /// Whether a certificate of any purpose leads to a root, or is one.
    pub fn leads(&self, one: &Certificate, carried: &[Certificate], at: DateTime) -> bool {
        self.roots.contains(one)
            || self.time_roots.contains(one)
            || [For::Documents, For::Time].iter().any(|purpose| self.path(one, carried, at, &[], *purpose).is_ok())
    }

    /// Whether `leaf` leads to a root and may sign documents, at the moment `at`. `carried` are the certificates that
    /// came with the signature.
    pub fn check(&self, leaf: &Certificate, carried: &[Certificate], at: DateTime) -> Chain {
        if let Some(root) = self.roots.iter().find(|root| *root == leaf) {
            return pinned(root, at);
        }
        if self.roots.is_empty() {
            return Chain::NothingTrusted;
        }
        if !leaf.may_sign() {
            return Chain::NotForSigning;
        }
        self.judge(leaf, carried, at, For::Documents)
    }

    /// Whether `leaf` leads to a root that is believed about the time, and may stamp time and do nothing else (RFC 3161
    /// section 2.3), at the moment `at`.
    pub(crate) fn check_time(&self, leaf: &Certificate, carried: &[Certificate], at: DateTime) -> Chain {
        let usage = leaf.x509().tbs_certificate().get_extension::<ExtendedKeyUsage>();
        let only_time = matches!(&usage, Ok(Some((true, usage))) if usage.0.as_slice() == [TIME_STAMPING]);
        if !only_time || !leaf.may_sign() {
            return Chain::NotForTime;
        }
        if let Some(root) = self.time_roots.iter().find(|root| *root == leaf) {
            return pinned(root, at);
        }
        if self.roots.is_empty() && self.time_roots.is_empty() {
            return Chain::NothingTrusted;
        }
        self.judge(leaf, carried, at, For::Time)
    }

    fn judge(&self, leaf: &Certificate, carried: &[Certificate], at: DateTime, purpose: For) -> Chain {
        let trusted = |root: &Certificate| Chain::Trusted { root: root.common_name(), fingerprint: root.fingerprint() };
        match self.path(leaf, carried, at, &self.crls, purpose) {
            Ok(root) => trusted(root),
            Err(Error::CertRevoked) => {
                let since = self.revoked_since(leaf);
                // Withdrawn only later: at the moment that was asked for, it held.
                match since.filter(|since| at < *since).map(|_| self.path(leaf, carried, at, &[], purpose)) {
                    Some(Ok(root)) => trusted(root),
                    _ => Chain::Revoked { since },
                }
            }
            Err(why) => Chain::from_webpki(&why, leaf),
        }
    }

    /// The date that the issuer's list gives for a certificate (RFC 5280 section 5.1.2.6). None if it is not listed
    /// itself, but one above it is.
    fn revoked_since(&self, leaf: &Certificate) -> Option<DateTime> {
        let own = leaf.x509().tbs_certificate();
        let lists =
            self.crls.iter().filter_map(|crl| CertificateList::<x509_cert::certificate::Rfc5280>::from_der(crl).ok());
        let listed = lists.filter(|list| list.tbs_cert_list.issuer == *own.issuer());
        let entries = listed.flat_map(|list| list.tbs_cert_list.revoked_certificates.unwrap_or_default());
        let mine = entries.filter(|entry| entry.serial_number == *own.serial_number());
        mine.map(|entry| entry.revocation_date.to_date_time()).min()
    }

    fn path(
        &self,
        leaf: &Certificate,
        carried: &[Certificate],
        at: DateTime,
        crls: &[Vec<u8>],
        purpose: For,
    ) -> Result<&Certificate, Error> {
        let more = if purpose == For::Time { self.time_roots.as_slice() } else { &[] };
        let roots: Vec<&Certificate> = self.roots.iter().chain(more).collect();
        let ders: Vec<CertificateDer<'_>> = roots.iter().map(|root| CertificateDer::from(root.der())).collect();
        let anchors: Vec<TrustAnchor<'_>> = ders.iter().filter_map(|der| anchor_from_trusted_cert(der).ok()).collect();
        let above = self.intermediates.iter().chain(carried);
        let above: Vec<CertificateDer<'_>> = above.map(|one| CertificateDer::from(one.der())).collect();
        let parsed = crls.iter().filter_map(|crl| BorrowedCertRevocationList::from_der(crl).ok());
        let crls: Vec<CertRevocationList<'_>> = parsed.map(CertRevocationList::from).collect();
        let crls: Vec<&CertRevocationList<'_>> = crls.iter().collect();
        // A list that says nothing about a certificate does not speak against it: absence of lists is allowed, too.
        let revocation = RevocationOptionsBuilder::new(&crls).ok();
        let revocation = revocation.map(|options| options.with_status_policy(UnknownStatusPolicy::Allow).build());
        let der = CertificateDer::from(leaf.der());
        let end = EndEntityCert::try_from(&der)?;
        let at = UnixTime::since_unix_epoch(at.unix_duration());
        let path = end.verify_for_usage(ALGORITHMS, &anchors, &above, at, purpose, revocation, None)?;
        let anchor = path.anchor();
        let found = ders.iter().position(|der| anchor_from_trusted_cert(der).is_ok_and(|one| one == *anchor));
        found.and_then(|index| roots.get(index).copied()).ok_or(Error::UnknownIssuer)
    }
}

/// The certificates that a PEM text wants believed about the time: those that name no other purpose.
fn trusted_for_time(text: &str) -> Result<Vec<Certificate>, CertificateError> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((_, from)) = rest.split_once(BEGIN_TRUSTED) {
        let Some((body, after)) = from.split_once(END_TRUSTED) else {
            return Err(CertificateError::Malformed("a PEM block has no end".to_owned()));
        };
        let lines: Vec<&str> = body.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let block = format!("{BEGIN_TRUSTED}\n{}\n{END_TRUSTED}\n", lines.join("\n"));
        let (_, bytes) =
            der::pem::decode_vec(block.as_bytes()).map_err(|why| CertificateError::Malformed(why.to_string()))?;
        let mut reader = der::SliceReader::new(&bytes)?;
        let certificate = Certificate::from_der(reader.tlv_bytes()?)?;
        // What OpenSSL appends: first of all the purposes, as a list.
        let purposes = match reader.is_finished() {
            true => Vec::new(),
            false => Vec::<der::Any>::from_der(reader.tlv_bytes()?)?,
        };
        let purposes =
            purposes.first().and_then(|one| one.decode_as::<Vec<ObjectIdentifier>>().ok()).unwrap_or_default();
        if purposes != [TIME_STAMPING] {
            let why =
                "a TRUSTED CERTIFICATE is believed about the time only; it has to name timeStamping, and nothing else";
            return Err(CertificateError::Malformed(why.to_owned()));
        }
        found.push(certificate);
        rest = after;
    }
    Ok(found)
}

/// A certificate that is itself believed needs no issuer, but it must be in force.
fn pinned(root: &Certificate, at: DateTime) -> Chain {
    let validity = root.validity();
    if at < validity.not_before {
        Chain::NotYetValid { not_before: validity.not_before }
    } else if at > validity.not_after {
        Chain::Expired { not_after: validity.not_after }
    } else {
        Chain::Trusted { root: root.common_name(), fingerprint: root.fingerprint() }
    }
}

/// What a certificate is to be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Documents,
    Time,
}

impl ExtendedKeyUsageValidator for For {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        if *self == Self::Time {
            return KeyUsage::required(TIME_STAMPING_VALUE).validate(purposes);
        }
        let mut present = Vec::new();
        for purpose in purposes {
            present.push(purpose?.to_decoded_oid());
        }
        // Without the extension nothing is ruled out.
        if present.is_empty() || present.iter().any(|one| DOCUMENT_PURPOSES.contains(&one.as_slice())) {
            return Ok(());
        }
        let required = KeyUsage::required(EMAIL_PROTECTION);
        Err(Error::RequiredEkuNotFoundContext(RequiredEkuNotFoundContext { required, present }))
    }
}

/// Whether a signer's certificate leads to a trusted root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// It does.
    Trusted {
        /// The root's name.
        root: String,
        /// The root's fingerprint.
        fingerprint: Fingerprint,
    },
    /// No root was given, so nobody can be recognised.
    NothingTrusted,
    /// No trusted root has issued it.
    UnknownIssuer {
        /// Whom the certificate names as its issuer.
        issuer: String,
    },
    /// It names a trusted root as its issuer, which has not signed it.
    Forged {
        /// Whom the certificate names as its issuer.
        issuer: String,
    },
    /// It had ended.
    Expired {
        /// Its last second.
        not_after: DateTime,
    },
    /// It had not begun.
    NotYetValid {
        /// Its first second.
        not_before: DateTime,
    },
    /// Its issuer has withdrawn it, or one above it.
    Revoked {
        /// From when on, if it was this very certificate.
        since: Option<DateTime>,
    },
    /// It is for something else than signing documents.
    NotForSigning,
    /// It is not, or not only, for stamping time.
    NotForTime,
    /// It fails in another way.
    Invalid {
        /// What the path check says.
        why: String,
    },
}

impl Chain {
    /// Whether the certificate leads to a trusted root.
    pub const fn is_trusted(&self) -> bool {
        matches!(self, Self::Trusted { .. })
    }

    fn from_webpki(why: &Error, leaf: &Certificate) -> Self {
        let moment = |at: &UnixTime| {
            DateTime::from_unix_duration(core::time::Duration::from_secs(at.as_secs())).unwrap_or(DateTime::INFINITY)
        };
        match why {
            Error::UnknownIssuer => Self::UnknownIssuer { issuer: leaf.issuer() },
            Error::InvalidSignatureForPublicKey => Self::Forged { issuer: leaf.issuer() },
            Error::CertExpired { not_after, .. } => Self::Expired { not_after: moment(not_after) },
            Error::CertNotValidYet { not_before, .. } => Self::NotYetValid { not_before: moment(not_before) },
            Error::CertRevoked => Self::Revoked { since: None },
            Error::RequiredEkuNotFoundContext(_) => Self::NotForSigning,
            other => Self::Invalid { why: format!("{other:?}") },
        }
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trusted { root, fingerprint } => write!(f, "the certificate leads to «{root}» ({fingerprint})"),
            Self::NothingTrusted => write!(f, "no trusted root was given, so nobody can be recognised"),
            Self::UnknownIssuer { issuer } => {
                write!(f, "no trusted root has issued the certificate (it names {issuer})")
            }
            Self::Forged { issuer } => {
                write!(
                    f,
                    "the certificate names {issuer} as its issuer, but the trusted one of that name has not signed it"
                )
            }
            Self::Expired { not_after } => write!(f, "the certificate ended at {not_after}"),
            Self::NotYetValid { not_before } => write!(f, "the certificate begins at {not_before}, later than asked"),
            Self::Revoked { since: Some(since) } => write!(f, "the issuer has revoked the certificate as of {since}"),
            Self::Revoked { since: None } => write!(f, "the issuer has revoked the certificate, or one above it"),
            Self::NotForSigning => write!(f, "the certificate is not meant for signing documents"),
            Self::NotForTime => write!(f, "the certificate is not meant for stamping time and nothing else"),
            Self::Invalid { why } => write!(f, "the certificate does not hold: {why}"),
        }
    }
}
