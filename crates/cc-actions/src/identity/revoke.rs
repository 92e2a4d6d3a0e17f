//! `DELETE /oauth/token/revoke/:jti`: what `cf logout` asks for.

use super::{Identity, IdentityError};
use cc_domain::identity::{Claims, TokenError};

/// Refuses a token from now on. The caller shows the token itself, the access token that came with it, or one that
/// may administer tokens.
pub async fn revoke(identity: &Identity, bearer: Option<&str>, jti: &str) -> Result<(), IdentityError> {
    let now = identity.clock.now();
    let token = bearer.ok_or(IdentityError::NoToken)?;
    let caller = match identity.verifier.verify(token, now).await {
        Err(TokenError::Refresh) => identity.signer.open_refresh(token, now).await?,
        other => other?,
    };
    if !may_revoke(&caller, jti) {
        return Err(IdentityError::MissingScope(vec!["tokens.revoke".to_owned(), "uaa.admin".to_owned()]));
    }
    let longest = i64::from(identity.policy.refresh_validity.max(identity.policy.access_validity));
    let expires_at = if caller.jti == jti { caller.expires_at } else { now.plus_seconds(longest.max(YEAR)) };
    identity.accounts.revoke_token(jti, now, expires_at).await?;
    identity.verifier.forget_all();
    Ok(())
}

/// Seconds. How long a token of a client with its own lifetimes may last is not known from its `jti`.
const YEAR: i64 = 366 * 24 * 3600;

fn may_revoke(caller: &Claims, jti: &str) -> bool {
    let administers = !caller.is_refresh() && caller.has_any_scope(&["tokens.revoke", "uaa.admin"]);
    caller.jti == jti || caller.session.as_deref() == Some(jti) || administers
}
