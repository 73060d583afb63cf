//! The kinds of events by the names that stand in their canonical text. **Do not change them**; new kinds are added.

use super::event::Body;

const KINDS: [&str; 30] = [
    "started",
    "answered",
    "noted",
    "attached",
    "linked",
    "item_added",
    "host_allowed",
    "observed",
    "deferred",
    "judged",
    "acknowledged",
    "probes_added",
    "signed_off",
    "sign_off_asked",
    "closed",
    "reopened",
    "voided",
    "reported",
    "baseline_frozen",
    "baseline_waived",
    "round_taken",
    "round_missed",
    "clock_jumped",
    "around",
    "decided",
    "emergency",
    "contact_given",
    "handed_over",
    "taken_over",
    "incident",
];

impl Body {
    /// Whether this version knows a kind of events by its name. All others are [`Body::Unknown`].
    pub fn knows(kind: &str) -> bool {
        KINDS.contains(&kind)
    }

    /// The kind's name as the log prints it.
    pub fn kind(&self) -> &str {
        match self {
            Self::Started(_) => "started",
            Self::Answered { .. } => "answered",
            Self::Noted { .. } => "noted",
            Self::Attached { .. } => "attached",
            Self::Linked { .. } => "linked",
            Self::ItemAdded { .. } => "item_added",
            Self::HostAllowed { .. } => "host_allowed",
            Self::Observed { .. } => "observed",
            Self::Deferred { .. } => "deferred",
            Self::Judged { .. } => "judged",
            Self::Acknowledged { .. } => "acknowledged",
            Self::ProbesAdded { .. } => "probes_added",
            Self::SignedOff { .. } => "signed_off",
            Self::SignOffAsked { .. } => "sign_off_asked",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
            Self::Voided { .. } => "voided",
            Self::Reported { .. } => "reported",
            Self::BaselineFrozen { .. } => "baseline_frozen",
            Self::BaselineWaived { .. } => "baseline_waived",
            Self::RoundTaken { .. } => "round_taken",
            Self::RoundMissed { .. } => "round_missed",
            Self::ClockJumped { .. } => "clock_jumped",
            Self::Around { .. } => "around",
            Self::Decided { .. } => "decided",
            Self::Emergency { .. } => "emergency",
            Self::ContactGiven { .. } => "contact_given",
            Self::HandedOver { .. } => "handed_over",
            Self::TakenOver { .. } => "taken_over",
            Self::Incident { .. } => "incident",
            Self::Unknown(members) => members.get("kind").and_then(|kind| kind.as_str()).unwrap_or("unknown"),
        }
    }
}
