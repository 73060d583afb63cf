//! Which words of an event people write, and so may have put a secret into: these are masked before the event is stored.
//!
//! Not in it: what a secret looks like ([`crate::mask`]), and files, which are masked before they are hashed. Signed statements are left
//! as they were signed, and so are checklists.

use super::answer::Answer;
use super::event::Body;
use super::observation::Exchange;
use crate::mask::{Masked, mask_in};

/// Masks what a person or a probe brought in, and says what was masked.
pub fn mask_body(body: &mut Body) -> Vec<Masked> {
    let mut masked = Vec::new();
    let mut text = |text: &mut String| mask_in(text, &mut masked);
    match body {
        Body::Started(started) => {
            let header = &mut started.header;
            [
                &mut header.service,
                &mut header.release,
                &mut header.artifact,
                &mut header.environment,
                &mut header.change,
            ]
            .into_iter()
            .for_each(text);
        }
        Body::Answered { answer, reason, .. } => {
            words_of(answer).map(&mut text);
            reason.iter_mut().for_each(text);
        }
        Body::RoundTaken { values, reason, .. } => {
            values.values_mut().filter_map(words_of).for_each(&mut text);
            reason.iter_mut().for_each(text);
        }
        Body::Noted { text: note, .. } => text(note),
        Body::Linked { url, words, .. } => {
            text(url);
            text(words);
        }
        Body::Attached { file, .. } => text(&mut file.name),
        Body::ItemAdded { label, .. } => text(label),
        Body::Judged { reason, .. } | Body::Decided { reason, .. } | Body::ContactGiven { reason, .. } => {
            reason.iter_mut().for_each(text);
        }
        Body::Acknowledged { reason, .. } => text(reason),
        Body::ProbesAdded { source, probes, left, .. } => {
            text(source);
            left.iter_mut().for_each(&mut text);
            for probe in probes {
                text(&mut probe.name);
                text(&mut probe.ask);
            }
        }
        Body::Closed { summary, .. } => summary.iter_mut().for_each(text),
        Body::Reopened { reason }
        | Body::Voided { reason }
        | Body::BaselineWaived { reason }
        | Body::Emergency { reason } => text(reason),
        Body::Incident { incident, .. } => {
            text(&mut incident.title);
            incident.root_cause.iter_mut().for_each(&mut text);
            incident.actions.iter_mut().for_each(|action| text(&mut action.what));
        }
        Body::Observed { observation } => {
            text(&mut observation.asked);
            for exchange in &mut observation.exchanges {
                let Exchange { asked, came, tls, headers, excerpt, .. } = exchange;
                [asked, came, excerpt].into_iter().for_each(&mut text);
                tls.iter_mut().chain(headers).for_each(|(_, value)| text(value));
            }
            observation.facts.iter_mut().for_each(|(_, value)| text(value));
            for judged in &mut observation.conditions {
                text(&mut judged.shown);
                text(&mut judged.reason);
            }
        }
        _ => {}
    }
    masked
}

fn words_of(answer: &mut Answer) -> Option<&mut String> {
    match answer {
        Answer::Value { text } => Some(text),
        _ => None,
    }
}
