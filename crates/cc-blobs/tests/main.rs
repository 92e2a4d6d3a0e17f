//! The blob store on files and in memory, and the resource pool.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod contract;
mod files;
mod resource_pool;
