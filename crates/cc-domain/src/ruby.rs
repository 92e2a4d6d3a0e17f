//! JSON values as the reference's language sees and writes them, which its messages show (domain-rules 1).

use serde_json::Value;

/// Blank as Ruby has it: null, false, white space, nothing in it.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

/// At least one character, and no control character but a line break at the end.
pub fn is_printable(text: &str) -> bool {
    let line = text.strip_suffix('\n').unwrap_or(text);
    !line.is_empty() && !line.chars().any(char::is_control)
}

/// How Ruby writes a value as a text.
pub fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => inspected(other),
    }
}

/// How a value comes to stand in a column of text: a list is what its only item is, and nothing if it has none.
pub fn as_column(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Array(items) if items.len() <= 1 => items.first().and_then(as_column),
        other => Some(as_text(other)),
    }
}

/// How Ruby shows a value: hashes as `{:a=>1}`, null as `nil`.
pub fn inspected(value: &Value) -> String {
    match value {
        Value::Null => "nil".to_owned(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(inspected).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let pair = |(key, value): (&String, &Value)| format!("{}=>{}", symbol(key), inspected(value));
            let members: Vec<_> = members.iter().map(pair).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// A member's name, which is a symbol there: `:a`, `:"a b"`.
fn symbol(name: &str) -> String {
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain { format!(":{name}") } else { format!(":{name:?}") }
}

/// Characters, items or members; of other values the characters of their text.
pub fn length(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        other => as_text(other).chars().count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_shown_as_ruby_shows_them() {
        assert_eq!(inspected(&json!({ "a": [1, null, "x"], "b": true })), r#"{:a=>[1, nil, "x"], :b=>true}"#);
        assert_eq!(as_text(&json!(null)), "");
        assert_eq!(as_text(&json!("x")), "x");
    }

    #[test]
    fn a_list_in_a_column_is_its_only_item() {
        assert_eq!(as_column(&json!([["x"]])).as_deref(), Some("x"));
        assert_eq!(as_column(&json!([[], []])).as_deref(), Some("[[], []]"));
        assert_eq!(as_column(&json!([[]])), None);
        assert_eq!(as_column(&json!(7)).as_deref(), Some("7"));
    }

    #[test]
    fn lengths_are_of_what_a_value_holds() {
        for (value, wanted) in
            [(json!("äx"), 2), (json!([1]), 1), (json!({}), 0), (json!(-12), 3), (json!(null), 0)]
        {
            assert_eq!(length(&value), wanted, "{value}");
        }
    }

    #[test]
    fn blank_is_what_says_nothing() {
        for blank in [json!(null), json!(false), json!(" \t"), json!([]), json!({})] {
            assert!(is_blank(&blank), "{blank}");
        }
        for said in [json!(true), json!(0), json!("x"), json!([null])] {
            assert!(!is_blank(&said), "{said}");
        }
    }
}
