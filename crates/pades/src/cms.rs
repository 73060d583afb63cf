//! CAdES-BES: detached signatures over bytes (RFC 5652, ETSI EN 319 122-1).
//! One signer, signed attributes, no content inside, no claimed signing time: a PDF says its time itself, and a statement
//! carries its own. A time-stamp token is carried as an unsigned attribute; what one says is read in [`crate::timestamp`].

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5911, rfc6268};
use der::asn1::{OctetString, SetOfVec};
use der::{Any, Decode, Encode, Sequence};
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use crate::certificate::{Certificate, CertificateError, DateTime};
use crate::crypto::{Digest, KeyError, algorithm_for, sha256};
use crate::identity::Identity;
use crate::timestamp::{self, Stamp, TimestampError};
use crate::trust::{Chain, Trust};

/// id-aa-CMSAlgorithmProtect (RFC 6211).
const ALGORITHM_PROTECTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.52");
/// id-aa-signingCertificateV2 (RFC 5035).
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// id-aa-timeStampToken (RFC 3161 appendix A).
const TIMESTAMP_TOKEN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
const MAX_CMS_BYTES: usize = 1 << 20;
const MAX_CERTIFICATES: usize = 32;

/// What keeps a signature from being made or read. A signature that is read and does not fit is a verdict, no error.
#[derive(Debug, thiserror::Error)]
pub enum CmsError {
    /// The bytes are no CMS SignedData in DER.
    #[error("not a CMS signature, or a damaged one ({0})")]
    Malformed(String),
    /// Something in it is of a kind that is not known here.
    #[error("the signature uses {0}, which is not supported")]
    Unsupported(String),
    /// A rule of CAdES is broken.
    #[error("the signature is not CAdES: {0}")]
    NotCades(&'static str),
    /// The signer's certificate cannot be read.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The key failed.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl From<der::Error> for CmsError {
    fn from(why: der::Error) -> Self {
        Self::Malformed(why.to_string())
    }
}

/// What a signature says when it is held against some content. Each fact stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CmsVerdict {
    /// Whose certificate the signature names, and is bound to.
    pub signer: Certificate,
    /// Certificates that came along.
    pub carried: Vec<Certificate>,
    /// Whether the content is the one that was signed.
    pub digest_ok: bool,
    /// Whether the signer's key made the signature.
    pub signature_ok: bool,
    /// Whether the certificate leads to a trusted root, at the moment that was asked for.
    pub chain: Chain,
    /// The time-stamp token over the signature's value, if it carries one.
    pub timestamp: Option<Result<Stamp, TimestampError>>,
}

impl CmsVerdict {
    /// Whether content, signature and signer all hold.
    pub const fn holds(&self) -> bool {
        self.digest_ok && self.signature_ok && self.chain.is_trusted()
    }
}

#[derive(Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

#[derive(Sequence)]
struct EssCertIdV2 {
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    cert_hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

#[derive(Sequence)]
struct AlgorithmProtection {
    digest_algorithm: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    signature_algorithm: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    mac_algorithm: Option<AlgorithmIdentifierOwned>,
}

/// Signs some content. The answer does not hold the content, only its digest.
///
/// # Errors
/// [`CmsError`] when the key fails.
pub fn sign(identity: &Identity, content: &[u8]) -> Result<Vec<u8>, CmsError> {
    sign_parts(identity, &[content])
}

/// As [`sign`], over parts that follow each other.
pub(crate) fn sign_parts(identity: &Identity, parts: &[&[u8]]) -> Result<Vec<u8>, CmsError> {
    let key = identity.key();
    let digest = key.digest();
    let signature_algorithm = key.signature_algorithm();
    let signed = signed_attributes(identity, digest, &digest.hash(parts))?;
    let signature = OctetString::new(key.sign(&signed.to_der()?)?)?;
    let tbs = identity.certificate().x509().tbs_certificate();
    let sid = SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
        issuer: tbs.issuer().clone(),
        serial_number: tbs.serial_number().clone(),
    });
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid,
        digest_alg: digest.algorithm(),
        signed_attrs: Some(signed),
        signature_algorithm,
        signature,
        unsigned_attrs: None,
    };
    // A root proves nothing by coming along, and poppler distrusts a second signature that brings the same one again.
    let above = identity.chain().iter().filter(|one| !one.names_as_issuer(one));
    let certificates = core::iter::once(identity.certificate()).chain(above);
    let certificates: Vec<_> = certificates.map(|one| CertificateChoices::Certificate(one.x509().clone())).collect();
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![digest.algorithm()])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: rfc5911::ID_DATA, econtent: None },
        certificates: Some(CertificateSet::try_from(certificates)?),
        crls: None,
        signer_infos: SignerInfos::try_from(vec![signer])?,
    };
    let content = Any::encode_from(&data)?;
    Ok(ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content }.to_der()?)
}

