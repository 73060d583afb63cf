//! Whether a certificate still holds, asked of its issuer (OCSP, RFC 6960): the question, and whether an answer is one.
//!
//! Answers are kept for other programs; what they say of the certificate is not read here, and counts for no verdict.

use der::asn1::{OctetString, Uint};
use der::{Any, Decode, Encode, Reader, Sequence, SliceReader, Tag, Tagged};
use spki::AlgorithmIdentifierOwned;

use crate::certificate::{Certificate, CertificateError};
use crate::crypto::{Digest, sha256};

#[derive(Sequence)]
struct CertId {
    algorithm: AlgorithmIdentifierOwned,
    issuer_name: OctetString,
    issuer_key: OctetString,
    serial: Uint,
}

/// The question whether `certificate`, which `issuer` has issued, still holds: an OCSPRequest with one entry (section 4.1).
///
/// # Errors
/// [`CertificateError::Malformed`] when it cannot be encoded.
pub fn question(certificate: &Certificate, issuer: &Certificate) -> Result<Vec<u8>, CertificateError> {
    let tbs = certificate.x509().tbs_certificate();
    let entry = CertId {
        algorithm: Digest::Sha256.algorithm(),
        issuer_name: OctetString::new(sha256(&tbs.issuer().to_der()?))?,
        issuer_key: OctetString::new(sha256(issuer.spki().subject_public_key.raw_bytes()))?,
        serial: Uint::new(tbs.serial_number().as_bytes())?,
    };
    // Request, its list, the part that could be signed, and the whole: each holds the one before.
    Ok(vec![vec![vec![vec![entry]]]].to_der()?)
}

/// Whether some bytes are an OCSPResponse that says something: its status is «successful» (section 4.2.1).
pub fn is_answer(bytes: &[u8]) -> bool {
    let read = || -> Result<bool, der::Error> {
        let outer = Any::from_der(bytes)?;
        let mut parts = SliceReader::new(outer.value())?;
        let status = parts.decode::<Any>()?;
        Ok(outer.tag() == Tag::Sequence
            && status.tag() == Tag::Enumerated
            && status.value() == [0]
            && !parts.is_finished())
    };
    read().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_successful_answer_is_one() {
        assert!(is_answer(&[0x30, 0x07, 0x0a, 0x01, 0x00, 0xa0, 0x02, 0x30, 0x00]));
        for bytes in [&b""[..], &[0x30, 0x03, 0x0a, 0x01, 0x00], &[0x30, 0x03, 0x0a, 0x01, 0x06], b"<html>"] {
            assert!(!is_answer(bytes), "{bytes:?}");
        }
    }
}
