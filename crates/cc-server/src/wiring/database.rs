//! The database that the configuration names.

use crate::config::{Config, Database as Choice};
use crate::data_dir::DataDir;
use crate::problem::Problem;
use cc_store::{Database, DatabaseUrl, OpenError, SealingKeys, Settings};
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

/// Label of the key that seals secrets; a second one comes with rotation.
const KEY_LABEL: &str = "first";

/// Opens it without migrating.
pub async fn database(config: &Config, data: &DataDir) -> Result<Arc<Database>, Problem> {
    let keys = BTreeMap::from([(KEY_LABEL.to_owned(), data.key("db.key")?)]);
    let keys = SealingKeys::new(KEY_LABEL, keys)
        .map_err(Problem::internal("the key of the database cannot be used"))?;
    let (url, pool_size) = match &config.database {
        Choice::Sqlite(path) => (DatabaseUrl::Sqlite(path.clone()), None),
        Choice::Postgres(url) => {
            (DatabaseUrl::Postgres(url.expose().to_owned().into()), Some(config.database_connections))
        }
    };
    let mut settings = Settings::new(url, keys);
    settings.pool_size = pool_size.unwrap_or(settings.pool_size);
    Database::open(settings).await.map_err(|e| Problem::Database(explain(&e)))
}

/// The error and its causes in one sentence.
pub fn explain(error: &OpenError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
