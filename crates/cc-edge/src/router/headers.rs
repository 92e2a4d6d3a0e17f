//! What the router adds to a request, and what it must not pass on.

use std::fmt::Write;
use std::net::SocketAddr;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, COOKIE, HOST, TE, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Version, request};

use super::dice::Dice;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-vcap-request-id");
pub(super) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
pub(super) const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
pub(super) const REQUEST_START: HeaderName = HeaderName::from_static("x-request-start");
pub(super) const B3_TRACE: HeaderName = HeaderName::from_static("x-b3-traceid");
pub(super) const B3_SPAN: HeaderName = HeaderName::from_static("x-b3-spanid");
pub(super) const B3_PARENT: HeaderName = HeaderName::from_static("x-b3-parentspanid");
pub(super) const B3: HeaderName = HeaderName::from_static("b3");
pub(super) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
pub(super) const APP_ID: HeaderName = HeaderName::from_static("x-cf-applicationid");
pub(super) const INSTANCE_ID: HeaderName = HeaderName::from_static("x-cf-instanceid");
pub(super) const INSTANCE_INDEX: HeaderName = HeaderName::from_static("x-cf-instanceindex");

const HOP_BY_HOP: [HeaderName; 5] = [
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("proxy-authenticate"),
    HeaderName::from_static("proxy-authorization"),
    TRANSFER_ENCODING,
];

/// How a request came to the router.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    pub address: SocketAddr,
    pub is_tls: bool,
}

/// Without TLS.
impl From<SocketAddr> for Peer {
    fn from(address: SocketAddr) -> Self {
        Self { address, is_tls: false }
    }
}

/// Whether the client asks to change the protocol of its connection. A wish for HTTP/2 is none: it is between the client and us.
pub(super) fn is_upgrade(parts: &request::Parts) -> bool {
    parts.version == Version::HTTP_11
        && parts
            .headers
            .get(UPGRADE)
            .is_some_and(|protocol| !protocol.as_bytes().eq_ignore_ascii_case(b"h2c"))
        && connection_tokens(&parts.headers).any(|token| token.eq_ignore_ascii_case("upgrade"))
}

fn connection_tokens(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// Removes what concerns one connection only, including what `Connection` names; but for an upgrade, what asks for it or grants it.
pub(super) fn remove_hop_by_hop(headers: &mut HeaderMap, keeps_upgrade: bool) {
    let accepts_trailers = headers.get(TE).is_some_and(|value| {
        value.as_bytes().to_ascii_lowercase().windows(8).any(|part| part == b"trailers")
    });
    let upgrade = if keeps_upgrade { headers.get(UPGRADE).cloned() } else { None };
    if headers.contains_key(CONNECTION) {
        let named: Vec<HeaderName> = connection_tokens(headers)
            .filter(|token| !token.eq_ignore_ascii_case("keep-alive") && !token.eq_ignore_ascii_case("close"))
            .filter_map(|token| HeaderName::try_from(token).ok())
            .filter(|name| *name != HOST && *name != CONTENT_LENGTH)
            .collect();
        headers.remove(CONNECTION);
        for name in named {
            headers.remove(name);
        }
    }
    // A length beside an encoding is not the body's (RFC 9112 §6.3); passed on, it would cut the message where another reader does not.
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(CONTENT_LENGTH);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
    headers.remove(UPGRADE);
    headers.remove(TE);
    if accepts_trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
    if let Some(upgrade) = upgrade {
        headers.insert(UPGRADE, upgrade);
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    }
}

/// The host as the client wrote it.
pub(super) fn host_of(headers: &HeaderMap) -> String {
    headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned()
}

/// HTTP/2 clients may send cookies one by one; HTTP/1 knows one header.
pub(super) fn join_cookies(headers: &mut HeaderMap) {
    if headers.get_all(COOKIE).iter().nth(1).is_none() {
        return;
    }
    let cookies: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if let Ok(joined) = HeaderValue::from_bytes(&cookies.join(&b"; "[..])) {
        headers.insert(COOKIE, joined);
    }
}

/// Tells the app who asked, how and when. Gives the request id.
pub(super) fn add_forwarding(headers: &mut HeaderMap, peer: Peer, now_ms: i64, dice: &Dice) -> HeaderValue {
    let mut forwarded_for = Vec::with_capacity(48);
    for value in headers.get_all(FORWARDED_FOR) {
        forwarded_for.extend_from_slice(value.as_bytes());
        forwarded_for.extend_from_slice(b", ");
    }
    let mut address = Text(forwarded_for);
    let written = write!(address, "{}", peer.address.ip().to_canonical());
    if let (Ok(()), Ok(value)) = (written, HeaderValue::from_maybe_shared(Bytes::from(address.0))) {
        headers.insert(FORWARDED_FOR, value);
    }
    if !headers.contains_key(FORWARDED_PROTO) {
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static(if peer.is_tls { "https" } else { "http" }));
    }
    if !headers.contains_key(REQUEST_START) {
        headers.insert(REQUEST_START, HeaderValue::from(now_ms));
    }
    add_ids(headers, dice)
}

struct Text(Vec<u8>);