fn signed_attributes(identity: &Identity, digest: Digest, content_hash: &[u8]) -> Result<Attributes, CmsError> {
    let hash_algorithm = (digest != Digest::Sha256).then(|| digest.algorithm());
    let cert_hash = OctetString::new(digest.hash(&[identity.certificate_der()]))?;
    let certs = vec![EssCertIdV2 { hash_algorithm, cert_hash, issuer_serial: None }];
    let protection = AlgorithmProtection {
        digest_algorithm: digest.algorithm(),
        signature_algorithm: Some(identity.key().signature_algorithm()),
        mac_algorithm: None,
    };
    let list = vec![
        attribute(rfc6268::ID_CONTENT_TYPE, &rfc5911::ID_DATA)?,
        attribute(rfc6268::ID_MESSAGE_DIGEST, &OctetString::new(content_hash)?)?,
        attribute(SIGNING_CERTIFICATE_V2, &SigningCertificateV2 { certs, policies: None })?,
        attribute(ALGORITHM_PROTECTION, &protection)?,
    ];
    Ok(SetOfVec::try_from(list)?)
}

fn attribute(oid: ObjectIdentifier, value: &impl Encode) -> Result<Attribute, der::Error> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![Any::from_der(&value.to_der()?)?])? })
}

/// Holds a signature against the content it is said to be over. The chain is judged at the moment `at`.
///
/// # Errors
/// [`CmsError`] when the bytes are no signature of a known kind. That the content was changed is no error: it is in
/// the verdict.
pub fn verify(cms: &[u8], content: &[u8], trust: &Trust, at: DateTime) -> Result<CmsVerdict, CmsError> {
    verify_parts(cms, &[content], trust, at)
}

/// As [`verify`], over parts that follow each other.
pub(crate) fn verify_parts(cms: &[u8], parts: &[&[u8]], trust: &Trust, at: DateTime) -> Result<CmsVerdict, CmsError> {
    let data = parse(cms)?;
    if data.encap_content_info.econtent.is_some() {
        return Err(CmsError::NotCades("it carries content of its own, instead of being detached"));
    }
    let Signed { signer, carried, digest_ok, signature_ok } = check(&data, parts)?;
    let value = signature_value(&data)?;
    let timestamp = token(&data)?.map(|token| timestamp::read(&token, &[value], trust));
    let chain = trust.check(&signer, &carried, at);
    Ok(CmsVerdict { signer, carried, digest_ok, signature_ok, chain, timestamp })
}

/// The SHA-256 of a signature's value: what a time-stamp token for it is over.
///
/// # Errors
/// [`CmsError`] when the bytes are no signature.
pub(crate) fn imprint(cms: &[u8]) -> Result<[u8; 32], CmsError> {
    Ok(sha256(signature_value(&parse(cms)?)?))
}

/// The same signature with a time-stamp token beside it (RFC 3161 appendix A). No signed byte is touched.
///
/// # Errors
/// [`CmsError`] when one of both cannot be read.
pub(crate) fn with_timestamp(cms: &[u8], token: &[u8]) -> Result<Vec<u8>, CmsError> {
    let mut data = parse(cms)?;
    let [signer] = data.signer_infos.0.as_slice() else {
        return Err(CmsError::Unsupported(format!("{} signers in one signature", data.signer_infos.0.len())));
    };
    let values = SetOfVec::try_from(vec![Any::from_der(token)?])?;
    let stamped = SignerInfo {
        unsigned_attrs: Some(SetOfVec::try_from(vec![Attribute { oid: TIMESTAMP_TOKEN, values }])?),
        ..signer.clone()
    };
    data.signer_infos = SignerInfos::try_from(vec![stamped])?;
    let content = Any::encode_from(&data)?;
    Ok(ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content }.to_der()?)
}

