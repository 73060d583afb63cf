//! Hours in which it may, or may not, be deployed: «Tuesday to Thursday, 10:00-16:00», «Friday afternoon, weekend, holiday».
//!
//! A list of blocks between commas. A block names days (a day, a span of days, weekend, weekday, holiday), a part of the day (morning,
//! afternoon, evening, night, or hours), or both; hours alone after a block of days alone belong to it. Times are local, by the offset
//! that was written down next to the deploy tick; without one they are UTC, and the sentence says so. Holidays are those that the
//! front matter names (`holidays: 2026-12-25, 2026-12-24 to 2027-01-02`) and the one that the installation's calendar knew.

use super::super::moment::{Around, Moment};
use super::super::view::View;
use super::{Duty, DutyKind, Standing, allowed_because};
use crate::checklist::PolicyRule;
use crate::time::Timestamp;
use chrono::{Datelike as _, Duration, NaiveDate, NaiveDateTime, Timelike as _, Weekday};

/// Whether to deploy within the hours or outside of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    Allowed,
    Forbidden,
}

/// How the deploy tick stands to the hours.
pub(super) fn duty(view: &View, window: &str, sense: Sense) -> Duty {
    let rule = match sense {
        Sense::Allowed => format!("deployed only {window}"),
        Sense::Forbidden => format!("not deployed {window}"),
    };
    let duty = |standing, detail: String| Duty::new(DutyKind::Hours, rule.clone(), standing, detail);
    if blocks(window).is_none() {
        let detail = format!("The hours «{window}» are not understood: whether they were kept cannot be told.");
        return Duty { kind: DutyKind::NotUnderstood, ..duty(Standing::Broken, detail) };
    }
    match &view.conduct.deployed {
        None if view.closed.is_some() => duty(Standing::Kept, "Nothing was deployed.".to_owned()),
        None => duty(Standing::Open, "Nothing is deployed yet.".to_owned()),
        Some(deployed) => {
            let broken = against(view, window, sense, deployed.at, view.around_at(deployed.at));
            let (standing, detail) = match broken {
                None => (Standing::Kept, "It was deployed within these hours.".to_owned()),
                Some(why) => (Standing::Broken, format!("{why}{}", allowed_because(view))),
            };
            let (item, by, at) = (Some(deployed.item.clone()), Some(deployed.by.clone()), Some(deployed.at));
            Duty { item, by, at, ..duty(standing, detail) }
        }
    }
}

/// Why it should not be deployed now.
pub(super) fn objection(view: &View, window: &str, sense: Sense, moment: &Moment) -> Option<String> {
    let around = moment.around.as_ref().or_else(|| view.around_at(moment.now));
    against(view, window, sense, moment.now, around)
}

fn against(view: &View, window: &str, sense: Sense, at: Timestamp, around: Option<&Around>) -> Option<String> {
    let blocks = blocks(window)?;
    let offset = around.map_or(0, |around| around.offset);
    let local = at.utc().naive_utc() + Duration::minutes(i64::from(offset));
    let holiday = holiday(view, local.date(), around);
    let hit = blocks.iter().find(|block| block.holds(local, holiday.is_some()));
    let zone = if around.is_some() { "" } else { " UTC" };
    let when = format!("{} {:02}:{:02}{zone}", day_name(local.weekday()), local.hour(), local.minute());
    let named = holiday.map(|name| format!(" ({name})")).unwrap_or_default();
    match (sense, hit) {
        (Sense::Allowed, None) => Some(format!("{when}{named} is outside the allowed hours: {window}.")),
        (Sense::Forbidden, Some(block)) => Some(format!("{when}{named} is in forbidden hours: {}.", block.words)),
        _ => None,
    }
}

fn holiday(view: &View, day: NaiveDate, around: Option<&Around>) -> Option<String> {
    let ruled = view.template.policy.iter().filter_map(|line| match &line.rule {
        PolicyRule::Holidays { days } => Some(days),
        _ => None,
    });
    let named = ruled.flat_map(|days| days.split(',')).find_map(|entry| on_day(entry, day));
    named.or_else(|| around.and_then(|around| around.holiday.clone()))
}

