//! Plots, drawn as SVG: points over time, the limit as a line with its value, gaps shown as gaps.

use super::draw::fixed;
use leptos::prelude::*;

/// A point of a series; without a value it is a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    /// Where on the horizontal axis; only the order and the distances matter.
    pub(crate) at: f64,
    pub(crate) value: Option<f64>,
    /// It is as it should be.
    pub(crate) good: bool,
}

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 96.0;
const EDGE: f64 = 10.0;

/// A line across, with what it means.
pub(crate) struct Across {
    pub(crate) words: String,
    pub(crate) value: f64,
    /// `limit`, which must not be crossed, or `baseline`.
    pub(crate) class: &'static str,
}

/// A series with its unit in words, and the lines across.
pub(crate) fn plot(label: String, unit: String, points: Vec<Point>, lines: Vec<Across>) -> AnyView {
    let scale = Scale::of(&points, &lines);
    let line = scale.path(&points);
    let dots = points.iter().filter_map(|point| Some((*point, point.value?)));
    let dots: Vec<_> = dots
        .map(|(point, value)| {
            let (x, y) = (scale.x(point.at), scale.y(value));
            view! {
                <circle class=if point.good { "dot good" } else { "dot bad" } cx=fixed(x) cy=fixed(y) r="3">
                    <title>{format!("{} {unit}", fixed(value))}</title>
                </circle>
            }
        })
        .collect();
    let lines = lines.into_iter().map(|Across { words, value, class }| {
        let y = fixed(scale.y(value));
        // The baseline's words stand at the other end and below, where they do not cover those of a limit close by.
        let (x, beside, anchor) = if class == "baseline" { (2.0, "10", "start") } else { (WIDTH - 2.0, "-3", "end") };
        view! {
            <g class=class>
                <line x1="0" x2=fixed(WIDTH) y1=y.clone() y2=y.clone()></line>
                <text x=fixed(x) y=y dy=beside text-anchor=anchor>{words}</text>
            </g>
        }
    });
    view! {
        <svg class="plot" viewBox=format!("0 0 {} {}", fixed(WIDTH), fixed(HEIGHT)) role="img" aria-label=label>
            {lines.collect_view()}
            <path class="line" d=line></path>
            {dots}
        </svg>
    }
    .into_any()
}

/// A bar of a row of bars.
pub(crate) struct Bar {
    /// What it says.
    pub(crate) words: String,
    /// How high it is.
    pub(crate) height: u32,
    /// The lower part of it that went wrong.
    pub(crate) bad: u32,
}

/// Bars side by side, each with its words when pointed at.
pub(crate) fn bars(label: String, bars: Vec<Bar>) -> impl IntoView {
    let top = f64::from(bars.iter().map(|bar| bar.height).max().unwrap_or(1).max(1));
    let lane = (WIDTH - 2.0 * EDGE) / bars.len().max(1) as f64;
    let width = (lane * 0.7).min(24.0);
    let part = |class: &'static str, x: f64, from: u32, to: u32| {
        let y = |value: u32| HEIGHT - EDGE - f64::from(value) / top * (HEIGHT - 2.0 * EDGE);
        view! { <rect class=class x=fixed(x) y=fixed(y(to)) width=fixed(width) height=fixed(y(from) - y(to))></rect> }
    };
    let drawn: Vec<_> = bars
        .into_iter()
        .enumerate()
        .map(|(at, bar)| {
            let x = EDGE + lane * at as f64;
            view! { <g><title>{bar.words}</title>{part("bar bad", x, 0, bar.bad)}{part("bar", x, bar.bad, bar.height)}</g> }
        })
        .collect();
    view! {
        <svg class="plot" viewBox=format!("0 0 {} {}", fixed(WIDTH), fixed(HEIGHT)) role="img" aria-label=label>
            <line class="axis" x1=fixed(EDGE) x2=fixed(WIDTH - EDGE) y1=fixed(HEIGHT - EDGE) y2=fixed(HEIGHT - EDGE)></line>
            {drawn}
        </svg>
    }
}

struct Scale {
    from: f64,
    over: f64,
    top: f64,
}

impl Scale {
    fn of(points: &[Point], lines: &[Across]) -> Self {
        let from = points.iter().map(|point| point.at).fold(f64::INFINITY, f64::min);
        let to = points.iter().map(|point| point.at).fold(f64::NEG_INFINITY, f64::max);
        let top = points
            .iter()
            .filter_map(|point| point.value)
            .chain(lines.iter().map(|line| line.value))
            .fold(0.0, f64::max);
        Self { from, over: (to - from).max(1.0), top: if top > 0.0 { top } else { 1.0 } }
    }

    fn x(&self, at: f64) -> f64 {
        EDGE + (at - self.from) / self.over * (WIDTH - 2.0 * EDGE)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - EDGE - value / self.top * (HEIGHT - 3.0 * EDGE)
    }

    /// The line breaks where a value is missing.
    fn path(&self, points: &[Point]) -> String {
        let mut path = String::new();
        let mut pen_down = false;
        for point in points {
            if let Some(value) = point.value {
                let word = if pen_down { 'L' } else { 'M' };
                path.push_str(&format!("{word}{} {}", fixed(self.x(point.at)), fixed(self.y(value))));
            }
            pen_down = point.value.is_some();
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_lifts_the_pen() {
        let point = |at, value| Point { at, value, good: true };
        let points = [point(0.0, Some(1.0)), point(1.0, Some(2.0)), point(2.0, None), point(3.0, Some(2.0))];
        let path = Scale::of(&points, &[]).path(&points);
        assert_eq!(path.matches('M').count(), 2);
        assert_eq!(path.matches('L').count(), 1);
    }
}
