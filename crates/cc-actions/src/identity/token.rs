//! `POST /oauth/token`: from a grant to tokens.

use super::client::{ClientCredentials, authenticate};
use super::login::{Login, login};
use super::session::by_passcode;
use super::{Identity, IdentityError};
use cc_domain::identity::{
    Claims, Client, GrantType, Issue, RefreshRotation, TokenError, User, client_scopes, permit,
    refreshed_scopes, user_scopes,
};
use cc_domain::secret::Secret;
use cc_domain::time::Timestamp;

/// What the client asks with.
pub enum Grant {
    Password(Login),
    /// In place of a password.
    Passcode(Secret),
    Refresh(Secret),
    ClientCredentials,
    Code {
        code: Secret,
        redirect_uri: Option<String>,
    },
    /// One that is not served; refused after the client is known.
    Other(String),
}

impl Grant {
    fn kind(&self) -> GrantType {
        match self {
            Self::Password(_) | Self::Passcode(_) => GrantType::Password,
            Self::Refresh(_) => GrantType::RefreshToken,
            Self::ClientCredentials => GrantType::ClientCredentials,
            Self::Code { .. } => GrantType::AuthorizationCode,
            Self::Other(name) => GrantType::Other(name.clone()),
        }
    }
}

/// Signed tokens with what is said about them. No `Debug`: it holds tokens.
pub struct Tokens {
    pub access_token: String,
    pub access: Claims,
    pub refresh_token: Option<String>,
}

/// Checks client, grant and user, in this order, and signs. Requested scopes are empty if none were asked for.
pub async fn issue(
    identity: &Identity,
    credentials: &ClientCredentials,
    grant: Grant,
    requested: &[String],
) -> Result<Tokens, IdentityError> {
    let client = authenticate(identity, credentials).await?;
    permit(&client, &grant.kind())?;
    match grant {
        Grant::Password(given) => {
            let user = login(identity, &given).await?.user;
            let scopes = user_scopes(&client, &user, requested)?;
            fresh(identity, &client, Some(&user), &scopes, "password").await
        }
        Grant::Passcode(code) => {
            let user = by_passcode(identity, &code).await?.user;
            let scopes = user_scopes(&client, &user, requested)?;
            fresh(identity, &client, Some(&user), &scopes, "password").await
        }
        Grant::ClientCredentials => {
            let scopes = client_scopes(&client, requested)?;
            fresh(identity, &client, None, &scopes, "client_credentials").await
        }
        Grant::Code { code, redirect_uri } => {
            let (user, granted) = redeem(identity, &client, &code, redirect_uri.as_deref()).await?;
            let scopes = user_scopes(&client, &user, &granted)?;
            fresh(identity, &client, Some(&user), &scopes, "authorization_code").await
        }
        Grant::Refresh(token) => refresh(identity, &client, token, requested).await,
        Grant::Other(name) => Err(cc_domain::identity::GrantError::Unsupported(name).into()),
    }
}

async fn redeem(
    identity: &Identity,
    client: &Client,
    code: &Secret,
    redirect_uri: Option<&str>,
) -> Result<(User, Vec<String>), IdentityError> {
    let digest = identity.mint.digest(code.expose());
    let code = identity.accounts.take_code(&digest).await?.ok_or(IdentityError::InvalidCode)?;
    let same_redirect = code.redirect_uri.is_none() || code.redirect_uri.as_deref() == redirect_uri;
    if code.client_id != client.id || !same_redirect || code.expires_at <= identity.clock.now() {
        return Err(IdentityError::InvalidCode);
    }
    let account = identity.accounts.find_user(&code.user_guid).await?.ok_or(IdentityError::InvalidCode)?;
    Ok((account.user, code.scopes))
}

/// New tokens of a client, for a user or for itself.
pub(super) async fn fresh(
    identity: &Identity,
    client: &Client,
    user: Option<&User>,
    scopes: &[String],
    grant_type: &str,
) -> Result<Tokens, IdentityError> {
    let now = identity.clock.now();
    let auth_time = user.map(|_| now);
    let issue = Issue {
        client,
        user,
        scopes,
        grant_type,
        auth_time,
        issuer: &identity.issuer,
        policy: &identity.policy,
        now,
    };
    let refresh = issue.refresh(&stem(identity));
    let access = issue.access(&stem(identity), refresh.as_ref().map(|refresh| refresh.jti.as_str()));
    let refresh_token = match &refresh {
        Some(claims) => Some(identity.signer.sign(claims).await?),
        None => None,
    };
    Ok(Tokens { access_token: identity.signer.sign(&access).await?, access, refresh_token })
}

async fn refresh(
    identity: &Identity,
    client: &Client,
    token: Secret,
    requested: &[String],
) -> Result<Tokens, IdentityError> {
    let now = identity.clock.now();
    let old = identity.signer.open_refresh(token.expose(), now).await?;
    let revoked = || IdentityError::Token(TokenError::Revoked);
    let guid = old.user.as_ref().map(|user| user.guid.as_str()).ok_or_else(revoked)?;
    let user = identity.accounts.find_user(guid).await?.ok_or_else(revoked)?.user;
    let scopes = refreshed_scopes(client, &user, &old, requested)?;
    let issue = Issue {
        client,
        user: Some(&user),
        scopes: &scopes,
        grant_type: &old.grant_type,
        auth_time: old.auth_time,
        issuer: &identity.issuer,
        policy: &identity.policy,
        now,
    };
    let (session, refresh_token) = match identity.policy.refresh {
        RefreshRotation::Keep => (old.jti.clone(), token.expose().to_owned()),
        RefreshRotation::Rotate { grace } => {
            retire(identity, &old, now, grace).await?;
            // The scopes of the session stay, however few this one access token asked for.
            let whole = Issue { scopes: &old.scopes, ..issue };
            let next = whole.refresh(&stem(identity)).ok_or_else(revoked)?;
            let signed = identity.signer.sign(&next).await?;
            (next.jti, signed)
        }
    };
    let access = issue.access(&stem(identity), Some(&session));
    let access_token = identity.signer.sign(&access).await?;
    Ok(Tokens { access_token, access, refresh_token: Some(refresh_token) })
}

/// Refuses a used refresh token after the grace. Without a grace only the first use counts.
async fn retire(identity: &Identity, old: &Claims, now: Timestamp, grace: u32) -> Result<(), IdentityError> {
    let from = now.plus_seconds(i64::from(grace));
    let is_first = identity.accounts.revoke_token(&old.jti, from, old.expires_at).await?;
    if is_first || grace > 0 { Ok(()) } else { Err(IdentityError::Token(TokenError::Revoked)) }
}

/// The fresh part of a `jti`: 32 hex digits, as the UAA's.
fn stem(identity: &Identity) -> String {
    identity.ids.uuid().replace('-', "")
}
