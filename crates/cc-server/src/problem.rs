//! What stops a command, in one clear sentence each.

use std::error::Error;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error("{}", .0.join("\n"))]
    Configuration(Vec<String>),
    #[error("the data folder {path} cannot be used: {why}")]
    DataDir { path: PathBuf, why: String },
    #[error("another server already runs on the data folder {0}; stop it first with `cc-server down`")]
    DataDirInUse(PathBuf),
    #[error("another server already runs on the database {0}; every data folder needs a database of its own")]
    DatabaseInUse(PathBuf),
    #[error(
        "{database} holds an installation, but the key that seals its secrets is missing: {key}; put it back from a backup; without it the passwords and environments in the database are lost"
    )]
    KeyMissing { database: String, key: PathBuf },
    #[error(
        "{database} is empty, but {folder} holds bits of an installation; put the database back from a backup, or name another folder with --data-dir for a new installation"
    )]
    DatabaseEmptied { database: String, folder: PathBuf },
    #[error("cannot listen on {address}: {why}")]
    Listen { address: std::net::SocketAddr, why: String },
    #[error("{0}")]
    Database(String),
    #[error("{0}")]
    Runtime(String),
    #[error("{what}: {}", chain(source.as_ref()))]
    Internal { what: &'static str, source: Box<dyn std::error::Error + Send + Sync> },
}

impl Problem {
    pub fn internal<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        what: &'static str,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self::Internal { what, source: source.into() }
    }
}

/// Writes the problem to standard error, each of its sentences on a line.
pub fn print(problem: &Problem) {
    for line in problem.to_string().lines() {
        eprintln!("cc-server: {line}");
    }
}

/// The error and its causes in one sentence. What a cause repeats is said once.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Said(&'static str, #[source] Option<Box<Said>>);

    #[test]
    fn what_a_cause_repeats_is_said_once() {
        let root = Said("connection refused", None);
        let error = Said("no answer", Some(Box::new(Said("no answer", Some(Box::new(root))))));
        assert_eq!(chain(&error), "no answer: connection refused");
    }
}
