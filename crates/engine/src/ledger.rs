//! Records at the edge: `core` decides and folds; here an event gets its time, author, parents and signature, and is
//! committed before anybody hears of it.

mod draft;

pub use draft::Draft;

use crate::around;
use crate::clock::Environment;
use crate::error::Error;
use crate::installation::Installation;
use crate::store::Store;
use countersign_core::checklist::Correction;
use countersign_core::id::{Digest, RecordId};
use countersign_core::mask::Masked;
use countersign_core::record::rounds::plans;
use countersign_core::record::{
    Answer, Author, Body, ChecklistFile, Content, Entry, Event, FORMAT, Header, Intent, Moment, Person, Since, Started,
    View, decide, fold, log, mask_body, set_apart,
};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

/// How far wall clock and monotonic clock may drift apart before it is called a jump, in milliseconds.
const DRIFT_LIMIT: i64 = 2_000;

/// The records that are open in this process.
#[derive(Debug, Default)]
pub struct Ledger {
    views: HashMap<RecordId, View>,
    clocks: Clocks,
}

/// The wall clock against the monotonic one, which goes on while the computer sleeps.
#[derive(Debug, Default)]
struct Clocks {
    /// Both at the last look.
    last: Option<(i64, u64)>,
    /// How far the wall clock was set in all since this process began, in milliseconds.
    moved: i64,
    /// How much of that each record knows. One that is not here was read from the store, and nothing was written to it yet.
    known: HashMap<RecordId, i64>,
}

impl Clocks {
    fn look(&mut self, environment: &dyn Environment) {
        let now = (environment.now().millis(), environment.monotonic());
        let Some((wall, mono)) = self.last.replace(now) else { return };
        let passed = i64::try_from(now.1.saturating_sub(mono)).unwrap_or(i64::MAX);
        let drift = now.0.saturating_sub(wall).saturating_sub(passed);
        if drift.saturating_abs() > DRIFT_LIMIT {
            self.moved = self.moved.saturating_add(drift);
        }
    }

    /// What a record is to be told. From one run of the program to the next only a clock before its newest event tells that the
    /// clock was set back, and by how much at the least.
    fn untold(&self, view: &View, now: i64) -> Option<i64> {
        let by = match self.known.get(&view.id) {
            Some(known) => self.moved.saturating_sub(*known),
            None => now.saturating_sub(view.last_at.millis()).min(0),
        };
        (by.saturating_abs() > DRIFT_LIMIT).then_some(by)
    }
}

/// What every write needs.
pub struct Desk<'a> {
    /// Where events become durable.
    pub store: &'a mut Store,
    /// Who signs them.
    pub installation: &'a Installation,
    /// Time and randomness.
    pub environment: &'a dyn Environment,
    /// The data directory.
    pub folder: &'a Path,
}

/// An intent, with what comes with it.
#[derive(Debug)]
pub struct Asked {
    /// What is wanted.
    pub intent: Intent,
    /// What lies beside the event that comes of it.
    pub aside: Option<Vec<u8>>,
    /// What was masked already.
    pub masked: Vec<Masked>,
}

impl From<Intent> for Asked {
    fn from(intent: Intent) -> Self {
        Self { intent, aside: None, masked: Vec::new() }
    }
}

/// What a record begins with.
#[derive(Debug)]
pub struct Beginning<'a> {
    /// The checklist's file name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What was corrected in the reading of them.
    pub corrections: Vec<Correction>,
    /// What changed since the last record by an earlier version, acknowledged.
    pub since: Option<Since>,
    /// Header facts.
    pub header: Header,
    /// It is a rehearsal.
    pub rehearsal: bool,
    /// Who begins.
    pub person: &'a Person,
}

