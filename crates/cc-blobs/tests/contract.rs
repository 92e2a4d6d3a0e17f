//! What every blob store does.

use bytes::Bytes;
use cc_blobs::ObjectBlobs;
use cc_domain::blob::ports::{BlobError, Blobs, Incoming};
use cc_domain::blob::{BlobKey, BlobPrefix, Bucket};
use cc_domain::guid::Guid;
use cc_domain::time::Timestamp;
use futures_util::{StreamExt, TryStreamExt, stream};

fn key(guid: &str) -> BlobKey {
    BlobKey::package(&Guid::from(guid))
}

pub fn incoming(chunks: Vec<Result<Bytes, &'static str>>) -> Incoming {
    stream::iter(chunks).map_err(Into::into).boxed()
}

pub fn bits(text: &str) -> Incoming {
    incoming(vec![Ok(Bytes::copy_from_slice(text.as_bytes()))])
}

pub async fn read(blobs: &dyn Blobs, key: &BlobKey) -> Vec<u8> {
    let blob = blobs.open(key).await.unwrap();
    let size = blob.size;
    let content: Vec<Bytes> = blob.content.try_collect().await.unwrap();
    let content = content.concat();
    assert_eq!(content.len() as u64, size);
    content
}

/// Every test on both stores.
async fn on_both(test: impl AsyncFn(&dyn Blobs)) {
    let folder = tempfile::tempdir().unwrap();
    test(&ObjectBlobs::files(folder.path()).unwrap()).await;
    test(&ObjectBlobs::in_memory()).await;
}

