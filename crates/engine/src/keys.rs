//! People's keys and the organisation's root on this computer: PKCS#12 files under passphrases that only their people know.

mod request;
mod revoked;

use crate::clock::{Environment, rng, timestamp, validity};
use crate::error::Error;
use crate::files::{read_limited, write_whole};
use crate::installation::{Installation, only_owner};
use countersign_core::api::{KeyPurpose, KeySummary};
use countersign_core::id::{Digest, KeyId};
use countersign_core::time::Timestamp;
use countersign_pades::{Authority, Certificate, Identity, Purpose, Subject};
pub use countersign_verify::fingerprint;
pub(crate) use revoked::only_lists;
use std::path::{Path, PathBuf};

/// How long a person's certificate is valid, in years.
const PERSON_YEARS: i64 = 3;
/// How long a root's certificate is valid, in years.
const ROOT_YEARS: i64 = 15;
/// The largest key or certificate file that is read, in bytes.
const LIMIT: u64 = 1_000_000;

/// The folder with the keys.
#[derive(Debug)]
pub struct Keys {
    folder: PathBuf,
}

impl Keys {
    /// Uses `folder`, making it if it is not there.
    pub fn open(folder: PathBuf) -> Result<Self, Error> {
        std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        Ok(Self { folder })
    }

    /// Makes the organisation's root, and a certificate from it for the installation.
    pub fn make_root(
        &self,
        organisation: &str,
        passphrase: &str,
        installation: &mut Installation,
        environment: &dyn Environment,
    ) -> Result<KeySummary, Error> {
        if self.root_path("p12").exists() {
            return Err(Error::RootExists);
        }
        let mut rng = rng(environment)?;
        let root = Authority::new(organisation.trim(), validity(environment.now(), ROOT_YEARS)?, &mut rng)?;
        let file = root.export(passphrase, &mut rng)?;
        installation.join(&root, environment)?;
        write_whole(&self.root_path("pem"), root.certificate().pem().as_bytes())?;
        self.write_secret(&self.root_path("p12"), &file)?;
        Ok(summary(root.certificate(), KeyPurpose::Root))
    }

    /// Makes a person's key with a certificate from the organisation's root.
    pub fn make(&self, person: &NewPerson<'_>, environment: &dyn Environment) -> Result<KeySummary, Error> {
        let root = person.root;
        let mut rng = rng(environment)?;
        let email = Some(person.email.trim()).filter(|email| !email.is_empty()).map(str::to_owned);
        let organisation = root.certificate().organisation();
        let subject = Subject { common_name: person.name.trim().to_owned(), email, organisation };
        let validity = validity(environment.now(), PERSON_YEARS)?;
        let identity = root.issue_identity(&subject, Purpose::Person, validity, &mut rng)?;
        let file = identity.export(person.passphrase, &mut rng)?;
        self.keep_issued(identity.certificate())?;
        self.keep(&identity, &file)
    }

    /// Opens the organisation's root.
    pub fn open_root(&self, passphrase: &str) -> Result<Authority, Error> {
        let path = self.root_path("p12");
        if !path.exists() {
            return Err(Error::NoRoot);
        }
        Ok(Authority::import(&read_limited(&path, LIMIT)?, passphrase)?)
    }

    /// Takes over a key from a PKCS#12 file. The file is kept as it is, under its own passphrase.
    pub fn import(&self, path: &Path, passphrase: &str) -> Result<KeySummary, Error> {
        let file = read_limited(path, LIMIT)?;
        let identity = Identity::import(&file, passphrase)?;
        self.keep(&identity, &file)
    }

    /// Opens a person's key, if it was not revoked.
    pub fn unlock(&self, id: &KeyId, passphrase: &str, now: Timestamp) -> Result<Identity, Error> {
        let path = self.path(id, "p12")?;
        if !path.exists() {
            return Err(Error::NoKey(id.clone()));
        }
        let revoked = self.revoked_since(id.0.parse().map_err(|_| Error::NoKey(id.clone()))?)?;
        if let Some(since) = revoked.filter(|since| *since <= now) {
            return Err(Error::KeyRevoked { key: id.clone(), since });
        }
        Ok(Identity::import(&read_limited(&path, LIMIT)?, passphrase)?)
    }

    /// All keys on this computer: the root, the installation's, then people's by name.
    pub fn list(&self, installation: &Installation) -> Result<Vec<KeySummary>, Error> {
        let mut people = Vec::new();
        for certificate in self.certificates()? {
            if let Some(leaf) = certificate.first() {
                let revoked = self.revoked_since(fingerprint(leaf))?;
                people.push(KeySummary { revoked, ..summary(leaf, KeyPurpose::Person) });
            }
        }
        people.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        let mut keys = Vec::new();
        keys.extend(self.root()?.map(|root| summary(&root, KeyPurpose::Root)));
        keys.push(summary(installation.identity().certificate(), KeyPurpose::Installation));
        keys.extend(people);
        Ok(keys)
    }

