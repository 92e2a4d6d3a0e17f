//! The users of an external UAA as a directory, asked as the reference asks.

mod client;
mod error;
mod known;
mod query;
mod shared;
mod wire;

use crate::https;
use async_trait::async_trait;
use cc_domain::identity::{Directory, DirectoryError, KnownUser, has_form_of_user_guid};
use cc_domain::secret::Secret;
use cc_domain::time::Timestamp;
use client::{Ask, UaaClient};
use error::UaaError;
use http::{Method, StatusCode};
use known::Known;
use query::{any_of, compare, form, segment};
use serde_json::json;
use shared::Shared;
use std::time::Duration;
use wire::{Conflict, Made, Page};

/// Users that are kept, some 200 bytes each.
const KEPT_USERS: usize = 10_000;
/// The largest page that a UAA gives.
const PAGE: usize = 500;
/// Users that a search by names gives at most; the reference gives 100.
const LARGEST_SEARCH: usize = 10_000;

/// Where a UAA is, and the client of it that may ask about users.
#[derive(Clone)]
pub struct UaaAccess {
    /// Without a trailing slash.
    pub url: String,
    pub client_id: String,
    pub client_secret: Secret,
}

/// How long things take and hold.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// For one request and its answer.
    pub request: Duration,
    /// How long a user is kept.
    pub found: Duration,
    /// How long it is kept that there is no such user.
    pub missing: Duration,
    /// How long a UAA that did not answer is not asked again.
    pub rest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(5),
            found: Duration::from_secs(60),
            missing: Duration::from_secs(5),
            rest: Duration::from_secs(2),
        }
    }
}

/// The client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the trusted certificates cannot be read")]
pub struct UaaDirectoryError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// Asks a UAA with `/ids/Users` (scope `scim.userids`), `/Users` (`scim.read`, and `scim.create` for new ones) and `/oauth/clients`
/// (`clients.read`; without it a guid that no user has is a client's if it has not the form of a user's).
pub struct UaaDirectory {
    client: UaaClient,
    known: Known,
    lookups: Shared<Result<Vec<KnownUser>, UaaError>>,
}

impl UaaDirectory {
    /// Asks for nothing yet.
    pub fn new(access: UaaAccess, pace: Pace) -> Result<Self, UaaDirectoryError> {
        let http = https::client().map_err(|e| UaaDirectoryError(Box::new(e)))?;
        Ok(Self {
            client: UaaClient::new(http, access, pace),
            known: Known::new(KEPT_USERS, pace.found, pace.missing),
            lookups: Shared::default(),
        })
    }

    /// Active users of these guids, in one request.
    async fn look_up(&self, filter: &str, guids: &[String]) -> Result<Vec<KnownUser>, UaaError> {
        let path = format!("/ids/Users?filter={}&count={}", form(filter), guids.len());
        let page: Page = self.client.send(&Ask::get("a look-up of guids", path)).await?.read()?;
        let found: Vec<KnownUser> = page.resources.into_iter().map(KnownUser::from).collect();
        for guid in guids {
            self.known.keep(guid, found.iter().find(|user| user.guid == *guid).cloned());
        }
        Ok(found)
    }

    /// Every page of a search; `path` is all but the page.
    async fn search(&self, what: &'static str, path: &str) -> Result<Vec<KnownUser>, UaaError> {
        let mut found: Vec<KnownUser> = Vec::new();
        loop {
            let path = format!("{path}&count={PAGE}&startIndex={}", found.len() + 1);
            let page: Page = self.client.send(&Ask::get(what, path)).await?.read()?;
            let is_last = page.resources.is_empty();
            found.extend(page.resources.into_iter().map(KnownUser::from));
            if is_last || found.len() >= page.total {
                return Ok(found);
            }
            if found.len() >= LARGEST_SEARCH {
                tracing::warn!(found = found.len(), of = page.total, "a search for users was cut off");
                return Ok(found);
            }
        }
    }

    async fn named(&self, filter: &str) -> Result<Vec<KnownUser>, UaaError> {
        let path = format!("/ids/Users?filter={}&includeInactive=true", form(filter));
        self.search("a look-up of names", &path).await
    }

    /// Whether there is a user of this guid, inactive or not.
    async fn is_user(&self, guid: &str) -> Result<bool, UaaError> {
        if !self.known.sort_out(&[guid.to_owned()]).0.is_empty() {
            return Ok(true);
        }
        Ok(!self.named(&compare("id", "eq", guid)).await?.is_empty())
    }

