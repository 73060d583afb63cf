//! Progress: a bar of shares and a ring, both with words for those who cannot see them.

use super::draw::fixed;
use countersign_core::record::Progress;
use leptos::prelude::*;

/// The progress in words: «8 of 11 done, 1 failed».
pub(crate) fn words(of: &Progress) -> String {
    let mut words = format!("{} of {} done", of.done, of.total());
    for (number, word) in [(of.failed, "failed"), (of.set_aside, "set aside")] {
        if number > 0 {
            words.push_str(&format!(", {number} {word}"));
        }
    }
    words
}

/// Shares of done, failed and set aside, of all.
pub(crate) fn bar(of: Progress) -> impl IntoView {
    let total = of.total().max(1);
    let share = move |number: u32| format!("width:{}%", fixed(f64::from(number) * 100.0 / f64::from(total)));
    view! {
        <div class="progress" role="progressbar" aria-valuemin="0" aria-valuemax=of.total() aria-valuenow=of.total() - of.open aria-label=words(&of)>
            <span class="done" style=share(of.done)></span>
            <span class="failed" style=share(of.failed)></span>
            <span class="aside" style=share(of.set_aside)></span>
        </div>
    }
}

/// A ring that fills clockwise; red where something failed.
pub(crate) fn ring(of: Progress) -> impl IntoView {
    /// Twice pi times the radius.
    const ROUND: f64 = 43.98;
    let share = |number: u32| f64::from(number) * ROUND / f64::from(of.total().max(1));
    let (done, failed, aside) = (share(of.done), share(of.failed), share(of.set_aside));
    let dash = |length: f64| format!("{} {}", fixed(length), fixed(ROUND));
    let complete = of.open == 0 && of.failed == 0;
    view! {
        <svg class="ring" class:complete=complete viewBox="0 0 20 20" role="img" aria-label=words(&of)>
            <circle class="ground" cx="10" cy="10" r="7"></circle>
            <g transform="rotate(-90 10 10)">
                <circle class="done" cx="10" cy="10" r="7" stroke-dasharray=dash(done)></circle>
                <circle class="failed" cx="10" cy="10" r="7" stroke-dasharray=dash(failed) stroke-dashoffset=fixed(-done)></circle>
                <circle class="aside" cx="10" cy="10" r="7" stroke-dasharray=dash(aside) stroke-dashoffset=fixed(-done - failed)></circle>
            </g>
            {complete.then(|| view! { <path class="check" d="M6.8 10.2l2.2 2.2 4.2-4.6"></path> })}
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_is_said() {
        let plain = Progress { done: 8, failed: 0, set_aside: 0, open: 3 };
        assert_eq!(words(&plain), "8 of 11 done");
        let mixed = Progress { done: 8, failed: 1, set_aside: 2, open: 0 };
        assert_eq!(words(&mixed), "8 of 11 done, 1 failed, 2 set aside");
    }
}
