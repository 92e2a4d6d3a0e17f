//! Groups, and who is explicitly in them.

use super::{Outcome, count, filter, found};
use crate::any::dsl::{All, IdOneOf};
use crate::any::paging::{Count, OrderBy, PageIds, Rows};
use crate::any::{Any, Conn};
use crate::schema::{accounts_groups, accounts_members, accounts_users};
use cc_domain::identity::{AccountsError, Filter, Group, GroupAttribute, Window};
use cc_domain::name::fold;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts_groups, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    description: String,
    created_at: i64,
}

pub async fn list(
    conn: &mut Conn,
    filter: Option<Filter<GroupAttribute>>,
    window: Window,
) -> Outcome<(Vec<Group>, u64)> {
    let which = Rows::from(All::of(filter.map(filter::of_groups).into_iter().collect()));
    let by_name = OrderBy::column(accounts_groups::name, false);
    let ids: Vec<i64> =
        PageIds::new(&which, &by_name, window.limit.into(), window.offset.into()).load(conn).await?;
    let total: i64 = Count::new(&which).get_result(conn).await?;
    let rows: Vec<Row> = accounts_groups::table
        .filter(accounts_groups::id.one_of_ids(&ids))
        .order(accounts_groups::name.asc())
        .select(Row::as_select())
        .load(conn)
        .await?;
    let memberships: Vec<(i64, String)> = accounts_members::table
        .inner_join(accounts_users::table)
        .filter(accounts_members::group_id.one_of_ids(&ids))
        .order(accounts_members::user_id.asc())
        .select((accounts_members::group_id, accounts_users::guid))
        .load(conn)
        .await?;
    let mut members: HashMap<i64, Vec<String>> = HashMap::new();
    for (group, user) in memberships {
        members.entry(group).or_default().push(user);
    }
    let group = |row: Row| Group {
        guid: row.guid,
        name: row.name,
        description: row.description,
        members: members.remove(&row.id).unwrap_or_default(),
        created_at: Timestamp::from_micros(row.created_at),
    };
    Ok((rows.into_iter().map(group).collect(), count("accounts_groups.id", total)?))
}

pub async fn insert(conn: &mut Conn, group: &Group) -> Outcome<()> {
    diesel::insert_into(accounts_groups::table)
        .values((
            accounts_groups::guid.eq(&group.guid),
            accounts_groups::name.eq(&group.name),
            accounts_groups::name_key.eq(fold(&group.name)),
            accounts_groups::description.eq(&group.description),
            accounts_groups::created_at.eq(group.created_at.micros()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The row ids of a group and a user; both must be there.
async fn ids(conn: &mut Conn, group: &str, user: &str) -> Outcome<(i64, i64)> {
    let group: Option<i64> = accounts_groups::table
        .filter(accounts_groups::guid.eq(group))
        .select(accounts_groups::id)
        .first(conn)
        .await
        .optional()?;
    let user: Option<i64> = accounts_users::table
        .filter(accounts_users::guid.eq(user))
        .select(accounts_users::id)
        .first(conn)
        .await
        .optional()?;
    group.zip(user).ok_or_else(|| AccountsError::NotFound.into())
}

pub async fn add_member(conn: &mut Conn, group: &str, user: &str) -> Outcome<()> {
    let (group, user) = ids(conn, group, user).await?;
    diesel::insert_into(accounts_members::table)
        .values((accounts_members::group_id.eq(group), accounts_members::user_id.eq(user)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn remove_member(conn: &mut Conn, group: &str, user: &str) -> Outcome<()> {
    let (group, user) = ids(conn, group, user).await?;
    let this = accounts_members::table
        .filter(accounts_members::group_id.eq(group))
        .filter(accounts_members::user_id.eq(user));
    found(diesel::delete(this).execute(conn).await?)
}
