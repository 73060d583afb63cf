//! Time-stamp authorities: which ones are used, and how they are asked; and what issuers say of certificates, to be kept in a report.
//!
//! An authority is asked only where a person has named it. Issuers are asked where certificates that lead to a trusted root name
//! them, and only when long-term data was asked for. What goes out is a hash, never the report.

use crate::clock::{date_time, rng};
use crate::commands::Reply;
use crate::error::{Error, NotYet};
use crate::exchange::Services;
use crate::files::{read_limited, write_whole};
use crate::sealing::{self, Room};
use crate::store::{ReportRow, Store};
use crate::{Engine, State};
use chacha20::rand_core::Rng as _;
use countersign_core::api::{ReportState, ReportStatus, SetAuthority, StampReport};
use countersign_core::record::log::Bundle;
use countersign_core::record::probe::{host_of, is_this_computer};
use countersign_core::report::RECORD_FILE;
use countersign_pades::later::{Unstamped, signature_imprint, with_signature_timestamp};
use countersign_pades::verify::{Inspection, inspect};
use countersign_pades::{Certificate, Trust, Validation, add_validation, ocsp, timestamp};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The setting that they are kept in.
const SETTING: &str = "timestamp_authorities";
/// The largest certificate file that is read, in bytes.
const LIMIT: u64 = 1_000_000;
/// The longest revocation list or OCSP answer that is taken, in bytes.
const STATEMENT_LIMIT: usize = 4_000_000;
const QUERY: &str = "application/timestamp-query";
const OCSP_QUERY: &str = "application/ocsp-request";

/// A time-stamp authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeAuthority {
    /// Where it is asked.
    pub url: String,
    /// The certificates that vouch for it, as PEM; may be empty.
    #[serde(default)]
    pub roots: String,
}

