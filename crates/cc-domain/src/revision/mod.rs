//! Revisions: what an app was made of when it started (domain-rules 19). Nothing makes one yet, so lists are empty and there is no port.

pub mod policy;

use crate::app::App;
use crate::droplet::Droplet;
use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::Metadata;
use crate::time::Timestamp;

/// A revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    pub guid: Guid<Revision>,
    pub app: Guid<App>,
    /// 1 to 9,999, unique in the app.
    pub version: u32,
    pub droplet: Option<Guid<Droplet>>,
    pub description: String,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, Default)]
pub struct RevisionFilter {
    pub common: Common,
    pub versions: AnyOf,
    pub deployable: Option<bool>,
}
