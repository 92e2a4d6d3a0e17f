//! JSON read strictly: an ambiguous document is refused instead of guessed at.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Objects and arrays may be nested this deep.
const MAX_DEPTH: u8 = 100;

/// Reads one document. Refused are duplicate keys, nesting past 100 levels, U+0000 (PostgreSQL cannot keep it), invalid UTF-8 and
/// anything behind the document.
pub fn parse(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Strict {
    depth: u8,
}

impl Strict {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            Err(E::custom("nested too deeply"))
        } else {
            Ok(Self { depth: self.depth + 1 })
        }
    }
}

fn text<E: Error>(text: String) -> Result<String, E> {
    if text.contains('\0') { Err(E::custom("U+0000 is not allowed")) } else { Ok(text) }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::from(v))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::from(v))
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Value, E> {
        Number::from_f64(v).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Value, E> {
        text(v.to_owned()).map(Value::String)
    }

    fn visit_string<E: Error>(self, v: String) -> Result<Value, E> {
        text(v).map(Value::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let key = text(key)?;
            let value = map.next_value_seed(inner)?;
            if members.insert(key, value).is_some() {
                return Err(A::Error::custom("duplicate key"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_documents_are_refused() {
        let deep = format!("{}{}", "[".repeat(101), "]".repeat(101));
        for bad in ["{\"a\":1,\"a\":2}", "{} {}", "{\"a\":\"\\u0000\"}", "{\"a\":}", "", "nul", &deep] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(parse(b"\"\xff\"").is_err());
        let fine = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert!(parse(fine.as_bytes()).is_ok());
        assert_eq!(
            parse(b" {\"b\":[1,-2,1.5,null,true],\"a\":\"x\"} ").unwrap().to_string(),
            "{\"b\":[1,-2,1.5,null,true],\"a\":\"x\"}"
        );
    }
}
