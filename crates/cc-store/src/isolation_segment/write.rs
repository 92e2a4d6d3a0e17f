//! What changes isolation segments, and what organizations and spaces have of them.

use super::{OWNER, assignments};
use crate::any::Conn;
use crate::any::dsl::TextOneOf;
use crate::errors::failed;
use crate::metadata;
use crate::schema::{isolation_segment_entitlements, isolation_segments, organizations, spaces};
use crate::session::{Change, Session};
use crate::stored::{BATCH, id_of};
use async_trait::async_trait;
use cc_domain::guid::{Guid, texts};
use cc_domain::isolation_segment::ports::IsolationSegmentWrites;
use cc_domain::isolation_segment::{Entitlements, IsolationSegment, Uses};
use cc_domain::name::Name;
use cc_domain::organization::Organization;
use cc_domain::space::Space;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = isolation_segments, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    name: &'a str,
    name_key: String,
    created_at: i64,
    updated_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = isolation_segment_entitlements, treat_none_as_default_value = false)]
struct NewEntitlement {
    isolation_segment_id: i64,
    organization_id: i64,
}

async fn maybe_id(
    conn: &mut Conn,
    segment: Option<&Guid<IsolationSegment>>,
) -> Result<Option<i64>, StoreError> {
    match segment {
        Some(segment) => id_of(conn, segment).await,
        None => Ok(None),
    }
}

#[async_trait]
impl IsolationSegmentWrites for Session<Change> {
    async fn lock_isolation_segment(
        &mut self,
        guid: &Guid<IsolationSegment>,
    ) -> Result<Option<IsolationSegment>, StoreError> {
        self.lock(guid).await
    }

    async fn uses_of_isolation_segment(&mut self, guid: &Guid<IsolationSegment>) -> Result<Uses, StoreError> {
        assignments::uses_of(self.conn(), guid).await
    }

    async fn insert_isolation_segment(&mut self, segment: &IsolationSegment) -> Result<(), StoreError> {
        let row = NewRow {
            guid: segment.guid.as_str(),
            name: segment.name.as_str(),
            name_key: segment.name.key(),
            created_at: segment.created_at.micros(),
            updated_at: segment.updated_at.micros(),
        };
        let id: i64 = diesel::insert_into(isolation_segments::table)
            .values(&row)
            .returning(isolation_segments::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &segment.metadata).await
    }

    async fn update_isolation_segment(&mut self, segment: &IsolationSegment) -> Result<(), StoreError> {
        let this = isolation_segments::table.filter(isolation_segments::guid.eq(segment.guid.as_str()));
        let id: i64 = diesel::update(this)
            .set((
                isolation_segments::name.eq(segment.name.as_str()),
                isolation_segments::name_key.eq(segment.name.key()),
                isolation_segments::updated_at.eq(segment.updated_at.micros()),
            ))
            .returning(isolation_segments::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &segment.metadata).await
    }

    async fn delete_isolation_segment(&mut self, guid: &Guid<IsolationSegment>) -> Result<(), StoreError> {
        self.delete(guid).await
    }

    async fn entitlements(
        &mut self,
        organizations: &[Guid<Organization>],
    ) -> Result<Vec<Entitlements>, StoreError> {
        assignments::entitlements(self.conn(), organizations).await
    }

    async fn entitle(
        &mut self,
        segment: &Guid<IsolationSegment>,
        to: &[Guid<Organization>],
    ) -> Result<(), StoreError> {
        let Some(isolation_segment_id) = id_of(self.conn(), segment).await? else { return Ok(()) };
        let ids: Vec<i64> = organizations::table
            .filter(organizations::guid.one_of(&texts(to)))
            .select(organizations::id)
            .load(self.conn())
            .await
            .map_err(failed)?;
        for batch in ids.chunks(BATCH) {
            let entitlement = |id: &i64| NewEntitlement { isolation_segment_id, organization_id: *id };
            let rows: Vec<_> = batch.iter().map(entitlement).collect();
            diesel::insert_into(isolation_segment_entitlements::table)
                .values(&rows)
                .execute(self.conn())
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn revoke_entitlement(
        &mut self,
        segment: &Guid<IsolationSegment>,
        organization: &Guid<Organization>,
    ) -> Result<(), StoreError> {
        let Some(segment) = id_of(self.conn(), segment).await? else { return Ok(()) };
        let owner = organizations::table
            .filter(organizations::guid.eq(organization.as_str()))
            .select(organizations::id);
        diesel::delete(
            isolation_segment_entitlements::table
                .filter(isolation_segment_entitlements::isolation_segment_id.eq(segment))
                .filter(isolation_segment_entitlements::organization_id.eq_any(owner)),
        )
        .execute(self.conn())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn spaces_assigned_to(
        &mut self,
        segment: &Guid<IsolationSegment>,
        organization: &Guid<Organization>,
    ) -> Result<Vec<Name>, StoreError> {
        assignments::names_of_spaces(self.conn(), segment, organization).await
    }

    async fn set_default_isolation_segment(
        &mut self,
        of: &[Guid<Organization>],
        segment: Option<&Guid<IsolationSegment>>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let segment = maybe_id(self.conn(), segment).await?;
        diesel::update(organizations::table.filter(organizations::guid.one_of(&texts(of))))
            .set((
                organizations::default_isolation_segment_id.eq(segment),
                organizations::updated_at.eq(now.micros()),
            ))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn set_isolation_segment_of_space(
        &mut self,
        space: &Guid<Space>,
        segment: Option<&Guid<IsolationSegment>>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let segment = maybe_id(self.conn(), segment).await?;
        diesel::update(spaces::table.filter(spaces::guid.eq(space.as_str())))
            .set((spaces::isolation_segment_id.eq(segment), spaces::updated_at.eq(now.micros())))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