/// The name of the entry («2026-12-25 Christmas», «2026-12-24 to 2027-01-02 freeze») if the day is in it.
pub fn on_day(entry: &str, day: NaiveDate) -> Option<String> {
    let mut words = entry.split_whitespace().peekable();
    let first = day_of(words.next()?)?;
    let mut last = first;
    if words.peek().is_some_and(|word| matches!(*word, "to" | "until" | "-" | "–")) {
        words.next();
        last = day_of(words.next()?)?;
    }
    let name = words.collect::<Vec<_>>().join(" ");
    (first..=last).contains(&day).then(|| if name.is_empty() { "holiday".to_owned() } else { name })
}

/// `2026-12-25`.
fn day_of(text: &str) -> Option<NaiveDate> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Days and hours that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    words: String,
    days: Option<Vec<Weekday>>,
    holiday: bool,
    /// Minutes of the day, the end not in it; the end before the start goes over midnight.
    hours: Option<(u32, u32)>,
}

impl Block {
    fn holds(&self, local: NaiveDateTime, holiday: bool) -> bool {
        let minute = local.hour() * 60 + local.minute();
        let at = |day: Weekday| self.days.as_ref().is_none_or(|days| days.contains(&day));
        let of_day = if self.holiday { holiday } else { at(local.weekday()) };
        match self.hours {
            None => of_day,
            Some((from, to)) if from < to => of_day && (from..to).contains(&minute),
            Some((from, _)) if minute >= from => of_day,
            // After midnight it is still the evening before that counts.
            Some((_, to)) => minute < to && (self.holiday && holiday || !self.holiday && at(local.weekday().pred())),
        }
    }
}

/// The blocks of a list; none if a word of it is not known.
fn blocks(window: &str) -> Option<Vec<Block>> {
    let mut blocks: Vec<Block> = Vec::new();
    for words in window.split([',', ';']).map(str::trim).filter(|words| !words.is_empty()) {
        let block = block(words)?;
        let alone = block.days.is_none() && !block.holiday;
        match blocks.last_mut() {
            Some(last) if alone && last.hours.is_none() => {
                // «Monday, Tuesday, 10:00-16:00»: the hours are those of every day that was named before them.
                for before in blocks.iter_mut().rev().take_while(|before| before.hours.is_none()) {
                    before.hours = block.hours;
                    before.words = format!("{}, {words}", before.words);
                }
            }
            _ => blocks.push(block),
        }
    }
    (!blocks.is_empty()).then_some(blocks)
}

fn block(text: &str) -> Option<Block> {
    let mut block = Block { words: text.to_owned(), days: None, holiday: false, hours: None };
    let lower = text.to_lowercase().replace(['–', '—'], "-");
    let words: Vec<&str> =
        lower.split_whitespace().filter(|word| !matches!(*word, "on" | "and" | "the" | "a")).collect();
    let mut rest = words.as_slice();
    while let [word, more @ ..] = rest {
        rest = more;
        if let Some(first) = day(word) {
            let mut days = vec![first];
            if let [joint, last, more @ ..] = rest
                && matches!(*joint, "to" | "-" | "until" | "through")
                && let Some(last) = day(last)
            {
                days = span(first, last);
                rest = more;
            }
            block.days.get_or_insert_default().extend(days);
        } else if let Some((first, last)) = word.split_once('-').and_then(|(one, other)| Some((day(one)?, day(other)?)))
        {
            block.days.get_or_insert_default().extend(span(first, last));
        } else {
            match *word {
                "weekend" | "weekends" => block.days.get_or_insert_default().extend([Weekday::Sat, Weekday::Sun]),
                "weekday" | "weekdays" | "workday" | "workdays" => {
                    block.days.get_or_insert_default().extend(span(Weekday::Mon, Weekday::Fri));
                }
                "holiday" | "holidays" => block.holiday = true,
                "morning" | "mornings" => block.hours = Some((0, 720)),
                "afternoon" | "afternoons" => block.hours = Some((720, 1440)),
                "evening" | "evenings" => block.hours = Some((1020, 1440)),
                "night" | "nights" => block.hours = Some((1320, 360)),
                "after" | "from" => {
                    let [time, more @ ..] = rest else { return None };
                    (block.hours, rest) = (Some((minute(time)?, 1440)), more);
                }
                "before" | "until" => {
                    let [time, more @ ..] = rest else { return None };
                    let from = block.hours.map_or(0, |(from, _)| from);
                    (block.hours, rest) = (Some((from, minute(time)?)), more);
                }
                hours => {
                    let (from, to) = hours.split_once('-')?;
                    block.hours = Some((minute(from)?, minute(to)?));
                }
            }
        }
    }
    Some(block)
}