    /// A person's key by its id, its name, or its e-mail address, if that names exactly one.
    pub fn find(&self, words: &str) -> Result<KeyId, Error> {
        let certificates = self.certificates()?;
        let found: Vec<_> =
            certificates.iter().filter_map(|chain| chain.first()).filter(|leaf| is_named(leaf, words)).collect();
        let mut in_force = Vec::new();
        for leaf in &found {
            if self.revoked_since(fingerprint(leaf))?.is_none() {
                in_force.push(*leaf);
            }
        }
        // Whoever has a revoked key only is told so when it is to be used.
        match (in_force.as_slice(), found.as_slice()) {
            ([leaf], _) | ([], [leaf]) => Ok(key_id(leaf)),
            _ => Err(Error::NoKey(KeyId(words.to_owned()))),
        }
    }

    /// The certificates that this installation's reports are to be trusted by: the root, the topmost certificate of each
    /// imported key, and the installation's own while no root has issued it.
    pub fn roots(&self, installation: &Installation) -> Result<Vec<Certificate>, Error> {
        let mut roots: Vec<Certificate> = self.root()?.into_iter().collect();
        let imported = self.folder.join(TRUSTED);
        if imported.exists() {
            roots.extend(pem(&imported)?.into_iter().filter(|root| !roots.contains(root)).collect::<Vec<_>>());
        }
        let chains = self.certificates()?;
        let own = [installation.identity().certificate().clone()];
        let own: Vec<_> = own.into_iter().chain(installation.identity().chain().iter().cloned()).collect();
        for chain in chains.iter().chain([&own]) {
            if let Some(top) = chain.last().filter(|top| !roots.contains(top)) {
                roots.push(top.clone());
            }
        }
        Ok(roots)
    }

    /// A person's certificate by its SHA-256.
    pub fn certificate(&self, sha256: Digest) -> Result<Option<Certificate>, Error> {
        let leaves = self.certificates()?.into_iter().filter_map(|chain| chain.into_iter().next());
        Ok(leaves.into_iter().find(|leaf| fingerprint(leaf) == sha256))
    }

    fn root(&self) -> Result<Option<Certificate>, Error> {
        let path = self.root_path("pem");
        Ok(if path.exists() { pem(&path)?.into_iter().next() } else { None })
    }

    /// Each person's certificate with those above it.
    fn certificates(&self) -> Result<Vec<Vec<Certificate>>, Error> {
        let mut chains = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(Error::file(&self.folder))? {
            let path = entry.map_err(Error::file(&self.folder))?.path();
            let is_person = path.extension().is_some_and(|end| end == "pem")
                && path.file_stem().is_some_and(|stem| stem.to_string_lossy().parse::<Digest>().is_ok());
            if is_person {
                chains.push(pem(&path)?);
            }
        }
        Ok(chains)
    }

    fn keep(&self, identity: &Identity, file: &[u8]) -> Result<KeySummary, Error> {
        let id = key_id(identity.certificate());
        self.write_secret(&self.path(&id, "p12")?, file)?;
        write_whole(&self.path(&id, "pem")?, identity.chain_pem().as_bytes())?;
        Ok(summary(identity.certificate(), KeyPurpose::Person))
    }

    fn write_secret(&self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        write_whole(path, bytes)?;
        only_owner(path)
    }

    fn root_path(&self, end: &str) -> PathBuf {
        self.folder.join(format!("root.{end}"))
    }

    /// An id becomes a file name only if it is a digest, so that it can name nothing else.
    fn path(&self, id: &KeyId, end: &str) -> Result<PathBuf, Error> {
        let digest: Digest = id.0.parse().map_err(|_| Error::NoKey(id.clone()))?;
        Ok(self.folder.join(format!("{digest}.{end}")))
    }
}

/// A person who is to have a key.
pub struct NewPerson<'a> {
    /// The person's name.
    pub name: &'a str,
    /// E-mail address; may be empty.
    pub email: &'a str,
    /// Protects the key.
    pub passphrase: &'a str,
    /// Certifies it.
    pub root: &'a Authority,
}

/// The file with the roots and revocation lists that were imported.
const TRUSTED: &str = "trusted.pem";

/// Words name a certificate: its person's name, e-mail address, or the beginning of its SHA-256.
fn is_named(leaf: &Certificate, words: &str) -> bool {
    let by_digest = words.len() >= 6 && leaf.fingerprint().to_string().starts_with(words);
    by_digest || leaf.common_name() == words || leaf.email().is_some_and(|email| email == words)
}

fn pem(path: &Path) -> Result<Vec<Certificate>, Error> {
    Ok(Certificate::from_pem(&String::from_utf8_lossy(&read_limited(path, LIMIT)?))?)
}

fn key_id(certificate: &Certificate) -> KeyId {
    KeyId(fingerprint(certificate).to_string())
}

fn summary(certificate: &Certificate, purpose: KeyPurpose) -> KeySummary {
    let validity = certificate.validity();
    KeySummary {
        id: key_id(certificate),
        name: certificate.common_name(),
        email: certificate.email(),
        issuer: certificate.issuer(),
        fingerprint: fingerprint(certificate),
        not_before: timestamp(validity.not_before),
        not_after: timestamp(validity.not_after),
        purpose,
        revoked: None,
    }
}
