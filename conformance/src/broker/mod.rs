//! The service broker of the recordings (Open Service Broker API 2.17), one for each file, on a port of this machine.
//!
//! A base path is `/KIND/TAG`. `KIND` picks a [catalogue](catalog::of), `TAG` is a part of every id and name in it, so that no two
//! scenarios meet. `KIND@BEHAVIOUR` is a good catalogue whose every operation goes so unless something else is said.
//!
//! How an operation goes is chosen by the first of these that says so:
//!
//! 1. what was programmed with `/control/behave`, for the binding, the instance, or the base path;
//! 2. a parameter of the request: `{"behave": B}`, or `{"OPERATION": B}`, of which those of later operations are kept;
//! 3. what an earlier request to the instance or binding said about it;
//! 4. the plan's name (`async…`, `fail`, `timeout`), `KIND@BEHAVIOUR`, and else it goes well.
//!
//! `B` is one of the [words](behaviour), an object `{"status", "body" or "raw", "headers"}`, or a list of such, one for each time
//! and the last one for ever. The requests under `/control/…` are those of [`control`].

mod asked;
mod behaviour;
mod catalog;
mod catalog_faulty;
mod control;
mod operation;
mod reply;
mod serve;
mod state;

use asked::Asked;
use axum::Router;
use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{Request, Response};
use state::State;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running broker; it ends with the value.
pub struct Broker {
    url: String,
    inner: Arc<Inner>,
    listener: JoinHandle<()>,
}

struct Inner {
    state: Mutex<State>,
    url: String,
    second: Duration,
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As long as the recordings' installation would wait.
    fn seconds(&self, number: f64) -> Duration {
        self.second.mul_f64(number.clamp(0.0, 3_600.0))
    }
}

impl Broker {
    /// Listens on a free port of loopback. `second` is how long a second of its delays lasts here. Fails if there is no free port.
    pub async fn start(second: Duration) -> std::io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let inner = Arc::new(Inner { state: Mutex::default(), url: url.clone(), second });
        let router = router(&inner);
        let listener = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, inner, listener })
    }

    /// Where it is reached, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many requests of a platform came so far, those of `/control/…` left out.
    pub fn heard(&self) -> usize {
        self.inner.state().log.len()
    }

    /// Answers a request as if it had come over the network.
    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        serve(Shared(self.inner.clone()), request).await
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

fn router(inner: &Arc<Inner>) -> Router {
    Router::new().fallback(serve).with_state(inner.clone())
}

async fn serve(Shared(inner): Shared<Arc<Inner>>, request: Request<Body>) -> Response<Body> {
    let asked = Asked::read(request).await;
    let reply = match asked.path.strip_prefix("/control/") {
        Some(what) => control::answer(&inner, &asked, what).await,
        None => serve::answer(&inner, &asked).await,
    };
    reply.into_response()
}

#[cfg(test)]
mod tests;
