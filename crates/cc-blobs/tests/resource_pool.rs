//! Files by their digest.

use bytes::Bytes;
use cc_blobs::{ObjectBlobs, ResourcePool};
use cc_domain::blob::ports::{BlobError, Resources};
use cc_domain::blob::{Resource, ResourceLimits, Sha1};
use futures_util::TryStreamExt;
use std::sync::Arc;

const ABC: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";

fn pool() -> ResourcePool {
    ResourcePool::new(Arc::new(ObjectBlobs::in_memory()), ResourceLimits { smallest: 3, largest: 5 })
}

fn resource(sha1: &str, size: u64) -> Resource {
    Resource { sha1: Sha1::parse(sha1).unwrap(), size }
}

#[tokio::test]
async fn a_file_is_known_by_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "abc").unwrap();
    let pool = pool();
    assert_eq!(pool.remember(&file).await.unwrap(), Sha1::parse(ABC));
    assert_eq!(pool.remember(&file).await.unwrap(), Sha1::parse(ABC));
    let content: Vec<Bytes> =
        pool.open(&Sha1::parse(ABC).unwrap()).await.unwrap().content.try_collect().await.unwrap();
    assert_eq!(content.concat(), b"abc");
}

#[tokio::test]
async fn a_match_names_what_is_known_in_the_order_asked() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool();
    let mut wanted = vec![resource(&"0".repeat(40), 3)];
    for content in ["abc", "abcd"] {
        let file = folder.path().join(content);
        std::fs::write(&file, content).unwrap();
        let sha1 = pool.remember(&file).await.unwrap().unwrap();
        wanted.push(Resource { sha1, size: content.len() as u64 });
    }
    assert_eq!(pool.known(&wanted).await.unwrap(), wanted[1..]);
    wanted.reverse();
    assert_eq!(pool.known(&wanted).await.unwrap(), wanted[..2]);
}

#[tokio::test]
async fn a_digest_with_another_size_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "abc").unwrap();
    let pool = pool();
    pool.remember(&file).await.unwrap();
    assert_eq!(pool.known(&[resource(ABC, 4)]).await.unwrap(), []);
}

#[tokio::test]
async fn files_out_of_bounds_are_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool();
    for content in ["ab", "abcdef"] {
        let file = folder.path().join(content);
        std::fs::write(&file, content).unwrap();
        assert_eq!(pool.remember(&file).await.unwrap(), None, "{content}");
    }
}

#[tokio::test]
async fn an_unknown_file_is_missing() {
    let opened = pool().open(&Sha1::parse(ABC).unwrap()).await;
    assert!(matches!(opened, Err(BlobError::Missing(_))));
}