/// Those that are kept.
pub fn kept(store: &Store) -> Result<Vec<TimeAuthority>, Error> {
    let text = store.setting(SETTING)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// The certificates that are believed about the time.
pub fn roots(store: &Store) -> Result<Vec<Certificate>, Error> {
    let mut all = Vec::new();
    for authority in kept(store)?.iter().filter(|one| !one.roots.is_empty()) {
        all.extend(Certificate::from_pem(&authority.roots)?);
    }
    Ok(all)
}

/// Takes one in or out. The answer lists those that are left.
pub fn set(store: &mut Store, url: &str, root: Option<&Path>, remove: bool) -> Result<Vec<String>, Error> {
    let url = url.trim();
    let mut all = kept(store)?;
    let before = all.len();
    all.retain(|one| one.url != url);
    if remove && all.len() == before {
        return Err(Error::NoAuthority(url.to_owned()));
    }
    if !remove {
        let web = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if web.is_none_or(str::is_empty) || host_of(url).is_none() {
            return Err(Error::AuthorityAddress(url.to_owned()));
        }
        let roots = match root {
            Some(path) => {
                let text = String::from_utf8_lossy(&read_limited(path, LIMIT)?).into_owned();
                Certificate::from_pem(&text)?;
                text
            }
            None => String::new(),
        };
        all.push(TimeAuthority { url: url.to_owned(), roots });
    }
    let text = serde_json::to_string(&all).map_err(|error| Error::Internal(error.to_string()))?;
    store.set(SETTING, &text)?;
    Ok(all.into_iter().map(|one| one.url).collect())
}

/// Asks one after the other; the first token that fits counts.
async fn token(services: &Services, urls: &[String], imprint: [u8; 32], nonces: &[[u8; 8]]) -> Result<Vec<u8>, Error> {
    let mut problems = Vec::new();
    for (url, nonce) in urls.iter().zip(nonces) {
        let question = timestamp::question(imprint, *nonce).map_err(|why| Error::NoTimestamp(why.to_string()))?;
        let answer = services.ask(url, Some((QUERY, question)), timestamp::MAX_ANSWER_BYTES).await;
        match answer.and_then(|bytes| timestamp::answer(&bytes, imprint, *nonce).map_err(|why| why.to_string())) {
            Ok(token) => return Ok(token),
            Err(why) => problems.push(format!("{url}: {why}")),
        }
    }
    Err(Error::NoTimestamp(problems.join("; ")))
}

impl Engine {
    /// The authorities that this process uses in place of those that are kept.
    pub fn use_authorities(&self, urls: Vec<String>) {
        self.state().authorities = Some(urls);
    }

    /// Those that can be asked now, or why none can.
    pub(crate) fn reachable(&self) -> Result<Vec<String>, Error> {
        self.look_at_network(None);
        let state = self.state();
        let all = self.authorities(&state.store, state.authorities.as_deref())?;
        if all.is_empty() {
            return Err(Error::NoTimestamp("no time-stamp authority is set".to_owned()));
        }
        let here = |url: &String| is_this_computer(&host_of(url).unwrap_or_default());
        let online: Vec<String> = all.into_iter().filter(|url| state.network.online() || here(url)).collect();
        match online.is_empty() {
            true => Err(Error::NoTimestamp("offline".to_owned())),
            false => Ok(online),
        }
    }

    /// How much room new signatures get.
    pub(crate) fn room(&self) -> Room {
        if self.reachable().is_ok() { Room::Stamped } else { Room::Signature }
    }

    pub(crate) fn authorities(&self, store: &Store, chosen: Option<&[String]>) -> Result<Vec<String>, Error> {
        match chosen {
            Some(chosen) => Ok(chosen.to_vec()),
            None => Ok(kept(store)?.into_iter().map(|one| one.url).collect()),
        }
    }

    fn nonces(&self, many: usize) -> Result<Vec<[u8; 8]>, Error> {
        let mut rng = rng(&*self.environment)?;
        let nonce = |_| {
            let mut nonce = [0; 8];
            rng.fill_bytes(&mut nonce);
            nonce
        };
        Ok((0..many).map(nonce).collect())
    }

    async fn ask(&self, imprint: [u8; 32]) -> Result<Vec<u8>, Error> {
        let urls = self.reachable()?;
        token(&Services::new()?, &urls, imprint, &self.nonces(urls.len())?).await
    }

    /// Puts a time stamp beside the signature that was just made, if an authority can be reached. A report is no worse for
    /// having none: one over the whole of it can be put on later.
    pub(crate) async fn stamp_newest(&self, row: ReportRow, field: &str) -> Result<ReportRow, Error> {
        if self.reachable().is_err() {
            return Ok(row);
        }
        let pdf = self.files.read(row.current)?;
        match self.ask(signature_imprint(&pdf, field)?).await {
            Ok(token) => {
                let stamped = with_signature_timestamp(&pdf, field, &token)?;
                Ok(ReportRow { current: self.files.keep(&stamped)?, ..row })
            }
            Err(Error::NoTimestamp(_)) => Ok(row),
            Err(other) => Err(other),
        }
    }

    /// Puts a time stamp over the whole of a signed document; before it, if asked, what is needed to verify it in ten years.
    pub async fn stamped(&self, pdf: Vec<u8>, long_term: bool) -> Result<Vec<u8>, Error> {
        let unstamped = Unstamped::of(&pdf)?;
        let imprint = unstamped.imprint();
        if !long_term {
            return Ok(unstamped.stamped(&self.ask(imprint).await?)?);
        }
        let first = self.validation(&pdf, &[]).await?;
        let whole = add_validation(&pdf, &first)?;
        let unstamped = Unstamped::of(&whole)?;
        let token = self.ask(unstamped.imprint()).await?;
        // The authority's own certificates are known only now; they go behind the time stamp, to be covered by the next one.
        let stamped = unstamped.stamped(&token)?;
        Ok(add_validation(&stamped, &self.validation(&stamped, &first.certificates).await?)?)
    }

    /// The certificates between signers and roots, and what their issuers say of them now; those that were `asked` about just now
    /// are not asked about again.
    async fn validation(&self, pdf: &[u8], asked: &[Certificate]) -> Result<Validation, Error> {
        let trust = self.own_trust()?;
        let found = inspect(pdf, &trust, date_time(self.environment.now())?)?;
        let certificates = certificates(&found, &trust);
        let mut data = Validation { certificates, crls: trust.revocation_lists().to_vec(), ocsps: Vec::new() };
        let trusted = |one: &&Certificate| {
            let now = date_time(self.environment.now());
            now.is_ok_and(|now| trust.leads(one, &data.certificates, now))
        };
        let services = Services::new()?;
        let fresh = data.certificates.iter().filter(trusted).filter(|one| !asked.contains(one));
        let fresh: Vec<Certificate> = fresh.cloned().collect();
        for certificate in &fresh {
            for url in certificate.revocation_lists() {
                let Ok(list) = services.ask(&url, None, STATEMENT_LIMIT).await else { continue };
                if trust.clone().with_crl(&list).is_ok() && !data.crls.contains(&list) {
                    data.crls.push(list);
                }
            }
            let issuer = data.certificates.iter().find(|issuer| issuer.is_issuer_of(certificate));
            let Some(question) = issuer.and_then(|issuer| ocsp::question(certificate, issuer).ok()) else { continue };
            for url in certificate.responders() {
                let question = Some((OCSP_QUERY, question.clone()));
                match services.ask(&url, question, STATEMENT_LIMIT).await {
                    Ok(answer) if ocsp::is_answer(&answer) => data.ocsps.push(answer),
                    _ => {}
                }
            }
        }
        Ok(data)
    }

    /// Whom this installation believes: its roots about people, its authorities' roots about the time.
    pub(crate) fn own_trust(&self) -> Result<Trust, Error> {
        let state = self.state();
        let State { store, installation, .. } = &*state;
        Ok(self.keys.trust(self.keys.roots(installation)?)?.with_time_roots(roots(store)?))
    }

    /// Puts a time stamp over the report of a record that is kept.
    pub(crate) async fn stamp_kept(&self, row: ReportRow, long_term: bool) -> Result<ReportRow, Error> {
        let stamped = self.stamped(self.files.read(row.current)?, long_term).await?;
        Ok(ReportRow { current: self.files.keep(&stamped)?, ..row })
    }

    /// What time a report proves, and if it proves none, why; and the characters that no font had when it was made.
    pub(crate) fn said(&self, pdf: &[u8]) -> Result<(String, Vec<String>), Error> {
        let found = inspect(pdf, &self.own_trust()?, date_time(self.environment.now())?)?;
        let words = countersign_verify::time_words(&found);
        let record = found.attachments.iter().find(|file| file.name == RECORD_FILE);
        let bundle = record.and_then(|file| serde_json::from_slice::<Bundle>(&file.bytes).ok());
        let missing = bundle.map(|bundle| bundle.pages.missing).unwrap_or_default();
        let time = match sealing::any_stamp(&found) {
            true => words,
            false => {
                let why = self.reachable().err().map_or_else(|| "none was asked".to_owned(), |why| why.why());
                format!("No time stamp: {why}. {words}")
            }
        };
        Ok((time, missing))
    }
}

/// The commands, and what the command line asks besides.
impl Engine {
    /// See [`SetAuthority`].
    pub async fn set_authority(&self, req: SetAuthority) -> Reply<Vec<String>> {
        let root = req.root.as_deref().filter(|path| !path.trim().is_empty()).map(Path::new);
        Ok(set(&mut self.state().store, &req.url, root, req.remove)?)
    }

    /// See [`StampReport`].
    pub async fn stamp_report(&self, req: StampReport) -> Reply<ReportState> {
        let row = self.state().store.report(&req.record)?.ok_or(Error::NotYet(NotYet::NoReport))?;
        let row = self.stamp_kept(row, req.long_term).await?;
        self.state().store.keep_report(&req.record, row)?;
        self.report_state(ReportStatus { record: req.record }).await
    }

    /// Puts a time stamp over a signed file, into the file `to`; what time it proves from then on comes back.
    pub async fn stamp_file(&self, from: &Path, to: &Path, long_term: bool) -> Reply<String> {
        let limit = u64::try_from(countersign_verify::LIMIT).unwrap_or(u64::MAX);
        let stamped = self.stamped(read_limited(from, limit)?, long_term).await?;
        write_whole(to, &stamped)?;
        Ok(self.said(&stamped)?.0)
    }

    /// The time-stamp authorities that are kept.
    pub fn kept_authorities(&self) -> Reply<Vec<String>> {
        Ok(kept(&self.state().store)?.into_iter().map(|one| one.url).collect())
    }
}

/// Every certificate of the signatures, the time stamps and the roots, once.
fn certificates(found: &Inspection, trust: &Trust) -> Vec<Certificate> {
    let mut all: Vec<Certificate> = Vec::new();
    let stamps = found.signatures.iter().filter_map(|one| one.timestamp.as_ref()?.as_ref().ok());
    let of_stamps = stamps.flat_map(|stamp| std::iter::once(&stamp.authority).chain(&stamp.carried));
    let of_signers = found.signatures.iter().flat_map(|one| one.signer.iter().chain(&one.carried));
    for one in of_signers.chain(of_stamps).chain(trust.trusted()).chain(trust.trusted_for_time()) {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    all
}
