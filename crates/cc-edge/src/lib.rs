//! How traffic reaches apps, and what they say: the HTTP router for routes of apps, and the log store.

pub mod authority;
pub mod listener;
pub mod log_store;
pub mod router;

pub use authority::{Authority, BadAuthority, authority_of};
pub use router::{EdgeBody, Peer, Router, RouterConfig};
