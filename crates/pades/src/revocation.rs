//! Certificate revocation lists that an authority signs (RFC 5280 section 5): which of its certificates it has withdrawn, and
//! from when on. Reading them is [`crate::Trust`]'s.

use const_oid::ObjectIdentifier;
use der::asn1::{BitString, GeneralizedTime, OctetString, Uint, UtcTime};
use der::{Encode, EncodePem, Sequence};
use spki::AlgorithmIdentifierOwned;
use x509_cert::crl::CertificateList;
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::time::Time;

use crate::certificate::{Certificate, CertificateError, DateTime};
use crate::identity::Authority;

const REASON_CODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
/// The first year that is no longer written as UTCTime (RFC 5280 section 5.1.2.4).
const GENERALIZED_FROM: u16 = 2050;

/// Why a certificate was withdrawn (RFC 5280 section 5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Somebody else may have the key.
    KeyCompromise,
    /// The person has another position, or has left.
    AffiliationChanged,
    /// Another certificate stands in its place.
    Superseded,
    /// It is no longer used: the key or its passphrase is lost.
    CessationOfOperation,
}

impl Reason {
    const fn code(self) -> u8 {
        match self {
            Self::KeyCompromise => 1,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
        }
    }
}

/// A certificate that is withdrawn.
#[derive(Debug, Clone, Copy)]
pub struct Withdrawn<'a> {
    /// Which.
    pub certificate: &'a Certificate,
    /// From when on it no longer counts.
    pub since: DateTime,
    /// Why.
    pub reason: Option<Reason>,
}

#[derive(Sequence)]
struct Revoked {
    serial_number: Uint,
    date: Time,
    #[asn1(optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Sequence)]
struct Listing {
    version: u8,
    signature: AlgorithmIdentifierOwned,
    issuer: Name,
    this_update: Time,
    next_update: Time,
    #[asn1(optional = "true")]
    revoked: Option<Vec<Revoked>>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    extensions: Vec<Extension>,
}

#[derive(Sequence)]
struct SignedListing {
    listing: Listing,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

impl Authority {
    /// Signs the list of all certificates that are withdrawn, each with the moment from which on it no longer counts.
    /// `number` grows with every list. The answer is a PEM block (`X509 CRL`).
    ///
    /// # Errors
    /// [`CertificateError`] when a moment lies outside what the format can write.
    pub fn revocation_list(
        &self,
        revoked: &[Withdrawn<'_>],
        number: u64,
        at: DateTime,
        next: DateTime,
    ) -> Result<String, CertificateError> {
        let entry = |of: &Withdrawn<'_>| -> Result<Revoked, CertificateError> {
            let serial = of.certificate.x509().tbs_certificate().serial_number();
            // An ENUMERATED of one byte.
            let reason = |reason: Reason| {
                let extn_value = OctetString::new([10, 1, reason.code()])?;
                Ok::<_, der::Error>(vec![Extension { extn_id: REASON_CODE, critical: false, extn_value }])
            };
            let extensions = of.reason.map(reason).transpose()?;
            Ok(Revoked { serial_number: Uint::new(serial.as_bytes())?, date: time(of.since)?, extensions })
        };
        let entries = revoked.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        let key = self.as_identity().key();
        let number = OctetString::new(Uint::new(&number.to_be_bytes())?.to_der()?)?;
        let listing = Listing {
            version: 1,
            signature: key.signature_algorithm(),
            issuer: self.certificate().x509().tbs_certificate().subject().clone(),
            this_update: time(at)?,
            next_update: time(next)?,
            revoked: Some(entries).filter(|entries| !entries.is_empty()),
            extensions: vec![Extension { extn_id: CRL_NUMBER, critical: false, extn_value: number }],
        };
        let signature = BitString::from_bytes(&key.sign(&listing.to_der()?)?)?;
        let der = SignedListing { listing, algorithm: key.signature_algorithm(), signature }.to_der()?;
        let list: CertificateList = der::Decode::from_der(&der)?;
        Ok(list.to_pem(der::pem::LineEnding::LF)?)
    }
}

fn time(at: DateTime) -> Result<Time, der::Error> {
    Ok(if at.year() < GENERALIZED_FROM {
        Time::UtcTime(UtcTime::from_date_time(at)?)
    } else {
        Time::GeneralTime(GeneralizedTime::from_date_time(at))
    })
}
