//! A report with every kind of block, made up for tests and for looking at.

#![allow(dead_code, reason = "each test file takes what it needs")]

use countersign_core::id::Digest;
use countersign_core::report::*;
use countersign_core::time::Timestamp;
use rust_decimal::Decimal;

/// A point in time, `minutes` after 2026-11-21 13:00:00 UTC.
pub(crate) fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(1_795_266_000_000 + minutes * 60_000)
}

/// Nothing but a title.
pub(crate) fn empty() -> Report {
    Report {
        title: "Deployment report".into(),
        subtitle: String::new(),
        language: "en".into(),
        author: "Countersign".into(),
        created: at(0),
        identity: Digest::of(b"a record"),
        footer: "Record 42".into(),
        watermark: None,
        paper: Paper::A4,
        blocks: Vec::new(),
        attachments: Vec::new(),
        signatures: Vec::new(),
        fields: Vec::new(),
    }
}

/// A report of these blocks.
pub(crate) fn of(blocks: Vec<Block>) -> Report {
    Report { blocks, ..empty() }
}

pub(crate) fn heading(level: u8, text: &str) -> Block {
    Block::Heading { level, text: text.into() }
}

fn styled(text: &str, style: Style) -> Span {
    Span::new(text, style)
}

pub(crate) fn done(text: &str) -> ItemRow {
    ItemRow {
        depth: 0,
        mark: Mark::Done,
        text: plain(text),
        answer: Vec::new(),
        who: "A. Kowalska".into(),
        when: "2026-11-21 13:04:10 UTC".into(),
        details: Vec::new(),
    }
}

/// A deployment with `items` checklist items besides the few that show each state.
pub(crate) fn report(items: usize) -> Report {
    let digest = Digest::of(b"artifact").to_string();
    let mut blocks = cover(&digest);
    blocks.extend(checklist(items));
    blocks.extend(measurements());
    blocks.extend(back_matter(&digest));
    Report {
        title: "payments-api 2.14.0 to production".into(),
        subtitle: "Deployment record 42 · Saturday 21 November 2026 · checklist «Layered services release», version 3"
            .into(),
        language: "en".into(),
        author: "Countersign 0.1.0, installation 5c1f".into(),
        created: at(212),
        identity: Digest::of(b"record 42"),
        footer: format!(
            "Record 42 · payments-api 2.14.0 · CHG-20417 · commit 8f3c2d1 · image sha256:{}",
            &digest[..16]
        ),
        watermark: None,
        paper: Paper::A4,
        blocks,
        attachments: vec![
            EmbeddedFile {
                name: "record.json".into(),
                media_type: "application/json".into(),
                description: "The record from which these pages were made".into(),
                relation: Relation::Source,
                bytes: br#"{"record":42}"#.to_vec(),
            },
            EmbeddedFile {
                name: "evidence – p95 après.txt".into(),
                media_type: "text/plain".into(),
                description: "Output pasted as evidence".into(),
                relation: Relation::Supplement,
                bytes: b"p95 612 ms".to_vec(),
            },
        ],
        fields: Vec::new(),
        signatures: [
            ("Application", "Countersign installation 5c1f", "certifies the record's content"),
            ("Release lead", "Marta Żółkiewska", "approved to deploy"),
            ("Operations lead", "Ιωάννης Παπαδόπουλος", "approved with exceptions: items 17 and 31 until 2026-11-28"),
        ]
        .into_iter()
        .enumerate()
        .map(|(number, (role, person, meaning))| SignatureSlot {
            field: format!("signature-{}", number + 1),
            role: role.into(),
            person: person.into(),
            meaning: meaning.into(),
            signed_off: (number < 2).then(|| at(200)),
        })
        .collect(),
    }
}

