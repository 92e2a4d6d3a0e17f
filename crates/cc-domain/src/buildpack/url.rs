//! Addresses with a user and a password in them, as they may be shown.

use serde_json::Value;
use std::borrow::Cow;

/// What stands in the place of user and password, as the reference has it.
const SHOWN: &str = "***:***@";

/// The text, without its credentials if it is an address that has some.
pub fn shown(text: &str) -> Cow<'_, str> {
    match credentials(text) {
        Some((before, after)) => Cow::Owned(format!("{before}{SHOWN}{after}")),
        None => small_scheme(text),
    }
}

/// The reference shows an address as its parser writes it: the scheme in small letters.
fn small_scheme(text: &str) -> Cow<'_, str> {
    match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) && scheme.contains(|c: char| c.is_ascii_uppercase()) => {
            Cow::Owned(format!("{}://{rest}", scheme.to_ascii_lowercase()))
        }
        _ => Cow::Borrowed(text),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
}

/// What is before and behind the credentials of an address.
fn credentials(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let authority = rest.find(['/', '?', '#']).map_or(rest, |end| rest.split_at(end).0);
    let at = authority.rfind('@').filter(|_| is_scheme(scheme))?;
    let (before, after) = text.split_at(scheme.len() + "://".len());
    Some((before, after.get(at + 1..)?))
}

/// The same for every text in a value.
pub fn hide_in(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(hidden) = shown(text) {
                *text = hidden;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide_in),
        Value::Object(members) => members.values_mut().for_each(hide_in),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The addresses that a client means who read `current` as it is shown and sends it back.
pub fn meant(wanted: &[String], current: &[String]) -> Vec<String> {
    let known = |text: &String| current.iter().find(|known| *text == shown(known)).unwrap_or(text).clone();
    wanted.iter().map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn credentials_are_not_shown() {
        for (text, seen) in [
            ("https://user:secret@host.io/b.git#v1", "https://***:***@host.io/b.git#v1"),
            ("https://token@host.io/b", "https://***:***@host.io/b"),
            ("http://u:p@ss@host", "http://***:***@host"),
            ("git+ssh://git@host:22/x?y=a@b", "git+ssh://***:***@host:22/x?y=a@b"),
            ("https://host.io/a@b", "https://host.io/a@b"),
            ("git@host.io:a/b.git", "git@host.io:a/b.git"),
            ("ruby_buildpack", "ruby_buildpack"),
            ("see https://a:b@c", "see https://a:b@c"),
            ("://a@b", "://a@b"),
        ] {
            assert_eq!(shown(text), seen);
        }
        let mut value = json!({ "a": ["https://u:p@h", 1], "b": { "c": "x" } });
        hide_in(&mut value);
        assert_eq!(value, json!({ "a": ["https://***:***@h", 1], "b": { "c": "x" } }));
    }

    #[test]
    fn what_is_shown_stands_for_what_is_kept() {
        let current = ["https://u:p@h/b".to_owned(), "https://h/c".to_owned()];
        let wanted = ["https://***:***@h/b".to_owned(), "https://***:***@h/c".to_owned(), "d".to_owned()];
        assert_eq!(meant(&wanted, &current), ["https://u:p@h/b", "https://***:***@h/c", "d"]);
    }

    proptest! {
        #[test]
        fn no_secret_is_left(user in "[a-z]{1,5}", password in "[a-zA-Z0-9@:]{6,12}", rest in "(/[a-z@]{0,5})?") {
            let text = format!("https://{user}:{password}@host{rest}");
            prop_assert_eq!(shown(&text), format!("https://***:***@host{rest}"));
        }
    }
}