    async fn has_client(&self, id: &str) -> Result<bool, UaaError> {
        let Some(segment) = segment(id) else { return Ok(false) };
        let ask = Ask::get("a look-up of a client", format!("/oauth/clients/{segment}"));
        let reply = self.client.send(&ask).await?;
        match reply.status {
            StatusCode::OK => Ok(true),
            // 400 for an id that no path can hold.
            StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST => Ok(false),
            StatusCode::FORBIDDEN => {
                tracing::debug!("the client of uaa_client_id has no scope clients.read");
                Ok(!has_form_of_user_guid(id))
            }
            _ => Err(reply.refusal()),
        }
    }

    async fn add(&self, username: &str, origin: &str) -> Result<KnownUser, UaaError> {
        let what = "a new user";
        let emails = json!([{ "primary": true, "value": username }]);
        let body = json!({ "userName": username, "origin": origin, "emails": emails }).to_string();
        let ask = Ask { what, method: Method::POST, path: "/Users".to_owned(), body: Some(body) };
        let reply = self.client.send(&ask).await?;
        let guid = match reply.status {
            // Somebody else added it meanwhile, or it is there and inactive.
            StatusCode::CONFLICT => match reply.body_as::<Conflict>().and_then(|conflict| conflict.user_id) {
                Some(guid) => guid,
                None => self.guid_of(username, origin).await?.ok_or(UaaError::Malformed(what))?,
            },
            StatusCode::TOO_MANY_REQUESTS => return Err(UaaError::RateLimited),
            _ => reply.read::<Made>()?.id,
        };
        let user = KnownUser { guid, username: username.to_owned(), origin: origin.to_owned() };
        self.known.keep(&user.guid, Some(user.clone()));
        Ok(user)
    }

    async fn guid_of(&self, username: &str, origin: &str) -> Result<Option<String>, UaaError> {
        let found = self.named(&by_name(username, Some(origin))).await?;
        Ok(found.into_iter().next().map(|user| user.guid))
    }
}

fn by_name(username: &str, origin: Option<&str>) -> String {
    let name = compare("username", "eq", username);
    match origin {
        Some(origin) => format!("{} and {name}", compare("origin", "eq", origin)),
        None => name,
    }
}

#[async_trait]
impl Directory for UaaDirectory {
    async fn users_by_name(
        &self,
        username: &str,
        origin: Option<String>,
    ) -> Result<Vec<KnownUser>, DirectoryError> {
        Ok(self.named(&by_name(username, origin.as_deref())).await?)
    }

    async fn users_by_names(&self, usernames: &[String]) -> Result<Vec<KnownUser>, DirectoryError> {
        let mut found = Vec::new();
        for (filter, _) in any_of("username", "eq", usernames) {
            found.extend(self.named(&filter).await?);
        }
        Ok(found)
    }

    async fn users_by_guid(&self, guids: &[String]) -> Result<Vec<KnownUser>, DirectoryError> {
        let (mut found, missing) = self.known.sort_out(guids);
        for (filter, batch) in any_of("id", "eq", &missing) {
            found.extend(self.lookups.ask(batch, self.look_up(&filter, batch)).await?);
        }
        Ok(found)
    }

    async fn is_client(&self, guid: &str) -> Result<bool, DirectoryError> {
        Ok(!self.is_user(guid).await? && self.has_client(guid).await?)
    }

    async fn users_by_name_part(&self, part: &str) -> Result<Vec<KnownUser>, DirectoryError> {
        self.users_by_name_parts(&[part.to_owned()]).await
    }

    async fn users_by_name_parts(&self, parts: &[String]) -> Result<Vec<KnownUser>, DirectoryError> {
        let mut found = Vec::new();
        for (filter, _) in any_of("username", "co", parts) {
            let path = format!("/Users?filter={}&attributes=id%2CuserName%2Corigin", form(&filter));
            found.extend(self.search("a search for names", &path).await?);
        }
        Ok(found)
    }

    async fn add_shadow_user(
        &self,
        _guid: &str,
        username: &str,
        origin: &str,
        _now: Timestamp,
    ) -> Result<KnownUser, DirectoryError> {
        Ok(self.add(username, origin).await?)
    }
}
