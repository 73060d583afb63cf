//! What a heading's words say: its time window, its share of traffic, whether it holds what to do when rolling back.

use super::phrase::{self, Pairs, Phrase};

/// Words that make bracketed or trailing text a time.
static TIME: [Phrase; 32] = Phrase::all([
    "minute",
    "min",
    "mins",
    "hour",
    "hours",
    "hr",
    "hrs",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "daily",
    "hourly",
    "weekly",
    "before",
    "after",
    "first",
    "every",
    "minutes",
    "immediate",
    "immediately",
    "go live",
    "post-deployment",
    "t-",
    "t+",
    "stunden",
    "minuten",
    "tage",
    "horas",
    "heures",
    "小时",
]);

/// The time that a title states, as written: `(First 24 hours)`, `First Week`, `T-60`.
pub(super) fn timing(title: &str) -> Option<String> {
    if let Some(open) = title.rfind(['(', '（']) {
        let inside = title.get(open..)?.trim_start_matches(['(', '（']);
        let inside = inside.split([')', '）']).next()?.trim();
        if states_time(inside) {
            return Some(inside.to_owned());
        }
    }
    if title.is_ascii()
        && !title.as_bytes().iter().any(u8::is_ascii_digit)
        && !title.starts_with(['F', 'f', 'E', 'e'])
        && !title.contains(": ")
    {
        return None;
    }
    let bare = title.trim_start_matches(|c: char| !c.is_alphanumeric());
    let starts = |text: &str, words: &[&str]| words.iter().any(|word| phrase::starts_with(text, word));
    let after_colon = bare.split_once(": ").map(|(_, tail)| tail).filter(|tail| {
        starts(tail, &["first ", "every "]) || starts(tail, &["t-"]) && tail.bytes().any(|byte| byte.is_ascii_digit())
    });
    let counted = starts(bare, &["first ", "every ", "t-", "t+"]);
    if counted && states_time(bare) { Some(bare.to_owned()) } else { after_colon.map(str::to_owned) }
}

fn states_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    if (lower.starts_with("t-") || lower.starts_with("t+")) && lower.as_bytes().get(2).is_some_and(u8::is_ascii_digit) {
        return true;
    }
    let pairs = Pairs::of(&lower);
    let words = |word: &str| lower.split(|c: char| !c.is_alphanumeric()).any(|known| known == word);
    let unit = TIME.iter().filter(|time| pairs.may_hold(time)).any(|Phrase { text: time, .. }| {
        if time.contains(['-', ' ', '+']) || !time.is_ascii() { lower.contains(time) } else { words(time) }
    });
    let number = lower.bytes().any(|byte| byte.is_ascii_digit());
    let named = || {
        ["first", "every", "daily", "hourly", "weekly", "immediate", "immediately", "before", "after"]
            .iter()
            .any(|word| words(word))
    };
    unit && (number || named())
}

/// `(5% traffic)`, and `(100%)` in a stage's title: the share in percent.
pub(super) fn traffic(title: &str) -> Option<String> {
    let at = title.find('%')?;
    let before = title.get(..at)?.trim_end();
    let start = before.rfind(|c: char| !(c.is_ascii_digit() || c == '.')).map_or(0, |at| at + 1);
    let start = if title.is_char_boundary(start) { start } else { return None };
    let share = before.get(start..)?.trim_matches('.');
    let lower = title.to_lowercase();
    let staged = ["traffic", "stage", "canary", "rollout", "roll-out", "users", "general availability", "beta"]
        .iter()
        .any(|word| lower.contains(word));
    (staged && !share.is_empty()).then(|| share.to_owned())
}

/// Whether a section holds what to do when rolling back; the title of the whole file does not say so.
pub(super) fn is_rollback(level: u8, title: &str, pairs: Pairs) -> bool {
    static ABOUT: [Phrase; 10] = Phrase::all([
        "rollback",
        "roll back",
        "roll-back",
        "rückfall",
        "откат",
        "回滚",
        "ロールバック",
        "reversão",
        "reversión",
        "retour arrière",
    ]);
    static INSTEAD: [Phrase; 7] =
        Phrase::all(["decision", "matrix", "criteria", "trigger", "test", "readiness", "preparation"]);
    level > 1 && pairs.holds_any(title, &ABOUT) && !pairs.holds_any(title, &INSTEAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_shares_and_rollback_are_lifted_from_titles() {
        for (title, time, share, rollback) in [
            ("Phase 0: Pre-Deployment Planning (2-3 days before)", Some("2-3 days before"), None, false),
            (
                "Metrics Monitoring (Every 5 minutes for first 30 minutes, then every 15 minutes)",
                Some("Every 5 minutes for first 30 minutes, then every 15 minutes"),
                None,
                false,
            ),
            ("Immediate (First Hour)", Some("First Hour"), None, false),
            ("First 24 Hours", Some("First 24 Hours"), None, false),
            ("Business Metrics (Daily for 1 week)", Some("Daily for 1 week"), None, false),
            ("T-60: Freeze", Some("T-60: Freeze"), None, false),
            ("Stage 1: Internal Test (0.5% traffic)", None, Some("0.5"), false),
            ("Stage 4: General Availability (100%)", None, Some("100"), false),
            ("Redis (Upstash Recommended)", None, None, false),
            ("Phase 5: Rollback Procedures (If Needed)", None, None, true),
            ("Rollback Decision Point (8 hours post-deployment)", Some("8 hours post-deployment"), None, false),
            ("Rollback Decision Matrix", None, None, false),
        ] {
            assert_eq!(timing(title).as_deref(), time, "{title}");
            assert_eq!(traffic(title).as_deref(), share, "{title}");
            assert_eq!(is_rollback(2, title, Pairs::of(title)), rollback, "{title}");
        }
        let title = "Deploy and Rollback Checklist";
        assert!(!is_rollback(1, title, Pairs::of(title)));
    }
}
