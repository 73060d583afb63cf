//! What must come before what, and who may not be who: the order of phases, and separation of duties from who did what.

use super::super::branch;
use super::super::sign_off::Meaning;
use super::super::view::View;
use super::{Duty, DutyKind, Standing};
use crate::id::ItemId;
use crate::tree;
use std::collections::{BTreeMap, BTreeSet};

const SEPARATION: &str = "who approves performed no item";
const PHASES: &str = "phases in order";

/// A name as it is compared: how it is spelt does not make two people of one.
fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// People who approved and also did items of the checklist, each with what they did. A signature that says «performed» approves
/// nothing.
pub(super) fn separation(view: &View) -> Vec<Duty> {
    let lines = branch::sign_off_lines(&view.template);
    let signature_fills = view.template.items.iter().filter(|item| lines.contains(&item.line));
    let by_signature = tree::set(signature_fills.map(|item| &item.id));
    let mut performed: BTreeMap<String, Vec<&ItemId>> = BTreeMap::new();
    for (id, item) in view.items.iter().filter(|(id, _)| !by_signature.contains(id)) {
        let people = tree::set(item.answers.iter().map(|given| plain(&given.by.0)));
        people.into_iter().for_each(|person| performed.entry(person).or_default().push(id));
    }
    let standing = view.standing_sign_offs();
    let approvers = standing.iter().map(|signed| (signed.at, &signed.sign_off.statement));
    let approvers = approvers.filter(|(_, of)| of.decision.approves() && of.meaning != Meaning::Performed);
    let mut told = BTreeSet::new();
    let mut found: Vec<Duty> = approvers
        .filter_map(|(at, statement)| {
            let name = plain(&statement.person.0);
            let items = performed.get(&name)?;
            told.insert(name).then(|| {
                let first = items.first().map(|id| view.label(id)).unwrap_or_default();
                let detail = format!(
                    "{} approved own work: an approver may perform no item. Performed: {}, among them «{first}».",
                    statement.person,
                    if items.len() == 1 { "1 item".to_owned() } else { format!("{} items", items.len()) },
                );
                Duty {
                    item: items.first().map(|id| (*id).clone()),
                    by: Some(statement.person.clone()),
                    at: Some(at),
                    ..Duty::new(DutyKind::Separation, SEPARATION, Standing::Broken, detail)
                }
            })
        })
        .collect();
    if found.is_empty() {
        let standing =
            if view.closed.is_some() || !view.sign_offs.is_empty() { Standing::Kept } else { Standing::Open };
        // Nobody has approved own work while nobody has approved; whether somebody must is another rule.
        let standing = if view.sign_offs.is_empty() && view.closed.is_some() { Standing::Kept } else { standing };
        found.push(Duty::new(DutyKind::Separation, SEPARATION, standing, "Nobody approved own work."));
    }
    found
}

/// `order: phases`: no phase begins while an earlier one has open items.
pub(super) fn phases(view: &View) -> Duty {
    let early = out_of_phase(view);
    match early.first() {
        None => {
            let standing = if view.closed.is_some() { Standing::Kept } else { Standing::Open };
            Duty::new(DutyKind::Order, PHASES, standing, "Each phase began when the one before was finished.")
        }
        Some(first) => {
            let detail = format!("«{}» began while {} of earlier phases were open.", first.phase, items(first.open));
            let item = Some(first.item.clone());
            Duty { item, ..Duty::new(DutyKind::Order, PHASES, Standing::Broken, detail) }
        }
    }
}

fn items(count: usize) -> String {
    if count == 1 { "1 item".to_owned() } else { format!("{count} items") }
}

/// A phase that began too early.
pub(in super::super) struct Early {
    /// Its title.
    pub(in super::super) phase: String,
    /// The item that it began with.
    pub(in super::super) item: ItemId,
    /// How many items of earlier phases were open then.
    pub(in super::super) open: usize,
}

/// The phases that began while items of earlier ones were open.
pub(in super::super) fn out_of_phase(view: &View) -> Vec<Early> {
    let asked = branch::asked_sections(view);
    let branches = branch::branches(&view.template);
    let starts = super::super::progress::phase_starts(&view.template);
    let phase_of = |section: usize| starts.partition_point(|start| *start <= section).checked_sub(1);
    let lines = branch::sign_off_lines(&view.template);
    // Of each phase: the first entry with its item, and when each of its items was first settled.
    let mut begun: Vec<Option<(u32, &ItemId)>> = vec![None; starts.len()];
    let mut settled: Vec<Vec<u32>> = vec![Vec::new(); starts.len()];
    for item in &view.template.items {
        let in_branch = branches.get(item.section).copied().flatten().is_some();
        let Some(phase) = phase_of(item.section).filter(|_| !in_branch && branch::is_work(&asked, item)) else {
            continue;
        };
        let first = view.item(&item.id).answers.first().map(|given| given.seq);
        if let Some(settled) = settled.get_mut(phase).filter(|_| !lines.contains(&item.line)) {
            settled.push(first.unwrap_or(u32::MAX));
        }
        if let (Some(seq), Some(begun)) = (first, begun.get_mut(phase))
            && begun.is_none_or(|(known, _)| seq < known)
        {
            *begun = Some((seq, &item.id));
        }
    }
    let mut earlier: Vec<u32> = Vec::new();
    let mut found = Vec::new();
    for (phase, (begun, settled)) in begun.iter().zip(&mut settled).enumerate() {
        if let Some((seq, item)) = begun {
            let open = earlier.len() - earlier.partition_point(|at| at < seq);
            if open > 0 {
                let title = starts.get(phase).and_then(|at| view.template.sections.get(*at));
                let phase = title.map(|section| section.title.clone()).unwrap_or_default();
                found.push(Early { phase, item: (*item).clone(), open });
            }
        }
        earlier.append(settled);
        earlier = tree::sorted(earlier);
    }
    found
}
