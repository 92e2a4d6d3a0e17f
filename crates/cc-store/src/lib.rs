//! Where everything is kept: the ports of `cc-domain` on SQLite and PostgreSQL, from one query text.
//!
//! The only crate with diesel. A row struct never leaves it, and it decides nothing: visibility, locks and uniqueness are what the ports
//! say. Nothing here reads the clock. Start reading at [`Database`], then one resource folder ([`organization`]): `mod.rs` has the row
//! and its conversion, `read.rs` what is asked, `list.rs` the predicates of its list, `write.rs` what changes. `any/` is the glue that
//! makes one query run on both engines.
#![forbid(unsafe_code)]
#![expect(
    clippy::ref_option_ref,
    reason = "what diesel derives for an optional borrowed column of an insertable"
)]

mod accounts;
mod any;
mod app;
mod audit_event;
mod blob;
mod build;
mod buildpack;
mod database;
mod deployment;
mod domain;
mod droplet;
mod environment_variable_group;
mod errors;
mod feature_flag;
mod isolation_segment;
mod job;
mod lifecycle;
mod list;
mod metadata;
mod migrations;
mod of_app;
mod organization;
mod organization_quota;
mod package;
mod pool;
mod process;
mod quota;
mod revision;
mod role;
mod route;
mod schema;
mod seal;
mod security_group;
mod session;
mod sidecar;
mod space;
mod space_quota;
mod stack;
mod standing;
mod stored;
mod task;
mod user;
mod visibility;

pub use any::conn::StatementCount;
pub use database::{Aside, Database, DatabaseUrl, OpenError, Settings};
pub use migrations::Version;
pub use seal::{SealingKeys, UnknownKeyLabel};
