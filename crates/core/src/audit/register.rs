//! The register as a document: one line a record, in the order of the numbers, voided ones and rehearsals included.

use crate::id::Digest;
use crate::record::{Decision, Header, Meaning, Outcome, Person, View, breaches, deviations};
use crate::register::RecordStatus;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

use super::Sample;

/// The register of one installation, as it is handed to an auditor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisterExport {
    /// `countersign-register`.
    pub format: String,
    /// 1.
    pub v: u32,
    /// Program and version that wrote it.
    pub app: String,
    /// When.
    pub at: Timestamp,
    /// The digest of the installation's public key.
    pub installation: Digest,
    /// Numbers from 1 to the highest that no record has. Empty: there is no gap.
    pub missing: Vec<u32>,
    /// The records, by their numbers.
    pub records: Vec<RegisterLine>,
    /// The sample that was drawn, if one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sample>,
    /// Name → SHA-256 of the files that lie beside it.
    pub files: std::collections::BTreeMap<String, Digest>,
}

/// A record in the register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisterLine {
    /// Number on the installation.
    pub number: u32,
    /// Identity.
    pub id: String,
    /// Where it stands.
    pub status: RecordStatus,
    /// It is a rehearsal, and stands for no deployment.
    pub rehearsal: bool,
    /// The checklist's title, or what is wrong with the log.
    pub title: String,
    /// SHA-256 of the checklist's bytes; none if the log cannot be read.
    pub checklist: Option<Digest>,
    /// Service, release, artifact, environment, change, people, window.
    pub header: Header,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When the deploy item was ticked.
    pub deployed_at: Option<Timestamp>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// The sorts of what deviates, one for each deviation.
    pub deviations: Vec<String>,
    /// Rules of its checklist that it does not keep, in words.
    pub breaches: Vec<String>,
    /// Who signed off.
    pub sign_offs: Vec<SignOffLine>,
    /// How many events its log has.
    pub events: u32,
    /// The newest event: with it the log is fixed.
    pub head: Option<Digest>,
    /// SHA-256 of its report as it is now.
    pub report: Option<Digest>,
}

/// A sign-off in the register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignOffLine {
    /// Who.
    pub person: Person,
    /// In which role.
    pub role: String,
    /// With which meaning.
    pub meaning: Meaning,
    /// Approved, with exceptions, or returned.
    pub decision: Decision,
    /// When, by the computer's clock.
    pub at: Timestamp,
    /// It was there before the deploy item was ticked; none without a tick.
    pub before_deploy: Option<bool>,
    /// SHA-256 of the signer's certificate.
    pub certificate: Digest,
}

impl RegisterLine {
    /// The line of a record. `report` is the digest of its report's file.
    pub fn of(view: &View, status: RecordStatus, report: Option<Digest>) -> Self {
        let deployed_at = view.conduct.deployed.as_ref().map(|deployed| deployed.at);
        let sign_off = |signed: &crate::record::SignedOff| {
            let statement = &signed.sign_off.statement;
            SignOffLine {
                person: statement.person.clone(),
                role: statement.role.clone(),
                meaning: statement.meaning,
                decision: statement.decision.clone(),
                at: statement.at,
                before_deploy: deployed_at.map(|deployed| statement.at < deployed),
                certificate: statement.certificate,
            }
        };
        let word = |kind| serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned));
        Self {
            number: view.number,
            id: view.id.to_string(),
            status,
            rehearsal: view.rehearsal,
            title: view.template.title.clone(),
            checklist: Some(view.template.sha256),
            header: view.header.clone(),
            started_at: Some(view.started_at),
            deployed_at,
            closed_at: view.closed.as_ref().map(|closed| closed.at),
            outcome: view.closed.as_ref().map(|closed| closed.outcome),
            deviations: deviations(view).into_iter().filter_map(|of| word(of.kind)).collect(),
            breaches: breaches(view),
            sign_offs: view.sign_offs.iter().map(sign_off).collect(),
            events: view.events,
            head: Some(view.head),
            report,
        }
    }

    /// The line of a record whose log cannot be read: it stays listed.
    pub fn damaged(number: u32, id: String, problem: String) -> Self {
        Self {
            number,
            id,
            status: RecordStatus::Damaged,
            rehearsal: false,
            title: problem,
            checklist: None,
            header: Header::default(),
            started_at: None,
            deployed_at: None,
            closed_at: None,
            outcome: None,
            deviations: Vec::new(),
            breaches: Vec::new(),
            sign_offs: Vec::new(),
            events: 0,
            head: None,
            report: None,
        }
    }
}

/// The numbers from 1 to the highest that are not there.
pub fn missing_numbers(lines: &[RegisterLine]) -> Vec<u32> {
    let there: std::collections::BTreeSet<u32> = lines.iter().map(|line| line.number).collect();
    let highest = there.last().copied().unwrap_or_default();
    (1..=highest).filter(|number| !there.contains(number)).collect()
}

/// The lines as a table (RFC 4180): for spreadsheets, less than the JSON has. A cell never begins as a formula does.
pub fn csv(lines: &[RegisterLine]) -> String {
    let mut text = String::from(
        "number,id,status,rehearsal,title,service,release,artifact,environment,change,deployer,started,deployed,closed,outcome,deviations,rules not kept,signed off by,events,log head,report SHA-256\r\n",
    );
    for line in lines {
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        let digest = |of: Option<Digest>| of.map(|of| of.to_string()).unwrap_or_default();
        let signed = line.sign_offs.iter().map(|one| format!("{} ({}, {})", one.person, one.role, one.meaning.words()));
        let status = line.status.word();
        let cells = [
            line.number.to_string(),
            line.id.clone(),
            status.to_owned(),
            line.rehearsal.to_string(),
            line.title.clone(),
            line.header.service.clone(),
            line.header.release.clone(),
            line.header.artifact.clone(),
            line.header.environment.clone(),
            line.header.change.clone(),
            line.header.deployer.as_ref().map(ToString::to_string).unwrap_or_default(),
            time(line.started_at),
            time(line.deployed_at),
            time(line.closed_at),
            line.outcome.map(|outcome| outcome.words().to_owned()).unwrap_or_default(),
            line.deviations.len().to_string(),
            line.breaches.len().to_string(),
            signed.collect::<Vec<_>>().join("; "),
            line.events.to_string(),
            digest(line.head),
            digest(line.report),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        let _ = write!(text, "{}\r\n", cells.join(","));
    }
    text
}

fn quoted(cell: &str) -> String {
    // A spreadsheet takes these for the beginning of a formula, even in quotes; text from a checklist stays text.
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u32, title: &str) -> RegisterLine {
        RegisterLine::damaged(number, format!("id-{number}"), title.to_owned())
    }

    #[test]
    fn a_number_that_no_record_has_is_told() {
        assert_eq!(missing_numbers(&[]), [0; 0]);
        assert_eq!(missing_numbers(&[line(1, ""), line(2, "")]), [0; 0]);
        assert_eq!(missing_numbers(&[line(2, ""), line(5, "")]), [1, 3, 4]);
    }

    #[test]
    fn cells_stay_cells_whatever_is_in_them() {
        for (cell, written) in [
            ("plain", "plain"),
            ("a, b", "\"a, b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("@cmd, \"x\"", "\"'@cmd, \"\"x\"\"\""),
            ("-1", "'-1"),
        ] {
            assert_eq!(quoted(cell), written);
        }
        let text = csv(&[line(7, "damaged, at event 3")]);
        assert_eq!(text.lines().count(), 2);
        assert!(text.contains("7,id-7,damaged,false,\"damaged, at event 3\","), "{text}");
    }
}
