//! Destinations, read and written with their routes.

use super::{port, port_column};
use crate::any::dsl::{IdOneOf, TextOneOf};
use crate::any::{Any, Conn};
use crate::errors::{corrupt, failed, parsed};
use crate::schema::{apps, route_destinations};
use cc_domain::guid::{Guid, texts};
use cc_domain::process::ProcessType;
use cc_domain::route::{Destination, DestinationProtocol, Destinations};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::{BTreeSet, HashMap};

#[derive(Queryable, Selectable)]
#[diesel(table_name = route_destinations, check_for_backend(Any))]
struct Row {
    guid: String,
    route_id: i64,
    #[diesel(select_expression = apps::guid)]
    app_guid: String,
    process_kind: String,
    port: i32,
    weight: Option<i32>,
    protocol: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self) -> Result<Destination, StoreError> {
        Ok(Destination {
            guid: Guid::new(self.guid),
            app: Guid::new(self.app_guid),
            process_type: ProcessType::parse(&self.process_kind)
                .ok_or_else(|| corrupt("route_destinations.process_kind"))?,
            port: port(self.port)?,
            protocol: match self.protocol.as_deref() {
                None => DestinationProtocol::Http1,
                Some(text) => parsed("route_destinations.protocol", text)?,
            },
            weight: self.weight.and_then(|w| u8::try_from(w).ok()),
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

/// Those of the routes, by guid.
pub async fn load(conn: &mut Conn, routes: &[i64]) -> Result<HashMap<i64, Vec<Destination>>, StoreError> {
    let mut destinations: HashMap<i64, Vec<Destination>> = HashMap::new();
    if routes.is_empty() {
        return Ok(destinations);
    }
    let rows: Vec<Row> = route_destinations::table
        .inner_join(apps::table)
        .filter(route_destinations::route_id.one_of_ids(routes))
        .order((route_destinations::route_id.asc(), route_destinations::guid.asc()))
        .select(Row::as_select())
        .load(conn)
        .await
        .map_err(failed)?;
    for row in rows {
        destinations.entry(row.route_id).or_default().push(row.into_entity()?);
    }
    Ok(destinations)
}

#[derive(Insertable)]
#[diesel(table_name = route_destinations, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    route_id: i64,
    app_id: i64,
    process_kind: &'a str,
    port: i32,
    weight: Option<i32>,
    protocol: Option<&'a str>,
    created_at: i64,
    updated_at: i64,
}

/// Removes, then adds: what is added may equal what goes.
pub async fn write(conn: &mut Conn, route: i64, change: &Destinations) -> Result<(), StoreError> {
    if !change.removed.is_empty() {
        let gone: Vec<String> = change.removed.iter().map(|d| d.guid.as_str().to_owned()).collect();
        diesel::delete(route_destinations::table.filter(route_destinations::guid.one_of(&gone)))
            .execute(conn)
            .await
            .map_err(failed)?;
    }
    if change.added.is_empty() {
        return Ok(());
    }
    let guids: BTreeSet<_> = change.added.iter().map(|d| d.app.clone()).collect();
    let ids: Vec<(String, i64)> = apps::table
        .filter(apps::guid.one_of(&texts(&guids.into_iter().collect::<Vec<_>>())))
        .select((apps::guid, apps::id))
        .load(conn)
        .await
        .map_err(failed)?;
    let ids: HashMap<String, i64> = ids.into_iter().collect();
    let rows: Vec<NewRow<'_>> = change
        .added
        .iter()
        .map(|d| {
            let app_id = *ids.get(d.app.as_str()).ok_or_else(|| failed(diesel::result::Error::NotFound))?;
            Ok(NewRow {
                guid: d.guid.as_str(),
                route_id: route,
                app_id,
                process_kind: d.process_type.as_str(),
                port: port_column(d.port),
                weight: d.weight.map(i32::from),
                protocol: Some(d.protocol.as_str()),
                created_at: d.created_at.micros(),
                updated_at: d.updated_at.micros(),
            })
        })
        .collect::<Result<_, StoreError>>()?;
    diesel::insert_into(route_destinations::table).values(rows).execute(conn).await.map_err(failed)?;
    Ok(())
}
