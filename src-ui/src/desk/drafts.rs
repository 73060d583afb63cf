//! What is typed into fields and not saved yet. It stays until the record has it, or until its person leaves it.

use super::Desk;
use crate::state::App;
use countersign_core::id::ItemId;
use countersign_core::record::Answer;
use countersign_core::record::value::{self, EntryRefused};
use leptos::prelude::*;

impl Desk {
    /// Keeps what is being typed into a field.
    pub(crate) fn type_draft(self, item: &ItemId, text: String) {
        self.forgive(item);
        self.drafts.update(|drafts| drafts.insert(item.clone(), text));
        self.bells.ring(item);
    }

    /// Sends what was typed into a field, if it is something new and a value that the field takes.
    pub(crate) fn keep_draft(self, app: App, item: &ItemId) {
        let Some(draft) = self.draft(item) else { return };
        if self.waiting.with_untracked(|waiting| waiting.iter().any(|one| one.as_ref() == Some(item))) {
            return;
        }
        let kept = self.view.with_untracked(|view| view.as_ref().and_then(|view| view.item(item).text.clone()));
        if draft.trim().is_empty() {
            self.drop_draft(item);
            if kept.is_some() {
                self.answer(app, item, Answer::Open);
            }
            return;
        }
        let taken = self.accept(item, &draft);
        match taken {
            Some(Ok(taken)) if Some(&taken) == kept.as_ref() => self.drop_draft(item),
            Some(Ok(taken)) => self.answer(app, item, Answer::Value { text: taken }),
            // The field says so itself, for as long as it stands there.
            Some(Err(refused)) => app.spoken.set(format!("Not saved. {refused}")),
            None => {}
        }
    }

    fn draft(self, item: &ItemId) -> Option<String> {
        self.drafts.with_untracked(|drafts| drafts.get(item).cloned())
    }

    /// The value as its field takes it; none if there is no such field.
    fn accept(self, item: &ItemId, text: &str) -> Option<Result<String, EntryRefused>> {
        self.view.with_untracked(|view| {
            let outline = self.outline.get_untracked()?;
            Some(value::accept(outline.item(&view.as_ref()?.template, item)?, text))
        })
    }

    /// What was typed is in the record now; something else that was typed meanwhile is still to be saved.
    pub(super) fn settle_draft(self, item: &ItemId, saved: Option<&str>) {
        let Some(draft) = self.draft(item) else { return };
        let typed = self.accept(item, &draft).and_then(Result::ok);
        if saved.is_none() || typed.as_deref() == saved {
            self.drop_draft(item);
        }
    }

    /// Forgets what was typed into a field.
    pub(crate) fn drop_draft(self, item: &ItemId) {
        if self.drafts.with_untracked(|drafts| drafts.get(item).is_some()) {
            self.drafts.update(|drafts| drafts.remove(item));
            self.bells.ring(item);
        }
    }
}
