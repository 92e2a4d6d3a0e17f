//! Blobs without an owner: listed in one round, removed in the next.

use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::blob::Bucket;
use cc_domain::blob::sweep::Round;
use futures_util::{StreamExt, TryStreamExt};

/// Blobs that are asked about at once.
const BATCH: usize = 500;

/// Looks for old blobs that nobody owns, says which they are, and removes those that the round before found too. The answer is this
/// round, and how many were removed.
///
/// Blobs are listed before rows are asked for, and a key is never used again once its owner is gone: what is removed has had no owner
/// since the round before, in any replica.
pub async fn sweep(ports: &Ports, before: &Round) -> Result<(Round, usize), Fault> {
    let (now, mut round) = (ports.now(), Round::default());
    for bucket in Bucket::OWNED {
        let old = ports.blobs.list(bucket).try_filter(|blob| std::future::ready(Round::concerns(blob, now)));
        let mut batches = old.try_chunks(BATCH).boxed();
        while let Some(batch) = batches.try_next().await.map_err(|broken| broken.1)? {
            let guids: Vec<String> = batch.iter().map(|blob| blob.key.owner()).collect();
            let owners = ports.store.reader().await?.blob_owners(bucket, &guids).await?;
            round.sort(&batch, &owners);
        }
    }
    if round.is_implausible() {
        tracing::warn!("no blob has a row, as if the database were another one: none is removed");
        return Ok((Round::default(), 0));
    }
    let (old, new) = round.after(before);
    for key in new {
        tracing::info!(blob = key.as_str(), "a blob has no row and goes in the next round");
    }
    let mut removed = 0;
    for key in old {
        ports.blobs.delete(key).await?;
        tracing::info!(blob = key.as_str(), "a blob without a row was removed");
        removed += 1;
    }
    Ok((round, removed))
}
