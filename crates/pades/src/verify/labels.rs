//! What an object is in its document, so that a change can be named: «page 1 content» says more than a number.

use std::collections::{BTreeMap, BTreeSet};

use crate::fields;
use crate::pdf::{Dict, File, Object, PdfError, Ref};

const MAX_PAGES: usize = 20_000;

/// The parts of a document that have a name.
#[derive(Debug)]
pub(crate) struct Labels {
    named: BTreeMap<u32, String>,
    kinds: BTreeMap<u32, String>,
}

impl Labels {
    pub(crate) fn of(file: &File<'_>) -> Result<Self, PdfError> {
        let mut labels = Self { named: BTreeMap::new(), kinds: BTreeMap::new() };
        let catalog = file.catalog()?;
        labels.give(file.root()?, "the catalog");
        for (key, label) in [
            ("AcroForm", "the form"),
            ("Metadata", "the metadata"),
            ("StructTreeRoot", "the structure tree"),
            ("Outlines", "the bookmarks"),
            ("Names", "the names and attachments"),
            ("Pages", "the page tree"),
        ] {
            labels.point(catalog.get(key), label);
        }
        labels.point(file.trailer.get("Info"), "the document information");
        for field in fields::read(file)? {
            labels.give(field.id, &format!("field «{}»", field.name));
        }
        labels.pages(file, &catalog)?;
        for number in file.entries.keys() {
            let value = file.by_number(*number)?;
            let kind = value.as_dict().and_then(|dict| dict.get("Type")?.as_name());
            let kind = kind.map(|name| String::from_utf8_lossy(name).into_owned());
            labels.kinds.insert(*number, kind.unwrap_or_else(|| plain_kind(&value).to_owned()));
        }
        Ok(labels)
    }

    pub(crate) fn name(&self, number: u32) -> String {
        self.named.get(&number).or_else(|| self.kinds.get(&number)).cloned().unwrap_or_else(|| "new".to_owned())
    }

    fn give(&mut self, id: Ref, label: &str) {
        self.named.entry(id.number).or_insert_with(|| label.to_owned());
    }

    fn point(&mut self, value: Option<&Object>, label: &str) {
        if let Some(id) = value.and_then(Object::as_ref) {
            self.give(id, label);
        }
    }

    fn pages(&mut self, file: &File<'_>, catalog: &Dict) -> Result<(), PdfError> {
        let mut waiting: Vec<Object> = catalog.get("Pages").cloned().into_iter().collect();
        let (mut seen, mut count) = (BTreeSet::new(), 0usize);
        while let Some(node) = waiting.pop() {
            let Some(id) = node.as_ref().filter(|id| seen.insert(*id)) else { continue };
            let Object::Dict(dict) = file.get(id)? else { continue };
            if let Object::Array(kids) = file.at(&dict, "Kids")? {
                waiting.extend(kids.into_iter().rev());
                continue;
            }
            count += 1;
            if count > MAX_PAGES {
                return Ok(());
            }
            self.give(id, &format!("page {count}"));
            self.parts(dict.get("Contents"), &format!("page {count} content"));
            self.parts(dict.get("Annots"), &format!("page {count} annotation"));
            self.parts(dict.get("Resources"), &format!("page {count} resources"));
        }
        Ok(())
    }

    fn parts(&mut self, value: Option<&Object>, label: &str) {
        match value {
            Some(Object::Array(list)) => list.iter().for_each(|one| self.point(Some(one), label)),
            other => self.point(other, label),
        }
    }
}

const fn plain_kind(value: &Object) -> &'static str {
    match value {
        Object::Stream(_) => "a stream",
        Object::Dict(_) => "a dictionary",
        Object::Array(_) => "a list",
        _ => "a value",
    }
}
