//! Environment variables of an app, confidential as a whole: names with values that are texts to a process, and kept as they were given.

use crate::secret::Secret;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The variables a user gave, in the order in which they were. No `Debug`: values are secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EnvironmentVariables(Map<String, Value>);

/// A change of variables: a value sets, `None` removes, what is not mentioned stays.
pub type VariablesPatch = Vec<(String, Option<String>)>;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    #[error("key must be a minimum length of 1")]
    EmptyKey,
    #[error("cannot start with VCAP_")]
    ReservedVcap,
    #[error("cannot start with VMC_")]
    ReservedVmc,
    #[error("cannot set PORT")]
    ReservedPort,
    #[error("value for key '{0}' is too long (maximum is {max} bytes with its key)", max = MAX_VARIABLE_BYTES)]
    ValueTooLong(String),
    #[error("Environment variables are too large. Specify fewer variables or reduce key/value lengths.")]
    TooLarge,
}

/// Bytes of a value and its key: with `=` between and a NUL behind them Linux gives no process a longer text (`MAX_ARG_STRLEN`).
pub const MAX_VARIABLE_BYTES: usize = 131_070;
/// Bytes of all values and keys of an app together, half of what Linux gives a process.
pub const MAX_BYTES: usize = 1_048_576;

/// Whether a process can be given the variable.
pub fn check_value(key: &str, value: &str) -> Result<(), EnvironmentError> {
    if key.len() + value.len() > MAX_VARIABLE_BYTES {
        return Err(EnvironmentError::ValueTooLong(key.to_owned()));
    }
    Ok(())
}

/// Whether a client may set a variable of this name (domain-rules 13; case does not count).
pub fn check_key(key: &str) -> Result<(), EnvironmentError> {
    let upper = key.to_ascii_uppercase();
    if key.is_empty() {
        Err(EnvironmentError::EmptyKey)
    } else if upper.starts_with("VCAP_") {
        Err(EnvironmentError::ReservedVcap)
    } else if upper.starts_with("VMC") {
        Err(EnvironmentError::ReservedVmc)
    } else if upper == "PORT" {
        Err(EnvironmentError::ReservedPort)
    } else {
        Ok(())
    }
}

impl EnvironmentVariables {
    /// Takes pairs whose keys passed [`check_key`].
    pub fn new(variables: BTreeMap<String, String>) -> Self {
        Self(variables.into_iter().map(|(key, value)| (key, Value::String(value))).collect())
    }

    /// The same with values that may be no texts.
    pub fn given(variables: Map<String, Value>) -> Self {
        Self(variables)
    }

    /// As a process sees them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.0.iter().map(|(key, value)| (key.as_str(), as_text(value)))
    }

    /// As they were given.
    pub fn shown(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a process can be given all of them.
    pub fn check_size(&self) -> Result<(), EnvironmentError> {
        let bytes: usize = self.iter().map(|(key, value)| key.len() + value.len()).sum();
        if bytes > MAX_BYTES { Err(EnvironmentError::TooLarge) } else { Ok(()) }
    }

    /// The variables after a change: new ones come last.
    pub fn patched(&self, patch: &VariablesPatch) -> Self {
        let mut variables = self.0.clone();
        for (key, value) in patch {
            match value {
                Some(value) => variables.insert(key.clone(), Value::from(value.as_str())),
                None => variables.shift_remove(key),
            };
        }
        Self(variables)
    }

    /// The form that is sealed and stored.
    pub fn to_json(&self) -> Secret {
        Secret::from(Value::Object(self.0.clone()).to_string())
    }

    /// Reads what [`Self::to_json`] wrote; `None` if it is something else.
    pub fn from_json(json: &Secret) -> Option<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(json.expose());
        // A body may be nested deeper than the parser's own limit, and has one of its own.
        deserializer.disable_recursion_limit();
        let variables = Map::deserialize(&mut deserializer).ok()?;
        deserializer.end().ok().map(|()| Self(variables))
    }
}

/// A value as a process sees it: what is no text in its JSON form, null as an empty text.
pub fn as_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_text_is_kept_as_it_was_given() {
        let list = (0..200).fold(Value::from(1), |inner, _| Value::Array(vec![inner]));
        let given = [("A", 1.into()), ("B", true.into()), ("C", Value::Null), ("D", list)];
        let given = EnvironmentVariables::given(
            given.map(|(key, value)| (key.to_owned(), value)).into_iter().collect(),
        );
        let texts: Vec<_> = given.iter().take(3).map(|(_, text)| text.into_owned()).collect();
        assert_eq!(texts, ["1", "true", ""]);
        assert!(EnvironmentVariables::from_json(&given.to_json()) == Some(given));
    }

    #[test]
    fn variables_keep_their_order() {
        let set = |key: &str| (key.to_owned(), Some("x".to_owned()));
        let first = EnvironmentVariables::default().patched(&vec![set("B"), set("C"), set("A")]);
        let second = first.patched(&vec![("B".to_owned(), None), set("C"), set("0")]);
        let stored = EnvironmentVariables::from_json(&second.to_json()).unwrap();
        assert_eq!(stored.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["C", "A", "0"]);
    }

    proptest! {
        #[test]
        fn what_is_stored_is_read_back(map in proptest::collection::btree_map(".{0,8}", ".{0,8}", 0..6)) {
            let variables = EnvironmentVariables::new(map);
            prop_assert!(EnvironmentVariables::from_json(&variables.to_json()) == Some(variables));
        }

        #[test]
        fn a_variable_is_as_long_as_a_process_can_be_given(key in "[A-Z]{1,9}", over in 0..2_usize) {
            let value = "x".repeat(MAX_VARIABLE_BYTES - key.len() + over);
            prop_assert_eq!(check_value(&key, &value).is_ok(), over == 0);
        }

        #[test]
        fn reserved_names_are_refused_in_any_case(name in "(vcap_|VCAP_|Vcap_|vmc|VMC|vMc_)[a-z]{0,5}|port|PORT|Port|") {
            prop_assert!(check_key(&name).is_err());
        }
    }
}
