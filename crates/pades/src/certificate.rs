//! A certificate as a value to show and compare, and the making of new ones (RFC 5280).
//! Whether a certificate is to be believed is not decided here: see `trust`.

use core::fmt;

use const_oid::ObjectIdentifier;
use const_oid::db::{rfc3280, rfc4519, rfc5280};
use der::asn1::{BitString, Ia5String, OctetString, SetOfVec, Uint, Utf8StringRef};
use der::{Any, Decode, DecodePem, Encode, Sequence};
use p256::elliptic_curve::rand_core::CryptoRng;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::{DirectoryString, DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints, ExtendedKeyUsage,
    KeyUsage, KeyUsages, SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::name::Name;
use x509_cert::time::{Time, Validity as X509Validity};

use crate::crypto::{KeyError, KeyPair, PublicKey, sha256};

/// A moment in UTC, in whole seconds, as certificates know them.
pub use der::DateTime;

/// id-kp-documentSigning (RFC 9336).
pub(crate) const DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");
/// id-ad-ocsp (RFC 5280 section 4.2.2.1).
const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
/// What an application's certificate has as its organisational unit, and a person's never has.
const APPLICATION_UNIT: &str = "Application";
const MAX_CERTIFICATE_BYTES: usize = 64 * 1024;

/// What can go wrong with a certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The bytes are no X.509 certificate.
    #[error("not an X.509 certificate ({0}); give one in DER or PEM")]
    Malformed(String),
    /// A name that a certificate cannot carry.
    #[error("{field} {why}")]
    Name {
        /// Which part of the subject.
        field: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A validity that ends before it begins.
    #[error("the certificate would end ({not_after}) before it begins ({not_before})")]
    Validity {
        /// Asked beginning.
        not_before: DateTime,
        /// Asked end.
        not_after: DateTime,
    },
    /// A private key of another certificate.
    #[error("the private key does not belong to the certificate of {subject}; take the pair that was made together")]
    KeyMismatch {
        /// Whose certificate it is.
        subject: String,
    },
    /// A certificate that may not issue others.
    #[error("the certificate of {subject} is not an authority's: it may sign, but not issue certificates")]
    NotAnAuthority {
        /// Whose certificate it is.
        subject: String,
    },
    /// The key failed.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl From<der::Error> for CertificateError {
    fn from(why: der::Error) -> Self {
        Self::Malformed(why.to_string())
    }
}

/// Who a certificate is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The name that people read (CN).
    pub common_name: String,
    /// Mail address, kept as subject alternative name.
    pub email: Option<String>,
    /// The organisation (O).
    pub organisation: Option<String>,
}

/// From when until when a certificate holds, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First second.
    pub not_before: DateTime,
    /// Last second.
    pub not_after: DateTime,
}

/// What kind of signer a certificate stands for. A person and an application are never mixed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A human being who signs knowingly.
    Person,
    /// An installation, which signs what it stores without anybody being asked.
    Application,
}

/// The SHA-256 of a certificate's DER, which people compare; shown as lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// An X.509 certificate: the exact bytes, and what they say.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    parsed: x509_cert::Certificate,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, {})", self.subject(), self.fingerprint())
    }
}

