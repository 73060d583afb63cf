//! Choices: `☐ Yes ☐ No ☐ Similar`, `[ ] GO [ ] NO-GO`, `☐ Keep ☐ Rollback (if No to any above)`.

use super::inline::{Token, tidy};
use super::line::{Draft, following, without_colon};
use super::marker;
use super::model::ItemKind;
use std::borrow::Cow;

/// Words whose presence among the options makes a choice a gate.
const GATE: [&str; 14] = [
    "go",
    "no-go",
    "no go",
    "nogo",
    "keep",
    "rollback",
    "roll back",
    "proceed",
    "hold",
    "abort",
    "conditional go",
    "go-live",
    "postpone",
    "revert",
];

/// Reads the choice whose first box is `tokens[from]`. Gives it, what is remarked after the last option, and the token that follows.
pub(super) fn read<'t>(tokens: &[Token<'t>], from: usize, before: &str) -> (Draft<'t>, String, usize) {
    let mut options = Vec::with_capacity(3);
    let mut remark = String::new();
    let mut at = from;
    let mut offset = 0;
    while let Some(Token::Box { at: here, .. }) = tokens.get(at) {
        if options.is_empty() {
            offset = *here;
        }
        let words = following(tokens, at + 1);
        at += 1;
        while tokens.get(at).is_some_and(|token| !token.is_slot()) {
            at += 1;
        }
        let more = matches!(tokens.get(at), Some(Token::Box { .. }));
        let (option, rest) = if more { (&*words, "") } else { split_remark(&words) };
        options.push(tidy(option.trim().trim_end_matches(['/', '|', ',', ';', '·'])).into_owned());
        if !more {
            remark = rest.to_owned();
        }
    }
    let kind = if is_gate(&options, before) { ItemKind::Gate { options } } else { ItemKind::Choice { options } };
    let label = without_colon(before).to_owned();
    (Draft { at: offset, kind, label, tail: Cow::Borrowed("") }, remark, at)
}

/// The last option ends where brackets, a wide gap or a bar begins.
fn split_remark(words: &str) -> (&str, &str) {
    let cut = [" (", "  ", " | ", " — ", " – ", " - ", "（"]
        .iter()
        .filter_map(|mark| words.get(1..).and_then(|tail| tail.find(mark)).map(|at| at + 1))
        .min();
    words.split_at_checked(cut.unwrap_or(words.len())).unwrap_or((words, ""))
}

fn is_gate(options: &[String], before: &str) -> bool {
    let decides = options.iter().any(|option| GATE.iter().any(|word| word.eq_ignore_ascii_case(option)));
    let label = without_colon(before);
    let other = label.len().checked_sub("decision".len()).and_then(|at| label.split_at_checked(at));
    let decision = other.is_some_and(|(other, last)| {
        last.eq_ignore_ascii_case("decision") && (other.is_empty() || other.ends_with(' '))
    });
    decides && options.len() > 1 || decision
}

/// The ways out of a gate that its own words name: «Proceed or rollback decision». Proceed, hold and roll back if they name none.
pub(super) fn gate_options(words: &str) -> Vec<String> {
    let words = words.trim().trim_end_matches('.');
    let words = words.strip_suffix("decision").or_else(|| words.strip_suffix("Decision")).unwrap_or(words).trim();
    let options = words.split(" or ").flat_map(|part| part.split(" / ")).flat_map(|part| part.split(','));
    let options: Vec<String> =
        options.map(|option| tidy(option).into_owned()).filter(|option| !option.is_empty()).collect();
    let short = options.len() > 1 && options.iter().all(|option| !option.is_empty() && option.split(' ').count() <= 3);
    if short { options } else { ["proceed", "hold", "roll back"].map(str::to_owned).to_vec() }
}

/// `GO / NO-GO: ____` is a gate, whatever stands after it.
pub(super) fn is_go_no_go(label: &str) -> bool {
    if !label.trim_start_matches(|c: char| !c.is_alphabetic()).starts_with(['g', 'G']) {
        return false;
    }
    let letters: String = label.chars().filter(|c| c.is_alphabetic()).take(16).flat_map(char::to_lowercase).collect();
    letters.strip_suffix("decision").unwrap_or(&letters) == "gonogo"
}

/// Whether an item's words, of which `bold` stands in front, are a gate.
pub(super) fn gate_words(words: &str) -> Option<&str> {
    // Each of the words below starts with one of these letters.
    if !marker::trim_start(words).starts_with(['g', 'G', 'd', 'D']) {
        return None;
    }
    let (lead, rest) = words.split_once([':', '：'])?;
    let lead = lead.trim();
    let gates = ["gate", "decision", "decision point", "go/no-go", "go/no go", "decision gate"];
    gates.iter().any(|gate| gate.eq_ignore_ascii_case(lead)).then_some(rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_names_its_ways_out_or_gets_the_usual_three() {
        for (words, options) in [
            ("Proceed or rollback decision", vec!["Proceed", "rollback"]),
            ("Expand or hold decision", vec!["Expand", "hold"]),
            ("widen, hold or roll back decision", vec!["widen", "hold", "roll back"]),
            ("proceed to 5%, or roll back", vec!["proceed to 5%", "roll back"]),
            ("GA decision", vec!["proceed", "hold", "roll back"]),
        ] {
            assert_eq!(gate_options(words), options);
        }
        assert_eq!(gate_words("Gate: GA decision"), Some("GA decision"));
        assert_eq!(gate_words("Open the gate: now"), None);
    }
}
