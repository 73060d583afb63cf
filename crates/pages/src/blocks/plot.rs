//! Values over time: axes with round numbers, limits as labelled lines, the baseline as a band, gaps in the data as gaps.
//! The picture judges nothing; verdicts come in words from the record.

use super::Composition;
use super::timeline::fraction;
use crate::piece::{Atom, Path, Piece, Shape};
use crate::structure::NodeId;
use crate::theme::{Face, HAIR, HEADING, Ink, RULE, SMALL};
use countersign_core::report::Plot;
use countersign_core::time::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

const HEIGHT: f32 = 128.0;
const LEFT: f32 = 46.0;
/// Room on the right for what limits and baseline mean.
const RIGHT: f32 = 112.0;
/// Two points farther apart than this many typical steps have a gap between them.
const GAP_STEPS: i64 = 2;

struct Axes {
    top: f32,
    width: f32,
    low: f32,
    high: f32,
}

impl Axes {
    fn y(&self, value: f32) -> f32 {
        self.top + HEIGHT - (value - self.low) / (self.high - self.low) * HEIGHT
    }

    fn x(&self, plot: &Plot, at: Timestamp) -> f32 {
        let part = match (plot.points.first(), plot.points.last()) {
            (Some((first, _)), Some((last, _))) if first != last => fraction(*first, *last, at),
            _ => 0.5,
        };
        LEFT + 6.0 + part * (self.width - 12.0)
    }
}

impl Composition<'_> {
    pub(super) fn plot(&mut self, plot: &Plot) {
        let tag = self.element("Figure");
        if let Some(node) = self.tree.nodes.get_mut(tag) {
            node.alt = Some(in_words(plot));
        }
        let [.., face] = HEADING;
        let unit = if plot.unit.is_empty() { String::new() } else { format!(" ({})", plot.unit) };
        let title = self.setter.words(&format!("{}{unit}", plot.title), face.ink(Ink::Text), self.measure * 0.56);
        let mut atoms = self.place(&title, (0.0, 0.0), 0, tag);
        let period = self.setter.words(&period(plot), SMALL.ink(Ink::Quiet).end(true), self.measure * 0.42);
        atoms.extend(self.place(&period, (self.measure * 0.58, 2.2), 0, tag));
        let ticks = ticks(plot);
        let (Some(low), Some(high)) = (ticks.first(), ticks.last()) else { return };
        let axes = Axes {
            top: title.height + 10.0,
            width: self.measure - LEFT - RIGHT,
            low: number(*low),
            high: number(*high),
        };
        for tick in &ticks {
            let y = axes.y(number(*tick));
            let thickness = if *tick == *low { RULE } else { HAIR };
            let ink = if *tick == *low { Ink::Quiet } else { Ink::Rule };
            atoms.push(Atom { tag: Some(tag), ..super::rule(LEFT, y, axes.width, thickness, ink) });
            let label = tick.normalize().to_string();
            self.label(&mut atoms, &label, SMALL.ink(Ink::Quiet).end(true), (0.0, y), LEFT - 7.0, tag);
        }
        self.times(&mut atoms, plot, &axes, tag);
        if let Some(baseline) = plot.baseline {
            let y = axes.y(number(baseline));
            let band = Shape::Fill { path: Path::rectangle(LEFT, -3.0, axes.width, 6.0), ink: Ink::AccentSoft };
            atoms.push(Atom { tag: Some(tag), ..super::decoration(band, y, 0.0) });
            atoms.push(Atom { tag: Some(tag), ..super::rule(LEFT, y, axes.width, HAIR, Ink::Accent) });
        }
        for (_, value) in &plot.limits {
            let path = Path::open(&[(LEFT, 0.0), (LEFT + axes.width, 0.0)]);
            let shape = Shape::Stroke { path, ink: Ink::Bad, width: 1.0, dash: Some([4.0, 2.4]) };
            atoms.push(Atom { tag: Some(tag), ..super::decoration(shape, axes.y(number(*value)), 0.0) });
        }
        atoms.extend(line(plot, &axes).into_iter().map(|atom| Atom { tag: Some(tag), ..atom }));
        self.meanings(&mut atoms, plot, &axes, tag);
        let height = axes.top + HEIGHT + 22.0;
        self.pieces.push(Piece { before: 14.0, figure: Some(tag), ..Piece::of(atoms, height) });
    }

    /// A line of text with its middle at `y`.
    fn label(&mut self, atoms: &mut Vec<Atom>, text: &str, face: Face, (x, y): (f32, f32), width: f32, tag: NodeId) {
        let set = self.setter.words(text, face, width);
        atoms.extend(self.place(&set, (x, y - set.height / 2.0), 0, tag));
    }

    /// What limits and baseline mean, on the right at their height, moved apart where they would touch.
    fn meanings(&mut self, atoms: &mut Vec<Atom>, plot: &Plot, axes: &Axes, tag: NodeId) {
        let limits = plot.limits.iter().map(|(text, value)| (text.clone(), axes.y(number(*value)), Ink::Bad));
        let baseline = plot.baseline.map(|value| {
            (
                format!("baseline {} {}", value.normalize(), plot.unit).trim_end().to_owned(),
                axes.y(number(value)),
                Ink::Accent,
            )
        });
        let mut all: Vec<(String, f32, Ink)> = limits.chain(baseline).collect();
        all.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut free = f32::MIN;
        for (text, y, ink) in all {
            let set = self.setter.words(&text, SMALL.ink(ink), RIGHT - 8.0);
            let top = (y - SMALL.leading / 2.0).max(free);
            atoms.extend(self.place(&set, (LEFT + axes.width + 8.0, top), 0, tag));
            free = top + set.height + 1.0;
        }
    }

    fn times(&mut self, atoms: &mut Vec<Atom>, plot: &Plot, axes: &Axes, tag: NodeId) {
        let face = SMALL.ink(Ink::Quiet);
        let (Some((first, _)), Some((last, _))) = (plot.points.first(), plot.points.last()) else {
            self.label(atoms, "no values", face, (LEFT + 12.0, axes.top + HEIGHT / 2.0), axes.width, tag);
            return;
        };
        let bottom = axes.top + HEIGHT;
        let step = time_step(last.since(*first));
        let form = if step >= DAY { "%d %b" } else { "%H:%M" };
        let from = first.millis().div_euclid(step) * step;
        for at in
            (0..=MOST_TIMES).map(|n| Timestamp::from_millis(from + n * step)).filter(|at| first <= at && at <= last)
        {
            let x = axes.x(plot, at);
            let tick = Path::open(&[(x, 0.0), (x, 3.0)]);
            let shape = Shape::Stroke { path: tick, ink: Ink::Quiet, width: HAIR, dash: None };
            atoms.push(Atom { tag: Some(tag), ..super::decoration(shape, bottom, 0.0) });
            let set = self.setter.one_line(&at.utc().format(form).to_string(), face);
            atoms.extend(self.place(&set, (x - set.width / 2.0, bottom + 4.5), 0, tag));
        }
    }
}

