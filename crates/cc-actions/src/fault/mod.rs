//! The one table from typed errors to what clients read: code, title, detail, status.
//!
//! Answers and failed jobs carry the same [`Fault`]. Each resource's errors are mapped in the file of its name; the domain owns the
//! words, this folder the numbers.

mod app;
mod build;
mod buildpack;
pub mod catalogue;
mod deployment;
mod directory;
mod domain;
mod droplet;
mod feature_flag;
mod isolation_segment;
mod manifest;
mod metadata;
mod organization;
mod package;
mod process;
mod quota;
mod resource_match;
mod role;
mod route;
mod security_group;
mod sidecar;
mod space;
mod stack;
mod task;
mod user;

pub use catalogue::Kind;

use cc_domain::access::Denied;
use cc_domain::job::JobError;
use cc_domain::store::StoreError;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why an operation was refused or failed. Never empty of details; several only where the reference reports several at once.
#[derive(Clone)]
pub struct Fault {
    pub kind: &'static Kind,
    pub details: Vec<String>,
    /// The chain for the log. Clients never see it.
    pub source: Option<Arc<dyn Error + Send + Sync>>,
    /// The transaction may simply be run again: a deadlock, a locked file, a row that moved on.
    pub is_transient: bool,
    /// It comes out the same each time, however often a job is run.
    pub is_lasting: bool,
}

/// What is said to a text with U+0000.
pub const NUL: &str = "U+0000 is not allowed in a text";

impl Fault {
    pub fn new(kind: &'static Kind, detail: impl Into<String>) -> Self {
        Self { kind, details: vec![detail.into()], source: None, is_transient: false, is_lasting: false }
    }

    /// 422: the request is well-formed and cannot be.
    pub fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(catalogue::UNPROCESSABLE_ENTITY, detail)
    }

    /// 404 `<Resource> not found`, also for what the caller may not see.
    pub fn not_found(resource: &str) -> Self {
        Self::new(catalogue::RESOURCE_NOT_FOUND, format!("{resource} not found"))
    }

    pub fn not_authorized() -> Self {
        Self::new(catalogue::NOT_AUTHORIZED, "You are not authorized to perform the requested action")
    }

    pub fn not_authenticated() -> Self {
        Self::new(catalogue::NOT_AUTHENTICATED, "Authentication error")
    }

    pub fn invalid_auth_token() -> Self {
        Self::new(catalogue::INVALID_AUTH_TOKEN, "Invalid Auth Token")
    }

    /// 404 for a path that no operation has.
    pub fn unknown_request() -> Self {
        Self::new(catalogue::NOT_FOUND, "Unknown request")
    }

    pub fn bad_request(detail: impl fmt::Display) -> Self {
        Self::new(catalogue::BAD_REQUEST, format!("Bad request: {detail}"))
    }

    pub fn bad_query(messages: impl fmt::Display) -> Self {
        Self::new(catalogue::BAD_QUERY_PARAMETER, format!("The query parameter is invalid: {messages}"))
    }

    /// A request that is none, as with a path that is no UTF-8.
    pub fn invalid_request() -> Self {
        Self::new(catalogue::INVALID_REQUEST, "The request is invalid")
    }

    /// A body that is no JSON or YAML.
    pub fn parse_error() -> Self {
        Self::new(catalogue::MESSAGE_PARSE_ERROR, "Request invalid due to parse error: invalid request body")
    }

    pub fn feature_disabled(flag: &str) -> Self {
        Self::new(catalogue::FEATURE_DISABLED, format!("Feature Disabled: {flag}"))
    }

    /// A defect of ours or of something we depend on. The client gets no internals; the log gets `source`.
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(Arc::from(source.into())),
            ..Self::new(catalogue::UNKNOWN_ERROR, "An unknown error occurred.")
        }
    }

    /// A dependency that does not answer now; trying again later is reasonable.
    pub fn unavailable(detail: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(Arc::from(source.into())), ..Self::new(catalogue::SERVICE_UNAVAILABLE, detail) }
    }

    /// As in `CF-NotAuthorized`.
    pub fn title(&self) -> String {
        self.kind.title()
    }

    /// All details in one line, as they stand in one error of an answer.
    pub fn detail(&self) -> String {
        self.details.join(", ")
    }

    /// The fault as a failed job shows it.
    pub fn job_errors(&self) -> Vec<JobError> {
        self.details
            .iter()
            .map(|detail| JobError { code: self.kind.code, title: self.title(), detail: detail.clone() })
            .collect()
    }

    /// The database refused a statement for a reason that nobody foresaw; most of those stay.
    pub fn is_refused_statement(&self) -> bool {
        let source = self.source.as_ref().and_then(|source| source.downcast_ref::<StoreError>());
        matches!(source, Some(StoreError::Database(_)))
    }

    /// Ours or a dependency's fault: worth a retry of a job, and an error line in the log.
    pub fn is_internal(&self) -> bool {
        self.kind.status >= 500
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.kind.status, self.title(), self.detail())?;
        let mut cause: Option<&dyn Error> = self.source.as_deref().map(|e| e as &dyn Error);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail())
    }
}

/// What a client reads when the platform has no room left.
const DISK_FULL: &str =
    "The disk of the platform is full; nothing was changed. Its operator has to make room.";

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let is_lasting = matches!(error, StoreError::Refused(_) | StoreError::Unstorable);
        let is_transient = matches!(error, StoreError::Busy | StoreError::Stale);
        let kind = match &error {
            StoreError::Busy | StoreError::Stale | StoreError::Unavailable(_) => Self::new(
                catalogue::SERVICE_UNAVAILABLE,
                "The database is not available right now. Try again later.",
            ),
            StoreError::Full(_) => Self::new(catalogue::SERVICE_UNAVAILABLE, DISK_FULL),
            StoreError::Unstorable => Self::bad_request(NUL),
            StoreError::Taken(_) | StoreError::Sealed | StoreError::Refused(_) | StoreError::Database(_) => {
                Self::new(catalogue::UNKNOWN_ERROR, "An unknown error occurred.")
            }
        };
        Self { source: Some(Arc::new(error)), is_transient, is_lasting, ..kind }
    }
}

/// What a refusal is answered with; `resource` is the name in "… not found".
pub fn denied(reason: Denied, resource: &str) -> Fault {
    match reason {
        Denied::NotVisible => Fault::not_found(resource),
        Denied::NotAuthorized => Fault::not_authorized(),
        Denied::OrganizationDeleting => {
            Fault::new(catalogue::RESOURCE_BEING_DELETED, "The organization is being deleted")
        }
        Denied::OrganizationSuspended => {
            Fault::new(catalogue::ORGANIZATION_SUSPENDED, "The organization is suspended")
        }
        Denied::SpaceDeleting => Fault::new(catalogue::RESOURCE_BEING_DELETED, "The space is being deleted"),
        Denied::SpaceSuspended => Fault::new(catalogue::SPACE_SUSPENDED, "The space is suspended"),
    }
}

/// Turns the violation of one unique constraint into the resource's own refusal, and leaves every other store error as it is.
pub fn when_taken<E: Into<Fault>>(
    constraint: &str,
    refusal: impl FnOnce() -> E,
) -> impl FnOnce(StoreError) -> Fault {
    move |error| match error {
        StoreError::Taken(name) if name == constraint => refusal().into(),
        other => other.into(),
    }
}
