//! What a UAA answers, as far as it is read.

use cc_domain::identity::KnownUser;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: String,
    /// Seconds.
    pub(super) expires_in: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct Page {
    pub(super) resources: Vec<Resource>,
    #[serde(default, rename = "totalResults")]
    pub(super) total: usize,
}

#[derive(Deserialize)]
pub(super) struct Resource {
    id: String,
    #[serde(rename = "userName")]
    username: String,
    origin: String,
}

impl From<Resource> for KnownUser {
    fn from(resource: Resource) -> Self {
        Self { guid: resource.id, username: resource.username, origin: resource.origin }
    }
}

/// A user that was made.
#[derive(Deserialize)]
pub(super) struct Made {
    pub(super) id: String,
}

/// The refusal of a user that is there already.
#[derive(Deserialize)]
pub(super) struct Conflict {
    pub(super) user_id: Option<String>,
}
