//! Limits of the router.

use std::time::Duration;

/// Lines of the header of a request to an app, and of its response alike. The platform's router counts bytes alone, so this is far above
/// what it lets through in practice.
pub const MAX_HEADER_LINES: usize = 1_000;
/// Bytes of them, as the platform's router has it.
pub const MAX_HEADER_BYTES: usize = 1 << 20;

#[derive(Debug, Clone)]
pub struct RouterConfig {
    /// For the TCP connection to an instance.
    pub connect_timeout: Duration,
    /// From the last byte of the request that was read from the client to the head of the response.
    pub response_timeout: Duration,
    /// How long an unused connection to an instance is kept, and how many.
    pub idle_timeout: Duration,
    pub idle_per_endpoint: usize,
    /// How long an instance that refused a connection is passed over while there are others.
    pub failed_for: Duration,
    pub max_attempts: u32,
    /// Requests that one instance is given at a time; `None` is no limit.
    pub max_in_flight: Option<u32>,
    /// Cookies whose setting by an app binds the client to the instance.
    pub sticky_cookies: Vec<String>,
    /// A line per request in the log of the app.
    pub access_log: bool,
    /// A timer envelope per request.
    pub timers: bool,
}

impl Default for RouterConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            response_timeout: Duration::from_mins(15),
            idle_timeout: Duration::from_secs(90),
            idle_per_endpoint: 100,
            failed_for: Duration::from_secs(30),
            max_attempts: 3,
            max_in_flight: None,
            sticky_cookies: vec!["JSESSIONID".to_owned()],
            access_log: true,
            timers: true,
        }
    }
}