fn span(first: Weekday, last: Weekday) -> Vec<Weekday> {
    let mut days = vec![first];
    let mut day = first;
    while day != last {
        day = day.succ();
        days.push(day);
    }
    days
}

fn day(word: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Mon),
        ("tuesday", Weekday::Tue),
        ("wednesday", Weekday::Wed),
        ("thursday", Weekday::Thu),
        ("friday", Weekday::Fri),
        ("saturday", Weekday::Sat),
        ("sunday", Weekday::Sun),
    ];
    let word = word.trim_end_matches('s');
    NAMES
        .into_iter()
        .find(|(name, _)| name.trim_end_matches('s') == word || name.get(..3) == Some(word))
        .map(|(_, day)| day)
}

fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// `10:00` or `10`, in minutes; 24:00 is the day's end.
fn minute(time: &str) -> Option<u32> {
    let (hours, minutes) = time.split_once(':').unwrap_or((time, "0"));
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 24 && minutes < 60 && hours * 60 + minutes <= 1440).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(window: &str, local: &str, holiday: bool) -> Option<bool> {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
        Some(blocks(window)?.iter().any(|block| block.holds(local, holiday)))
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        // 2026-01-05 is a Monday.
        for (window, local, inside) in [
            ("Tuesday to Thursday, 10:00-16:00", "2026-01-06 10:00", true),
            ("Tuesday to Thursday, 10:00-16:00", "2026-01-06 16:00", false),
            ("Tuesday to Thursday, 10:00-16:00", "2026-01-09 11:00", false),
            ("Tue-Thu 10-16", "2026-01-08 15:59", true),
            ("Friday afternoon, weekend, holiday", "2026-01-09 11:59", false),
            ("Friday afternoon, weekend, holiday", "2026-01-09 12:00", true),
            ("Friday afternoon, weekend, holiday", "2026-01-11 03:00", true),
            ("Friday afternoon, weekend, holiday", "2026-01-08 13:00", false),
            ("Friday after 15:00", "2026-01-09 15:00", true),
            ("Monday, Wednesday, 09:00-12:00", "2026-01-05 09:00", true),
            ("Monday, Wednesday, 09:00-12:00", "2026-01-05 13:00", false),
            ("weekdays 22:00-04:00", "2026-01-06 03:00", true),
            ("weekdays 22:00-04:00", "2026-01-05 03:00", false),
            ("Saturday to Monday", "2026-01-05 08:00", true),
        ] {
            assert_eq!(holds(window, local, false), Some(inside), "{window}: {local}");
        }
        assert_eq!(holds("weekend, holiday", "2026-01-07 09:00", true), Some(true));
        for window in ["whenever traffic is low", "", "25:00-26:00", "after"] {
            assert_eq!(holds(window, "2026-01-05 08:00", false), None, "{window}");
        }
    }

    #[test]
    fn entries_of_a_calendar_are_days_or_spans() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(on_day(" 2026-12-25 Christmas Day", day("2026-12-25")).as_deref(), Some("Christmas Day"));
        assert_eq!(on_day("2026-12-24 to 2027-01-02 freeze", day("2027-01-02")).as_deref(), Some("freeze"));
        assert_eq!(on_day("2026-12-25", day("2026-12-26")), None);
        assert_eq!(on_day("someday", day("2026-12-26")), None);
    }
}