impl Write for Text {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// A new request id, and trace ids if the client sent none. All are cut from one buffer:
/// `<uuid>00-<trace>-<span>-01`.
fn add_ids(headers: &mut HeaderMap, dice: &Dice) -> HeaderValue {
    let (high, low) = (dice.roll(), dice.roll());
    // A version 4 UUID: four bits say the version, two the variant.
    let id = u128::from((high & !0xf000) | 0x4000) << 64 | u128::from((low & !(0b11 << 62)) | 1 << 63);
    let span = dice.roll() | 1;
    let mut text = Text(Vec::with_capacity(91));
    let written = write!(
        text,
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}00-{id:032x}-{span:016x}-01",
        id >> 96,
        id >> 80 & 0xffff,
        id >> 64 & 0xffff,
        id >> 48 & 0xffff,
        id & 0xffff_ffff_ffff
    );
    written.expect("Text takes everything");
    let text = Bytes::from(text.0);
    let cut = |range: std::ops::Range<usize>| {
        HeaderValue::from_maybe_shared(text.slice(range)).unwrap_or(HeaderValue::from_static(""))
    };
    let request_id = cut(0..36);
    headers.insert(REQUEST_ID, request_id.clone());
    if !headers.contains_key(B3_TRACE) && !headers.contains_key(B3_SPAN) && !headers.contains_key(B3) {
        headers.insert(B3_TRACE, cut(39..71));
        headers.insert(B3_SPAN, cut(72..88));
        headers.insert(B3, cut(39..88));
    }
    if !headers.contains_key(TRACEPARENT) {
        headers.insert(TRACEPARENT, cut(36..91));
    }
    request_id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers
    }

    fn peer() -> Peer {
        Peer { address: "[::ffff:10.1.2.3]:5000".parse().unwrap(), is_tls: true }
    }

    #[test]
    fn the_client_is_added_to_those_that_forwarded_before() {
        let mut headers = map(&[
            ("x-forwarded-for", "1.1.1.1"),
            ("x-forwarded-for", "2.2.2.2"),
            ("x-forwarded-proto", "http"),
        ]);
        add_forwarding(&mut headers, peer(), 1_234, &Dice::new());
        assert_eq!(headers["x-forwarded-for"], "1.1.1.1, 2.2.2.2, 10.1.2.3");
        assert_eq!(headers["x-forwarded-proto"], "http");
        assert_eq!(headers["x-request-start"], "1234");
        assert_eq!(headers.get_all("x-forwarded-for").iter().count(), 1);
    }

    #[test]
    fn ids_are_new_and_of_the_right_form() {
        let mut headers = map(&[("x-vcap-request-id", "forged")]);
        let id = add_forwarding(&mut headers, peer(), 0, &Dice::new());
        let id = id.to_str().unwrap();
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!((&id[14..15], "89ab".contains(&id[19..20])), ("4", true));
        let text = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert_eq!(text("x-vcap-request-id"), id);
        assert_eq!(text("x-b3-traceid"), id.replace('-', ""));
        assert_eq!(text("b3"), format!("{}-{}", text("x-b3-traceid"), text("x-b3-spanid")));
        assert_eq!(text("traceparent"), format!("00-{}-01", text("b3")));
        assert_eq!(text("x-b3-spanid").len(), 16);
    }

    #[test]
    fn a_trace_of_the_client_goes_on() {
        let mut headers = map(&[("x-b3-traceid", "a"), ("x-b3-spanid", "b"), ("traceparent", "c")]);
        add_forwarding(&mut headers, peer(), 0, &Dice::new());
        assert_eq!(
            (&headers["x-b3-traceid"], &headers["x-b3-spanid"], &headers["traceparent"]),
            (&"a".parse().unwrap(), &"b".parse().unwrap(), &"c".parse().unwrap())
        );
        assert!(!headers.contains_key("b3"));
    }

    #[test]
    fn headers_of_one_connection_are_not_passed_on() {
        let mut headers = map(&[
            ("connection", "close, X-Mine, Host"),
            ("connection", "Upgrade"),
            ("x-mine", "1"),
            ("host", "a.com"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("te", "gzip, Trailers"),
            ("upgrade", "websocket"),
            ("accept", "*/*"),
        ]);
        remove_hop_by_hop(&mut headers, false);
        let mut names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "host", "te"]);
        assert_eq!(headers["te"], "trailers");
    }

    #[test]
    fn a_length_beside_an_encoding_goes_with_it() {
        let mut headers = map(&[("content-length", "5"), ("transfer-encoding", "chunked")]);
        remove_hop_by_hop(&mut headers, false);
        assert!(headers.is_empty(), "{headers:?}");
        let mut headers = map(&[("content-length", "5"), ("connection", "content-length")]);
        remove_hop_by_hop(&mut headers, false);
        assert_eq!(headers["content-length"], "5");
    }

    #[test]
    fn an_upgrade_keeps_its_two_headers() {
        let mut headers = map(&[("connection", "keep-alive, Upgrade"), ("upgrade", "websocket")]);
        remove_hop_by_hop(&mut headers, true);
        assert_eq!(
            (&headers["connection"], &headers["upgrade"]),
            (&HeaderValue::from_static("Upgrade"), &HeaderValue::from_static("websocket"))
        );
    }

    #[test]
    fn cookies_in_several_headers_become_one() {
        let mut headers = map(&[("cookie", "a=1"), ("cookie", "b=2")]);
        join_cookies(&mut headers);
        assert_eq!(headers.get_all("cookie").iter().collect::<Vec<_>>(), ["a=1; b=2"]);
    }
}
