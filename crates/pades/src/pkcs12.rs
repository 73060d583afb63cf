//! PKCS#12 files (RFC 7292): a private key under a passphrase, with its certificates.
//! Written: PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC, and an HMAC-SHA-256 over all. Read: what OpenSSL 3 writes.
//! Not read: the RC2 and 3DES schemes of old software; their files have to be exported anew.

use cms::content_info::ContentInfo;
use cms::encrypted_data::EncryptedData;
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5911, rfc5912};
use der::asn1::{OctetString, SetOfVec};
use der::{Any, Decode, Encode, Sequence};
use hmac::{Hmac, KeyInit, Mac};
use p256::elliptic_curve::rand_core::CryptoRng;
use pkcs5::pbes2;
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::Attribute;
use zeroize::Zeroizing;

use crate::certificate::{Certificate, CertificateError};
use crate::crypto::{Digest, KeyError, KeyPair, sha256};

/// Rounds of key derivation in files that are written here (OWASP's figure for PBKDF2-HMAC-SHA-256).
pub const ITERATIONS: u32 = 600_000;
/// More rounds than this in a file are refused: it would hang the reader.
const MAX_ITERATIONS: u32 = 10_000_000;
const MAX_FILE_BYTES: usize = 1 << 20;
const MAX_BAGS: usize = 100;

const SHROUDED_KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
const CERT_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
const X509_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");
const LOCAL_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.21");

