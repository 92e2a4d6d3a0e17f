//! Time, identifiers, callers and what nobody reads.

use crate::recording::Caller;
use async_trait::async_trait;
use cc_actions::Fault;
use cc_domain::actor::{Actor, ActorKind, Scopes};
use cc_domain::guid::Guid;
use cc_domain::identity::{Directory, DirectoryError, KnownUser};
use cc_domain::log::{Envelope, LogSink};
use cc_domain::ports::{self, Clock};
use cc_domain::time::Timestamp;
use cc_domain::traffic::{Route, Traffic, TrafficChange};
use cc_http::server::Callers;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Stands still within a step and is a second later in the next: rows of two steps never share a second, as in the recordings.
pub struct StepClock(AtomicI64);

impl Default for StepClock {
    fn default() -> Self {
        // In August 2026, when the recordings were made.
        Self(AtomicI64::new(1_786_000_000))
    }
}

impl StepClock {
    pub fn advance(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Clock for StepClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

pub struct Ids;

impl ports::Ids for Ids {
    #[expect(clippy::disallowed_methods, reason = "this is the port")]
    fn uuid(&self) -> String {
        uuid::Uuid::new_v4().to_string()
    }
}

/// The callers of a recording: a token is a caller's word, and the identity provider knows them all.
pub struct Introduced {
    callers: BTreeMap<String, (KnownUser, Vec<String>)>,
    shadows: Mutex<Vec<KnownUser>>,
}

impl Introduced {
    pub fn new(callers: &BTreeMap<String, Caller>) -> Self {
        use ports::Ids as _;
        let known = |caller: &Caller| KnownUser {
            guid: Ids.uuid(),
            username: caller.user_name.clone(),
            origin: "uaa".to_owned(),
        };
        let callers = callers
            .iter()
            .map(|(word, caller)| (word.clone(), (known(caller), caller.scopes.clone())))
            .collect();
        Self { callers, shadows: Mutex::default() }
    }

    pub fn guid_of(&self, caller: &str) -> Option<&str> {
        self.callers.get(caller).map(|(user, _)| user.guid.as_str())
    }

    fn those(&self, wanted: impl Fn(&KnownUser) -> bool) -> Vec<KnownUser> {
        let shadows = self.shadows.lock().unwrap_or_else(PoisonError::into_inner);
        let all = self.callers.values().map(|(user, _)| user).chain(shadows.iter());
        all.filter(|user| wanted(user)).cloned().collect()
    }
}

#[async_trait]
impl Callers for Introduced {
    async fn caller(&self, token: &str) -> Result<Actor, Fault> {
        let (user, scopes) = self.callers.get(token).ok_or_else(Fault::invalid_auth_token)?;
        Ok(Actor {
            user: Guid::new(user.guid.as_str()),
            name: user.username.clone(),
            email: Some(user.username.clone()),
            kind: ActorKind::User,
            scopes: Scopes::of(scopes.iter().map(String::as_str)),
        })
    }
}

#[async_trait]
impl Directory for Introduced {
    async fn is_client(&self, _guid: &str) -> Result<bool, DirectoryError> {
        Ok(false)
    }

    async fn users_by_name(
        &self,
        username: &str,
        origin: Option<String>,
    ) -> Result<Vec<KnownUser>, DirectoryError> {
        Ok(self.those(|user| {
            user.username.eq_ignore_ascii_case(username)
                && origin.as_ref().is_none_or(|origin| *origin == user.origin)
        }))
    }

    async fn users_by_guid(&self, guids: &[String]) -> Result<Vec<KnownUser>, DirectoryError> {
        Ok(self.those(|user| guids.contains(&user.guid)))
    }

    async fn users_by_name_part(&self, part: &str) -> Result<Vec<KnownUser>, DirectoryError> {
        let part = part.to_lowercase();
        Ok(self.those(|user| user.username.to_lowercase().contains(&part)))
    }

    async fn add_shadow_user(
        &self,
        guid: &str,
        username: &str,
        origin: &str,
        _now: Timestamp,
    ) -> Result<KnownUser, DirectoryError> {
        let user =
            KnownUser { guid: guid.to_owned(), username: username.to_owned(), origin: origin.to_owned() };
        self.shadows.lock().unwrap_or_else(PoisonError::into_inner).push(user.clone());
        Ok(user)
    }
}

/// Takes log lines and routes, and keeps none.
pub struct Lost;

impl LogSink for Lost {
    fn emit(&self, _envelope: Envelope) {}
}

impl Traffic for Lost {
    fn replace(&self, _routes: Vec<Route>) {}

    fn apply(&self, _changes: Vec<TrafficChange>) {}
}
