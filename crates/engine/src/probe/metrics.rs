//! Pages in the Prometheus text format: one counter or gauge, or a percentile of a histogram or summary.
//!
//! A selection that fits several series has no value: which of them was meant is not guessed. Percentiles of histograms are found as
//! Prometheus' `histogram_quantile` finds them: linearly within a bucket.

use super::numbers::decimal;
use super::{Asking, Facts, Found, fact, http};
use countersign_core::ask::Http;
use rust_decimal::Decimal;

/// One line of the page, or a selection of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Series {
    name: String,
    labels: Vec<(String, String)>,
}

pub(super) async fn ask(asking: &Asking<'_>, at: &Http, series: &str, percentile: Option<&str>) -> Found {
    let answer = http::ask(asking, at).await;
    let measured = match answer.text() {
        Ok(text) if answer.status == Some(200) => measured(text, series, percentile),
        _ => Facts::new(),
    };
    let mut found = answer.found();
    found.facts.extend(measured);
    found
}

fn measured(page: &str, selection: &str, percentile: Option<&str>) -> Facts {
    let Some((wanted, rest)) = series(selection) else { return Facts::new() };
    if !rest.trim().is_empty() {
        return Facts::new();
    }
    let unit = ["_seconds", "_milliseconds", "_bytes"].into_iter().zip([" s", " ms", " B"]);
    let base = ["_bucket", "_total", "_sum", "_count"].into_iter().find_map(|end| wanted.name.strip_suffix(end));
    let base = base.unwrap_or(&wanted.name).to_owned();
    let is_count = wanted.name.ends_with("_count");
    let unit = unit.filter(|_| !is_count).find(|(end, _)| base.ends_with(end)).map_or("", |(_, unit)| unit);
    let samples: Vec<(Series, Decimal)> = page.lines().filter_map(sample).collect();
    let fits = |series: &Series| wanted.labels.iter().all(|label| series.labels.contains(label));
    if let Some(percentile) = percentile {
        let of_base = samples.iter().filter(|(series, _)| fits(series));
        return quantile(of_base, &base, percentile)
            .map(|value| fact(&format!("metrics.{percentile}"), format!("{value}{unit}")))
            .into_iter()
            .collect();
    }
    let found: Vec<_> = samples.iter().filter(|(series, _)| series.name == wanted.name && fits(series)).collect();
    let mut facts = vec![fact("metrics.count", found.len())];
    if let [(_, value)] = found.as_slice() {
        facts.push(fact("metrics.value", format!("{value}{unit}")));
    }
    facts
}

/// The percentile of a histogram over all series that fit, or of the one summary that does.
fn quantile<'a>(samples: impl Iterator<Item = &'a (Series, Decimal)>, base: &str, percentile: &str) -> Option<Decimal> {
    let share = decimal(percentile.strip_prefix('p')?)? / Decimal::ONE_HUNDRED;
    let (mut buckets, mut of_summary) = (Vec::<(Option<Decimal>, Decimal)>::new(), Vec::new());
    for (series, value) in samples {
        let label =
            |wanted: &str| series.labels.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        if series.name == base && label("quantile").and_then(decimal) == Some(share.normalize()) {
            of_summary.push(*value);
        }
        if let (Some(""), Some(end)) =
            (series.name.strip_prefix(base).and_then(|rest| rest.strip_prefix("_bucket")), label("le"))
        {
            let end = if end == "+Inf" { None } else { Some(decimal(end)?) };
            match buckets.iter_mut().find(|(known, _)| *known == end) {
                Some((_, sum)) => *sum = sum.checked_add(*value)?,
                None => buckets.push((end, *value)),
            }
        }
    }
    if let [only] = of_summary.as_slice() {
        return Some(*only);
    }
    // The bucket without an end comes last.
    buckets.sort_by_key(|(end, _)| (end.is_none(), *end));
    let (_, total) = buckets.last().filter(|(end, _)| end.is_none())?;
    let needed = Decimal::ONE.checked_div(Decimal::ONE - share)?;
    if *total < needed {
        return None;
    }
    let rank = share.checked_mul(*total)?;
    let (mut start, mut before) = (Decimal::ZERO, Decimal::ZERO);
    for (end, count) in &buckets {
        match end {
            // What lies beyond the last end is not known any better than that.
            None => return Some(start.normalize()),
            Some(end) if *count >= rank => {
                let within = rank.checked_sub(before)?.checked_div(count.checked_sub(before)?).unwrap_or(Decimal::ONE);
                let value = start.checked_add((*end - start).checked_mul(within)?)?;
                return Some(value.round_dp(9).normalize());
            }
            Some(end) => (start, before) = (*end, *count),
        }
    }
    None
}