/// What can go wrong with a PKCS#12 file.
#[derive(Debug, thiserror::Error)]
pub enum Pkcs12Error {
    /// The passphrase does not fit the file.
    #[error("wrong passphrase, or the file was changed")]
    WrongPassphrase,
    /// A file without protection is asked for.
    #[error("the passphrase is empty; choose one")]
    EmptyPassphrase,
    /// The bytes are no PKCS#12 file in DER.
    #[error("not a PKCS#12 file, or a damaged one ({0}); give a .p12 or .pfx file")]
    Malformed(String),
    /// The file is protected in a way that is not read here.
    #[error(
        "the file is protected with {0}, which is not supported; open it with `openssl pkcs12 -legacy -nodes` and export it again with `openssl pkcs12 -export`"
    )]
    Unsupported(String),
    /// The file asks for more work than is reasonable.
    #[error("the file asks for {0} rounds of key derivation; at most {MAX_ITERATIONS} are done")]
    TooCostly(u32),
    /// The file lacks the key or its certificate.
    #[error("the file holds no {0}; export the key together with its certificate")]
    Missing(&'static str),
    /// The key is of no use.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The certificate is of no use.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

impl From<der::Error> for Pkcs12Error {
    fn from(why: der::Error) -> Self {
        Self::Malformed(why.to_string())
    }
}

#[derive(Sequence)]
struct Pfx {
    version: u8,
    auth_safe: ContentInfo,
    #[asn1(optional = "true")]
    mac_data: Option<MacData>,
}

#[derive(Sequence)]
struct MacData {
    mac: DigestInfo,
    salt: OctetString,
    #[asn1(default = "one_iteration")]
    iterations: u32,
}

fn one_iteration() -> u32 {
    1
}

#[derive(Sequence)]
struct DigestInfo {
    algorithm: AlgorithmIdentifierOwned,
    digest: OctetString,
}

#[derive(Sequence)]
struct SafeBag {
    bag_id: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: Any,
    #[asn1(optional = "true")]
    attributes: Option<SetOfVec<Attribute>>,
}

#[derive(Sequence)]
struct CertBag {
    cert_id: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: OctetString,
}

#[derive(Sequence)]
struct EncryptedKey {
    algorithm: AlgorithmIdentifierOwned,
    data: OctetString,
}

pub(crate) struct Opened {
    pub(crate) key: KeyPair,
    pub(crate) certificate: Certificate,
    pub(crate) chain: Vec<Certificate>,
}

/// Opens a file, checks its MAC, and finds the certificate that belongs to its key.
pub(crate) fn open(file: &[u8], passphrase: &str) -> Result<Opened, Pkcs12Error> {
    let pfx = parse(file)?;
    let safe_bytes = pfx.auth_safe.content.decode_as::<OctetString>()?;
    let mac = pfx.mac_data.ok_or(Pkcs12Error::Unsupported("no passphrase MAC".to_owned()))?;
    check_mac(&mac, passphrase, safe_bytes.as_bytes())?;
    let bags = bags(safe_bytes.as_bytes(), Some(passphrase))?;
    let key = bags.keys.first().ok_or(Pkcs12Error::Missing("private key"))?;
    let key = KeyPair::from_pkcs8(key)?;
    let mut certificates = bags.certificates;
    let own = certificates.iter().position(|one| one.spki() == key.public_key().spki());
    let certificate = certificates.swap_remove(own.ok_or(Pkcs12Error::Missing("certificate for its key"))?);
    let chain = ordered_chain(&certificate, certificates);
    Ok(Opened { key, certificate, chain })
}

/// The certificates that can be read without the passphrase. Nothing vouches for them.
///
/// # Errors
/// [`Pkcs12Error`] when the file is damaged. A file that hides its certificates gives an empty list.
pub fn peek(file: &[u8]) -> Result<Vec<Certificate>, Pkcs12Error> {
    let content = parse(file)?.auth_safe.content.decode_as::<OctetString>()?;
    Ok(bags(content.as_bytes(), None)?.certificates)
}

fn parse(file: &[u8]) -> Result<Pfx, Pkcs12Error> {
    if file.len() > MAX_FILE_BYTES {
        return Err(Pkcs12Error::Malformed(format!("{} bytes are too many", file.len())));
    }
    let pfx = Pfx::from_der(file)?;
    match (pfx.version, pfx.auth_safe.content_type) {
        (3, rfc5911::ID_DATA) => Ok(pfx),
        (3, _) => Err(Pkcs12Error::Unsupported("a public key instead of a passphrase".to_owned())),
        (version, _) => Err(Pkcs12Error::Malformed(format!("version {version}"))),
    }
}

fn ordered_chain(leaf: &Certificate, mut rest: Vec<Certificate>) -> Vec<Certificate> {
    let mut chain: Vec<Certificate> = Vec::new();
    loop {
        let last = chain.last().unwrap_or(leaf);
        match rest.iter().position(|one| last.names_as_issuer(one) && one != last) {
            Some(next) => chain.push(rest.swap_remove(next)),
            None => return chain,
        }
    }
}

#[derive(Default)]
struct Bags {
    keys: Vec<Zeroizing<Vec<u8>>>,
    certificates: Vec<Certificate>,
}

/// Reads the bags; without a passphrase, only those that stand open.
fn bags(auth_safe: &[u8], passphrase: Option<&str>) -> Result<Bags, Pkcs12Error> {
    let mut found = Bags::default();
    for safe in Vec::<ContentInfo>::from_der(auth_safe)? {
        let contents = match safe.content_type {
            rfc5911::ID_DATA => Zeroizing::new(safe.content.decode_as::<OctetString>()?.into_bytes().into_vec()),
            rfc5911::ID_ENCRYPTED_DATA => {
                let Some(passphrase) = passphrase else { continue };
                let inner = safe.content.decode_as::<EncryptedData>()?.enc_content_info;
                let data = inner.encrypted_content.ok_or(Pkcs12Error::Missing("encrypted content"))?;
                decrypt(&inner.content_enc_alg, data.as_bytes(), passphrase)?
            }
            _ => continue,
        };
        let list = Vec::<SafeBag>::from_der(&contents)?;
        if list.len() > MAX_BAGS {
            return Err(Pkcs12Error::Malformed(format!("{} entries are too many", list.len())));
        }
        for bag in list {
            match (bag.bag_id, passphrase) {
                (CERT_BAG, _) => {
                    let bag = bag.value.decode_as::<CertBag>()?;
                    if bag.cert_id == X509_CERTIFICATE {
                        found.certificates.push(Certificate::from_der(bag.value.as_bytes())?);
                    }
                }
                (SHROUDED_KEY_BAG, Some(passphrase)) => {
                    let key = bag.value.decode_as::<EncryptedKey>()?;
                    found.keys.push(decrypt(&key.algorithm, key.data.as_bytes(), passphrase)?);
                }
                (KEY_BAG, Some(_)) => found.keys.push(Zeroizing::new(bag.value.to_der()?)),
                _ => {}
            }
        }
    }
    Ok(found)
}

fn decrypt(algorithm: &AlgorithmIdentifierOwned, data: &[u8], pass: &str) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
    let unsupported = || Pkcs12Error::Unsupported(format!("the algorithm {}", algorithm.oid));
    if algorithm.oid != pbes2::PBES2_OID {
        return Err(unsupported());
    }
    let parameters = algorithm.parameters.as_ref().ok_or_else(unsupported)?.to_der()?;
    let parameters = pbes2::Parameters::from_der(&parameters)?;
    let rounds = parameters.kdf.pbkdf2().ok_or_else(unsupported)?.iteration_count;
    if rounds > MAX_ITERATIONS {
        return Err(Pkcs12Error::TooCostly(rounds));
    }
    match parameters.decrypt(pass.as_bytes(), data) {
        Ok(plain) => Ok(Zeroizing::new(plain)),
        Err(pkcs5::Error::DecryptFailed) => Err(Pkcs12Error::WrongPassphrase),
        Err(_) => Err(unsupported()),
    }
}

