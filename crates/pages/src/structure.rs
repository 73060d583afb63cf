//! The logical structure of the report, in reading order: what a screen reader walks through, and what makes the text of
//! the file mean something without its looks (ISO 32000-1, 14.7). Not in it: how it is written ([`crate::finish`]).

/// An element's number.
pub(crate) type NodeId = usize;

/// An element.
#[derive(Debug)]
pub(crate) struct Node {
    /// A standard structure type (ISO 32000-1, 14.8.4).
    pub(crate) role: &'static str,
    pub(crate) parent: NodeId,
    pub(crate) kids: Vec<Kid>,
    /// What a picture says, in words.
    pub(crate) alt: Option<String>,
    /// What a table's head cell heads: `Column` or `Row`.
    pub(crate) scope: Option<&'static str>,
    /// Where a picture stands: its page and left, bottom, right, top.
    pub(crate) place: Option<(usize, [f32; 4])>,
}

/// What an element holds, in order.
#[derive(Debug)]
pub(crate) enum Kid {
    /// An element.
    Node(NodeId),
    /// A marked-content sequence of a page.
    Content { page: usize, mcid: usize },
}

/// The elements; number 0 is the document.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
}

/// The document's own element.
pub(crate) const ROOT: NodeId = 0;

impl Tree {
    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node { role: "Document", parent: ROOT, kids: Vec::new(), alt: None, scope: None, place: None }],
        }
    }

    /// A new last element of `parent`.
    pub(crate) fn add(&mut self, parent: NodeId, role: &'static str) -> NodeId {
        let id = self.nodes.len();
        self.nodes.push(Node { role, parent, kids: Vec::new(), alt: None, scope: None, place: None });
        self.give(parent, Kid::Node(id));
        id
    }

    /// A new last element of `parent` that is read as `alt`.
    pub(crate) fn add_described(&mut self, parent: NodeId, role: &'static str, alt: impl Into<String>) -> NodeId {
        let id = self.add(parent, role);
        if let Some(node) = self.nodes.get_mut(id) {
            node.alt = Some(alt.into());
        }
        id
    }

    /// A new head cell of the table row `parent`.
    pub(crate) fn add_head_cell(&mut self, parent: NodeId, scope: &'static str) -> NodeId {
        let id = self.add(parent, "TH");
        if let Some(node) = self.nodes.get_mut(id) {
            node.scope = Some(scope);
        }
        id
    }

    pub(crate) fn give(&mut self, id: NodeId, kid: Kid) {
        if let Some(node) = self.nodes.get_mut(id) {
            node.kids.push(kid);
        }
    }

    pub(crate) fn put(&mut self, id: NodeId, page: usize, place: [f32; 4]) {
        if let Some(node) = self.nodes.get_mut(id) {
            node.place = Some((page, place));
        }
    }
}