#[tokio::test]
async fn what_was_stored_comes_back_with_both_digests() {
    on_both(async |blobs| {
        let stored = blobs.put_stream(&key("a"), bits("abc"), 3).await.unwrap();
        assert_eq!(stored.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(stored.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(stored.bytes, 3);
        assert_eq!(read(blobs, &key("a")).await, b"abc");
        assert_eq!(blobs.size(&key("a")).await.unwrap(), Some(3));
    })
    .await;
}

#[tokio::test]
async fn bits_larger_than_a_part_stay_in_order() {
    let large: Vec<u8> = (0..12 * 1024 * 1024_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large");
    std::fs::write(&file, &large).unwrap();
    on_both(async |blobs| {
        let chunks = large.chunks(1_000_003).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
        let streamed = blobs.put_stream(&key("streamed"), incoming(chunks), u64::MAX).await.unwrap();
        let copied = blobs.put_file(&key("file"), &file).await.unwrap();
        assert_eq!(streamed, copied);
        assert!(read(blobs, &key("streamed")).await == large, "the streamed bits differ");
        assert!(read(blobs, &key("file")).await == large, "the bits of the file differ");
    })
    .await;
}

#[tokio::test]
async fn an_empty_blob_is_a_blob() {
    on_both(async |blobs| {
        assert_eq!(blobs.put_stream(&key("a"), incoming(vec![]), 0).await.unwrap().bytes, 0);
        assert_eq!(blobs.size(&key("a")).await.unwrap(), Some(0));
        assert_eq!(read(blobs, &key("a")).await, b"");
    })
    .await;
}

#[tokio::test]
async fn too_many_bytes_are_refused_and_leave_what_was_there() {
    on_both(async |blobs| {
        blobs.put_stream(&key("a"), bits("old"), 100).await.unwrap();
        let refused = blobs.put_stream(&key("a"), bits("too long"), 7).await;
        assert!(matches!(refused, Err(BlobError::TooLarge { limit: 7 })), "{refused:?}");
        assert_eq!(read(blobs, &key("a")).await, b"old");
    })
    .await;
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    on_both(async |blobs| {
        let part = Bytes::from(vec![7; 6 * 1024 * 1024]);
        let broken = blobs.put_stream(&key("a"), incoming(vec![Ok(part), Err("gone")]), u64::MAX).await;
        assert!(matches!(broken, Err(BlobError::Source(_))), "{broken:?}");
        assert!(!blobs.exists(&key("a")).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_there_is_an_error_of_the_source() {
    on_both(async |blobs| {
        let gone = blobs.put_file(&key("a"), std::path::Path::new("/nonexistent/file")).await;
        assert!(matches!(gone, Err(BlobError::Source(_))), "{gone:?}");
    })
    .await;
}

#[tokio::test]
async fn a_missing_blob_is_named() {
    on_both(async |blobs| {
        assert!(matches!(blobs.open(&key("a")).await, Err(BlobError::Missing(k)) if k == key("a")));
        let copied = blobs.copy(&key("a"), &key("b")).await;
        assert!(matches!(copied, Err(BlobError::Missing(k)) if k == key("a")));
        assert_eq!(blobs.size(&key("a")).await.unwrap(), None);
        blobs.delete(&key("a")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_copy_lives_on_its_own() {
    on_both(async |blobs| {
        blobs.put_stream(&key("a"), bits("abc"), 3).await.unwrap();
        blobs.copy(&key("a"), &key("b")).await.unwrap();
        blobs.put_stream(&key("a"), bits("xyz"), 3).await.unwrap();
        assert_eq!(read(blobs, &key("b")).await, b"abc");
        blobs.delete(&key("a")).await.unwrap();
        assert!(!blobs.exists(&key("a")).await.unwrap());
        assert_eq!(read(blobs, &key("b")).await, b"abc");
    })
    .await;
}

#[tokio::test]
async fn a_prefix_takes_its_own_and_no_neighbour() {
    on_both(async |blobs| {
        let cache = |app: &str, stack: &str| BlobKey::buildpack_cache(&Guid::from(app), stack);
        for key in [cache("app", "one"), cache("app", "two"), cache("app2", "one")] {
            blobs.put_stream(&key, bits("x"), 1).await.unwrap();
        }
        let mine = BlobPrefix::buildpack_caches(&Guid::from("app"));
        assert_eq!(blobs.delete_prefix(&mine).await.unwrap(), 2);
        assert_eq!(blobs.delete_prefix(&mine).await.unwrap(), 0);
        assert!(!blobs.exists(&cache("app", "one")).await.unwrap());
        assert!(blobs.exists(&cache("app2", "one")).await.unwrap());
        assert_eq!(blobs.delete_prefix(&Bucket::BuildpackCache.everything()).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn any_guid_can_be_a_key() {
    on_both(async |blobs| {
        for guid in ["..", "../../etc/passwd", "", "a b", "ü%2f#1", "."] {
            blobs.put_stream(&key(guid), bits(guid), 100).await.unwrap();
        }
        for guid in ["..", "../../etc/passwd", "", "a b", "ü%2f#1", "."] {
            assert_eq!(read(blobs, &key(guid)).await, guid.as_bytes());
        }
    })
    .await;
}

#[tokio::test]
async fn blobs_are_listed_with_size_and_time() {
    on_both(async |blobs| {
        assert_eq!(listed(blobs, Bucket::Packages).await, []);
        blobs.put_stream(&key("a"), bits("abc"), 3).await.unwrap();
        let cache = BlobKey::buildpack_cache(&Guid::from("app"), "one");
        blobs.put_stream(&cache, bits("x"), 1).await.unwrap();
        assert_eq!(listed(blobs, Bucket::Packages).await, [(key("a"), 3)]);
        assert_eq!(listed(blobs, Bucket::BuildpackCache).await, [(cache, 1)]);
    })
    .await;
}

async fn listed(blobs: &dyn Blobs, bucket: Bucket) -> Vec<(BlobKey, u64)> {
    let stored: Vec<_> = blobs.list(bucket).try_collect().await.unwrap();
    let year_2020 = Timestamp::from_seconds(1_577_836_800);
    assert!(stored.iter().all(|blob| blob.stored_at > year_2020));
    stored.into_iter().map(|blob| (blob.key, blob.bytes)).collect()
}
