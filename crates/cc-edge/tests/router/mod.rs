//! The router between real sockets.

mod balancing;
mod failures;
mod logging;
mod messages;
mod routing;
mod stand;
mod streaming;
