//! The authority of a request: which host it is for.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use http::header::HOST;
use http::{Request, Uri};
use thiserror::Error;

/// The host that a request names, in its one possible spelling for comparisons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority<'a> {
    text: &'a str,
    host: Cow<'a, str>,
    port: Option<u16>,
}

impl Authority<'_> {
    /// Lower case, without port and without a dot at the end. An IPv6 address is in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// As the client wrote it, with its port.
    pub fn text(&self) -> &str {
        self.text
    }

    /// Whether the host is an IP address and not a name.
    pub fn is_ip(&self) -> bool {
        let inner = self.host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match inner {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => self.host.parse::<Ipv4Addr>().is_ok(),
        }
    }
}

/// Why a request has no authority that can be trusted. All of them are a 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadAuthority {
    #[error("the request names no host")]
    Missing,
    #[error("the request has more than one Host header")]
    Repeated,
    #[error("the Host header and the request target name different hosts")]
    Differs,
    #[error("the host is not a name or address")]
    Malformed,
}

/// The one authority of a request: that of its target (absolute form, `:authority`) and that of its `Host` header, which must be
/// equal if both are there.
pub fn authority_of<B>(request: &Request<B>) -> Result<Authority<'_>, BadAuthority> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let header = match hosts.next() {
        None => None,
        Some(value) => Some(parse(value.to_str().map_err(|_| BadAuthority::Malformed)?)?),
    };
    if hosts.next().is_some() {
        return Err(BadAuthority::Repeated);
    }
    let target = match request.uri().authority() {
        None => None,
        Some(authority) => Some(parse(authority.as_str())?),
    };
    match (target, header) {
        (None, None) => Err(BadAuthority::Missing),
        (Some(one), None) | (None, Some(one)) => Ok(one),
        (Some(target), Some(header)) => {
            let port = |authority: &Authority<'_>| authority.port.unwrap_or(default_port(request.uri()));
            if target.host != header.host || port(&target) != port(&header) {
                return Err(BadAuthority::Differs);
            }
            Ok(target)
        }
    }
}

fn default_port(uri: &Uri) -> u16 {
    if uri.scheme_str() == Some("https") { 443 } else { 80 }
}

fn parse(text: &str) -> Result<Authority<'_>, BadAuthority> {
    if text.is_empty() {
        return Err(BadAuthority::Missing);
    }
    let host_end = match text.strip_prefix('[') {
        Some(rest) => rest.find(']').ok_or(BadAuthority::Malformed)? + 2,
        None => text.find(':').unwrap_or(text.len()),
    };
    let (host, rest) = text.split_at_checked(host_end).ok_or(BadAuthority::Malformed)?;
    let port = match rest.strip_prefix(':') {
        Some("") => None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(digits.parse().map_err(|_| BadAuthority::Malformed)?)
        }
        None if rest.is_empty() => None,
        _ => return Err(BadAuthority::Malformed),
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_empty() {
        return Err(BadAuthority::Missing);
    }
    if !is_host(host) {
        return Err(BadAuthority::Malformed);
    }
    let host = if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    };
    Ok(Authority { text, host, port })
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(uri: &str, hosts: &[&str]) -> Request<()> {
        let mut builder = Request::get(uri);
        for host in hosts {
            builder = builder.header(HOST, *host);
        }
        builder.body(()).unwrap()
    }

    fn host(uri: &str, hosts: &[&str]) -> Result<String, BadAuthority> {
        authority_of(&request(uri, hosts)).map(|authority| authority.host.into_owned())
    }

    #[test]
    fn a_host_is_compared_without_case_port_and_last_dot() {
        for text in [
            "app.example.com",
            "APP.example.COM",
            "app.example.com:8080",
            "app.example.com.",
            "app.Example.com.:80",
        ] {
            assert_eq!(host("/", &[text]).as_deref(), Ok("app.example.com"), "{text}");
        }
        assert_eq!(host("/", &["[::1]:80"]).as_deref(), Ok("[::1]"));
    }

    #[test]
    fn the_request_target_and_the_header_must_agree() {
        assert_eq!(host("http://a.com/x", &["A.com:80"]).as_deref(), Ok("a.com"));
        assert_eq!(host("https://a.com/x", &["a.com:443"]).as_deref(), Ok("a.com"));
        assert_eq!(host("http://a.com/x", &["b.com"]), Err(BadAuthority::Differs));
        assert_eq!(host("http://a.com:81/x", &["a.com"]), Err(BadAuthority::Differs));
        assert_eq!(host("http://a.com/x", &[]).as_deref(), Ok("a.com"));
    }

    #[test]
    fn two_host_headers_are_refused_even_if_they_are_equal() {
        assert_eq!(host("/", &["a.com", "a.com"]), Err(BadAuthority::Repeated));
    }

    #[test]
    fn a_host_that_is_none_is_refused() {
        for text in [
            "a b",
            "a/b",
            "user@a.com",
            "a.com:80x",
            "a.com:99999",
            "[::1",
            "[x]",
            "[::1]x",
            "*.a.com",
            "a,b",
        ] {
            assert_eq!(host("/", &[text]), Err(BadAuthority::Malformed), "{text}");
        }
        for text in ["", ".", ":80"] {
            assert_eq!(host("/", &[text]), Err(BadAuthority::Missing), "{text}");
        }
        assert_eq!(host("/", &[]), Err(BadAuthority::Missing));
    }

    #[test]
    fn addresses_are_told_from_names() {
        let is_ip = |text: &str| authority_of(&request("/", &[text])).unwrap().is_ip();
        assert!(is_ip("127.0.0.1:80") && is_ip("[::1]"));
        assert!(!is_ip("localhost") && !is_ip("1.2.3.4.example.com"));
    }
}