fn cover(digest: &str) -> Vec<Block> {
    let fact = |name: &str, value: Text| (name.to_owned(), value);
    vec![
        Block::Banner {
            tone: Tone::Unsure,
            title: "Deployed, with 4 deviations".into(),
            text: plain(
                "162 of 168 items are done. One failed and was accepted with a reason; two were skipped, one monitoring \
                 round came late. Every deviation stands below with who decided it and why.",
            ),
        },
        Block::Facts {
            rows: vec![
                fact("Release", plain("payments-api 2.14.0")),
                fact("Environment", plain("production, eu-central")),
                fact(
                    "Change",
                    vec![Span {
                        text: "CHG-20417".into(),
                        style: Style::Plain,
                        href: Some("https://changes.example.org/CHG-20417".into()),
                    }],
                ),
                fact("Commit", vec![styled("8f3c2d1be2a94c7f8a3e0d5b6c7d8e9fa0b1c2d3", Style::Code)]),
                fact("Artifact", vec![styled(&format!("sha256:{digest}"), Style::Code)]),
                fact("Window", plain("2026-11-21 13:00 to 17:00 UTC, kept")),
                fact("Deployer", plain("Anna Kowalska")),
                fact("Reviewers", plain("Marta Żółkiewska (release lead), Ιωάννης Παπαδόπουλος (operations lead)")),
            ],
        },
        heading(1, "Deviations"),
        Block::Items {
            rows: vec![
                ItemRow {
                    mark: Mark::Failed,
                    answer: vec![Span::plain("612 ms  "), styled("limit < 500 ms, not met", Style::Bad)],
                    details: vec![
                        plain("Accepted by M. Żółkiewska, 13:41: «Cold caches; fell to 431 ms in round 2.»"),
                        vec![
                            styled("First value 641 ms", Style::Struck),
                            styled(" corrected 13:38: typing error", Style::Quiet),
                        ],
                    ],
                    ..done("p95 latency of POST /payments after the switch")
                },
                ItemRow {
                    mark: Mark::Skipped,
                    details: vec![plain("Reason: the replica is in maintenance until Monday (CHG-20391).")],
                    ..done("Run the read-replica comparison")
                },
                ItemRow {
                    mark: Mark::Unknown,
                    who: String::new(),
                    when: String::new(),
                    ..done("Error budget of the last 30 days")
                },
                ItemRow { mark: Mark::Blocked, ..done("Purge the edge cache for /assets") },
            ],
        },
    ]
}

fn checklist(items: usize) -> Vec<Block> {
    let mut blocks = vec![
        heading(1, "Course of the deployment"),
        Block::Timeline {
            points: [
                (0, "Record started", Tone::Plain),
                (12, "Baseline frozen", Tone::Plain),
                (25, "Approved to deploy by Marta Żółkiewska", Tone::Good),
                (31, "Deploy tick: traffic to 10 %", Tone::Plain),
                (36, "p95 above its limit", Tone::Bad),
                (41, "Proceed, with override", Tone::Unsure),
                (75, "Traffic to 100 %", Tone::Plain),
                (200, "Monitoring ended, all later rounds met", Tone::Good),
            ]
            .into_iter()
            .map(|(minute, label, tone)| TimelinePoint { at: at(minute), label: label.into(), tone })
            .collect(),
        },
        heading(2, "Progress by phase"),
        Block::Progress {
            phases: [
                ("Plan", 12, 0, 0, 12),
                ("Verify before", 40, 0, 2, 42),
                ("Deploy", 61, 1, 1, 64),
                ("Monitor", 30, 0, 3, 50),
            ]
            .into_iter()
            .map(|(title, done, failed, set_aside, total)| PhaseProgress {
                title: title.into(),
                done,
                failed,
                set_aside,
                total,
            })
            .collect(),
        },
        heading(1, "Checklist"),
        heading(2, "Before the deployment"),
        Block::Paragraph {
            text: vec![
                Span::plain(
                    "Everything here is finished before the deploy tick. Commands were run elsewhere and their output pasted as ",
                ),
                styled("evidence", Style::Strong),
                Span::plain("; see the "),
                Span {
                    text: "runbook".into(),
                    style: Style::Plain,
                    href: Some("https://runbooks.example.org/payments?a=ü".into()),
                },
                Span::plain(" for the steps behind each. Cyrillic: Проверено. Greek: Έλεγχος. Signs: ≥ ≤ ± → ☑ ✓ µs."),
            ],
        },
    ];
    let texts = [
        "Release notes are linked from the change",
        "Database migrations are backward compatible and were rehearsed on a copy of production not older than 24 hours",
        "`queue.depth` alert is routed to the on-call engineer",
        "Feature flags default to off",
        "Rollback was tried on staging within the last week, with the same artifact, and took less than five minutes from decision to healthy",
    ];
    let mut rows = vec![ItemRow { mark: Mark::None, ..done("Owner: platform team. Do these in order.") }];
    for number in 0..items {
        let text = texts[number % texts.len()];
        let mut row = ItemRow { depth: [0, 0, 1, 1, 2, 0][number % 6], ..done(text) };
        match number % 17 {
            3 => row.answer = vec![Span::plain("0.02 %  "), styled("limit < 0.1 %, met", Style::Good)],
            7 => (row.mark, row.details) = (Mark::NotApplicable, vec![plain("No schema change in this release.")]),
            11 => {
                row.answer = vec![styled(
                    "sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865",
                    Style::Code,
                )];
                row.details = vec![
                    plain("Evidence: dig.txt, 412 bytes, SHA-256 a1b2c3d4e5f6"),
                    plain("Note: the name server answered after 3 s."),
                ];
            }
            13 => (row.mark, row.who, row.when) = (Mark::Open, String::new(), String::new()),
            _ => {}
        }
        row.who = ["A. Kowalska", "J. Papadopoulos for A. Kowalska"][usize::from(number % 9 == 4)].into();
        if row.mark == Mark::Open {
            row.who.clear();
        }
        rows.push(row);
    }
    blocks.push(Block::Items { rows });
    blocks
}