const DAY: i64 = 86_400_000;
/// As many steps of time as the finest step can have.
const MOST_TIMES: i64 = 12;

/// A round step of time, in milliseconds, of which at most nine fit into `span`.
fn time_step(span: i64) -> i64 {
    let minutes = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400, 43_200];
    let fits = minutes.into_iter().map(|minutes| minutes * 60_000).find(|step| span / step <= 9);
    fits.unwrap_or_else(|| (span / 9).max(1))
}

fn period(plot: &Plot) -> String {
    match (plot.points.first(), plot.points.last()) {
        (Some((first, _)), Some((last, _))) if first != last => {
            let (first, last) = (first.for_people(), last.for_people());
            let same_day = first.get(..10) == last.get(..10);
            let end = if same_day { last.get(11..).unwrap_or(&last) } else { &last };
            format!("{} to {end}", first.trim_end_matches(" UTC"))
        }
        (Some((only, _)), _) => only.for_people(),
        _ => String::new(),
    }
}

fn in_words(plot: &Plot) -> String {
    let unit = &plot.unit;
    let values = plot.points.iter().map(|(_, value)| *value);
    let range = match (values.clone().min(), values.max()) {
        (Some(low), Some(high)) => {
            format!("{} values from {} to {} {unit}", plot.points.len(), low.normalize(), high.normalize())
        }
        _ => "no values".to_owned(),
    };
    let limits: String = plot.limits.iter().map(|(text, _)| format!("; {text}")).collect();
    let baseline = plot.baseline.map(|value| format!("; baseline {} {unit}", value.normalize())).unwrap_or_default();
    format!("Line plot of {} over time: {range}{limits}{baseline}.", plot.title)
}

fn number(value: Decimal) -> f32 {
    value.to_f32().unwrap_or_default()
}

/// Three to six round values that span all that is drawn. Exact decimals: the labels come out as one would write them.
fn ticks(plot: &Plot) -> Vec<Decimal> {
    let values = || plot.points.iter().map(|(_, v)| *v).chain(plot.limits.iter().map(|(_, v)| *v)).chain(plot.baseline);
    let low = values().min().unwrap_or_default().min(Decimal::ZERO);
    let high = values().max().unwrap_or(Decimal::ONE).max(Decimal::ZERO);
    let span = if high > low { high.checked_sub(low).unwrap_or(Decimal::ONE) } else { Decimal::ONE };
    let step = round_step(span);
    let first = low.checked_div(step).map_or(Decimal::ZERO, |at| at.floor());
    (0u32..=12)
        .filter_map(|at| (first + Decimal::from(at)).checked_mul(step))
        .scan(false, |done, tick| {
            let on = !*done;
            *done = tick > high || tick == high && tick > Decimal::ZERO;
            on.then_some(tick)
        })
        .collect()
}

