//! JSON as the reference reads it: of a key given twice the last one counts, comments and line breaks in texts are taken.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Objects and arrays may be nested this deep.
const MAX_DEPTH: u16 = 400;

/// Reads one document. Refused are nesting past 400 levels, U+0000 (PostgreSQL cannot keep it), invalid UTF-8 and anything behind the
/// document.
pub fn parse(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    read(bytes).or_else(|error| match lenient(bytes) {
        Some(tidied) => read(&tidied),
        None => Err(error),
    })
}

fn read(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    deserializer.disable_recursion_limit();
    let value = Strict { depth: 0 }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// The document without what strict readers refuse and Ruby's does not: comments, control characters in texts, escapes that mean nothing.
/// `None` if there is no such thing in it.
fn lenient(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut tidied = Vec::with_capacity(bytes.len());
    let (mut rest, mut is_text, mut is_changed) = (bytes, false, false);
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        match (is_text, byte, behind.first()) {
            (false, b'/', Some(b'/')) => {
                let end = behind.iter().position(|b| *b == b'\n').unwrap_or(behind.len());
                (rest, is_changed) = (behind.get(end..).unwrap_or_default(), true);
            }
            (false, b'/', Some(b'*')) => {
                let end = behind.windows(2).skip(1).position(|two| two == b"*/")?;
                (rest, is_changed) = (behind.get(end + 3..).unwrap_or_default(), true);
            }
            (true, b'\\', Some(escaped)) if b"\"\\/bfnrtu".contains(escaped) => {
                tidied.extend([byte, *escaped]);
                rest = behind.get(1..).unwrap_or_default();
            }
            (true, b'\\', _) => is_changed = true,
            (true, 1..=0x1f, _) => {
                tidied.extend(format!("\\u{byte:04x}").bytes());
                is_changed = true;
            }
            (_, b'"', _) => {
                is_text = !is_text;
                tidied.push(byte);
            }
            _ => tidied.push(byte),
        }
    }
    is_changed.then_some(tidied)
}

#[derive(Clone, Copy)]
struct Strict {
    depth: u16,
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
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_document_is_refused() {
        let deep = format!("{}{}", "[".repeat(401), "]".repeat(401));
        for bad in
            ["{} {}", "{\"a\":\"\\u0000\"}", "{\"a\":}", "", "nul", "/* x", "\"a", "NaN", "[01]", &deep]
        {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(parse(b"\"\xff\"").is_err());
        let fine = format!("{}{}", "[".repeat(400), "]".repeat(400));
        assert!(parse(fine.as_bytes()).is_ok());
        assert_eq!(
            parse(b" {\"b\":[1,-2,1.5,null,true],\"a\":\"x\"} ").unwrap().to_string(),
            "{\"b\":[1,-2,1.5,null,true],\"a\":\"x\"}"
        );
    }

    #[test]
    fn what_ruby_reads_is_read() {
        for (text, wanted) in [
            ("{\"a\":1,\"a\":2}", "{\"a\":2}"),
            ("// c\n{\"a\": /* d */ 1}", "{\"a\":1}"),
            ("[\"a\tb\nc\"]", "[\"a\\tb\\nc\"]"),
            ("[\"\\x\", \"//\", \"\\\"/*\"]", "[\"x\",\"//\",\"\\\"/*\"]"),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap().to_string(), wanted, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(text in "[\\[\\]{}\",:/*\\\\a\n1]{0,40}") {
            let _ = parse(text.as_bytes());
        }
    }
}
