//! Proving a password, at a growing price for wrong ones.

use super::{Identity, IdentityError};
use cc_domain::identity::{Account, LoginKey, ORIGIN_UAA, PasswordHash};
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

/// Compares a password after the wait that earlier failures cost, and counts the outcome. Where too many wait already it refuses at once.
pub(super) async fn prove(
    identity: &Identity,
    key: &LoginKey,
    password: &Secret,
    hash: Option<PasswordHash>,
) -> Result<bool, IdentityError> {
    let mut turn = None;
    let (failed, place) = loop {
        if turn.is_none() && identity.accounts.failed_logins(key).await?.costs_at(identity.clock.now()) {
            turn = Some(identity.gate.enter(key).await?);
            wait_out(identity, key).await?;
        }
        let place = identity.gate.line_up(key).await?;
        // Read again: those in front may have failed meanwhile.
        let failed = identity.accounts.failed_logins(key).await?;
        if turn.is_some() || !failed.costs_at(identity.clock.now()) {
            break (failed, place);
        }
    };
    let proven = identity.passwords.verify(password, hash).await?;
    drop(place);
    if proven {
        identity.gate.remember(key);
        if failed.count > 0 {
            identity.accounts.clear_failed_logins(key).await?;
        }
    } else {
        let failed = identity.accounts.record_failed_login(key, identity.clock.now()).await?;
        tracing::info!(login.user = %key.user, login.address = %key.address, login.failures = failed.count, "login failed");
    }
    Ok(proven)
}

/// Waits as long as the last failure costs, and once more if others failed meanwhile (elsewhere: here it is the caller's turn).
async fn wait_out(identity: &Identity, key: &LoginKey) -> Result<(), IdentityError> {
    let mut waited_for = None;
    for _ in 0..2 {
        let failed = identity.accounts.failed_logins(key).await?;
        let wait = failed.wait_ms(identity.clock.now());
        // What was waited for once is over, whatever the clock says: it may have been set back.
        if wait == 0 || failed.last_at == waited_for {
            break;
        }
        waited_for = failed.last_at;
        identity.pause.pause(wait).await;
    }
    Ok(())
}
