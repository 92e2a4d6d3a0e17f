//! Hears what other replicas commit: a connection of its own to PostgreSQL that listens, and is made again when it breaks.

use super::wakes::{CHANNEL, Wakes};
use futures_util::future::poll_fn;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::AbortHandle;
use tokio_postgres::{AsyncMessage, NoTls};

const BETWEEN_ATTEMPTS: Duration = Duration::from_secs(1);

/// Starts listening. The task ends when it is aborted.
pub fn spawn(url: SecretString, wakes: Arc<Wakes>) -> AbortHandle {
    let task = tokio::spawn(async move {
        loop {
            match listen(url.expose_secret(), &wakes).await {
                Ok(()) => tracing::info!("the connection that listens for jobs was closed"),
                Err(error) => tracing::warn!(%error, "cannot listen for jobs"),
            }
            tokio::time::sleep(BETWEEN_ATTEMPTS).await;
        }
    });
    task.abort_handle()
}

/// Returns when the connection is closed. Whoever queued work while nobody listened is not forgotten: workers look on connecting, and
/// every so often anyway.
async fn listen(url: &str, wakes: &Wakes) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = tokio_postgres::connect(url, NoTls).await?;
    let subscribe = async {
        client.batch_execute(&format!("LISTEN {CHANNEL}")).await?;
        wakes.wake_workers();
        // The client must live as long as the connection is to.
        std::future::pending::<Result<(), tokio_postgres::Error>>().await
    };
    let hear = async {
        while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
            if let AsyncMessage::Notification(_) = message? {
                wakes.wake_workers();
            }
        }
        Ok(())
    };
    tokio::select! {
        outcome = subscribe => outcome,
        outcome = hear => outcome,
    }
}
