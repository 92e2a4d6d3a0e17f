//! What a blob store of files does besides.

use crate::contract::{bits, incoming, read};
use bytes::Bytes;
use cc_blobs::ObjectBlobs;
use cc_domain::blob::ports::Blobs;
use cc_domain::blob::{BlobKey, Bucket};
use cc_domain::guid::Guid;
use futures_util::TryStreamExt;
use std::path::Path;

fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_below(&entry.path()));
        } else {
            found.push(entry.file_name().into_string().unwrap());
        }
    }
    found
}

#[tokio::test]
async fn a_blob_is_a_file_at_its_local_path() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = ObjectBlobs::files(&folder.path().join("blobs")).unwrap();
    let key = BlobKey::droplet(&Guid::from("../x"));
    let path = blobs.local_path(&key).unwrap();
    assert!(!path.exists());
    blobs.put_stream(&key, bits("abc"), 3).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"abc");
    assert!(path.starts_with(folder.path().canonicalize().unwrap().join("blobs/droplets")));
    assert_eq!(ObjectBlobs::in_memory().local_path(&key), None);
}

#[tokio::test]
async fn blobs_outlive_the_process_and_half_written_ones_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let key = BlobKey::package(&Guid::from("a"));
    ObjectBlobs::files(folder.path()).unwrap().put_stream(&key, bits("abc"), 3).await.unwrap();
    std::fs::write(folder.path().join("packages/b#1"), "half").unwrap();
    let blobs = ObjectBlobs::files(folder.path()).unwrap();
    assert_eq!(read(&blobs, &key).await, b"abc");
    assert_eq!(files_below(folder.path()), ["a"]);
}

#[tokio::test]
async fn an_upload_in_progress_does_not_show() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = ObjectBlobs::files(folder.path()).unwrap();
    let key = BlobKey::package(&Guid::from("a"));
    let part = Bytes::from(vec![1; 6 * 1024 * 1024]);
    let (asked, question) = tokio::sync::oneshot::channel::<()>();
    let (go_on, answer) = tokio::sync::oneshot::channel::<()>();
    let pausing = futures_util::stream::once(async move {
        let _ = asked.send(());
        let _ = answer.await;
        Ok(Bytes::from_static(b"end"))
    });
    let content = futures_util::StreamExt::chain(incoming(vec![Ok(part)]), pausing);
    let upload = tokio::spawn({
        let (blobs, key) = (blobs.clone(), key.clone());
        async move { blobs.put_stream(&key, futures_util::StreamExt::boxed(content), u64::MAX).await }
    });
    question.await.unwrap();
    assert!(!blobs.exists(&key).await.unwrap());
    assert_eq!(blobs.delete_prefix(&Bucket::Packages.everything()).await.unwrap(), 0);
    go_on.send(()).unwrap();
    assert_eq!(upload.await.unwrap().unwrap().bytes, 6 * 1024 * 1024 + 3);
    assert!(blobs.exists(&key).await.unwrap());
}

#[tokio::test]
async fn a_reader_keeps_the_bits_it_opened() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = ObjectBlobs::files(folder.path()).unwrap();
    let key = BlobKey::package(&Guid::from("a"));
    blobs.put_stream(&key, bits("old"), 3).await.unwrap();
    let opened = blobs.open(&key).await.unwrap();
    blobs.put_stream(&key, bits("new"), 3).await.unwrap();
    blobs.delete(&key).await.unwrap();
    let content: Vec<Bytes> = opened.content.try_collect().await.unwrap();
    assert_eq!(content.concat(), b"old");
}
