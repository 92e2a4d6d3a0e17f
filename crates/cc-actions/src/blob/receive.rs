//! Bits on their way in, kept in a file until they are looked at.

use crate::fault::{Fault, catalogue};
use crate::ports::Ports;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use std::error::Error;
use std::time::Duration;
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;

/// How long a refused client may go on sending.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// A file that came in; removed when this is dropped.
pub type Received = TempPath;

/// Writes a client's stream to a file that goes away with the returned value. More than the limit is refused, and nothing is kept.
pub async fn receive<S, E>(ports: &Ports, mut content: S) -> Result<Received, Fault>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Error + Send + Sync + 'static,
{
    let uploads = &ports.settings.uploads;
    let (file, path) =
        tempfile::NamedTempFile::new_in(&uploads.folder).map_err(Fault::internal)?.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    let mut bytes = 0_u64;
    while let Some(chunk) = content.next().await {
        let chunk = chunk.map_err(|error| Fault::bad_request(error))?;
        bytes = bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if bytes > uploads.max_bytes {
            drain(content).await;
            return Err(Fault::new(
                catalogue::APP_PACKAGE_INVALID,
                format!(
                    "The app package is invalid: Package may not be larger than {} bytes",
                    uploads.max_bytes
                ),
            ));
        }
        file.write_all(&chunk).await.map_err(Fault::internal)?;
    }
    file.flush().await.map_err(Fault::internal)?;
    Ok(path)
}

/// Reads on without keeping anything: a client that still sends would see a broken connection instead of the answer.
async fn drain<E>(mut content: impl Stream<Item = Result<Bytes, E>> + Unpin) {
    let rest = async { while let Some(Ok(_)) = content.next().await {} };
    let _ = tokio::time::timeout(DRAIN_TIME, rest).await;
}
