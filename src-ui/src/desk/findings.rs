//! What deviates in the open record. The engine finds it, as it does for the report; here it is asked for again after each change.

use super::Desk;
use crate::ipc;
use countersign_core::api::FindDeviations;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How far the asking is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    Idle,
    Asked,
    /// Something changed since it was asked.
    Outdated,
}

impl Desk {
    /// Asks what deviates now. However fast the record changes, one question is on its way at most.
    pub(super) fn find_deviations(self) {
        let before = self.search.get_value();
        self.search.set_value(if before == Search::Idle { Search::Asked } else { Search::Outdated });
        if before == Search::Idle {
            spawn_local(self.find_until_current());
        }
    }

    async fn find_until_current(self) {
        while let Some(record) = self.record() {
            self.search.set_value(Search::Asked);
            let reply = ipc::call(FindDeviations { record: record.clone() }).await;
            if self.record().as_ref() == Some(&record) {
                match reply {
                    Ok(found) if self.found.with_untracked(|now| *now != found) => self.found.set(found),
                    Ok(_) => {}
                    Err(error) => self.refused.update(|refused| refused.insert(None, error)),
                }
            }
            if self.search.get_value() == Search::Asked {
                break;
            }
        }
        self.search.set_value(Search::Idle);
    }
}
