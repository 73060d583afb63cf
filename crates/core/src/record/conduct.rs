//! How a deployment is conducted: the deploy tick with all that stood then, decisions, and what was known around the record.
//!
//! Kept by [`super::fold`] while it reads the log, because what stood at an earlier event cannot be told from the end alone.

use super::alarm::{MatrixRow, Named, Trigger, Tripped};
use super::answer::{Answer, Person, State};
use super::branch;
use super::gate::Decided;
use super::log::Entry;
use super::moment::Around;
use super::rollback::Emergency;
use super::view::View;
use crate::checklist::Item;
use crate::condition::Facts;
use crate::id::{Digest, ItemId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the log says of how the deployment was conducted.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Conduct {
    /// The first deploy tick: T0.
    pub deployed: Option<Deployed>,
    /// What was known around the record, in order.
    pub around: Vec<AroundAt>,
    /// The decisions in order.
    pub decisions: Vec<Decided>,
    /// The fast path, if it was taken.
    pub emergency: Option<Emergency>,
    /// The current values by name, as conditions ask for them.
    pub facts: Facts,
    /// The rollback triggers of the checklist.
    pub triggers: Vec<Trigger>,
    /// When they tripped.
    pub tripped: Vec<Tripped>,
    /// The checklist marks an item as the deployment.
    pub has_deploy: bool,
    /// Which node of the checklist is the decision matrix.
    pub matrix_node: Option<usize>,
    /// The row of the decision matrix that the values call for.
    pub matrix: Option<MatrixRow>,
    /// The item whose tick is the deployment. This and the next are looked up in the checklist once.
    #[serde(skip)]
    pub(super) deployment: Option<ItemId>,
    /// What conditions know its fields by, at the place of each item.
    #[serde(skip)]
    pub(super) fields: Vec<Option<Arc<Named>>>,
}

/// What was known around the record, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AroundAt {
    /// When.
    pub at: Timestamp,
    /// What.
    pub around: Around,
}

/// The deploy tick, and what stood when it was given. Rules that end in «before deploy» are judged by this and nothing later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    /// The event.
    pub event: Digest,
    /// T0.
    pub at: Timestamp,
    /// The item that was ticked.
    pub item: ItemId,
    /// Who deployed.
    pub by: Person,
    /// Why it was done although a rule spoke against it, if a reason was given.
    pub reason: Option<String>,
    /// The sign-offs that existed, and how much had changed since each.
    pub sign_offs: Vec<SignedThen>,
    /// Items that stand before it in the checklist and were open.
    pub open_before: Vec<ItemId>,
}

/// A sign-off as it stood at the deploy tick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedThen {
    /// The sign-off's event.
    pub event: Digest,
    /// How many things were different from what was signed.
    pub changes: usize,
}

impl View {
    /// T0: when the deployment was ticked first.
    pub fn deployed_at(&self) -> Option<Timestamp> {
        self.conduct.deployed.as_ref().map(|deployed| deployed.at)
    }

    /// What was known around the record at a point in time, if that was written down until then.
    pub fn around_at(&self, at: Timestamp) -> Option<&Around> {
        let known = &self.conduct.around;
        known.iter().rev().find(|known| known.at <= at).or(known.first()).map(|known| &known.around)
    }

    /// Keeps what stands right before the deploy tick, if this answer is the first one.
    pub(super) fn note_deploy(&mut self, entry: &Entry, item: &ItemId, answer: &Answer, reason: Option<&String>) {
        let template = std::sync::Arc::clone(&self.template);
        let first = self.conduct.deployed.is_none() && *answer == Answer::Done;
        let first = first && template.item(item).is_some_and(Item::is_deploy);
        let Some(at) = first.then(|| template.items.iter().position(|of| of.id == *item && of.is_deploy())).flatten()
        else {
            return;
        };
        let sign_offs = self.sign_offs.iter();
        let then = |signed: &super::SignedOff| SignedThen { event: signed.event, changes: signed.changes.len() };
        let event = &entry.event;
        let deployed = Deployed {
            event: entry.id,
            at: event.at,
            item: item.clone(),
            by: event.author.person.clone(),
            reason: reason.cloned(),
            sign_offs: sign_offs.map(then).collect(),
            open_before: self.open_before(at),
        };
        self.conduct.deployed = Some(deployed);
        self.forget_values();
    }

    /// The open items before the one at `at` that count as work, without those that it is itself a part of.
    fn open_before(&self, at: usize) -> Vec<ItemId> {
        let template = &*self.template;
        let (before, rest) = template.items.split_at(at.min(template.items.len()));
        let Some(deploy) = rest.first() else { return Vec::new() };
        let asked = branch::asked_sections(self);
        let lines: BTreeSet<u32> = branch::sign_off_lines(template);
        let around: BTreeSet<&ItemId> = holders(self, deploy);
        let counts =
            |item: &&Item| branch::is_work(&asked, item) && !lines.contains(&item.line) && !around.contains(&item.id);
        let open = |item: &&Item| self.item(&item.id).state == State::Open;
        before.iter().filter(counts).filter(open).map(|item| item.id.clone()).collect()
    }
}

/// The tasks and headings that an item stands in: they cannot be done before it.
fn holders<'a>(view: &'a View, item: &'a Item) -> BTreeSet<&'a ItemId> {
    let mut holders = BTreeSet::new();
    let mut parent = item.parent.as_ref();
    while let Some(id) = parent.filter(|id| holders.insert(*id)) {
        parent = view.template.item(id).and_then(|item| item.parent.as_ref());
    }
    let mut section = Some(item.section);
    while let Some(of) = section.and_then(|at| view.template.sections.get(at)) {
        holders.extend(of.item.as_ref());
        section = of.parent;
    }
    holders
}
