//! Which grant a client gets, and which token results. Pure: who calls brings the time and fresh ids.

use super::account::{Client, ClientSecret, GrantType, User};
use super::claims::{Claims, REFRESH_SUFFIX, TokenUser, audiences, intersect};
use super::token::TokenPolicy;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// Why no token is issued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    #[error("the grant type {0} is not served")]
    Unsupported(String),
    #[error("the client may not use the grant type {0}")]
    NotForClient(String),
    /// A scope that the client does not have was asked for.
    #[error("the client does not have the scope {0}")]
    InvalidScope(String),
    /// The user holds none of the scopes that were asked for.
    #[error("the user holds none of the requested scopes")]
    NoScopeLeft,
    #[error("the user is not active")]
    Inactive,
    /// A public client cannot act for itself.
    #[error("a client without a secret has no rights of its own")]
    PublicClient,
    /// The code or refresh token was issued to another client.
    #[error("the grant was made to another client")]
    OtherClient,
}

/// Refuses grants that we do not serve, and those that the client was not given.
pub fn permit(client: &Client, grant: &GrantType) -> Result<(), GrantError> {
    if let GrantType::Other(name) = grant {
        return Err(GrantError::Unsupported(name.clone()));
    }
    if !client.allows(grant) {
        return Err(GrantError::NotForClient(grant.as_str().to_owned()));
    }
    if *grant == GrantType::ClientCredentials && client.secret == ClientSecret::Empty {
        return Err(GrantError::PublicClient);
    }
    Ok(())
}

/// Splits a `scope` parameter: by spaces, or by commas as some clients do. Empty means "not asked for" (python sends `scope=`).
pub fn requested_scopes(text: Option<&str>) -> Vec<String> {
    let words = text.unwrap_or_default().split([' ', ',']);
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The scopes of a token for a user: those of the client that the user holds, narrowed to the request.
pub fn user_scopes(client: &Client, user: &User, requested: &[String]) -> Result<Vec<String>, GrantError> {
    if !user.is_active {
        return Err(GrantError::Inactive);
    }
    narrow(&client.scopes, requested)?;
    let wanted = if requested.is_empty() { &client.scopes } else { requested };
    let scopes = intersect(wanted, &user.effective_groups());
    if scopes.is_empty() {
        return Err(GrantError::NoScopeLeft);
    }
    Ok(scopes)
}

/// The scopes of a token for the client itself: its authorities, narrowed to the request.
pub fn client_scopes(client: &Client, requested: &[String]) -> Result<Vec<String>, GrantError> {
    narrow(&client.authorities, requested)?;
    let wanted = if requested.is_empty() { &client.authorities } else { requested };
    Ok(intersect(wanted, &client.authorities.iter().cloned().collect()))
}

/// The scopes after a refresh: those of the refresh token that client and user still have, narrowed to the request.
pub fn refreshed_scopes(
    client: &Client,
    user: &User,
    refresh: &Claims,
    requested: &[String],
) -> Result<Vec<String>, GrantError> {
    if refresh.client_id != client.id {
        return Err(GrantError::OtherClient);
    }
    narrow(&refresh.scopes, requested)?;
    let granted: BTreeSet<String> = refresh.scopes.iter().cloned().collect();
    let mut scopes = user_scopes(client, user, &[])?;
    scopes.retain(|scope| granted.contains(scope) && (requested.is_empty() || requested.contains(scope)));
    if scopes.is_empty() {
        return Err(GrantError::NoScopeLeft);
    }
    Ok(scopes)
}

fn narrow(allowed: &[String], requested: &[String]) -> Result<(), GrantError> {
    match requested.iter().find(|scope| !allowed.contains(scope)) {
        Some(foreign) => Err(GrantError::InvalidScope(foreign.clone())),
        None => Ok(()),
    }
}

/// What binds a token to the current state of its user and client: raising either epoch changes it.
pub fn revocation_signature(user_epoch: Option<i64>, client_epoch: i64) -> String {
    match user_epoch {
        Some(user) => format!("{user:x}.{client_epoch:x}"),
        None => format!("{client_epoch:x}"),
    }
}

/// Everything that a token is made of, but for its own id.
#[derive(Clone, Copy)]
pub struct Issue<'a> {
    pub client: &'a Client,
    /// `None` for `client_credentials`.
    pub user: Option<&'a User>,
    pub scopes: &'a [String],
    /// The grant by which the user logged in; a refresh keeps it.
    pub grant_type: &'a str,
    pub auth_time: Option<Timestamp>,
    pub issuer: &'a str,
    pub policy: &'a TokenPolicy,
    pub now: Timestamp,
}

