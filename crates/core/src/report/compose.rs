//! What the report of a record says, and in which order: outcome and deviations first, then the work, then the proof.

use super::items;
use super::model::{
    Align, Block, Column, EmbeddedFile, PhaseProgress, Relation, Report, SignatureSlot, Span, Style, Text,
    TimelinePoint, Tone, plain,
};
use super::{Paper, evidence, gates, people, probes, rounds, rules};
use crate::record::log::{Bundle, PageSetting};
use crate::record::{
    Decision, DeviationKind, Entry, Freshness, Header, Outcome, SignedOff, View, Way, deviations, freshness, progress,
    progress_of_sections,
};

/// The field that the application certifies the report in.
pub const CERTIFICATION_FIELD: &str = "certification";

/// The name of the record inside the report.
pub const RECORD_FILE: &str = "deployment-record.json";

/// Says why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The record's JSON could not be written.
    #[error("The record cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Composes the report of a record from its view and the bundle of the log that the view was made from.
pub fn compose(view: &View, bundle: &Bundle, log: &[Entry], paper: Paper) -> Result<Report, ComposeError> {
    let setting = &bundle.pages;
    let bundle = serde_json_canonicalizer::to_vec(bundle)?;
    let mut blocks = Vec::new();
    first_page(view, &mut blocks);
    blocks.push(heading(1, "Record"));
    blocks.push(identity(view));
    changes(view, &mut blocks);
    corrections(view, &mut blocks);
    blocks.push(heading(1, "Progress"));
    blocks.push(Block::Progress { phases: phases(view) });
    blocks.push(Block::Timeline { points: timeline(view) });
    blocks.push(heading(1, "Checklist"));
    items::blocks(view, &mut blocks);
    notes(view, &mut blocks);
    rounds::baseline(view, &mut blocks);
    rounds::blocks(view, &mut blocks);
    probes::blocks(view, &mut blocks);
    gates::blocks(view, &mut blocks);
    rules::blocks(view, &mut blocks);
    people::blocks(view, &mut blocks);
    sign_offs(view, &mut blocks);
    evidence::blocks(view, &mut blocks);
    log_of(log, &mut blocks);
    setting_of(setting, &mut blocks);
    Ok(Report {
        title: view.template.title.clone(),
        subtitle: subtitle(view),
        language: "en".to_owned(),
        author: view.header.deployer.as_ref().unwrap_or(&view.started_by).to_string(),
        created: view.last_at,
        identity: view.head,
        footer: footer(view),
        watermark: view.rehearsal.then(|| "REHEARSAL".to_owned()),
        paper,
        blocks,
        attachments: vec![EmbeddedFile {
            name: RECORD_FILE.to_owned(),
            media_type: "application/json".to_owned(),
            description: "The record: every event, byte for byte, with hashes and signatures".to_owned(),
            relation: Relation::Source,
            bytes: bundle,
        }],
        signatures: slots(view),
        fields: Vec::new(),
    })
}

/// The signatures that the report expects: the application's, then one per standing sign-off, in order.
pub fn slots(view: &View) -> Vec<SignatureSlot> {
    let application = SignatureSlot {
        field: CERTIFICATION_FIELD.to_owned(),
        role: "Application".to_owned(),
        person: "Countersign".to_owned(),
        meaning: "certifies that the pages show the record".to_owned(),
        signed_off: None,
    };
    let people = (1..).zip(view.standing_sign_offs()).map(|(number, signed)| {
        let statement = &signed.sign_off.statement;
        SignatureSlot {
            field: format!("sign-off-{number}"),
            role: statement.role.clone(),
            person: statement.person.to_string(),
            meaning: statement.meaning.words().to_owned(),
            signed_off: Some(signed.at),
        }
    });
    [application].into_iter().chain(people).collect()
}

pub(super) fn heading(level: u8, text: impl Into<String>) -> Block {
    Block::Heading { level, text: text.into() }
}

pub(super) fn column(title: &str, weight: u16) -> Column {
    Column { title: title.to_owned(), weight, align: Align::Start }
}

fn subtitle(view: &View) -> String {
    let kind = if view.rehearsal { "Rehearsal" } else { "Deployment record" };
    format!("{kind} {} {}", view.number, view.header.headline()).trim_end().to_owned()
}

