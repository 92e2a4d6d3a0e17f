//! Users of the login server.

use super::{Outcome, count, filter, found};
use crate::any::dsl::{All, IdOneOf, Lock, LockExt, Pred, TextOneOf};
use crate::any::paging::{Count, OrderBy, PageIds, Rows};
use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::schema::{accounts_groups, accounts_members, accounts_users, authorization_codes};
use cc_domain::identity::{
    Account, AccountsError, Filter, PasswordHash, User, UserAttribute, Window, next_token_epoch,
};
use cc_domain::name::fold;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::{BTreeSet, HashMap};

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts_users, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    username: String,
    origin: String,
    email: String,
    given_name: Option<String>,
    family_name: Option<String>,
    password_hash: Option<String>,
    is_active: bool,
    is_verified: bool,
    token_epoch: i64,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_account(self, groups: BTreeSet<String>) -> Account {
        let user = User {
            guid: self.guid,
            username: self.username,
            origin: self.origin,
            email: self.email,
            given_name: self.given_name,
            family_name: self.family_name,
            groups,
            is_active: self.is_active,
            is_verified: self.is_verified,
            token_epoch: self.token_epoch,
            version: self.version,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        };
        Account { user, password: self.password_hash.map(PasswordHash::new) }
    }
}

#[derive(Insertable)]
#[diesel(table_name = accounts_users, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    password_hash: Option<&'a str>,
    created_at: i64,
    #[diesel(embed)]
    changing: Changing<'a>,
}

/// What an update writes too.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = accounts_users, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Changing<'a> {
    username: &'a str,
    username_key: String,
    origin: &'a str,
    email: &'a str,
    email_key: String,
    given_name: Option<&'a str>,
    family_name: Option<&'a str>,
    is_active: bool,
    is_verified: bool,
    token_epoch: i64,
    version: i64,
    updated_at: i64,
}

impl<'a> From<&'a User> for Changing<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            username: &user.username,
            username_key: fold(&user.username),
            origin: &user.origin,
            email: &user.email,
            email_key: fold(&user.email),
            given_name: user.given_name.as_deref(),
            family_name: user.family_name.as_deref(),
            is_active: user.is_active,
            is_verified: user.is_verified,
            token_epoch: user.token_epoch,
            version: user.version,
            updated_at: user.updated_at.micros(),
        }
    }
}

/// The users of a set in insertion order, with their groups: two statements, however many.
async fn load(conn: &mut Conn, which: IdSet<accounts_users::table>) -> Outcome<Vec<Account>> {
    let rows: Vec<Row> = accounts_users::table
        .filter(accounts_users::id.in_set(which))
        .order((accounts_users::created_at.asc(), accounts_users::id.asc()))
        .select(Row::as_select())
        .load(conn)
        .await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let memberships: Vec<(i64, String)> = accounts_members::table
        .inner_join(accounts_groups::table)
        .filter(accounts_members::user_id.one_of_ids(&ids))
        .select((accounts_members::user_id, accounts_groups::name))
        .load(conn)
        .await?;
    let mut groups: HashMap<i64, BTreeSet<String>> = HashMap::new();
    for (id, name) in memberships {
        groups.entry(id).or_default().insert(name);
    }
    Ok(rows
        .into_iter()
        .map(|row| (groups.remove(&row.id).unwrap_or_default(), row))
        .map(|(groups, row)| row.into_account(groups))
        .collect())
}

async fn only(conn: &mut Conn, which: Pred<accounts_users::table>) -> Outcome<Option<Account>> {
    Ok(load(conn, IdSet::matching(All::of(vec![which]))).await?.pop())
}

pub async fn find(conn: &mut Conn, guid: &str) -> Outcome<Option<Account>> {
    only(conn, Pred::new(accounts_users::guid.eq(guid.to_owned()))).await
}

pub async fn find_by_name(conn: &mut Conn, username: &str, origin: &str) -> Outcome<Option<Account>> {
    let named = accounts_users::username_key.eq(fold(username));
    only(conn, Pred::new(named.and(accounts_users::origin.eq(origin.to_owned())))).await
}

