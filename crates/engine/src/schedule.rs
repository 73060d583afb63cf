//! Probes that fall due with the rounds: which, and when each begins. Pure; what is done about it is [`crate::probing`]'s.

use countersign_core::id::{Digest, ProbeId, RecordId};
use countersign_core::record::View;
use countersign_core::record::probe::may_ask;
use countersign_core::record::rounds::{section_of, slots};
use countersign_core::time::Timestamp;

/// The longest time by which a probe begins after its round is due, in milliseconds.
const SPREAD: i64 = 20_000;

/// The probes of a record that are to be made at `now` because their round is due, each with the time of the round.
///
/// A probe belongs to the rounds of the section that its item stands in. It is due once for each round, and begins a little later than
/// that, by a time of its own, so that not everything is asked in the same second. Hosts that nobody allowed are not asked.
pub(crate) fn due(view: &View, seed: Digest, now: Timestamp) -> Vec<(ProbeId, Timestamp)> {
    if view.rounds.anchor.is_none() || !view.is_open() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for of in slots(view, now) {
        let open = of.slots.iter().find(|slot| slot.state.is_open() && slot.due <= now);
        let Some(slot) = open else { continue };
        let interval = slot.closes.since(slot.opens);
        for offer in view.offers() {
            let item = offer.item.as_ref().and_then(|item| view.template.item(item));
            let in_round = item.is_some_and(|item| section_of(&view.template, item) == Some(of.plan.section));
            if !in_round || may_ask(view, &offer.id).is_err() || made(view, &offer.id, slot.due) {
                continue;
            }
            let begins = slot.due.millis().saturating_add(jitter(seed, &view.id, &offer.id, slot.number, interval));
            if begins <= now.millis() {
                found.push((offer.id.clone(), slot.due));
            }
        }
    }
    found
}

/// The probe was made for the round of that time, or could not be executed then.
fn made(view: &View, probe: &ProbeId, due: Timestamp) -> bool {
    view.probes.get(probe).into_iter().flatten().any(|run| run.due() == due)
}

/// By how much a probe begins later than its round, in milliseconds: a tenth of the interval at most. The same for the same probe, round and
/// seed, so that it can be foreseen; another one on another computer.
fn jitter(seed: Digest, record: &RecordId, probe: &ProbeId, number: u32, interval: i64) -> i64 {
    let most = (interval / 10).clamp(1, SPREAD);
    let words = format!("{seed} {} {} {number}", record.0, probe.0);
    let hash = Digest::of(words.as_bytes());
    let number = hash.as_bytes().iter().take(7).fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
    number % most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_foreseeable_spread_and_bounded() {
        let record = RecordId("r".to_owned());
        let of = |seed: &str, probe: usize, number, interval| {
            jitter(Digest::of(seed.as_bytes()), &record, &ProbeId(format!("p{probe}")), number, interval)
        };
        assert_eq!(of("a", 1, 1, 300_000), of("a", 1, 1, 300_000));
        assert_ne!(of("a", 1, 1, 300_000), of("b", 1, 1, 300_000));
        assert_ne!(of("a", 1, 1, 300_000), of("a", 1, 2, 300_000));
        let all: Vec<_> = (0..200).map(|probe| of("a", probe, 1, 300_000)).collect();
        assert!(all.iter().all(|jitter| (0..SPREAD).contains(jitter)));
        assert!(all.iter().any(|jitter| *jitter < SPREAD / 4) && all.iter().any(|jitter| *jitter > SPREAD * 3 / 4));
        assert!((0..50).all(|probe| (0..2_000).contains(&of("a", probe, 1, 20_000))));
        assert_eq!(of("a", 1, 1, 0), 0);
    }
}
