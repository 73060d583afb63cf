//! Branches: sections that are worked through only if something happens. What they ask for is asked only once they were opened.
//!
//! | branch | which sections | opened by |
//! |---|---|---|
//! | rollback | those the reading marks as such | the decision to roll back, or closing as rolled back |
//! | emergency | «Emergency path», «Emergency hotfix» and what stands in them, contacts left out | something entered in that very section |
//! | if needed | headings that say «if needed», «if necessary», «only if» | something entered in that very section |

use super::answer::State;
use super::view::View;
use crate::checklist::{Item, ItemKind, Section, Template};
use crate::tree;
use std::collections::BTreeSet;

/// The sorts of branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Branch {
    /// Back to the former release.
    Rollback,
    /// The fast path.
    Emergency,
    /// Something that is not always needed.
    IfNeeded,
}

/// The branch that each section belongs to, by index.
pub fn branches(template: &Template) -> Vec<Option<Branch>> {
    let mut found: Vec<Option<Branch>> = Vec::with_capacity(template.sections.len());
    for section in &template.sections {
        let inherited = section.parent.and_then(|parent| found.get(parent).copied().flatten());
        found.push(own(section).or(inherited));
    }
    found
}

fn own(section: &Section) -> Option<Branch> {
    let title = section.title.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| title.contains(words));
    if section.rollback {
        Some(Branch::Rollback)
    } else if says(&["emergency"]) && !says(&["contact", "people", "command"]) {
        Some(Branch::Emergency)
    } else {
        says(&["if needed", "if necessary", "only if"]).then_some(Branch::IfNeeded)
    }
}

/// Whether what stands in each section is asked for, by index: outside of branches always.
pub fn asked_sections(view: &View) -> Vec<bool> {
    let branches = branches(&view.template);
    let mut touched = vec![false; branches.len()];
    if branches.iter().any(|branch| matches!(branch, Some(Branch::Emergency | Branch::IfNeeded))) {
        for item in &view.template.items {
            let entered = matches!(view.item(&item.id).state, State::Done | State::Failed);
            if let Some(touched) = touched.get_mut(item.section).filter(|_| entered) {
                *touched = true;
            }
        }
    }
    let back = view.rolls_back();
    let asked = |(branch, touched): (&Option<Branch>, &bool)| match branch {
        None => true,
        Some(Branch::Rollback) => back,
        Some(Branch::Emergency | Branch::IfNeeded) => *touched,
    };
    branches.iter().zip(&touched).map(asked).collect()
}

/// The item counts as work to do. Contact details and branches that nobody opened do not.
pub fn is_work(asked: &[bool], item: &Item) -> bool {
    !item.is_contact() && asked.get(item.section).copied().unwrap_or(true)
}

/// The lines that a signature fills.
pub(super) fn sign_off_lines(template: &Template) -> BTreeSet<u32> {
    let lines = template.items.iter().filter(|item| matches!(item.kind, ItemKind::SignOff { .. }));
    tree::set(lines.map(|item| item.line))
}
