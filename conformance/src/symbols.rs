//! What differs from one installation to the next: symbols in the recordings, bound by the answers of the server under test.

use regex::Regex;
use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::OnceLock;

const TIME: &str = "<time>";
/// Any RFC 3339 time with seconds and `Z`.
const TIME_PATTERN: &str = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ";
/// What a symbol may be where it is bound: a guid in any of the forms that clients see.
const GUID_PATTERN: &str = "[A-Za-z0-9_-]+";

/// Values of symbols, by what stands between the braces.
#[derive(Clone, Default)]
pub struct Symbols(HashMap<String, String>);

/// A text names a symbol that no answer has bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbound(pub String);

impl Symbols {
    pub fn bind(&mut self, symbol: &str, value: impl Into<String>) {
        self.0.insert(symbol.to_owned(), value.into());
    }

    /// The text with every symbol replaced.
    pub fn fill(&self, text: &str) -> Result<String, Unbound> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, symbol, after)) = next_symbol(rest) {
            filled.push_str(before);
            filled.push_str(self.0.get(symbol).ok_or_else(|| Unbound(symbol.to_owned()))?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The value with every symbol in texts and keys replaced.
    pub fn fill_value(&self, value: &Value) -> Result<Value, Unbound> {
        Ok(match value {
            Value::String(text) => Value::String(self.fill(text)?),
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.fill_value(item)).collect::<Result<_, _>>()?)
            }
            Value::Object(map) => Value::Object(
                map.iter()
                    .map(|(key, value)| Ok((self.fill(key)?, self.fill_value(value)?)))
                    .collect::<Result<_, Unbound>>()?,
            ),
            other => other.clone(),
        })
    }

    /// Whether `got` is what `wanted` says; symbols that are free in it are bound to what stands there.
    pub fn matches(&mut self, wanted: &str, got: &str) -> bool {
        if !wanted.contains("{{") && !wanted.contains(TIME) {
            return wanted == got;
        }
        if wanted == TIME {
            static ONE_TIME: OnceLock<Regex> = OnceLock::new();
            let time = ONE_TIME.get_or_init(|| Regex::new(&format!("^{TIME_PATTERN}$")).expect("a regex"));
            return time.is_match(got);
        }
        let mut pattern = String::from("(?s)^");
        let mut free: Vec<&str> = Vec::new();
        let mut rest = wanted;
        while let Some((before, symbol, after)) = next_symbol(rest) {
            escape(&mut pattern, before);
            match (self.0.get(symbol), free.iter().position(|known| *known == symbol)) {
                (Some(value), _) => pattern.push_str(&regex::escape(value)),
                // The engine of `regex` has no back references: what stands there twice is compared afterwards.
                (None, Some(_) | None) => {
                    free.push(symbol);
                    let _ = write!(pattern, "({GUID_PATTERN})");
                }
            }
            rest = after;
        }
        escape(&mut pattern, rest);
        pattern.push('$');
        let Ok(regex) = Regex::new(&pattern) else { return false };
        let Some(found) = regex.captures(got) else { return false };
        let values = found.iter().skip(1).flatten().map(|group| group.as_str());
        let mut bound: HashMap<&str, &str> = HashMap::new();
        for (symbol, value) in free.into_iter().zip(values) {
            if *bound.entry(symbol).or_insert(value) != value {
                return false;
            }
        }
        for (symbol, value) in bound {
            self.bind(symbol, value);
        }
        true
    }
}

fn escape(pattern: &mut String, literal: &str) {
    for (place, part) in literal.split(TIME).enumerate() {
        if place > 0 {
            pattern.push_str(TIME_PATTERN);
        }
        pattern.push_str(&regex::escape(part));
    }
}

/// The symbols in a text.
pub fn named_in(text: &str) -> Vec<&str> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((_, symbol, after)) = next_symbol(rest) {
        found.push(symbol);
        rest = after;
    }
    found
}

/// What stands before the first symbol, the symbol, and what stands after it.
fn next_symbol(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (symbol, after) = rest.split_once("}}")?;
    Some((before, symbol, after))
}

#[cfg(test)]
mod tests {
    use super::{Symbols, Unbound};

    #[test]
    fn a_symbol_is_bound_where_it_is_first_seen_and_is_the_same_from_then_on() {
        let mut symbols = Symbols::default();
        symbols.bind("api", "https://api.example.org");
        assert!(symbols.matches("{{api}}/v3/apps/{{1:guid}}", "https://api.example.org/v3/apps/abc-1"));
        assert!(symbols.matches("{{1:guid}}", "abc-1"));
        assert!(!symbols.matches("{{1:guid}}", "abc-2"));
        assert_eq!(symbols.fill("/v3/apps/{{1:guid}}?x={{1:guid}}").unwrap(), "/v3/apps/abc-1?x=abc-1");
        assert_eq!(symbols.fill("{{2:guid}}"), Err(Unbound("2:guid".into())));
    }

    #[test]
    fn times_are_any_time_to_the_second() {
        let mut symbols = Symbols::default();
        assert!(symbols.matches("<time>", "2026-01-01T00:00:00Z"));
        assert!(!symbols.matches("<time>", "2026-01-01T00:00:00.123Z"));
        assert!(symbols.matches("since <time>.", "since 2026-01-01T00:00:00Z."));
    }

    #[test]
    fn one_symbol_twice_in_a_text_is_one_value() {
        let mut symbols = Symbols::default();
        assert!(!symbols.clone().matches("{{a:x}} {{a:x}}", "1 2"));
        assert!(symbols.matches("{{a:x}} {{a:x}}", "1 1"));
    }
}
