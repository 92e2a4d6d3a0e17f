//! What changes domains.

use super::OWNER;
use crate::any::Conn;
use crate::any::dsl::TextOneOf;
use crate::errors::failed;
use crate::metadata;
use crate::schema::{domain_shares, domains, organizations};
use crate::session::{Change, Session};
use crate::stored::{id_of, known_id_of};
use async_trait::async_trait;
use cc_domain::domain::ports::DomainWrites;
use cc_domain::domain::{Domain, DomainKind};
use cc_domain::guid::{Guid, texts};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

#[derive(Insertable)]
#[diesel(table_name = domains, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    name: &'a str,
    name_key: String,
    organization_id: Option<i64>,
    is_internal: bool,
    router_group_guid: Option<&'a str>,
    created_at: i64,
    updated_at: i64,
}

/// Makes the shares those of the domain.
async fn share(conn: &mut Conn, id: i64, domain: &Domain) -> Result<(), StoreError> {
    let DomainKind::Private { shared_with, .. } = &domain.kind else { return Ok(()) };
    diesel::delete(domain_shares::table.filter(domain_shares::domain_id.eq(id)))
        .execute(conn)
        .await
        .map_err(failed)?;
    if shared_with.is_empty() {
        return Ok(());
    }
    let found: HashMap<String, i64> = organizations::table
        .filter(organizations::guid.one_of(&texts(shared_with)))
        .select((organizations::guid, organizations::id))
        .load(conn)
        .await
        .map_err(failed)?
        .into_iter()
        .collect();
    let ids = shared_with.iter().filter_map(|organization| found.get(organization.as_str()));
    let rows: Vec<_> = (0_i32..)
        .zip(ids)
        .map(|(position, organization)| {
            (
                domain_shares::domain_id.eq(id),
                domain_shares::organization_id.eq(*organization),
                domain_shares::position.eq(position),
            )
        })
        .collect();
    diesel::insert_into(domain_shares::table).values(rows).execute(conn).await.map_err(failed)?;
    Ok(())
}

#[async_trait]
impl DomainWrites for Session<Change> {
    async fn lock_domain(&mut self, guid: &Guid<Domain>) -> Result<Option<Domain>, StoreError> {
        self.lock(guid).await
    }

    async fn insert_domain(&mut self, domain: &Domain) -> Result<(), StoreError> {
        let organization_id = match domain.owner() {
            None => None,
            Some(owner) => Some(known_id_of(self.conn(), owner).await?),
        };
        let row = NewRow {
            guid: domain.guid.as_str(),
            name: domain.name.as_str(),
            name_key: domain.name.key(),
            organization_id,
            is_internal: domain.is_internal(),
            router_group_guid: domain.router_group(),
            created_at: domain.created_at.micros(),
            updated_at: domain.updated_at.micros(),
        };
        let id: i64 = diesel::insert_into(domains::table)
            .values(&row)
            .returning(domains::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        share(self.conn(), id, domain).await?;
        metadata::insert(self.conn(), OWNER, id, &domain.metadata).await
    }

    async fn update_domain(&mut self, domain: &Domain) -> Result<(), StoreError> {
        let id: i64 = diesel::update(domains::table.filter(domains::guid.eq(domain.guid.as_str())))
            .set(domains::updated_at.eq(domain.updated_at.micros()))
            .returning(domains::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        share(self.conn(), id, domain).await?;
        metadata::replace(self.conn(), OWNER, id, &domain.metadata).await
    }

    async fn delete_domain(&mut self, guid: &Guid<Domain>) -> Result<(), StoreError> {
        let Some(id) = id_of(self.conn(), guid).await? else { return Ok(()) };
        metadata::delete(self.conn(), OWNER, &[id]).await?;
        diesel::delete(domain_shares::table.filter(domain_shares::domain_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        diesel::delete(domains::table.filter(domains::id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
