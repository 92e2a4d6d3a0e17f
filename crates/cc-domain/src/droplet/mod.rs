//! Droplets: staged bits that can run (domain-rules 18).

/// A droplet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Droplet {}
