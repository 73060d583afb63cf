//! Reads a finished file back, with lopdf and nothing of the code that wrote it.

use countersign_core::report::Report;
use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::BTreeMap;

pub(crate) struct File {
    pub(crate) doc: Document,
}

impl File {
    pub(crate) fn of(report: &Report) -> Self {
        Self::read(&countersign_pages::render(report).unwrap().pdf)
    }

    pub(crate) fn read(pdf: &[u8]) -> Self {
        Self { doc: Document::load_mem(pdf).unwrap() }
    }

    pub(crate) fn resolve<'a>(&'a self, object: &'a Object) -> &'a Object {
        match object {
            Object::Reference(id) => self.doc.get_object(*id).unwrap(),
            other => other,
        }
    }

    pub(crate) fn dict<'a>(&'a self, object: &'a Object) -> &'a Dictionary {
        self.resolve(object).as_dict().unwrap()
    }

    pub(crate) fn catalog(&self) -> &Dictionary {
        self.doc.catalog().unwrap()
    }

    pub(crate) fn text_of(&self, object: &Object) -> String {
        let bytes = self.resolve(object).as_str().unwrap();
        match bytes.strip_prefix(&[0xfe, 0xff]) {
            Some(units) => {
                let units: Vec<u16> = units.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
                String::from_utf16(&units).unwrap()
            }
            None => String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    fn pages(&self) -> Vec<ObjectId> {
        self.doc.get_pages().into_values().collect()
    }

    /// The text of a page, counted from 1, one line per text matrix that starts a new line.
    pub(crate) fn page_text(&self, number: usize) -> String {
        let page = self.pages()[number - 1];
        let resources = self.dict(self.dict(self.doc.get_object(page).as_ref().unwrap()).get(b"Resources").unwrap());
        let fonts = self.dict(resources.get(b"Font").unwrap());
        let maps: BTreeMap<Vec<u8>, BTreeMap<u16, String>> =
            fonts.iter().map(|(name, font)| (name.clone(), self.to_unicode(self.dict(font)))).collect();
        let content = Content::decode(&self.doc.get_page_content(page)).unwrap();
        let (mut text, mut font, mut last) = (String::new(), &BTreeMap::new(), f32::MAX);
        for operation in &content.operations {
            match operation.operator.as_str() {
                "Tf" => font = &maps[operation.operands[0].as_name().unwrap()],
                "Tm" => {
                    let y = operation.operands[5].as_float().unwrap();
                    if (y - last).abs() > 1.0 && !text.is_empty() {
                        text.push('\n');
                    }
                    last = y;
                }
                "TJ" => {
                    for part in operation.operands[0].as_array().unwrap() {
                        let Ok(bytes) = part.as_str() else { continue };
                        let code = u16::from_be_bytes([bytes[0], bytes[1]]);
                        text.push_str(font.get(&code).unwrap_or_else(|| panic!("code {code} has no text")));
                    }
                }
                _ => {}
            }
        }
        text.push('\n');
        text
    }

    /// Where the stretches of text of a page begin.
    pub(crate) fn text_origins(&self, number: usize) -> Vec<(f32, f32)> {
        let content = Content::decode(&self.doc.get_page_content(self.pages()[number - 1])).unwrap();
        let value = |object: &Object| object.as_float().unwrap();
        let matrices = content.operations.iter().filter(|operation| operation.operator == "Tm");
        matrices.map(|operation| (value(&operation.operands[4]), value(&operation.operands[5]))).collect()
    }

    fn to_unicode(&self, font: &Dictionary) -> BTreeMap<u16, String> {
        let map = self.resolve(font.get(b"ToUnicode").unwrap()).as_stream().unwrap().get_plain_content().unwrap();
        let map = String::from_utf8(map).unwrap();
        let hex = |text: &str| text.trim_matches(['<', '>']).to_owned();
        map.lines()
            .filter_map(|line| line.strip_prefix('<')?.split_once("> <"))
            .filter(|(code, _)| !code.is_empty() && *code != "0000")
            .map(|(code, text)| {
                let text = hex(text);
                let units: Vec<u16> =
                    (0..text.len() / 4).map(|at| u16::from_str_radix(&text[at * 4..at * 4 + 4], 16).unwrap()).collect();
                (u16::from_str_radix(code, 16).unwrap(), String::from_utf16(&units).unwrap())
            })
            .collect()
    }

    pub(crate) fn annotations(&self, subtype: &str) -> Vec<&Dictionary> {
        let pages = self.pages();
        let pages = pages.iter().map(|id| self.doc.get_object(*id).unwrap().as_dict().unwrap());
        let all = pages.filter_map(|page| page.get(b"Annots").ok()).flat_map(|list| list.as_array().unwrap());
        all.map(|one| self.dict(one))
            .filter(|one| one.get(b"Subtype").unwrap().as_name().unwrap() == subtype.as_bytes())
            .collect()
    }

    /// Bookmarks, indented by depth.
    pub(crate) fn outline(&self) -> String {
        let mut lines = String::new();
        if let Ok(root) = self.catalog().get(b"Outlines") {
            self.outline_below(self.dict(root), 0, &mut lines);
        }
        lines
    }

    fn outline_below(&self, parent: &Dictionary, depth: usize, lines: &mut String) {
        let mut next = parent.get(b"First").ok();
        while let Some(entry) = next {
            let entry = self.dict(entry);
            let target = entry.get(b"Dest").unwrap().as_array().unwrap()[0].as_reference().unwrap();
            let page = self.pages().iter().position(|page| *page == target).unwrap() + 1;
            let title = self.text_of(entry.get(b"Title").unwrap());
            lines.push_str(&format!("{}{title} (page {page})\n", "  ".repeat(depth)));
            self.outline_below(entry, depth + 1, lines);
            next = entry.get(b"Next").ok();
        }
    }

    /// Name, media type, relation and content of each.
    pub(crate) fn attachments(&self) -> Vec<(String, String, String, Vec<u8>)> {
        let Ok(names) = self.catalog().get(b"Names") else { return Vec::new() };
        let tree = self.dict(self.dict(names).get(b"EmbeddedFiles").unwrap());
        let list = tree.get(b"Names").unwrap().as_array().unwrap();
        list.chunks(2)
            .map(|pair| {
                let file = self.dict(&pair[1]);
                assert_eq!(self.text_of(&pair[0]), self.text_of(file.get(b"UF").unwrap()));
                let content = self.resolve(self.dict(file.get(b"EF").unwrap()).get(b"F").unwrap()).as_stream().unwrap();
                let name = |object: &Object| String::from_utf8(object.as_name().unwrap().to_vec()).unwrap();
                (
                    self.text_of(&pair[0]),
                    name(content.dict.get(b"Subtype").unwrap()),
                    name(file.get(b"AFRelationship").unwrap()),
                    content.get_plain_content().unwrap(),
                )
            })
            .collect()
    }

    /// Structure elements in reading order: dictionary, role, id.
    pub(crate) fn elements(&self) -> Vec<(&Dictionary, String, ObjectId)> {
        let root = self.dict(self.catalog().get(b"StructTreeRoot").unwrap());
        let mut found = Vec::new();
        for kid in root.get(b"K").unwrap().as_array().unwrap() {
            self.elements_below(kid, &mut found);
        }
        found
    }

    fn elements_below<'a>(&'a self, object: &'a Object, found: &mut Vec<(&'a Dictionary, String, ObjectId)>) {
        let Ok(id) = object.as_reference() else { return };
        let dict = self.dict(object);
        let Ok(role) = dict.get(b"S").and_then(Object::as_name) else { return };
        found.push((dict, String::from_utf8(role.to_vec()).unwrap(), id));
        if let Ok(kids) = dict.get(b"K").and_then(Object::as_array) {
            kids.iter().for_each(|kid| self.elements_below(kid, found));
        }
    }

