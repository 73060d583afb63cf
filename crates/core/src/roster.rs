//! The roster: which people an organisation accepts, in which roles, with which certificates; and what it says of a signer.
//! The organisation's root signs it. Making and checking that signature, and telling what was revoked, happen elsewhere.

use crate::id::Digest;
use crate::record::{Person, same_role};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a roster file calls itself.
pub const FORMAT: &str = "countersign-roster";
/// The version of the format that this code writes and reads.
pub const VERSION: u32 = 1;

/// A roster with the signature over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterFile {
    /// Always [`FORMAT`].
    pub format: String,
    /// Format version, [`VERSION`].
    pub v: u32,
    /// The roster's canonical JSON (RFC 8785) as text: exactly these bytes are signed.
    pub roster: String,
    /// Detached CMS signature (CAdES, ETSI EN 319 122-1) of the organisation's root over them, in Base64.
    pub signature: String,
}

/// Who is who.
///
/// **Do not change names or meaning:** its canonical bytes are what was signed.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roster {
    /// Format version, [`VERSION`].
    pub v: u32,
    /// The organisation's name.
    pub organisation: String,
    /// Which issue of the roster, from 1; a later one replaces an earlier one.
    pub issue: u32,
    /// When it was signed; none while it is a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The people, by name.
    pub people: Vec<RosterPerson>,
}

/// A person whom the organisation accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterPerson {
    /// Name, as in the certificates.
    pub name: Person,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The roles that the person may sign in.
    pub roles: Vec<String>,
    /// The person's certificates.
    pub certificates: Vec<RosterCertificate>,
    /// From when on the person may sign; none: from ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Until when; none: without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A certificate of a person, by what it is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterCertificate {
    /// SHA-256 of its DER.
    pub sha256: Digest,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until.
    pub not_after: Timestamp,
}

/// What a roster said of a signer when the signature was taken into a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterSaid {
    /// Which issue.
    pub issue: u32,
    /// SHA-256 of the roster's bytes.
    pub sha256: Digest,
    /// What speaks against the signer, in sentences; empty: nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Who signed, as a roster is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The name in the certificate.
    pub person: &'a Person,
    /// SHA-256 of the certificate.
    pub certificate: Digest,
    /// In which role.
    pub role: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Says why a text is no roster.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// It is not JSON of this form.
    #[error("This is no roster: {0}.")]
    Malformed(#[from] serde_json::Error),
    /// It is something else, or of a newer version.
    #[error("This is no roster of version {VERSION}.")]
    Format,
}

impl RosterFile {
    /// Reads a roster file; who signed it is not asked here.
    ///
    /// # Errors
    /// [`RosterError`] when it is none.
    pub fn read(text: &str) -> Result<(Self, Roster), RosterError> {
        let file: Self = serde_json::from_str(text)?;
        if file.format != FORMAT || file.v != VERSION {
            return Err(RosterError::Format);
        }
        let roster = Roster::read(&file.roster)?;
        Ok((file, roster))
    }
}

impl Roster {
    /// Reads the signed bytes.
    ///
    /// # Errors
    /// [`RosterError`] when they are no roster.
    pub fn read(text: &str) -> Result<Self, RosterError> {
        let roster: Self = serde_json::from_str(text)?;
        if roster.v == VERSION { Ok(roster) } else { Err(RosterError::Format) }
    }

    /// The bytes that are signed: JSON in canonical form (RFC 8785).
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn canonical(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json_canonicalizer::to_vec(self)
    }

    /// The person of a name.
    pub fn person(&self, name: &str) -> Option<&RosterPerson> {
        self.people.iter().find(|person| same_name(&person.name, name))
    }

    /// Adds a person, or takes over what is stated anew of one that is there: roles and times are replaced where given, certificates
    /// are added.
    pub fn put(&mut self, person: RosterPerson) {
        match self.people.iter_mut().find(|known| same_name(&known.name, &person.name.0)) {
            Some(known) => {
                known.email = person.email.or(known.email.take());
                if !person.roles.is_empty() {
                    known.roles = person.roles;
                }
                for certificate in person.certificates {
                    if !known.certificates.contains(&certificate) {
                        known.certificates.push(certificate);
                    }
                }
                known.from = person.from.or(known.from);
                known.until = person.until.or(known.until);
            }
            None => {
                let at = self.people.partition_point(|known| known.name <= person.name);
                self.people.insert(at, person);
            }
        }
    }

    /// What speaks against a signer, in sentences. Nothing is said of what was revoked: that is in revocation lists.
    pub fn warnings(&self, signer: &Signer<'_>) -> Vec<String> {
        let (name, role, at) = (&signer.person.0, signer.role, signer.at);
        let Some(person) = self.person(name) else {
            return vec![format!("{name} is not in the roster (issue {}).", self.issue)];
        };
        let mut warnings = Vec::new();
        if !person.roles.iter().any(|known| same_role(known, role)) {
            let known = if person.roles.is_empty() { "no role".to_owned() } else { person.roles.join(", ") };
            warnings.push(format!("The roster does not give {name} the role «{role}», but: {known}."));
        }
        match person.certificates.iter().find(|known| known.sha256 == signer.certificate) {
            None => warnings.push(format!("The certificate is not the one that the roster has of {name}.")),
            Some(known) if at > known.not_after => {
                warnings.push(format!("The certificate of {name} ended at {}.", known.not_after.for_people()));
            }
            Some(known) if at < known.not_before => {
                warnings.push(format!("The certificate of {name} begins at {}.", known.not_before.for_people()));
            }
            Some(_) => {}
        }
        if let Some(from) = person.from.filter(|from| at < *from) {
            warnings.push(format!("{name} may sign from {} on.", from.for_people()));
        }
        if let Some(until) = person.until.filter(|until| at > *until) {
            warnings.push(format!("{name} could sign until {}.", until.for_people()));
        }
        warnings
    }

    /// What is to be seen to in the roster itself, in sentences.
    pub fn problems(&self, now: Timestamp) -> Vec<String> {
        self.people.iter().flat_map(|person| person.problems(now)).collect()
    }
}

impl RosterPerson {
    /// What is to be seen to of this person, in sentences.
    pub fn problems(&self, now: Timestamp) -> Vec<String> {
        let name = &self.name;
        let mut problems = Vec::new();
        if self.roles.is_empty() {
            problems.push(format!("{name} has no role."));
        }
        match self.certificates.iter().map(|certificate| certificate.not_after).max() {
            None => problems.push(format!("{name} has no certificate.")),
            Some(end) if end < now => {
                problems.push(format!("The certificate of {name} ended at {}.", end.for_people()));
            }
            Some(end) if end.since(now) < SOON => {
                problems.push(format!("The certificate of {name} ends at {}.", end.for_people()));
            }
            Some(_) => {}
        }
        if let Some(until) = self.until.filter(|until| *until < now) {
            problems.push(format!("{name} could sign until {}.", until.for_people()));
        }
        problems
    }
}

/// What ends within so many milliseconds is told: 30 days.
const SOON: i64 = 30 * 86_400_000;

fn same_name(one: &Person, other: &str) -> bool {
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(&one.0) == plain(other)
}
