//! The HTTP surfaces, in process and without a socket.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by it")]

mod access;
mod app;
mod audit_event;
mod blob;
mod build;
mod buildpack;
mod domain;
mod droplet;
mod environment_variable_group;
mod feature_flag;
mod foreign_keys;
mod harness;
mod log_access;
mod log_follow;
mod manifest;
mod nul;
mod organization;
mod organization_quota;
mod overload;
mod package;
mod process;
mod quota;
mod resource_match;
mod revision;
mod role;
mod root;
mod route;
mod service_lists;
mod sidecar;
mod space;
mod space_quota;
mod stack;
mod task;
mod uaa;
mod user;
