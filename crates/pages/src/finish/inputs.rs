//! The fields to fill in on screen (ISO 32000-1, 12.7.4): ticks, options, lines of text. Each has its appearances in every state, so
//! that no reader has to make one before something is typed. The frames and lines are the pages' own: what a field shows is only what
//! was entered.

use super::{Annotation, integer, rectangle, text};
use crate::draw::{Drawn, round};
use crate::piece::Input;
use countersign_core::report::{FormField, Takes};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use std::collections::BTreeMap;

/// How typed text is set: Helvetica, which every reader has, in black.
pub(super) const WRITTEN: &str = "/Helv 9 Tf 0 g";
const TICKED: &str = "/ZaDb 0 Tf 0 g";
/// Field flags (ISO 32000-1, tables 226 and 228).
const RADIO: i64 = 1 << 15;
const MULTILINE: i64 = 1 << 12;
const PRINT: i64 = 4;
/// The name of a tick's state.
const ON: &str = "Yes";

/// The fonts that [`WRITTEN`] and its like name; readers have them, so they are not embedded.
pub(super) fn resources(doc: &mut Document) -> Object {
    let mut font = |name: &str, encoding: Option<&str>| {
        let mut font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => Object::Name(name.into()) };
        if let Some(encoding) = encoding {
            font.set("Encoding", Object::Name(encoding.into()));
        }
        doc.add_object(font)
    };
    let fonts =
        dictionary! { "Helv" => font("Helvetica", Some("WinAnsiEncoding")), "ZaDb" => font("ZapfDingbats", None) };
    Object::Dictionary(dictionary! { "Font" => fonts })
}

/// Adds the fields that stand on the pages, in reading order.
pub(super) fn fields(
    doc: &mut Document,
    fields: &[FormField],
    drawn: &Drawn,
    pages: &[ObjectId],
    annotations: &mut Vec<Annotation>,
) -> Vec<Object> {
    let mut top: Vec<Object> = Vec::new();
    let mut groups: BTreeMap<usize, (ObjectId, Vec<Object>)> = BTreeMap::new();
    for (page, place, input, tag) in &drawn.inputs {
        let Some(field) = fields.get(input.field) else { continue };
        let mut widget = dictionary! {
            "Type" => "Annot",
            "Subtype" => "Widget",
            "Rect" => rectangle(*place),
            "P" => pages.get(*page).copied().unwrap_or_default(),
            "F" => PRINT,
            "StructParent" => integer(pages.len() + annotations.len()),
        };
        let states = match &field.takes {
            Takes::OneOf(states) => Some(states),
            _ => None,
        };
        match (&field.takes, states.and_then(|states| states.get(input.option?))) {
            (Takes::OneOf(_), Some(state)) => {
                let (parent, kids) = groups.entry(input.field).or_insert_with(|| {
                    let parent = doc.new_object_id();
                    top.push(parent.into());
                    (parent, Vec::new())
                });
                button(doc, &mut widget, state, dot(input), input);
                widget.set("Parent", *parent);
                let id = doc.add_object(widget);
                kids.push(id.into());
                annotations.push(Annotation { id, page: *page, tag: *tag });
                continue;
            }
            (Takes::OneOf(_), None) => continue,
            (Takes::Tick, _) => {
                button(doc, &mut widget, ON, tick(input), input);
                widget.set("FT", "Btn");
                widget.set("V", "Off");
            }
            (Takes::Line | Takes::Lines, _) => {
                let blank = doc.add_object(appearance(input, "/Tx BMC\nEMC"));
                widget.set("FT", "Tx");
                widget.set("DA", Object::string_literal(WRITTEN));
                widget.set("AP", dictionary! { "N" => blank });
                if field.takes == Takes::Lines {
                    widget.set("Ff", MULTILINE);
                }
            }
        }
        name(&mut widget, field);
        let id = doc.add_object(widget);
        top.push(id.into());
        annotations.push(Annotation { id, page: *page, tag: *tag });
    }
    for (number, (id, kids)) in groups {
        let mut group = dictionary! { "FT" => "Btn", "Ff" => RADIO, "V" => "Off", "Kids" => kids };
        if let Some(field) = fields.get(number) {
            name(&mut group, field);
        }
        doc.set_object(id, group);
    }
    top
}

fn name(dict: &mut Dictionary, field: &FormField) {
    dict.set("T", text(&field.name));
    dict.set("TU", text(&field.words));
}

/// A button that shows `on` in the state of this name, and nothing when it is off.
fn button(doc: &mut Document, widget: &mut Dictionary, state: &str, on: String, input: &Input) {
    let on = doc.add_object(appearance(input, &on));
    let off = doc.add_object(appearance(input, ""));
    let mut states = dictionary! { "Off" => off };
    states.set(state, on);
    widget.set("AP", dictionary! { "N" => states });
    widget.set("AS", "Off");
    widget.set("DA", Object::string_literal(TICKED));
    let sign = if input.option.is_some() { "l" } else { "4" };
    widget.set("MK", dictionary! { "CA" => Object::string_literal(sign) });
}

fn appearance(input: &Input, content: &str) -> Stream {
    let dict = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => rectangle([0.0, 0.0, input.width, input.height]),
        "Resources" => Dictionary::new(),
    };
    Stream::new(dict, content.as_bytes().to_vec())
}

fn tick(input: &Input) -> String {
    let at = |x: f32, y: f32| format!("{} {}", round(x * input.width), round(y * input.height));
    format!("q 1.5 w 1 J 1 j 0.09 0.19 0.35 RG {} m {} l {} l S Q", at(0.2, 0.52), at(0.42, 0.26), at(0.82, 0.8))
}

/// A filled circle, of four Bézier curves.
fn dot(input: &Input) -> String {
    let (x, y, r) = (input.width / 2.0, input.height / 2.0, input.width * 0.26);
    let h = r * 0.552_285;
    let curve = |points: [(f32, f32); 3]| {
        let points = points.map(|(dx, dy)| format!("{} {}", round(x + dx), round(y + dy)));
        format!("{} c", points.join(" "))
    };
    let curves = [
        [(r, h), (h, r), (0.0, r)],
        [(-h, r), (-r, h), (-r, 0.0)],
        [(-r, -h), (-h, -r), (0.0, -r)],
        [(h, -r), (r, -h), (r, 0.0)],
    ];
    format!("q 0.09 0.19 0.35 rg {} {} m {} f Q", round(x + r), round(y), curves.map(curve).join(" "))
}
