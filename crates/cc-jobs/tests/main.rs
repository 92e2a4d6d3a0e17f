//! The workers against a queue in memory, with time in the hand of the test.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by it")]

mod workers;
mod world;
