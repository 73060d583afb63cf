//! What a filled form says.

use super::form_of;
use countersign_core::checklist::Template;
use countersign_core::form::{FilledField, Reading, Value, checklist_in, read_back};
use countersign_core::record::{Answer, Intent};

const CHECKLIST: &str = "# T

- [ ] Deploy
- p95: ___ ms
- Status: [ ] Yes [ ] No way
- Lead: ________ Date: ________
";

/// Fields by the labels of their items; a name with a dash is taken as it is.
fn reading(filled: &[(&str, Value)]) -> (Template, Reading) {
    let (template, _) = form_of(CHECKLIST.as_bytes());
    let name = |label: &str| {
        let (label, suffix) = label.strip_suffix("/date").map_or((label, ""), |label| (label, "-date"));
        let item = template.items.iter().find(|item| item.label == label);
        item.map_or_else(|| label.to_owned(), |item| format!("{}{suffix}", item.id))
    };
    let fields: Vec<_> =
        filled.iter().map(|(label, value)| FilledField { name: name(label), value: value.clone() }).collect();
    let reading = read_back(&template, &fields);
    (template, reading)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn state(state: &str) -> Value {
    Value::State(state.to_owned())
}

#[test]
fn what_is_filled_in_becomes_intents_in_the_order_of_the_checklist() {
    let (_, reading) = reading(&[
        ("Status", state("No-way")),
        ("p95", text(" 480 ")),
        ("Deploy", state("Yes")),
        ("Lead", text("Ana")),
        ("Lead/date", text("2026-11-21")),
        ("notes", text("It rained.")),
        ("header-release", text("2.1")),
        ("filled-by", text("Bo")),
    ]);
    assert_eq!(reading.left, []);
    assert_eq!(reading.header, [("release".to_owned(), "2.1".to_owned())]);
    assert_eq!(reading.filled_by.as_ref().map(|by| by.0.as_str()), Some("Bo"));
    let said: Vec<_> = reading.wishes.iter().map(|wish| (wish.label.as_str(), wish.said.as_str())).collect();
    assert_eq!(
        said,
        [
            ("Deploy", "ticked"),
            ("p95", "480"),
            ("Status", "No way"),
            ("Lead", "Ana, 2026-11-21"),
            ("Notes", "It rained.")
        ]
    );
    let answers: Vec<_> = reading
        .wishes
        .iter()
        .filter_map(|wish| match &wish.intent {
            Intent::Answer { answer, .. } => Some(answer.clone()),
            _ => None,
        })
        .collect();
    let (value, option) = (Answer::Value { text: "480".into() }, Answer::Chosen { option: "No way".into() });
    assert_eq!(answers, [Answer::Done, value, option], "a name on a sign-off line is a note, never an answer");
}

#[test]
fn what_does_not_fit_is_left_with_the_reason() {
    for (label, value, why) in [
        ("Deploy", text("yes"), "«yes»: text stands where a tick was to be."),
        ("p95", state("Yes"), "«Yes»: a button is on where text was to stand."),
        ("Status", state("Maybe"), "«Maybe» is none of Yes, No way."),
        ("Status", Value::Unclear("two are on".into()), "two are on"),
        ("elsewhere", text("x"), "«x»: the checklist has no item of this name."),
        ("header-release", state("Yes"), "«Yes»: a button is on where text was to stand."),
    ] {
        let (_, reading) = reading(&[(label, value)]);
        assert_eq!(reading.left.iter().map(|left| left.why.as_str()).collect::<Vec<_>>(), [why], "{label}");
        assert_eq!((reading.wishes, reading.header), (vec![], vec![]), "{label}");
    }
}

#[test]
fn an_empty_form_asks_for_nothing() {
    let (_, form) = form_of(CHECKLIST.as_bytes());
    let fields: Vec<_> =
        form.fields.iter().map(|field| FilledField { name: field.name.clone(), value: Value::Empty }).collect();
    let (template, _) = form_of(CHECKLIST.as_bytes());
    assert_eq!(read_back(&template, &fields), Reading::default());
}

#[test]
fn an_option_is_known_by_its_words_too() {
    let (_, reading) = reading(&[("Status", text("no way"))]);
    assert_eq!(reading.wishes[0].said, "No way");
}

#[test]
fn the_checklist_is_the_file_whose_items_the_fields_name() {
    let (template, form) = form_of(CHECKLIST.as_bytes());
    let fields: Vec<_> =
        form.fields.iter().map(|field| FilledField { name: field.name.clone(), value: Value::Empty }).collect();
    let files: [&[u8]; 3] = [b"\x00\x01", b"- [ ] something else\n", CHECKLIST.as_bytes()];
    let (at, found) = checklist_in(files.into_iter(), &fields).unwrap();
    assert_eq!((at, found.sha256), (2, template.sha256));
    assert!(checklist_in(files.into_iter().take(2).skip(1), &fields).is_none());
}
