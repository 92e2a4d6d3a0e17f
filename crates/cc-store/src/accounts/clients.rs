//! OAuth clients.

use super::{Outcome, count, filter, found};
use crate::any::dsl::{All, IdOneOf};
use crate::any::paging::{Count, OrderBy, PageIds, Rows};
use crate::any::{Any, Conn};
use crate::errors::{corrupt, from_json, to_json};
use crate::schema::{accounts_clients, authorization_codes};
use cc_domain::identity::{
    AutoApprove, Client, ClientAttribute, ClientSecret, Filter, GrantType, PasswordHash, Window,
};
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts_clients, check_for_backend(Any))]
struct Row {
    client_id: String,
    name: Option<String>,
    secret_hash: Option<String>,
    grant_types: String,
    scopes: String,
    authorities: String,
    redirect_uris: String,
    auto_approve: Option<String>,
    access_token_seconds: Option<i64>,
    refresh_token_seconds: Option<i64>,
    token_epoch: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self) -> Outcome<Client> {
        let validity = |column, seconds: Option<i64>| {
            seconds.map(|s| u32::try_from(s).map_err(|_| corrupt(column))).transpose()
        };
        let grant_types: Vec<String> = from_json("accounts_clients.grant_types", &self.grant_types)?;
        Ok(Client {
            id: self.client_id,
            name: self.name,
            secret: match self.secret_hash {
                None => ClientSecret::Empty,
                Some(hash) => ClientSecret::Hashed(PasswordHash::new(hash)),
            },
            grant_types: grant_types.iter().map(|name| GrantType::parse(name)).collect(),
            scopes: from_json("accounts_clients.scopes", &self.scopes)?,
            authorities: from_json("accounts_clients.authorities", &self.authorities)?,
            redirect_uris: from_json("accounts_clients.redirect_uris", &self.redirect_uris)?,
            auto_approve: match self.auto_approve {
                None => AutoApprove::All,
                Some(list) => AutoApprove::Only(from_json("accounts_clients.auto_approve", &list)?),
            },
            access_token_validity: validity(
                "accounts_clients.access_token_seconds",
                self.access_token_seconds,
            )?,
            refresh_token_validity: validity(
                "accounts_clients.refresh_token_seconds",
                self.refresh_token_seconds,
            )?,
            token_epoch: self.token_epoch,
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

/// All columns: an insert and an update write the same.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = accounts_clients, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Written<'a> {
    client_id: &'a str,
    name: Option<&'a str>,
    secret_hash: Option<&'a str>,
    grant_types: String,
    scopes: String,
    authorities: String,
    redirect_uris: String,
    auto_approve: Option<String>,
    access_token_seconds: Option<i64>,
    refresh_token_seconds: Option<i64>,
    token_epoch: i64,
    updated_at: i64,
}

impl<'a> From<&'a Client> for Written<'a> {
    fn from(client: &'a Client) -> Self {
        let grant_types: Vec<&str> = client.grant_types.iter().map(GrantType::as_str).collect();
        Self {
            client_id: &client.id,
            name: client.name.as_deref(),
            secret_hash: match &client.secret {
                ClientSecret::Empty => None,
                ClientSecret::Hashed(hash) => Some(hash.phc()),
            },
            grant_types: to_json(&grant_types),
            scopes: to_json(&client.scopes),
            authorities: to_json(&client.authorities),
            redirect_uris: to_json(&client.redirect_uris),
            auto_approve: match &client.auto_approve {
                AutoApprove::All => None,
                AutoApprove::Only(list) => Some(to_json(list)),
            },
            access_token_seconds: client.access_token_validity.map(i64::from),
            refresh_token_seconds: client.refresh_token_validity.map(i64::from),
            token_epoch: client.token_epoch,
            updated_at: client.updated_at.micros(),
        }
    }
}

pub async fn find(conn: &mut Conn, id: &str) -> Outcome<Option<Client>> {
    let row: Option<Row> = accounts_clients::table
        .filter(accounts_clients::client_id.eq(id))
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    row.map(Row::into_entity).transpose()
}

pub async fn list(
    conn: &mut Conn,
    filter: Option<Filter<ClientAttribute>>,
    window: Window,
) -> Outcome<(Vec<Client>, u64)> {
    let which = Rows::from(All::of(filter.map(filter::of_clients).into_iter().collect()));
    let by_id = OrderBy::column(accounts_clients::client_id, false);
    let ids: Vec<i64> =
        PageIds::new(&which, &by_id, window.limit.into(), window.offset.into()).load(conn).await?;
    let total: i64 = Count::new(&which).get_result(conn).await?;
    let rows: Vec<Row> = accounts_clients::table
        .filter(accounts_clients::id.one_of_ids(&ids))
        .order(accounts_clients::client_id.asc())
        .select(Row::as_select())
        .load(conn)
        .await?;
    let clients = rows.into_iter().map(Row::into_entity).collect::<Outcome<_>>()?;
    Ok((clients, count("accounts_clients.id", total)?))
}

pub async fn insert(conn: &mut Conn, client: &Client) -> Outcome<()> {
    diesel::insert_into(accounts_clients::table).values(Written::from(client)).execute(conn).await?;
    Ok(())
}

pub async fn update(conn: &mut Conn, client: &Client) -> Outcome<()> {
    let this = accounts_clients::table.filter(accounts_clients::client_id.eq(&client.id));
    found(diesel::update(this).set(Written::from(client)).execute(conn).await?)
}

pub async fn delete(conn: &mut Conn, id: &str) -> Outcome<Option<Client>> {
    let client = find(conn, id).await?;
    diesel::delete(authorization_codes::table.filter(authorization_codes::client_id.eq(id)))
        .execute(conn)
        .await?;
    diesel::delete(accounts_clients::table.filter(accounts_clients::client_id.eq(id))).execute(conn).await?;
    Ok(client)
}
