//! Which segments organizations are entitled to, and which are their defaults and those of their spaces.

use crate::any::Conn;
use crate::any::dsl::{All, TextOneOf};
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::failed;
use crate::list::{Filter, with_guid};
use crate::schema::{isolation_segment_entitlements, isolation_segments, organizations, spaces};
use crate::stored::guids_where;
use cc_domain::guid::{Guid, texts};
use cc_domain::isolation_segment::{Entitlements, IsolationSegment, Uses};
use cc_domain::list::Scope;
use cc_domain::name::Name;
use cc_domain::organization::Organization;
use cc_domain::space::Space;
use cc_domain::store::StoreError;
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// Organizations that are entitled to the segment.
pub fn entitled(segment: &Guid<IsolationSegment>) -> IdSet<organizations::table> {
    let entitled = isolation_segment_entitlements::table
        .filter(isolation_segment_entitlements::isolation_segment_id.in_set(with_guid(segment)));
    IdSet::of(entitled, isolation_segment_entitlements::organization_id)
}

pub async fn organizations_of(
    conn: &mut Conn,
    segment: &Guid<IsolationSegment>,
    scope: &Scope,
) -> Result<Vec<Guid<Organization>>, StoreError> {
    let shown = Filter::<Organization>::visible(scope).and(entitled(segment).holds_row());
    guids_where(conn, shown.joined()).await
}

pub async fn spaces_of(
    conn: &mut Conn,
    segment: &Guid<IsolationSegment>,
    scope: &Scope,
) -> Result<Vec<Guid<Space>>, StoreError> {
    let own = with_guid(segment).holds(spaces::isolation_segment_id.assume_not_null());
    guids_where(conn, Filter::<Space>::visible(scope).and(own).joined()).await
}

pub async fn names_of_spaces(
    conn: &mut Conn,
    segment: &Guid<IsolationSegment>,
    organization: &Guid<Organization>,
) -> Result<Vec<Name>, StoreError> {
    let names: Vec<String> = spaces::table
        .inner_join(organizations::table)
        .filter(organizations::guid.eq(organization.as_str()))
        .filter(spaces::isolation_segment_id.assume_not_null().in_set(with_guid(segment)))
        .order(spaces::id.asc())
        .select(spaces::name)
        .load(conn)
        .await
        .map_err(failed)?;
    Ok(names.into_iter().map(Name::stored).collect())
}

pub async fn default_of(
    conn: &mut Conn,
    organization: &Guid<Organization>,
) -> Result<Option<Guid<IsolationSegment>>, StoreError> {
    let this = organizations::table.filter(organizations::guid.eq(organization.as_str().to_owned()));
    let its = IdSet::of(
        this.filter(organizations::default_isolation_segment_id.is_not_null()),
        organizations::default_isolation_segment_id.assume_not_null(),
    );
    Ok(guids_where(conn, All::of(vec![its.holds_row()])).await?.pop())
}

pub async fn of_space(
    conn: &mut Conn,
    space: &Guid<Space>,
) -> Result<Option<Guid<IsolationSegment>>, StoreError> {
    let this = spaces::table.filter(spaces::guid.eq(space.as_str().to_owned()));
    let its = IdSet::of(
        this.filter(spaces::isolation_segment_id.is_not_null()),
        spaces::isolation_segment_id.assume_not_null(),
    );
    Ok(guids_where(conn, All::of(vec![its.holds_row()])).await?.pop())
}

pub async fn uses_of(conn: &mut Conn, segment: &Guid<IsolationSegment>) -> Result<Uses, StoreError> {
    let entitlements = isolation_segment_entitlements::table
        .filter(isolation_segment_entitlements::isolation_segment_id.in_set(with_guid(segment)));
    let defaults = organizations::table
        .filter(organizations::default_isolation_segment_id.assume_not_null().in_set(with_guid(segment)));
    let own = spaces::table.filter(spaces::isolation_segment_id.assume_not_null().in_set(with_guid(segment)));
    let (is_entitled, is_default, has_spaces) = select((exists(entitlements), exists(defaults), exists(own)))
        .get_result::<(bool, bool, bool)>(conn)
        .await
        .map_err(failed)?;
    Ok(Uses { is_entitled, is_default, has_spaces })
}

/// Two statements, however many organizations.
pub async fn entitlements(
    conn: &mut Conn,
    among: &[Guid<Organization>],
) -> Result<Vec<Entitlements>, StoreError> {
    let pairs: Vec<(i64, String)> = isolation_segment_entitlements::table
        .inner_join(isolation_segments::table)
        .inner_join(organizations::table)
        .filter(organizations::guid.one_of(&texts(among)))
        .select((isolation_segment_entitlements::organization_id, isolation_segments::guid))
        .load(conn)
        .await
        .map_err(failed)?;
    let mut segments: HashMap<i64, Vec<String>> = HashMap::new();
    for (organization, segment) in pairs {
        segments.entry(organization).or_default().push(segment);
    }
    let rows: Vec<(i64, String, Option<String>)> = organizations::table
        .left_join(isolation_segments::table)
        .filter(organizations::guid.one_of(&texts(among)))
        .order(organizations::id.asc())
        .select((organizations::id, organizations::guid, isolation_segments::guid.nullable()))
        .load(conn)
        .await
        .map_err(failed)?;
    let of_row = |(id, guid, default): (i64, String, Option<String>)| Entitlements {
        organization: Guid::new(guid),
        segments: segments.remove(&id).unwrap_or_default().into_iter().map(Guid::new).collect(),
        default: default.map(Guid::new),
    };
    Ok(rows.into_iter().map(of_row).collect())
}
