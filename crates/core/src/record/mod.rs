//! Records: one deployment as an append-only log of events, and what the events come to.
//!
//! [`decide`] turns an intent into an event or refuses it, [`fold`] turns events into a [`View`], [`deviations`] and
//! [`progress`] say what stands out. All of it is pure. Deliberately not here: the clock, keys' secrets, storage.

mod alarm;
mod answer;
pub mod baseline;
mod branch;
mod calendar;
mod conduct;
mod contact;
mod decide;
mod deploy;
mod deviation;
mod event;
mod fold;
mod gate;
mod handover;
mod header;
mod incident;
mod kind;
pub mod latency;
pub mod log;
mod masking;
mod measure;
mod measured;
mod moment;
mod observation;
mod policy;
pub mod probe;
mod probed;
mod progress;
mod refusal;
mod rollback;
pub mod rounds;
mod sign_off;
mod since;
pub mod value;
mod view;

pub use alarm::{MatrixRow, Trigger, Tripped};
pub use answer::{Answer, Outcome, Person, State};
pub use branch::{Branch, asked_sections, branches, is_work};
pub use conduct::{AroundAt, Conduct, Deployed, SignedThen};
pub use contact::{contact_of, contacts, set_apart};
pub use decide::{Intent, decide};
pub use deviation::{BURST_ITEMS, BURST_SECONDS, Deviation, DeviationKind, deviations};
pub use event::{Author, BaselineValue, Body, ChecklistFile, Content, Event, EventError, FORMAT, FileFact, Started};
pub use fold::{FoldError, fold, fold_checked};
pub use gate::{Criterion, Decided, Gate, Soak, Stage, StageStanding, Way, gates, propose, stages};
pub use handover::{Baton, HandedOver, NextRound, SignedBaton};
pub use header::{HEADER_KEYS, Header, HeaderError};
pub use incident::{Incident, IncidentAction, KnownIncident, Severity};
pub use log::{Bundle, Entry, InstallationKey};
pub use masking::mask_body;
pub use measured::{Measured, measured_baseline};
pub use moment::{Around, Moment, OtherRecord};
pub use observation::{Also, Exchange, Need, Observation, Phase, judge, measurements, millis, together};
pub use policy::{
    AskedSignOff, Duty, DutyKind, Freshness, Standing, When, asked_sign_offs, breaches, duties, freshness,
    line_to_fill, objections, on_day, sign_offs_to_give,
};
pub use probed::{AddedProbes, Judgement, ProbeEvent, ProbeRun, Said};
pub use progress::{Progress, progress, progress_of_sections};
pub use refusal::Refusal;
pub use rollback::{Alarm, Emergency, Obligation, Skipped, alarms, obligations, points_of_no_return, skipped_controls};
pub use sign_off::{Change, Decision, Meaning, Shown, SignOff, Statement};
pub use since::{Since, sentence};
pub use view::{
    AddedItem, AskedByFile, AttachedFile, Closing, Given, ItemView, Link, MaskedAt, Note, Reported, SignedItem,
    SignedOff, SignedState, View, same_role,
};
