//! What is measured, a file for each thing.

mod build;
mod edge;
mod jobs;
mod lists;
mod overload;
mod push;
mod rest;
mod write;

use crate::Options;
use crate::database::Database;
use crate::seed;
use crate::server::Server;
use crate::table::Table;
use tempfile::TempDir;

/// Apps at first, and at last.
const FEW: u32 = 10_000;
const MANY: u32 = 100_000;

/// What the goals say for one database.
#[derive(Clone, Copy)]
struct Goals {
    reads: f64,
    writes: f64,
}

pub async fn run(options: &Options) -> anyhow::Result<Table> {
    let mut table = Table::default();
    if options.wants("database") {
        if let Some(url) = &options.postgres {
            let database = Database::postgres(url).await?;
            sizes(options, &database, Goals { reads: 0.7, writes: 0.6 }, &mut table).await?;
        } else {
            println!("PASSED OVER: PostgreSQL, since CC_BENCH_POSTGRES names no server");
        }
        let folder = TempDir::new()?;
        let database = Database::sqlite(folder.path());
        sizes(options, &database, Goals { reads: 0.5, writes: 0.6 }, &mut table).await?;
    }
    if options.wants("overload") {
        let folder = TempDir::new()?;
        overload(options, &Database::sqlite(folder.path()), &mut table).await?;
        if let Some(url) = &options.postgres {
            overload(options, &Database::postgres(url).await?, &mut table).await?;
        }
    }
    if options.wants("push") {
        let folder = TempDir::new()?;
        let database = Database::sqlite(folder.path());
        let mut server = Server::new(options, &database, folder.path())?;
        server.start()?;
        let pushed = push::run(options, &server, &mut table).await?;
        rest::memory(&server, &mut table).await?;
        edge::run(options, &server, &pushed, &mut table).await?;
        rest::cold_start(options, &mut server, &mut table)?;
        rest::binary(options, &mut table)?;
    }
    if options.wants("build") {
        build::run(&mut table)?;
    }
    Ok(table)
}

/// More than the server can do, on few apps.
async fn overload(options: &Options, database: &Database, table: &mut Table) -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let mut server = Server::new(options, database, folder.path())?;
    server.start()?;
    seed::places(database, &mut server.admin().await?).await?;
    server.stop()?;
    seed::apps(database, 1, FEW).await?;
    seed::settle(database).await?;
    server.start()?;
    overload::run(options, database, &server, table).await
}

/// Everything that depends on the database, with few apps and with many.
async fn sizes(
    options: &Options,
    database: &Database,
    goals: Goals,
    table: &mut Table,
) -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let mut server = Server::new(options, database, folder.path())?;
    server.start()?;
    let seeded = seed::places(database, &mut server.admin().await?).await?;
    let mut at_few = None;
    for (from, to) in [(1, FEW), (FEW + 1, MANY)] {
        server.stop()?;
        seed::apps(database, from, to).await?;
        seed::settle(database).await?;
        server.start()?;
        let lists = lists::run(options, database, &server, &seeded, goals, to, table).await?;
        match at_few.take() {
            None => at_few = Some(lists),
            Some(few) => lists::growth(database, &few, &lists, table),
        }
    }
    lists::one(options, database, &server, goals, table).await?;
    write::run(options, database, &server, goals, table).await?;
    jobs::run(options, database, &server, table).await
}
