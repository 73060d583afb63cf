//! What a record's events come to: the view that the screen, the report and every decision are made from.

use super::answer::{Answer, Outcome, Person, State};
use super::baseline::Baseline;
use super::conduct::Conduct;
use super::event::{Event, FileFact};
use super::handover::HandedOver;
use super::header::Header;
use super::incident::KnownIncident;
use super::probed::{AddedProbes, ProbeRun};
use super::rounds::Rounds;
use super::sign_off::{Change, SignOff};
use super::since::Since;
use crate::checklist::{Item, ItemKind, Mark, ProbeOffer, Template, ValueKind};
use crate::condition::Evaluation;
use crate::id::{Digest, ItemId, ProbeId, RecordId};
use crate::roster::RosterSaid;
use crate::time::Timestamp;
use crate::tree;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A record as it stands. It is made of events and never read back: those who want it elsewhere get the events.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View {
    /// Identity.
    pub id: RecordId,
    /// Number on its installation.
    pub number: u32,
    /// It is a rehearsal.
    pub rehearsal: bool,
    /// Release, environment, people, window.
    pub header: Header,
    /// The checklist's file name.
    pub checklist: String,
    /// What changed in the checklist since the last record, as it was acknowledged.
    #[serde(default)]
    pub since: Option<Since>,
    /// The checklist as it was when the record began.
    pub template: Arc<Template>,
    /// When it began.
    pub started_at: Timestamp,
    /// Who began it.
    pub started_by: Person,
    /// The items that something was entered for.
    pub items: BTreeMap<ItemId, ItemView>,
    /// Items that were added on the spot.
    pub added: Vec<AddedItem>,
    /// Notes on the whole record.
    pub notes: Vec<Note>,
    /// Files of the whole record.
    pub files: Vec<AttachedFile>,
    /// Links of the whole record.
    #[serde(default)]
    pub links: Vec<Link>,
    /// Where secrets were masked.
    #[serde(default)]
    pub masked: Vec<MaskedAt>,
    /// The hosts that probes may connect to at private addresses too.
    pub private_hosts: Vec<String>,
    /// The hosts that probes may send something to.
    pub sending_hosts: Vec<String>,
    /// The hosts that probes may connect to.
    pub hosts: Vec<String>,
    /// The probes that were added on the spot.
    #[serde(default)]
    pub added_probes: Vec<AddedProbes>,
    /// The probes that measure percentile blanks.
    #[serde(default)]
    pub latency_probes: Vec<ProbeOffer>,
    /// What each probe did, in order.
    pub probes: BTreeMap<ProbeId, Vec<ProbeRun>>,
    /// The sign-offs in order.
    pub sign_offs: Vec<SignedOff>,
    /// Who was asked for a signature by file, in order.
    #[serde(default)]
    pub asked: Vec<AskedByFile>,
    /// How it ended, if it did.
    pub closed: Option<Closing>,
    /// Why it does not count, if it was voided.
    pub voided: Option<Note>,
    /// Reports that were made.
    pub reports: Vec<Reported>,
    /// What was measured before the deployment.
    #[serde(default)]
    pub baseline: Baseline,
    /// What was measured again and again after it.
    #[serde(default)]
    pub rounds: Rounds,
    /// When the clock jumped, and how far in milliseconds.
    pub clock_jumps: Vec<(Timestamp, i64)>,
    /// Kinds of events that this version does not know.
    pub unknown_kinds: Vec<String>,
    /// Who handed the watch over to whom.
    #[serde(default)]
    pub handovers: Vec<HandedOver>,
    /// What went wrong around the deployment.
    #[serde(default)]
    pub incidents: Vec<KnownIncident>,
    /// How many contacts this copy of the record leaves out.
    #[serde(default)]
    pub left_out: u32,
    /// How the deployment is conducted: the deploy tick, decisions, what was known around it.
    #[serde(default)]
    pub conduct: Conduct,
    /// The newest event.
    pub head: Digest,
    /// How many events there are.
    pub events: u32,
    /// When the newest event was written.
    pub last_at: Timestamp,
}

/// What was entered for an item.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct ItemView {
    /// Where it stands.
    pub state: State,
    /// The value or option, if it has one.
    pub text: Option<String>,
    /// The value against its limits.
    pub verdict: Option<Evaluation>,
    /// All answers; the last one counts.
    pub answers: Vec<Given>,
    /// Notes.
    pub notes: Vec<Note>,
    /// Evidence.
    pub files: Vec<AttachedFile>,
    /// Links as evidence.
    #[serde(default)]
    pub links: Vec<Link>,
    /// Why the answer or its verdict is to be looked at again: the baseline that it was made with was corrected.
    #[serde(default)]
    pub stale: Option<String>,
}

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The event.
    pub event: Digest,
    /// Which event of the log it is, from 1. Clocks can be set back; this cannot.
    #[serde(default)]
    pub seq: u32,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: Person,
    /// Who wrote it down, if that was somebody else.
    pub written_by: Option<Person>,
    /// The answer.
    pub answer: Answer,
    /// Why.
    pub reason: Option<String>,
    /// It was entered in a round, of which a later one is no correction.
    #[serde(default)]
    pub of_round: bool,
    /// The hash by which the event names the words, if they lie beside it.
    #[serde(default)]
    pub aside: Option<Digest>,
}

