//! What a router must know to send a request to an app: routes, their destinations, and the instances behind them.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use async_trait::async_trait;

use crate::log::TagSet;

/// Where routes and endpoints are announced. Calls are cheap, in process, and take effect before they return.
#[cfg_attr(feature = "testing", mockall::automock)]
pub trait Traffic: Send + Sync {
    /// Makes these the only routes.
    fn replace(&self, routes: Vec<Route>);

    /// Applies the changes in order, all at once for requests.
    fn apply(&self, changes: Vec<TrafficChange>);
}

#[derive(Debug, Clone, PartialEq)]
pub enum TrafficChange {
    /// Adds the route or replaces the one with the same guid.
    Put(Route),
    /// Removes the route with this guid; nothing if there is none.
    Remove(Arc<str>),
    /// Replaces the endpoints of every destination with this process and app port.
    Endpoints { process_guid: Arc<str>, app_port: u16, endpoints: Vec<Endpoint> },
}

/// An HTTP route. Two routes with equal host and path are a mistake of the caller: the one put last wins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Route {
    pub guid: Arc<str>,
    /// The whole name, without port: `shop.apps.example.com`, or `*.apps.example.com` for a wildcard.
    pub host: String,
    /// Empty, or `/a/b` without a slash at the end.
    pub path: String,
    pub options: RouteOptions,
    /// None means that the route leads nowhere: it is answered like an unknown one.
    pub destinations: Vec<Destination>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RouteOptions {
    pub balance: LoadBalancing,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub enum LoadBalancing {
    #[default]
    RoundRobin,
    LeastConnection,
    Hash {
        /// The request header whose value is hashed; without it in a request, round robin.
        header: String,
        /// How many times the average load an instance may carry before its keys spill over; `None` is no limit.
        balance: Option<f64>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Destination {
    pub app_guid: Arc<str>,
    pub process_guid: Arc<str>,
    pub process_type: Arc<str>,
    /// The port in the app's own view.
    pub app_port: u16,
    /// 0 to 100. When a destination of a route has one, those without count 0.
    pub weight: Option<u8>,
    pub protocol: Protocol,
    /// Tags of the access log lines of this app (names of app, space, organization…).
    pub tags: Arc<TagSet>,
    /// Routable instances only.
    pub endpoints: Vec<Endpoint>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Protocol {
    #[default]
    Http1,
    /// HTTP/2 without TLS, by prior knowledge.
    Http2,
}

/// How one instance is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub instance_guid: Arc<str>,
    pub index: u32,
    /// An IP address or a name that the router's machine resolves.
    pub host: Arc<str>,
    pub port: u16,
    pub way: Way,
}

/// Opens connections to one instance that is not on its host's network.
#[async_trait]
pub trait Dial: std::fmt::Debug + Send + Sync {
    /// A connected TCP socket that does not block, to this port in the instance's own view.
    async fn dial(&self, port: u16) -> io::Result<OwnedFd>;
}

/// How the ports of an instance are reached. There is no other way to an instance than these.
#[derive(Debug, Clone, Default)]
pub enum Way {
    /// They are ports of its host.
    #[default]
    Host,
    /// It has a network of its own.
    Through(Arc<dyn Dial>),
}

/// Two ways are the same if they are one.
impl PartialEq for Way {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Host, Self::Host) => true,
            (Self::Through(one), Self::Through(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Eq for Way {}
