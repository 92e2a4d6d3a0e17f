//! The limits that hold in a place, and what is used there.

mod columns;
mod read;
mod write;

pub(crate) use columns::{column, limit, limit_columns};
