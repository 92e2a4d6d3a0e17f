//! Domains with the organizations they are shared with.

mod list;
mod read;
mod write;

use crate::any::dsl::IdOneOf;
use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::failed;
use crate::schema::{domain_shares, domains, organizations};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
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

#[async_trait]
impl Stored for Domain {
    columns!(domains);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<domains::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, domains::id, domains::table.left_join(organizations::table));
        let private: Vec<i64> = rows.iter().filter(|r| r.organization_guid.is_some()).map(|r| r.id).collect();
        let mut shares = shares(conn, &private).await?;
        let entity = |row: Row, metadata| {
            let shared_with = shares.remove(&row.id).unwrap_or_default();
            Ok(row.into_entity(shared_with, metadata))
        };
        with_metadata(conn, rows, |row| row.id, entity).await
    }
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
