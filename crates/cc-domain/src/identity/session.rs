//! Sessions of the login pages, and where the pages may send their user.

use super::claims::Claims;
use super::defaults::LOGIN_CLIENT;

/// What stands as grant in the token of a session.
pub const SESSION_GRANT: &str = "session";

impl Claims {
    /// True for the token in the cookie of the login pages. It opens nothing else: no audience but its own client's.
    pub fn is_session(&self) -> bool {
        self.client_id == LOGIN_CLIENT && self.grant_type == SESSION_GRANT && self.user.is_some()
    }
}

/// The text, if it is a path of this server: whoever made a link to the login page chose it, and must not lead its user elsewhere.
/// Browsers take `//host` and `/\\host` for another server, and skip tabs and line breaks.
pub fn own_path(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    let is_elsewhere = rest.starts_with(['/', '\\']);
    (!is_elsewhere && rest.bytes().all(|byte| byte.is_ascii_graphic())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_leads_to_this_server_only() {
        for good in ["/", "/passcode", "/oauth/authorize?client_id=a&redirect_uri=https%3A%2F%2Fa.test"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in [
            "",
            "passcode",
            "//evil.test",
            "/\\evil.test",
            "https://evil.test",
            "/\t/evil.test",
            "/a b",
            "/\r\nx: y",
            "/ö",
        ] {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
    }
}
