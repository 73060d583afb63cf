//! The installation's own key: it signs every event and certifies reports. It is the app's, never a person's.

use crate::clock::{Environment, rng, validity};
use crate::error::Error;
use crate::files::{read_limited, write_whole};
use countersign_core::record::InstallationKey;
use countersign_pades::{Authority, Certificate, Identity, KeyPair, Purpose, Subject};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::Generate as _;
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use std::path::{Path, PathBuf};

/// How long its certificate is valid, in years.
const YEARS: i64 = 10;
/// The largest key or certificate file that is read, in bytes.
const LIMIT: u64 = 100_000;

const KEY: &str = "installation.key";

/// The folder has an installation's key.
pub fn exists(folder: &Path) -> bool {
    folder.join(KEY).exists()
}

/// The key of this installation with its certificate.
pub struct Installation {
    folder: PathBuf,
    signing: SigningKey,
    public: InstallationKey,
    identity: Identity,
}

impl std::fmt::Debug for Installation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Installation({})", self.public.digest())
    }
}

impl Installation {
    /// Reads the key from its folder, or makes it on first use.
    pub fn open(folder: &Path, environment: &dyn Environment) -> Result<Self, Error> {
        let key_path = folder.join(KEY);
        if !key_path.exists() {
            make(folder, &key_path, environment)?;
        }
        let damaged =
            |path: &Path| Error::Damaged { path: path.to_owned(), detail: "it holds no usable key".to_owned() };
        let secret = read_limited(&key_path, LIMIT)?;
        let signing = SigningKey::from_pkcs8_der(&secret).map_err(|_| damaged(&key_path))?;
        let pair = KeyPair::from_pkcs8(&secret).map_err(|_| damaged(&key_path))?;
        let certificate_path = folder.join("installation.pem");
        let pem = String::from_utf8_lossy(&read_limited(&certificate_path, LIMIT)?).into_owned();
        let mut chain = Certificate::from_pem(&pem)?;
        if chain.is_empty() {
            return Err(damaged(&certificate_path));
        }
        let identity = Identity::new(pair, chain.remove(0), chain)?;
        let public = InstallationKey::new(signing.verifying_key().to_sec1_point(false).as_bytes().to_vec());
        Ok(Self { folder: folder.to_owned(), signing, public, identity })
    }

    /// Signs an event's bytes: ECDSA P-256 with SHA-256, deterministic (RFC 6979); r and s, 32 bytes each.
    pub fn sign_event(&self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: Signature = self.signing.try_sign(bytes).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(signature.to_bytes().to_vec())
    }

    /// Signs other bytes: ECDSA P-256 with SHA-256, in DER as OpenSSL takes it.
    pub fn sign_bytes(&self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: Signature = self.signing.try_sign(bytes).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(signature.to_der().as_bytes().to_vec())
    }

    /// What events are checked with.
    pub fn public_key(&self) -> InstallationKey {
        self.public.clone()
    }

    /// What reports are certified with.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Takes a certificate from the organisation's root in place of the self-made one. The key stays the same.
    pub fn join(&mut self, root: &Authority, environment: &dyn Environment) -> Result<(), Error> {
        let mut rng = rng(environment)?;
        let validity = validity(environment.now(), YEARS)?;
        let subject = subject(&self.public);
        let certificate = root.issue(&subject, Purpose::Application, self.identity.public_key(), validity, &mut rng)?;
        let identity = self.identity.clone().with_certificate(certificate, root.chain())?;
        write_whole(&self.folder.join("installation.pem"), identity.chain_pem().as_bytes())?;
        self.identity = identity;
        Ok(())
    }
}

fn subject(public: &InstallationKey) -> Subject {
    let common_name = format!("Countersign installation {}", public.digest().short());
    Subject { common_name, email: None, organisation: None }
}

fn make(folder: &Path, key_path: &Path, environment: &dyn Environment) -> Result<(), Error> {
    let broken = |error: p256::pkcs8::Error| Error::Internal(error.to_string());
    let mut rng = rng(environment)?;
    let signing = SigningKey::generate_from_rng(&mut rng);
    let secret = signing.to_pkcs8_der().map_err(broken)?;
    let public = InstallationKey::new(signing.verifying_key().to_sec1_point(false).as_bytes().to_vec());
    let identity = Identity::self_signed_with(
        KeyPair::from_pkcs8(secret.as_bytes())?,
        &subject(&public),
        Purpose::Application,
        validity(environment.now(), YEARS)?,
        &mut rng,
    )?;
    write_whole(&folder.join("installation.pem"), identity.chain_pem().as_bytes())?;
    write_whole(key_path, secret.as_bytes())?;
    only_owner(key_path)
}

/// Nobody but the owner may read the file.
pub fn only_owner(path: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(Error::file(path))?;
    }
    Ok(())
}
