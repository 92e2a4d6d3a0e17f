//! The checks that the reference's messages are made of, with its words. Each looks at one member of the body and leaves it there.

use super::Fields;
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

/// How Ruby writes a value as a text.
pub fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => inspected(other),
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

/// Whether null is looked at, or as good as absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Null {
    Checked,
    Skipped,
}

impl Fields {
    fn looked_at(&self, name: &str, null: Null) -> Option<Value> {
        let value = self.value(name);
        (null == Null::Checked || !value.is_null()).then(|| value.clone())
    }

    pub fn must_be_present(&mut self, name: &str, label: &str) {
        if is_blank(self.value(name)) {
            self.refuse(format!("{label} can't be blank"));
        }
    }

    pub fn must_be_string(&mut self, name: &str, label: &str, null: Null) {
        if self.looked_at(name, null).is_some_and(|value| !value.is_string()) {
            self.refuse(format!("{label} must be a string"));
        }
    }

    pub fn must_be_boolean(&mut self, name: &str, label: &str, null: Null) {
        if self.looked_at(name, null).is_some_and(|value| !value.is_boolean()) {
            self.refuse(format!("{label} must be a boolean"));
        }
    }

    pub fn must_be_object(&mut self, name: &str, label: &str, null: Null) {
        if self.looked_at(name, null).is_some_and(|value| !value.is_object()) {
            self.refuse(format!("{label} must be an object"));
        }
    }

    pub fn must_be_at_least(&mut self, name: &str, label: &str, min: usize, null: Null) {
        if self.looked_at(name, null).is_some_and(|value| length(&value) < min) {
            let unit = if min == 1 { "character" } else { "characters" };
            self.refuse(format!("{label} is too short (minimum is {min} {unit})"));
        }
    }

    pub fn must_be_at_most(&mut self, name: &str, label: &str, max: usize, null: Null) {
        if self.looked_at(name, null).is_some_and(|value| length(&value) > max) {
            self.refuse(format!("{label} is too long (maximum is {max} characters)"));
        }
    }

    /// At least one character, and no control character but a line break at the end.
    pub fn must_be_printable(&mut self, name: &str, label: &str, null: Null) {
        let is_printable = |text: &str| {
            let line = text.strip_suffix('\n').unwrap_or(text);
            !line.is_empty() && !line.chars().any(char::is_control)
        };
        if self.looked_at(name, null).is_some_and(|value| !is_printable(&as_text(&value))) {
            self.refuse(format!("{label} must not contain escaped characters"));
        }
    }

    /// The text of a member that passed; `None` for null, absent and what is no text.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.value(name).as_str()
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
    fn lengths_are_of_what_a_value_holds() {
        for (value, wanted) in
            [(json!("äx"), 2), (json!([1]), 1), (json!({}), 0), (json!(-12), 3), (json!(null), 0)]
        {
            assert_eq!(length(&value), wanted, "{value}");
        }
    }
}
