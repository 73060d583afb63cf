//! Why an intent is refused, with what to do instead. Nothing is decided here.

use super::answer::Person;
use super::gate::Way;
use super::rounds::RoundRefused;
use super::value::EntryRefused;
use crate::id::{ItemId, ProbeId};

/// Why an intent was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such item.
    #[error("The record has no item «{0}».")]
    NoSuchItem(ItemId),
    /// The kind of item takes another kind of answer.
    #[error("«{label}» takes {takes}.")]
    WrongAnswer {
        /// The item.
        label: String,
        /// What it takes.
        takes: String,
    },
    /// The value is not one that the field takes.
    #[error("{0}")]
    Entry(#[from] EntryRefused),
    /// The answer needs a reason.
    #[error("«{state}» needs a reason.")]
    ReasonNeeded {
        /// The state.
        state: &'static str,
    },
    /// Rules of the checklist speak against it, and no reason was given.
    #[error("Rules of the checklist speak against it: {}", .objections.join(" "))]
    AgainstPolicy {
        /// What they say.
        objections: Vec<String>,
    },
    /// Something more careful is proposed, and no reason was given.
    #[error("«{}» is proposed: {}", .proposed.words(), .because.join(" "))]
    OverrideNeedsReason {
        /// What is proposed.
        proposed: Way,
        /// Why.
        because: Vec<String>,
    },
    /// A decision without a person.
    #[error("A decision needs the name of who takes it.")]
    Nameless,
    /// The item is no gate.
    #[error("«{0}» is no gate.")]
    NoGate(String),
    /// The item belongs to the rollback, and nobody decided to go back.
    #[error("«{label}» belongs to the rollback, and nobody has decided to roll back.")]
    NotRollingBack {
        /// The item.
        label: String,
    },
    /// The record goes the fast path already.
    #[error("The record is an emergency already.")]
    EmergencyAlready,
    /// Nothing was written.
    #[error("There is nothing written.")]
    Empty,
    /// The record is closed.
    #[error("The record is closed.")]
    Closed,
    /// The record is still open.
    #[error("The record is still open.")]
    StillOpen,
    /// The record was voided.
    #[error("The record was voided.")]
    Voided,
    /// A probe may not connect to this host.
    #[error("Probes may not connect to {host}.")]
    HostNotAllowed {
        /// The host.
        host: String,
    },
    /// The checklist offers no such probe.
    #[error("The checklist offers no probe «{0}».")]
    NoSuchProbe(ProbeId),
    /// A finding is acknowledged that is none.
    #[error("What was expected was found: there is nothing to acknowledge.")]
    NothingWrong,
    /// Probes are added that the record has already.
    #[error("The record has all of these probes already.")]
    ProbesKnown,
    /// The observation is not in the record.
    #[error("The record has no such observation.")]
    NoSuchObservation,
    /// The record changed between showing and signing.
    #[error("The record has changed since it was shown for signing.")]
    Outdated,
    /// The signature is for something else than this record as it is.
    #[error("The signature is for another {what}: it names {signed}, and here it is {here}.")]
    SignedElsewhere {
        /// What differs.
        what: &'static str,
        /// What was signed.
        signed: String,
        /// What is here.
        here: String,
    },
    /// The signature is in the record already.
    #[error("This signature is in the record already.")]
    SignedAlready,
    /// An exception is for something that the record does not have.
    #[error("The exception names «{0}», which the record does not have.")]
    NoSuchException(ItemId),
    /// A handover to the person who hands over.
    #[error("A handover goes to somebody else.")]
    ToOneself,
    /// No handover waits to be taken over, or another one does.
    #[error("No such handover waits to be taken over.")]
    NoHandover,
    /// The handover is for another person.
    #[error("The handover is for {to}.")]
    ForSomebodyElse {
        /// For whom.
        to: Person,
    },
    /// The record has no such incident.
    #[error("The record has no incident {0}.")]
    NoSuchIncident(u32),
    /// The incident ends before it begins.
    #[error("The incident ends before it begins.")]
    IncidentBackwards,
    /// A link that leads nowhere.
    #[error("This is no link.")]
    NoLink,
    /// The checklist has no such section.
    #[error("The checklist has no section {0}.")]
    NoSuchSection(usize),
    /// The checklist has no baseline.
    #[error("The checklist has no baseline.")]
    NoBaseline,
    /// No value of the baseline was entered.
    #[error("No value of the baseline is entered yet.")]
    BaselineEmpty,
    /// The baseline was frozen or waived already, or the deployment has begun.
    #[error("The baseline cannot be changed as a whole any more: {why}.")]
    BaselineSettled {
        /// Why.
        why: &'static str,
    },
    /// The deployment may not begin before the baseline is settled.
    #[error("The deployment is not ticked yet: the baseline is neither frozen nor waived.")]
    BaselineOpen,
    /// A round was not kept.
    #[error("{0}")]
    Round(#[from] RoundRefused),
}

impl Refusal {
    /// What to do instead.
    pub fn hint(&self) -> String {
        match self {
            Self::NoSuchItem(_) => "Take an id from the list of items: `record show --json`.".to_owned(),
            Self::WrongAnswer { .. } => "Give an answer of that kind, or add a note beside it.".to_owned(),
            Self::Entry(_) => "A value that cannot be given is set aside with a reason.".to_owned(),
            Self::ReasonNeeded { .. } => "Say why, in a few words; the auditor will read it.".to_owned(),
            Self::AgainstPolicy { .. } => {
                "Mend what is missing, or say why it is done all the same; that stands on page 1 of the report."
                    .to_owned()
            }
            Self::OverrideNeedsReason { .. } => {
                "Decide as proposed, or say why not; the reason stands beside your name in the report.".to_owned()
            }
            Self::Nameless => "Say who decides.".to_owned(),
            Self::NoGate(_) => "`record gate` lists the gates with their ids.".to_owned(),
            Self::NotRollingBack { .. } => {
                "Decide to roll back first: at a gate, or about the deployment as a whole.".to_owned()
            }
            Self::EmergencyAlready => "Go on; the first declaration counts.".to_owned(),
            Self::Empty => "Write something first.".to_owned(),
            Self::Closed => "Open it again first, with a reason; that stays in the log.".to_owned(),
            Self::StillOpen => "Close it first.".to_owned(),
            Self::Voided => "Start a new record; a voided one only stays listed.".to_owned(),
            Self::HostNotAllowed { host } => format!("Allow {host} for this record first, if it may be asked."),
            Self::NoSuchProbe(_) => "Take a probe that the checklist offers.".to_owned(),
            Self::NothingWrong => "Accept it, or dispute it with a reason.".to_owned(),
            Self::ProbesKnown => "Run them; they are listed with the record's probes.".to_owned(),
            Self::NoSuchObservation => "Take an observation from the record's probes.".to_owned(),
            Self::Outdated => "Look at it again, then sign.".to_owned(),
            Self::SignedElsewhere { .. } => {
                "Nothing was taken over. Ask for a signature of this record anew, and take the answer to that."
                    .to_owned()
            }
            Self::SignedAlready => "There is nothing to do.".to_owned(),
            Self::NoSuchException(_) => "Name an item by its id: `record show --json` lists them.".to_owned(),
            Self::NoBaseline => "Mark its fields with <!-- cs: baseline --> in the checklist.".to_owned(),
            Self::BaselineEmpty => {
                "Enter what you measure before the deployment, or waive the baseline with a reason.".to_owned()
            }
            Self::BaselineSettled { .. } => "A single value can be corrected with a reason.".to_owned(),
            Self::BaselineOpen => "Freeze it with the values as they stand, or waive it with a reason.".to_owned(),
            Self::Round(refused) => refused.hint().to_owned(),
            Self::ToOneself => "Name the person who comes.".to_owned(),
            Self::NoHandover => "Look at the record again; the newest handover counts.".to_owned(),
            Self::ForSomebodyElse { to } => {
                format!("{to} takes it over under that name; or it is handed over again, to whoever is there.")
            }
            Self::NoSuchIncident(_) => "Incidents are counted from 1; leave the number out for a new one.".to_owned(),
            Self::IncidentBackwards => "Set the later of the two times as its end.".to_owned(),
            Self::NoLink => "Write it whole, such as https://example.com/build/42.".to_owned(),
            Self::NoSuchSection(_) => "Count sections from 0, as `checklist show --json` lists them.".to_owned(),
        }
    }
}
