//! Shift handover: who goes says, over an own signature, what is open and which round falls due next; it is pending until the next
//! person takes it over. The signature itself is made and checked elsewhere; here is what it covers.

use super::answer::{Person, State};
use super::branch;
use super::refusal::Refusal;
use super::rounds::{SlotState, slots};
use super::view::View;
use crate::id::{Digest, ItemId, RecordId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What the outgoing person puts a signature under.
///
/// **Do not change names or meaning:** its canonical bytes are what was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baton {
    /// Format version, 1.
    pub v: u32,
    /// The record.
    pub record: RecordId,
    /// The record's number.
    pub number: u32,
    /// The newest event that was shown.
    pub head: Digest,
    /// Who goes, as in the certificate.
    pub from: Person,
    /// SHA-256 of the certificate.
    pub certificate: Digest,
    /// Who comes.
    pub to: Person,
    /// The items that are open or blocked.
    pub open: Vec<ItemId>,
    /// The incidents that are not over, by number.
    pub incidents: Vec<u32>,
    /// The round that falls due next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextRound>,
    /// What else there is to know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// When, by the clock of the computer it was signed on.
    pub at: Timestamp,
}

/// A round that is due or will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextRound {
    /// The section that states the schedule.
    pub title: String,
    /// Which slot of it, from 1.
    pub number: u32,
    /// When it is due.
    pub due: Timestamp,
}

/// A baton with the signature over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedBaton {
    /// What was signed.
    pub baton: Baton,
    /// Detached CMS signature (CAdES, ETSI EN 319 122-1) over [`Baton::canonical`], in Base64.
    pub signature: String,
}

/// A handover as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// The event.
    pub event: Digest,
    /// When it was written into the log.
    pub at: Timestamp,
    /// What was handed over, and by whom.
    pub signed: SignedBaton,
    /// When it was taken over, and by whom.
    pub taken: Option<(Timestamp, Person)>,
}

impl Baton {
    /// What a person who goes now would sign.
    pub fn of(view: &View, (from, certificate): (Person, Digest), to: Person, notes: &str, at: Timestamp) -> Self {
        Self {
            v: 1,
            record: view.id.clone(),
            number: view.number,
            head: view.head,
            from,
            certificate,
            to,
            open: open_items(view),
            incidents: view.incidents.iter().filter(|of| of.incident.end.is_none()).map(|of| of.number).collect(),
            next: next_round(view, at),
            notes: notes.trim().to_owned(),
            at,
        }
    }

    /// The bytes that are signed: JSON in canonical form (RFC 8785).
    pub fn canonical(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json_canonicalizer::to_vec(self)
    }

    /// «12 items open, 1 incident; next: Every 5 minutes, round 4, 2026-01-05 10:20:00 UTC».
    pub fn words(&self) -> String {
        let count = |of: usize, one: &str, many: &str| match of {
            1 => format!("1 {one}"),
            more => format!("{more} {many}"),
        };
        let mut words = format!("{} open", count(self.open.len(), "item", "items"));
        if !self.incidents.is_empty() {
            words += &format!(", {}", count(self.incidents.len(), "incident", "incidents"));
        }
        match &self.next {
            Some(next) => {
                words += &format!("; next: {}, round {}, {}", next.title, next.number, next.due.for_people());
            }
            None => words += "; no round is due",
        }
        words
    }
}

/// What is still to be done.
fn open_items(view: &View) -> Vec<ItemId> {
    let asked = branch::asked_sections(view);
    let of_template = view.template.items.iter().filter(|item| branch::is_work(&asked, item)).map(|item| &item.id);
    let all = of_template.chain(view.added.iter().map(|added| &added.item));
    all.filter(|id| matches!(view.item(id).state, State::Open | State::Blocked)).cloned().collect()
}

fn next_round(view: &View, now: Timestamp) -> Option<NextRound> {
    let waits = |state: &SlotState| matches!(state, SlotState::Due | SlotState::Overdue | SlotState::Upcoming);
    let first = slots(view, now).into_iter().filter_map(|of| {
        let slot = of.slots.into_iter().find(|slot| waits(&slot.state))?;
        Some(NextRound { title: of.plan.title, number: slot.number, due: slot.due })
    });
    first.min_by_key(|next| next.due)
}

impl View {
    /// The handover that nobody has taken over yet. A later one replaces it.
    pub fn pending_handover(&self) -> Option<&HandedOver> {
        self.handovers.last().filter(|last| last.taken.is_none() && self.is_open())
    }
}

/// The baton says what is there, and goes to somebody else.
pub(super) fn hand_over(view: &View, signed: &SignedBaton) -> Result<(), Refusal> {
    let shown = &signed.baton;
    if shown.to.0.trim().is_empty() {
        return Err(Refusal::Nameless);
    }
    if same_person(&shown.from, &shown.to) {
        return Err(Refusal::ToOneself);
    }
    let who = (shown.from.clone(), shown.certificate);
    let now = Baton::of(view, who, shown.to.clone(), &shown.notes, shown.at);
    if now == *shown { Ok(()) } else { Err(Refusal::Outdated) }
}

/// The person at the keyboard is the one it goes to.
pub(super) fn take_over(view: &View, handover: Digest, person: &Person) -> Result<(), Refusal> {
    let pending = view.pending_handover().filter(|pending| pending.event == handover).ok_or(Refusal::NoHandover)?;
    let to = &pending.signed.baton.to;
    if same_person(to, person) { Ok(()) } else { Err(Refusal::ForSomebodyElse { to: to.clone() }) }
}

/// Two spellings of one name.
fn same_person(one: &Person, other: &Person) -> bool {
    one.0.trim().to_lowercase() == other.0.trim().to_lowercase()
}