impl Ledger {
    /// Starts a record.
    pub fn start(&mut self, mut desk: Desk<'_>, beginning: Beginning<'_>) -> Result<&View, Error> {
        let mut id = [0; 16];
        desk.environment.random(&mut id)?;
        let record = RecordId(id.iter().map(|byte| format!("{byte:02x}")).collect());
        let Beginning { name, bytes, corrections, since, header, rehearsal, person } = beginning;
        let (name, sha256, content) = (name.to_owned(), Digest::of(bytes), Content::of(bytes));
        let checklist = ChecklistFile { name, sha256, content, corrections };
        let (installation, environment) = (desk.installation, desk.environment);
        let entry = desk.store.begin(|number| {
            let mut body = Body::Started(Box::new(Started { number, checklist, header, rehearsal, since }));
            let masked = mask_body(&mut body);
            sign(installation, environment, &record, Unsigned { parents: Vec::new(), person, masked, body })
        })?;
        let mut view = View::open(&entry)?;
        let around = Body::Around { around: around::look(self, &mut desk, &record, &view.header)? };
        let second = write(installation, environment, &record, vec![view.head], person, around)?;
        desk.store.append(std::slice::from_ref(&second))?;
        view.apply(&second);
        self.clocks.look(desk.environment);
        self.clocks.known.insert(record.clone(), self.clocks.moved);
        Ok(self.views.entry(record).or_insert(view))
    }

    /// The view of a record, read and checked from the store if it is not open yet; it stays open.
    pub fn view(&mut self, store: &Store, installation: &Installation, record: &RecordId) -> Result<&View, Error> {
        if !self.views.contains_key(record) {
            self.views.insert(record.clone(), read(store, installation, record)?);
        }
        self.views.get(record).ok_or_else(|| Error::NoRecord(record.to_string()))
    }

    /// The view of a record without keeping it: for those that look at many.
    pub fn peek(&self, store: &Store, installation: &Installation, record: &RecordId) -> Result<Cow<'_, View>, Error> {
        match self.views.get(record) {
            Some(view) => Ok(Cow::Borrowed(view)),
            None => Ok(Cow::Owned(read(store, installation, record)?)),
        }
    }

    /// Decides an intent and commits what it comes to. The events are on disk when this returns.
    pub fn act(
        &mut self,
        mut desk: Desk<'_>,
        record: &RecordId,
        person: &Person,
        asked: impl Into<Asked>,
    ) -> Result<Vec<Entry>, Error> {
        let Asked { intent, aside: beside, mut masked } = asked.into();
        self.clocks.look(desk.environment);
        let mut written = self.tell_jump(&mut desk, record)?;
        let (environment, mut moment) = (desk.environment, Moment::new(desk.environment.now(), person.clone()));
        let view = self.view(desk.store, desk.installation, record)?;
        if asks_for_surroundings(view, &intent) {
            let header = view.header.clone();
            moment.around = Some(around::look(self, &mut desk, record, &header)?);
        }
        let view = self.view(desk.store, desk.installation, record)?;
        let mut head = view.head;
        let mut salt = [0; 16];
        environment.random(&mut salt)?;
        let body = decide(view, intent, &moment)?;
        let (mut body, aside) = set_apart(view, body, salt).map_err(|error| Error::Internal(error.to_string()))?;
        for of in mask_body(&mut body) {
            match masked.iter_mut().find(|known| known.kind == of.kind) {
                Some(known) => known.count = known.count.saturating_add(of.count),
                None => masked.push(of),
            }
        }
        let mut entries = Vec::new();
        if let Some(around) = moment.around {
            let before = Body::Around { around };
            let entry = write(desk.installation, environment, record, vec![head], person, before)?;
            head = entry.id;
            entries.push(entry);
        }
        let draft = Unsigned { parents: vec![head], person, masked, body };
        let last = sign(desk.installation, environment, record, draft)?;
        entries.push(Entry { aside: aside.or(beside), ..last });
        self.keep(desk.store, &entries)?;
        written.append(&mut entries);
        Ok(written)
    }

    /// Looks at the clocks, and writes into a record that they were set before anything else is written.
    pub fn settle_clocks(&mut self, desk: &mut Desk<'_>, record: &RecordId) -> Result<Vec<Entry>, Error> {
        self.clocks.look(desk.environment);
        self.tell_jump(desk, record)
    }

    /// Looks at the clocks: how far the wall clock was set in all since this process began, in milliseconds.
    pub fn look(&mut self, environment: &dyn Environment) -> i64 {
        self.clocks.look(environment);
        self.clocks.moved
    }

    /// Writes into a record that the clock was set, if that was seen and it does not know.
    pub fn tell_jump(&mut self, desk: &mut Desk<'_>, record: &RecordId) -> Result<Vec<Entry>, Error> {
        self.view(desk.store, desk.installation, record)?;
        let now = desk.environment.now().millis();
        let view = self.views.get(record).ok_or_else(|| Error::NoRecord(record.to_string()))?;
        let told = match self.clocks.untold(view, now) {
            None => Vec::new(),
            Some(by) => {
                let (person, head) = (view.started_by.clone(), vec![view.head]);
                let body = Body::ClockJumped { by };
                let entry = write(desk.installation, desk.environment, record, head, &person, body)?;
                self.keep(desk.store, std::slice::from_ref(&entry))?;
                vec![entry]
            }
        };
        self.clocks.known.insert(record.clone(), self.clocks.moved);
        Ok(told)
    }

    /// Commits events of one record and takes them into its view.
    fn keep(&mut self, store: &mut Store, entries: &[Entry]) -> Result<(), Error> {
        store.append(entries)?;
        for entry in entries {
            if let Some(view) = self.views.get_mut(&entry.event.record) {
                view.apply(entry);
            }
        }
        Ok(())
    }
}

