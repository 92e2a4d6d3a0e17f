//! The databases that every journey runs on.

/// Where a server under test keeps its rows.
#[derive(Clone, Debug)]
pub enum Database {
    Sqlite,
    /// A database of its own on the server that `CC_TEST_POSTGRES` names.
    Postgres(String),
}

impl Database {
    /// What `--database` is given; `None` leaves the default.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres(url) => Some(url),
        }
    }
}

/// SQLite, and a fresh database on PostgreSQL if `CC_TEST_POSTGRES` names a server. `cargo xtask test` sets that and
/// `CC_TEST_REQUIRE_POSTGRES`, under which a missing server fails instead of being passed over with a notice.
pub fn databases(name: &str) -> Vec<Database> {
    let mut databases = vec![Database::Sqlite];
    match std::env::var("CC_TEST_POSTGRES") {
        Ok(server) => databases.push(Database::Postgres(create(&server, name))),
        Err(_) => {
            assert!(
                std::env::var_os("CC_TEST_REQUIRE_POSTGRES").is_none(),
                "CC_TEST_POSTGRES names no server"
            );
            eprintln!("PASSED OVER: {name} on PostgreSQL, since CC_TEST_POSTGRES names no server");
        }
    }
    databases
}

fn create(server: &str, name: &str) -> String {
    let database = format!("system_{name}_{}", std::process::id());
    execute(server, &format!("DROP DATABASE IF EXISTS {database}"));
    execute(server, &format!("CREATE DATABASE {database}"));
    let (base, _) = server.rsplit_once('/').expect("the URL names a database");
    format!("{base}/{database}")
}

/// Runs one statement on a PostgreSQL, past any server of ours.
pub fn execute(url: &str, statement: &str) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
            .await
            .expect("the PostgreSQL of the tests answers");
        let connection = tokio::spawn(connection);
        client.batch_execute(statement).await.expect("the statement can be run");
        drop(client);
        let _ = connection.await;
    });
}
