//! What a token says, which surface it opens, and why one is refused.

use crate::time::Timestamp;
use std::collections::BTreeSet;

/// A refresh token's `jti` ends in this.
pub const REFRESH_SUFFIX: &str = "-r";

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("the token is not a JWT of the expected form")]
    Malformed,
    #[error("the token is signed by an algorithm that is not accepted")]
    Algorithm,
    #[error("the token is signed by an unknown key")]
    UnknownKey,
    #[error("the token's signature is wrong")]
    Signature,
    #[error("the token is expired")]
    Expired,
    #[error("the token is of another issuer")]
    Issuer,
    #[error("the token is for another audience")]
    Audience,
    #[error("the token is a refresh token")]
    Refresh,
    #[error("the token is not a refresh token")]
    NotRefresh,
    #[error("the token is revoked")]
    Revoked,
    /// Nothing is known about the token: keys or accounts cannot be read now.
    #[error("the token cannot be checked now")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The user part of a token. The CLI needs guid and origin wherever there is a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUser {
    pub guid: String,
    pub username: String,
    pub email: String,
    pub origin: String,
}

/// The claims of a token. Times are whole seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    pub jti: String,
    /// `jti` of the refresh token that was issued with this access token or renewed it.
    pub session: Option<String>,
    pub client_id: String,
    pub grant_type: String,
    pub scopes: Vec<String>,
    pub audiences: Vec<String>,
    /// `None` for a client that acts for itself.
    pub user: Option<TokenUser>,
    /// When the user proved the password.
    pub auth_time: Option<Timestamp>,
    /// See [`revocation_signature`](super::grant::revocation_signature). Empty on tokens of an external UAA that has none.
    pub rev_sig: String,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    pub issuer: String,
}

/// A group of endpoints that one audience opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Surface {
    /// `/v3`.
    Api,
    /// Log cache and log stream.
    Logs,
    /// `/Users`, `/Groups`, `/ids/Users`.
    Scim,
    /// `/oauth/clients`.
    Clients,
    /// `/Users/:id/password`.
    Password,
    /// `/userinfo`.
    UserInfo,
    /// `/oauth/authorize` and revocation.
    Authorize,
}

impl Surface {
    /// Every surface.
    pub const ALL: [Self; 7] =
        [Self::Api, Self::Logs, Self::Scim, Self::Clients, Self::Password, Self::UserInfo, Self::Authorize];

    /// The audiences that open it; one is enough.
    pub fn audiences(self) -> &'static [&'static str] {
        match self {
            Self::Api => &["cloud_controller"],
            Self::Logs => &["cloud_controller", "doppler", "logs"],
            Self::Scim => &["scim"],
            Self::Clients => &["clients"],
            Self::Password => &["password"],
            Self::UserInfo => &["openid"],
            Self::Authorize => &["uaa"],
        }
    }
}

impl Claims {
    /// A refresh token is told by its `jti`, as the reference does.
    pub fn is_refresh(&self) -> bool {
        self.jti.ends_with(REFRESH_SUFFIX)
    }

    /// The guid that acts: the user's, or the client's id.
    pub fn principal(&self) -> &str {
        self.user.as_ref().map_or(self.client_id.as_str(), |user| user.guid.as_str())
    }

    /// True if the token holds the scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }

    /// True if the token holds one of the scopes.
    pub fn has_any_scope(&self, scopes: &[&str]) -> bool {
        scopes.iter().any(|scope| self.has_scope(scope))
    }

    /// True if the token may be shown at this surface at all. `uaa.admin` administers users, their passwords and
    /// clients without an audience of its own. A refresh token opens nothing.
    pub fn opens(&self, surface: Surface) -> bool {
        if self.is_refresh() {
            return false;
        }
        let administers = matches!(surface, Surface::Scim | Surface::Clients | Surface::Password)
            && self.has_scope("uaa.admin");
        administers || self.audiences.iter().any(|aud| surface.audiences().contains(&aud.as_str()))
    }

