//! Time windows and cadences in words, as schedules: «Every 5 minutes for first 30 minutes, then every 15 minutes».
//!
//! Pure: seconds counted from the deploy tick (T0), no clock and no calendar.

use serde::{Deserialize, Serialize};

/// When something is due, counted from T0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "schedule", rename_all = "snake_case")]
pub enum Schedule {
    /// Once, within a window: «First 24 hours», «T-60», «2-3 days before», «24 hours after».
    Window {
        /// Seconds after T0 when it opens; negative is before.
        from: i64,
        /// Seconds after T0 when it closes.
        to: i64,
    },
    /// Again and again: one entry a cadence, in order; each starts where the one before ends.
    Rounds {
        /// The cadences.
        cadences: Vec<Cadence>,
    },
}

/// Rounds at equal distances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cadence {
    /// Seconds between two rounds.
    pub every: i64,
    /// Seconds after T0 when this cadence ends; none if the words do not say.
    pub until: Option<i64>,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Reads a window or cadence; none if the words state none that is understood.
///
/// A cadence without an end of its own takes it from the words after it («hourly, first 8 hours»).
pub fn schedule(words: &str) -> Option<Schedule> {
    let lower = words.to_lowercase();
    let text = lower.trim();
    rounds(text).or_else(|| window(text))
}

/// The schedule of a heading with a timing: «Hourly checks (first 8 hours)» states its cadence in the title's other words.
pub(super) fn of_title(title: &str, timing: &str) -> Option<Schedule> {
    rounds(&title.to_lowercase()).or_else(|| schedule(timing))
}

fn rounds(text: &str) -> Option<Schedule> {
    if !["every ", "hourly", "daily", "weekly"].iter().any(|word| text.contains(word)) {
        return None;
    }
    let mut cadences: Vec<Cadence> = Vec::new();
    for clause in text.split("then ").flat_map(|part| part.split([',', ';'])) {
        match every(clause) {
            Some(every) => cadences.push(Cadence { every, until: length(clause) }),
            None => {
                if let (Some(last), Some(end)) = (cadences.last_mut(), length(clause)) {
                    last.until = last.until.or(Some(end));
                }
            }
        }
    }
    let sound = cadences.iter().all(|cadence| cadence.every > 0);
    (!cadences.is_empty() && sound).then_some(Schedule::Rounds { cadences })
}

/// The distance that a clause states: «every 5 minutes», «hourly», «daily».
fn every(clause: &str) -> Option<i64> {
    if let Some(at) = clause.find("every ") {
        let tail = clause.get(at + "every ".len()..)?;
        return duration(tail).map(|(_, most)| most).or_else(|| unit(tail.split_whitespace().next()?));
    }
    let word = |word: &str| clause.split(|c: char| !c.is_alphanumeric()).any(|known| known == word);
    [("hourly", HOUR), ("daily", DAY), ("weekly", 7 * DAY)]
        .into_iter()
        .find(|(name, _)| word(name))
        .map(|(_, every)| every)
}

/// How long a clause says it lasts: «for first 30 minutes», «for 1 week», «first 8 hours».
fn length(clause: &str) -> Option<i64> {
    let at = ["for the first ", "for first ", "for ", "first ", "during "]
        .iter()
        .find_map(|lead| clause.find(lead).map(|at| at + lead.len()))?;
    duration(clause.get(at..)?).map(|(_, most)| most).or_else(|| unit(clause.get(at..)?.split_whitespace().next()?))
}

fn window(text: &str) -> Option<Schedule> {
    if let Some(rest) = text.strip_prefix("t-").or_else(|| text.strip_prefix("t+")) {
        let number: i64 = rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
        let scale = rest
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .split_whitespace()
            .next()
            .and_then(unit)
            .unwrap_or(MINUTE);
        let at = number.checked_mul(scale)?;
        let sign = if text.starts_with("t-") { -1 } else { 1 };
        return Some(Schedule::Window { from: sign * at, to: (sign * at).max(0) });
    }
    if let Some(at) = text.find("first ") {
        let tail = text.get(at + "first ".len()..)?;
        let to = duration(tail).map(|(_, most)| most).or_else(|| unit(tail.split_whitespace().next()?))?;
        return Some(Schedule::Window { from: 0, to });
    }
    if let Some((start, end)) = text.split_once(" - ").or_else(|| text.split_once(" – ")) {
        let (from, to) = (duration(start)?.1, duration(end)?.1);
        return (from < to).then_some(Schedule::Window { from, to });
    }
    let (least, most) = duration(text)?;
    if text.contains("before") {
        return Some(Schedule::Window { from: -most, to: if least < most { -least } else { 0 } });
    }
    (text.contains("after") || text.contains("post")).then_some(Schedule::Window { from: 0, to: most })
}