pub async fn list(
    conn: &mut Conn,
    filter: Option<Filter<UserAttribute>>,
    window: Window,
) -> Outcome<(Vec<User>, u64)> {
    let which = Rows::from(All::of(filter.map(filter::of_users).into_iter().collect()));
    let oldest = OrderBy::column(accounts_users::created_at, false);
    let ids: Vec<i64> =
        PageIds::new(&which, &oldest, window.limit.into(), window.offset.into()).load(conn).await?;
    let total: i64 = Count::new(&which).get_result(conn).await?;
    let users = load(conn, IdSet::list(&ids)).await?.into_iter().map(|account| account.user).collect();
    Ok((users, count("accounts_users.id", total)?))
}

pub async fn insert(conn: &mut Conn, account: &Account) -> Outcome<()> {
    let user = &account.user;
    let row = NewRow {
        guid: &user.guid,
        password_hash: account.password.as_ref().map(PasswordHash::phc),
        created_at: user.created_at.micros(),
        changing: Changing::from(user),
    };
    let id: i64 = diesel::insert_into(accounts_users::table)
        .values(row)
        .returning(accounts_users::id)
        .get_result(conn)
        .await?;
    if user.groups.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = user.groups.iter().cloned().collect();
    let groups: Vec<i64> = accounts_groups::table
        .filter(accounts_groups::name.one_of(&names))
        .select(accounts_groups::id)
        .load(conn)
        .await?;
    if groups.len() != names.len() {
        return Err(AccountsError::NotFound.into());
    }
    let members: Vec<_> = groups
        .into_iter()
        .map(|group| (accounts_members::group_id.eq(group), accounts_members::user_id.eq(id)))
        .collect();
    diesel::insert_into(accounts_members::table).values(members).execute(conn).await?;
    Ok(())
}

/// Locks the row and gives its version and token epoch.
async fn lock(conn: &mut Conn, guid: &str) -> Outcome<(i64, i64)> {
    let row: Option<(i64, i64)> = accounts_users::table
        .filter(accounts_users::guid.eq(guid))
        .select((accounts_users::version, accounts_users::token_epoch))
        .locked(Lock::Update)
        .get_result(conn)
        .await
        .optional()?;
    row.ok_or_else(|| AccountsError::NotFound.into())
}

pub async fn update(conn: &mut Conn, user: &User) -> Outcome<()> {
    let (version, _) = lock(conn, &user.guid).await?;
    if version.checked_add(1) != Some(user.version) {
        return Err(AccountsError::Stale.into());
    }
    diesel::update(accounts_users::table.filter(accounts_users::guid.eq(&user.guid)))
        .set(Changing::from(user))
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn set_password(conn: &mut Conn, guid: &str, hash: &PasswordHash, now: Timestamp) -> Outcome<()> {
    let (version, epoch) = lock(conn, guid).await?;
    let changed = diesel::update(accounts_users::table.filter(accounts_users::guid.eq(guid)))
        .set((
            accounts_users::password_hash.eq(hash.phc()),
            accounts_users::token_epoch.eq(next_token_epoch(epoch, now)),
            accounts_users::version.eq(version.saturating_add(1)),
            accounts_users::updated_at.eq(now.micros()),
        ))
        .execute(conn)
        .await?;
    found(changed)
}

pub async fn delete(conn: &mut Conn, guid: &str) -> Outcome<Option<User>> {
    let Some(account) = find(conn, guid).await? else { return Ok(None) };
    let this = IdSet::matching(All::of(vec![Pred::is(accounts_users::guid, guid)]));
    diesel::delete(accounts_members::table.filter(accounts_members::user_id.in_set(this)))
        .execute(conn)
        .await?;
    diesel::delete(authorization_codes::table.filter(authorization_codes::user_guid.eq(guid)))
        .execute(conn)
        .await?;
    diesel::delete(accounts_users::table.filter(accounts_users::guid.eq(guid))).execute(conn).await?;
    Ok(Some(account.user))
}
