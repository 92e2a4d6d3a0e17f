//! `rotate-keys`: a new key signs tokens; those of the old ones stay good until they expire.

use super::say;
use crate::clock::{RandomIds, SystemClock};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::problem::Problem;
use crate::wiring;
use cc_domain::ports::{Clock, Ids};
use cc_identity::EmbeddedTokens;

/// Running replicas sign with the new key within a minute.
pub async fn rotate(config: Config) -> Result<(), Problem> {
    let data = DataDir::open(&config.data_dir)?;
    let database = wiring::database(&config, &data).await?;
    let kid = RandomIds.uuid();
    let tokens = EmbeddedTokens::new(database, config.external_url.as_str());
    tokens
        .rotate(kid.clone(), SystemClock.now())
        .await
        .map_err(Problem::internal("the signing key cannot be rotated"))?;
    say(&format!("Tokens are signed with the new key {kid}; running servers notice within a minute."));
    Ok(())
}
