//! The glue that lets one diesel query run on SQLite and on PostgreSQL; nothing outside this folder knows how.
//!
//! [`Any`] is a diesel backend whose flavour is a run-time value. A query is walked once and becomes SQL text with its bind values
//! ([`rendered`]); [`Conn`] hands both to whichever driver it holds and wraps the driver's rows. [`dsl`] has the few nodes that read
//! differently on the two engines: lists of values, row locks, erased predicates. Start reading at [`backend`].
//!
//! Diesel's third-party-backend interface is not stable: its version is pinned, and an upgrade is a work item of its own.

pub mod backend;
pub mod conn;
pub mod dsl;
mod fragments;
pub mod labels;
pub mod paging;
mod rendered;
mod row;
pub mod sets;
#[cfg(test)]
mod tests;
pub mod totals;
mod transaction;

pub use backend::Any;
pub use conn::Conn;