/// A text that somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Person,
    /// The text.
    pub text: String,
}

/// A file that somebody added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedFile {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Person,
    /// The file.
    pub file: FileFact,
    /// The small picture of it, a JPEG in Base64.
    #[serde(default)]
    pub preview: Option<String>,
}

/// A link that somebody added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Person,
    /// Where it leads.
    pub url: String,
    /// What is there; may be empty.
    pub words: String,
}

/// Secrets were masked before something was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedAt {
    /// When.
    pub at: Timestamp,
    /// Who brought them.
    pub by: Person,
    /// The item; none: the whole record.
    pub item: Option<ItemId>,
    /// How many of which kind: «2 × AWS access key».
    pub words: String,
}

impl MaskedAt {
    /// What an event says was masked; none if nothing was.
    pub(super) fn of(event: &Event) -> Option<Self> {
        let (at, by, item) = (event.at, event.author.person.clone(), event.body.item().cloned());
        (!event.masked.is_empty()).then(|| Self { at, by, item, words: crate::mask::words(&event.masked) })
    }
}

/// An item that the checklist does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedItem {
    /// Identity.
    pub item: ItemId,
    /// Index into the template's sections.
    pub section: usize,
    /// What it asks.
    pub label: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Person,
}

/// A sign-off, and what has changed since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedOff {
    /// The event.
    pub event: Digest,
    /// When it was written into the log.
    pub at: Timestamp,
    /// Statement and signature.
    pub sign_off: SignOff,
    /// What is different now from what was signed; empty: it stands.
    pub changes: Vec<Change>,
    /// What the organisation's roster said of the signer; none where there was no roster.
    pub roster: Option<RosterSaid>,
    /// What was signed, to compare with.
    pub(super) signed: SignedState,
}

impl SignedOff {
    /// What the roster has against the signer, in sentences.
    pub fn warnings(&self) -> &[String] {
        self.roster.as_ref().map(|said| said.warnings.as_slice()).unwrap_or_default()
    }
}

/// Somebody was asked for a signature by file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedByFile {
    /// The event; a signature that answers it names it as the newest one that was shown.
    pub event: Digest,
    /// When.
    pub at: Timestamp,
    /// Who asked.
    pub by: Person,
    /// Who was asked; none: whoever has the role.
    pub of: Option<Person>,
    /// In which role; none: the signer's choice.
    pub role: Option<String>,
    /// How many signatures have answered it.
    pub answers: u32,
    /// What is different now from what was shown.
    pub changes: Vec<Change>,
    /// What was shown.
    pub(super) shown: SignedState,
}

/// All states that somebody signed or was asked to sign, each with what is different now.
pub(super) fn covered<'a>(
    sign_offs: &'a mut [SignedOff],
    asked: &'a mut [AskedByFile],
) -> impl Iterator<Item = (&'a SignedState, &'a mut Vec<Change>)> {
    let signed = sign_offs.iter_mut().map(|of| (&of.signed, &mut of.changes));
    signed.chain(asked.iter_mut().map(|of| (&of.shown, &mut of.changes)))
}

/// The part of a record's state that a sign-off covers.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SignedState {
    /// State and value of each item that is not open.
    pub items: BTreeMap<ItemId, SignedItem>,
    /// Hash of each attached file, with its name.
    pub files: BTreeMap<Digest, String>,
    /// The events of the rounds that were taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<Digest>,
    /// The incidents by number, in words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub incidents: BTreeMap<u32, String>,
}

/// State and value of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedItem {
    /// State.
    pub state: State,
    /// Value or option; of words that lie beside their event, the hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl ItemView {
    /// What a sign-off covers of it: the same in every copy, whether it leaves words out or not.
    pub(super) fn signed(&self) -> SignedItem {
        let aside = self.answers.last().and_then(|given| given.aside);
        SignedItem { state: self.state, text: aside.map(|aside| aside.to_string()).or_else(|| self.text.clone()) }
    }
}

impl SignedItem {
    /// In words.
    pub fn words(&self) -> String {
        self.text.clone().unwrap_or_else(|| self.state.word().to_owned())
    }
}

/// How a record ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// How.
    pub outcome: Outcome,
    /// In words.
    pub summary: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Person,
}

/// A report that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The event.
    pub event: Digest,
    /// When.
    pub at: Timestamp,
    /// SHA-256 of its base revision.
    pub base: Digest,
    /// Its signature fields.
    pub fields: Vec<String>,
    /// The newest event that it shows.
    pub covers: Digest,
}

