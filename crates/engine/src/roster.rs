//! The roster at the edge: a draft that is put together here, the signature of the organisation's root, and the one that this
//! computer goes by. What a roster says of a signer is `core`'s.

use crate::Engine;
use crate::commands::Reply;
use crate::error::Error;
use crate::files::{read_limited, write_whole};
use crate::keys::{fingerprint, only_lists};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::api::{ImportRoster, KeyPurpose, Overview, RosterReply, RosterStatus, Secret};
use countersign_core::id::Digest;
use countersign_core::record::Person;
use countersign_core::roster::{FORMAT, Roster, RosterCertificate, RosterFile, RosterPerson, VERSION};
use countersign_core::time::Timestamp;
use countersign_pades::{Certificate, Trust, cms};
use countersign_verify::moment::timestamp;
use countersign_verify::roster::{Accepted, open};
use std::path::{Path, PathBuf};

/// The largest roster or trust file, in bytes.
const LIMIT: u64 = 10_000_000;

/// A person who is to stand in the draft.
#[derive(Debug, Default)]
pub struct NewEntry {
    /// Name, as in the certificates.
    pub name: String,
    /// The roles that the person may sign in; empty: as they are.
    pub roles: Vec<String>,
    /// A file with the person's certificate (PEM); none: those that are known here.
    pub certificate: Option<PathBuf>,
    /// From when on the person may sign.
    pub from: Option<Timestamp>,
    /// Until when.
    pub until: Option<Timestamp>,
}

impl Engine {
    /// Begins a draft: everybody whose certificate this computer's root issued, without roles; or the roster in force.
    pub async fn make_roster(&self) -> Reply<RosterReply> {
        let keys = self.overview(Overview {}).await?.keys;
        let root = keys.iter().find(|key| key.purpose == KeyPurpose::Root).ok_or(Error::NoRoot)?;
        let known = self.roster_in_force()?.map(|known| known.roster);
        let mut roster = known.unwrap_or(Roster {
            v: VERSION,
            organisation: root.name.clone(),
            issue: 0,
            at: None,
            people: Vec::new(),
        });
        for certificate in self.keys.issued()? {
            roster.put(entry(&certificate));
        }
        self.keep_draft(&roster)?;
        self.reply("Draft", &roster)
    }

    /// Adds a person to the draft, or changes what it says of one.
    pub async fn add_to_roster(&self, new: NewEntry) -> Reply<RosterReply> {
        let mut roster = self.draft()?;
        let known = self.keys.issued()?.into_iter().filter(|certificate| certificate.common_name() == new.name);
        let certificates = match &new.certificate {
            Some(path) => {
                let text = read_limited(path, LIMIT)?;
                let mut found = Certificate::from_pem(&String::from_utf8_lossy(&text)).map_err(Error::from)?;
                found.truncate(1);
                found
            }
            None => known.collect(),
        };
        if let Some(other) = certificates.iter().find(|certificate| certificate.common_name() != new.name) {
            return Err(Error::NotTheirs { name: new.name, certificate: other.common_name() }.into());
        }
        let email = certificates.first().and_then(Certificate::email);
        let certificates = certificates.iter().map(of_certificate).collect();
        let NewEntry { name, roles, from, until, .. } = new;
        roster.put(RosterPerson { name: Person(name), email, roles, certificates, from, until });
        self.keep_draft(&roster)?;
        self.reply("Draft", &roster)
    }

    /// Takes a person out of the draft.
    pub async fn remove_from_roster(&self, name: &str) -> Reply<RosterReply> {
        let mut roster = self.draft()?;
        let before = roster.people.len();
        roster.people.retain(|person| person.name.0 != name);
        if roster.people.len() == before {
            return Err(Error::NotInRoster(name.to_owned()).into());
        }
        self.keep_draft(&roster)?;
        self.reply("Draft", &roster)
    }

    /// Signs the draft with the organisation's root, writes it to a file for the others, and goes by it here.
    pub async fn sign_roster(&self, root_passphrase: &Secret, to: &Path) -> Reply<RosterReply> {
        let mut roster = self.draft()?;
        let root = self.open_root(root_passphrase)?;
        let newest = self.roster_in_force()?.map_or(0, |known| known.roster.issue);
        roster.issue = roster.issue.max(newest).saturating_add(1);
        roster.at = Some(self.environment.now());
        let bytes = roster.canonical().map_err(|error| Error::Internal(error.to_string()))?;
        let signature = BASE64.encode(cms::sign(root.as_identity(), &bytes).map_err(Error::from)?);
        let roster_text = String::from_utf8(bytes).map_err(|error| Error::Internal(error.to_string()))?;
        let file = RosterFile { format: FORMAT.to_owned(), v: VERSION, roster: roster_text, signature };
        let text = serde_json::to_string_pretty(&file).map_err(|error| Error::Internal(error.to_string()))?;
        write_whole(to, text.as_bytes())?;
        write_whole(&self.roster_path(), text.as_bytes())?;
        self.keep_draft(&roster)?;
        self.reply("", &roster)
    }