fn measurements() -> Vec<Block> {
    let series = |seed: i64| -> Vec<(Timestamp, Decimal)> {
        (0..30)
            .filter(|n| !(14..17).contains(n))
            .map(|n| {
                (
                    at(31 + n * 5),
                    Decimal::new(430 + (n * n * 7 + seed * n * 13) % 90 + if n < 3 { 180 - n * 60 } else { 0 }, 0),
                )
            })
            .collect()
    };
    vec![
        heading(1, "Measurements"),
        heading(2, "Baseline against after"),
        Block::Table {
            columns: vec![
                Column { title: "Measurement".into(), weight: 5, align: Align::Start },
                Column { title: "Baseline".into(), weight: 2, align: Align::End },
                Column { title: "After".into(), weight: 2, align: Align::End },
                Column { title: "Limit".into(), weight: 3, align: Align::Start },
                Column { title: "Outcome".into(), weight: 3, align: Align::Start },
            ],
            rows: (0..14)
                .map(|n| {
                    let (style, word) = [(Style::Good, "✓ met"), (Style::Bad, "✗ not met"), (Style::Unsure, "? unknown")][[0, 0, 1, 0, 2, 0, 0][n % 7]];
                    vec![
                        plain(["p95 of POST /payments", "Error rate", "Jobs waiting in settlement-queue, all priorities together"][n % 3]),
                        plain(format!("{} ms", 201 + n * 7)),
                        plain(format!("{} ms", 220 + n * 11)),
                        plain("< 110 % of baseline"),
                        vec![styled(word, style)],
                    ]
                })
                .collect(),
        },
        heading(2, "Rounds"),
        Block::Plot(Plot {
            title: "p95 latency, POST /payments".into(),
            unit: "ms".into(),
            points: series(1),
            limits: vec![("target < 500 ms".into(), Decimal::new(500, 0)), ("alert > 650 ms".into(), Decimal::new(650, 0))],
            baseline: Some(Decimal::new(412, 0)),
            breaks: None,
        }),
        Block::Plot(Plot {
            title: "Error rate".into(),
            unit: "%".into(),
            points: (0..12).map(|n| (at(30 + n * 15), Decimal::new([2, 3, 8, 11, 4, 2, 2, 3, 2, 1, 2, 2][usize::try_from(n).unwrap_or(0)], 2))).collect(),
            limits: vec![("limit < 0.1 %".into(), Decimal::new(1, 1))],
            baseline: Some(Decimal::new(2, 2)),
            breaks: None,
        }),
        heading(2, "Probe evidence"),
        Block::Paragraph { text: plain("GET https://payments.example.org/health, 13:36:02 UTC, 203.0.113.7, 200 in 41 ms.") },
        Block::Code {
            text: "HTTP/2 200\ncontent-type: application/json\nx-request-id: 4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865\n\n{\n\t\"status\": \"ok\",\n\t\"version\": \"2.14.0\"\n}".into(),
        },
    ]
}

