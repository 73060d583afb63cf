//! State marks: every state has a shape, a word and a colour.

use countersign_core::condition::Outcome;
use countersign_core::record::State;
use countersign_core::verdict::Holds;
use leptos::prelude::*;

/// What a mark can say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mark {
    #[default]
    Open,
    Done,
    Failed,
    NotApplicable,
    Blocked,
    Skipped,
    Unknown,
    /// Some done, some open.
    Partly,
}

impl Mark {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::NotApplicable => "not applicable",
            Self::Blocked => "blocked",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
            Self::Partly => "begun",
        }
    }

    /// The class that gives its colour.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::NotApplicable | Self::Skipped => "aside",
            Self::Blocked | Self::Unknown => "unknown",
            Self::Partly => "partly",
        }
    }

    /// How grave it is: of several, the gravest is shown.
    pub(crate) fn weight(self) -> u8 {
        match self {
            Self::Failed => 7,
            Self::Blocked => 6,
            Self::Unknown => 5,
            Self::Open => 4,
            Self::Partly => 3,
            Self::Skipped => 2,
            Self::NotApplicable => 1,
            Self::Done => 0,
        }
    }

    fn stroke(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Done => "M5.4 10.3l3 3 6.2-6.8",
            Self::Failed => "M6.2 6.2l7.6 7.6M13.8 6.2l-7.6 7.6",
            Self::NotApplicable => "M5.8 10h8.4",
            Self::Blocked => "M10 5.4v5.6M10 14.2v.3",
            Self::Skipped => "M5.8 6.2L9.4 10l-3.6 3.8M10.6 6.2l3.6 3.8-3.6 3.8",
            Self::Unknown => "M7.6 7.8c.1-1.6 1.1-2.4 2.4-2.4s2.5.8 2.5 2.2c0 1.9-2.5 1.9-2.5 3.7M10 14.2v.3",
            Self::Partly => "M10 3v14a7 7 0 0 0 0-14z",
        }
    }
}

impl From<State> for Mark {
    fn from(state: State) -> Self {
        match state {
            State::Open => Self::Open,
            State::Done => Self::Done,
            State::Failed => Self::Failed,
            State::NotApplicable => Self::NotApplicable,
            State::Blocked => Self::Blocked,
            State::Skipped => Self::Skipped,
        }
    }
}

impl From<Outcome> for Mark {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Met => Self::Done,
            Outcome::NotMet => Self::Failed,
            Outcome::Unknown => Self::Unknown,
        }
    }
}

impl From<Holds> for Mark {
    fn from(holds: Holds) -> Self {
        match holds {
            Holds::Yes => Self::Done,
            Holds::No => Self::Failed,
            Holds::Unknown => Self::Unknown,
        }
    }
}

/// The outline that a mark stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A box to tick.
    Box,
    /// Anything else.
    Round,
}

/// Draws a mark. The words are for screen readers; on the screen they stand beside it where it is not plainly done or open.
pub(crate) fn mark(of: Mark, form: Form) -> impl IntoView {
    let outline = match form {
        Form::Box => view! { <rect class="outline" x="2" y="2" width="16" height="16" rx="4"></rect> }.into_any(),
        Form::Round => view! { <circle class="outline" cx="10" cy="10" r="8"></circle> }.into_any(),
    };
    view! {
        <svg class=format!("mark {}", of.class()) viewBox="0 0 20 20" role="img" aria-label=of.word()>
            {outline}
            <path class="stroke" d=of.stroke()></path>
        </svg>
    }
}
