//! Clients bound to an instance: by a cookie that the app asked for, or by a header of their own.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::headers::host_of;
use super::refusal::{Pin, Refusal};
use super::target::{Instance, Target};

const INSTANCE_COOKIE: &str = "__VCAP_ID__";
const APP_INSTANCE: HeaderName = HeaderName::from_static("x-cf-app-instance");
const PROCESS_INSTANCE: HeaderName = HeaderName::from_static("x-cf-process-instance");

/// The instance guid that the client's cookies name; only with a session of the app beside it.
pub(super) fn bound_to<'a>(headers: &'a HeaderMap, session_cookies: &[String]) -> Option<&'a str> {
    let mut instance = None;
    let mut has_session = false;
    for header in headers.get_all(COOKIE) {
        for (name, value) in
            header.to_str().ok()?.split(';').filter_map(|cookie| cookie.trim().split_once('='))
        {
            if name == INSTANCE_COOKIE {
                instance = Some(value.trim_matches('"'));
            } else if session_cookies.iter().any(|session| session == name) {
                has_session = true;
            }
        }
    }
    instance.filter(|guid| has_session && !guid.is_empty())
}

/// Binds the client to the instance that answered: if the app opens a session, or if the client came bound to another one.
pub(super) fn bind(
    headers: &mut HeaderMap,
    instance: &Instance,
    path: &str,
    bound: Option<&str>,
    session_cookies: &[String],
) {
    if set_cookies(headers).any(|(name, _)| name == INSTANCE_COOKIE) {
        return;
    }
    let is_session = |name: &str| session_cookies.iter().any(|session| session == name);
    let session =
        set_cookies(headers).find(|(name, _)| is_session(name)).map(|(_, attributes)| copied(attributes));
    let attributes = match session {
        Some(attributes) => attributes,
        None if bound.is_some_and(|guid| *guid != *instance.guid) => String::new(),
        None => return,
    };
    let path = if path.is_empty() { "/" } else { path };
    let cookie = format!("{INSTANCE_COOKIE}={}; Path={path}; HttpOnly{attributes}", instance.guid);
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        headers.append(SET_COOKIE, cookie);
    }
}

/// Name and attributes of each cookie that a response sets.
fn set_cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers.get_all(SET_COOKIE).iter().filter_map(|value| {
        let (pair, attributes) =
            value.to_str().ok().map(|text| text.split_once(';').unwrap_or((text, "")))?;
        Some((pair.split_once('=')?.0.trim(), attributes))
    })
}

/// Those attributes of a session cookie that its companion shares.
fn copied(attributes: &str) -> String {
    let mut copied = String::new();
    for attribute in attributes.split(';').map(str::trim) {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let ends_session = || value.trim().parse::<i64>().is_ok_and(|seconds| seconds <= 0);
        let is_shared = ["secure", "samesite", "expires", "partitioned"]
            .iter()
            .any(|shared| name.eq_ignore_ascii_case(shared))
            || (name.eq_ignore_ascii_case("max-age") && ends_session());
        if is_shared {
            copied.push_str("; ");
            copied.push_str(attribute);
        }
    }
    copied
}

/// The instances that a request may go to, by its own wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    pin: Pin,
    guid: String,
    index: Option<u32>,
}

impl Wish {
    /// `None` if the request has no wish.
    pub fn of(headers: &HeaderMap, target: &Target) -> Result<Option<Self>, Refusal> {
        let (pin, value) = match (headers.get(APP_INSTANCE), headers.get(PROCESS_INSTANCE)) {
            (Some(value), _) => (Pin::App, value),
            (None, Some(value)) => (Pin::Process, value),
            (None, None) => return Ok(None),
        };
        let wish = Self::parse(pin, value).ok_or(Refusal::BadInstanceHeader(pin))?;
        if target.instances().any(|instance| wish.admits(instance)) {
            return Ok(Some(wish));
        }
        Err(Refusal::UnknownInstance { pin, guid: wish.guid, index: wish.index, host: host_of(headers) })
    }

    /// `<app guid>:<index>` or `<process guid>[:<index>]`.
    fn parse(pin: Pin, value: &HeaderValue) -> Option<Self> {
        let text = value.to_str().ok()?;
        let (guid, index) = match text.split_once(':') {
            Some((guid, index)) if index.bytes().all(|byte| byte.is_ascii_digit()) => {
                (guid, Some(index.parse().ok()?))
            }
            None if pin == Pin::Process => (text, None),
            _ => return None,
        };
        let is_guid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_valid = !guid.is_empty() && guid.bytes().all(is_guid);
        is_valid.then(|| Self { pin, guid: guid.to_owned(), index })
    }

    pub fn admits(&self, instance: &Instance) -> bool {
        let guid = match self.pin {
            Pin::App => &instance.app.guid,
            Pin::Process => &instance.app.process_guid,
        };
        **guid == *self.guid && self.index.is_none_or(|index| index == instance.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(text))])
    }

    #[test]
    fn only_a_client_with_a_session_is_bound() {
        let sessions = ["JSESSIONID".to_owned()];
        assert_eq!(bound_to(&cookies("a=b; __VCAP_ID__=i-1; JSESSIONID=x"), &sessions), Some("i-1"));
        assert_eq!(bound_to(&cookies("__VCAP_ID__=i-1"), &sessions), None);
        assert_eq!(bound_to(&cookies("JSESSIONID=x"), &sessions), None);
    }

    #[test]
    fn the_companion_cookie_shares_what_limits_the_session() {
        assert_eq!(copied(" Path=/x; Secure; SameSite=None; Max-Age=60"), "; Secure; SameSite=None");
        assert_eq!(copied("max-age=-1; Partitioned; HttpOnly"), "; max-age=-1; Partitioned");
    }

    #[test]
    fn an_instance_header_is_a_guid_and_an_index() {
        let parse = |pin, text: &str| Wish::parse(pin, &HeaderValue::from_str(text).unwrap());
        assert!(parse(Pin::App, "a-1:0").is_some() && parse(Pin::Process, "a-1:7").is_some());
        assert!(parse(Pin::Process, "a-1").is_some());
        for text in ["a-1", ":0", "a-1:", "a-1:x", "a-1:-1", "a 1:0", "a:1:2", "a-1:99999999999"] {
            assert_eq!(parse(Pin::App, text), None, "{text}");
        }
    }
}
