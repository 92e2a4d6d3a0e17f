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
        Error::DatabaseError(_, info) if says(BUSY, info.message()) => StoreError::Busy,
        Error::DatabaseError(_, info) if says(FULL, info.message()) => StoreError::Full(Box::new(error)),
        Error::DatabaseError(_, info) if says(AWAY, info.message()) => {
            StoreError::Unavailable(Box::new(error))
        }
        Error::DatabaseError(DatabaseErrorKind::Unknown, info) if says(SENSELESS, info.message()) => {
            StoreError::Refused(Box::new(error))
        }
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            // Of a server that has become a standby.
            | DatabaseErrorKind::ReadOnlyTransaction,
            _,
        )
        | Error::BrokenTransactionManager => StoreError::Unavailable(Box::new(error)),
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

// SQLSTATEs and SQLite's codes do not get through the driver, so the servers' own words are what there is. PostgreSQL is told to speak
// English, see `pool`; where it does not, those that end a connection (57P01 and the like) are known by the closed connection, see
// `any::conn`, and anything else is a statement that was refused, which a job repeats a few times only.

const BUSY: &[&str] =
    &["database is locked", "database table is locked", "deadlock detected", "canceling statement due to"];
/// SQLite's FULL; 53100.
const FULL: &[&str] = &["database or disk is full", "No space left on device"];
/// 57P01 to 57P05, 53200, 53300, 53400.
const AWAY: &[&str] = &[
    "terminating connection",
    "the database system is",
    "cannot connect now",
    "in a read-only transaction",
    "out of memory",
    "out of shared memory",
    "too many clients",
    "too many connections",
    "remaining connection slots",
    "could not open relation mapping file",
    "server closed the connection",
];

/// Class 22: a value that its type does not hold; 42601, 54000 and their like.
const SENSELESS: &[&str] = &[
    "invalid input syntax",
    "invalid input value",
    "invalid byte sequence",
    "invalid regular expression",
    "unsupported Unicode escape sequence",
    "has no equivalent in encoding",
    "out of range",
    "numeric field overflow",
    "value too long for type",
    "division by zero",
    "must not end with escape character",
    "incorrect binary data format",
    "syntax error",
    "string or blob too big",
    "too many SQL variables",
    "exceeds btree version",
];

fn says(texts: &[&str], message: &str) -> bool {
    texts.iter().any(|text| message.contains(text))
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

    fn told(message: &str) -> StoreError {
        failed(Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned())))
    }

    #[test]
    fn a_server_that_goes_away_or_is_overfull_is_unavailable() {
        for message in [
            "terminating connection due to administrator command",
            "terminating connection because of crash of another server process",
            "the database system is shutting down",
            "the database system is starting up",
            "the database system is in recovery mode",
            "sorry, too many clients already",
            "remaining connection slots are reserved for roles with the SUPERUSER attribute",
            "out of memory",
            "cannot execute INSERT in a read-only transaction",
        ] {
            assert!(matches!(told(message), StoreError::Unavailable(_)), "{message}");
        }
    }

    #[test]
    fn a_full_disk_is_told_apart() {
        for message in
            ["database or disk is full", "could not extend file \"base/5/16384\": No space left on device"]
        {
            assert!(matches!(told(message), StoreError::Full(_)), "{message}");
        }
    }

    #[test]
    fn a_value_that_its_type_does_not_hold_is_refused_each_time() {
        for message in [
            "invalid byte sequence for encoding \"UTF8\": 0x00",
            "invalid input syntax for type integer: \"x\"",
            "integer out of range",
            "value too long for type character varying(3)",
            "division by zero",
            "syntax error at or near \"x\"",
        ] {
            assert!(matches!(told(message), StoreError::Refused(_)), "{message}");
        }
    }

    #[test]
    fn what_nobody_foresaw_is_a_defect() {
        assert!(matches!(told("etwas anderes"), StoreError::Database(_)));
    }

    #[test]
    fn what_a_constraint_refuses_is_refused_each_time() {
        for kind in [DatabaseErrorKind::ForeignKeyViolation, DatabaseErrorKind::CheckViolation] {
            let error = Error::DatabaseError(kind, Box::new("no".to_owned()));
            assert!(matches!(failed(error), StoreError::Refused(_)));
        }
    }
}
