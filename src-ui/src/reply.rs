//! Reads what the engine replied. The engine and the window are built from one source, and the engine wrote the reply from the
//! very type that is read here; so there is no way back from a value that does not fit, only [`misfit`].
//!
//! That is worth a reader of our own: a quarter of the window's program was error paths that no reply can take. With an error
//! type that has no values the compiler leaves them all out. Text that is no JSON is still an ordinary error, of `serde_json`.

use countersign_core::record::{Body, Event};
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, SeqAccess, Unexpected, VariantAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};
use std::fmt;
use std::slice::Iter;

/// Reads the text of a reply. Not generic, so that the window has one JSON reader and not one for each reply.
///
/// # Errors
/// When the text is no JSON.
#[inline(never)]
pub(crate) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text)
}

/// Reads an event from its canonical text. Kinds that this version does not know are put aside before: to try one reading after
/// the other takes errors.
///
/// # Errors
/// When the text is no JSON.
pub(crate) fn event(text: &str) -> Result<Event, serde_json::Error> {
    let mut value = parse(text)?;
    let known = |body: &Value| body.get("kind").and_then(Value::as_str).is_some_and(Body::knows);
    let unknown = match value.get_mut("body") {
        Some(body) if !known(body) => {
            let mut stand_in = Map::new();
            stand_in.extend([("kind", "noted"), ("text", "")].map(|(key, text)| (key.into(), text.into())));
            Some(std::mem::replace(body, Value::Object(stand_in)))
        }
        _ => None,
    };
    let mut event: Event = exact(value);
    if let Some(Value::Object(members)) = unknown {
        event.body = Body::Unknown(members);
    }
    Ok(event)
}

/// Takes a reply as what it is.
pub(crate) fn exact<T: DeserializeOwned>(value: Value) -> T {
    match T::deserialize(Reply(value)) {
        Ok(read) => read,
        Err(never) => match never {},
    }
}

/// Ends the program: engine and window are not of one build.
fn misfit() -> ! {
    wasm_bindgen::throw_str("The window cannot read what the engine replied: they are not of one build.")
}

/// The error that there is none of.
#[derive(Debug)]
enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl serde::de::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Self {
        misfit()
    }
    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        misfit()
    }
    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        misfit()
    }
    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        misfit()
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        misfit()
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        misfit()
    }
    fn missing_field(_: &'static str) -> Self {
        misfit()
    }
    fn duplicate_field(_: &'static str) -> Self {
        misfit()
    }
}

struct Reply(Value);

impl serde::de::IntoDeserializer<'_, Never> for Reply {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

fn list<'de, V: Visitor<'de>>(values: Vec<Value>, visitor: V) -> Result<V::Value, Never> {
    visitor.visit_seq(SeqDeserializer::new(values.into_iter().map(Reply)))
}

fn object<'de, V: Visitor<'de>>(members: Map<String, Value>, visitor: V) -> Result<V::Value, Never> {
    visitor.visit_map(MapDeserializer::new(members.into_iter().map(|(key, value)| (key, Reply(value)))))
}

impl<'de> Deserializer<'de> for Reply {
    type Error = Never;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(is) => visitor.visit_bool(is),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (_, _, Some(number)) => visitor.visit_f64(number),
                _ => misfit(),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(values) => list(values, visitor),
            Value::Object(members) => object(members, visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let Value::Array(values) = self.0 else { misfit() };
        list(values, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Never> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let Value::Object(members) = self.0 else { misfit() };
        object(members, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        let Value::Object(members) = self.0 else { misfit() };
        visitor.visit_seq(Members { members, names: names.iter() })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_enum(self)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let Value::String(text) = self.0 else { misfit() };
        visitor.visit_string(text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let Value::Bool(is) = self.0 else { misfit() };
        visitor.visit_bool(is)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct ignored_any
    }
}

/// A variant: its name, or an object with its name and what it holds.
impl<'de> EnumAccess<'de> for Reply {
    type Error = Never;
    type Variant = Reply;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Reply), Never> {
        let (name, content) = match self.0 {
            Value::String(name) => (name, Value::Null),
            Value::Object(members) => members.into_iter().next().unwrap_or_else(|| misfit()),
            _ => misfit(),
        };
        Ok((seed.deserialize(Reply(Value::String(name)))?, Reply(content)))
    }
}

impl<'de> VariantAccess<'de> for Reply {
    type Error = Never;

    fn unit_variant(self) -> Result<(), Never> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Never> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, names: &'static [&'static str], visitor: V) -> Result<V::Value, Never> {
        self.deserialize_struct("", names, visitor)
    }
}