    /// True until the last second of its life; there is no leeway.
    pub fn is_current(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

/// The scopes that both sides hold, sorted, each once.
pub fn intersect(allowed: &[String], held: &BTreeSet<String>) -> Vec<String> {
    let allowed: BTreeSet<&String> = allowed.iter().collect();
    allowed.into_iter().filter(|scope| held.contains(*scope)).cloned().collect()
}

/// The audiences of a token: what stands before the last dot of each scope, and the client; sorted, each once.
/// A scope without a dot is its own audience, as in the reference.
pub fn audiences(scopes: &[String], client_id: &str) -> Vec<String> {
    let prefixes =
        scopes.iter().map(|scope| scope.rsplit_once('.').map_or(scope.as_str(), |(prefix, _)| prefix));
    let distinct: BTreeSet<&str> = prefixes.chain([client_id]).filter(|aud| !aud.is_empty()).collect();
    distinct.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    fn scope() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("cloud_controller.read".to_owned()),
            Just("cloud_controller.write".to_owned()),
            Just("scim.read".to_owned()),
            Just("clients.read".to_owned()),
            Just("uaa.user".to_owned()),
            Just("uaa.admin".to_owned()),
            Just("doppler.firehose".to_owned()),
            Just("routing.router_groups.read".to_owned()),
            Just("openid".to_owned()),
            "[a-z]{1,5}(\\.[a-z]{1,5}){0,2}",
        ]
    }

    fn token(jti: &str, scopes: Vec<String>, client_id: &str) -> Claims {
        Claims {
            jti: jti.to_owned(),
            session: None,
            client_id: client_id.to_owned(),
            grant_type: "password".to_owned(),
            audiences: audiences(&scopes, client_id),
            scopes,
            user: None,
            auth_time: None,
            rev_sig: String::new(),
            issued_at: Timestamp::from_seconds(0),
            expires_at: Timestamp::from_seconds(10),
            issuer: String::new(),
        }
    }

    proptest! {
        #[test]
        fn a_token_holds_only_what_client_and_user_both_have(
            client in vec(scope(), 0..10), user in btree_set(scope(), 0..10),
        ) {
            let both = intersect(&client, &user);
            for scope in &both {
                prop_assert!(client.contains(scope) && user.contains(scope));
            }
            for scope in &client {
                prop_assert_eq!(both.contains(scope), user.contains(scope));
            }
            prop_assert!(both.windows(2).all(|pair| pair[0] < pair[1]));
        }

        #[test]
        fn every_scope_has_its_audience_and_every_audience_a_reason(scopes in vec(scope(), 0..10)) {
            let auds = audiences(&scopes, "cf");
            prop_assert!(auds.contains(&"cf".to_owned()));
            for scope in &scopes {
                let prefix = scope.rsplit_once('.').map_or(scope.as_str(), |(p, _)| p);
                prop_assert!(auds.iter().any(|a| a == prefix));
            }
            for aud in &auds {
                let prefix = format!("{aud}.");
                prop_assert!(aud == "cf" || scopes.iter().any(|s| s == aud || s.starts_with(&prefix)));
            }
            prop_assert!(auds.windows(2).all(|pair| pair[0] < pair[1]));
        }

        #[test]
        fn a_refresh_token_opens_nothing(scopes in vec(scope(), 0..10), stem in "[0-9a-f]{32}") {
            let refresh = token(&format!("{stem}-r"), scopes, "cf");
            prop_assert!(Surface::ALL.iter().all(|surface| !refresh.opens(*surface)));
        }

        #[test]
        fn a_surface_opens_only_by_one_of_its_audiences_or_uaa_admin(scopes in vec(scope(), 0..10)) {
            let access = token("a", scopes, "cf");
            for surface in Surface::ALL {
                let by_audience = access.audiences.iter().any(|a| surface.audiences().contains(&a.as_str()));
                let by_admin = access.has_scope("uaa.admin") && matches!(surface, Surface::Scim | Surface::Clients | Surface::Password);
                prop_assert_eq!(access.opens(surface), by_audience || by_admin);
            }
        }
    }

    #[test]
    fn a_plain_user_opens_the_api_and_the_logs_but_administers_nothing() {
        let scopes =
            ["cloud_controller.read", "openid", "password.write", "uaa.user"].map(str::to_owned).to_vec();
        let access = token("a", scopes, "cf");
        let open: Vec<Surface> = Surface::ALL.into_iter().filter(|s| access.opens(*s)).collect();
        assert_eq!(
            open,
            [Surface::Api, Surface::Logs, Surface::Password, Surface::UserInfo, Surface::Authorize]
        );
    }

    #[test]
    fn a_token_ends_at_its_expiry_to_the_second() {
        let access = token("a", Vec::new(), "cf");
        assert!(access.is_current(Timestamp::from_seconds(9)));
        assert!(!access.is_current(Timestamp::from_seconds(10)));
    }
}
