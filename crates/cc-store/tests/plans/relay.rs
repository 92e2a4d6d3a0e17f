//! Between the store and PostgreSQL: hands on every byte, and picks out the plans that `auto_explain` sends as notices.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// A notice of the protocol; nothing else in it is looked at.
const NOTICE: u8 = b'N';

/// The URL of a relay to the server of `url`, and the plans of all that is executed through it.
pub async fn before(url: &str) -> (String, UnboundedReceiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let at = url.rfind('@').map_or_else(|| url.find("//").unwrap() + 2, |at| at + 1);
    let end = at + url[at..].find('/').unwrap();
    let server = url[at..end].to_owned();
    let relayed = format!("{}127.0.0.1:{port}{}", &url[..at], &url[end..]);
    let (plans, received) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = TcpStream::connect(&server).await.unwrap().into_split();
            tokio::spawn(hand_on(from_client, to_server));
            tokio::spawn(watch(from_server, to_client, plans.clone()));
        }
    });
    (relayed, received)
}

async fn hand_on(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let _ = tokio::io::copy(&mut from, &mut to).await;
}

async fn watch(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, plans: UnboundedSender<Value>) {
    let mut seen = Vec::new();
    let mut chunk = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut chunk).await {
        seen.extend_from_slice(&chunk[..count]);
        while let Some((kind, body, length)) = message(&seen) {
            if kind == NOTICE
                && let Some(plan) = plan(body)
            {
                let _ = plans.send(plan);
            }
            seen.drain(..length);
        }
        if to.write_all(&chunk[..count]).await.is_err() {
            return;
        }
    }
}

/// The first message, if all of it is there: its kind, its body, its length.
fn message(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (kind, rest) = bytes.split_first()?;
    let length = u32::from_be_bytes(rest.get(..4)?.try_into().unwrap()) as usize;
    Some((*kind, rest.get(4..length)?, length + 1))
}

/// `duration: 0.1 ms  plan:` and then JSON, in the field `M` of the notice.
fn plan(notice: &[u8]) -> Option<Value> {
    let text = notice.split(|byte| *byte == 0).find_map(|field| field.strip_prefix(b"M"))?;
    let (_, json) = std::str::from_utf8(text).unwrap().split_once("plan:\n")?;
    Some(serde_json::from_str(json).unwrap())
}
