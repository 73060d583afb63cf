//! The reading of checklists from the outside: losslessness, determinism, and real files where there are any.
//!
//! Real files are test input and not part of the project: they are looked for in `$COUNTERSIGN_SHARED`, or in `shared`
//! beside the repository; without them those tests have nothing to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

mod corrections;
mod dump;
mod lossless;
mod small;
mod wild;

use countersign_core::checklist::Template;

/// Every byte belongs to exactly one node, in order.
fn printed(template: &Template, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for node in &template.nodes {
        assert_eq!(node.span.start, at, "nodes follow each other without gap or overlap");
        out.extend_from_slice(&bytes[node.span.start..node.span.end]);
        at = node.span.end;
    }
    out
}
