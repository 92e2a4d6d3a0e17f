//! YAML text in and out, with bounds on what a text can cost.

use super::ManifestError;
use serde_json::Value;

/// Bytes of a manifest.
pub const MAX_BYTES: usize = 1_048_576;

/// Reads one document. Aliases are refused, so a text cannot grow while it is read.
pub fn read(text: &str) -> Result<Value, ManifestError> {
    if text.len() > MAX_BYTES {
        return Err(ManifestError::TooLarge);
    }
    let options = serde_saphyr::options! {
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_aliases: 0,
            max_depth: 64,
            max_documents: 1,
            max_nodes: 100_000,
            max_events: 250_000,
        },
    };
    let value: Value = serde_saphyr::from_str_with_options(text, options).map_err(|error| match error {
        serde_saphyr::Error::Budget {
            breach: serde_saphyr::budget::BudgetBreach::Aliases { .. }, ..
        } => ManifestError::Aliases,
        _ => ManifestError::Syntax,
    })?;
    if holds_nul(&value) { Err(ManifestError::Syntax) } else { Ok(value) }
}

/// Whether a key or text holds U+0000, which `"\\0"` stands for: no environment and no database takes it.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(members) => members.iter().any(|(key, value)| key.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

/// Prints a document that [`read`] gives back.
pub fn print(value: &Value) -> String {
    let body = serde_saphyr::to_string(value).expect("text, numbers, lists and maps with text keys are YAML");
    format!("---\n{body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_look_like_something_else_survive() {
        let texts = [
            "yes",
            "no",
            "on",
            "off",
            "y",
            "null",
            "~",
            "1",
            "1.0",
            "0x1f",
            "1e3",
            "true",
            "",
            "-",
            " a",
            "a ",
            "a: b",
            "#x",
            "a #b",
            "2020-01-01",
            "0o7",
            "007",
            "1_000",
            ".inf",
            ".nan",
            "<<",
            "=",
            "!x",
            "&a",
            "*a",
            "%",
            "@",
            "`",
            "'",
            "\"",
            "\n",
            "a\nb",
            "a\n",
            "\n\na\n\n",
            "\t",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "\r\n",
            "\\",
            "{",
            "[",
            "? a",
            "- a",
            "---",
            "...",
            "a:",
            ":",
        ];
        for text in texts {
            let value = serde_json::json!({ "applications": [{ "env": { "K": text, text: "v" } }] });
            let printed = print(&value);
            assert_eq!(read(&printed).as_ref(), Ok(&value), "{printed:?}");
        }
    }

    #[test]
    fn u_0000_is_refused_wherever_it_stands() {
        for text in [r#"a: "x\0""#, r#"a: ["\x00"]"#, r#""\u0000": b"#] {
            assert_eq!(read(text), Err(ManifestError::Syntax), "{text}");
        }
    }

    #[test]
    fn a_key_that_comes_twice_is_refused() {
        assert_eq!(read("a: 1\na: 2"), Err(ManifestError::Syntax));
    }
}