fn footer(view: &View) -> String {
    let Header { change, artifact, .. } = &view.header;
    let parts = [
        format!("Record {}", view.number),
        change.clone(),
        artifact.chars().take(24).collect(),
        format!("head {}", view.head.short()),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn first_page(view: &View, blocks: &mut Vec<Block>) {
    let found = deviations(view);
    blocks.push(outcome(view, found.len()));
    let facts = view.header.facts().into_iter().map(|(name, value)| (name.to_owned(), plain(value)));
    blocks.push(Block::Facts { rows: facts.chain([("Signed off".to_owned(), signed_by(view))]).collect() });
    blocks.push(heading(1, "Deviations"));
    if found.is_empty() {
        blocks.push(Block::Paragraph { text: plain("None: everything went as the checklist says.") });
    } else {
        let rows = found.iter().map(|deviation| {
            let who = deviation.by.as_ref().map(ToString::to_string).unwrap_or_default();
            let when = deviation.at.map(|at| at.for_people()).unwrap_or_default();
            let style = deviation_style(deviation.kind);
            vec![
                vec![Span::new(deviation.kind.words(), style)],
                plain(&deviation.label),
                plain(&deviation.detail),
                plain(who),
                vec![Span::new(when, Style::Quiet)],
            ]
        });
        let columns =
            vec![column("What", 16), column("Where", 30), column("How", 34), column("Who", 14), column("When", 17)];
        blocks.push(Block::Table { columns, rows: rows.collect() });
    }
}

/// Who signed off, a line each.
fn signed_by(view: &View) -> Text {
    let mut text = Text::new();
    for signed in view.standing_sign_offs() {
        if !text.is_empty() {
            text.push(Span::plain("\n"));
        }
        text.extend(sign_off_line(view, signed));
    }
    if text.is_empty() { vec![Span::new("nobody", Style::Unsure)] } else { text }
}

/// What the record is made of, by hash.
fn identity(view: &View) -> Block {
    let mut facts =
        vec![("Started".to_owned(), plain(format!("{} by {}", view.started_at.for_people(), view.started_by)))];
    if let Some(closed) = &view.closed {
        facts.push(("Closed".to_owned(), plain(format!("{} by {}", closed.at.for_people(), closed.by))));
    }
    facts.push(("Checklist".to_owned(), checklist(view)));
    let newest = Span::new(view.head.to_string(), Style::Code);
    facts.push(("Log".to_owned(), vec![Span::plain(format!("{} events, newest ", view.events)), newest]));
    facts.push(("Record".to_owned(), vec![Span::new(view.id.to_string(), Style::Code)]));
    facts.extend(people::left_out(view));
    Block::Facts { rows: facts }
}

/// What changed in the checklist since the last record, as it was acknowledged.
fn changes(view: &View, blocks: &mut Vec<Block>) {
    let Some(since) = &view.since else { return };
    blocks.push(heading(2, format!("The checklist since record {}", since.number)));
    let text = format!("{}. {} acknowledged this before the record began.", since.headline, view.started_by);
    blocks.push(Block::Paragraph { text: plain(text) });
    let more = (since.more > 0).then(|| format!("and {} more", since.more));
    let rows = since.changes.iter().cloned().chain(more).map(|sentence| vec![plain(sentence)]);
    blocks.push(Block::Table { columns: vec![column("What changed", 100)], rows: rows.collect() });
    let earlier = vec![Span::plain("SHA-256 "), Span::new(since.sha256.to_string(), Style::Code)];
    blocks.push(Block::Facts { rows: vec![("Its checklist".to_owned(), earlier)] });
}

/// Where the record rests on a reading that a person corrected.
fn corrections(view: &View, blocks: &mut Vec<Block>) {
    let told = view.template.problems.iter().filter(|problem| problem.code.starts_with("correct"));
    let rows: Vec<_> = told.map(|problem| vec![plain(problem.line.to_string()), plain(&*problem.message)]).collect();
    if !rows.is_empty() {
        blocks.push(heading(2, "Corrections of the checklist's reading"));
        blocks.push(Block::Table { columns: vec![column("Line", 10), column("What", 90)], rows });
    }
}

fn deviation_style(kind: DeviationKind) -> Style {
    match kind {
        kind if kind.is_grave() => Style::Bad,
        _ => Style::Unsure,
    }
}

fn outcome(view: &View, deviations: usize) -> Block {
    let came = progress(view);
    let many = match deviations {
        0 => "no deviations".to_owned(),
        1 => "1 deviation".to_owned(),
        more => format!("{more} deviations"),
    };
    let mut text = plain(format!("{} of {} items done, {many}.", came.done, came.total()));
    let (tone, title) = match (&view.voided, &view.closed) {
        (Some(_), _) => (Tone::Bad, "Voided".to_owned()),
        (None, None) => (Tone::Unsure, "Not closed".to_owned()),
        (None, Some(closed)) => {
            let tone = match closed.outcome {
                Outcome::Completed if deviations == 0 => Tone::Good,
                Outcome::Completed => Tone::Unsure,
                Outcome::RolledBack | Outcome::Aborted => Tone::Bad,
            };
            let with = if closed.outcome == Outcome::Completed && deviations > 0 { " with deviations" } else { "" };
            (tone, format!("{}{with}", closed.outcome.words()))
        }
    };
    let words = view.closed.as_ref().and_then(|closed| closed.summary.clone());
    let words = words.or_else(|| view.voided.as_ref().map(|note| note.text.clone()));
    text.extend(words.map(|words| Span::plain(format!(" {words}"))));
    Block::Banner { tone, title, text }
}

fn checklist(view: &View) -> Text {
    let version =
        view.template.facts.iter().find(|fact| fact.key == "version").map(|fact| format!(", version {}", fact.value));
    vec![
        Span::plain(format!("{}{}, SHA-256 ", view.checklist, version.unwrap_or_default())),
        Span::new(view.template.sha256.to_string(), Style::Code),
    ]
}

fn sign_off_line(view: &View, signed: &SignedOff) -> Text {
    let statement = &signed.sign_off.statement;
    let mut line =
        vec![Span::new(statement.person.to_string(), Style::Strong), Span::plain(format!(", {}: ", statement.role))];
    let style = match &statement.decision {
        Decision::Approve => Style::Good,
        Decision::ApproveWithExceptions { .. } => Style::Unsure,
        Decision::Return { .. } | Decision::Dissent { .. } => Style::Bad,
    };
    line.push(Span::new(view.decision_words(statement), style));
    line.push(Span::new(format!(" · {}", statement.at.for_people()), Style::Quiet));
    let freshness = freshness(view, signed);
    let style = if matches!(freshness, Freshness::Stale(_)) { Style::Unsure } else { Style::Quiet };
    if freshness != Freshness::Current {
        line.push(Span::new(format!(" · {}", freshness.words(statement.meaning)), style));
    }
    line
}

fn phases(view: &View) -> Vec<PhaseProgress> {
    let title =
        |section: usize| view.template.sections.get(section).map(|section| section.title.clone()).unwrap_or_default();
    let phases = progress_of_sections(view).into_iter().map(|(section, came)| PhaseProgress {
        title: Some(title(section)).filter(|title| !title.is_empty()).unwrap_or_else(|| view.template.title.clone()),
        done: came.done,
        failed: came.failed,
        set_aside: came.set_aside,
        total: came.total(),
    });
    phases.collect()
}

fn timeline(view: &View) -> Vec<TimelinePoint> {
    let point = |at, label: &str, tone| TimelinePoint { at, label: label.to_owned(), tone };
    let mut points = vec![point(view.started_at, "started", Tone::Plain)];
    points.extend(view.rounds.anchor.iter().map(|anchor| point(anchor.at, "deployed", Tone::Plain)));
    points.extend(view.sign_offs.iter().map(|signed| {
        let statement = &signed.sign_off.statement;
        let tone = if statement.decision.approves() { Tone::Good } else { Tone::Bad };
        point(signed.at, &format!("{} signed", statement.role), tone)
    }));
    points.extend(view.conduct.decisions.iter().map(|decided| {
        let tone = match decided.way {
            Way::Proceed => Tone::Good,
            Way::Hold => Tone::Unsure,
            Way::RollBack => Tone::Bad,
        };
        point(decided.at, decided.way.words(), tone)
    }));
    points.extend(
        view.incidents.iter().map(|of| point(of.incident.start, &format!("incident {}", of.number), Tone::Bad)),
    );
    points.extend(view.handovers.iter().filter_map(|of| {
        let (at, by) = of.taken.as_ref()?;
        Some(point(*at, &format!("{by} took over"), Tone::Plain))
    }));
    points.extend(view.clock_jumps.iter().map(|(at, _)| point(*at, "clock jumped", Tone::Unsure)));
    points.extend(view.closed.as_ref().map(|closed| point(closed.at, "closed", Tone::Plain)));
    points.sort_by_key(|point| point.at);
    points
}

fn sign_offs(view: &View, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, "Sign-offs"));
    for signed in &view.sign_offs {
        let statement = &signed.sign_off.statement;
        blocks.push(Block::Paragraph { text: sign_off_line(view, signed) });
        let code = |text: String| vec![Span::new(text, Style::Code)];
        let mut rows = vec![
            ("Certificate".to_owned(), code(statement.certificate.to_string())),
            ("State signed".to_owned(), code(statement.state.to_string())),
            ("Log head shown".to_owned(), code(statement.head.to_string())),
        ];
        rows.extend(statement.shown.map(|shown| ("Shown".to_owned(), plain(shown.words()))));
        if let Some(asked) = view.asked.iter().find(|asked| asked.event == statement.head) {
            let words = format!("{} asked for it at {}", asked.by, asked.at.for_people());
            rows.push(("By file".to_owned(), plain(format!("{words}; it came back at {}", signed.at.for_people()))));
        }
        if let Some(said) = &signed.roster {
            let words = match said.warnings.as_slice() {
                [] => plain(format!("issue {}: nothing speaks against the signer", said.issue)),
                warnings => vec![Span::new(format!("issue {}: {}", said.issue, warnings.join(" ")), Style::Bad)],
            };
            rows.push(("Roster".to_owned(), words));
        }
        blocks.push(Block::Facts { rows });
        if matches!(freshness(view, signed), Freshness::Stale(_)) {
            let rows = signed.changes.iter().map(|change| {
                vec![plain(&change.label), plain(&change.then), vec![Span::new(&change.now, Style::Unsure)]]
            });
            let columns = vec![column("Changed since", 50), column("Signed", 25), column("Now", 25)];
            blocks.push(Block::Table { columns, rows: rows.collect() });
        }
    }
    blocks.push(Block::Signatures);
}

