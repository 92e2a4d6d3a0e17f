//! How much one client, and all together, may ask of the listener.

use super::Options;
use std::time::Duration;

/// Limits of connections and of the time of what comes over them.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Open connections in all; fewer where the process may not have as many descriptors.
    pub connections: usize,
    /// Of one address; of an IPv6 network of 64 bits.
    pub connections_per_address: usize,
    /// From a new connection to its first byte.
    pub first_byte: Duration,
    /// From the first byte of a request to the end of its header.
    pub header: Duration,
    /// From the end of a request to the first byte of the next.
    pub idle: Duration,
    /// A request of ours with its body; of an upload only what the client lets us wait.
    pub request: Duration,
    /// From the last byte of a request to an app to the head of its response.
    pub app_response: Duration,
}

impl Limits {
    /// Those of the command line over those of the file over the defaults. What cannot be is added to `wrong`.
    pub fn resolve(options: &Options, file: &Options, wrong: &mut Vec<String>) -> Self {
        let mut positive = |name: &str, given: Option<u64>, from_file: Option<u64>, default: u64| {
            let value = given.or(from_file).unwrap_or(default);
            if value == 0 {
                wrong.push(format!("{name} must be at least 1"));
            }
            value
        };
        let count = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
        // Further than that no clock is set, and adding to now cannot overflow.
        let seconds = |value: u64| Duration::from_secs(value.min(30 * 24 * 3600));
        let (o, f) = (options, file);
        Self {
            connections: count(positive("max_connections", o.max_connections, f.max_connections, 8_192)),
            connections_per_address: count(positive(
                "max_connections_per_address",
                o.max_connections_per_address,
                f.max_connections_per_address,
                1_024,
            )),
            first_byte: seconds(positive(
                "first_byte_seconds",
                o.first_byte_seconds,
                f.first_byte_seconds,
                10,
            )),
            header: seconds(positive("header_seconds", o.header_seconds, f.header_seconds, 15)),
            idle: seconds(positive("idle_seconds", o.idle_seconds, f.idle_seconds, 75)),
            request: seconds(positive("request_seconds", o.request_seconds, f.request_seconds, 30)),
            app_response: seconds(positive(
                "app_response_seconds",
                o.app_response_seconds,
                f.app_response_seconds,
                900,
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_nothing_is_refused_by_name() {
        let mut wrong = Vec::new();
        let options = Options { idle_seconds: Some(0), max_connections: Some(0), ..Options::default() };
        Limits::resolve(&options, &Options::default(), &mut wrong);
        assert_eq!(wrong, ["max_connections must be at least 1", "idle_seconds must be at least 1"]);
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let options = Options { header_seconds: Some(3), ..Options::default() };
        let file = Options { header_seconds: Some(4), app_response_seconds: Some(60), ..Options::default() };
        let limits = Limits::resolve(&options, &file, &mut Vec::new());
        assert_eq!(limits.header, Duration::from_secs(3));
        assert_eq!(limits.app_response, Duration::from_secs(60));
        assert_eq!(limits.first_byte, Duration::from_secs(10));
        let limits = Limits::resolve(&Options::default(), &Options::default(), &mut Vec::new());
        assert_eq!(limits.app_response, Duration::from_secs(900));
    }
}
