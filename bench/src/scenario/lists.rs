//! Reading: one app, a page of 50 apps as admin and as a developer of five spaces.

use super::Goals;
use crate::Options;
use crate::database::Database;
use crate::load::Ask;
use crate::rounds::{Compared, compare};
use crate::seed::{self, Seeded};
use crate::server::{Floor, Server};
use crate::table::{Goal, Table, number};

/// The lists as one size of the database had them.
pub struct Lists {
    admin: Compared,
    developer: Compared,
}

pub async fn run(
    options: &Options,
    database: &Database,
    server: &Server,
    seeded: &Seeded,
    goals: Goals,
    apps: u32,
    table: &mut Table,
) -> anyhow::Result<Lists> {
    let floor = Floor::start(database)?;
    let path = "/v3/apps?per_page=50&page=1";
    let token = server.admin().await?.token;
    let ours = Ask::get(server.port, path, Some(&token));
    let admin = compare(options, &ours, &Ask::get(floor.port, "/apps", None)).await?;
    row(table, database, &format!("list 50 of {apps} apps, admin"), &admin, goals.reads);
    let token = seed::developer(server.port).await?.token;
    let ours = Ask::get(server.port, path, Some(&token));
    let theirs = Ask::get(floor.port, format!("/apps/{}", seeded.developer), None);
    let developer = compare(options, &ours, &theirs).await?;
    row(table, database, &format!("list 50 of {apps} apps, developer of 5 spaces"), &developer, goals.reads);
    Ok(Lists { admin, developer })
}

pub async fn one(
    options: &Options,
    database: &Database,
    server: &Server,
    goals: Goals,
    table: &mut Table,
) -> anyhow::Result<()> {
    let floor = Floor::start(database)?;
    let guid = seed::guid(777);
    let token = server.admin().await?.token;
    let ours = Ask::get(server.port, format!("/v3/apps/{guid}"), Some(&token));
    let one = compare(options, &ours, &Ask::get(floor.port, format!("/app/{guid}"), None)).await?;
    row(table, database, "get one app", &one, goals.reads);
    Ok(())
}

/// What ten times the apps do to a list: the time of the bigger over the time of the smaller.
pub fn growth(database: &Database, few: &Lists, many: &Lists, table: &mut Table) {
    let pairs = [("admin", &few.admin, &many.admin), ("developer", &few.developer, &many.developer)];
    for (who, few, many) in pairs {
        let ms = |compared: &Compared| format!("{} ms", number(compared.ours.p50_ms));
        let what = format!("{}: list with ten times the apps, {who} (first many, then few)", database.name());
        table.ratio(what, ms(many), ms(few), many.ours.p50_ms / few.ours.p50_ms, Goal::None);
    }
}

pub fn row(table: &mut Table, database: &Database, what: &str, compared: &Compared, least: f64) {
    let shown = |s: &crate::load::Sample| {
        format!("{}/s, p50 {} ms, p99 {} ms", number(s.per_second), number(s.p50_ms), number(s.p99_ms))
    };
    let what = format!("{}: {what}", database.name());
    table.ratio(what, shown(&compared.ours), shown(&compared.floor), compared.ratio, Goal::AtLeast(least));
}
