//! How traffic reaches apps, and what they say: the HTTP router for routes of apps, and the log store.

mod authority;
pub mod log_store;
mod router;

pub use authority::{Authority, BadAuthority, authority_of};
pub use router::{Counters, Edge, EdgeBody, Peer, RouterConfig};
