//! Domains with the organizations they are shared with.

mod list;
mod read;
mod write;

use crate::any::dsl::IdOneOf;
use crate::any::sets::{IdSet, InSetExt};
use crate::any::{Any, Conn};
use crate::errors::failed;
use crate::metadata;
use crate::schema::{domain_shares, domains, organizations};
use cc_domain::domain::{Domain, DomainKind, DomainName};
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::organization::Organization;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

const OWNER: MetadataOwner = MetadataOwner::Domain;

#[derive(Queryable, Selectable)]
#[diesel(table_name = domains, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    #[diesel(select_expression = organizations::guid.nullable())]
    organization_guid: Option<String>,
    is_internal: bool,
    router_group_guid: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, shared_with: Vec<Guid<Organization>>, metadata: Metadata) -> Domain {
        let kind = match self.organization_guid {
            Some(owner) => DomainKind::Private { owner: Guid::new(owner), shared_with },
            None => {
                DomainKind::Shared { is_internal: self.is_internal, router_group: self.router_group_guid }
            }
        };
        Domain {
            guid: Guid::new(self.guid),
            name: DomainName::stored(self.name),
            kind,
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        }
    }
}

/// The domains of a set in insertion order, with shares and metadata: four statements, however many.
async fn load(conn: &mut Conn, which: IdSet) -> Result<Vec<(i64, Domain)>, StoreError> {
    let rows: Vec<Row> = domains::table
        .left_join(organizations::table)
        .filter(domains::id.in_set(which))
        .order(domains::id.asc())
        .select(Row::as_select())
        .load(conn)
        .await
        .map_err(failed)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut metadata = metadata::load(conn, OWNER, &ids).await?;
    let private: Vec<i64> = rows.iter().filter(|r| r.organization_guid.is_some()).map(|r| r.id).collect();
    let mut shares = shares(conn, &private).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let id = row.id;
            let shared_with = shares.remove(&id).unwrap_or_default();
            (id, row.into_entity(shared_with, metadata.remove(&id).unwrap_or_default()))
        })
        .collect())
}

/// Whom the domains are shared with, in the order in which they were.
async fn shares(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, Vec<Guid<Organization>>>, StoreError> {
    let mut shares: HashMap<i64, Vec<Guid<Organization>>> = HashMap::new();
    if ids.is_empty() {
        return Ok(shares);
    }
    let rows: Vec<(i64, String)> = domain_shares::table
        .inner_join(organizations::table)
        .filter(domain_shares::domain_id.one_of_ids(ids))
        .order((domain_shares::domain_id.asc(), domain_shares::position.asc()))
        .select((domain_shares::domain_id, organizations::guid))
        .load(conn)
        .await
        .map_err(failed)?;
    for (id, guid) in rows {
        shares.entry(id).or_default().push(Guid::new(guid));
    }
    Ok(shares)
}

/// The row id of a guid; `None` if there is no such domain.
pub async fn id_of(conn: &mut Conn, guid: &str) -> Result<Option<i64>, StoreError> {
    domains::table
        .filter(domains::guid.eq(guid))
        .select(domains::id)
        .first(conn)
        .await
        .optional()
        .map_err(failed)
}
