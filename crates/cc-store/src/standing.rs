//! What a user holds at a target: the input of every access decision.

use crate::any::Conn;
use crate::any::dsl::{All, Pred};
use crate::any::sets::IdSet;
use crate::errors::{failed, parsed};
use crate::schema::{organizations, roles, spaces, users};
use cc_domain::access::{RoleKind, RoleSet, SpaceStatus, Standing};
use cc_domain::actor::Principal;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

async fn roles_at(
    conn: &mut Conn,
    who: &Principal,
    organization: i64,
    space: Option<i64>,
) -> Result<RoleSet, StoreError> {
    let mut places: Vec<Pred<roles::table>> = vec![Pred::new(roles::organization_id.eq(organization))];
    places.extend(space.map(|space| Pred::new(roles::space_id.eq(space))));
    roles_at_any(conn, who, places).await
}

async fn roles_at_any(
    conn: &mut Conn,
    who: &Principal,
    places: Vec<Pred<roles::table>>,
) -> Result<RoleSet, StoreError> {
    let row = users::table
        .filter(users::guid.eq(who.guid.as_str()))
        .filter(users::is_client.eq(who.is_client))
        .select(users::id);
    let kinds: Vec<String> = roles::table
        .filter(roles::user_id.eq_any(row))
        .filter(All::of(vec![Pred::any_of(places)]))
        .select(roles::kind)
        .load(conn)
        .await
        .map_err(failed)?;
    kinds.iter().map(|kind| parsed::<RoleKind>("roles.kind", kind)).collect()
}

/// In an organization; `None` if there is no such row.
pub async fn in_organization(
    conn: &mut Conn,
    id: Option<i64>,
    who: &Principal,
) -> Result<Option<Standing>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    let status: Option<String> = organizations::table
        .filter(organizations::id.eq(id))
        .select(organizations::status)
        .first(conn)
        .await
        .optional()
        .map_err(failed)?;
    let Some(status) = status else { return Ok(None) };
    Ok(Some(Standing {
        roles: roles_at(conn, who, id, None).await?,
        organization: parsed("organizations.status", &status)?,
        space: SpaceStatus::Active,
    }))
}

/// In a space and its organization; `None` if there is no such row.
pub async fn in_space(
    conn: &mut Conn,
    id: Option<i64>,
    who: &Principal,
) -> Result<Option<Standing>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    let found: Option<(i64, String, String)> = spaces::table
        .inner_join(organizations::table)
        .filter(spaces::id.eq(id))
        .select((organizations::id, organizations::status, spaces::status))
        .first(conn)
        .await
        .optional()
        .map_err(failed)?;
    let Some((organization, organization_status, space_status)) = found else { return Ok(None) };
    Ok(Some(Standing {
        roles: roles_at(conn, who, organization, Some(id)).await?,
        organization: parsed("organizations.status", &organization_status)?,
        space: parsed("spaces.status", &space_status)?,
    }))
}

/// At a quota for spaces of an organization: in the organization, and in all spaces that it applies to.
pub async fn at_space_quota(
    conn: &mut Conn,
    quota: i64,
    organization: i64,
    who: &Principal,
) -> Result<Option<Standing>, StoreError> {
    let Some(mut standing) = in_organization(conn, Some(organization), who).await? else { return Ok(None) };
    let applied = spaces::table.filter(spaces::quota_id.eq(quota));
    let at_spaces = IdSet::of(applied, spaces::id).holds(roles::space_id);
    standing.roles =
        roles_at_any(conn, who, vec![Pred::new(roles::organization_id.eq(organization)), at_spaces]).await?;
    Ok(Some(standing))
}
