//! From a connection's request to an operation and back: the tower service of the API.
//!
//! The order of the layers is behaviour and is written down in [`stack::service`]; one file per concern.

mod authenticate;
mod ctx;
mod dispatch;
mod lanes;
mod path;
mod request_id;
mod stack;

pub use authenticate::{Callers, TokenCallers};
pub use ctx::{Api, Ctx, Surfaces};
pub use lanes::{Crowded, Lane, Lanes, Turn};
pub use path::Tidied;
pub use request_id::RequestId;
pub use stack::{ApiService, service};
