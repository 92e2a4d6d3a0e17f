//! `rotate-keys`: a new key signs tokens; those of the old ones stay good until they expire.

use super::say;
use crate::clock::{RandomIds, SystemClock};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::problem::Problem;
use crate::wiring;
use cc_domain::ports::{Clock, Ids};
use cc_identity::EmbeddedTokens;
use std::path::Path;

/// Running replicas sign with the new key within a minute.
pub async fn rotate(config: Config) -> Result<(), Problem> {
    let nothing = || {
        let (data, database) = (config.data_dir.display(), config.database_name());
        let text = format!(
            "there is no signing key to rotate: nothing was ever started on the data folder {data} with {database}. \
             `cc-server up` makes the first key; for an existing server give its --data-dir and --database"
        );
        Problem::Runtime(text)
    };
    let is_there = config.data_dir.is_dir() && config.sqlite().is_none_or(Path::exists);
    if !is_there {
        return Err(nothing());
    }
    let data = DataDir::open(&config.data_dir)?;
    let database = wiring::database(&config, &data).await?;
    if database.is_empty().await.map_err(Problem::internal("the database cannot be looked at"))? {
        return Err(nothing());
    }
    let kid = RandomIds.uuid();
    let tokens = EmbeddedTokens::new(database, config.external_url.as_str());
    tokens
        .rotate(kid.clone(), SystemClock.now())
        .await
        .map_err(Problem::internal("the signing key cannot be rotated"))?;
    say(&format!("Tokens are signed with the new key {kid}; running servers notice within a minute."));
    Ok(())
}
