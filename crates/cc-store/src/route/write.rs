//! What changes routes.

use super::{OWNER, destination, options_column, port_column};
use crate::any::dsl::TextOneOf;
use crate::errors::failed;
use crate::metadata;
use crate::schema::{route_destinations, route_shares, routes, spaces};
use crate::session::{Change, Session};
use crate::stored::{id_of, known_id_of};
use async_trait::async_trait;
use cc_domain::guid::{Guid, texts};
use cc_domain::name::fold;
use cc_domain::route::ports::RouteWrites;
use cc_domain::route::{Destination, Destinations, Route};
use cc_domain::space::Space;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = routes, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    domain_id: i64,
    space_id: i64,
    host: &'a str,
    host_key: String,
    path: &'a str,
    path_key: String,
    port: i32,
    options: Option<String>,
    created_at: i64,
    updated_at: i64,
}

#[async_trait]
impl RouteWrites for Session<Change> {
    async fn lock_route(&mut self, guid: &Guid<Route>) -> Result<Option<Route>, StoreError> {
        self.lock(guid).await
    }

    async fn insert_route(&mut self, route: &Route) -> Result<(), StoreError> {
        let domain_id = known_id_of(self.conn(), &route.domain.guid).await?;
        let row = NewRow {
            guid: route.guid.as_str(),
            domain_id,
            space_id: known_id_of(self.conn(), &route.space).await?,
            host: route.host.as_str(),
            host_key: fold(route.host.as_str()),
            path: route.path.as_str(),
            path_key: fold(route.path.as_str()),
            port: port_column(route.port),
            options: options_column(&route.options),
            created_at: route.created_at.micros(),
            updated_at: route.updated_at.micros(),
        };
        let id: i64 = diesel::insert_into(routes::table)
            .values(&row)
            .returning(routes::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &route.metadata).await
    }

    async fn update_route(&mut self, route: &Route) -> Result<(), StoreError> {
        let space_id = known_id_of(self.conn(), &route.space).await?;
        let id: i64 = diesel::update(routes::table.filter(routes::guid.eq(route.guid.as_str())))
            .set((
                routes::space_id.eq(space_id),
                routes::options.eq(options_column(&route.options)),
                routes::updated_at.eq(route.updated_at.micros()),
            ))
            .returning(routes::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &route.metadata).await
    }

    async fn write_destinations(
        &mut self,
        route: &Guid<Route>,
        change: &Destinations,
    ) -> Result<(), StoreError> {
        let Some(id) = id_of(self.conn(), route).await? else { return Ok(()) };
        destination::write(self.conn(), id, change).await
    }

    async fn update_destination(&mut self, destination: &Destination) -> Result<(), StoreError> {
        let this = route_destinations::guid.eq(destination.guid.as_str());
        diesel::update(route_destinations::table.filter(this))
            .set((
                route_destinations::protocol.eq(Some(destination.protocol.as_str())),
                route_destinations::updated_at.eq(destination.updated_at.micros()),
            ))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn share_route(&mut self, route: &Guid<Route>, with: &[Guid<Space>]) -> Result<(), StoreError> {
        let Some(id) = id_of(self.conn(), route).await? else { return Ok(()) };
        diesel::delete(route_shares::table.filter(route_shares::route_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        let ids: Vec<i64> = spaces::table
            .filter(spaces::guid.one_of(&texts(with)))
            .select(spaces::id)
            .load(self.conn())
            .await
            .map_err(failed)?;
        let rows: Vec<_> = ids
            .into_iter()
            .map(|space| (route_shares::route_id.eq(id), route_shares::space_id.eq(space)))
            .collect();
        if !rows.is_empty() {
            diesel::insert_into(route_shares::table)
                .values(rows)
                .execute(self.conn())
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn delete_route(&mut self, guid: &Guid<Route>) -> Result<(), StoreError> {
        let Some(id) = id_of(self.conn(), guid).await? else { return Ok(()) };
        metadata::delete(self.conn(), OWNER, &[id]).await?;
        diesel::delete(route_destinations::table.filter(route_destinations::route_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        diesel::delete(route_shares::table.filter(route_shares::route_id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        diesel::delete(routes::table.filter(routes::id.eq(id))).execute(self.conn()).await.map_err(failed)?;
        Ok(())
    }
}