impl Certificate {
    /// Reads one certificate in DER.
    ///
    /// # Errors
    /// [`CertificateError::Malformed`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::Malformed(format!("{} bytes are too many", der.len())));
        }
        Ok(Self { der: der.to_vec(), parsed: x509_cert::Certificate::from_der(der)? })
    }

    /// Reads every certificate of a PEM text (RFC 7468); text between them is passed over.
    ///
    /// # Errors
    /// [`CertificateError::Malformed`] when a block is damaged, or there is none.
    pub fn from_pem(text: &str) -> Result<Vec<Self>, CertificateError> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        const END: &str = "-----END CERTIFICATE-----";
        let mut found = Vec::new();
        let mut rest = text;
        while let Some((_, from)) = rest.split_once(BEGIN) {
            let Some((body, after)) = from.split_once(END) else {
                return Err(CertificateError::Malformed("a PEM block has no end".to_owned()));
            };
            let lines: Vec<&str> = body.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            let block = format!("{BEGIN}\n{}\n{END}\n", lines.join("\n"));
            found.push(Self::from_der(&x509_cert::Certificate::from_pem(block)?.to_der()?)?);
            rest = after;
        }
        if found.is_empty() {
            Err(CertificateError::Malformed("no PEM certificate in it".to_owned()))
        } else {
            Ok(found)
        }
    }

    /// The exact bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate as a block that is to be believed about the time alone, as `openssl x509 -trustout -addtrust timeStamping`
    /// writes it: behind the certificate stands the list of purposes.
    pub fn pem_for_time(&self) -> String {
        const PURPOSES: [u8; 14] = [0x30, 12, 0x30, 10, 0x06, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8];
        let bytes = [self.der.as_slice(), &PURPOSES].concat();
        der::pem::encode_string("TRUSTED CERTIFICATE", der::pem::LineEnding::LF, &bytes).unwrap_or_default()
    }

    /// The certificate as a PEM block, with a line break at its end.
    pub fn pem(&self) -> String {
        use der::EncodePem;
        self.parsed.to_pem(der::pem::LineEnding::LF).unwrap_or_default()
    }

    pub(crate) fn x509(&self) -> &x509_cert::Certificate {
        &self.parsed
    }

    /// Whether it is for the same key as another one.
    pub fn has_key_of(&self, other: &Self) -> bool {
        self.spki() == other.spki()
    }

    pub(crate) fn spki(&self) -> &SubjectPublicKeyInfoOwned {
        self.parsed.tbs_certificate().subject_public_key_info()
    }

    /// The name that people read: the common name, or the whole subject when it has none.
    pub fn common_name(&self) -> String {
        text_of(self.parsed.tbs_certificate().subject(), rfc4519::CN).unwrap_or_else(|| self.subject())
    }

    /// The organisation, when the certificate names one.
    pub fn organisation(&self) -> Option<String> {
        text_of(self.parsed.tbs_certificate().subject(), rfc4519::O)
    }

    /// The mail address: from the subject alternative name, else from the subject.
    pub fn email(&self) -> Option<String> {
        let names = self.parsed.tbs_certificate().get_extension::<SubjectAltName>().ok().flatten();
        let named = names.and_then(|(_, names)| {
            names.0.iter().find_map(|name| match name {
                GeneralName::Rfc822Name(mail) => Some(mail.as_str().to_owned()),
                _ => None,
            })
        });
        named.or_else(|| text_of(self.parsed.tbs_certificate().subject(), rfc3280::EMAIL_ADDRESS))
    }

    /// The whole subject (RFC 4514).
    pub fn subject(&self) -> String {
        self.parsed.tbs_certificate().subject().to_string()
    }

    /// The whole issuer (RFC 4514).
    pub fn issuer(&self) -> String {
        self.parsed.tbs_certificate().issuer().to_string()
    }

    /// The serial number in lower-case hexadecimal.
    pub fn serial(&self) -> String {
        self.parsed.tbs_certificate().serial_number().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The SHA-256 of the exact bytes.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(sha256(&self.der))
    }

    /// From when until when it holds.
    pub fn validity(&self) -> Validity {
        let validity = self.parsed.tbs_certificate().validity();
        Validity { not_before: validity.not_before.to_date_time(), not_after: validity.not_after.to_date_time() }
    }

    /// Whether it stands for a person or an application.
    pub fn purpose(&self) -> Purpose {
        let unit = text_of(self.parsed.tbs_certificate().subject(), rfc4519::OU);
        if unit.as_deref() == Some(APPLICATION_UNIT) { Purpose::Application } else { Purpose::Person }
    }

    /// Whether it may issue other certificates (basicConstraints).
    pub fn is_authority(&self) -> bool {
        let found = self.parsed.tbs_certificate().get_extension::<BasicConstraints>();
        matches!(found, Ok(Some((_, BasicConstraints { ca: true, .. }))))
    }

    /// Where its issuer's revocation lists are, by HTTP (RFC 5280 section 4.2.1.13).
    pub fn revocation_lists(&self) -> Vec<String> {
        let found = self.parsed.tbs_certificate().get_extension::<CrlDistributionPoints>().ok().flatten();
        let points = found.map(|(_, points)| points.0).unwrap_or_default();
        let names = points.into_iter().filter_map(|point| match point.distribution_point {
            Some(DistributionPointName::FullName(names)) => Some(names),
            _ => None,
        });
        names.flatten().filter_map(|name| web_address(&name)).collect()
    }

    /// Where its issuer is asked whether it still holds, by HTTP (OCSP, RFC 5280 section 4.2.2.1).
    pub fn responders(&self) -> Vec<String> {
        let found = self.parsed.tbs_certificate().get_extension::<AuthorityInfoAccessSyntax>().ok().flatten();
        let ways = found.map(|(_, ways)| ways.0).unwrap_or_default();
        let asked = ways.iter().filter(|way| way.access_method == OCSP);
        asked.filter_map(|way| web_address(&way.access_location)).collect()
    }

    /// Whether its key usage, when it has one, lets it sign documents.
    pub(crate) fn may_sign(&self) -> bool {
        match self.parsed.tbs_certificate().get_extension::<KeyUsage>() {
            Ok(Some((_, usage))) => usage.digital_signature() || usage.non_repudiation(),
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// Whether `other` names this certificate as its issuer, and is another one. Names only: no signature is checked.
    pub fn is_issuer_of(&self, other: &Self) -> bool {
        self != other && other.parsed.tbs_certificate().issuer() == self.parsed.tbs_certificate().subject()
    }

    /// Whether `other` names this certificate's issuer. Names only: no signature is checked.
    pub(crate) fn names_as_issuer(&self, other: &Self) -> bool {
        self.parsed.tbs_certificate().issuer() == other.parsed.tbs_certificate().subject()
    }
}

fn web_address(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(address) => {
            let address = address.as_str();
            (address.starts_with("http://") || address.starts_with("https://")).then(|| address.to_owned())
        }
        _ => None,
    }
}

