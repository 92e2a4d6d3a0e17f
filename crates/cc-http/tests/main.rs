//! The HTTP surfaces, in process and without a socket.

mod harness;
mod organization;
mod uaa;
