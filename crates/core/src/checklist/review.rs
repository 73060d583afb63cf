//! Whether the day on which a checklist is to be looked at again is past. The day of today is an argument.

use chrono::{Datelike as _, NaiveDate};

/// How people write a day.
const DAYS: [&str; 7] = ["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%B %d %Y", "%d-%b-%Y"];

/// Whether `review`, as the file states it («2026-05-01», «May 2026»), is before `today`. A month is past when its last day is.
/// None if it is no day that we can read.
pub fn is_past(review: &str, today: NaiveDate) -> Option<bool> {
    let text = review.trim();
    // «May 2026» is not the 20th of May in the year 26.
    let day = |form: &&str| NaiveDate::parse_from_str(text, form).ok().filter(|day| day.year() > 99);
    if let Some(day) = DAYS.iter().find_map(day) {
        return Some(day < today);
    }
    let first = ["%Y-%m-%d", "%d %B %Y"].into_iter().zip([format!("{text}-01"), format!("1 {text}")]);
    let month = first.into_iter().find_map(|(form, text)| NaiveDate::parse_from_str(&text, form).ok())?;
    Some(month.checked_add_months(chrono::Months::new(1))? <= today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_is_past_on_the_day_after_it() {
        let today = NaiveDate::from_ymd_opt(2026, 5, 2).unwrap();
        for (text, past) in [
            ("2026-05-01", Some(true)),
            ("2026-05-02", Some(false)),
            (" 01.05.2026 ", Some(true)),
            ("3 May 2026", Some(false)),
            ("April 30, 2026", Some(true)),
            ("2026-04", Some(true)),
            ("2026-05", Some(false)),
            ("May 2026", Some(false)),
            ("April 2026", Some(true)),
            ("next quarter", None),
            ("", None),
        ] {
            assert_eq!(is_past(text, today), past, "{text}");
        }
    }
}
