//! The HTTP router: requests for hosts of apps, to the instances that serve them.
//!
//! Read [`Edge::handle`] first, then `forward.rs`. The table is one immutable value behind an `ArcSwap`; a change copies only the
//! shards it touches. Endpoints, with their connections and counters, outlive changes of the table.
//! Behaviour is gorouter's.

mod access_log;
mod body;
mod choose;
mod config;
mod core;
mod counters;
mod dice;
mod endpoint;
mod exchange;
mod forward;
mod headers;
mod outgoing;
mod refusal;
mod sticky;
mod table;
mod target;
mod writer;

use std::sync::{Arc, Mutex, PoisonError, Weak};

use arc_swap::ArcSwap;
use cc_domain::log::LogSink;
use cc_domain::ports::Clock;
use cc_domain::traffic::{Route, Traffic, TrafficChange};
use http::header::{EXPECT, HOST};
use http::{HeaderValue, Method, Request, Response, Version};
use hyper::body::Incoming;
use tokio::time::Instant;

use crate::authority::{BadAuthority, authority_of};
use access_log::Record;
use body::{Upload, UpstreamBody};
use counters::add;
use exchange::Exchange;
use forward::Forward;
use headers::{add_forwarding, is_upgrade, join_cookies, remove_hop_by_hop};
use outgoing::Outgoing;
use refusal::Refusal;
use sticky::Wish;
use table::Table;
use target::Target;
use writer::Writer;

pub use body::EdgeBody;
pub use config::{MAX_HEADER_BYTES, MAX_HEADER_LINES, RouterConfig};
pub use counters::Counters;
pub use headers::Peer;

/// Sends requests to instances. One for the process; it implements [`Traffic`] for those who know the routes.
pub struct Edge {
    core: Arc<core::Core>,
    table: ArcSwap<Table>,
    writer: Mutex<Writer>,
}

impl Edge {
    /// To be called in a tokio runtime, in which a task then closes connections that are no longer used.
    pub fn new(config: RouterConfig, sink: Arc<dyn LogSink>, clock: Arc<dyn Clock>) -> Arc<Self> {
        let idle_timeout = config.idle_timeout;
        let router = Arc::new(Self {
            core: Arc::new(core::Core::new(config, sink, clock)),
            table: ArcSwap::default(),
            writer: Mutex::default(),
        });
        tokio::spawn(close_idle(Arc::downgrade(&router), idle_timeout));
        router
    }

    pub fn counters(&self) -> &Counters {
        &self.core.counters
    }

    /// Answers one request. Whether its authority belongs to the router at all is for the listener to know. The connection must be
    /// served with upgrades. Dropping the future, or later the body, breaks off the request to the instance.
    pub async fn handle(&self, mut request: Request<Incoming>, peer: impl Into<Peer>) -> Response<EdgeBody> {
        let peer = peer.into();
        let started = Instant::now();
        let core = &self.core;
        add(&core.counters.requests, 1);
        let (target, missing_host) = match self.route(&request) {
            Ok(found) => found,
            Err(refusal) => return self.refuse(&refusal, request),
        };
        let upgrade = request.extensions_mut().remove::<hyper::upgrade::OnUpgrade>();
        let (mut parts, incoming) = request.into_parts();
        let is_upgrade = is_upgrade(&parts);
        remove_hop_by_hop(&mut parts.headers, is_upgrade);
        if parts.version == Version::HTTP_2 {
            join_cookies(&mut parts.headers);
        }
        if let Some(host) = missing_host {
            parts.headers.insert(HOST, host);
        }
        let now_ms = core.now_ns() / 1_000_000;
        let request_id = add_forwarding(&mut parts.headers, peer, now_ms, &core.dice);

        let record = (core.config.access_log || core.config.timers).then(|| {
            let id = request_id.clone();
            Box::new(Record::new(&parts.method, &parts.uri, parts.version, &parts.headers, id, peer.address))
        });
        let upload = Arc::new(Upload::new(started));
        let exchange = Exchange::new(core, &target.first_app, upload.clone(), started, request_id, record);
        let awaits_leave = parts.headers.contains_key(EXPECT);
        let body = UpstreamBody::new(incoming, upload.clone(), awaits_leave);
        let wish = match Wish::of(&parts.headers, &target) {
            Ok(wish) => wish,
            Err(refusal) => return exchange.refuse(&refusal),
        };
        let bound = sticky::bound_to(&parts.headers, &core.config.sticky_cookies).map(str::to_owned);
        let outgoing = Outgoing::new(parts.method, &parts.uri, parts.headers, body, upload);
        let upgrade = upgrade.filter(|_| is_upgrade);
        let core = core.clone();
        Forward { core, target, outgoing, exchange, bound, wish, upgrade }.run().await
    }

    /// The target of a request, and the `Host` header that it lacks.
    fn route(&self, request: &Request<Incoming>) -> Result<(Arc<Target>, Option<HeaderValue>), Refusal> {
        if request.method() == Method::CONNECT {
            return Err(Refusal::Connect);
        }
        let authority = authority_of(request).map_err(|bad| match bad {
            BadAuthority::Missing => Refusal::EmptyHost,
            BadAuthority::Repeated => Refusal::BadHost("it has more than one Host header"),
            BadAuthority::Differs => Refusal::BadHost("its Host header and target name different hosts"),
            BadAuthority::Malformed => Refusal::BadHost("its host is not a name or address"),
        })?;
        let found = self.table.load().find(authority.host(), request.uri().path()).cloned();
        let target = found.ok_or_else(|| Refusal::UnknownRoute { host: authority.text().to_owned() })?;
        let has_host = request.headers().contains_key(HOST);
        let missing_host = if has_host { None } else { HeaderValue::from_str(authority.text()).ok() };
        Ok((target, missing_host))
    }

    /// For requests that belong to no app.
    fn refuse(&self, refusal: &Refusal, request: Request<Incoming>) -> Response<EdgeBody> {
        let counters = &self.core.counters;
        if matches!(refusal, Refusal::UnknownRoute { .. }) {
            add(&counters.unknown_routes, 1);
        }
        counters.response(refusal.status().as_u16());
        let awaits_leave = request.headers().contains_key(EXPECT);
        let body =
            UpstreamBody::new(request.into_body(), Arc::new(Upload::new(Instant::now())), awaits_leave);
        refusal.response(body.is_empty())
    }

    fn update(&self, change: impl FnOnce(&mut Writer, &Table) -> Table) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let table = change(&mut writer, &self.table.load());
        self.table.store(Arc::new(table));
        add(&self.core.counters.table_updates, 1);
    }
}

impl Traffic for Edge {
    fn replace(&self, routes: Vec<Route>) {
        self.update(|writer, _| writer.replace(routes, &self.core.dice));
    }

    fn apply(&self, changes: Vec<TrafficChange>) {
        self.update(|writer, table| writer.apply(table, changes, &self.core.dice));
    }
}

/// Ends with the router.
async fn close_idle(router: Weak<Edge>, idle_timeout: std::time::Duration) {
    let mut tick = tokio::time::interval(idle_timeout.max(std::time::Duration::from_millis(10)));
    loop {
        tick.tick().await;
        let Some(router) = router.upgrade() else { return };
        let writer = router.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.close_idle(idle_timeout);
    }
}