impl Issue<'_> {
    /// The claims of an access token. `session` is the `jti` of the refresh token beside it.
    pub fn access(&self, stem: &str, session: Option<&str>) -> Claims {
        let lifetime = self.client.access_token_validity.unwrap_or(self.policy.access_validity);
        Claims {
            session: session.map(str::to_owned),
            audiences: audiences(self.scopes, &self.client.id),
            ..self.claims(stem.to_owned(), lifetime)
        }
    }

    /// The claims of a refresh token, or `None` if the client does not get one: no such grant, or no user.
    pub fn refresh(&self, stem: &str) -> Option<Claims> {
        self.user?;
        if !self.client.allows(&GrantType::RefreshToken) {
            return None;
        }
        let lifetime = self.client.refresh_token_validity.unwrap_or(self.policy.refresh_validity);
        Some(self.claims(format!("{stem}{REFRESH_SUFFIX}"), lifetime))
    }

    fn claims(&self, jti: String, lifetime: u32) -> Claims {
        Claims {
            jti,
            session: None,
            client_id: self.client.id.clone(),
            grant_type: self.grant_type.to_owned(),
            scopes: self.scopes.to_vec(),
            audiences: vec![self.client.id.clone()],
            user: self.user.map(|user| TokenUser {
                guid: user.guid.clone(),
                username: user.username.clone(),
                email: user.email.clone(),
                origin: user.origin.clone(),
            }),
            auth_time: self.auth_time,
            rev_sig: revocation_signature(self.user.map(|u| u.token_epoch), self.client.token_epoch),
            issued_at: Timestamp::from_seconds(self.now.seconds()),
            expires_at: Timestamp::from_seconds(self.now.seconds()).plus_seconds(i64::from(lifetime)),
            issuer: self.issuer.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::defaults::{ADMIN_GROUPS, cf_client, server_client};
    use super::super::password_hash::PasswordHash;
    use super::super::standing::stands;
    use super::super::token::{TokenStanding, UserStanding};
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn user() -> User {
        User {
            guid: "u-1".to_owned(),
            username: "marissa".to_owned(),
            origin: "uaa".to_owned(),
            email: "m@example.com".to_owned(),
            given_name: None,
            family_name: None,
            groups: BTreeSet::new(),
            is_active: true,
            is_verified: true,
            token_epoch: 5,
            version: 0,
            created_at: at(0),
            updated_at: at(0),
        }
    }

    fn issue<'a>(
        client: &'a Client,
        user: Option<&'a User>,
        scopes: &'a [String],
        policy: &'a TokenPolicy,
    ) -> Issue<'a> {
        Issue {
            client,
            user,
            scopes,
            grant_type: "password",
            auth_time: Some(at(7)),
            issuer: "iss",
            policy,
            now: at(7),
        }
    }

    #[test]
    fn a_plain_user_gets_the_default_groups_that_the_cli_may_use() {
        let scopes = user_scopes(&cf_client(at(0)), &user(), &[]).expect("some scopes");
        assert_eq!(
            scopes,
            ["cloud_controller.read", "cloud_controller.write", "openid", "password.write", "uaa.user"]
        );
    }

    #[test]
    fn an_administrator_gets_what_the_cli_may_use_and_not_more() {
        let mut admin = user();
        admin.groups = ADMIN_GROUPS.iter().map(ToString::to_string).collect();
        let scopes = user_scopes(&cf_client(at(0)), &admin, &[]).expect("some scopes");
        assert!(scopes.contains(&"cloud_controller.admin".to_owned()));
        assert!(!scopes.contains(&"uaa.admin".to_owned()));
    }

    #[test]
    fn asking_for_a_scope_of_another_client_is_refused_and_for_one_of_another_user_gives_nothing() {
        let cf = cf_client(at(0));
        assert_eq!(
            user_scopes(&cf, &user(), &["uaa.admin".to_owned()]),
            Err(GrantError::InvalidScope("uaa.admin".to_owned()))
        );
        assert_eq!(user_scopes(&cf, &user(), &["scim.write".to_owned()]), Err(GrantError::NoScopeLeft));
        assert_eq!(user_scopes(&cf, &user(), &["openid".to_owned()]), Ok(vec!["openid".to_owned()]));
    }

    #[test]
    fn an_inactive_user_gets_no_scopes() {
        let mut gone = user();
        gone.is_active = false;
        assert_eq!(user_scopes(&cf_client(at(0)), &gone, &[]), Err(GrantError::Inactive));
    }

    #[test]
    fn a_refresh_gives_never_more_than_before_and_less_after_a_lost_group() {
        let cf = cf_client(at(0));
        let policy = TokenPolicy::default();
        let mut admin = user();
        admin.groups = ["cloud_controller.admin".to_owned()].into();
        let asked = ["cloud_controller.admin".to_owned(), "openid".to_owned()];
        let scopes = user_scopes(&cf, &admin, &asked).expect("both");
        let refresh = issue(&cf, Some(&admin), &scopes, &policy).refresh("a").expect("cf refreshes");
        assert_eq!(refreshed_scopes(&cf, &admin, &refresh, &[]).expect("same"), scopes);
        assert_eq!(refreshed_scopes(&cf, &user(), &refresh, &[]).expect("less"), ["openid"]);
        assert_eq!(
            refreshed_scopes(&cf, &admin, &refresh, &["uaa.user".to_owned()]),
            Err(GrantError::InvalidScope("uaa.user".to_owned()))
        );
        let other = Client { id: "other".to_owned(), ..cf };
        assert_eq!(refreshed_scopes(&other, &admin, &refresh, &[]), Err(GrantError::OtherClient));
    }

    #[test]
    fn a_public_client_never_acts_for_itself() {
        let mut cf = cf_client(at(0));
        assert_eq!(
            permit(&cf, &GrantType::ClientCredentials),
            Err(GrantError::NotForClient("client_credentials".to_owned()))
        );
        cf.grant_types.push(GrantType::ClientCredentials);
        assert_eq!(permit(&cf, &GrantType::ClientCredentials), Err(GrantError::PublicClient));
        assert_eq!(
            permit(&cf, &GrantType::parse("implicit")),
            Err(GrantError::Unsupported("implicit".to_owned()))
        );
    }

    #[test]
    fn a_client_that_acts_for_itself_gets_no_refresh_token() {
        let server = server_client(PasswordHash::new("x"), at(0));
        let scopes = client_scopes(&server, &[]).expect("authorities");
        let policy = TokenPolicy::default();
        let issue = issue(&server, None, &scopes, &policy);
        assert_eq!(issue.refresh("a"), None);
        assert_eq!(issue.access("a", None).principal(), "cc-server");
    }

    #[test]
    fn a_token_falls_with_a_new_password_a_lost_user_a_new_secret_or_a_revocation() {
        let cf = cf_client(at(3));
        let scopes = ["openid".to_owned()];
        let policy = TokenPolicy::default();
        let marissa = user();
        let claims = issue(&cf, Some(&marissa), &scopes, &policy).access("a", None);
        let active = UserStanding { is_active: true, token_epoch: 5 };
        let good = TokenStanding { revoked_from: None, user: Some(active), client_epoch: Some(3) };
        assert!(stands(&claims, &good, at(10)).is_ok());
        assert!(
            stands(&claims, &TokenStanding { revoked_from: Some(at(11)), ..good.clone() }, at(10)).is_ok()
        );
        let bad = [
            TokenStanding { revoked_from: Some(at(10)), ..good.clone() },
            TokenStanding { user: None, ..good.clone() },
            TokenStanding { user: Some(UserStanding { is_active: false, ..active }), ..good.clone() },
            TokenStanding { user: Some(UserStanding { token_epoch: 6, ..active }), ..good.clone() },
            TokenStanding { client_epoch: None, ..good.clone() },
            TokenStanding { client_epoch: Some(4), ..good.clone() },
        ];
        for standing in bad {
            assert!(stands(&claims, &standing, at(10)).is_err(), "{standing:?}");
        }
    }

    #[test]
    fn scopes_are_split_by_spaces_or_commas_and_an_empty_text_asks_for_nothing() {
        assert_eq!(requested_scopes(Some("")), Vec::<String>::new());
        assert_eq!(requested_scopes(None), Vec::<String>::new());
        assert_eq!(requested_scopes(Some(" a.b  c,d ")), ["a.b", "c", "d"]);
    }
}
