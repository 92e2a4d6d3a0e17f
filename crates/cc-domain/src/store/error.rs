//! What storing can come to. Apart from the store itself, so that no port needs all the others.

/// What storing can come to, in domain words first.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique constraint refused the row. The name is `<table>_<column>_<column>_key` on both databases.
    #[error("taken: {0}")]
    Taken(String),
    /// The row changed since it was read (its `version` moved on). Read again.
    #[error("the row changed meanwhile")]
    Stale,
    /// Deadlock, serialization failure, a locked file: the use case may be run again.
    #[error("the database is busy")]
    Busy,
    /// No connection within the limit, or the database is gone.
    #[error("the database cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no room on the disk of the database. Nothing was written; reads still work.
    #[error("the disk of the database is full")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A sealed column does not open: wrong key or moved value.
    #[error("a sealed value cannot be opened")]
    Sealed,
    /// A text with U+0000, which PostgreSQL cannot keep and SQLite therefore may not. It came from a caller.
    #[error("a text holds U+0000")]
    Unstorable,
    /// A constraint or a type refused the statement, which it will do each time.
    #[error("the database refuses the statement each time")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else is a defect of ours.
    #[error("the database refused a statement")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}
