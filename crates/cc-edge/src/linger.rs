//! The rest of a body that nobody wanted.

use http_body::Body as _;
use hyper::body::Incoming;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

/// So much is still taken, and for so long.
const BYTES: u64 = 16 << 20;
const TIME: Duration = Duration::from_secs(3);

/// Takes what a client is still sending, within bounds, so that it gets to see the answer: closed at once, the connection would be reset
/// under it. A body that ends meanwhile leaves the connection good for another request.
pub async fn linger(mut body: Incoming) {
    let mut taken = 0;
    let drained = async {
        while taken <= BYTES {
            let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
            let Some(Ok(frame)) = frame else { return };
            taken += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
    };
    let _ = tokio::time::timeout(TIME, drained).await;
}
