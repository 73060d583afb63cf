//! The identity of an item, kept without an allocation of its own: a template holds tens of thousands of them.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// An item of a template; stable while the item is moved or reworded a little between versions of the file.
#[derive(Clone)]
pub struct ItemId(Text);

/// How long an id may be that needs no memory of its own; those of templates have 13 characters.
const SHORT: usize = 14;

#[derive(Clone)]
enum Text {
    Short {
        length: u8,
        bytes: [u8; SHORT],
    },
    #[allow(clippy::box_collection, reason = "an id takes 16 bytes, and is hardly ever long")]
    Long(Box<String>),
}

impl ItemId {
    /// Its text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Short { length, bytes } => {
                bytes.get(..usize::from(*length)).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
            }
            Text::Long(text) => text,
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::Short { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Text::Long(text) => text.as_bytes(),
        }
    }

    /// The id of a letter for its kind and the twelve hexadecimal digits of the upper 48 bits of `hash`.
    pub(crate) fn of_hash(kind: u8, hash: u64) -> Self {
        let mut bytes = [0; SHORT];
        bytes[0] = kind;
        for at in 0..12 {
            let value = (hash >> (60 - 4 * at)) as u8 & 0xf;
            bytes[at + 1] = if value < 10 { b'0' + value } else { b'a' - 10 + value };
        }
        Self(Text::Short { length: 13, bytes })
    }
}

impl From<&str> for ItemId {
    fn from(text: &str) -> Self {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(own), Ok(length)) => {
                own.copy_from_slice(text.as_bytes());
                Self(Text::Short { length, bytes })
            }
            _ => Self(Text::Long(Box::new(text.to_owned()))),
        }
    }
}

impl PartialEq for ItemId {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Text::Short { length, bytes }, Text::Short { length: other_length, bytes: other_bytes }) => {
                length == other_length && bytes == other_bytes
            }
            // What is short is never kept as long.
            (Text::Long(text), Text::Long(other)) => text == other,
            _ => false,
        }
    }
}

impl Eq for ItemId {}

impl PartialOrd for ItemId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ItemId {
    fn cmp(&self, other: &Self) -> Ordering {
        // Text stands in the order of its bytes; to show that they are text again takes longer than to compare them.
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for ItemId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemId({:?})", self.as_str())
    }
}

impl Serialize for ItemId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer).map(|text| Self::from(&*text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_length_keep_their_text_and_order() {
        let texts = ["", "added-1", "t0123456789ab", "exactly-14-bts", "fifteen bytes!!", "ü".repeat(40).as_str()]
            .map(str::to_owned);
        for text in &texts {
            let id = ItemId::from(text.as_str());
            assert_eq!(id.as_str(), text);
            let json = serde_json::to_string(&id).unwrap();
            assert_eq!(serde_json::from_str::<ItemId>(&json).unwrap(), id);
            for other in &texts {
                assert_eq!(id.cmp(&ItemId::from(other.as_str())), text.cmp(other));
                assert_eq!(id == ItemId::from(other.as_str()), text == other);
            }
        }
        assert_eq!(ItemId::of_hash(b't', 0x0123_4567_89ab_cdef).as_str(), "t0123456789ab");
        assert_eq!(size_of::<Option<ItemId>>(), 16);
    }
}
