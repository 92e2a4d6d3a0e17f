//! Routes with their destinations.

mod destination;
mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::{corrupt, from_json, to_json};
use crate::schema::{domains, routes, spaces};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::domain::DomainName;
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::route::{Destination, Host, Route, RouteDomain, RouteOptions, RoutePath};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::BTreeMap;

const OWNER: MetadataOwner = MetadataOwner::Route;

#[derive(Queryable, Selectable)]
#[diesel(table_name = routes, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    host: String,
    path: String,
    port: i32,
    options: Option<String>,
    created_at: i64,
    updated_at: i64,
    #[diesel(select_expression = spaces::guid)]
    space_guid: String,
    #[diesel(select_expression = domains::guid)]
    domain_guid: String,
    #[diesel(select_expression = domains::name)]
    domain_name: String,
    #[diesel(select_expression = domains::is_internal)]
    domain_is_internal: bool,
    #[diesel(select_expression = domains::router_group_guid)]
    domain_router_group: Option<String>,
}

impl Row {
    fn into_entity(self, destinations: Vec<Destination>, metadata: Metadata) -> Result<Route, StoreError> {
        Ok(Route {
            guid: Guid::new(self.guid),
            host: Host::parse(&self.host).map_err(|_| corrupt("routes.host"))?,
            path: RoutePath::parse(&self.path).map_err(|_| corrupt("routes.path"))?,
            port: port(self.port)?,
            domain: RouteDomain {
                guid: Guid::new(self.domain_guid),
                name: DomainName::stored(self.domain_name),
                is_internal: self.domain_is_internal,
                router_group: self.domain_router_group,
            },
            space: Guid::new(self.space_guid),
            options: options(self.options.as_deref())?,
            destinations,
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

/// A port column: 0 stands for none.
fn port(column: i32) -> Result<Option<u16>, StoreError> {
    let port = u16::try_from(column).map_err(|_| corrupt("port"))?;
    Ok((port != 0).then_some(port))
}

fn port_column(port: Option<u16>) -> i32 {
    port.map_or(0, i32::from)
}

/// Options are kept as a JSON map of texts.
fn options(column: Option<&str>) -> Result<RouteOptions, StoreError> {
    let Some(json) = column else { return Ok(RouteOptions::default()) };
    let mut map: BTreeMap<String, String> = from_json("routes.options", json)?;
    let loadbalancing = match map.remove("loadbalancing") {
        None => None,
        Some(text) => Some(text.parse().map_err(|()| corrupt("routes.options"))?),
    };
    Ok(RouteOptions {
        loadbalancing,
        hash_header: map.remove("hash_header"),
        hash_balance: map.remove("hash_balance"),
    })
}

fn options_column(options: &RouteOptions) -> Option<String> {
    let mut map = BTreeMap::new();
    map.extend(options.loadbalancing.map(|l| ("loadbalancing", l.as_str())));
    map.extend(options.hash_header.as_deref().map(|h| ("hash_header", h)));
    map.extend(options.hash_balance.as_deref().map(|b| ("hash_balance", b)));
    (!map.is_empty()).then(|| to_json(&map))
}

#[async_trait]
impl Stored for Route {
    columns!(routes);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<routes::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(
            conn,
            which,
            routes::id,
            routes::table.inner_join(domains::table).inner_join(spaces::table)
        );
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut destinations = destination::load(conn, &ids).await?;
        let entity = |row: Row, metadata| {
            let destinations = destinations.remove(&row.id).unwrap_or_default();
            row.into_entity(destinations, metadata)
        };
        with_metadata(conn, rows, |row| row.id, entity).await
    }
}
