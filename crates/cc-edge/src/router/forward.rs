//! A request's way to an instance, with another try where that does no harm.

use std::sync::Arc;
use std::time::Duration;

use http::{Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use super::body::{EdgeBody, UpstreamBody};
use super::choose::{Choice, NoChoice};
use super::core::Core;
use super::counters::{add, sub};
use super::endpoint::InFlight;
use super::exchange::{Exchange, Finish};
use super::headers::{REQUEST_ID, host_of, remove_hop_by_hop};
use super::outgoing::{Outgoing, Sent};
use super::refusal::Refusal;
use super::sticky::{self, Wish};
use super::target::{Instance, Target};

/// A request that is ready to be sent.
pub(super) struct Forward {
    pub core: Arc<Core>,
    pub target: Arc<Target>,
    pub outgoing: Outgoing,
    pub exchange: Exchange,
    /// The instance that the client's cookies name.
    pub bound: Option<String>,
    pub wish: Option<Wish>,
    /// The client's end of the tunnel, if it asks for one.
    pub upgrade: Option<OnUpgrade>,
}

impl Forward {
    pub async fn run(mut self) -> Response<EdgeBody> {
        let mut tried: Vec<Arc<Instance>> = Vec::new();
        let mut instance = match self.first_choice() {
            Ok(instance) => instance,
            Err(refusal) => return self.exchange.refuse(&refusal),
        };
        let mut may_reuse = self.upgrade.is_none();
        let config = &self.core.config;
        for attempt in 1..=config.max_attempts {
            if attempt > 1 {
                add(&self.core.counters.retries, 1);
            }
            self.exchange.goes_to(&instance);
            let in_flight = InFlight::new(&instance.endpoint);
            let reused = if may_reuse { instance.endpoint.reuse(config.idle_timeout) } else { None };
            let is_reused = reused.is_some();
            let sender = match reused {
                Some(sender) => Ok(sender),
                None => instance.endpoint.connect(config.connect_timeout).await,
            };
            let sender = match sender {
                Ok(sender) => sender,
                Err(error) => {
                    drop(in_flight);
                    self.connect_failed(&instance);
                    tried.push(instance);
                    match self.choice(&tried).pick() {
                        Ok(next) if attempt < config.max_attempts => instance = next.clone(),
                        _ => {
                            return self
                                .exchange
                                .refuse(&Refusal::EndpointFailure { cause: connect_cause(&error) });
                        }
                    }
                    continue;
                }
            };
            if !is_reused {
                add(&self.core.counters.connections_opened, 1);
                instance.endpoint.mark_good();
            }
            self.outgoing.address_to(&instance);
            match self.outgoing.send(sender, is_reused, config.response_timeout).await {
                Sent::Head(response, sender) => return self.answer(response, sender, in_flight, &instance),
                Sent::Failed(cause) => return self.exchange.refuse(&Refusal::EndpointFailure { cause }),
                Sent::BrokenBody => return self.exchange.refuse(&Refusal::BrokenBody),
                Sent::Stale => may_reuse = false,
            }
        }
        self.exchange.refuse(&Refusal::EndpointFailure { cause: "connection closed by the endpoint" })
    }

    fn choice<'a>(&'a self, tried: &'a [Arc<Instance>]) -> Choice<'a> {
        Choice {
            target: &self.target,
            headers: self.outgoing.headers(),
            wish: self.wish.as_ref(),
            tried,
            max_in_flight: self.core.config.max_in_flight,
            now_ms: self.core.uptime_ms(Duration::ZERO),
            dice: &self.core.dice,
        }
    }

    fn first_choice(&self) -> Result<Arc<Instance>, Refusal> {
        let choice = self.choice(&[]);
        if let Some(found) = self.bound.as_deref().and_then(|guid| choice.bound(guid)) {
            return Ok(found.clone());
        }
        choice.pick().cloned().map_err(|none| match none {
            NoChoice::NoneLeft => {
                add(&self.core.counters.no_endpoints, 1);
                Refusal::NoEndpoints { host: host_of(self.outgoing.headers()) }
            }
            NoChoice::LimitReached => Refusal::LimitReached { host: host_of(self.outgoing.headers()) },
        })
    }

    fn connect_failed(&self, instance: &Instance) {
        add(&self.core.counters.connect_failures, 1);
        instance.endpoint.mark_failed(self.core.uptime_ms(self.core.config.failed_for));
    }

    fn answer(
        mut self,
        mut response: Response<Incoming>,
        sender: Option<http1::SendRequest<UpstreamBody>>,
        in_flight: InFlight,
        instance: &Instance,
    ) -> Response<EdgeBody> {
        let is_switch = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        if is_switch && self.upgrade.is_none() {
            return self
                .exchange
                .refuse(&Refusal::EndpointFailure { cause: "unexpected change of protocol" });
        }
        self.exchange.head_sent(response.status().as_u16());
        *response.version_mut() = Version::HTTP_11;
        let path = &self.target.shown_path;
        let headers = response.headers_mut();
        remove_hop_by_hop(headers, is_switch);
        sticky::bind(headers, instance, path, self.bound.as_deref(), &self.core.config.sticky_cookies);
        headers.insert(REQUEST_ID, self.exchange.request_id.clone());
        match self.upgrade {
            Some(client) if is_switch => {
                let server = hyper::upgrade::on(&mut response);
                tokio::spawn(tunnel(self.core, client, server, self.exchange, in_flight));
                response.map(|_| EdgeBody::text(String::new()))
            }
            _ => {
                let finish = Finish { exchange: self.exchange, sender, in_flight };
                response.map(|incoming| EdgeBody::relay(incoming, finish))
            }
        }
    }
}

/// Carries bytes both ways until both ends have closed, or one breaks.
async fn tunnel(
    core: Arc<Core>,
    client: OnUpgrade,
    server: OnUpgrade,
    mut exchange: Exchange,
    in_flight: InFlight,
) {
    add(&core.counters.tunnels_now, 1);
    let carried = async {
        let (client, server) = tokio::try_join!(client, server).map_err(std::io::Error::other)?;
        tokio::io::copy_bidirectional(&mut TokioIo::new(client), &mut TokioIo::new(server)).await
    };
    match carried.await {
        Ok((received, sent)) => exchange.tunnelled(received, sent),
        Err(error) => exchange.fail(format!("tunnel broken ({error})")),
    }
    sub(&core.counters.tunnels_now, 1);
    drop(in_flight);
}

fn connect_cause(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => "dial tcp: connection refused",
        std::io::ErrorKind::TimedOut => "dial tcp: i/o timeout",
        _ => "dial tcp: no connection",
    }
}
