//! Probes at the edge: which can run now, many at a time, with cancel and progress; what cannot run is kept as not executed.
//!
//! How one is asked is [`crate::probe`]'s, when one falls due [`crate::schedule`]'s, whether there is a network [`crate::connectivity`]'s.

use crate::error::Error;
use crate::ledger::Desk;
use crate::probe::Allowed;
use crate::{Engine, State, connectivity, register, schedule};
use countersign_core::api::ApiError;
use countersign_core::checklist::ProbeOffer;
use countersign_core::id::{ProbeId, RecordId};
use countersign_core::record::probe::{is_this_computer, may_ask};
use countersign_core::record::{Entry, Intent, Observation, Person, Phase};
use countersign_core::time::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, broadcast, watch};
use tokio::task::JoinSet;

/// How many probes are asked at a time.
const AT_ONCE: usize = 256;
/// How many results are committed together at most.
const TOGETHER: usize = 64;
/// How long what the witnesses showed is believed before probes begin, in milliseconds.
const BELIEVED: u64 = 5_000;
/// How long it takes until witnesses that did not answer are asked again, in milliseconds.
const AGAIN: u64 = 10_000;

/// How far the probes of a record are that run now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProbeProgress {
    /// Which record.
    pub record: RecordId,
    /// How many are through.
    pub done: usize,
    /// Of how many.
    pub of: usize,
}

/// What runs now, and who hears of it.
pub(crate) struct Probing {
    at_once: Arc<Semaphore>,
    told: broadcast::Sender<ProbeProgress>,
    witnesses: Arc<reqwest::Client>,
    running: Mutex<Running>,
}

#[derive(Default)]
struct Running {
    probes: BTreeSet<(RecordId, ProbeId)>,
    /// Told to stop.
    stop: BTreeMap<RecordId, watch::Sender<()>>,
    /// When the witnesses were asked last, by the monotonic clock.
    asked: Option<u64>,
}

/// A probe that is ready to be made.
struct Ready {
    offer: ProbeOffer,
    allowed: Allowed,
    due: Timestamp,
    /// It needs a network.
    elsewhere: bool,
}

impl Probing {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self {
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            told: broadcast::channel(64).0,
            witnesses: connectivity::client()?,
            running: Mutex::default(),
        })
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes those for a run that no other run has, and hears when they are to stop.
    fn take(&self, record: &RecordId, ready: Vec<Ready>) -> (Vec<Ready>, watch::Receiver<()>) {
        let running = &mut *self.running();
        let taken = ready.into_iter().filter(|one| running.probes.insert((record.clone(), one.offer.id.clone())));
        let taken = taken.collect();
        (taken, running.stop.entry(record.clone()).or_insert_with(|| watch::channel(()).0).subscribe())
    }

    /// They do not run any more, however they ended.
    fn give_back(&self, record: &RecordId, probes: &[ProbeId]) {
        let running = &mut *self.running();
        for probe in probes {
            running.probes.remove(&(record.clone(), probe.clone()));
        }
    }
}

/// Gives probes back when a run ends, also one that is dropped in the middle.
struct Held<'a> {
    probing: &'a Probing,
    record: &'a RecordId,
    probes: Vec<ProbeId>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.probing.give_back(self.record, &self.probes);
    }
}

impl Engine {
    /// Rounds are under way in a record: reminders and probes fall due.
    pub fn watches_rounds(&self) -> bool {
        !self.state().watch.records().is_empty()
    }

    /// Hears how far running probes are. One who is slow misses some, never the newest.
    pub fn probe_progress(&self) -> broadcast::Receiver<ProbeProgress> {
        self.probing.told.subscribe()
    }

    /// Stops the probes of a record that run now. What was not through yet is not kept.
    pub(crate) fn stop(&self, record: &RecordId) {
        if let Some(stop) = self.probing.running().stop.get(record) {
            stop.send_replace(());
        }
    }

    /// Makes the probes that waited for the network, those of an earlier run of the program too, and those whose rounds are due. It takes
    /// as long as they do; [`Engine::tick`] goes on meanwhile.
    ///
    /// # Errors
    /// As for any write.
    pub async fn probe_what_is_due(&self) -> Result<Probed, ApiError> {
        let network_changed = self.look_beyond_wall().await;
        let wait = {
            let state = &mut *self.state();
            state.network.online() && std::mem::take(&mut state.may_wait)
        };
        let mut all = if wait { self.waiting()? } else { Vec::new() };
        all.extend(self.due()?);
        let mut records = Vec::new();
        for (record, person, probes) in all {
            if !self.probe(&record, &person, &probes).await?.is_empty() && !records.contains(&record) {
                records.push(record);
            }
        }
        Ok(Probed { records, network_changed })
    }