impl View {
    /// What was entered for an item; an open one if nothing was.
    pub fn item(&self, id: &ItemId) -> &ItemView {
        static OPEN: ItemView = ItemView {
            state: State::Open,
            text: None,
            verdict: None,
            answers: Vec::new(),
            notes: Vec::new(),
            files: Vec::new(),
            links: Vec::new(),
            stale: None,
        };
        self.items.get(id).unwrap_or(&OPEN)
    }

    /// What an item asks: of the checklist, or added on the spot.
    pub fn label(&self, id: &ItemId) -> String {
        let of_template = self.template.item(id).map(|item| item.label.clone());
        let added = || self.added.iter().find(|added| added.item == *id).map(|added| added.label.clone());
        of_template.or_else(added).unwrap_or_else(|| id.to_string())
    }

    /// The part of the state that a sign-off covers. What a sign-off itself fills is not part of it.
    pub fn signed_state(&self) -> SignedState {
        let answered = |(id, item): (&ItemId, &ItemView)| {
            let covered = item.state != State::Open && !self.filled_by_sign_off(id);
            covered.then(|| (id.clone(), item.signed()))
        };
        let files = self.files.iter().chain(self.items.values().flat_map(|item| &item.files));
        SignedState {
            items: tree::map(self.items.iter().filter_map(answered)),
            files: tree::map(files.map(|file| (file.file.sha256, file.file.name.clone()))),
            rounds: self.rounds.taken.iter().map(|taken| taken.event).collect(),
            incidents: self.incidents.iter().map(|of| (of.number, of.incident.signed_words())).collect(),
        }
    }

    /// The item is a sign-off line, or the box of one.
    pub fn filled_by_sign_off(&self, id: &ItemId) -> bool {
        self.template.item(id).is_some_and(|item| {
            matches!(item.kind, ItemKind::SignOff { .. }) || self.template.sign_off_on_line_of(item).is_some()
        })
    }

    /// Hash over [`Self::signed_state`] and the header.
    pub fn state_digest(&self) -> Result<Digest, serde_json::Error> {
        self.digest_of(&self.signed_state())
    }

    /// Hash over a state and the header, which never changes.
    pub(super) fn digest_of(&self, state: &SignedState) -> Result<Digest, serde_json::Error> {
        Ok(Digest::of(&serde_json_canonicalizer::to_vec(&(&self.header, state))?))
    }

    /// Everybody whom the record names, in the order of the alphabet.
    pub fn people(&self) -> BTreeSet<&Person> {
        let header = self.header.deployer.iter().chain(&self.header.reviewers).chain([&self.started_by]);
        let answers = self.items.values().flat_map(|item| &item.answers);
        let answered = answers.flat_map(|given| [&given.by].into_iter().chain(&given.written_by));
        let signed = self.sign_offs.iter().map(|signed| &signed.sign_off.statement.person);
        let shifts = self.handovers.iter().flat_map(|of| [&of.signed.baton.from, &of.signed.baton.to]);
        let owners = self.incidents.iter().flat_map(|of| of.incident.actions.iter().map(|action| &action.owner));
        header.chain(answered).chain(signed).chain(shifts).chain(owners).filter(|person| !person.0.is_empty()).collect()
    }

    /// Events can still change it.
    pub fn is_open(&self) -> bool {
        self.closed.is_none() && self.voided.is_none()
    }

    /// The sign-off that counts for a role: the newest one in that role.
    pub fn sign_off_for(&self, role: &str) -> Option<&SignedOff> {
        self.sign_offs.iter().rev().find(|signed| same_role(&signed.sign_off.statement.role, role))
    }

    /// The sign-offs that count, in order: for each person, role, meaning and line the newest one. What a person sent back stands
    /// until that person signs again in that role.
    pub fn standing_sign_offs(&self) -> Vec<&SignedOff> {
        standing(self.sign_offs.iter().collect(), |signed| signed)
    }
}

/// Those of the sign-offs, in order, that no later one replaces.
pub(super) fn standing<T>(all: Vec<T>, of: impl Fn(&T) -> &SignedOff) -> Vec<T> {
    let (mut same, mut signed_again) = (BTreeSet::new(), BTreeSet::new());
    let mut kept = Vec::with_capacity(all.len());
    for one in all.into_iter().rev() {
        let statement = &of(&one).sign_off.statement;
        let who = (statement.certificate, plain_role(&statement.role));
        let again = !signed_again.insert(who.clone()) && !statement.decision.approves();
        if same.insert((who, statement.meaning, statement.item.clone())) && !again {
            kept.push(one);
        }
    }
    kept.reverse();
    kept
}

/// Two spellings of one role.
pub fn same_role(one: &str, other: &str) -> bool {
    plain_role(one) == plain_role(other)
}

fn plain_role(role: &str) -> String {
    role.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Item {
    /// It asks how to reach somebody.
    pub fn is_contact(&self) -> bool {
        matches!(self.kind, ItemKind::Field { value: ValueKind::Contact, .. })
    }

    /// Its tick is the deployment itself: the point in time that rounds count from.
    pub fn is_deploy(&self) -> bool {
        self.marks.contains(&Mark::Deploy)
    }
}