fn back_matter(digest: &str) -> Vec<Block> {
    vec![
        heading(1, "Sign-offs"),
        Block::Paragraph {
            text: plain(
                "Each signature covers this file as it was before it. Unfilled boxes are expected signatures that are missing.",
            ),
        },
        Block::Signatures,
        Block::PageBreak,
        heading(1, "Log"),
        Block::Table {
            columns: vec![
                Column { title: "No".into(), weight: 1, align: Align::End },
                Column { title: "Time, UTC".into(), weight: 3, align: Align::Start },
                Column { title: "Event".into(), weight: 6, align: Align::Start },
                Column { title: "SHA-256".into(), weight: 6, align: Align::Start },
            ],
            rows: (1..=48)
                .map(|n| {
                    vec![
                        plain(n.to_string()),
                        plain(at(n).for_people().replace(" UTC", "")),
                        plain(
                            [
                                "answered: Feature flags default to off",
                                "corrected: p95 latency",
                                "gate passed: proceed",
                            ][usize::try_from(n % 3).unwrap_or(0)],
                        ),
                        vec![styled(digest, Style::Code)],
                    ]
                })
                .collect(),
        },
    ]
}

/// What nobody would write, and somebody will.
pub(crate) fn stress() -> Report {
    let long = "Why this was done, at length, with commas and asides that nobody asked for. ".repeat(120);
    let column = |title: &str, weight, align| Column { title: title.into(), weight, align };
    let blocks = vec![
        heading(1, &"A heading that goes on over more than one line because its checklist says so ".repeat(2)),
        Block::Banner { tone: Tone::Bad, title: "Rolled back".into(), text: plain("Error rate 4.1 % for 6 min.") },
        Block::Banner { tone: Tone::Good, title: "Deployed as planned".into(), text: Vec::new() },
        Block::Banner { tone: Tone::Plain, title: "For information".into(), text: plain("Nothing to judge.") },
        Block::Table { columns: Vec::new(), rows: vec![Vec::new()] },
        Block::Table {
            columns: vec![
                column("Name", 0, Align::Start),
                column("שם", 3, Align::Start),
                column("Why", 9, Align::Start),
            ],
            rows: vec![
                vec![plain("one"), plain("שלום עולם, v2.14"), plain(long.clone())],
                vec![plain("two"), plain("مرحبا بالعالم")],
                vec![plain("sha256:".to_owned() + &"0f".repeat(64)), Vec::new(), plain("three\nlines\nhere")],
            ],
        },
        Block::Items {
            rows: (0..12)
                .map(|depth| ItemRow {
                    depth,
                    mark: [Mark::Done, Mark::Failed, Mark::Blocked, Mark::None, Mark::Unknown, Mark::Skipped]
                        [usize::from(depth % 6)],
                    answer: plain(
                        ["short", "an answer of so many words that it needs several lines in its narrow column"]
                            [usize::from(depth % 2)],
                    ),
                    ..done("An item far in, whose words wrap in what is left of the measure")
                })
                .chain([ItemRow { details: vec![plain(long.clone()), plain("and a last word")], ..done("Tall") }])
                .collect(),
        },
        Block::Code { text: (1..=90).map(|n| format!("{n:03} {}\n", "x ".repeat(n % 70))).collect() },
        Block::Plot(Plot {
            title: "Nothing".into(),
            unit: String::new(),
            points: Vec::new(),
            limits: Vec::new(),
            baseline: None,
            breaks: None,
        }),
        Block::Plot(Plot {
            title: "One value below zero".into(),
            unit: "K".into(),
            points: vec![(at(0), Decimal::new(-42, 1))],
            limits: vec![
                ("not below −5".into(), Decimal::new(-5, 0)),
                ("nor above −4".into(), Decimal::new(-4, 0)),
                ("same".into(), Decimal::new(-4, 0)),
            ],
            baseline: Some(Decimal::new(-4, 0)),
            breaks: None,
        }),
        Block::Timeline { points: vec![TimelinePoint { at: at(0), label: "Only this".into(), tone: Tone::Plain }] },
        Block::Progress {
            phases: vec![PhaseProgress { title: "Nothing in it".into(), done: 0, failed: 0, set_aside: 0, total: 0 }],
        },
        Block::Facts { rows: vec![("A name of several words that is long".into(), plain(long))] },
        heading(3, "The end"),
        Block::Paragraph { text: Vec::new() },
        Block::PageBreak,
        Block::PageBreak,
    ];
    let slot = |number: usize| SignatureSlot {
        field: format!("s{number}"),
        role: format!("Reviewer {number}"),
        person: "Somebody With A Name".into(),
        meaning: String::new(),
        signed_off: None,
    };
    Report {
        title: "Long ".repeat(30),
        footer: "Footer words ".repeat(14),
        signatures: (1..=21).map(slot).collect(),
        ..of(blocks)
    }
}
