//! The checklist's rules, each with whether it was kept: what an auditor asks first.

use super::compose::{column, heading};
use super::model::{Block, Span, Style, plain};
use crate::record::{Standing, View, duties};

/// Appends the rules; nothing if the checklist has none.
pub(super) fn blocks(view: &View, blocks: &mut Vec<Block>) {
    let duties = duties(view);
    if duties.is_empty() {
        return;
    }
    blocks.push(heading(1, "Rules"));
    let rows = duties.iter().map(|duty| {
        let style = match duty.standing {
            Standing::Kept => Style::Good,
            Standing::Open => Style::Unsure,
            Standing::Broken => Style::Bad,
        };
        vec![vec![Span::new(duty.standing.words(), style)], plain(&duty.rule), plain(&duty.detail)]
    });
    let columns = vec![column("Kept", 12), column("Rule", 38), column("How", 50)];
    blocks.push(Block::Table { columns, rows: rows.collect() });
}
