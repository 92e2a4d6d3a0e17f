//! What the runtime does, seen from outside.

mod runtime;