fn check_mac(mac: &MacData, passphrase: &str, data: &[u8]) -> Result<(), Pkcs12Error> {
    if mac.iterations > MAX_ITERATIONS {
        return Err(Pkcs12Error::TooCostly(mac.iterations));
    }
    let oid = mac.mac.algorithm.oid;
    let digest = Digest::from_oid(oid).ok_or_else(|| Pkcs12Error::Unsupported(format!("a MAC with {oid}")))?;
    let (salt, tag) = (mac.salt.as_bytes(), mac.mac.digest.as_bytes());
    let fits = match digest {
        Digest::Sha256 => {
            mac_of::<Hmac<sha2::Sha256>>(digest, passphrase, salt, mac.iterations, data)?.verify_slice(tag)
        }
        Digest::Sha384 => {
            mac_of::<Hmac<sha2::Sha384>>(digest, passphrase, salt, mac.iterations, data)?.verify_slice(tag)
        }
        Digest::Sha512 => {
            mac_of::<Hmac<sha2::Sha512>>(digest, passphrase, salt, mac.iterations, data)?.verify_slice(tag)
        }
    };
    fits.map_err(|_| Pkcs12Error::WrongPassphrase)
}

fn mac_of<M: Mac + KeyInit>(
    digest: Digest,
    passphrase: &str,
    salt: &[u8],
    iterations: u32,
    data: &[u8],
) -> Result<M, Pkcs12Error> {
    let key = match digest {
        Digest::Sha256 => mac_key::<sha2::Sha256>(passphrase, salt, iterations, 64),
        Digest::Sha384 => mac_key::<sha2::Sha384>(passphrase, salt, iterations, 128),
        Digest::Sha512 => mac_key::<sha2::Sha512>(passphrase, salt, iterations, 128),
    };
    let mut mac = <M as KeyInit>::new_from_slice(&key).map_err(|why| Pkcs12Error::Malformed(why.to_string()))?;
    mac.update(data);
    Ok(mac)
}

