//! What one operation does, in which order: use cases over the ports of `cc-domain`.
//!
//! A folder per resource, a file per operation. Each use case reads like the documentation of its operation: visible? allowed?
//! writable? valid? room? then write, record, enqueue. Rules are the domain's; nothing here does I/O of its own or knows JSON of the
//! API. Start reading at [`organization::create`].
#![forbid(unsafe_code)]

pub(crate) mod access;

pub mod app;
pub mod artifacts;
pub mod audit_event;
pub mod blob;
pub mod build;
pub mod buildpack;
pub mod deployment;
pub mod domain;
pub mod droplet;
pub mod environment_variable_group;
pub mod fault;
pub mod feature_flag;
pub mod hold;
pub mod identity;
pub mod info;
pub mod isolation_segment;
pub mod job;
pub mod log;
pub mod manifest;
pub mod organization;
pub mod organization_quota;
pub mod package;
pub mod ports;
pub mod process;
pub(crate) mod quota;
pub mod resource_match;
pub mod revision;
pub mod role;
pub mod route;
pub mod runtime_events;
pub mod security_group;
pub mod seed;
pub mod sidecar;
pub mod space;
pub mod space_quota;
pub mod stack;
pub mod task;
pub mod user;

pub mod wakes;

pub use fault::Fault;
pub use hold::Hold;
pub use ports::{Call, Ports, Settings};