fn sample(line: &str) -> Option<(Series, Decimal)> {
    if line.starts_with('#') {
        return None;
    }
    let (series, rest) = series(line)?;
    Some((series, decimal(rest.split_whitespace().next()?)?))
}

/// A name and its labels, and what stands behind them.
fn series(text: &str) -> Option<(Series, &str)> {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | ':'))).unwrap_or(text.len());
    let (name, mut rest) = text.split_at_checked(end)?;
    let mut labels = Vec::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside.trim_start();
        while !rest.starts_with('}') {
            let (label, value) = rest.split_once('=')?;
            let mut out = String::new();
            let mut chars = value.trim_start().strip_prefix('"')?.chars();
            loop {
                match chars.next()? {
                    '"' => break,
                    '\\' => out.push(match chars.next()? {
                        'n' => '\n',
                        other => other,
                    }),
                    other => out.push(other),
                }
            }
            labels.push((label.trim().to_owned(), out));
            rest = chars.as_str().trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        }
        rest = rest.get(1..)?;
    }
    (!name.is_empty()).then(|| (Series { name: name.to_owned(), labels }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{queue=\"a b\",code=\"200\"} 1.5e3\njobs_total{queue=\"c\"} 7 1700000000\n\
        up 1\nbroken{ 5\nnothing NaN\nresident_bytes 2048\n\
        t_seconds_bucket{path=\"/\",le=\"0.1\"} 50\nt_seconds_bucket{path=\"/\",le=\"0.5\"} 90\nt_seconds_bucket{path=\"/\",le=\"+Inf\"} 100\n\
        few_bucket{le=\"1\"} 3\nfew_bucket{le=\"+Inf\"} 3\ns_seconds{quantile=\"0.95\"} 0.25\n";

    #[test]
    fn one_series_has_a_value_and_several_have_none() {
        for (selection, percentile, expected) in [
            ("up", None, "metrics.count=1 metrics.value=1"),
            ("jobs_total", None, "metrics.count=2"),
            ("jobs_total{code=\"200\"}", None, "metrics.count=1 metrics.value=1500"),
            ("jobs_total{ queue=\"a b\" , code=\"200\", }", None, "metrics.count=1 metrics.value=1500"),
            ("jobs_total{queue=\"d\"}", None, "metrics.count=0"),
            ("nothing", None, "metrics.count=0"),
            ("resident_bytes", None, "metrics.count=1 metrics.value=2048 B"),
            ("t_seconds", Some("p50"), "metrics.p50=0.1 s"),
            ("t_seconds_bucket{path=\"/\"}", Some("p70"), "metrics.p70=0.3 s"),
            ("t_seconds", Some("p95"), "metrics.p95=0.5 s"),
            ("t_seconds{path=\"/none\"}", Some("p95"), ""),
            ("s_seconds", Some("p95"), "metrics.p95=0.25 s"),
            ("few", Some("p95"), ""),
            ("up{", None, ""),
        ] {
            let facts = measured(PAGE, selection, percentile);
            let words: Vec<_> = facts.iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(words.join(" "), expected, "{selection} {percentile:?}");
        }
    }
}