/// 1, 2 or 5 times a power of ten, a fifth to a half of `span`.
fn round_step(span: Decimal) -> Decimal {
    let mut unit = Decimal::ONE;
    while let Some(larger) = unit.checked_mul(Decimal::TEN).filter(|larger| *larger <= span) {
        unit = larger;
    }
    while unit > span && unit.scale() < 20 {
        unit /= Decimal::TEN;
    }
    let steps = span.checked_div(unit).unwrap_or(Decimal::ONE);
    let part = match steps {
        steps if steps < Decimal::TWO => Decimal::new(5, 1),
        steps if steps < Decimal::new(45, 1) => Decimal::ONE,
        _ => Decimal::TWO,
    };
    (unit * part).normalize()
}

fn line(plot: &Plot, axes: &Axes) -> Vec<Atom> {
    let place = |at: Timestamp, value: Decimal| (axes.x(plot, at), axes.y(number(value)));
    let longest = typical_step(plot).saturating_mul(GAP_STEPS);
    let joined = |one: Timestamp, next: Timestamp| match &plot.breaks {
        Some(breaks) => !breaks.contains(&one),
        None => next.since(one) <= longest,
    };
    let mut atoms = Vec::new();
    for unbroken in plot.points.chunk_by(|a, b| joined(a.0, b.0)) {
        let points: Vec<(f32, f32)> = unbroken.iter().map(|(at, value)| place(*at, *value)).collect();
        if points.len() > 1 {
            let shape = Shape::Stroke { path: Path::open(&points), ink: Ink::Accent, width: 1.3, dash: None };
            atoms.push(super::decoration(shape, 0.0, 0.0));
        }
        for (x, y) in points {
            let dot = Shape::Fill { path: Path::circle(x, 0.0, 1.9), ink: Ink::Accent };
            atoms.push(super::decoration(dot, y, 0.0));
        }
    }
    atoms
}

/// The median of the times between neighbours, in milliseconds.
fn typical_step(plot: &Plot) -> i64 {
    let mut steps: Vec<i64> = plot.points.iter().zip(plot.points.iter().skip(1)).map(|(a, b)| b.0.since(a.0)).collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).copied().unwrap_or_default().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(values: &[(i64, i64)], limit: Option<i64>) -> Plot {
        Plot {
            title: String::new(),
            unit: String::new(),
            points: values
                .iter()
                .map(|(minute, v)| (Timestamp::from_millis(minute * 60_000), Decimal::new(*v, 2)))
                .collect(),
            limits: limit.map(|v| (String::new(), Decimal::new(v, 2))).into_iter().collect(),
            baseline: None,
            breaks: None,
        }
    }

    #[test]
    fn ticks_are_round_and_span_everything() {
        for (low, high) in
            [(0, 11), (0, 100), (-37, 12), (0, 99_999_999), (5, 5), (0, 0), (-9, -3), (1, 2), (48_999, 50_001)]
        {
            let ticks = ticks(&plot(&[(0, low), (1, high)], Some(high)));
            assert!((2..=12).contains(&ticks.len()), "{low}..{high}: {ticks:?}");
            assert!(*ticks.first().unwrap() <= Decimal::new(low, 2).min(Decimal::ZERO), "{low}..{high}: {ticks:?}");
            assert!(*ticks.last().unwrap() >= Decimal::new(high, 2), "{low}..{high}: {ticks:?}");
        }
        let huge =
            Plot { limits: vec![(String::new(), Decimal::MAX), (String::new(), Decimal::MIN)], ..plot(&[], None) };
        assert!(!ticks(&huge).is_empty());
    }

    #[test]
    fn a_gap_in_the_data_is_a_gap_in_the_line() {
        let axes = Axes { top: 0.0, width: 100.0, low: 0.0, high: 1.0 };
        let strokes = |values: &[(i64, i64)]| {
            line(&plot(values, None), &axes).iter().filter(|atom| matches!(atom.shape, Shape::Stroke { .. })).count()
        };
        assert_eq!(strokes(&[(0, 1), (5, 2), (10, 3), (15, 2)]), 1);
        assert_eq!(strokes(&[(0, 1), (5, 2), (10, 3), (40, 2), (45, 1)]), 2);
        assert_eq!(strokes(&[(0, 1)]), 0, "a single value is a dot");
        let known = Plot { breaks: Some(vec![Timestamp::from_millis(0)]), ..plot(&[(0, 1), (5, 2), (20, 3)], None) };
        assert_eq!(
            line(&known, &axes).iter().filter(|atom| matches!(atom.shape, Shape::Stroke { .. })).count(),
            1,
            "known gaps count"
        );
    }

    #[test]
    fn steps_of_time_are_round_and_few() {
        for span in [0, 1, 60_000, 3_600_000, 14 * DAY, 4000 * DAY] {
            let step = time_step(span);
            assert!(step > 0 && span / step <= 9, "{span}");
        }
    }
}
