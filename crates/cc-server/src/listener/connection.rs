//! One connection, from its first byte to its end.

use super::activity::{Activity, Answering, Overdue, Watched};
use super::front::Front;
use super::gate::Place;
use crate::config::Limits;
use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

/// A connection that is asked to end has this long.
const FAREWELL: Duration = Duration::from_secs(5);
/// Of one that is only told about health.
const HEALTH_TIME: Duration = Duration::from_secs(2);
/// An HTTP/2 client that does not answer a ping is gone.
const PING_EVERY: Duration = Duration::from_secs(30);

/// How connections are served.
pub struct Serving {
    builder: Builder<TokioExecutor>,
    /// For connections beyond the limit.
    of_health: Builder<TokioExecutor>,
    limits: Limits,
    health_limits: Limits,
    front: Arc<Front>,
}

impl Serving {
    pub fn new(front: Arc<Front>, limits: Limits) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        // Names leave as Go's servers write them, which is what clients of the platform know. The times are those of `Activity`.
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(None::<Duration>)
            .title_case_headers(true)
            .max_headers(cc_edge::MAX_HEADER_LINES)
            .max_buf_size(cc_edge::MAX_HEADER_BYTES);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(PING_EVERY)
            .max_header_list_size(u32::try_from(cc_edge::MAX_HEADER_BYTES).unwrap_or(u32::MAX));
        let mut of_health = builder.clone().http1_only();
        of_health.http1().keep_alive(false);
        let health_limits =
            Limits { first_byte: HEALTH_TIME, header: HEALTH_TIME, idle: HEALTH_TIME, ..limits.clone() };
        Self { builder, of_health, limits, health_limits, front }
    }

    /// Serves until the client, its limits or the server end it. Without a place only health is told.
    pub async fn serve<S>(&self, stream: S, peer: SocketAddr, place: Option<Place>, stop: CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let is_served = place.is_some();
        let (builder, limits) =
            if is_served { (&self.builder, &self.limits) } else { (&self.of_health, &self.health_limits) };
        let activity = Activity::new();
        let service = service_fn(|request: Request<Incoming>| {
            let answering = activity.request();
            let front = Arc::clone(&self.front);
            async move {
                let response = if is_served {
                    front.answer(request, peer).await
                } else {
                    front.answer_when_full(request).await
                };
                Ok::<_, Infallible>(response.map(|body| AnswerBody { body, _answering: answering }))
            }
        });
        let socket = TokioIo::new(Watched::new(stream, Arc::clone(&activity), place));
        let mut connection = pin!(builder.serve_connection_with_upgrades(socket, service));
        let mut overdue = pin!(activity.overdue(limits));
        let mut stopped = pin!(stop.cancelled_owned());
        tokio::select! {
            outcome = &mut connection => return ended(outcome, peer),
            why = &mut overdue => {
                metrics::counter!("cc_connections_closed_total", "why" => why.text()).increment(1);
                if why != Overdue::Idle {
                    tracing::debug!(%peer, why = why.text(), "a connection was closed");
                    return;
                }
                connection.as_mut().graceful_shutdown();
                if let Ok(outcome) = tokio::time::timeout(FAREWELL, connection).await {
                    ended(outcome, peer);
                }
                return;
            }
            () = &mut stopped => {}
        }
        connection.as_mut().graceful_shutdown();
        tokio::select! {
            outcome = connection => ended(outcome, peer),
            _ = overdue => {}
        }
    }
}

fn ended<E: std::fmt::Display>(outcome: Result<(), E>, peer: SocketAddr) {
    if let Err(error) = outcome {
        tracing::debug!(%error, %peer, "a connection broke");
    }
}

/// An answer on its way.
struct AnswerBody {
    body: Body,
    _answering: Answering,
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
