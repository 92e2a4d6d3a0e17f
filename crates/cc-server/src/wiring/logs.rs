//! Who may read which log, and how the engine's lines become envelopes.

use async_trait::async_trait;
use cc_domain::actor::{Principal, Scopes};
use cc_domain::guid::Guid;
use cc_domain::identity::{Claims, Surface, TokenVerifier};
use cc_domain::list::Scope;
use cc_domain::log::{EARLY_NS, Envelope, LogSink, Message, Tags};
use cc_domain::ports::Clock;
use cc_domain::store::Store;
use cc_http::logs::{LogAccess, Stagings};
use cc_runtime::{LogLine, Output};
use std::sync::Arc;

/// By verified tokens: all logs for those whose token says so, else those of apps that the caller sees.
pub struct Access {
    pub verifier: Arc<dyn TokenVerifier>,
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
}

impl Access {
    async fn claims(&self, token: &str) -> Option<Claims> {
        let claims = self.verifier.verify(token, self.clock.now()).await.ok()?;
        claims.opens(Surface::Logs).then_some(claims)
    }
}

fn reads_all(claims: &Claims) -> bool {
    let scopes = Scopes::of(claims.scopes.iter().map(String::as_str));
    claims.has_any_scope(&["doppler.firehose", "logs.admin"])
        || scopes.admin
        || scopes.admin_read_only
        || scopes.global_auditor
}

#[async_trait]
impl LogAccess for Access {
    async fn may_read(&self, token: &str, source_id: &str) -> bool {
        let Some(claims) = self.claims(token).await else { return false };
        if reads_all(&claims) {
            return true;
        }
        let scope = Scope::User(match &claims.user {
            Some(user) => Principal::user(user.guid.as_str()),
            None => Principal::client(claims.client_id.as_str()),
        });
        let found = match self.store.reader().await {
            Ok(mut reader) => reader.find_app(&Guid::new(source_id), &scope).await,
            Err(error) => Err(error),
        };
        match found {
            Ok(app) => app.is_some(),
            Err(error) => {
                tracing::error!(%error, "who may read a log cannot be found out");
                false
            }
        }
    }

    async fn may_read_all(&self, token: &str) -> bool {
        self.claims(token).await.is_some_and(|claims| reads_all(&claims))
    }
}

#[async_trait]
impl Stagings for Access {
    async fn just_over(&self, source_id: &str) -> bool {
        let app = Guid::new(source_id);
        let found = cc_actions::build::just_over(self.store.as_ref(), &app, self.clock.now()).await;
        found.unwrap_or_else(|fault| {
            tracing::warn!(?fault, "whether a staging is just over cannot be found out");
            false
        })
    }
}

/// The source type of lines of staging.
const STAGING: &str = "STG";

/// Gives the engine's lines to the log store.
pub fn emitter(sink: Arc<dyn LogSink>) -> cc_runtime::Emit {
    Arc::new(move |line: LogLine| {
        let is_early = line.source_type == STAGING;
        let timestamp = if is_early { line.at_ns.saturating_sub(EARLY_NS) } else { line.at_ns };
        let mut tags = Tags::shared(line.tags);
        tags.own = Box::new([("source_type".into(), line.source_type.into())]);
        let message = match line.output {
            Output::Out => Message::out(line.text),
            Output::Err => Message::err(line.text),
        };
        sink.emit(Envelope {
            timestamp,
            source_id: line.source_id.into(),
            instance_id: line.instance.into(),
            tags,
            message,
        });
    })
}
