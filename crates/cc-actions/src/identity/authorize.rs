//! `GET /oauth/authorize?response_type=code`: a one-time code for a client, from a user's token or session.

use super::bearer::admit;
use super::{Identity, IdentityError};
use cc_domain::identity::{AuthorizationCode, Claims, GrantType, Surface, TokenError, permit, user_scopes};
use cc_domain::secret::Secret;

/// What is asked for.
pub struct AuthorizeCode {
    pub client_id: String,
    pub redirect_uri: Option<String>,
    /// Empty if none were asked for.
    pub scopes: Vec<String>,
}

/// Who asks.
pub enum Asker<'a> {
    /// A program with a user's token.
    Bearer(Option<&'a str>),
    /// A browser in which the user logged in.
    Session(Box<Claims>),
}

/// A code, and the client's address to send it to (absolute, or a path of the login server).
pub struct Authorized {
    pub code: Secret,
    pub redirect_uri: String,
}

/// Makes a code that the client can turn into a token of the caller once, within minutes. There is no consent
/// page: a client whose scopes are not approved beforehand is refused.
pub async fn authorize(
    identity: &Identity,
    asker: Asker<'_>,
    c: AuthorizeCode,
) -> Result<Authorized, IdentityError> {
    let caller = match asker {
        Asker::Bearer(token) => admit(identity, token, Surface::Authorize).await?,
        Asker::Session(session) => *session,
    };
    let guid = caller.user.ok_or_else(|| IdentityError::MissingScope(vec!["uaa.user".to_owned()]))?.guid;
    let client = identity.accounts.find_client(&c.client_id).await?.ok_or(IdentityError::BadClient)?;
    permit(&client, &GrantType::AuthorizationCode)?;
    let redirect_uri = match &c.redirect_uri {
        Some(asked) => client.redirect_uris.iter().find(|registered| *registered == asked),
        None => client.redirect_uris.first(),
    };
    let redirect_uri = redirect_uri.cloned().ok_or(IdentityError::InvalidRedirect)?;
    let account = identity.accounts.find_user(&guid).await?;
    let user = account.ok_or(IdentityError::Token(TokenError::Revoked))?.user;
    let scopes = user_scopes(&client, &user, &c.scopes)?;
    if !client.auto_approve.covers(&scopes) {
        return Err(IdentityError::MissingScope(scopes));
    }
    let code = identity.mint.code();
    let kept = AuthorizationCode {
        client_id: client.id,
        user_guid: guid,
        scopes,
        redirect_uri: c.redirect_uri,
        expires_at: identity.clock.now().plus_seconds(i64::from(identity.policy.code_validity)),
    };
    identity.accounts.insert_code(&identity.mint.digest(code.expose()), &kept).await?;
    Ok(Authorized { code, redirect_uri })
}
