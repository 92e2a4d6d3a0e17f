//! The floor: the same statements on a bare driver, serde_json, hyper, and nothing else.
//!
//! `GET /app/{guid}`, `GET /apps`, `GET /apps/{user}` and `POST /apps`. Each connection has a database connection of its own, so there is no
//! pool; statements are prepared once.

mod json;
mod postgres;
mod sql;
mod sqlite;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The word on the command line that makes a process the floor.
pub const WORD: &str = "__floor";

/// A row of an app, with its metadata.
#[derive(Default)]
pub struct App {
    pub id: i64,
    pub guid: String,
    pub name: String,
    pub space: String,
    pub state: String,
    pub lifecycle: String,
    pub buildpacks: String,
    pub stack: Option<String>,
    pub droplet: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub labels: Vec<(String, String)>,
    pub annotations: Vec<(String, String)>,
}

#[derive(Deserialize)]
pub struct NewApp {
    pub name: String,
    pub relationships: Relationships,
}

#[derive(Deserialize)]
pub struct Relationships {
    pub space: Space,
}

#[derive(Deserialize)]
pub struct Space {
    pub data: Data,
}

#[derive(Deserialize)]
pub struct Data {
    pub guid: String,
}

/// A database connection of one HTTP connection.
enum Database {
    Postgres(postgres::Floor),
    Sqlite(sqlite::Floor),
}

/// Microseconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "there are no ports here")]
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Serves until it is killed; says its port first.
pub fn serve(kind: &str, place: &str) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let database = match kind {
                "postgres" => Database::Postgres(postgres::Floor::connect(place).await?),
                _ => Database::Sqlite(sqlite::Floor::open(place)?),
            };
            let database = Arc::new(tokio::sync::Mutex::new(database));
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let database = Arc::clone(&database);
                    async move { answer(&mut *database.lock().await, request).await }
                });
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await
            });
        }
    })
}

async fn answer(
    database: &mut Database,
    request: Request<Incoming>,
) -> anyhow::Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let mut path = parts.uri.path().split('/').skip(1);
    let (status, json) = match (parts.method, path.next(), path.next()) {
        (Method::GET, Some("app"), Some(guid)) => {
            let app = match database {
                Database::Postgres(d) => d.app(guid).await?,
                Database::Sqlite(d) => tokio::task::block_in_place(|| d.app(guid))?,
            };
            (200, json::app(&app)?)
        }
        (Method::GET, Some("apps"), user) => {
            let (apps, total) = match database {
                Database::Postgres(d) => d.apps(user).await?,
                Database::Sqlite(d) => tokio::task::block_in_place(|| d.apps(user))?,
            };
            (200, json::page(&apps, total)?)
        }
        _ => {
            let new: NewApp = serde_json::from_slice(&body.collect().await?.to_bytes())?;
            let app = match database {
                Database::Postgres(d) => d.create(&new).await?,
                Database::Sqlite(d) => tokio::task::block_in_place(|| d.create(&new))?,
            };
            (201, json::app(&app)?)
        }
    };
    Ok(Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Full::new(json.into()))?)
}