pub(crate) fn text_of(name: &Name, oid: ObjectIdentifier) -> Option<String> {
    let value = &name.iter().find(|part| part.oid == oid)?.value;
    match value.decode_as::<DirectoryString>() {
        Ok(text) => Some(text.value().into_owned()),
        Err(_) => value.decode_as::<Ia5String>().ok().map(|text| text.to_string()),
    }
}

/// What a new certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Authority,
    Signer(Purpose),
}

#[derive(Sequence)]
struct TbsCertificate {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: u8,
    serial_number: Uint,
    signature: AlgorithmIdentifierOwned,
    issuer: Name,
    validity: X509Validity,
    subject: Name,
    subject_public_key_info: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    extensions: Vec<Extension>,
}

#[derive(Sequence)]
struct SignedCertificate {
    tbs: TbsCertificate,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

/// Makes and signs a certificate for `key`. Without an `issuer` it is signed by the same key, under its own name.
pub(crate) fn issue(
    subject: &Subject,
    role: Role,
    key: &PublicKey,
    validity: Validity,
    issuer: Option<&Certificate>,
    signer: &KeyPair,
    rng: &mut impl CryptoRng,
) -> Result<Certificate, CertificateError> {
    let Validity { not_before, not_after } = validity;
    if not_after <= not_before {
        return Err(CertificateError::Validity { not_before, not_after });
    }
    let name = distinguished_name(subject, role)?;
    let issuer_name = issuer.map_or_else(|| name.clone(), |one| one.parsed.tbs_certificate().subject().clone());
    let issuer_key = issuer.map_or_else(|| key.spki(), Certificate::spki);
    let tbs = TbsCertificate {
        version: 2,
        serial_number: serial_number(rng)?,
        signature: signer.signature_algorithm(),
        issuer: issuer_name,
        validity: X509Validity::new(time(not_before), time(not_after)),
        subject: name,
        subject_public_key_info: key.spki().clone(),
        extensions: extensions(subject, role, key.spki(), issuer_key)?,
    };
    let signature = BitString::from_bytes(&signer.sign(&tbs.to_der()?)?)?;
    let algorithm = signer.signature_algorithm();
    Certificate::from_der(&SignedCertificate { tbs, algorithm, signature }.to_der()?)
}

fn time(at: DateTime) -> Time {
    Time::GeneralTime(der::asn1::GeneralizedTime::from_date_time(at))
}

/// 127 random bits: positive, and within the 20 bytes of RFC 5280 section 4.1.2.2.
fn serial_number(rng: &mut impl CryptoRng) -> Result<Uint, der::Error> {
    let mut bytes = [0u8; 16];
    rng.fill_bytes(&mut bytes);
    bytes[0] = bytes[0] & 0x7f | 0x40;
    Uint::new(&bytes)
}

fn distinguished_name(subject: &Subject, role: Role) -> Result<Name, CertificateError> {
    let mut parts = Vec::new();
    if let Some(organisation) = &subject.organisation {
        parts.push((rfc4519::O, checked("the organisation", organisation)?));
    }
    if role == Role::Signer(Purpose::Application) {
        parts.push((rfc4519::OU, APPLICATION_UNIT));
    }
    parts.push((rfc4519::CN, checked("the name", &subject.common_name)?));
    let mut name: Vec<SetOfVec<AttributeTypeAndValue>> = Vec::new();
    for (oid, value) in parts {
        let value = Any::encode_from(&Utf8StringRef::new(value)?)?;
        name.push(SetOfVec::try_from(vec![AttributeTypeAndValue { oid, value }])?);
    }
    Ok(Name::from_der(&name.to_der()?)?)
}

/// Upper bounds of RFC 5280 appendix A.1: 64 characters; and nothing that a person cannot see.
pub(crate) fn checked<'a>(field: &'static str, value: &'a str) -> Result<&'a str, CertificateError> {
    let why = match value {
        _ if value.trim().is_empty() => "is empty",
        _ if value.chars().count() > 64 => "is longer than 64 characters",
        _ if value.chars().any(hidden) => "has characters in it that cannot be seen",
        _ => return Ok(value),
    };
    Err(CertificateError::Name { field, why })
}

/// A mail address of plain ASCII.
pub(crate) fn plain_mail(email: &str) -> Result<&str, CertificateError> {
    let plain = email.is_ascii() && email.contains('@') && !email.chars().any(|c| c.is_control() || c == ' ');
    if plain {
        Ok(email)
    } else {
        Err(CertificateError::Name { field: "the mail address", why: "is no plain mail address" })
    }
}

/// Control characters, and those that turn the direction of text: a name must look like what it is.
fn hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn extensions(
    subject: &Subject,
    role: Role,
    key: &SubjectPublicKeyInfoOwned,
    issuer_key: &SubjectPublicKeyInfoOwned,
) -> Result<Vec<Extension>, CertificateError> {
    let authority = role == Role::Authority;
    let usage = match role {
        Role::Authority => KeyUsages::KeyCertSign | KeyUsages::CRLSign | KeyUsages::DigitalSignature,
        Role::Signer(_) => KeyUsages::DigitalSignature | KeyUsages::NonRepudiation,
    };
    let mut list = vec![
        extension(
            rfc5280::ID_CE_BASIC_CONSTRAINTS,
            true,
            &BasicConstraints { ca: authority, path_len_constraint: None },
        )?,
        extension(rfc5280::ID_CE_KEY_USAGE, true, &KeyUsage(usage))?,
    ];
    if !authority {
        // Poppler calls a certificate with documentSigning alone corrupted; with emailProtection beside it, trusted.
        let purposes = ExtendedKeyUsage(vec![DOCUMENT_SIGNING, rfc5280::ID_KP_EMAIL_PROTECTION]);
        list.push(extension(rfc5280::ID_CE_EXT_KEY_USAGE, false, &purposes)?);
    }
    let own = SubjectKeyIdentifier(key_identifier(key)?);
    list.push(extension(rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER, false, &own)?);
    let issuer = AuthorityKeyIdentifier { key_identifier: Some(key_identifier(issuer_key)?), ..Default::default() };
    list.push(extension(rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER, false, &issuer)?);
    if let Some(email) = &subject.email {
        let mail = Ia5String::new(plain_mail(email)?)?;
        let names = SubjectAltName(vec![GeneralName::Rfc822Name(mail)]);
        list.push(extension(rfc5280::ID_CE_SUBJECT_ALT_NAME, false, &names)?);
    }
    Ok(list)
}

fn extension(extn_id: ObjectIdentifier, critical: bool, value: &impl Encode) -> Result<Extension, der::Error> {
    Ok(Extension { extn_id, critical, extn_value: OctetString::new(value.to_der()?)? })
}

/// Method 1 of RFC 7093: the leftmost 160 bits of the SHA-256 of the public key.
fn key_identifier(key: &SubjectPublicKeyInfoOwned) -> Result<OctetString, der::Error> {
    let hash = sha256(key.subject_public_key.raw_bytes());
    OctetString::new(&hash[..20])
}
