//! The workers against a queue in memory, with time in the hand of the test.

mod workers;
mod world;
