//! What the runtime does, seen from outside.

mod lifecycle;
mod runtime;
