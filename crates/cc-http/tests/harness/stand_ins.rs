//! Time, identifiers, callers and the directory of users, as tests want them.

use async_trait::async_trait;
use cc_actions::Fault;
use cc_domain::actor::{Actor, ActorKind, Scopes};
use cc_domain::guid::Guid;
use cc_domain::identity::{Directory, DirectoryError, KnownUser};
use cc_domain::log::{Envelope, LogSink, Message};
use cc_domain::ports::{Clock, Ids};
use cc_domain::time::Timestamp;
use cc_domain::traffic::{Route, Traffic, TrafficChange};
use cc_http::server::Callers;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

/// Stands at 2030-01-01T00:00:00Z until it is moved.
pub struct HandClock(AtomicI64);

impl Default for HandClock {
    fn default() -> Self {
        Self(AtomicI64::new(1_893_456_000))
    }
}

impl HandClock {
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

/// UUIDs in order.
#[derive(Default)]
pub struct CountingIds(AtomicU64);

impl From<u64> for CountingIds {
    fn from(first: u64) -> Self {
        Self(AtomicU64::new(first))
    }
}

impl Ids for CountingIds {
    fn uuid(&self) -> String {
        format!("00000000-0000-4000-8000-{:012}", self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// The token is the caller. A plain user reads and writes; `read-only-` before the name is a token without the write scope,
/// `client-` that of a client.
pub struct TokenIsCaller;

#[async_trait]
impl Callers for TokenIsCaller {
    async fn caller(&self, token: &str) -> Result<Actor, Fault> {
        let scopes = match token {
            "invalid" => return Err(Fault::invalid_auth_token()),
            "admin" => vec!["cloud_controller.admin"],
            "admin_read_only" => vec!["cloud_controller.admin_read_only"],
            "global_auditor" => vec!["cloud_controller.global_auditor"],
            text if text.starts_with("read-only-") => vec!["cloud_controller.read"],
            _ => vec!["cloud_controller.read", "cloud_controller.write"],
        };
        let user = token.strip_prefix("read-only-").unwrap_or(token);
        let kind = if token.starts_with("client-") { ActorKind::Client } else { ActorKind::User };
        Ok(Actor {
            user: Guid::new(user),
            name: user.to_owned(),
            email: None,
            kind,
            scopes: Scopes::of(scopes),
        })
    }
}

/// Knows whom the test introduced.
#[derive(Default)]
pub struct TestDirectory {
    users: Mutex<Vec<KnownUser>>,
    is_away: AtomicBool,
    is_full: AtomicBool,
}

impl TestDirectory {
    pub fn knows(&self, guid: &str, username: &str, origin: &str) {
        let user =
            KnownUser { guid: guid.to_owned(), username: username.to_owned(), origin: origin.to_owned() };
        self.users.lock().unwrap().push(user);
    }

    /// From now on it does not answer.
    pub fn goes_away(&self) {
        self.is_away.store(true, Ordering::SeqCst);
    }

    /// From now on it takes no new users.
    pub fn is_full(&self) {
        self.is_full.store(true, Ordering::SeqCst);
    }

    fn those(&self, wanted: impl Fn(&KnownUser) -> bool) -> Result<Vec<KnownUser>, DirectoryError> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err(DirectoryError::Unavailable("away".into()));
        }
        Ok(self.users.lock().unwrap().iter().filter(|u| wanted(u)).cloned().collect())
    }
}

#[async_trait]
impl Directory for TestDirectory {
    async fn is_client(&self, guid: &str) -> Result<bool, DirectoryError> {
        Ok(self.those(|u| u.guid == guid)?.is_empty() && guid.starts_with("client-"))
    }

    async fn users_by_name(
        &self,
        username: &str,
        origin: Option<String>,
    ) -> Result<Vec<KnownUser>, DirectoryError> {
        self.those(|u| {
            u.username.eq_ignore_ascii_case(username) && origin.as_ref().is_none_or(|o| *o == u.origin)
        })
    }

    async fn users_by_guid(&self, guids: &[String]) -> Result<Vec<KnownUser>, DirectoryError> {
        self.those(|u| guids.contains(&u.guid))
    }

    async fn users_by_name_part(&self, part: &str) -> Result<Vec<KnownUser>, DirectoryError> {
        self.those(|u| u.username.to_lowercase().contains(&part.to_lowercase()))
    }

    async fn add_shadow_user(
        &self,
        guid: &str,
        username: &str,
        origin: &str,
        _now: Timestamp,
    ) -> Result<KnownUser, DirectoryError> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(DirectoryError::RateLimited);
        }
        self.knows(guid, username, origin);
        self.those(|u| u.guid == guid).map(|mut found| found.remove(0))
    }
}

/// Keeps every line.
#[derive(Default)]
pub struct TestLogs(Mutex<Vec<Envelope>>);

impl TestLogs {
    /// What was written so far.
    pub fn lines(&self) -> Vec<Envelope> {
        self.0.lock().unwrap().clone()
    }

    /// The texts among them, with `<app>` for the guid of their app.
    pub fn texts(&self) -> Vec<String> {
        let text = |envelope: &Envelope| match &envelope.message {
            Message::Log { payload, .. } => {
                Some(String::from_utf8_lossy(payload).replace(&*envelope.source_id, "<app>"))
            }
            _ => None,
        };
        self.lines().iter().filter_map(text).collect()
    }
}

impl LogSink for TestLogs {
    fn emit(&self, envelope: Envelope) {
        self.0.lock().unwrap().push(envelope);
    }
}

/// Keeps what the router was told.
#[derive(Default)]
pub struct TestTraffic(Mutex<Vec<TrafficChange>>);

impl TestTraffic {
    /// What it was told since the last time somebody asked.
    pub fn told(&self) -> Vec<TrafficChange> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Traffic for TestTraffic {
    fn replace(&self, routes: Vec<Route>) {
        self.0.lock().unwrap().extend(routes.into_iter().map(TrafficChange::Put));
    }

    fn apply(&self, changes: Vec<TrafficChange>) {
        self.0.lock().unwrap().extend(changes);
    }
}
