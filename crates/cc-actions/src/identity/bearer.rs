//! Who calls the login server's own endpoints.

use super::{Identity, IdentityError};
use cc_domain::identity::{Claims, Surface};

/// The caller's claims, if the token opens the surface.
pub async fn admit(
    identity: &Identity,
    token: Option<&str>,
    surface: Surface,
) -> Result<Claims, IdentityError> {
    let token = token.ok_or(IdentityError::NoToken)?;
    let claims = identity.verifier.verify(token, identity.clock.now()).await?;
    if claims.opens(surface) {
        return Ok(claims);
    }
    Err(IdentityError::WrongAudience(surface.audiences().first().copied().unwrap_or_default()))
}

/// Refuses a caller that holds none of the scopes.
pub fn need(claims: &Claims, scopes: &[&str]) -> Result<(), IdentityError> {
    if claims.has_any_scope(scopes) {
        return Ok(());
    }
    Err(IdentityError::MissingScope(scopes.iter().map(ToString::to_string).collect()))
}
