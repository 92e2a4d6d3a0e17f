//! How the API is asked and answered: every HTTP surface of ours.
//!
//! Each operation is registered once, as data, in the `OPERATIONS` of its resource; router, OpenAPI document, metric labels, access
//! grid and coverage report come from that table ([`operation`], [`operations`]). Decoding is ours, because clients compare the
//! reference's texts ([`wire`]). Nothing here knows SQL or an engine. Start reading at [`organization::create`].
#![forbid(unsafe_code)]

pub mod logs;
pub mod operation;
pub mod operations;
mod security_group;
pub mod server;
pub mod uaa;

mod app;
mod audit_event;
mod build;
mod buildpack;
mod deployment;
mod domain;
mod droplet;
mod environment_variable_group;
mod feature_flag;
mod isolation_segment;
mod job;
mod list;
mod manifest;
mod organization;
mod organization_quota;
mod package;
mod process;
mod quota;
mod resource_match;
mod retry_after;
mod revision;
mod role;
mod root;
mod route;
mod service_credential_binding;
mod service_instance;
mod service_offering;
mod service_plan;
mod service_route_binding;
mod sidecar;
mod space;
mod space_quota;
mod stack;
mod task;
mod user;
mod wire;

pub use operation::{Auth, Operation};
pub use retry_after::RETRY_AFTER_SECONDS;
pub use root::API_VERSION;
pub use server::{Api, service};
