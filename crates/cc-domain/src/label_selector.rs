//! The grammar of `label_selector` (domain-rules 1.3), as the reference reads it: blanks count, and each part is one of six forms.

use crate::metadata::{self, Key, MetadataError};

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

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    #[error("Missing label_selector value")]
    Missing,
    #[error("Too many label_selector requirements (maximum is 50)")]
    TooMany,
    /// A part that has none of the forms.
    #[error("Invalid label_selector value")]
    Invalid,
    #[error("{0}")]
    Part(MetadataError),
}

/// More than this many requirements are refused.
pub const MAX_REQUIREMENTS: usize = 50;

/// Reads a whole selector: its requirements, or what is wrong with each of them.
pub fn parse(text: &str) -> Result<Vec<Requirement>, Vec<SelectorError>> {
    let parts = split(text);
    if parts.is_empty() {
        return Err(vec![SelectorError::Missing]);
    }
    if parts.len() > MAX_REQUIREMENTS {
        return Err(vec![SelectorError::TooMany]);
    }
    let (mut requirements, mut wrong) = (Vec::new(), Vec::new());
    for part in parts {
        match requirement(part) {
            Ok(requirement) => requirements.push(requirement),
            Err(error) => wrong.push(error),
        }
    }
    if wrong.is_empty() { Ok(requirements) } else { Err(wrong) }
}

/// The same without a look at keys and values; nothing asked is no requirement. Only a part that has none of the forms is wrong.
pub fn parse_unchecked(text: &str) -> Result<Vec<Requirement>, SelectorError> {
    let requirement = |part| {
        let (key, operator) = form(part).ok_or(SelectorError::Invalid)?;
        Ok(Requirement { key: Key::unchecked(key), operator })
    };
    split(text).into_iter().map(requirement).collect()
}

/// At commas that stand in no parentheses; what is empty is no part. The work is linear in the text.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    let last_close = text.rfind(')').unwrap_or(0);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let behind = at + c.len_utf8();
        match c {
            // One that is never closed is a character like others.
            '(' if at < last_close => {
                let close = text.get(behind..).and_then(|rest| rest.find(')'));
                at = close.map_or(behind, |close| behind + close + 1);
                continue;
            }
            ',' => {
                parts.push(text.get(from..at).unwrap_or_default());
                from = behind;
            }
            _ => {}
        }
        at = behind;
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts.retain(|part| !part.is_empty());
    parts
}

fn requirement(text: &str) -> Result<Requirement, SelectorError> {
    let (key, operator) = form(text).ok_or(SelectorError::Invalid)?;
    let key = Key::parse(key).map_err(SelectorError::Part)?;
    if let Operator::In(values) | Operator::NotIn(values) = &operator {
        for value in values {
            metadata::check_label_value(value).map_err(SelectorError::Part)?;
        }
    }
    Ok(Requirement { key, operator })
}

/// Which of the forms a part has, with its key.
fn form(text: &str) -> Option<(&str, Operator)> {
    if let Some((key, list)) = set(text, " in (") {
        return Some((key, Operator::In(values(list))));
    }
    if let Some((key, list)) = set(text, " notin (") {
        return Some((key, Operator::NotIn(values(list))));
    }
    let end = text.find(|c: char| !is_key_char(c)).unwrap_or(text.len());
    let (key, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    if !key.is_empty() {
        if rest.is_empty() {
            return Some((key, Operator::Exists));
        }
        if let Some(list) = rest.strip_prefix("==").or_else(|| rest.strip_prefix('=')) {
            return Some((key, Operator::In(values(list))));
        }
        if let Some(list) = rest.strip_prefix("!=") {
            return Some((key, Operator::NotIn(values(list))));
        }
    }
    let key = text.strip_prefix('!')?;
    (!key.is_empty() && key.chars().all(is_key_char)).then_some((key, Operator::NotExists))
}

/// `key in (values)`.
fn set<'a>(text: &'a str, operator: &str) -> Option<(&'a str, &'a str)> {
    text.strip_suffix(')')?.split_once(operator)
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')
}

/// `key=` with nothing behind it is an empty set and matches nothing, as the reference has it; so are commas at the end.
fn values(list: &str) -> Vec<String> {
    let list = list.trim_end_matches(',');
    if list.is_empty() { Vec::new() } else { list.split(',').map(str::to_owned).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str) -> Requirement {
        parse(text).unwrap().remove(0)
    }

    fn wrong(text: &str) -> String {
        parse(text).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn each_form_has_its_meaning() {
        let set = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(one("a").operator, Operator::Exists);
        assert_eq!(one("!a").operator, Operator::NotExists);
        assert_eq!(one("a=b").operator, Operator::In(set(&["b"])));
        assert_eq!(one("a==b").operator, Operator::In(set(&["b"])));
        assert_eq!(one("a!=b").operator, Operator::NotIn(set(&["b"])));
        assert_eq!(one("a in (b,c)").operator, Operator::In(set(&["b", "c"])));
        assert_eq!(one("x.io/a notin (b,c)").operator, Operator::NotIn(set(&["b", "c"])));
        assert_eq!(one("a=").operator, Operator::In(vec![]));
        assert_eq!(one("a in ()").operator, Operator::In(vec![]));
        assert_eq!(one("a in (b,)").operator, Operator::In(set(&["b"])));
        assert_eq!(parse("a in (b,c),!d,,").unwrap().len(), 2);
    }

    #[test]
    fn what_is_wrong_is_said_of_each_part() {
        assert_eq!(wrong(""), "Missing label_selector value");
        assert_eq!(wrong(","), "Missing label_selector value");
        assert_eq!(wrong(&vec!["a"; 51].join(",")), "Too many label_selector requirements (maximum is 50)");
        for text in ["a in b", "a = b", " a", "a in (b", "a  in b", "é"] {
            assert_eq!(wrong(text), "Invalid label_selector value", "{text}");
        }
        assert_eq!(wrong("-b"), "'-b' starts or ends with invalid characters");
        assert_eq!(wrong("b=x=y"), "'x=y' contains invalid characters");
        assert_eq!(wrong("b===y"), "'=y' contains invalid characters");
        assert_eq!(wrong("a in (b, c)"), "' c' contains invalid characters");
        assert_eq!(wrong("a/b/c,b c"), "key has more than one '/', Invalid label_selector value");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "[a-c ,()!=/é\n]{0,40}|\\PC{0,80}") {
            let _ = parse(&text);
        }
    }
}
