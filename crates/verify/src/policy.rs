//! Policy: the record went as its checklist's rules ask.

use crate::inside::Inside;
use countersign_core::record::{breaches, deviations};
use countersign_core::verdict::{Holds, Verdict};

pub(crate) fn verdict(inside: Option<&Inside>) -> Verdict {
    match inside {
        None => Verdict {
            outcome: Holds::Unknown,
            reasons: vec!["There is no readable record inside to judge.".to_owned()],
        },
        Some(inside) => {
            let deviations = deviations(&inside.view).len();
            Verdict::of(
                breaches(&inside.view),
                vec![
                    "The roles that the checklist asks for have signed the state that the report shows.".to_owned(),
                    format!(
                        "The report states {deviations} deviations on its first page; judging them is the reader's."
                    ),
                ],
            )
        }
    }
}
