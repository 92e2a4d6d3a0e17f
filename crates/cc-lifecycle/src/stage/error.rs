//! What can go wrong in a staging, with the exit codes by which the host tells the cases apart.

use crate::unzip::UnzipError;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use thiserror::Error;

/// A staging that failed. Texts are those of the reference's builder, which users know from their logs.
#[derive(Debug, Error)]
pub enum StageError {
    #[error("None of the buildpacks detected a compatible application")]
    NothingDetected,
    #[error("Failed to compile droplet")]
    Compile(#[source] StepError),
    #[error("Failed to build droplet release")]
    Release(#[source] StepError),
    #[error("Failed to run all supply scripts")]
    Supply(#[source] StepError),
    #[error(
        "Error: one of the buildpacks chosen to supply dependencies does not support multi-buildpack apps"
    )]
    NoSupplyScript,
    #[error("Failed to read command from Procfile: invalid YAML")]
    Procfile,
    #[error("Failed to read the processes of a buildpack's launch.yml")]
    LaunchYml(#[source] serde_saphyr::Error),
    #[error("Failed to download a buildpack")]
    Fetch(#[source] StepError),
    #[error("Failed to unpack the app package")]
    Package(#[source] UnzipError),
    #[error("Failed to {doing} {path}")]
    Io {
        doing: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

impl StageError {
    /// The exit code of `stage`: 222 detect, 223 compile, 224 release, 225 supply, 1 anything else.
    pub fn exit_code(&self) -> i32 {
        match self {
            Self::NothingDetected => 222,
            Self::Compile(_) => 223,
            Self::Release(_) => 224,
            Self::Supply(_) | Self::NoSupplyScript => 225,
            Self::Procfile | Self::Fetch(_) | Self::LaunchYml(_) | Self::Package(_) | Self::Io { .. } => 1,
        }
    }
}

/// One script of a buildpack that failed.
#[derive(Debug, Error)]
pub enum StepError {
    #[error("malformed buildpack does not contain a /bin dir: {0}")]
    Malformed(String),
    #[error("no buildpack {0} is built in")]
    Unknown(String),
    #[error("Failed to unpack the buildpack {label}")]
    Archive {
        label: String,
        #[source]
        source: UnzipError,
    },
    #[error("Failed to clone git repository at {repository}")]
    Clone { repository: String },
    #[error("git is required to use the buildpack {repository}")]
    NoGit { repository: String },
    #[error("Failed to run all supply scripts")]
    Supply(#[source] Box<StepError>),
    #[error("Failed to run finalize script")]
    Finalize(#[source] Box<StepError>),
    #[error("{}", exit_text(*.0))]
    Exit(ExitStatus),
    #[error("{program}")]
    Start {
        program: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("buildpack's release output invalid")]
    ReleaseOutput(#[source] serde_saphyr::Error),
    #[error("{0}")]
    Builtin(String),
    #[error("{path}")]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

fn exit_text(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "ended for an unknown reason".to_owned(),
    }
}
