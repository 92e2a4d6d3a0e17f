//! A container: a group of processes with their own view of the machine.
//!
//! [`launch`] is the outside, run by the supervisor; [`init`] is its first process, from which all others come.

pub(crate) mod cgroup;
mod enter;
mod exec;
pub(crate) mod init;
pub(crate) mod input;
mod landlock;
mod launch;
mod root;
mod seccomp;
pub(crate) mod spec;
mod wire;

pub(crate) use self::landlock::read_only;
pub(crate) use launch::{Container, launch};
pub(crate) use seccomp::refuse_rare_calls;
pub(crate) use spec::{Input, InputKind, Program, Spec, Users, VCAP};
pub(crate) use wire::{Reply, Request, send};

/// A step of the set-up that failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{step}: {cause}")]
pub(crate) struct SetupError {
    pub step: String,
    pub cause: String,
}

/// Names the step of an error.
pub(crate) trait Step<T> {
    fn step(self, step: impl Into<String>) -> Result<T, SetupError>;
}

impl<T, E: std::fmt::Display> Step<T> for Result<T, E> {
    fn step(self, step: impl Into<String>) -> Result<T, SetupError> {
        self.map_err(|cause| SetupError { step: step.into(), cause: cause.to_string() })
    }
}
