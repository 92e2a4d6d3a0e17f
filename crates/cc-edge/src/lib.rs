//! How traffic reaches apps, and what they say: the HTTP router for routes of apps, and the log store.
#![forbid(unsafe_code)]

mod authority;
mod linger;
pub mod log_store;
mod router;

pub use authority::{Authority, BadAuthority, authority_of};
pub use linger::linger;
pub use router::{Counters, Edge, EdgeBody, MAX_HEADER_BYTES, MAX_HEADER_LINES, Peer, RouterConfig};