/// What is known around the record belongs into the log before this: rules about hours and other deployments are judged by it.
fn asks_for_surroundings(view: &View, intent: &Intent) -> bool {
    match intent {
        Intent::Close { .. } => true,
        Intent::Answer { item, answer: Answer::Done, .. } => {
            view.conduct.deployed.is_none() && view.template.item(item).is_some_and(|item| item.is_deploy())
        }
        _ => false,
    }
}

fn read(store: &Store, installation: &Installation, record: &RecordId) -> Result<View, Error> {
    let log = store.log(record)?;
    let fault = |fault| Error::Log { record: record.clone(), fault };
    log::check(&log, &[installation.public_key()]).map_err(fault)?;
    Ok(fold(&log)?)
}

fn write(
    installation: &Installation,
    environment: &dyn Environment,
    record: &RecordId,
    parents: Vec<Digest>,
    person: &Person,
    body: Body,
) -> Result<Entry, Error> {
    sign(installation, environment, record, Unsigned { parents, person, masked: Vec::new(), body })
}

/// An event before it has time, author and signature.
struct Unsigned<'a> {
    parents: Vec<Digest>,
    person: &'a Person,
    masked: Vec<Masked>,
    body: Body,
}

fn sign(
    installation: &Installation,
    environment: &dyn Environment,
    record: &RecordId,
    draft: Unsigned<'_>,
) -> Result<Entry, Error> {
    let Unsigned { parents, person, masked, body } = draft;
    let author =
        Author { installation: installation.public_key().digest(), app: crate::APP.to_owned(), person: person.clone() };
    let (at, mono) = (environment.now(), environment.monotonic());
    let event = Event { v: FORMAT, record: record.clone(), parents, at, mono, author, masked, body };
    let bytes = event.canonical()?;
    let signature = installation.sign_event(&bytes)?;
    Ok(Entry { id: Digest::of(&bytes), bytes, signature, event, aside: None })
}

/// Rounds are under way in it.
pub fn has_rounds(view: &View) -> bool {
    view.is_open() && view.rounds.anchor.is_some() && !plans(&view.template).is_empty()
}
