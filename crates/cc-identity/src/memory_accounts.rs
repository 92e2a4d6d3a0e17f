//! Accounts in memory, for tests: the behaviour that the `Accounts` port describes, without a database.

use async_trait::async_trait;
use cc_domain::identity::{
    Account, Accounts, AccountsError, AuthorizationCode, Client, ClientAttribute, FailedLogins, Filter,
    Group, GroupAttribute, LoginKey, PasswordHash, SigningKey, TokenStanding, User, UserAttribute,
    UserStanding, Window, next_token_epoch,
};
use cc_domain::time::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Everything in one lock, so each method is atomic.
#[derive(Default)]
pub struct MemoryAccounts(Mutex<State>);

#[derive(Default)]
struct State {
    users: Vec<Account>,
    groups: BTreeMap<String, Group>,
    clients: HashMap<String, Client>,
    keys: Vec<SigningKey>,
    revoked: HashMap<String, (Timestamp, Timestamp)>,
    codes: HashMap<String, AuthorizationCode>,
    failures: HashMap<LoginKey, FailedLogins>,
}

impl State {
    fn user(&mut self, guid: &str) -> Result<&mut Account, AccountsError> {
        self.users.iter_mut().find(|a| a.user.guid == guid).ok_or(AccountsError::NotFound)
    }

    fn is_taken(&self, user: &User) -> bool {
        self.users
            .iter()
            .any(|a| a.user.guid != user.guid && same_name(&a.user, &user.username, &user.origin))
    }

    fn group_name(&self, guid: &str) -> Result<String, AccountsError> {
        let group = self.groups.values().find(|g| g.guid == guid).ok_or(AccountsError::NotFound)?;
        Ok(group.name.clone())
    }
}

fn same_name(user: &User, username: &str, origin: &str) -> bool {
    user.origin == origin && user.username.to_lowercase() == username.to_lowercase()
}

fn user_value(user: &User, attribute: UserAttribute) -> String {
    match attribute {
        UserAttribute::Id => user.guid.clone(),
        UserAttribute::UserName => user.username.clone(),
        UserAttribute::Origin => user.origin.clone(),
        UserAttribute::Email => user.email.clone(),
        UserAttribute::Active => user.is_active.to_string(),
        UserAttribute::Verified => user.is_verified.to_string(),
    }
}

fn page<T: Clone>(all: &[T], window: Window) -> (Vec<T>, u64) {
    let (skip, take) = (window.offset as usize, window.limit as usize);
    (all.iter().skip(skip).take(take).cloned().collect(), all.len() as u64)
}

impl MemoryAccounts {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Accounts for MemoryAccounts {
    async fn find_user(&self, guid: &str) -> Result<Option<Account>, AccountsError> {
        Ok(self.lock().user(guid).ok().cloned())
    }

    async fn find_user_by_name(
        &self,
        username: &str,
        origin: &str,
    ) -> Result<Option<Account>, AccountsError> {
        Ok(self.lock().users.iter().find(|a| same_name(&a.user, username, origin)).cloned())
    }

    async fn list_users(
        &self,
        filter: Option<Filter<UserAttribute>>,
        window: Window,
    ) -> Result<(Vec<User>, u64), AccountsError> {
        let state = self.lock();
        let chosen = |user: &User| filter.as_ref().is_none_or(|f| f.matches(&|a| user_value(user, a)));
        let all: Vec<User> = state.users.iter().map(|a| a.user.clone()).filter(chosen).collect();
        Ok(page(&all, window))
    }

    async fn insert_user(&self, account: &Account) -> Result<(), AccountsError> {
        let mut state = self.lock();
        if state.user(&account.user.guid).is_ok() || state.is_taken(&account.user) {
            return Err(AccountsError::Taken);
        }
        if !account.user.groups.iter().all(|name| state.groups.contains_key(name)) {
            return Err(AccountsError::NotFound);
        }
        state.users.push(account.clone());
        Ok(())
    }

    async fn update_user(&self, user: &User) -> Result<(), AccountsError> {
        let mut state = self.lock();
        if state.is_taken(user) {
            return Err(AccountsError::Taken);
        }
        let held = &mut state.user(&user.guid)?.user;
        if held.version + 1 != user.version {
            return Err(AccountsError::Stale);
        }
        *held = User { groups: held.groups.clone(), created_at: held.created_at, ..user.clone() };
        Ok(())
    }

    async fn set_password(
        &self,
        guid: &str,
        hash: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), AccountsError> {
        let mut state = self.lock();
        let account = state.user(guid)?;
        account.password = Some(hash.clone());
        account.user.token_epoch = next_token_epoch(account.user.token_epoch, now);
        account.user.version += 1;
        account.user.updated_at = now;
        Ok(())
    }

    async fn delete_user(&self, guid: &str) -> Result<Option<User>, AccountsError> {
        let mut state = self.lock();
        let Ok(user) = state.user(guid).map(|a| a.user.clone()) else { return Ok(None) };
        state.users.retain(|a| a.user.guid != guid);
        state.codes.retain(|_, code| code.user_guid != guid);
        Ok(Some(user))
    }

    async fn list_groups(
        &self,
        filter: Option<Filter<GroupAttribute>>,
        window: Window,
    ) -> Result<(Vec<Group>, u64), AccountsError> {
        let state = self.lock();
        let members = |name: &str| {
            let of_group = state.users.iter().filter(|a| a.user.groups.contains(name));
            of_group.map(|a| a.user.guid.clone()).collect()
        };
        let chosen = |group: &&Group| {
            let value = |attribute| match attribute {
                GroupAttribute::Id => group.guid.clone(),
                GroupAttribute::DisplayName => group.name.clone(),
            };
            filter.as_ref().is_none_or(|f| f.matches(&value))
        };
        let filled = |group: &Group| Group { members: members(&group.name), ..group.clone() };
        let all: Vec<Group> = state.groups.values().filter(chosen).map(filled).collect();
        Ok(page(&all, window))
    }

