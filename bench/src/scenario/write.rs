//! Writing: an app with its process and its audit events.

use super::Goals;
use super::lists::row;
use crate::Options;
use crate::database::Database;
use crate::load::Ask;
use crate::rounds::compare;
use crate::seed;
use crate::server::{Floor, Server};
use crate::table::Table;
use serde_json::json;

fn body(number: u64) -> String {
    let space = json!({ "data": { "guid": seed::space(500) } });
    json!({ "name": format!("new-{number}"), "relationships": { "space": space } }).to_string()
}

pub async fn run(
    options: &Options,
    database: &Database,
    server: &Server,
    goals: Goals,
    table: &mut Table,
) -> anyhow::Result<()> {
    let floor = Floor::start(database)?;
    let token = server.admin().await?.token;
    let ours = Ask::post(server.port, "/v3/apps", Some(&token), body);
    let created = compare(options, &ours, &Ask::post(floor.port, "/apps", None, body)).await?;
    row(table, database, "create an app", &created, goals.writes);
    Ok(())
}
