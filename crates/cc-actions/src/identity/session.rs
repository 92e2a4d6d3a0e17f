//! The login pages: a session in the browser, and the passcodes that it gives.

use super::login::{Login, login};
use super::{Identity, IdentityError, token};
use cc_domain::identity::{Account, AuthorizationCode, Claims, LOGIN_CLIENT, SESSION_GRANT};
use cc_domain::secret::Secret;

/// The token of a new session, for the user whose password was proven.
pub async fn open(identity: &Identity, given: &Login) -> Result<Secret, IdentityError> {
    let user = login(identity, given).await?.user;
    let client = identity.accounts.find_client(LOGIN_CLIENT).await?.ok_or(IdentityError::BadClient)?;
    let tokens = token::fresh(identity, &client, Some(&user), &[], SESSION_GRANT).await?;
    Ok(Secret::from(tokens.access_token))
}

/// Whose session it is; `None` if it ended, or if the token is none of a session.
pub async fn current(identity: &Identity, session: Option<&str>) -> Result<Option<Claims>, IdentityError> {
    let Some(session) = session else { return Ok(None) };
    match identity.verifier.verify(session, identity.clock.now()).await.map_err(IdentityError::from) {
        Ok(claims) => Ok(claims.is_session().then_some(claims)),
        Err(IdentityError::Token(_)) => Ok(None),
        Err(away) => Err(away),
    }
}

/// Ends a session for good. One that ended already is no error.
pub async fn close(identity: &Identity, session: Option<&str>) -> Result<(), IdentityError> {
    let Some(claims) = current(identity, session).await? else { return Ok(()) };
    identity.accounts.revoke_token(&claims.jti, identity.clock.now(), claims.expires_at).await?;
    identity.verifier.forget_all();
    Ok(())
}

/// A new passcode of the session's user: it stands for the password once, within minutes (`cf login --sso`).
pub async fn passcode(identity: &Identity, session: &Claims) -> Result<Secret, IdentityError> {
    let user = session.user.as_ref().ok_or(IdentityError::NoToken)?;
    let code = identity.mint.code();
    let kept = AuthorizationCode {
        client_id: LOGIN_CLIENT.to_owned(),
        user_guid: user.guid.clone(),
        scopes: Vec::new(),
        redirect_uri: None,
        expires_at: identity.clock.now().plus_seconds(i64::from(identity.policy.code_validity)),
    };
    identity.accounts.insert_code(&identity.mint.digest(code.expose()), &kept).await?;
    Ok(code)
}

/// The user whose passcode it is.
pub(super) async fn by_passcode(identity: &Identity, passcode: &Secret) -> Result<Account, IdentityError> {
    let digest = identity.mint.digest(passcode.expose());
    let kept = identity.accounts.take_code(&digest).await?.ok_or(IdentityError::InvalidPasscode)?;
    if kept.client_id != LOGIN_CLIENT || kept.expires_at <= identity.clock.now() {
        return Err(IdentityError::InvalidPasscode);
    }
    identity.accounts.find_user(&kept.user_guid).await?.ok_or(IdentityError::InvalidPasscode)
}