    async fn insert_group(&self, group: &Group) -> Result<(), AccountsError> {
        let mut state = self.lock();
        if state.groups.contains_key(&group.name) {
            return Err(AccountsError::Taken);
        }
        state.groups.insert(group.name.clone(), group.clone());
        Ok(())
    }

    async fn add_member(&self, group_guid: &str, user_guid: &str) -> Result<(), AccountsError> {
        let mut state = self.lock();
        let name = state.group_name(group_guid)?;
        state.user(user_guid)?.user.groups.insert(name);
        Ok(())
    }

    async fn remove_member(&self, group_guid: &str, user_guid: &str) -> Result<(), AccountsError> {
        let mut state = self.lock();
        let name = state.group_name(group_guid)?;
        let removed = state.user(user_guid)?.user.groups.remove(&name);
        if removed { Ok(()) } else { Err(AccountsError::NotFound) }
    }

    async fn find_client(&self, id: &str) -> Result<Option<Client>, AccountsError> {
        Ok(self.lock().clients.get(id).cloned())
    }

    async fn list_clients(
        &self,
        filter: Option<Filter<ClientAttribute>>,
        window: Window,
    ) -> Result<(Vec<Client>, u64), AccountsError> {
        let state = self.lock();
        let chosen = |client: &&Client| filter.as_ref().is_none_or(|f| f.matches(&|_| client.id.clone()));
        let mut all: Vec<Client> = state.clients.values().filter(chosen).cloned().collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(page(&all, window))
    }

    async fn insert_client(&self, client: &Client) -> Result<(), AccountsError> {
        let mut state = self.lock();
        if state.clients.contains_key(&client.id) {
            return Err(AccountsError::Taken);
        }
        state.clients.insert(client.id.clone(), client.clone());
        Ok(())
    }

    async fn update_client(&self, client: &Client) -> Result<(), AccountsError> {
        let mut state = self.lock();
        let held = state.clients.get_mut(&client.id).ok_or(AccountsError::NotFound)?;
        *held = client.clone();
        Ok(())
    }

    async fn delete_client(&self, id: &str) -> Result<Option<Client>, AccountsError> {
        let mut state = self.lock();
        state.codes.retain(|_, code| code.client_id != id);
        Ok(state.clients.remove(id))
    }

    async fn signing_keys(&self) -> Result<Vec<SigningKey>, AccountsError> {
        Ok(self.lock().keys.iter().rev().cloned().collect())
    }

    async fn activate_signing_key(
        &self,
        key: &SigningKey,
        expected: Option<String>,
    ) -> Result<bool, AccountsError> {
        let mut state = self.lock();
        let active = state.keys.iter().find(|k| k.is_active).map(|k| k.kid.clone());
        if active != expected {
            return Ok(false);
        }
        for held in &mut state.keys {
            held.is_active = false;
        }
        state.keys.push(SigningKey { is_active: true, ..key.clone() });
        Ok(true)
    }

    async fn remove_signing_key(&self, kid: &str) -> Result<(), AccountsError> {
        self.lock().keys.retain(|key| key.is_active || key.kid != kid);
        Ok(())
    }

    async fn token_standing(
        &self,
        jti: &str,
        user_guid: Option<String>,
        client_id: &str,
    ) -> Result<TokenStanding, AccountsError> {
        let mut state = self.lock();
        let standing =
            |user: &User| UserStanding { is_active: user.is_active, token_epoch: user.token_epoch };
        Ok(TokenStanding {
            revoked_from: state.revoked.get(jti).map(|(from, _)| *from),
            user: user_guid.and_then(|guid| state.user(&guid).ok().map(|a| standing(&a.user))),
            client_epoch: state.clients.get(client_id).map(|client| client.token_epoch),
        })
    }

    async fn revoke_token(
        &self,
        jti: &str,
        from: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, AccountsError> {
        let mut state = self.lock();
        let held = state.revoked.get(jti).copied();
        let (first, last) = held.map_or((from, expires_at), |(f, e)| (f.min(from), e.max(expires_at)));
        state.revoked.insert(jti.to_owned(), (first, last));
        Ok(held.is_none())
    }

    async fn insert_code(&self, digest: &str, code: &AuthorizationCode) -> Result<(), AccountsError> {
        self.lock().codes.insert(digest.to_owned(), code.clone());
        Ok(())
    }

    async fn take_code(&self, digest: &str) -> Result<Option<AuthorizationCode>, AccountsError> {
        Ok(self.lock().codes.remove(digest))
    }

    async fn failed_logins(&self, key: &LoginKey) -> Result<FailedLogins, AccountsError> {
        Ok(self.lock().failures.get(key).copied().unwrap_or_default())
    }

    async fn record_failed_login(
        &self,
        key: &LoginKey,
        now: Timestamp,
    ) -> Result<FailedLogins, AccountsError> {
        let mut state = self.lock();
        let failed = state.failures.entry(key.clone()).or_default();
        *failed = failed.after_failure(now);
        Ok(*failed)
    }

    async fn clear_failed_logins(&self, key: &LoginKey) -> Result<(), AccountsError> {
        self.lock().failures.remove(key);
        Ok(())
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<(), AccountsError> {
        let mut state = self.lock();
        state.codes.retain(|_, code| now < code.expires_at);
        state.revoked.retain(|_, (_, expires_at)| now < *expires_at);
        state.failures.retain(|_, failed| failed.counts_at(now));
        Ok(())
    }
}
