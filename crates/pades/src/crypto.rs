//! The algorithms that this crate signs and verifies with, each behind one small type.
//! What a certificate says, and who is trusted, is decided elsewhere.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912;
use der::asn1::Null;
use der::{Any, Decode, Encode};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::elliptic_curve::rand_core::CryptoRng;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::signature::SignatureEncoding;
use rsa::traits::PublicKeyParts;
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use zeroize::Zeroizing;

/// The shortest RSA modulus that is taken, in bits (NIST SP 800-131A: shorter ones are disallowed).
pub(crate) const MIN_RSA_BITS: u32 = 2048;

/// A hash function of the SHA-2 family (FIPS 180-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digest {
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    pub(crate) const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha256 => rfc5912::ID_SHA_256,
            Self::Sha384 => rfc5912::ID_SHA_384,
            Self::Sha512 => rfc5912::ID_SHA_512,
        }
    }

    pub(crate) fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        [Self::Sha256, Self::Sha384, Self::Sha512].into_iter().find(|digest| digest.oid() == oid)
    }

    pub(crate) const fn algorithm(self) -> AlgorithmIdentifierOwned {
        AlgorithmIdentifierOwned { oid: self.oid(), parameters: None }
    }

    /// The hash of the parts, one after the other.
    pub(crate) fn hash(self, parts: &[&[u8]]) -> Vec<u8> {
        fn run<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut hasher = D::new();
            parts.iter().for_each(|part| hasher.update(part));
            hasher.finalize().to_vec()
        }
        match self {
            Self::Sha256 => run::<Sha256>(parts),
            Self::Sha384 => run::<Sha384>(parts),
            Self::Sha512 => run::<Sha512>(parts),
        }
    }
}

/// The SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// What can go wrong with a private key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The bytes are no PKCS#8 private key of a kind that is known here.
    #[error("the private key is of no kind that can be used here; take an EC key on P-256 or P-384, or an RSA key")]
    Unsupported,
    /// An RSA key that is too short to be relied on.
    #[error("the RSA key has {bits} bits; take one of at least {MIN_RSA_BITS} bits, or an EC key")]
    TooShort {
        /// Length of the modulus in bits.
        bits: u32,
    },
    /// The key could not be written out, or did not sign.
    #[error("the private key does not work: {0}")]
    Broken(String),
}

/// A private key. It shows nothing of itself, and its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct KeyPair {
    secret: Secret,
    public: PublicKey,
}

#[derive(Clone)]
enum Secret {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Rsa(Box<rsa::RsaPrivateKey>),
}

impl core::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "KeyPair({}, secret not shown)", self.kind())
    }
}

impl KeyPair {
    /// A new key on P-256 (FIPS 186-5), made of `rng`'s randomness.
    ///
    /// # Errors
    /// [`KeyError::Broken`] when the new key cannot be encoded.
    pub fn generate(rng: &mut impl CryptoRng) -> Result<Self, KeyError> {
        use p256::elliptic_curve::Generate;
        Self::of(Secret::P256(p256::ecdsa::SigningKey::generate_from_rng(rng)))
    }

    /// Reads a PKCS#8 key (RFC 5208) in DER.
    ///
    /// # Errors
    /// [`KeyError`] when the bytes are no key, a key of another kind, or one that is too short.
    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self, KeyError> {
        if let Ok(key) = p256::ecdsa::SigningKey::from_pkcs8_der(bytes) {
            return Self::of(Secret::P256(key));
        }
        if let Ok(key) = p384::ecdsa::SigningKey::from_pkcs8_der(bytes) {
            return Self::of(Secret::P384(key));
        }
        let key = rsa::RsaPrivateKey::from_pkcs8_der(bytes).map_err(|_| KeyError::Unsupported)?;
        match key.n().bits_vartime() {
            bits if bits < MIN_RSA_BITS => Err(KeyError::TooShort { bits }),
            _ => Self::of(Secret::Rsa(Box::new(key))),
        }
    }

