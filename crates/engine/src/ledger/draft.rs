//! Several intents as one: each is decided on what the ones before it come to, and all are committed together or none.

use super::{Desk, Ledger, Unsigned, asks_for_surroundings, sign, write};
use crate::around;
use crate::error::Error;
use countersign_core::id::RecordId;
use countersign_core::record::{Body, Entry, Intent, Moment, Person, Refusal, View, decide, mask_body, set_apart};

/// Events of one record that are decided and not committed.
#[derive(Debug)]
pub struct Draft {
    /// The record as it would stand.
    pub view: View,
    entries: Vec<Entry>,
}

impl Draft {
    /// Nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Ledger {
    /// Begins with the record as it stands.
    pub fn draft(&mut self, desk: &Desk<'_>, record: &RecordId) -> Result<Draft, Error> {
        let view = self.view(desk.store, desk.installation, record)?.clone();
        Ok(Draft { view, entries: Vec::new() })
    }

    /// Decides one more intent. A refusal changes nothing.
    pub fn add(
        &mut self,
        desk: &mut Desk<'_>,
        draft: &mut Draft,
        person: &Person,
        intent: Intent,
    ) -> Result<Result<(), Refusal>, Error> {
        let record = draft.view.id.clone();
        let mut moment = Moment::new(desk.environment.now(), person.clone());
        if asks_for_surroundings(&draft.view, &intent) {
            moment.around = Some(around::look(self, desk, &record, &draft.view.header)?);
        }
        let body = match decide(&draft.view, intent, &moment) {
            Ok(body) => body,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Some(around) = moment.around {
            let (parents, body) = (vec![draft.view.head], Body::Around { around });
            let entry = write(desk.installation, desk.environment, &record, parents, person, body)?;
            draft.view.apply(&entry);
            draft.entries.push(entry);
        }
        // As for a single intent: contacts lie beside their event, and secrets are masked.
        let mut salt = [0; 16];
        desk.environment.random(&mut salt)?;
        let (mut body, aside) =
            set_apart(&draft.view, body, salt).map_err(|error| Error::Internal(error.to_string()))?;
        let masked = mask_body(&mut body);
        let unsigned = Unsigned { parents: vec![draft.view.head], person, masked, body };
        let entry = Entry { aside, ..sign(desk.installation, desk.environment, &record, unsigned)? };
        draft.view.apply(&entry);
        draft.entries.push(entry);
        Ok(Ok(()))
    }

    /// Commits what was decided. The events are on disk when this returns.
    pub fn commit(&mut self, desk: &mut Desk<'_>, draft: Draft) -> Result<Vec<Entry>, Error> {
        self.keep(desk.store, &draft.entries)?;
        Ok(draft.entries)
    }
}
