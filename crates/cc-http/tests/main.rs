//! The HTTP surfaces, in process and without a socket.

mod uaa;
