//! Administering users.

use super::{Identity, IdentityError, login};
use cc_domain::identity::{
    Account, AccountsError, Claims, LoginKey, ORIGIN_UAA, USERNAME_PATTERN, User, is_username,
    next_token_epoch,
};
use cc_domain::secret::Secret;
use std::collections::BTreeSet;

/// What callers say about a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub username: String,
    pub email: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub is_active: bool,
    pub is_verified: bool,
}

/// A user to be made. A user of another origin gets no password.
pub struct CreateUser {
    pub profile: Profile,
    pub origin: String,
    pub password: Option<Secret>,
}

const LONGEST_NAME: usize = 255;
const LONGEST_PASSWORD: usize = 255;

/// The user of that guid.
pub async fn get(identity: &Identity, guid: &str) -> Result<User, IdentityError> {
    Ok(account(identity, guid).await?.user)
}

async fn account(identity: &Identity, guid: &str) -> Result<Account, IdentityError> {
    let found = identity.accounts.find_user(guid).await?;
    found.ok_or_else(|| IdentityError::UserNotFound(guid.to_owned()))
}

/// Makes a user with the default groups.
pub async fn create(identity: &Identity, c: CreateUser) -> Result<User, IdentityError> {
    valid(&c.profile, &c.origin)?;
    let password = match (&c.password, c.origin == ORIGIN_UAA) {
        (Some(password), true) => {
            acceptable(password)?;
            Some(identity.passwords.hash(password).await?)
        }
        (None, true) => {
            return Err(IdentityError::InvalidPassword("Password must be at least 1 characters in length."));
        }
        (_, false) => None,
    };
    let now = identity.clock.now();
    let user = User {
        guid: identity.ids.uuid(),
        username: c.profile.username,
        origin: c.origin,
        email: c.profile.email,
        given_name: c.profile.given_name,
        family_name: c.profile.family_name,
        groups: BTreeSet::new(),
        is_active: c.profile.is_active,
        is_verified: c.profile.is_verified,
        token_epoch: now.seconds(),
        version: 0,
        created_at: now,
        updated_at: now,
    };
    let account = Account { user, password };
    match identity.accounts.insert_user(&account).await {
        Ok(()) => Ok(account.user),
        Err(AccountsError::Taken) => Err(taken(identity, &account.user).await?),
        Err(error) => Err(error.into()),
    }
}

async fn taken(identity: &Identity, user: &User) -> Result<IdentityError, IdentityError> {
    let holder = identity.accounts.find_user_by_name(&user.username, &user.origin).await?;
    let guid = holder.map(|holder| holder.user.guid);
    Ok(IdentityError::UsernameTaken { username: user.username.clone(), guid })
}

/// Replaces the profile. `expected_version` is what the caller read, if it said so. A user that is deactivated or
/// renamed loses its tokens.
pub async fn update(
    identity: &Identity,
    guid: &str,
    profile: Profile,
    expected_version: Option<i64>,
) -> Result<User, IdentityError> {
    let old = get(identity, guid).await?;
    valid(&profile, &old.origin)?;
    if expected_version.is_some_and(|version| version != old.version) {
        return Err(IdentityError::StaleUser);
    }
    let now = identity.clock.now();
    let ends_tokens = (old.is_active && !profile.is_active) || old.username != profile.username;
    let token_epoch = if ends_tokens { next_token_epoch(old.token_epoch, now) } else { old.token_epoch };
    let user = User {
        username: profile.username,
        email: profile.email,
        given_name: profile.given_name,
        family_name: profile.family_name,
        is_active: profile.is_active,
        is_verified: profile.is_verified,
        token_epoch,
        version: old.version + 1,
        updated_at: now,
        ..old
    };
    match identity.accounts.update_user(&user).await {
        Err(AccountsError::NotFound) => return Err(IdentityError::UserNotFound(guid.to_owned())),
        Err(AccountsError::Taken) => return Err(taken(identity, &user).await?),
        Err(AccountsError::Stale) => return Err(IdentityError::StaleUser),
        other => other?,
    }
    if ends_tokens {
        identity.verifier.forget_all();
    }
    Ok(user)
}

/// Removes a user and gives it back; its tokens end at once.
pub async fn delete(identity: &Identity, guid: &str) -> Result<User, IdentityError> {
    let deleted = identity.accounts.delete_user(guid).await?;
    identity.verifier.forget_all();
    deleted.ok_or_else(|| IdentityError::UserNotFound(guid.to_owned()))
}

/// A new password. `old` is what a user who is no administrator must prove.
pub struct ChangePassword {
    pub guid: String,
    pub old: Option<Secret>,
    pub new: Secret,
    /// The peer's address, as the failures are counted by it.
    pub address: String,
}

/// Sets a password: users their own with the old one, administrators anybody's. All tokens of the user end.
pub async fn change_password(
    identity: &Identity,
    caller: &Claims,
    c: ChangePassword,
) -> Result<(), IdentityError> {
    let administers = caller.has_scope("uaa.admin");
    let is_own = caller.user.as_ref().is_some_and(|user| user.guid == c.guid);
    let may = administers || (is_own && caller.has_scope("password.write"));
    if !may {
        return Err(IdentityError::MissingScope(vec!["uaa.admin".to_owned(), "password.write".to_owned()]));
    }
    let account = account(identity, &c.guid).await?;
    if account.user.origin != ORIGIN_UAA {
        return Err(IdentityError::InvalidUser(
            "Password change is not allowed for users of another origin.".into(),
        ));
    }
    if !administers {
        let key = LoginKey::new(&account.user.username, &account.user.origin, &c.address);
        let old = c.old.as_ref().ok_or(IdentityError::WrongOldPassword)?;
        if !login::prove(identity, &key, old, account.password.clone()).await? {
            return Err(IdentityError::WrongOldPassword);
        }
    }
    acceptable(&c.new)?;
    if identity.passwords.verify(&c.new, account.password).await? {
        return Err(IdentityError::InvalidPassword(
            "Your new password cannot be the same as the old password.",
        ));
    }
    let hash = identity.passwords.hash(&c.new).await?;
    match identity.accounts.set_password(&c.guid, &hash, identity.clock.now()).await {
        Err(AccountsError::NotFound) => return Err(IdentityError::UserNotFound(c.guid)),
        other => other?,
    }
    identity.verifier.forget_all();
    Ok(())
}

fn valid(profile: &Profile, origin: &str) -> Result<(), IdentityError> {
    let name = &profile.username;
    if name.trim().is_empty() {
        return Err(IdentityError::InvalidUser("A username must be provided.".into()));
    }
    if origin == ORIGIN_UAA && !is_username(name) {
        let text = format!("Username must match pattern: {USERNAME_PATTERN}");
        return Err(IdentityError::InvalidUser(text.into()));
    }
    // Names of other identity providers are theirs to choose.
    if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) || name.trim() != name {
        return Err(IdentityError::InvalidUser("The username is not acceptable.".into()));
    }
    if profile.email.is_empty() || profile.email.chars().any(char::is_control) {
        return Err(IdentityError::InvalidUser("An email must be provided.".into()));
    }
    Ok(())
}

fn acceptable(password: &Secret) -> Result<(), IdentityError> {
    match password.expose().chars().count() {
        0 => Err(IdentityError::InvalidPassword("Password must be at least 1 characters in length.")),
        1..=LONGEST_PASSWORD => Ok(()),
        _ => Err(IdentityError::InvalidPassword("Password must be no more than 255 characters in length.")),
    }
}
