//! Proving a password, at a growing price for wrong ones.

use super::{Identity, IdentityError};
use cc_domain::identity::{Account, LoginKey, ORIGIN_UAA, PasswordHash, delay_ms};
use cc_domain::secret::Secret;

/// A user name with a password, and where it came from.
pub struct Login {
    pub username: String,
    pub password: Secret,
    /// From `login_hint`; without one the user is one of ours.
    pub origin: Option<String>,
    /// The peer's address, as the failures are counted by it.
    pub address: String,
}

/// The active user of that name and password. An unknown name costs as much time as a wrong password.
pub async fn login(identity: &Identity, login: &Login) -> Result<Account, IdentityError> {
    let origin = login.origin.as_deref().unwrap_or(ORIGIN_UAA);
    if origin != ORIGIN_UAA {
        return Err(IdentityError::UnknownOrigin(origin.to_owned()));
    }
    let key = LoginKey::new(&login.username, origin, &login.address);
    let account = identity.accounts.find_user_by_name(&login.username, origin).await?;
    let hash = account.as_ref().and_then(|account| account.password.clone());
    let proven = prove(identity, &key, &login.password, hash).await?;
    account.filter(|account| proven && account.user.is_active).ok_or(IdentityError::BadCredentials)
}

/// Compares a password after the wait that earlier failures cost, and counts the outcome.
pub(super) async fn prove(
    identity: &Identity,
    key: &LoginKey,
    password: &Secret,
    hash: Option<PasswordHash>,
) -> Result<bool, IdentityError> {
    let mut failed = identity.accounts.failed_logins(key).await?;
    let counts = failed.counts_at(identity.clock.now()) && delay_ms(failed.count) > 0;
    let turn = if counts { Some(identity.gate.enter(key).await) } else { None };
    if turn.is_some() {
        loop {
            // Read again after each wait: others may have failed meanwhile.
            failed = identity.accounts.failed_logins(key).await?;
            match failed.wait_ms(identity.clock.now()) {
                0 => break,
                wait => identity.pause.pause(wait).await,
            }
        }
    }
    let proven = identity.passwords.verify(password, hash).await?;
    if !proven {
        let failed = identity.accounts.record_failed_login(key, identity.clock.now()).await?;
        tracing::info!(login.user = %key.user, login.address = %key.address, login.failures = failed.count, "login failed");
    } else if failed.count > 0 {
        identity.accounts.clear_failed_logins(key).await?;
    }
    Ok(proven)
}
