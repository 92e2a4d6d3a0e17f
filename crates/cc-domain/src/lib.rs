//! What is true in Cloud Foundry: entities, invariants, decisions, plans, policies, and the ports to everything else.
//!
//! Nothing here reads a clock, draws a random number, opens a file or a socket, or knows HTTP, JSON of the API or SQL. Time, ids,
//! storage, engines and remote systems come in through port traits. A folder per resource; `ports.rs` in it is how the resource is
//! kept, `policy.rs` who may do what with it. Start reading at [`app`] and [`access`].
#![forbid(unsafe_code)]

#[macro_use]
mod text_enum;

pub mod access;
pub mod actor;
pub mod app;
pub mod archive;
pub mod audit_event;
pub mod blob;
pub mod build;
pub mod buildpack;
pub mod deployment;
pub mod domain;
pub mod droplet;
pub mod environment_variable_group;
pub mod feature_flag;
pub mod guid;
pub mod identity;
pub mod isolation_segment;
pub mod job;
pub mod label_selector;
pub mod lifecycle;
pub mod list;
pub mod log;
pub mod manifest;
pub mod metadata;
pub mod name;
mod nul;
pub mod organization;
pub mod organization_quota;
pub mod package;
pub mod patch;
pub mod ports;
pub mod process;
pub mod quantity;
pub mod quota;
pub mod resource_match;
pub mod retention;
pub mod revision;
pub mod role;
pub mod route;
pub mod ruby;
pub mod runtime;
pub mod secret;
pub mod security_group;
pub mod sidecar;
pub mod space;
pub mod space_quota;
pub mod stack;
pub mod store;
pub mod task;
pub mod time;
pub mod traffic;
pub mod user;