fn notes(view: &View, blocks: &mut Vec<Block>) {
    if view.notes.is_empty() {
        return;
    }
    blocks.push(heading(1, "Notes"));
    let rows = view.notes.iter().map(|note| {
        vec![plain(&note.text), plain(note.by.to_string()), vec![Span::new(note.at.for_people(), Style::Quiet)]]
    });
    let columns = vec![column("Note", 60), column("Who", 18), column("When", 22)];
    blocks.push(Block::Table { columns, rows: rows.collect() });
}

/// What the pages were set in, where the bundled faces do not do.
fn setting_of(setting: &PageSetting, blocks: &mut Vec<Block>) {
    if setting.fonts.is_empty() && setting.missing.is_empty() {
        return;
    }
    blocks.push(heading(1, "Fonts"));
    for font in &setting.fonts {
        let mut text = plain(format!(
            "Some characters are set in {}, a font of the computer that made this report, SHA-256 ",
            font.name
        ));
        text.push(Span::new(font.sha256.to_string(), Style::Code));
        blocks.push(Block::Paragraph { text });
    }
    if !setting.missing.is_empty() {
        let words = format!(
            "No font of that computer had these characters; each stands as its code in brackets, and as itself in {RECORD_FILE}: {}.",
            setting.missing.join(", ")
        );
        blocks.push(Block::Paragraph { text: plain(words) });
    }
}

fn log_of(log: &[Entry], blocks: &mut Vec<Block>) {
    blocks.push(heading(1, "Log"));
    blocks.push(Block::Paragraph {
        text: plain(format!(
            "Every event names the hash of the one before it and is signed by the installation that wrote it. The events \
             themselves are inside this file, in {RECORD_FILE}.",
        )),
    });
    let rows = (1..).zip(log).map(|(number, entry)| {
        let event = &entry.event;
        vec![
            plain(number.to_string()),
            vec![Span::new(event.at.to_string().replace('T', " "), Style::Quiet)],
            plain(event.body.kind().replace('_', " ")),
            plain(event.author.person.to_string()),
            vec![Span::new(entry.id.to_string(), Style::Code)],
        ]
    });
    let number = Column { align: Align::End, ..column("No.", 6) };
    let columns =
        vec![number, column("Time", 26), column("Event", 15), column("Written by", 18), column("SHA-256", 46)];
    blocks.push(Block::Table { columns, rows: rows.collect() });
}
