//! What a database says, in domain words.

use crate::any::backend::HoldsNul;
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
        Error::DatabaseError(_, info) if says_away(info.message()) => {
            StoreError::Unavailable(Box::new(error))
        }
        Error::SerializationError(reason) if reason.is::<HoldsNul>() => StoreError::Unstorable,
        Error::DatabaseError(
            DatabaseErrorKind::ForeignKeyViolation
            | DatabaseErrorKind::NotNullViolation
            | DatabaseErrorKind::CheckViolation
            | DatabaseErrorKind::RestrictViolation
            | DatabaseErrorKind::ExclusionViolation,
            _,
        )
        | Error::SerializationError(_)
        | Error::DeserializationError(_) => StoreError::Refused(Box::new(error)),
        _ => StoreError::Database(Box::new(error)),
    }
}

/// What PostgreSQL says while it stops, starts or is out of room (57P01 to 57P03, 53xxx). The driver keeps the SQLSTATE of such an error to
/// itself, so this knows the texts of an English server; of another one these stay defects.
fn says_away(message: &str) -> bool {
    [
        "terminating connection",
        "the database system is",
        "too many clients already",
        "remaining connection slots",
        "out of memory",
        "out of shared memory",
        "No space left on device",
    ]
    .iter()
    .any(|text| message.contains(text))
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
    StoreError::Refused(Box::new(Corrupt { column }))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: &str) -> StoreError {
        failed(Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned())))
    }

    #[test]
    fn a_server_that_stops_starts_or_is_full_is_away_and_not_a_defect() {
        for message in [
            "terminating connection due to administrator command",
            "terminating connection because of crash of another server process",
            "the database system is shutting down",
            "the database system is starting up",
            "sorry, too many clients already",
            "could not extend file \"base/1/2\": No space left on device",
        ] {
            assert!(matches!(said(message), StoreError::Unavailable(_)), "{message}");
        }
        assert!(matches!(said("column \"x\" does not exist"), StoreError::Database(_)));
    }

    #[test]
    fn what_a_constraint_refuses_is_refused_each_time() {
        for kind in [DatabaseErrorKind::ForeignKeyViolation, DatabaseErrorKind::CheckViolation] {
            let error = Error::DatabaseError(kind, Box::new("no".to_owned()));
            assert!(matches!(failed(error), StoreError::Refused(_)));
        }
    }
}