    /// Every marked content belongs to the element that claims it, all other content is an artifact, and every
    /// annotation leads to its element.
    pub(crate) fn check_tags(&self) {
        let root = self.dict(self.catalog().get(b"StructTreeRoot").unwrap());
        let numbers = self.dict(root.get(b"ParentTree").unwrap()).get(b"Nums").unwrap().as_array().unwrap();
        let elements: BTreeMap<ObjectId, &Dictionary> =
            self.elements().into_iter().map(|(dict, _, id)| (id, dict)).collect();
        for (number, page) in self.pages().into_iter().enumerate() {
            let owners = self.resolve(&numbers[number * 2 + 1]).as_array().unwrap();
            let mut seen = 0;
            for mcid in self.marked_content(page) {
                let owner = owners[mcid].as_reference().unwrap();
                assert!(claims(elements[&owner], page, mcid), "page {number}, content {mcid}");
                seen += 1;
            }
            assert_eq!(seen, owners.len());
        }
        for annotation in self.annotations("Link").into_iter().chain(self.annotations("Widget")) {
            let key = usize::try_from(annotation.get(b"StructParent").unwrap().as_i64().unwrap()).unwrap();
            assert_eq!(numbers[key * 2].as_i64().unwrap(), i64::try_from(key).unwrap());
            assert!(elements.contains_key(&numbers[key * 2 + 1].as_reference().unwrap()));
        }
    }

