//! The clocks and the randomness of the computer: the one place that asks for them.

use crate::error::Error;
use countersign_core::time::Timestamp;
use countersign_pades::{DateTime, Validity};
pub use countersign_verify::moment::timestamp;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Where time and randomness come from. Tests bring their own.
pub trait Environment: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Timestamp;
    /// Milliseconds of a clock that never goes back and that goes on while the computer sleeps.
    fn monotonic(&self) -> u64;
    /// Fills `bytes` with randomness that nobody can foresee.
    fn random(&self, bytes: &mut [u8]) -> Result<(), Error>;
    /// How far local time is ahead of UTC now, in minutes.
    fn offset(&self) -> i32 {
        0
    }
}

/// The computer's own clocks and randomness.
#[derive(Debug)]
pub struct Computer {
    started: Instant,
}

impl Computer {
    /// Starts the monotonic clock.
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Default for Computer {
    fn default() -> Self {
        Self::new()
    }
}

impl Environment for Computer {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> u64 {
        since_start_of_computer()
            .unwrap_or_else(|| u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes).map_err(|error| Error::Random(error.to_string()))
    }

    fn offset(&self) -> i32 {
        use chrono::Offset as _;
        chrono::Local::now().offset().fix().local_minus_utc() / 60
    }
}

/// The clock that goes on while the computer sleeps. `Instant` stands still meanwhile on Linux and macOS: a sleep would look as if
/// the wall clock had been set.
#[cfg(unix)]
fn since_start_of_computer() -> Option<u64> {
    use rustix::time::{ClockId, clock_gettime};
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let clock = ClockId::Boottime;
    // Here this one counts sleep too.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let clock = ClockId::Monotonic;
    let time = clock_gettime(clock);
    let millis = time.tv_sec.checked_mul(1000)?.checked_add(time.tv_nsec / 1_000_000)?;
    u64::try_from(millis).ok()
}

/// `Instant` counts sleep here.
#[cfg(not(unix))]
fn since_start_of_computer() -> Option<u64> {
    None
}

/// A generator seeded with the environment's randomness.
pub fn rng(environment: &dyn Environment) -> Result<chacha20::ChaCha20Rng, Error> {
    use chacha20::rand_core::SeedableRng as _;
    let mut seed = [0; 32];
    environment.random(&mut seed)?;
    Ok(chacha20::ChaCha20Rng::from_seed(seed))
}

/// From a day before `now`, for clocks that are a little behind, until `years` after it.
pub fn validity(now: Timestamp, years: i64) -> Result<Validity, Error> {
    const DAY: i64 = 86_400_000;
    let at = |millis: i64| date_time(Timestamp::from_millis(millis));
    let later = now.millis().saturating_add(years.saturating_mul(365 * DAY));
    Ok(Validity { not_before: at(now.millis().saturating_sub(DAY))?, not_after: at(later)? })
}

/// A point in time as X.509 has it, to the second.
pub fn date_time(at: Timestamp) -> Result<DateTime, Error> {
    countersign_verify::moment::date_time(at).ok_or_else(|| Error::Verify(countersign_verify::Error::Moment(at)))
}