/// The MAC key of RFC 7292 appendix B.2. One block of hash output is all a MAC needs, so step 6 runs once.
fn mac_key<D: sha2::Digest>(passphrase: &str, salt: &[u8], iterations: u32, block: usize) -> Zeroizing<Vec<u8>> {
    let mut password = Zeroizing::new(Vec::with_capacity(passphrase.len() * 2 + 2));
    for unit in passphrase.encode_utf16().chain([0]) {
        password.extend_from_slice(&unit.to_be_bytes());
    }
    let filled = |bytes: &[u8]| -> Vec<u8> {
        let length = bytes.len().div_ceil(block) * block;
        bytes.iter().copied().cycle().take(length).collect()
    };
    let mut input = Zeroizing::new(vec![3u8; block]);
    input.extend_from_slice(&filled(salt));
    input.extend_from_slice(&Zeroizing::new(filled(&password)));
    let mut key = Zeroizing::new(D::digest(input.as_slice()).to_vec());
    for _ in 1..iterations {
        let next = D::digest(key.as_slice());
        key.copy_from_slice(&next);
    }
    key
}

/// Writes a file with one key and its certificates.
pub(crate) fn seal(
    key: &KeyPair,
    certificate: &Certificate,
    chain: &[Certificate],
    passphrase: &str,
    iterations: u32,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, Pkcs12Error> {
    if passphrase.is_empty() {
        return Err(Pkcs12Error::EmptyPassphrase);
    }
    let (mut salt, mut iv, mut mac_salt) = ([0u8; 32], [0u8; 16], [0u8; 32]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut iv);
    rng.fill_bytes(&mut mac_salt);
    let broken = |why: pkcs5::Error| Pkcs12Error::Malformed(why.to_string());
    let scheme = pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(iterations, &salt, iv).map_err(broken)?;
    let data = OctetString::new(scheme.encrypt(passphrase.as_bytes(), &key.to_pkcs8()?).map_err(broken)?)?;
    let algorithm = AlgorithmIdentifierOwned { oid: pbes2::PBES2_OID, parameters: Some(Any::encode_from(&scheme)?) };
    let local_id = sha256(certificate.der());

    let key_bags = vec![bag(SHROUDED_KEY_BAG, &EncryptedKey { algorithm, data }, Some(&local_id))?];
    let mut certificate_bags = Vec::new();
    for (index, one) in core::iter::once(certificate).chain(chain).enumerate() {
        let value = CertBag { cert_id: X509_CERTIFICATE, value: OctetString::new(one.der())? };
        certificate_bags.push(bag(CERT_BAG, &value, (index == 0).then_some(&local_id))?);
    }
    let safe = vec![data_content(&certificate_bags.to_der()?)?, data_content(&key_bags.to_der()?)?].to_der()?;
    let tag = mac_of::<Hmac<sha2::Sha256>>(Digest::Sha256, passphrase, &mac_salt, iterations, &safe)?.finalize();
    let algorithm = AlgorithmIdentifierOwned { oid: rfc5912::ID_SHA_256, parameters: Some(Any::null()) };
    let mac = DigestInfo { algorithm, digest: OctetString::new(tag.into_bytes().as_slice())? };
    let mac_data = MacData { mac, salt: OctetString::new(mac_salt.as_slice())?, iterations };
    Ok(Pfx { version: 3, auth_safe: data_content(&safe)?, mac_data: Some(mac_data) }.to_der()?)
}

fn data_content(bytes: &[u8]) -> Result<ContentInfo, der::Error> {
    Ok(ContentInfo { content_type: rfc5911::ID_DATA, content: Any::encode_from(&OctetString::new(bytes)?)? })
}

fn bag(bag_id: ObjectIdentifier, value: &impl Encode, local_id: Option<&[u8; 32]>) -> Result<SafeBag, der::Error> {
    let attributes = local_id.map(|id| {
        let values = SetOfVec::try_from(vec![Any::encode_from(&OctetString::new(id.as_slice())?)?])?;
        SetOfVec::try_from(vec![Attribute { oid: LOCAL_KEY_ID, values }])
    });
    Ok(SafeBag { bag_id, value: Any::from_der(&value.to_der()?)?, attributes: attributes.transpose()? })
}