/// `5 minutes`, `2-3 days`, `48-72h`: the least and the most that the text starts with, in seconds.
fn duration(text: &str) -> Option<(i64, i64)> {
    let text = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let least: i64 = text.get(..digits)?.parse().ok()?;
    let mut rest = text.get(digits..)?.trim_start();
    let mut most = least;
    if let Some(tail) = rest.strip_prefix(['-', '–']) {
        let digits = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        most = tail.get(..digits)?.parse().ok()?;
        rest = tail.get(digits..)?.trim_start();
    }
    let scale = unit(rest.split(|c: char| !c.is_alphabetic()).next()?)?;
    Some((least.checked_mul(scale)?, most.checked_mul(scale)?))
}

fn unit(word: &str) -> Option<i64> {
    Some(match word.trim_matches(|c: char| !c.is_alphabetic()) {
        "s" | "sec" | "secs" | "second" | "seconds" | "sekunden" | "segundos" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" | "minuten" | "minutos" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" | "stunde" | "stunden" | "hora" | "horas" | "heures" => HOUR,
        "d" | "day" | "days" | "tag" | "tage" | "día" | "días" | "dia" | "dias" | "jours" => DAY,
        "w" | "week" | "weeks" | "woche" | "wochen" | "semana" | "semanas" => 7 * DAY,
        "month" | "months" => 30 * DAY,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_states_its_cadence_in_its_other_words() {
        let hourly = Schedule::Rounds { cadences: vec![Cadence { every: HOUR, until: Some(8 * HOUR) }] };
        assert_eq!(of_title("Hourly Checks (First 8 hours)", "First 8 hours"), Some(hourly));
        assert_eq!(of_title("Smoke Tests (First 5 minutes)", "First 5 minutes"), schedule("First 5 minutes"));
    }

    #[test]
    fn words_become_schedules() {
        let window = |from, to| Some(Schedule::Window { from, to });
        let rounds = |list: &[(i64, Option<i64>)]| {
            Some(Schedule::Rounds { cadences: list.iter().map(|&(every, until)| Cadence { every, until }).collect() })
        };
        for (words, expected) in [
            (
                "Every 5 minutes for first 30 minutes, then every 15 minutes",
                rounds(&[(5 * MINUTE, Some(30 * MINUTE)), (15 * MINUTE, None)]),
            ),
            ("Every 6 hours for 24 hours", rounds(&[(6 * HOUR, Some(24 * HOUR))])),
            ("hourly, first 8 hours", rounds(&[(HOUR, Some(8 * HOUR))])),
            ("Daily for 1 week", rounds(&[(DAY, Some(7 * DAY))])),
            ("First 24 hours", window(0, DAY)),
            ("First Hour", window(0, HOUR)),
            ("First Week", window(0, 7 * DAY)),
            ("1 hour - 24 hours", window(HOUR, DAY)),
            ("T-60", window(-HOUR, 0)),
            ("T+15 min", window(15 * MINUTE, 15 * MINUTE)),
            ("2-3 days before", window(-3 * DAY, -2 * DAY)),
            ("1 hour before", window(-HOUR, 0)),
            ("8 hours post-deployment", window(0, 8 * HOUR)),
            ("24 hours after", window(0, DAY)),
            ("0 minute - go live", None),
            ("If Needed", None),
            ("Every 0 minutes", None),
            ("every 99999999999999999999 weeks", None),
        ] {
            assert_eq!(schedule(words), expected, "{words}");
        }
    }
}