fn signature_value(data: &SignedData) -> Result<&[u8], CmsError> {
    match data.signer_infos.0.as_slice() {
        [signer] => Ok(signer.signature.as_bytes()),
        other => Err(CmsError::Unsupported(format!("{} signers in one signature", other.len()))),
    }
}

/// The one token beside the signature. Nothing else may stand there: no signature covers it.
fn token(data: &SignedData) -> Result<Option<Vec<u8>>, CmsError> {
    let attributes =
        data.signer_infos.0.iter().flat_map(|signer| signer.unsigned_attrs.iter().flat_map(|set| set.iter()));
    let attributes: Vec<&Attribute> = attributes.collect();
    match attributes.as_slice() {
        [] => Ok(None),
        [one] if one.oid == TIMESTAMP_TOKEN => match one.values.as_slice() {
            [value] => Ok(Some(value.to_der()?)),
            _ => Err(CmsError::NotCades("it does not carry one time-stamp token, but none or several")),
        },
        _ => Err(CmsError::NotCades(
            "something other than one time-stamp token stands beside the signature, where nothing covers it",
        )),
    }
}

/// A signature held against its content; whether anybody vouches for the signer is asked elsewhere.
pub(crate) struct Signed {
    pub(crate) signer: Certificate,
    pub(crate) carried: Vec<Certificate>,
    pub(crate) digest_ok: bool,
    pub(crate) signature_ok: bool,
}

pub(crate) fn check(data: &SignedData, parts: &[&[u8]]) -> Result<Signed, CmsError> {
    let [signer] = data.signer_infos.0.as_slice() else {
        return Err(CmsError::Unsupported(format!("{} signers in one signature", data.signer_infos.0.len())));
    };
    let oid = signer.digest_alg.oid;
    let digest = Digest::from_oid(oid).ok_or_else(|| CmsError::Unsupported(format!("the digest {oid}")))?;
    check_frame(data, signer)?;
    let attributes = signer.signed_attrs.as_ref().ok_or(CmsError::NotCades("it has no signed attributes"))?;
    let mut certificates = certificates(data)?;
    let own = certificates.iter().position(|one| identifies(&signer.sid, one));
    let own = own.ok_or(CmsError::NotCades("the signer's certificate is not in it"))?;
    let certificate = certificates.swap_remove(own);

    check_attributes(attributes, signer, &data.encap_content_info.econtent_type, &certificate)?;
    let message_digest: OctetString = single(attributes, rfc6268::ID_MESSAGE_DIGEST)?;
    let digest_ok = message_digest.as_bytes() == digest.hash(parts).as_slice();
    let named = &signer.signature_algorithm;
    let algorithm = algorithm_for(certificate.spki(), digest, named)
        .ok_or_else(|| CmsError::Unsupported(format!("the signature algorithm {} with this key", named.oid)))?;
    let public_key = certificate.spki().subject_public_key.raw_bytes();
    let signed = attributes.to_der()?;
    let signature_ok = algorithm.verify_signature(public_key, &signed, signer.signature.as_bytes()).is_ok();
    Ok(Signed { signer: certificate, carried: certificates, digest_ok, signature_ok })
}

pub(crate) fn parse(cms: &[u8]) -> Result<SignedData, CmsError> {
    if cms.len() > MAX_CMS_BYTES {
        return Err(CmsError::Malformed(format!("{} bytes are too many", cms.len())));
    }
    let info = ContentInfo::from_der(cms)?;
    if info.content_type != rfc5911::ID_SIGNED_DATA {
        return Err(CmsError::Malformed(format!("its content type is {}", info.content_type)));
    }
    Ok(info.content.decode_as::<SignedData>()?)
}

