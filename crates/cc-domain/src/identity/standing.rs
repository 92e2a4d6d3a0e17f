//! Whether a token that was issued earlier still counts.

use super::claims::{Claims, TokenError};
use super::grant::revocation_signature;
use super::token::TokenStanding;
use crate::time::Timestamp;

/// Refuses a token that was revoked, whose user is gone, inactive or has a new password, or whose client is gone
/// or has a new secret.
pub fn stands(claims: &Claims, standing: &TokenStanding, now: Timestamp) -> Result<(), TokenError> {
    if standing.revoked_from.is_some_and(|from| from <= now) {
        return Err(TokenError::Revoked);
    }
    let client_epoch = standing.client_epoch.ok_or(TokenError::Revoked)?;
    let user = standing.user.filter(|user| user.is_active);
    if claims.user.is_some() && user.is_none() {
        return Err(TokenError::Revoked);
    }
    let user_epoch = user.filter(|_| claims.user.is_some()).map(|user| user.token_epoch);
    if claims.rev_sig != revocation_signature(user_epoch, client_epoch) {
        return Err(TokenError::Revoked);
    }
    Ok(())
}