    fn of(secret: Secret) -> Result<Self, KeyError> {
        let document = match &secret {
            Secret::P256(key) => key.verifying_key().to_public_key_der(),
            Secret::P384(key) => key.verifying_key().to_public_key_der(),
            Secret::Rsa(key) => key.to_public_key().to_public_key_der(),
        };
        let document = document.map_err(|why| KeyError::Broken(why.to_string()))?;
        Ok(Self { secret, public: PublicKey::from_der(document.as_bytes())? })
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The key as PKCS#8 DER, wiped when dropped.
    pub(crate) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = match &self.secret {
            Secret::P256(key) => key.to_pkcs8_der(),
            Secret::P384(key) => key.to_pkcs8_der(),
            Secret::Rsa(key) => key.to_pkcs8_der(),
        };
        Ok(document.map_err(|why| KeyError::Broken(why.to_string()))?.to_bytes())
    }

    /// The name of the key's kind, such as `EC P-256`.
    pub fn kind(&self) -> &'static str {
        match self.secret {
            Secret::P256(_) => "EC P-256",
            Secret::P384(_) => "EC P-384",
            Secret::Rsa(_) => "RSA",
        }
    }

    /// The hash that goes with this key's strength.
    pub(crate) fn digest(&self) -> Digest {
        match self.secret {
            Secret::P256(_) | Secret::Rsa(_) => Digest::Sha256,
            Secret::P384(_) => Digest::Sha384,
        }
    }

    /// The signature algorithm as CMS and X.509 name it (RFC 5754, RFC 5758).
    pub(crate) fn signature_algorithm(&self) -> AlgorithmIdentifierOwned {
        let (oid, parameters) = match self.secret {
            Secret::P256(_) => (rfc5912::ECDSA_WITH_SHA_256, None),
            Secret::P384(_) => (rfc5912::ECDSA_WITH_SHA_384, None),
            Secret::Rsa(_) => (rfc5912::SHA_256_WITH_RSA_ENCRYPTION, Some(Any::from(Null))),
        };
        AlgorithmIdentifierOwned { oid, parameters }
    }

    /// Signs a message. ECDSA is deterministic (RFC 6979), so that no randomness is asked for.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let broken = |why: rsa::signature::Error| KeyError::Broken(why.to_string());
        match &self.secret {
            Secret::P256(key) => {
                let signature: p256::ecdsa::DerSignature = key.try_sign(message).map_err(broken)?;
                Ok(signature.as_bytes().to_vec())
            }
            Secret::P384(key) => {
                let signature: p384::ecdsa::DerSignature = key.try_sign(message).map_err(broken)?;
                Ok(signature.as_bytes().to_vec())
            }
            Secret::Rsa(key) => {
                let signer = rsa::pkcs1v15::SigningKey::<Sha256>::new(key.as_ref().clone());
                Ok(signer.try_sign(message).map_err(broken)?.to_vec())
            }
        }
    }
}

