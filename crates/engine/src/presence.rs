//! What this program saw of the computer: when it ran with a network, when without one, when the computer slept. From it follows
//! why a round was missed, as far as a computer can know. Pure; the clock and the network are arguments.

use countersign_core::record::rounds::Cause;
use countersign_core::time::{Timestamp, duration_words};
use serde::{Deserialize, Serialize};

/// Looks that are farther apart than this, in milliseconds, had a sleep between them: the program looks every few seconds.
const SLEEP: i64 = 60_000;
/// So long somebody must have been able to take a round before it counts as forgotten, in milliseconds.
const CHANCE: i64 = 60_000;
/// As long back as it is remembered: longer than any window of a daily round.
const KEPT: i64 = 8 * 86_400_000;

/// A stretch of time, in milliseconds by the clock as it is set now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Span {
    from: i64,
    to: i64,
    here: Here,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Here {
    Online,
    Offline,
    Asleep,
}

/// What was seen, in order of time. Between spans the program did not run.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Presence(Vec<Span>);

impl Presence {
    /// Takes one look. `passed`: milliseconds since the last look of this process; none if this is the first. True if something
    /// else is seen than before.
    pub fn look(&mut self, now: Timestamp, passed: Option<i64>, online: bool) -> bool {
        let (now, here) = (now.millis(), if online { Here::Online } else { Here::Offline });
        let Some(passed) = passed else {
            self.0.push(Span { from: now, to: now, here });
            return true;
        };
        let start = now.saturating_sub(passed.max(0));
        if passed > SLEEP {
            self.0.push(Span { from: start, to: now, here: Here::Asleep });
        } else if let Some(last) = self.0.last_mut().filter(|last| last.here == here) {
            last.to = now;
            return false;
        } else {
            self.0.push(Span { from: start, to: now, here });
        }
        self.0.retain(|span| span.to > now.saturating_sub(KEPT));
        true
    }

    /// The clock was set: what was seen moves with it, so that distances in time stay what they were.
    pub fn moved(&mut self, by: i64) {
        for span in &mut self.0 {
            span.from = span.from.saturating_add(by);
            span.to = span.to.saturating_add(by);
        }
    }

    /// Why a round with this window was missed, and what that rests on.
    pub fn cause(&self, opens: Timestamp, closes: Timestamp) -> (Cause, String) {
        let (opens, closes) = (opens.millis(), closes.millis());
        let all = closes.saturating_sub(opens).max(1);
        let seen = |here: Here| -> i64 {
            let within = |span: &Span| (span.to.min(closes) - span.from.max(opens)).max(0);
            self.0.iter().filter(|span| span.here == here).map(within).sum()
        };
        let [online, offline, asleep] = [Here::Online, Here::Offline, Here::Asleep].map(seen);
        let absent = (all - online - offline - asleep).max(0);
        let chance = CHANCE.min(all / 2);
        let cause = match () {
            () if online >= chance => Cause::Forgotten,
            () if online + offline >= chance => Cause::Offline,
            () if asleep >= absent => Cause::Asleep,
            () => Cause::NotRunning,
        };
        let parts = [
            (online, "the program ran"),
            (offline, "the program ran offline"),
            (asleep, "the computer slept"),
            (absent, "the program did not run"),
        ];
        let parts: Vec<_> = parts.into_iter().filter(|(millis, _)| *millis >= 1000).collect();
        let all = duration_words(all);
        let evidence = match parts.as_slice() {
            [(_, what)] => format!("{what} all of {all}"),
            several => {
                let words = several.iter().map(|(millis, what)| format!("{what} {}", duration_words(*millis)));
                format!("of {all} {}", words.collect::<Vec<_>>().join(", "))
            }
        };
        (cause, evidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_millis(minute * MINUTE)
    }

    /// Looks every half minute, from one minute to another.
    fn runs(presence: &mut Presence, from: i64, to: i64, online: bool, first: bool) {
        for half in 0..=(to - from) * 2 {
            let passed = (!first || half > 0).then_some(MINUTE / 2).map(|passed| if half == 0 { 0 } else { passed });
            presence.look(Timestamp::from_millis(from * MINUTE + half * MINUTE / 2), passed, online);
        }
    }

    #[test]
    fn the_cause_is_what_was_seen() {
        let mut presence = Presence::default();
        runs(&mut presence, 0, 10, true, true);
        runs(&mut presence, 10, 20, false, false);
        // A sleep of twenty minutes, then half an hour awake.
        presence.look(at(40), Some(20 * MINUTE), true);
        runs(&mut presence, 40, 70, true, false);
        // Ten minutes of not running, then a new start.
        presence.look(at(80), None, true);
        for (from, to, cause) in [
            (0, 10, Cause::Forgotten),
            (12, 18, Cause::Offline),
            (22, 38, Cause::Asleep),
            (18, 38, Cause::Offline),
            (39, 41, Cause::Forgotten),
            (71, 79, Cause::NotRunning),
            (-100, -50, Cause::NotRunning),
        ] {
            assert_eq!(presence.cause(at(from), at(to)).0, cause, "{from}–{to}");
        }
        assert_eq!(presence.cause(at(71), at(79)).1, "the program did not run all of 8 min 00 s");
        assert_eq!(
            presence.cause(at(30), at(50)).1,
            "of 20 min 00 s the program ran 10 min 00 s, the computer slept 10 min 00 s"
        );
    }

    #[test]
    fn a_clock_that_is_set_moves_what_was_seen() {
        let mut presence = Presence::default();
        runs(&mut presence, 200, 210, true, true);
        presence.moved(-180 * MINUTE);
        assert_eq!(presence.cause(at(22), at(28)).0, Cause::Forgotten);
        assert_eq!(presence.cause(at(202), at(208)).0, Cause::NotRunning);
    }

    #[test]
    fn what_is_seen_for_long_stays_small() {
        let mut presence = Presence::default();
        runs(&mut presence, 0, 5000, true, true);
        assert_eq!(presence.0.len(), 1);
        runs(&mut presence, 5000, 20_000, false, false);
        assert!(serde_json::to_string(&presence).unwrap().len() < 300);
    }
}
