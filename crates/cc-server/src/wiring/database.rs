//! The database that the configuration names.

use crate::config::{Config, Database as Choice};
use crate::data_dir::{DataDir, random};
use crate::problem::{Problem, chain};
use cc_store::{Database, DatabaseUrl, SealingKeys, Settings};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The file of the key that seals secrets.
pub const KEY: &str = "db.key";
/// Label of the key that seals secrets; a second one comes with rotation.
const KEY_LABEL: &str = "first";

/// Opens it without migrating. The key that seals its secrets is made for a new database only; a database that lost its key, and a
/// data folder that lost its database, are refused, and nothing is written.
pub async fn database(config: &Config, data: &DataDir) -> Result<Arc<Database>, Problem> {
    let found = data.find_key(KEY)?;
    if let (Choice::Sqlite(path), None) = (&config.database, found)
        && path.metadata().is_ok_and(|meta| meta.len() > 0)
    {
        // Not even opened: that would make files beside it.
        return Err(key_missing(config, data));
    }
    let key = found.map_or_else(random::<32>, Ok)?;
    let keys = SealingKeys::new(KEY_LABEL, BTreeMap::from([(KEY_LABEL.to_owned(), key)]))
        .map_err(Problem::internal("the key of the database cannot be used"))?;
    let (url, pool_size) = match &config.database {
        Choice::Sqlite(path) => {
            refuse_emptied(config, data, !path.metadata().is_ok_and(|meta| meta.len() > 0))?;
            data.lock_database(path)?;
            (DatabaseUrl::Sqlite(path.clone()), None)
        }
        Choice::Postgres(url) => {
            (DatabaseUrl::Postgres(url.expose().to_owned().into()), Some(config.database_connections))
        }
    };
    let mut settings = Settings::new(url, keys);
    settings.pool_size = pool_size.unwrap_or(settings.pool_size);
    let database = Database::open(settings)
        .await
        .map_err(|e| Problem::Database(format!("{}: {}", config.database_name(), chain(&e))))?;
    let is_empty = database.is_empty().await.map_err(|e| Problem::Database(chain(&e)))?;
    refuse_emptied(config, data, is_empty)?;
    match (found, is_empty) {
        (None, false) => return Err(key_missing(config, data)),
        (None, true) => data.keep_key(KEY, &key)?,
        (Some(_), _) => {}
    }
    Ok(database)
}

fn key_missing(config: &Config, data: &DataDir) -> Problem {
    Problem::KeyMissing { database: config.database_name(), key: data.key_file(KEY) }
}

fn refuse_emptied(config: &Config, data: &DataDir, is_empty: bool) -> Result<(), Problem> {
    if is_empty && data.is_used() {
        return Err(Problem::DatabaseEmptied {
            database: config.database_name(),
            folder: config.data_dir.clone(),
        });
    }
    Ok(())
}
