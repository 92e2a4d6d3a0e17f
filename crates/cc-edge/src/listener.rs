//! How connections that may carry requests for apps are to be served.

use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto;

/// A header block above it is answered with 431.
pub const MAX_HEADER_BYTES: u32 = 1 << 20;
const MAX_HEADER_LINES: usize = 1000;
/// For a complete head, counted from the end of the last request: it also ends idle connections.
const HEAD_TIMEOUT: Duration = Duration::from_mins(1);

/// A builder with the router's limits. Use `serve_connection_with_upgrades` with it.
pub fn http_server() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(MAX_HEADER_LINES)
        .max_buf_size(MAX_HEADER_BYTES as usize)
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(30))
        .max_header_list_size(MAX_HEADER_BYTES);
    builder
}