    /// See [`RosterStatus`].
    pub async fn roster(&self, _: RosterStatus) -> Reply<RosterReply> {
        match self.roster_in_force()? {
            Some(known) => self.reply("", &known.roster),
            None => Ok(RosterReply { title: String::new(), people: Vec::new(), warnings: Vec::new() }),
        }
    }

    /// See [`ImportRoster`].
    pub async fn import_roster(&self, req: ImportRoster) -> Reply<RosterReply> {
        let text = String::from_utf8_lossy(&read_limited(Path::new(&req.path), LIMIT)?).into_owned();
        let given = match &req.trust {
            Some(path) => Some(String::from_utf8_lossy(&read_limited(Path::new(path), LIMIT)?).into_owned()),
            None => None,
        };
        let trust = match &given {
            Some(pem) => Trust::from_pem(pem).map_err(Error::from)?,
            None => self.own_trust()?,
        };
        let found = open(&text, &trust, self.environment.now()).map_err(Error::from)?;
        if let Some(known) = self.roster_in_force()?.filter(|known| known.roster.issue > found.roster.issue) {
            return Err(Error::OlderRoster { found: found.roster.issue, known: known.roster.issue }.into());
        }
        if let Some(pem) = &given {
            self.keep_trusted(&trust, pem)?;
        }
        write_whole(&self.roster_path(), text.as_bytes())?;
        self.reply("", &found.roster)
    }

    /// What is trusted besides: roots and lists are added, none is taken away.
    fn keep_trusted(&self, trust: &Trust, pem: &str) -> Result<(), Error> {
        let path = self.folder.join("keys").join("trusted.pem");
        let mut roots = if path.exists() {
            Certificate::from_pem(&String::from_utf8_lossy(&read_limited(&path, LIMIT)?))?
        } else {
            Vec::new()
        };
        roots.extend(trust.trusted().iter().filter(|root| !roots.contains(root)).cloned().collect::<Vec<_>>());
        let known = self.keys.revocation_lists()?;
        let lists = only_lists(pem);
        let mut text: String = roots.iter().map(Certificate::pem).collect();
        text += &known;
        if !known.contains(lists.as_str()) {
            text += &lists;
        }
        write_whole(&path, text.as_bytes())
    }

    /// The roster that this computer goes by. One whose signature no longer holds is none.
    pub(crate) fn roster_in_force(&self) -> Result<Option<Accepted>, Error> {
        let path = self.roster_path();
        if !path.exists() {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&read_limited(&path, LIMIT)?).into_owned();
        Ok(Some(open(&text, &self.own_trust()?, self.environment.now())?))
    }

    fn roster_path(&self) -> PathBuf {
        self.folder.join("keys").join("roster.json")
    }

    fn draft_path(&self) -> PathBuf {
        self.folder.join("keys").join("roster.draft.json")
    }

    fn draft(&self) -> Result<Roster, Error> {
        let path = self.draft_path();
        if !path.exists() {
            return Err(Error::NoDraft);
        }
        let text = String::from_utf8_lossy(&read_limited(&path, LIMIT)?).into_owned();
        Roster::read(&text).map_err(|why| Error::Damaged { path, detail: why.to_string() })
    }

    fn keep_draft(&self, roster: &Roster) -> Result<(), Error> {
        let json = serde_json::to_vec_pretty(roster).map_err(|error| Error::Internal(error.to_string()))?;
        write_whole(&self.draft_path(), &json)
    }

    fn reply(&self, what: &str, roster: &Roster) -> Reply<RosterReply> {
        let now = self.environment.now();
        let mut warnings = roster.problems(now);
        for certificate in self.keys.issued()? {
            let digest = fingerprint(&certificate);
            let listed =
                roster.people.iter().any(|person| person.certificates.iter().any(|known| known.sha256 == digest));
            if listed {
                warnings.extend(self.against(&certificate, &[], now)?);
            }
        }
        let named = match roster.at {
            Some(at) if what.is_empty() => {
                format!("{}, issue {} of {}", roster.organisation, roster.issue, at.for_people())
            }
            _ => format!("{what} of {}, after issue {}", roster.organisation, roster.issue),
        };
        let people = roster.people.iter().map(|person| {
            let certificates = person.certificates.iter().map(words_of).collect::<Vec<_>>();
            (person.name.0.clone(), person.roles.join(", "), certificates.join("; "))
        });
        Ok(RosterReply { title: named, people: people.collect(), warnings })
    }
}

fn words_of(certificate: &RosterCertificate) -> String {
    format!("{} until {}", certificate.sha256.short(), certificate.not_after.utc().date_naive())
}

fn entry(certificate: &Certificate) -> RosterPerson {
    RosterPerson {
        name: Person(certificate.common_name()),
        email: certificate.email(),
        roles: Vec::new(),
        certificates: vec![of_certificate(certificate)],
        from: None,
        until: None,
    }
}

fn of_certificate(certificate: &Certificate) -> RosterCertificate {
    let validity = certificate.validity();
    let sha256: Digest = fingerprint(certificate);
    RosterCertificate { sha256, not_before: timestamp(validity.not_before), not_after: timestamp(validity.not_after) }
}
