//! The header facts of a record: what is deployed where, by whom, when.

use super::answer::Person;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What is deployed where, by whom, when. Missing facts are no error; they show as a deviation.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// The service or system.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// The release or version.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub release: String,
    /// The commit or the artifact's digest.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub artifact: String,
    /// Where to: production, staging, …
    #[serde(skip_serializing_if = "String::is_empty")]
    pub environment: String,
    /// The change's number in another system.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub change: String,
    /// Who deploys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployer: Option<Person>,
    /// Who reviews.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<Person>,
    /// When the planned window begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_start: Option<Timestamp>,
    /// When the planned window ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_end: Option<Timestamp>,
}

/// The keys of [`Header::set`], with what each means.
pub const HEADER_KEYS: [(&str, &str); 9] = [
    ("service", "Service"),
    ("release", "Release"),
    ("artifact", "Commit or digest"),
    ("environment", "Environment"),
    ("change", "Change"),
    ("deployer", "Deployer"),
    ("reviewers", "Reviewers"),
    ("window_start", "Window from"),
    ("window_end", "Window until"),
];

/// Says why a header fact was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The key is none of [`HEADER_KEYS`].
    #[error("«{key}» is no header fact. Known are: {}.", keys())]
    UnknownKey {
        /// The key.
        key: String,
    },
    /// The value is no time.
    #[error("«{value}» is no time for {key}. Write it like 2026-01-31T09:30:00Z or 2026-01-31T10:30:00+01:00.")]
    NotATime {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// The window ends before it begins.
    #[error("The window ends before it begins.")]
    WindowBackwards,
}

fn keys() -> String {
    HEADER_KEYS.map(|(key, _)| key).join(", ")
}

impl Header {
    /// Sets a fact by its key; an empty value takes it away. `commit` and `digest` mean `artifact`, `reviewer` adds one.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), HeaderError> {
        let value = value.trim();
        let time = || match value {
            "" => Ok(None),
            _ => value
                .parse()
                .map(Some)
                .map_err(|_| HeaderError::NotATime { key: key.to_owned(), value: value.to_owned() }),
        };
        match key {
            "service" => self.service = value.to_owned(),
            "release" | "version" => self.release = value.to_owned(),
            "artifact" | "commit" | "digest" => self.artifact = value.to_owned(),
            "environment" => self.environment = value.to_owned(),
            "change" => self.change = value.to_owned(),
            "deployer" => self.deployer = (!value.is_empty()).then(|| value.into()),
            "reviewer" => self.reviewers.extend((!value.is_empty()).then(|| value.into())),
            "reviewers" => {
                self.reviewers = value.split(',').map(Person::from).filter(|person| !person.0.is_empty()).collect();
            }
            "window_start" => self.window_start = time()?,
            "window_end" => self.window_end = time()?,
            _ => return Err(HeaderError::UnknownKey { key: key.to_owned() }),
        }
        match (self.window_start, self.window_end) {
            (Some(start), Some(end)) if end < start => Err(HeaderError::WindowBackwards),
            _ => Ok(()),
        }
    }

    /// Name and value of every fact that is set, in the order of [`HEADER_KEYS`].
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let names = |people: &[Person]| people.iter().map(|person| person.0.as_str()).collect::<Vec<_>>().join(", ");
        let time = |at: Option<Timestamp>| at.map(Timestamp::for_people).unwrap_or_default();
        let values = [
            self.service.clone(),
            self.release.clone(),
            self.artifact.clone(),
            self.environment.clone(),
            self.change.clone(),
            self.deployer.as_ref().map(|person| person.0.clone()).unwrap_or_default(),
            names(&self.reviewers),
            time(self.window_start),
            time(self.window_end),
        ];
        HEADER_KEYS.iter().map(|(_, name)| *name).zip(values).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The facts that every record of a real deployment has, and this one lacks.
    pub fn missing(&self) -> Vec<&'static str> {
        let needed = [
            ("release", self.release.is_empty()),
            ("commit or digest", self.artifact.is_empty()),
            ("environment", self.environment.is_empty()),
            ("deployer", self.deployer.is_none()),
        ];
        needed.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name).collect()
    }

    /// «messaging-api 2.14.0 → production», as far as it is known.
    pub fn headline(&self) -> String {
        let what = [self.service.as_str(), self.release.as_str()].join(" ").trim().to_owned();
        match (what.is_empty(), self.environment.is_empty()) {
            (true, true) => String::new(),
            (true, false) => format!("→ {}", self.environment),
            (false, true) => what,
            (false, false) => format!("{what} → {}", self.environment),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_set_by_key() {
        let mut header = Header::default();
        for (key, value) in [
            ("service", "api"),
            ("release", "2.14.0"),
            ("commit", "3f2a9c1"),
            ("environment", "production"),
            ("deployer", " Ana Kern "),
            ("reviewers", "Bo, Cy,"),
            ("window_start", "2026-01-31T10:00:00+01:00"),
        ] {
            assert_eq!(header.set(key, value), Ok(()), "{key}");
        }
        assert_eq!(header.headline(), "api 2.14.0 → production");
        assert_eq!(header.reviewers.len(), 2);
        assert_eq!(header.deployer, Some("Ana Kern".into()));
        assert!(header.missing().is_empty());
        assert_eq!(header.facts().last(), Some(&("Window from", "2026-01-31 09:00:00 UTC".to_owned())));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut header = Header::default();
        assert!(matches!(header.set("relaese", "1"), Err(HeaderError::UnknownKey { .. })));
        assert!(matches!(header.set("window_end", "tomorrow"), Err(HeaderError::NotATime { .. })));
        header.set("window_start", "2026-01-31T10:00:00Z").unwrap();
        assert_eq!(header.set("window_end", "2026-01-31T09:00:00Z"), Err(HeaderError::WindowBackwards));
    }
}
