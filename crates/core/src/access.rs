//! How a key is asked for: how long to wait after wrong passphrases, and until when a sitting goes on.
//!
//! The waiting slows somebody down who tries passphrases at this program. It is no protection of a key file that was copied: that is
//! what the passphrase and its 600,000 rounds are for.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// So many wrong passphrases in a row cost nothing: people mistype.
pub const FREE: u32 = 2;
/// The first delay, in milliseconds. Each further wrong passphrase doubles it.
pub const FIRST: i64 = 5_000;
/// The longest delay, in milliseconds.
pub const LONGEST: i64 = 15 * 60_000;
/// After so many milliseconds without a signature a sitting is over, and key and passphrase are asked for anew.
pub const IDLE: i64 = 10 * 60_000;

/// The wrong passphrases of a key since the last right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tries {
    /// How many.
    pub wrong: u32,
    /// When the last of them was.
    pub last: Option<Timestamp>,
}

/// How long nobody may try after so many wrong passphrases in a row, in milliseconds.
pub fn delay(wrong: u32) -> i64 {
    match wrong.checked_sub(FREE + 1) {
        None => 0,
        Some(more) => FIRST.saturating_mul(1_i64.checked_shl(more.min(30)).unwrap_or(i64::MAX)).min(LONGEST),
    }
}

/// How long to wait from `now` on until the next try, in milliseconds; 0: not at all. A clock that was set back makes nobody wait
/// longer than the whole delay.
pub fn wait(tries: Tries, now: Timestamp) -> i64 {
    let delay = delay(tries.wrong);
    let passed = tries.last.map_or(i64::MAX, |last| now.millis().saturating_sub(last.millis()));
    delay.saturating_sub(passed).clamp(0, delay)
}

/// Whether the sitting of somebody who signed at `last` goes on, so that the passphrase alone is enough (21 CFR 11.200(a)(1)(i)).
/// Otherwise the key is chosen anew, too (11.200(a)(1)(ii)).
pub fn sitting_goes_on(last: Timestamp, now: Timestamp) -> bool {
    (0..IDLE).contains(&now.millis().saturating_sub(last.millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistyping_twice_costs_nothing_and_each_further_try_doubles_the_wait() {
        let seconds: Vec<i64> = (0..13).map(|wrong| delay(wrong) / 1000).collect();
        assert_eq!(seconds, [0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!(delay(u32::MAX), LONGEST);
    }

    #[test]
    fn the_wait_counts_from_the_last_wrong_try_whatever_the_clock_does() {
        let at = |seconds: i64| Timestamp::from_millis(1_800_000_000_000 + seconds * 1000);
        let tries = Tries { wrong: 4, last: Some(at(0)) };
        for (now, left) in [(0, 10), (3, 7), (10, 0), (11, 0), (-3600, 10)] {
            assert_eq!(wait(tries, at(now)), left * 1000, "{now}");
        }
        assert_eq!(wait(Tries::default(), at(0)), 0);
    }

    #[test]
    fn a_sitting_ends_after_an_idle_gap_and_when_the_clock_is_set_back() {
        let at = |minutes: i64| Timestamp::from_millis(1_800_000_000_000 + minutes * 60_000);
        for (now, goes_on) in [(0, true), (9, true), (10, false), (60, false), (-1, false)] {
            assert_eq!(sitting_goes_on(at(0), at(now)), goes_on, "{now}");
        }
    }
}
