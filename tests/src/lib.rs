//! Whole-system tests: the built binary, a real socket, real apps.
//!
//! [`Server`] is a running `cc-server up` on a data folder of its own, [`Client`] speaks to it as the CLI does, [`site`] and friends
//! make small apps to push. The journeys are in `system/`.
#![forbid(unsafe_code)]
#![expect(clippy::indexing_slicing, reason = "a missing member fails the test, as it should")]

mod client;
mod database;
mod program;
mod server;

pub use client::{Answer, Client};
pub use database::{Database, databases, execute};
pub use program::{archive, folders_archive, site, symlink_archive, traversal_archive, with_folder};
pub use server::{PLAIN_USER, Server, binary};
