//! How a signature looks on the page: the one page of another PDF, taken over as a form XObject (ISO 32000-2 section
//! 8.10). A document's own subset fonts cannot be used for that, so the appearance brings its own. Drawing is done elsewhere.

use std::collections::BTreeMap;

use crate::pdf::object::Stream;
use crate::pdf::update::Update;
use crate::pdf::{Dict, File, Object, PdfError, Ref};
use crate::seal::SealError;

/// Attributes that a page may take from the nodes above it (section 7.7.3.4).
const MAX_PARENTS: usize = 32;

/// Adds the only page of `pdf` to an update, as a form. A viewer scales its box to the field's rectangle (section
/// 12.5.5, algorithm 8).
pub(crate) fn import(pdf: &[u8], update: &mut Update<'_, '_>) -> Result<Ref, SealError> {
    let source = File::open(pdf).map_err(SealError::Appearance)?;
    let (page, inherited) = only_page(&source).map_err(SealError::Appearance)?;
    let form = form(&source, &page, &inherited).map_err(SealError::Appearance)?;
    let mut led = BTreeMap::new();
    let mut waiting = Vec::new();
    let moved = lead(&form, update, &mut led, &mut waiting)?;
    let id = update.fresh()?;
    update.put(id, &moved);
    while let Some(from) = waiting.pop() {
        let value = source.get(from).map_err(SealError::Appearance)?;
        let moved = lead(&value, update, &mut led, &mut waiting)?;
        if let Some(to) = led.get(&from) {
            update.put(*to, &moved);
        }
    }
    Ok(id)
}

/// Gives every object that a value refers to a number of its own in the target.
fn lead(
    value: &Object,
    update: &mut Update<'_, '_>,
    led: &mut BTreeMap<Ref, Ref>,
    waiting: &mut Vec<Ref>,
) -> Result<Object, PdfError> {
    let mut new = Vec::new();
    value.each_ref(&mut |from| {
        if !led.contains_key(&from) && !new.contains(&from) {
            new.push(from);
        }
    });
    for from in new {
        led.insert(from, update.fresh()?);
        waiting.push(from);
    }
    Ok(value.with_refs(&mut |from| led.get(&from).copied().unwrap_or(from)))
}

fn only_page(file: &File<'_>) -> Result<(Dict, Dict), PdfError> {
    let damaged = |what| PdfError::damaged(file.newest_section, what);
    let mut node = file.at(&file.catalog()?, "Pages")?;
    let mut inherited = Dict::default();
    for _ in 0..MAX_PARENTS {
        let Object::Dict(dict) = node else { return Err(damaged("the page tree is broken")) };
        for key in ["MediaBox", "Resources"] {
            if let Some(value) = dict.get(key) {
                inherited.set(key, value.clone());
            }
        }
        if !dict.is("Type", "Pages") {
            return Ok((dict, inherited));
        }
        node = match file.at(&dict, "Kids")? {
            Object::Array(kids) if kids.len() == 1 => file.resolve(kids.first().unwrap_or(&Object::Null))?,
            _ => return Err(PdfError::Unsupported("an appearance of more than one page".to_owned())),
        };
    }
    Err(damaged("the page tree is too deep"))
}

fn form(file: &File<'_>, page: &Dict, inherited: &Dict) -> Result<Object, PdfError> {
    let mut dict = Dict::default().with("Type", Object::name("XObject")).with("Subtype", Object::name("Form"));
    dict.set("BBox", file.at(inherited, "MediaBox")?);
    dict.set("Resources", file.at(inherited, "Resources")?);
    if let Some(group) = page.get("Group") {
        dict.set("Group", group.clone());
    }
    let parts = match file.at(page, "Contents")? {
        Object::Array(parts) => parts.iter().map(|part| file.resolve(part)).collect::<Result<Vec<_>, _>>()?,
        one => vec![one],
    };
    let mut streams =
        parts.into_iter().filter_map(|part| if let Object::Stream(one) = part { Some(one) } else { None });
    let data = match (streams.next(), streams.next()) {
        (None, _) => Vec::new(),
        (Some(only), None) => {
            for key in ["Filter", "DecodeParms"] {
                if only.dict.get(key).is_some() {
                    dict.set(key, file.at(&only.dict, key)?);
                }
            }
            only.data
        }
        (Some(first), Some(second)) => {
            let mut data = Vec::new();
            for part in [first, second].into_iter().chain(streams) {
                data.extend_from_slice(&file.decode(&part)?);
                data.push(b'\n');
            }
            data
        }
    };
    Ok(Object::Stream(Stream { dict, data }))
}
