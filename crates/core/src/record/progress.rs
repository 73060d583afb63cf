//! How far a record has come: counted over what can be answered.

use super::answer::State;
use super::branch;
use super::view::View;
use crate::checklist::{Section, Template};
use serde::{Deserialize, Serialize};

/// Items by where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Done or filled in.
    pub done: u32,
    /// Failed.
    pub failed: u32,
    /// Not applicable, blocked or skipped.
    pub set_aside: u32,
    /// Nothing entered.
    pub open: u32,
}

impl Progress {
    /// All items.
    pub fn total(&self) -> u32 {
        self.done + self.failed + self.set_aside + self.open
    }

    fn count(&mut self, state: State) {
        match state {
            State::Done => self.done += 1,
            State::Failed => self.failed += 1,
            State::NotApplicable | State::Blocked | State::Skipped => self.set_aside += 1,
            State::Open => self.open += 1,
        }
    }
}

/// Over the whole record.
pub fn progress(view: &View) -> Progress {
    let mut progress = Progress::default();
    progress_of_sections(view).iter().for_each(|(_, of)| {
        progress.done += of.done;
        progress.failed += of.failed;
        progress.set_aside += of.set_aside;
        progress.open += of.open;
    });
    progress
}

/// For each of the checklist's main sections: those of the highest level that occurs more than once. Index and counts.
pub fn progress_of_sections(view: &View) -> Vec<(usize, Progress)> {
    let template = &*view.template;
    let asked = branch::asked_sections(view);
    let mut phases: Vec<(usize, Progress)> =
        phase_starts(template).into_iter().map(|start| (start, Progress::default())).collect();
    let phase_of = |section: usize| phases.partition_point(|(start, _)| *start <= section).checked_sub(1);
    let items = template.items.iter().map(|item| {
        let touched = view.items.contains_key(&item.id);
        (item.section, view.item(&item.id).state, touched || branch::is_work(&asked, item))
    });
    let added = view.added.iter().map(|added| (added.section, view.item(&added.item).state, true));
    let placed: Vec<_> =
        items.chain(added).filter_map(|(at, state, counts)| Some((phase_of(at)?, state, counts))).collect();
    for (phase, state, counts) in placed {
        if let Some((_, progress)) = phases.get_mut(phase).filter(|_| counts) {
            progress.count(state);
        }
    }
    phases.retain(|(_, progress)| progress.total() > 0);
    phases
}

/// The sections that phases begin with.
pub(super) fn phase_starts(template: &Template) -> Vec<usize> {
    let level = main_level(&template.sections);
    let main = template.sections.iter().enumerate().filter(|(_, section)| section.level <= level);
    main.map(|(index, _)| index).collect()
}

fn main_level(sections: &[Section]) -> u8 {
    let often = |level: u8| sections.iter().filter(|section| section.level == level).count() > 1;
    (1..=6).find(|level| often(*level)).unwrap_or(1)
}
