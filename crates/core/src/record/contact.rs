//! Contacts: how to reach somebody is personal, so the words lie beside the event, which names them by their hash. A copy of the
//! record can leave them out, and its chain holds all the same.
//!
//! The hash covers 16 random bytes as well: without them, a phone number is found by trying all phone numbers. Randomness is an
//! argument. Not in it: where the words are kept, and who asks to leave them out.

use super::answer::Answer;
use super::event::Body;
use super::log::Entry;
use super::view::View;
use crate::id::{Digest, ItemId};
use serde::Serialize;
use serde_json::Value;

/// What lies beside the event of a contact, in canonical form (RFC 8785).
#[derive(Serialize)]
struct Words {
    /// 16 random bytes, in hexadecimal digits.
    salt: String,
    text: String,
}

/// Takes the words of a contact out of what was decided: what the event says instead, and what lies beside it. Anything else stays
/// as it is.
///
/// # Errors
/// None that words can cause; JSON has no form for some values that never occur here.
pub fn set_apart(view: &View, body: Body, salt: [u8; 16]) -> Result<(Body, Option<Vec<u8>>), serde_json::Error> {
    match body {
        Body::Answered { item, answer: Answer::Value { text }, by, reason } if is_contact(view, &item) => {
            let salt = salt.iter().map(|byte| format!("{byte:02x}")).collect();
            let bytes = serde_json_canonicalizer::to_vec(&Words { salt, text })?;
            Ok((Body::ContactGiven { item, aside: Digest::of(&bytes), by, reason }, Some(bytes)))
        }
        other => Ok((other, None)),
    }
}

/// The words, if they are there and can be read; else the sentence that stands in their place.
pub(super) fn words(named: Digest, aside: Option<&[u8]>) -> String {
    let read = aside.and_then(|bytes| serde_json::from_str::<Value>(std::str::from_utf8(bytes).ok()?).ok());
    let text = read.as_ref().and_then(|words| words.get("text")?.as_str());
    text.map_or_else(|| format!("left out of this copy (SHA-256 {})", named.short()), str::to_owned)
}

/// The words of a contact, if the event is one and this copy has them.
pub fn contact_of(entry: &Entry) -> Option<String> {
    match entry.event.body {
        Body::ContactGiven { aside, .. } => entry.aside.as_deref().map(|bytes| words(aside, Some(bytes))),
        _ => None,
    }
}

/// The contacts of a record: what each is asked as, and what stands there.
pub fn contacts(view: &View) -> Vec<(ItemId, String, Option<String>)> {
    let items = view.template.items.iter().filter(|item| item.is_contact());
    items.map(|item| (item.id.clone(), key(view, item), view.item(&item.id).text.clone())).collect()
}

/// What a contact is known by from one record to the next: the line that it stands on, and what it asks.
fn key(view: &View, item: &crate::checklist::Item) -> String {
    let section = view.template.sections.get(item.section).map(|section| section.title.as_str()).unwrap_or_default();
    format!("{} · {}", section.trim().to_lowercase(), item.label.trim().to_lowercase())
}

fn is_contact(view: &View, id: &ItemId) -> bool {
    view.template.item(id).is_some_and(crate::checklist::Item::is_contact)
}
