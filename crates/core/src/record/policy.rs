//! What the checklist's rules ask of a finished record, and where the record does not give it.

use super::answer::Outcome;
use super::view::{View, same_role};
use crate::checklist::{ItemKind, PolicyRule};
use crate::id::Digest;
use std::collections::BTreeSet;

/// Where the record breaks the rules of its checklist; in words, gravest first. Empty: it keeps them.
pub fn breaches(view: &View) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(voided) = &view.voided {
        found.push(format!("The record was voided: {}", voided.text));
    }
    if view.rehearsal {
        found.push("The record is a rehearsal and stands for no deployment.".to_owned());
    }
    if view.closed.is_none() {
        found.push("The record was not closed.".to_owned());
    }
    let asked = asked_roles(view).into_iter().map(|role| (role, "", 1));
    let ruled = view.template.policy.iter().filter_map(|line| match &line.rule {
        // «approved to deploy, before deploy»: the meaning, then when.
        PolicyRule::SignOff { role, meaning, count } => {
            Some((role.as_str(), meaning.split(',').next().unwrap_or_default().trim(), *count))
        }
        _ => None,
    });
    found.extend(asked.chain(ruled).filter_map(|(role, meaning, count)| missing(view, role, meaning, count)));
    if view.template.policy.iter().any(|line| line.rule == PolicyRule::Separation) {
        found.extend(own_work(view));
    }
    let mut seen = BTreeSet::new();
    found.retain(|breach| seen.insert(breach.clone()));
    found
}

/// The roles that the checklist's lines ask to sign, each once; those for a rollback only if there was one.
pub fn asked_roles(view: &View) -> Vec<&str> {
    let rolled_back = view.closed.as_ref().is_some_and(|closed| closed.outcome == Outcome::RolledBack);
    let mut roles: Vec<&str> = Vec::new();
    for item in &view.template.items {
        let rollback = view.template.sections.get(item.section).is_some_and(|section| section.rollback);
        if let ItemKind::SignOff { role } = &item.kind
            && (rolled_back || !rollback)
            && !roles.iter().any(|known| same_role(known, role))
        {
            roles.push(role);
        }
    }
    roles
}

fn missing(view: &View, role: &str, meaning: &str, count: u32) -> Option<String> {
    let of_role = view.standing_sign_offs();
    let of_role: Vec<_> =
        of_role.into_iter().filter(|signed| same_role(&signed.sign_off.statement.role, role)).collect();
    let fits = |words: &str| meaning.is_empty() || words == meaning || words.starts_with(&format!("{meaning} "));
    let good = of_role.iter().filter(|signed| {
        let statement = &signed.sign_off.statement;
        statement.decision.approves() && signed.changes.is_empty() && fits(statement.meaning.words())
    });
    let people: BTreeSet<Digest> = good.map(|signed| signed.sign_off.statement.certificate).collect();
    let have = u32::try_from(people.len()).unwrap_or(u32::MAX);
    if have >= count {
        return None;
    }
    Some(match of_role.last() {
        None => format!("{role} has not signed off."),
        Some(last) if !last.sign_off.statement.decision.approves() => format!("{role} sent it back."),
        Some(last) if !last.changes.is_empty() => {
            format!("The sign-off of {role} is stale: the record was changed after it.")
        }
        Some(_) if count > 1 => format!("{role}: {have} of {count} have signed off."),
        Some(last) => {
            format!("{role} signed «{}», and «{meaning}» is asked for.", last.sign_off.statement.meaning.words())
        }
    })
}

/// People who approved and also did items of the checklist.
fn own_work(view: &View) -> Vec<String> {
    let done = |id: &crate::id::ItemId| !view.filled_by_sign_off(id);
    let given = view.items.iter().filter(|(id, _)| done(id)).flat_map(|(_, item)| &item.answers);
    let performers: BTreeSet<&str> = given.map(|given| given.by.0.as_str()).collect();
    let approvers = view.standing_sign_offs();
    let approvers = approvers.iter().map(|signed| &signed.sign_off.statement);
    let both =
        approvers.filter(|statement| statement.decision.approves() && performers.contains(statement.person.0.as_str()));
    both.map(|statement| format!("{} approved own work: an approver may perform no item.", statement.person)).collect()
}