/// A public key, as X.509 carries it (SubjectPublicKeyInfo, RFC 5280 section 4.1.2.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(SubjectPublicKeyInfoOwned);

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`] when it is none, or of a kind that cannot be verified with here.
    pub fn from_der(bytes: &[u8]) -> Result<Self, KeyError> {
        let spki = SubjectPublicKeyInfoOwned::from_der(bytes).map_err(|_| KeyError::Unsupported)?;
        let known = algorithm_der(&spki.algorithm)
            .is_some_and(|der| ALGORITHMS.iter().any(|one| one.public_key_alg_id().as_ref() == der.as_slice()));
        if known { Ok(Self(spki)) } else { Err(KeyError::Unsupported) }
    }

    /// The key as SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    /// [`KeyError::Broken`] when the key cannot be encoded.
    pub fn to_der(&self) -> Result<Vec<u8>, KeyError> {
        self.0.to_der().map_err(|why| KeyError::Broken(why.to_string()))
    }

    pub(crate) fn spki(&self) -> &SubjectPublicKeyInfoOwned {
        &self.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    P256,
    P384,
    Rsa,
}

/// One pair of key kind and hash, as rustls-webpki asks for it.
#[derive(Debug)]
pub(crate) struct Algorithm {
    kind: Kind,
    digest: Digest,
}

/// Every algorithm that a certificate or a signature may use.
pub(crate) static ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    &Algorithm { kind: Kind::P256, digest: Digest::Sha256 },
    &Algorithm { kind: Kind::P256, digest: Digest::Sha384 },
    &Algorithm { kind: Kind::P256, digest: Digest::Sha512 },
    &Algorithm { kind: Kind::P384, digest: Digest::Sha256 },
    &Algorithm { kind: Kind::P384, digest: Digest::Sha384 },
    &Algorithm { kind: Kind::P384, digest: Digest::Sha512 },
    &Algorithm { kind: Kind::Rsa, digest: Digest::Sha256 },
    &Algorithm { kind: Kind::Rsa, digest: Digest::Sha384 },
    &Algorithm { kind: Kind::Rsa, digest: Digest::Sha512 },
];

impl SignatureVerificationAlgorithm for Algorithm {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let hash = self.digest.hash(&[message]);
        match self.kind {
            Kind::P256 => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
                let signature = p256::ecdsa::Signature::from_der(signature).map_err(|_| InvalidSignature)?;
                key.verify_prehash(&hash, &signature).map_err(|_| InvalidSignature)
            }
            Kind::P384 => {
                let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
                let signature = p384::ecdsa::Signature::from_der(signature).map_err(|_| InvalidSignature)?;
                key.verify_prehash(&hash, &signature).map_err(|_| InvalidSignature)
            }
            Kind::Rsa => verify_rsa(self.digest, public_key, &hash, signature),
        }
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        match self.kind {
            Kind::P256 => alg_id::ECDSA_P256,
            Kind::P384 => alg_id::ECDSA_P384,
            Kind::Rsa => alg_id::RSA_ENCRYPTION,
        }
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        match (self.kind, self.digest) {
            (Kind::P256 | Kind::P384, Digest::Sha256) => alg_id::ECDSA_SHA256,
            (Kind::P256 | Kind::P384, Digest::Sha384) => alg_id::ECDSA_SHA384,
            (Kind::P256 | Kind::P384, Digest::Sha512) => alg_id::ECDSA_SHA512,
            (Kind::Rsa, Digest::Sha256) => alg_id::RSA_PKCS1_SHA256,
            (Kind::Rsa, Digest::Sha384) => alg_id::RSA_PKCS1_SHA384,
            (Kind::Rsa, Digest::Sha512) => alg_id::RSA_PKCS1_SHA512,
        }
    }
}

fn verify_rsa(digest: Digest, public_key: &[u8], hash: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
    let key = rsa::RsaPublicKey::from_pkcs1_der(public_key).map_err(|_| InvalidSignature)?;
    if key.n().bits_vartime() < MIN_RSA_BITS {
        return Err(InvalidSignature);
    }
    let scheme = match digest {
        Digest::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        Digest::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        Digest::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    };
    key.verify(scheme, hash, signature).map_err(|_| InvalidSignature)
}

/// The algorithm for a CMS signature: found by the signer's key, the digest and the name the signature gives itself.
/// RSA signatures may call themselves plain `rsaEncryption` (RFC 3370 section 3.2).
pub(crate) fn algorithm_for(
    key: &SubjectPublicKeyInfoOwned,
    digest: Digest,
    named: &AlgorithmIdentifierOwned,
) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    let key_id = algorithm_der(&key.algorithm)?;
    let named_id = algorithm_der(named)?;
    let wanted = Algorithm { kind: Kind::Rsa, digest };
    ALGORITHMS.iter().copied().find(|one| {
        let plain_rsa = named.oid == rfc5912::RSA_ENCRYPTION && one.signature_alg_id() == wanted.signature_alg_id();
        one.public_key_alg_id().as_ref() == key_id.as_slice()
            && (one.signature_alg_id().as_ref() == named_id.as_slice() && hash_of(named.oid) == Some(digest)
                || plain_rsa)
    })
}

pub(crate) fn hash_of(signature_algorithm: ObjectIdentifier) -> Option<Digest> {
    match signature_algorithm {
        rfc5912::ECDSA_WITH_SHA_256 | rfc5912::SHA_256_WITH_RSA_ENCRYPTION => Some(Digest::Sha256),
        rfc5912::ECDSA_WITH_SHA_384 | rfc5912::SHA_384_WITH_RSA_ENCRYPTION => Some(Digest::Sha384),
        rfc5912::ECDSA_WITH_SHA_512 | rfc5912::SHA_512_WITH_RSA_ENCRYPTION => Some(Digest::Sha512),
        _ => None,
    }
}

/// The content of an AlgorithmIdentifier without its outer tag and length, which is how webpki compares them.
fn algorithm_der(algorithm: &AlgorithmIdentifierOwned) -> Option<Vec<u8>> {
    let whole = algorithm.to_der().ok()?;
    Some(der::asn1::AnyRef::from_der(&whole).ok()?.value().to_vec())
}
