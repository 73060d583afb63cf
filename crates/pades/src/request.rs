//! Certificate requests (PKCS#10, RFC 2986): a person makes a key on their own computer and asks the organisation's root for a
//! certificate; the key itself never travels. Whether the person is who they say is for whoever certifies to know.

use const_oid::db::{rfc3280, rfc4519};
use der::asn1::{BitString, Ia5StringRef, SetOfVec, Utf8StringRef};
use der::{Any, Decode, Encode, Sequence};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::Name;

use crate::certificate::{CertificateError, Subject, checked, plain_mail, text_of};
use crate::crypto::{Digest, PublicKey, algorithm_for, hash_of};
use crate::identity::Identity;

const LABEL: &str = "CERTIFICATE REQUEST";
/// The largest request that is read, in bytes.
const LIMIT: usize = 64 * 1024;

#[derive(Sequence)]
struct Info {
    version: u8,
    subject: Name,
    key: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    attributes: SetOfVec<Any>,
}

#[derive(Sequence)]
struct Signed {
    info: Any,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

/// Who asks for a certificate, for which key. That the asker has the key was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRequest {
    /// Who.
    pub subject: Subject,
    /// The key.
    pub key: PublicKey,
}

impl CertificateRequest {
    /// Writes the request of an identity for a certificate under its own name, as PEM (RFC 7468 section 7).
    ///
    /// # Errors
    /// [`CertificateError`] when the name cannot stand in a certificate, or the key fails.
    pub fn of(identity: &Identity) -> Result<String, CertificateError> {
        let own = identity.certificate();
        let (name, email) = (own.common_name(), own.email());
        let mut parts = vec![AttributeTypeAndValue {
            oid: rfc4519::CN,
            value: Any::encode_from(&Utf8StringRef::new(checked("the name", &name)?)?)?,
        }];
        if let Some(email) = &email {
            let value = Any::encode_from(&Ia5StringRef::new(plain_mail(email)?)?)?;
            parts.push(AttributeTypeAndValue { oid: rfc3280::EMAIL_ADDRESS, value });
        }
        let parts = parts.into_iter().map(|part| SetOfVec::try_from(vec![part])).collect::<Result<Vec<_>, _>>()?;
        let subject = Name::from_der(&parts.to_der()?)?;
        let key = identity.public_key().spki().clone();
        let info = Info { version: 0, subject, key, attributes: SetOfVec::new() };
        let info = Any::from_der(&info.to_der()?)?;
        let signature = BitString::from_bytes(&identity.key().sign(&info.to_der()?)?)?;
        let der = Signed { info, algorithm: identity.key().signature_algorithm(), signature }.to_der()?;
        let pem = der::pem::encode_string(LABEL, der::pem::LineEnding::LF, &der);
        pem.map_err(|why| CertificateError::Malformed(why.to_string()))
    }

    /// Reads a request in PEM, and checks that it is signed with the key that it is about.
    ///
    /// # Errors
    /// [`CertificateError`] when it is none, its signature does not hold, or its name cannot stand in a certificate.
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        let malformed = |why: &str| CertificateError::Malformed(why.to_owned());
        if text.len() > LIMIT {
            return Err(malformed("it is too long for a certificate request"));
        }
        let (label, der) = der::pem::decode_vec(text.trim().as_bytes())
            .map_err(|_| malformed("it is no certificate request in PEM"))?;
        if label != LABEL {
            return Err(malformed("it is no certificate request"));
        }
        let signed = Signed::from_der(&der)?;
        let bytes = signed.info.to_der()?;
        let info = Info::from_der(&bytes)?;
        let key = PublicKey::from_der(&info.key.to_der()?)?;
        let holds = hash_of(signed.algorithm.oid)
            .and_then(|digest: Digest| algorithm_for(&info.key, digest, &signed.algorithm))
            .zip(signed.signature.as_bytes())
            .is_some_and(|(algorithm, signature)| {
                algorithm.verify_signature(info.key.subject_public_key.raw_bytes(), &bytes, signature).is_ok()
            });
        if !holds {
            return Err(malformed("the request is not signed with the key that it is about"));
        }
        let common_name = text_of(&info.subject, rfc4519::CN).ok_or_else(|| malformed("the request names nobody"))?;
        let common_name = checked("the name", &common_name)?.to_owned();
        let email = text_of(&info.subject, rfc3280::EMAIL_ADDRESS);
        let email = email.map(|email| plain_mail(&email).map(str::to_owned)).transpose()?;
        Ok(Self { subject: Subject { common_name, email, organisation: None }, key })
    }
}
