//! Evidence: every file with its hash, pictures small beside their names, links, and what was masked before it was stored.

use super::compose::{column, heading};
use super::model::{Block, Picture, Span, Style, Text, plain};
use crate::id::ItemId;
use crate::record::{AttachedFile, Link, View};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// Appends the section; nothing if there is no evidence.
pub(super) fn blocks(view: &View, blocks: &mut Vec<Block>) {
    let of_items = view.items.iter().flat_map(|(id, item)| item.files.iter().map(move |file| (Some(id), file)));
    let files: Vec<_> = view.files.iter().map(|file| (None, file)).chain(of_items).collect();
    let of_items = view.items.iter().flat_map(|(id, item)| item.links.iter().map(move |link| (Some(id), link)));
    let links: Vec<_> = view.links.iter().map(|link| (None, link)).chain(of_items).collect();
    if files.is_empty() && links.is_empty() && view.masked.is_empty() {
        return;
    }
    blocks.push(heading(1, "Evidence"));
    if !files.is_empty() {
        let rows = files.iter().map(|(item, file)| {
            vec![
                plain(&file.file.name),
                label(view, *item),
                plain(format!("{} bytes", file.file.size)),
                vec![Span::new(file.file.sha256.to_string(), Style::Code)],
            ]
        });
        let columns = vec![column("File", 24), column("For", 30), column("Size", 12), column("SHA-256", 40)];
        blocks.push(Block::Table { columns, rows: rows.collect() });
    }
    blocks.extend(files.iter().filter_map(|(item, file)| picture(view, *item, file)).map(Block::Picture));
    if !links.is_empty() {
        let rows = links.iter().map(|(item, link)| vec![leads(link), label(view, *item), who(&link.by.0, link.at)]);
        let columns = vec![column("Link", 50), column("For", 28), column("Who and when", 28)];
        blocks.push(Block::Table { columns, rows: rows.collect() });
    }
    if !view.masked.is_empty() {
        let rows =
            view.masked.iter().map(|of| vec![plain(&of.words), label(view, of.item.as_ref()), who(&of.by.0, of.at)]);
        let columns = vec![column("Secrets masked before storing", 50), column("In", 28), column("Who and when", 28)];
        blocks.push(Block::Table { columns, rows: rows.collect() });
    }
}

fn label(view: &View, item: Option<&ItemId>) -> Text {
    plain(item.map(|item| view.label(item)).unwrap_or_default())
}

fn who(by: &str, at: crate::time::Timestamp) -> Text {
    vec![Span::plain(format!("{by} ")), Span::new(at.for_people(), Style::Quiet)]
}

fn leads(link: &Link) -> Text {
    let words = if link.words.is_empty() { String::new() } else { format!("{} ", link.words) };
    let url = Span { href: Some(link.url.clone()), ..Span::new(&link.url, Style::Quiet) };
    vec![Span::plain(words), url].into_iter().filter(|span| !span.text.is_empty()).collect()
}

fn picture(view: &View, item: Option<&ItemId>, file: &AttachedFile) -> Option<Picture> {
    let jpeg = BASE64.decode(file.preview.as_ref()?).ok()?;
    let of = item.map(|item| format!("\n{}", view.label(item))).unwrap_or_default();
    Some(Picture {
        jpeg,
        text: vec![
            Span::new(&file.file.name, Style::Strong),
            Span::plain(of),
            Span::new(format!("\n{}, {}\n", file.by, file.at.for_people()), Style::Quiet),
            Span::new(file.file.sha256.short(), Style::Code),
        ],
        alt: format!("Picture {}, added as evidence by {}", file.file.name, file.by),
    })
}