    /// Records under watch with probes whose round is due, and who began them.
    fn due(&self) -> Result<Vec<ToProbe>, Error> {
        let now = self.environment.now();
        let State { store, installation, ledger, watch, .. } = &mut *self.state();
        let seed = installation.public_key().digest();
        let mut all = Vec::new();
        for record in watch.records() {
            let view = ledger.view(store, installation, &record)?;
            let due = schedule::due(view, seed, now);
            if !due.is_empty() {
                let asked = due.into_iter().map(|(probe, due)| (probe, Some(due))).collect();
                all.push((record, view.started_by.clone(), asked));
            }
        }
        Ok(all)
    }

    /// Open records with waiting probes, and who began them.
    fn waiting(&self) -> Result<Vec<ToProbe>, Error> {
        let State { store, installation, ledger, .. } = &mut *self.state();
        register::refresh(store, installation, ledger)?;
        let mut all = Vec::new();
        for record in store.with_waiting_probes()? {
            let view = ledger.view(store, installation, &record)?;
            let waiting: Vec<Asked> = view.waiting_probes().into_iter().map(|(probe, _)| (probe, None)).collect();
            if view.is_open() && !waiting.is_empty() {
                all.push((record, view.started_by.clone(), waiting));
            }
        }
        Ok(all)
    }

    /// Makes probes of a record, or keeps that they could not be executed. A probe that waits already stays with its first due time.
    pub(crate) async fn probe(&self, record: &RecordId, person: &Person, asked: &[Asked]) -> Result<Vec<Entry>, Error> {
        let (mut ready, mut deferred) = self.sort_out(record, asked)?;
        let mut written = Vec::new();
        if ready.iter().any(|one| one.elsewhere)
            && let Some(why) = self.cut_off(BELIEVED).await
        {
            let (elsewhere, here): (Vec<_>, Vec<_>) = ready.into_iter().partition(|one| one.elsewhere);
            ready = here;
            deferred.extend(elsewhere.into_iter().map(|one| (one.offer.id, one.due, why.clone())));
        }
        let (ready, mut stop) = self.probing.take(record, ready);
        let held =
            Held { probing: &self.probing, record, probes: ready.iter().map(|one| one.offer.id.clone()).collect() };
        written.extend(self.keep(record, person, self.not_waiting_yet(record, deferred)?)?);
        let (mut done, of) = (0, ready.len());
        self.tell(record, done, of);
        let mut running = self.begin(ready);
        loop {
            let next = tokio::select! {
                next = running.join_next() => next,
                _ = stop.changed() => None,
            };
            let Some(next) = next else { break };
            let mut through = vec![next];
            while through.len() < TOGETHER
                && let Some(more) = running.try_join_next()
            {
                through.push(more);
            }
            done += through.len();
            let mut intents = Vec::new();
            for one in through {
                let (observation, elsewhere, began) = one.map_err(|error| Error::Internal(error.to_string()))?;
                intents.push(self.judged_by_witnesses(observation, elsewhere, began).await);
            }
            written.extend(self.keep(record, person, intents)?);
            self.tell(record, done, of);
        }
        running.abort_all();
        self.tell(record, of, of);
        drop(held);
        Ok(written)
    }

    /// Which can be made now, and which not, with the reason.
    fn sort_out(&self, record: &RecordId, asked: &[Asked]) -> Result<(Vec<Ready>, Vec<NotMade>), Error> {
        let now = self.environment.now();
        let names = connectivity::has_name_server();
        let State { store, installation, ledger, network, .. } = &mut *self.state();
        let view = ledger.view(store, installation, record)?;
        let waiting = view.waiting_probes();
        let (mut ready, mut deferred) = (Vec::new(), Vec::new());
        for (id, due) in asked {
            let offer = may_ask(view, id)?.clone();
            let first = waiting.iter().find(|(waiting, _)| waiting == id).map(|(_, due)| *due);
            let due = first.or(*due).unwrap_or(now);
            let elsewhere = !offer.hosts.iter().all(|host| is_this_computer(host));
            let by_name = offer.hosts.iter().any(|host| is_name(host));
            let why = match () {
                () if network.offline_chosen => Some("working offline was chosen"),
                () if elsewhere && !network.route => Some("this computer had no network"),
                () if elsewhere && by_name && !names => Some("this computer had no way to a name server"),
                () => None,
            };
            match why {
                Some(why) => deferred.push((id.clone(), due, why.to_owned())),
                None => ready.push(Ready { offer, allowed: Allowed::of(view), due, elsewhere }),
            }
        }
        Ok((ready, deferred))
    }

    /// Those that do not wait already.
    fn not_waiting_yet(&self, record: &RecordId, deferred: Vec<NotMade>) -> Result<Vec<Intent>, Error> {
        let State { store, installation, ledger, .. } = &mut *self.state();
        let waiting = ledger.view(store, installation, record)?.waiting_probes();
        let fresh = deferred.into_iter().filter(|(id, _, _)| waiting.iter().all(|(known, _)| known != id));
        Ok(fresh.map(|(probe, due, reason)| Intent::Defer { probe, due, reason }).collect())
    }

