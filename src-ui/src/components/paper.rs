//! A checklist on the screen: its own words, order and nesting. What stands in the blanks is the [`Writer`]'s.

use crate::components::facts::CopyButton;
use countersign_core::checklist::{Cell, Item, ItemKind, Node, NodeKind, Part, TablePurpose, Template};
use countersign_core::id::ItemId;
use leptos::prelude::*;

/// What is put where a checklist can be answered.
pub(crate) trait Writer {
    /// A line with items, of which the first one leads.
    fn line(&self, line: Line) -> AnyView;
    /// A table row with items.
    fn table_row(&self, items: &[ItemId], cells: AnyView, source_line: u32) -> AnyView;
    /// A blank, choice or signature within a line or cell.
    fn slot(&self, item: &Item) -> AnyView;
    /// A task's box within a table cell.
    fn tick(&self, item: &Item) -> AnyView;
}

/// A line with items.
pub(crate) struct Line {
    /// The leading item first.
    pub(crate) items: Vec<ItemId>,
    /// The words with their slots.
    pub(crate) words: AnyView,
    pub(crate) depth: u8,
    /// The heading's level, if it is one.
    pub(crate) heading: Option<u8>,
    /// 1-based line of the file.
    pub(crate) source_line: u32,
}

/// A block on the screen, with its section.
pub(crate) struct Block {
    pub(crate) section: usize,
    pub(crate) view: AnyView,
}

/// All blocks in order. `item` finds an item by its id.
pub(crate) fn blocks<'a>(
    template: &'a Template,
    item: &impl Fn(&ItemId) -> Option<&'a Item>,
    writer: &impl Writer,
) -> Vec<Block> {
    let block = |node: &Node| Some(Block { section: node.section, view: block_of(node, item, writer)? });
    template.nodes.iter().filter_map(block).collect()
}

fn block_of<'a>(node: &Node, item: &impl Fn(&ItemId) -> Option<&'a Item>, writer: &impl Writer) -> Option<AnyView> {
    let indent = format!("--depth:{}", node.depth);
    let at = node.line;
    let shown = match &node.kind {
        NodeKind::Blank | NodeKind::FrontMatter | NodeKind::Comment | NodeKind::LinkDefinitions => return None,
        NodeKind::Heading { level, text, item: None } => heading(*level, text.clone(), node.section, at),
        NodeKind::Heading { level, text, item: Some(id) } => {
            let words = heading(*level, text.clone(), node.section, at);
            writer.line(Line { items: vec![id.clone()], words, depth: 0, heading: Some(*level), source_line: at })
        }
        NodeKind::Answerable { parts, task, number } => {
            let words = line_words(parts, number.as_deref(), item, writer);
            let slots = parts.iter().filter_map(|part| match part {
                Part::Slot { item } => Some(item.clone()),
                _ => None,
            });
            let items = task.iter().cloned().chain(slots).collect();
            writer.line(Line { items, words, depth: node.depth, heading: None, source_line: at })
        }
        NodeKind::Criterion { text, .. } => {
            view! { <p class="criterion" style=indent data-line=at>{text.clone()}</p> }.into_any()
        }
        NodeKind::Prose { text, bullet } => {
            view! { <p class="prose" class:bullet=*bullet style=indent data-line=at>{text.clone()}</p> }.into_any()
        }
        NodeKind::Code { text, .. } if text.trim().is_empty() => return None,
        NodeKind::Code { text, .. } => code(text, &indent, at),
        NodeKind::Table { purpose, head, rows } => table(*purpose, head, rows, at, item, writer),
        NodeKind::Rule => view! { <hr/> }.into_any(),
    };
    Some(shown)
}

fn heading(level: u8, text: String, section: usize, line: u32) -> AnyView {
    let id = format!("section-{section}");
    match level {
        1 => view! { <h1 id=id data-line=line>{text}</h1> }.into_any(),
        2 => view! { <h2 id=id data-line=line>{text}</h2> }.into_any(),
        3 => view! { <h3 id=id data-line=line>{text}</h3> }.into_any(),
        4 => view! { <h4 id=id data-line=line>{text}</h4> }.into_any(),
        _ => view! { <h5 id=id data-line=line>{text}</h5> }.into_any(),
    }
}

