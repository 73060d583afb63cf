//! Who has the watch, and how to reach the others: handovers signed with the outgoing person's key, contacts of a team.

use crate::Engine;
use crate::commands::{Reply, bundled};
use crate::error::{Error, NotYet};
use crate::keys::fingerprint;
use crate::ledger::Asked;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::api::{Contacts, ContactsWay, HandOver};
use countersign_core::mask::mask_in;
use countersign_core::record::log::BundledEvent;
use countersign_core::record::{Answer, Baton, Intent, Person, Refusal, SignedBaton, View, contacts};

impl Engine {
    /// See [`HandOver`].
    pub async fn hand_over(&self, req: HandOver) -> Reply<Vec<BundledEvent>> {
        let view = self.view(&req.record)?;
        if view.head != req.head {
            return Err(Error::from(Refusal::Outdated).into());
        }
        let identity = self.unlock(&req.key, &req.passphrase)?;
        let certificate = identity.certificate();
        let from = (Person(certificate.common_name()), fingerprint(certificate));
        let (mut notes, mut masked) = (req.notes, Vec::new());
        mask_in(&mut notes, &mut masked);
        let baton = Baton::of(&view, from, req.to, &notes, self.environment.now());
        let bytes = baton.canonical().map_err(|error| Error::Internal(error.to_string()))?;
        let signature = BASE64.encode(countersign_pades::cms::sign(&identity, &bytes).map_err(Error::from)?);
        let handover = Box::new(SignedBaton { baton, signature });
        let asked = Asked { intent: Intent::HandOver { handover }, aside: None, masked };
        bundled(&self.write(&req.record, &req.person, asked)?)
    }

    /// See [`Contacts`].
    pub async fn contacts(&self, req: Contacts) -> Reply<Vec<BundledEvent>> {
        let view = self.view(&req.record)?;
        let team = team(&view);
        let of_record = contacts(&view);
        match req.way {
            ContactsWay::Keep => {
                let filled: Vec<_> = of_record.into_iter().filter_map(|(_, key, text)| Some((key, text?))).collect();
                if filled.is_empty() {
                    return Err(Error::from(NotYet::NoContacts).into());
                }
                self.state().store.keep_contacts(&team, &filled)?;
                Ok(Vec::new())
            }
            ContactsWay::Take => {
                let known = self.state().store.contacts(&team)?;
                let mut written = Vec::new();
                for (item, key, _) in of_record.into_iter().filter(|(_, _, text)| text.is_none()) {
                    let Some((_, text)) = known.iter().find(|(label, _)| *label == key) else { continue };
                    let answer = Answer::Value { text: text.clone() };
                    let intent = Intent::Answer { item, answer, by: None, reason: None };
                    written.extend(self.write(&req.record, &req.person, intent)?);
                }
                match written.is_empty() {
                    true => Err(Error::from(NotYet::NoContacts).into()),
                    false => bundled(&written),
                }
            }
        }
    }
}

/// Whose contacts they are: those who look after the record's service.
fn team(view: &View) -> String {
    view.header.service.trim().to_lowercase()
}
