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

const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
/// The first year that is no longer written as UTCTime (RFC 5280 section 5.1.2.4).
const GENERALIZED_FROM: u16 = 2050;

#[derive(Sequence)]
struct Revoked {
    serial_number: Uint,
    date: Time,
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
        revoked: &[(&Certificate, DateTime)],
        number: u64,
        at: DateTime,
        next: DateTime,
    ) -> Result<String, CertificateError> {
        let entry = |(certificate, since): &(&Certificate, DateTime)| -> Result<Revoked, CertificateError> {
            let serial = certificate.x509().tbs_certificate().serial_number();
            Ok(Revoked { serial_number: Uint::new(serial.as_bytes())?, date: time(*since)? })
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
