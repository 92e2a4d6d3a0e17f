//! What a database says, in domain words.

use cc_domain::store::StoreError;
use diesel::result::{DatabaseErrorKind, Error};
use std::str::FromStr;

/// A failed statement as the ports report it.
pub fn failed(error: Error) -> StoreError {
    if let Some(constraint) = unique_violation(&error) {
        return StoreError::Taken(constraint);
    }
    match &error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => StoreError::Busy,
        Error::DatabaseError(_, info) if says_busy(info.message()) => StoreError::Busy,
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
            _,
        )
        | Error::BrokenTransactionManager => StoreError::Unavailable(Box::new(error)),
        _ => StoreError::Database(Box::new(error)),
    }
}

/// Neither engine's driver has a kind for these, so their texts are what there is.
fn says_busy(message: &str) -> bool {
    ["database is locked", "database table is locked", "deadlock detected", "canceling statement due to"]
        .iter()
        .any(|text| message.contains(text))
}

/// The name of the unique constraint that refused a row, `<table>_<column>_<column>_key`. PostgreSQL gives it; SQLite names the index
/// only where it is on an expression, and the columns otherwise.
fn unique_violation(error: &Error) -> Option<String> {
    let Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info) = error else { return None };
    if let Some(name) = info.constraint_name() {
        return Some(name.to_owned());
    }
    let message = info.message().trim_start_matches("UNIQUE constraint failed: ");
    if let Some(index) = message.strip_prefix("index '").and_then(|s| s.strip_suffix('\'')) {
        return Some(index.to_owned());
    }
    let table = message.split('.').next().unwrap_or_default();
    let columns: Vec<&str> = message.split(", ").filter_map(|c| c.rsplit('.').next()).collect();
    Some(format!("{table}_{}_key", columns.join("_")))
}

/// A stored text that none of our writers can have written.
#[derive(Debug, thiserror::Error)]
#[error("column {column} holds what it cannot hold")]
struct Corrupt {
    column: &'static str,
}

pub fn corrupt(column: &'static str) -> StoreError {
    StoreError::Database(Box::new(Corrupt { column }))
}

/// Reads the stored text of an enum.
pub fn parsed<T: FromStr>(column: &'static str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| corrupt(column))
}

/// Reads a JSON column.
pub fn from_json<T: serde::de::DeserializeOwned>(column: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| corrupt(column))
}

/// Writes a JSON column. `value` has text keys and finite numbers only, so it always has a JSON form.
pub fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("rows hold nothing that JSON cannot say")
}
