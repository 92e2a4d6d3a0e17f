//! The grammar of `label_selector` (domain-rules 1.3).

use crate::metadata::{self, Key};

/// One requirement; a selector is a list of them, all of which must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    pub key: Key,
    pub operator: Operator,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operator {
    Exists,
    NotExists,
    /// The label exists and its value is one of these.
    In(Vec<String>),
    /// The label is absent or its value is none of these.
    NotIn(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    #[error("Missing label_selector value")]
    Missing,
    #[error("Too many label_selector requirements (maximum is 50)")]
    TooMany,
    #[error("Invalid label_selector value")]
    Invalid,
}

/// More than this many requirements are refused.
pub const MAX_REQUIREMENTS: usize = 50;

/// Reads a whole selector. Commas inside parentheses do not split; the work is linear in the text.
pub fn parse(text: &str) -> Result<Vec<Requirement>, SelectorError> {
    if text.trim().is_empty() {
        return Err(SelectorError::Missing);
    }
    let parts = split(text);
    if parts.len() > MAX_REQUIREMENTS {
        return Err(SelectorError::TooMany);
    }
    parts.into_iter().map(requirement).collect()
}

fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut from) = (0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}

fn requirement(text: &str) -> Result<Requirement, SelectorError> {
    let text = text.trim();
    if let Some(key) = text.strip_prefix('!') {
        return Ok(Requirement { key: read_key(key)?, operator: Operator::NotExists });
    }
    if let Some((key, rest)) = text.split_once(char::is_whitespace) {
        let rest = rest.trim_start();
        if let Some(set) = rest.strip_prefix("notin") {
            return Ok(Requirement { key: read_key(key)?, operator: Operator::NotIn(read_set(set)?) });
        }
        if let Some(set) = rest.strip_prefix("in") {
            return Ok(Requirement { key: read_key(key)?, operator: Operator::In(read_set(set)?) });
        }
    }
    if let Some((key, value)) = text.split_once("!=") {
        return Ok(Requirement { key: read_key(key)?, operator: Operator::NotIn(read_value(value)?) });
    }
    if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return Ok(Requirement { key: read_key(key)?, operator: Operator::In(read_value(value)?) });
    }
    Ok(Requirement { key: read_key(text)?, operator: Operator::Exists })
}

fn read_key(text: &str) -> Result<Key, SelectorError> {
    Key::parse(text.trim()).map_err(|_| SelectorError::Invalid)
}

/// `key=` with nothing behind it is an empty set and matches nothing, as the reference has it.
fn read_value(text: &str) -> Result<Vec<String>, SelectorError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    metadata::check_label_value(text).map_err(|_| SelectorError::Invalid)?;
    Ok(vec![text.to_owned()])
}

fn read_set(text: &str) -> Result<Vec<String>, SelectorError> {
    let inner =
        text.trim().strip_prefix('(').and_then(|t| t.strip_suffix(')')).ok_or(SelectorError::Invalid)?;
    inner
        .split(',')
        .map(|value| {
            let value = value.trim();
            metadata::check_label_value(value).map_err(|_| SelectorError::Invalid)?;
            Ok(value.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str) -> Requirement {
        parse(text).unwrap().remove(0)
    }

    #[test]
    fn each_form_has_its_meaning() {
        assert_eq!(one("a").operator, Operator::Exists);
        assert_eq!(one("!a").operator, Operator::NotExists);
        assert_eq!(one("a=b").operator, Operator::In(vec!["b".into()]));
        assert_eq!(one("a==b").operator, Operator::In(vec!["b".into()]));
        assert_eq!(one("a!=b").operator, Operator::NotIn(vec!["b".into()]));
        assert_eq!(one("a in (b,c)").operator, Operator::In(vec!["b".into(), "c".into()]));
        assert_eq!(one("x.io/a notin (b, c)").operator, Operator::NotIn(vec!["b".into(), "c".into()]));
        assert_eq!(one("a=").operator, Operator::In(vec![]));
        assert_eq!(parse("a in (b,c),!d").unwrap().len(), 2);
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(parse(""), Err(SelectorError::Missing));
        assert_eq!(parse(&vec!["a"; 51].join(",")), Err(SelectorError::TooMany));
        for text in ["a in b", "a,,b", "-a", "a=b c", "a/b/c", "a in (b", "a=ü"] {
            assert_eq!(parse(text), Err(SelectorError::Invalid), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,80}") {
            let _ = parse(&text);
        }
    }
}