    fn begin(&self, ready: Vec<Ready>) -> JoinSet<Made> {
        let mut running = JoinSet::new();
        for Ready { offer, allowed, due, elsewhere } in ready {
            let (at_once, prober) = (Arc::clone(&self.probing.at_once), Arc::clone(&self.prober));
            let environment = Arc::clone(&self.environment);
            running.spawn(async move {
                // It is never closed.
                let _place = at_once.acquire_owned().await;
                let began = environment.monotonic();
                let observation = prober.run(&offer, &allowed, due, environment.now()).await;
                (observation, elsewhere, began)
            });
        }
        running
    }

    /// What reached nobody while the witnesses reach nobody either was not executed.
    async fn judged_by_witnesses(&self, observation: Observation, elsewhere: bool, began: u64) -> Intent {
        let failed = observation.exchanges.last().and_then(|exchange| exchange.failed);
        let nobody = matches!(failed, Some(Phase::Resolve | Phase::Connect | Phase::Tls));
        if elsewhere && nobody {
            let since = self.environment.monotonic().saturating_sub(began);
            if let Some(reason) = self.cut_off(since).await {
                return Intent::Defer { probe: observation.probe, due: observation.due, reason };
            }
        }
        Intent::Observe { observation: Box::new(observation) }
    }

    /// Why nothing can be reached, as far as the witnesses tell; what they showed at most `believed` milliseconds ago counts.
    async fn cut_off(&self, believed: u64) -> Option<String> {
        let (witnesses, known) = {
            let network = &self.state().network;
            (network.witnesses.clone(), network.wall.clone())
        };
        if witnesses.is_empty() {
            return None;
        }
        let now = self.environment.monotonic();
        let fresh = self.probing.running().asked.is_some_and(|asked| now.saturating_sub(asked) <= believed);
        if fresh {
            return known;
        }
        let why = connectivity::cut_off(&self.probing.witnesses, &witnesses).await;
        self.probing.running().asked = Some(self.environment.monotonic());
        let state = &mut *self.state();
        if state.network.wall != why {
            state.network.wall.clone_from(&why);
            state.network.since = self.environment.now();
            state.may_wait = true;
        }
        why
    }

    /// Asks the witnesses again from time to time as long as nothing can be reached. True if that changed.
    pub(crate) async fn look_beyond_wall(&self) -> bool {
        if self.state().network.wall.is_none() {
            return false;
        }
        let before = self.state().network.wall.clone();
        self.cut_off(AGAIN).await != before
    }

    /// Other witnesses from now on; what the former ones showed counts no more.
    pub(crate) fn change_witnesses(&self, witnesses: Vec<String>) {
        self.probing.running().asked = None;
        let state = &mut *self.state();
        (state.network.witnesses, state.network.wall, state.may_wait) = (witnesses, None, true);
    }

    /// Commits intents together.
    fn keep(&self, record: &RecordId, person: &Person, intents: Vec<Intent>) -> Result<Vec<Entry>, Error> {
        if intents.is_empty() {
            return Ok(Vec::new());
        }
        let State { store, installation, ledger, watch, .. } = &mut *self.state();
        let mut desk = Desk { store, installation, environment: &*self.environment, folder: &self.folder };
        let mut written = ledger.tell_jump(&mut desk, record)?;
        let mut draft = ledger.draft(&desk, record)?;
        for intent in intents {
            ledger.add(&mut desk, &mut draft, person, intent)??;
        }
        written.extend(ledger.commit(&mut desk, draft)?);
        watch.also(record);
        Ok(written)
    }

    fn tell(&self, record: &RecordId, done: usize, of: usize) {
        // Nobody may be listening.
        let _ = self.probing.told.send(ProbeProgress { record: record.clone(), done, of });
    }
}

/// What [`Engine::probe_what_is_due`] did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Probed {
    /// The records that have new events.
    pub records: Vec<RecordId>,
    /// The witnesses answer again, or no longer.
    pub network_changed: bool,
}

/// A record, who asks, and what is to be probed.
type ToProbe = (RecordId, Person, Vec<Asked>);
/// A probe, and when it was due if somebody says so.
pub(crate) type Asked = (ProbeId, Option<Timestamp>);
/// A probe that cannot be made, when it was due, and why.
type NotMade = (ProbeId, Timestamp, String);
/// What came of a probe, whether it needs a network, and when it began by the monotonic clock.
type Made = (Observation, bool, u64);

/// The host has to be looked up.
fn is_name(host: &str) -> bool {
    let bare = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    bare.parse::<std::net::IpAddr>().is_err()
}