fn certificates(data: &SignedData) -> Result<Vec<Certificate>, CmsError> {
    let mut found = Vec::new();
    for choice in data.certificates.iter().flat_map(|set| set.0.iter()).take(MAX_CERTIFICATES) {
        if let CertificateChoices::Certificate(one) = choice {
            found.push(Certificate::from_der(&one.to_der()?)?);
        }
    }
    Ok(found)
}

fn identifies(sid: &SignerIdentifier, certificate: &Certificate) -> bool {
    let tbs = certificate.x509().tbs_certificate();
    match sid {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            named.issuer == *tbs.issuer() && named.serial_number == *tbs.serial_number()
        }
        SignerIdentifier::SubjectKeyIdentifier(named) => {
            matches!(tbs.get_extension::<SubjectKeyIdentifier>(), Ok(Some((_, own))) if own == *named)
        }
    }
}

/// What stands around the signed attributes is covered by nothing, so it has to be what RFC 5652 (sections 5.1 and 5.3)
/// makes of the rest.
fn check_frame(data: &SignedData, signer: &SignerInfo) -> Result<(), CmsError> {
    let of_signer = match signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
        SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
    };
    let plain = data.encap_content_info.econtent_type == rfc5911::ID_DATA && of_signer == CmsVersion::V1;
    let of_data = if plain { CmsVersion::V1 } else { CmsVersion::V3 };
    if signer.version != of_signer || data.version != of_data {
        return Err(CmsError::Malformed("its version is not that of what it holds".to_owned()));
    }
    match data.digest_algorithms.iter().any(|one| one.oid == signer.digest_alg.oid) {
        true => Ok(()),
        false => Err(CmsError::Malformed("it does not list the digest that it uses".to_owned())),
    }
}

/// The rules of EN 319 122-1 section 5.2 that tie a signature to its content type, its algorithms and its certificate.
fn check_attributes(
    attributes: &Attributes,
    signer: &SignerInfo,
    content_type: &ObjectIdentifier,
    certificate: &Certificate,
) -> Result<(), CmsError> {
    let named: ObjectIdentifier = single(attributes, rfc6268::ID_CONTENT_TYPE)?;
    if named != *content_type {
        return Err(CmsError::NotCades("the content type it signed is not the one it has"));
    }
    let bound: SigningCertificateV2 = single(attributes, SIGNING_CERTIFICATE_V2)
        .map_err(|_| CmsError::NotCades("it is not bound to a certificate (no signing-certificate-v2)"))?;
    let first = bound.certs.first().ok_or(CmsError::NotCades("it is bound to no certificate"))?;
    let digest = match &first.hash_algorithm {
        None => Digest::Sha256,
        Some(named) => Digest::from_oid(named.oid)
            .ok_or_else(|| CmsError::Unsupported(format!("the certificate hash {}", named.oid)))?,
    };
    if first.cert_hash.as_bytes() != digest.hash(&[certificate.der()]).as_slice() {
        return Err(CmsError::NotCades("it is bound to another certificate than the one it carries"));
    }
    if attributes.iter().any(|one| one.oid == ALGORITHM_PROTECTION) {
        let protection: AlgorithmProtection = single(attributes, ALGORITHM_PROTECTION)?;
        let same = protection.digest_algorithm.oid == signer.digest_alg.oid
            && protection.signature_algorithm.is_some_and(|one| one.oid == signer.signature_algorithm.oid);
        if !same {
            return Err(CmsError::NotCades("it was signed with other algorithms than it names"));
        }
    }
    Ok(())
}

/// The one value of an attribute that must be there once.
fn single<T: for<'a> der::Decode<'a, Error = der::Error> + der::FixedTag>(
    attributes: &Attributes,
    oid: ObjectIdentifier,
) -> Result<T, CmsError> {
    let mut found = attributes.iter().filter(|one| one.oid == oid);
    let (Some(one), None) = (found.next(), found.next()) else {
        return Err(CmsError::NotCades("a signed attribute that must be there once is missing or doubled"));
    };
    match one.values.as_slice() {
        [value] => Ok(T::from_der(&value.to_der()?)?),
        _ => Err(CmsError::NotCades("a signed attribute does not have one value")),
    }
}
