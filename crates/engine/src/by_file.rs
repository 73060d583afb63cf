//! Signatures by file: a request carries the record to another computer, an answer brings the signature back, a report travels from
//! one signer to the next. What a signature may be taken for is decided by `core`; here are the files.

mod fault;
mod report;

pub use fault::ByFile;

use crate::commands::{Reply, bundled};
use crate::error::Error;
use crate::files::{read_limited, write_whole};
use crate::keys::fingerprint;
use crate::{Engine, State, sealing};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::api::{AnswerByFile, AskByFile, OpenRequest, TakeAnswer};
use countersign_core::id::RecordId;
use countersign_core::record::log::{Bundle, BundledEvent};
use countersign_core::record::{Body, Entry, Intent, Person, SignOff, View, fold};
use countersign_pades::cms;
use serde::{Deserialize, Serialize};
use std::path::Path;

const REQUEST: &str = "countersign-sign-request";
const ANSWER: &str = "countersign-sign-answer";
/// The largest request or answer, in bytes.
const LIMIT: u64 = 100_000_000;

/// A request: the record up to the event by which somebody was asked.
#[derive(Serialize, Deserialize)]
struct Request {
    format: String,
    v: u32,
    bundle: Bundle,
}

/// An answer: a signed statement about it.
#[derive(Serialize, Deserialize)]
struct Answer {
    format: String,
    v: u32,
    sign_off: SignOff,
}

/// A record of another computer, opened here to be looked at and signed.
#[derive(Debug)]
pub struct Guest {
    /// Its events.
    pub log: Vec<Entry>,
    /// What they come to.
    pub view: View,
}

impl Engine {
    /// See [`AskByFile`].
    pub async fn ask_by_file(&self, req: AskByFile) -> Reply<Vec<BundledEvent>> {
        let words = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (of, role) = (words(&req.of).map(Person), words(&req.role));
        let view = self.view(&req.record)?;
        // The same question twice in a row is one question: its file is only written again.
        let known = view.asked.last().filter(|last| last.event == view.head && (&last.of, &last.role) == (&of, &role));
        let written = match known {
            Some(_) => Vec::new(),
            None => self.write(&req.record, &req.person, Intent::AskSignOff { of, role })?,
        };
        let State { store, installation, .. } = &*self.state();
        let fault = |fault| Error::Log { record: req.record.clone(), fault };
        let bundle = Bundle::of(&store.log(&req.record)?, &[installation.public_key()], crate::APP).map_err(fault)?;
        let request = Request { format: REQUEST.to_owned(), v: 1, bundle };
        let json = serde_json::to_vec(&request).map_err(|error| Error::Internal(error.to_string()))?;
        write_whole(Path::new(&req.path), &json)?;
        bundled(&written)
    }

    /// See [`OpenRequest`].
    pub async fn open_request(&self, req: OpenRequest) -> Reply<RecordId> {
        let guest = read_request(Path::new(&req.path))?;
        let id = guest.view.id.clone();
        let state = &mut *self.state();
        // Where the record itself is, it is shown as it stands.
        if state.store.number(&id)?.is_none() {
            state.guests.insert(id.clone(), guest);
        }
        Ok(id)
    }

    /// See [`AnswerByFile`].
    pub async fn answer_by_file(&self, req: AnswerByFile) -> Reply<String> {
        let record = &req.statement.record;
        let identity = {
            if !self.state().guests.contains_key(record) {
                return Err(Error::from(ByFile::NoRequest).into());
            }
            self.unlock(&req.key, &req.passphrase)?
        };
        let statement = sealing::as_shown(req.statement, req.seconds, self.environment.now());
        let sign_off = sealing::sign(&identity, statement)?;
        let answer = Answer { format: ANSWER.to_owned(), v: 1, sign_off };
        let json = serde_json::to_vec_pretty(&answer).map_err(|error| Error::Internal(error.to_string()))?;
        write_whole(Path::new(&req.path), &json)?;
        Ok(req.path)
    }

    /// See [`TakeAnswer`].
    pub async fn take_answer(&self, req: TakeAnswer) -> Reply<Vec<BundledEvent>> {
        let sign_off = read_answer(Path::new(&req.path))?;
        let roster = self.checked(&sign_off)?;
        let intent = Intent::SignOff { sign_off: Box::new(sign_off), roster };
        bundled(&self.write(&req.record, &req.person, intent)?)
    }

    /// Somebody whom this computer trusts signed exactly this statement; what the roster says of them.
    fn checked(&self, sign_off: &SignOff) -> Result<Option<Box<countersign_core::roster::RosterSaid>>, Error> {
        let statement = &sign_off.statement;
        let content = statement.canonical().map_err(|error| Error::Internal(error.to_string()))?;
        let signature = BASE64.decode(&sign_off.signature).map_err(|_| ByFile::Changed)?;
        let at = crate::clock::date_time(statement.at)?;
        let verdict = cms::verify(&signature, &content, &self.own_trust()?, at)?;
        let named =
            fingerprint(&verdict.signer) == statement.certificate && verdict.signer.common_name() == statement.person.0;
        if !verdict.digest_ok || !verdict.signature_ok || !named {
            return Err(ByFile::Changed.into());
        }
        if !verdict.chain.is_trusted() {
            let (person, why) = (statement.person.to_string(), verdict.chain.to_string());
            return Err(ByFile::NotTrusted { person, why }.into());
        }
        let who = (&statement.person, &verdict.signer);
        Ok(self.asked_roster(who, &statement.role, statement.at)?.map(Box::new))
    }

    /// A record of another computer that was opened here.
    pub(crate) fn guest<T>(&self, record: &RecordId, of: impl FnOnce(&Guest) -> T) -> Option<T> {
        self.state().guests.get(record).map(of)
    }
}

fn read_request(path: &Path) -> Result<Guest, Error> {
    let bytes = read_limited(path, LIMIT)?;
    let request: Request = serde_json::from_slice(&bytes).map_err(|_| ByFile::NotARequest(path.to_owned()))?;
    if request.format != REQUEST || request.v != 1 {
        return Err(ByFile::NotARequest(path.to_owned()).into());
    }
    let fault = |fault| Error::Log { record: request.bundle.record.clone(), fault };
    let log = request.bundle.open().map_err(fault)?;
    match log.last().map(|last| &last.event.body) {
        Some(Body::SignOffAsked { .. }) => Ok(Guest { view: fold(&log)?, log }),
        _ => Err(ByFile::NotARequest(path.to_owned()).into()),
    }
}

fn read_answer(path: &Path) -> Result<SignOff, Error> {
    let bytes = read_limited(path, LIMIT)?;
    let answer: Answer = serde_json::from_slice(&bytes).map_err(|_| ByFile::NotAnAnswer(path.to_owned()))?;
    match answer.format == ANSWER && answer.v == 1 {
        true => Ok(answer.sign_off),
        false => Err(ByFile::NotAnAnswer(path.to_owned()).into()),
    }
}