/// The members of an object in the order in which its type names them, so that no type needs code that tells its members by
/// name. One that is not written is told as missing, and its default is taken.
struct Members {
    members: Map<String, Value>,
    names: Iter<'static, &'static str>,
}

impl<'de> SeqAccess<'de> for Members {
    type Error = Never;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Never> {
        let value = self.names.next().and_then(|name| self.members.remove(*name));
        value.map(|value| seed.deserialize(Reply(value))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_core::checklist::{self, Template};
    use countersign_core::id::Digest;
    use countersign_core::record::{Answer, Intent};
    use serde::Serialize;
    use std::fmt::Debug;

    /// What the engine writes of a value is read as that value.
    fn holds<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
        assert_eq!(&exact::<T>(parse(&serde_json::to_string(value).unwrap()).unwrap()), value);
    }

    #[test]
    fn the_readings_of_the_shipped_checklists_come_through() {
        let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../checklists")).unwrap();
        let read = folder.map(|file| checklist::read(&std::fs::read(file.unwrap().path()).unwrap()));
        let templates: Vec<Template> = read.filter(|template| !template.items.is_empty()).collect();
        assert_eq!(templates.len(), 5);
        templates.iter().for_each(holds);
    }

    #[test]
    fn events_come_through_whatever_form_their_members_take() {
        let digest = Digest::of(b"an event").to_string();
        let texts = [
            r#"{"kind":"answered","item":"a-1","answer":{"answer":"value","text":"0.35 %"},"by":"Lena"}"#.to_owned(),
            r#"{"kind":"answered","item":"a-1","answer":{"answer":"done"}}"#.to_owned(),
            r#"{"kind":"noted","text":"calm"}"#.to_owned(),
            r#"{"kind":"closed","outcome":"completed"}"#.to_owned(),
            r#"{"kind":"clock_jumped","by":-10800000}"#.to_owned(),
            r#"{"kind":"baseline_frozen","values":[{"name":"latency.p95","item":"b","value":"480 ms"}]}"#.to_owned(),
            r#"{"kind":"round_taken","section":3,"number":2,"due":"2026-03-01T10:00:00.000Z","values":{"b":{"answer":"done"}}}"#
                .to_owned(),
            format!(r#"{{"kind":"judged","observation":"{digest}","accepted":false,"reason":"wrong host"}}"#),
            r#"{"kind":"of_a_later_version","more":[1,{"a":null}]}"#.to_owned(),
        ];
        for text in texts {
            let whole = format!(
                r#"{{"v":1,"record":"00","parents":["{digest}"],"at":"2026-03-01T10:00:00.000Z","mono":7,"author":{{"installation":"{digest}","app":"test","person":"Ana"}},"body":{text}}}"#
            );
            let read = event(&whole).unwrap();
            assert_eq!(read, Event::read(whole.as_bytes()).unwrap());
            assert_eq!(matches!(read.body, Body::Unknown(_)), text.contains("later_version"), "{text}");
        }
        holds(&Intent::Answer { item: "a-1".into(), answer: Answer::Done, by: None, reason: Some("why".into()) });
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        assert!(parse("{\"integrity\":").is_err());
    }
}
