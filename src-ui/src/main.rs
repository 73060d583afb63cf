//! The Countersign window: a view of what the engine keeps, and the intents of the person in front of it.
//!
//! It computes no verdict of its own: progress, deviations and limits come from `countersign_core`, the same code as in the
//! engine and on the command line. It knows files only as paths, and the shell only through [`ipc`].
//!
//! # Handles for tests
//! Controls carry `data-t`; those of one thing also carry which one.
//! - frame: `nav-home` `nav-checklists` `nav-register` `nav-verify` `nav-people` `nav-settings`, `open-file`, `network`, `palette`,
//!   `person`, `fault` (an error with its hint), `success`, `spoken` (the live region: «Saved.» …), `dialog`, `dialog-close`
//! - open dialog: `open-path`, `open-path-browse`, `open-confirm`, `open-recent`, `open-shipped`; name: `person-name`, `person-keep`
//! - home: `first-steps`, `record-card` (with `data-number`), `continue`
//! - checklists: `checklist-row` (with `data-name`), `checklist-open`, `checklist-start`, `checklist-keep`
//! - checklist: `problem` (with `data-line`), `source`, `reading`, `counts`
//! - start: `start-person`, `header-<key>` for each header fact, `start-rehearsal`, `start-confirm`
//! - record: `record`, `headline`, `elapsed`, `saved`, `phase` (with `data-section`), `item` (a line; with `data-item`, `data-state`),
//!   `mark` (the box), `field-input`, `choice-option` (with `data-option`), `sign-line`, each with `data-item`;
//!   `reason-input`, `reason-keep`, `row-fault`, `find-input`, `next-open`, `close-open`
//! - side panel: `tab-item` `tab-deviations` `tab-record`, `answer-done` `answer-failed` `answer-na` `answer-blocked` `answer-skip`
//!   `answer-open`, `note-input`, `note-keep`, `evidence-drop`, `evidence-path`, `evidence-add`, `evidence`, `command`, `probe`
//!   (with `data-probe`, `data-outcome`), `probe-allow`, `probe-run`, `probe-accept`, `probe-dispute`, `probe-acknowledge`,
//!   `probe-reason`, `probe-judged`, `probe-history`, `probing`, `probes-stop`, `probe-live`, `command-remark`, `record-probes`, `deviation` (with `data-kind`)
//! - sign-off: `sign-off-open` (on the record), `sign-key`, `sign-role`, `role-suggestion`, `sign-meaning`, `decision-approve`
//!   `decision-exceptions` `decision-return`, `decision-text`, `statement`, `passphrase`, `sign-confirm`, `signed` (a sign-off made)
//! - report: `report-open` (on the record), `outcome`, `summary`, `close-confirm`, `reopen`, `report-make`, `report-field`
//!   (with `data-signed`), `report-passphrase`, `report-sign`, `report-export-path`, `report-export`, `report-view`
//! - verify: `verify-path`, `verify-trust`, `verify-run`, `verdict-integrity` `verdict-identity` `verdict-time`
//!   `verdict-completeness` `verdict-policy` (with `data-outcome`), `verify-overall`
//! - people: `root-name`, `root-passphrase`, `root-make`, `key-name`, `key-email`, `key-passphrase`, `key-root-passphrase`,
//!   `key-make`, `import-path`, `import-passphrase`, `import-run`, `roots-path`, `roots-export`, `key-row` (with `data-purpose`)
//! - settings: `theme-system` `theme-light` `theme-dark` `theme-contrast`, `settings-name`, `settings-name-keep`, `work-offline`,
//!   `witnesses`, `witnesses-keep`, `backup-path`, `backup-run`; register: `register-search`, `register-row` (with `data-number`)

mod browser;
mod components;
mod desk;
mod ipc;
mod keys;
mod outline;
mod pages;
mod reply;
mod route;
mod state;

fn main() {
    leptos::mount::mount_to_body(pages::Frame);
}
