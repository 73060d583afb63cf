//! The structure tree (ISO 32000-1, 14.7), and the way back from content to it.

use super::{Annotation, integer, rectangle, text};
use crate::structure::{Kid, Node, NodeId, ROOT, Tree};
use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

/// Adds the tree; returns its root.
pub(super) fn structure(doc: &mut Document, tree: &Tree, pages: &[ObjectId], annotations: &[Annotation]) -> ObjectId {
    let root = doc.new_object_id();
    let ids: Vec<ObjectId> = tree.nodes.iter().map(|_| doc.new_object_id()).collect();
    let id_of = |node: NodeId| ids.get(node).copied().unwrap_or_default();
    for (number, node) in tree.nodes.iter().enumerate() {
        let parent = if number == ROOT { root } else { id_of(node.parent) };
        let own: Vec<&Annotation> = annotations.iter().filter(|annotation| annotation.tag == number).collect();
        let dict = element(node, parent, &ids, pages, &own);
        doc.set_object(id_of(number), dict);
    }
    let parents = parent_tree(tree, &ids, pages.len(), annotations);
    let parents = doc.add_object(parents);
    doc.set_object(
        root,
        dictionary! {
            "Type" => "StructTreeRoot",
            "K" => vec![id_of(ROOT).into()],
            "ParentTree" => parents,
            "ParentTreeNextKey" => integer(pages.len() + annotations.len()),
        },
    );
    root
}

fn element(
    node: &Node,
    parent: ObjectId,
    ids: &[ObjectId],
    pages: &[ObjectId],
    annotations: &[&Annotation],
) -> Dictionary {
    let mut dict = dictionary! { "S" => node.role, "P" => parent };
    let first_page = node.kids.iter().find_map(|kid| match kid {
        Kid::Content { page, .. } => Some(*page),
        Kid::Node(_) => None,
    });
    let page_id = |page: usize| pages.get(page).copied().unwrap_or_default();
    if let Some(page) = first_page {
        dict.set("Pg", page_id(page));
    }
    let mut kids: Vec<Object> = Vec::new();
    for kid in &node.kids {
        kids.push(match kid {
            Kid::Node(node) => ids.get(*node).copied().unwrap_or_default().into(),
            Kid::Content { page, mcid } if Some(*page) == first_page => integer(*mcid),
            Kid::Content { page, mcid } => {
                dictionary! { "Type" => "MCR", "Pg" => page_id(*page), "MCID" => integer(*mcid) }.into()
            }
        });
    }
    for annotation in annotations {
        let reference = dictionary! { "Type" => "OBJR", "Pg" => page_id(annotation.page), "Obj" => annotation.id };
        kids.push(reference.into());
    }
    // A form field's reference stands alone and direct: in an array, a second signature looks to pyHanko like a change of
    // the document's structure.
    match (node.role, kids.len()) {
        (_, 0) => {}
        ("Form", 1) => dict.set("K", kids.remove(0)),
        _ => dict.set("K", kids),
    }
    if let Some(alt) = &node.alt {
        dict.set("Alt", text(alt));
    }
    if let Some(scope) = node.scope {
        dict.set("A", dictionary! { "O" => "Table", "Scope" => scope });
    }
    if let Some((_, place)) = node.place {
        dict.set("A", dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => rectangle(place) });
    }
    dict
}

/// By page the elements of its marked content in order, then one entry per annotation.
fn parent_tree(tree: &Tree, ids: &[ObjectId], pages: usize, annotations: &[Annotation]) -> Dictionary {
    let mut by_page: Vec<Vec<Object>> = vec![Vec::new(); pages];
    for (node, id) in tree.nodes.iter().zip(ids) {
        for kid in &node.kids {
            let Kid::Content { page, mcid } = kid else { continue };
            let Some(entries) = by_page.get_mut(*page) else { continue };
            if entries.len() <= *mcid {
                entries.resize(*mcid + 1, Object::Null);
            }
            if let Some(entry) = entries.get_mut(*mcid) {
                *entry = (*id).into();
            }
        }
    }
    let pages = by_page.into_iter().map(Object::Array);
    let annotations = annotations.iter().map(|a| ids.get(a.tag).copied().unwrap_or_default().into());
    let numbers = pages.chain(annotations).enumerate().flat_map(|(key, value)| [integer(key), value]);
    dictionary! { "Nums" => numbers.collect::<Vec<Object>>() }
}
