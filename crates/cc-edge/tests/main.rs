//! Tests of the edge: the log store against a model, the router against backends on loopback.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic is how a test fails")]

mod log_store;
mod router;
