//! The HTTP surfaces, in process and without a socket.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by it")]

mod audit_event;
mod build;
mod buildpack;
mod droplet;
mod feature_flag;
mod harness;
mod manifest;
mod organization;
mod organization_quota;
mod package;
mod resource_match;
mod role;
mod service_lists;
mod sidecar;
mod space;
mod stack;
mod uaa;
mod user;