    /// The numbers of a page's marked content; panics if anything is drawn outside it.
    fn marked_content(&self, page: ObjectId) -> Vec<usize> {
        let content = Content::decode(&self.doc.get_page_content(page)).unwrap();
        let (mut open, mut numbers) = (false, Vec::new());
        for operation in &content.operations {
            match operation.operator.as_str() {
                "BDC" | "BMC" => {
                    assert!(!open, "marked content within marked content");
                    open = true;
                    let number =
                        operation.operands.get(1).and_then(|p| p.as_dict().ok()?.get(b"MCID").ok()?.as_i64().ok());
                    numbers.extend(number.map(|number| usize::try_from(number).unwrap()));
                }
                "EMC" => open = false,
                "TJ" | "Tj" | "f" | "S" | "s" | "B" => assert!(open, "{} outside marked content", operation.operator),
                _ => {}
            }
        }
        assert!(!open);
        numbers
    }

    /// Text by page, outline, fields and attachments, for a golden file.
    pub(crate) fn outline_of_everything(&self) -> String {
        let mut all = String::new();
        for number in 1..=self.pages().len() {
            let text = self.page_text(number);
            let lines: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
            all.push_str(&format!("== page {number}\n{lines}"));
        }
        all.push_str(&format!("== outline\n{}== fields\n", self.outline()));
        for field in self.annotations("Widget") {
            let name = |key: &[u8]| self.text_of(field.get(key).unwrap());
            all.push_str(&format!(
                "{}: {}{}\n",
                name(b"T"),
                name(b"TU"),
                if field.has(b"Lock") { ", locks" } else { "" }
            ));
        }
        all.push_str("== attachments\n");
        for (name, media, relation, bytes) in self.attachments() {
            all.push_str(&format!("{name}: {media}, {relation}, {} bytes\n", bytes.len()));
        }
        all
    }
}

fn claims(element: &Dictionary, page: ObjectId, mcid: usize) -> bool {
    let own_page = element.get(b"Pg").and_then(Object::as_reference).ok();
    element.get(b"K").and_then(Object::as_array).is_ok_and(|kids| {
        kids.iter().any(|kid| match kid {
            Object::Integer(number) => own_page == Some(page) && usize::try_from(*number) == Ok(mcid),
            Object::Dictionary(reference) => {
                reference.get(b"Pg").and_then(Object::as_reference).ok() == Some(page)
                    && reference.get(b"MCID").and_then(Object::as_i64).ok() == i64::try_from(mcid).ok()
            }
            _ => false,
        })
    })
}
