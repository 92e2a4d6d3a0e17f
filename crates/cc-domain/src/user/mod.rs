//! Users as the API knows them: a guid that roles refer to. Name and origin belong to the directory (domain-rules 7.1).

pub mod policy;
pub mod ports;

use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::time::Timestamp;

/// A user row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub guid: Guid<User>,
    /// The row of a client that acts for itself: its roles are not those of a user with that guid.
    pub is_client: bool,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a list of users can be narrowed to. Names are resolved to guids by the directory before the store is asked.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    pub common: Common,
}

/// A decoded request for a new user.
#[derive(Clone, Debug)]
pub struct CreateUser {
    pub user: NewUser,
    pub metadata: MetadataPatch,
}

/// How the request names the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewUser {
    Guid(Guid<User>),
    /// Somebody of another identity provider than our own; made known to the directory if it does not know them.
    Named {
        username: String,
        origin: String,
    },
}

/// Names to look for; each is OR-ed, and `origins` narrows what they find.
#[derive(Clone, Debug)]
pub struct NameFilter {
    pub names: Names,
    pub origins: AnyOf,
}

#[derive(Clone, Debug)]
pub enum Names {
    Whole(Vec<String>),
    Parts(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    #[error("User with guid '{0}' already exists.")]
    GuidTaken(Guid<User>),
    #[error("User with username '{username}' and origin '{origin}' already exists.")]
    NameTaken { username: String, origin: String },
}
