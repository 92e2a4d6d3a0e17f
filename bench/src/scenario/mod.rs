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
use crate::engine::Engine;
use crate::seed;
use crate::server::Server;
use crate::table::Table;
use tempfile::TempDir;

/// Apps at first, and at last.
const FEW: u32 = 10_000;
const MANY: u32 = 100_000;

/// What the goals say for one engine.
#[derive(Clone, Copy)]
struct Goals {
    reads: f64,
    writes: f64,
}

pub async fn run(options: &Options) -> anyhow::Result<Table> {
    let mut table = Table::default();
    if options.wants("database") {
        if let Some(url) = &options.postgres {
            let engine = Engine::postgres(url).await?;
            database(options, &engine, Goals { reads: 0.7, writes: 0.6 }, &mut table).await?;
        } else {
            println!("PASSED OVER: PostgreSQL, since CC_BENCH_POSTGRES names no server");
        }
        let folder = TempDir::new()?;
        let engine = Engine::sqlite(folder.path());
        database(options, &engine, Goals { reads: 0.5, writes: 0.6 }, &mut table).await?;
    }
    if options.wants("overload") {
        let folder = TempDir::new()?;
        overload(options, &Engine::sqlite(folder.path()), &mut table).await?;
        if let Some(url) = &options.postgres {
            overload(options, &Engine::postgres(url).await?, &mut table).await?;
        }
    }
    if options.wants("push") {
        let folder = TempDir::new()?;
        let engine = Engine::sqlite(folder.path());
        let mut server = Server::new(options, &engine, folder.path())?;
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
async fn overload(options: &Options, engine: &Engine, table: &mut Table) -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let mut server = Server::new(options, engine, folder.path())?;
    server.start()?;
    seed::places(engine, &mut server.admin().await?).await?;
    server.stop()?;
    seed::apps(engine, 1, FEW).await?;
    seed::settle(engine).await?;
    server.start()?;
    overload::run(options, engine, &server, table).await
}

/// Everything that depends on the database, with few apps and with many.
async fn database(options: &Options, engine: &Engine, goals: Goals, table: &mut Table) -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let mut server = Server::new(options, engine, folder.path())?;
    server.start()?;
    let seeded = seed::places(engine, &mut server.admin().await?).await?;
    let mut at_few = None;
    for (from, to) in [(1, FEW), (FEW + 1, MANY)] {
        server.stop()?;
        seed::apps(engine, from, to).await?;
        seed::settle(engine).await?;
        server.start()?;
        let lists = lists::run(options, engine, &server, &seeded, goals, to, table).await?;
        match at_few.take() {
            None => at_few = Some(lists),
            Some(few) => lists::growth(engine, &few, &lists, table),
        }
    }
    lists::one(options, engine, &server, goals, table).await?;
    write::run(options, engine, &server, goals, table).await?;
    jobs::run(options, engine, &server, table).await
}
