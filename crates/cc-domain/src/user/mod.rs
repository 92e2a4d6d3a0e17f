//! Users as the API knows them: a guid that roles refer to. Name and origin belong to the directory (domain-rules 7.1).

pub mod policy;
pub mod ports;

use crate::guid::Guid;
use crate::list::Common;
use crate::metadata::Metadata;
use crate::time::Timestamp;

/// A user row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub guid: Guid<User>,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a list of users can be narrowed to. Names are resolved to guids by the directory before the store is asked.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    pub common: Common,
}
