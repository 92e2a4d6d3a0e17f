//! Variables that every app gets while it is staged or runs (domain-rules 24).

pub mod policy;
pub mod ports;

use crate::app::EnvironmentVariables;
use crate::time::Timestamp;

text_enum! {
    pub enum EnvironmentVariableGroupName {
        Running = "running",
        Staging = "staging",
    }
}

/// One of the two groups. No `Debug`: values may be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EnvironmentVariableGroup {
    pub variables: EnvironmentVariables,
    /// `None` until it is changed for the first time.
    pub updated_at: Option<Timestamp>,
}