fn line_words<'a>(
    parts: &[Part],
    number: Option<&str>,
    item: &impl Fn(&ItemId) -> Option<&'a Item>,
    writer: &impl Writer,
) -> AnyView {
    let before = std::iter::once(None).chain(parts.iter().map(Some));
    let parts: Vec<_> = before
        .zip(parts)
        .map(|(before, part)| match (before, part) {
            (Some(Part::Slot { item: id }), Part::Text { text }) => {
                after_unit(item(id).and_then(unit_of), text).to_owned().into_any()
            }
            _ => part_view(part, item, writer),
        })
        .collect();
    let number = number.map(|number| view! { <span class="ordinal">{number.to_owned()}" "</span> });
    view! {
        {number}
        {parts}
    }
    .into_any()
}

fn unit_of(item: &Item) -> Option<&str> {
    match &item.kind {
        ItemKind::Field { unit, .. } => unit.as_deref(),
        _ => None,
    }
}

/// The words after a blank without its unit, which the slot shows beside what is typed.
fn after_unit<'a>(unit: Option<&str>, text: &'a str) -> &'a str {
    let rest = unit.and_then(|unit| text.trim_start().strip_prefix(unit));
    rest.filter(|rest| !rest.starts_with(char::is_alphanumeric)).unwrap_or(text)
}

fn part_view<'a>(part: &Part, item: &impl Fn(&ItemId) -> Option<&'a Item>, writer: &impl Writer) -> AnyView {
    match part {
        Part::Text { text } => text.clone().into_any(),
        Part::Code { text } => view! { <code>{text.clone()}</code> }.into_any(),
        Part::Link { text, href } => {
            view! { <span class="reference" title=href.clone()>{text.clone()}</span> }.into_any()
        }
        Part::Slot { item: id } => item(id).map_or_else(|| ().into_any(), |item| writer.slot(item)),
    }
}

fn code(text: &str, indent: &str, line: u32) -> AnyView {
    let text = text.trim_end().to_owned();
    view! {
        <figure class="code" style=indent.to_owned() data-line=line>
            <pre>{text.clone()}</pre>
            <CopyButton text/>
        </figure>
    }
    .into_any()
}

fn table<'a>(
    purpose: TablePurpose,
    head: &[String],
    rows: &[Vec<Cell>],
    line: u32,
    item: &impl Fn(&ItemId) -> Option<&'a Item>,
    writer: &impl Writer,
) -> AnyView {
    let class = match purpose {
        TablePurpose::Contacts => "paper-table contacts",
        TablePurpose::Decision => "paper-table decision",
        TablePurpose::Checklist => "paper-table checklist",
        TablePurpose::SignOff => "paper-table sign-off",
        TablePurpose::Reference => "paper-table",
    };
    let head = head.iter().map(|cell| view! { <th scope="col">{cell.clone()}</th> }).collect_view();
    let rows: Vec<_> = rows.iter().map(|row| table_row(row, line, item, writer)).collect();
    view! {
        <div class="table-holder">
            <table class=class data-line=line>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn table_row<'a>(
    row: &[Cell],
    line: u32,
    item: &impl Fn(&ItemId) -> Option<&'a Item>,
    writer: &impl Writer,
) -> AnyView {
    let mut items = Vec::new();
    let mut at = line;
    let mut cells = Vec::with_capacity(row.len());
    for cell in row {
        cells.push(match cell {
            Cell::Text { text } => view! { <td>{text.clone()}</td> }.into_any(),
            Cell::Slot { item: id, text } => {
                let of = item(id);
                at = of.map_or(at, |of| of.line);
                items.push(id.clone());
                let ticked = of.filter(|of| matches!(of.kind, ItemKind::Task { .. })).map(|of| writer.tick(of));
                let slot = of.filter(|of| !matches!(of.kind, ItemKind::Task { .. })).map(|of| writer.slot(of));
                view! { <td class="slot"><span class="cell">{ticked}{text.clone()}{slot}</span></td> }.into_any()
            }
        });
    }
    let cells = cells.into_any();
    if items.is_empty() { view! { <tr>{cells}</tr> }.into_any() } else { writer.table_row(&items, cells, at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_not_said_twice() {
        for (unit, text, rest) in [
            (Some("ms"), " ms (target: <200ms)", " (target: <200ms)"),
            (Some("min"), " minutes", " minutes"),
            (Some("%"), "% of all", " of all"),
            (None, " (UTC)", " (UTC)"),
        ] {
            assert_eq!(after_unit(unit, text), rest);
        }
    }
}
