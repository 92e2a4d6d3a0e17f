//! Blobs without a row: what a killed process left is removed, and nothing else.

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, Zipped, zip_of};
use cc_actions::blob::sweep;
use cc_domain::blob::sweep::{MIN_AGE_SECONDS, MOST_WITHOUT_ANY_OWNED, Round};
use cc_domain::blob::{BlobKey, Sha1};
use cc_domain::guid::Guid;
use std::time::{Duration, SystemTime};

const BUCKETS: [&str; 4] = ["packages", "droplets", "buildpack_cache", "resources"];

/// Stores a blob under this key.
async fn store(api: &TestApi, key: &BlobKey) {
    let file = api.folder.path().join("some-bits");
    std::fs::write(&file, "bits").unwrap();
    api.ports.blobs.put_file(key, &file).await.unwrap();
}

/// Makes every blob this old.
fn age(api: &TestApi, world: &BitsWorld<'_>, seconds: i64) {
    let since_1970 = api.ports.now().seconds() - seconds;
    let stored_at = SystemTime::UNIX_EPOCH + Duration::from_secs(since_1970.try_into().unwrap());
    for blob in BUCKETS.iter().flat_map(|bucket| world.blobs(bucket)) {
        std::fs::File::options().write(true).open(blob).unwrap().set_modified(stored_at).unwrap();
    }
}

fn all(world: &BitsWorld<'_>) -> Vec<String> {
    let mut all: Vec<String> = BUCKETS.iter().flat_map(|bucket| world.blobs(bucket)).collect();
    all.sort();
    all
}

async fn old_blobs_that_nobody_owns_go_in_the_second_round(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let package = world.package_of(&zip_of(&[Zipped::File("a", b"b")])).await;
    let done = world.build_of(&package).await;
    world.staged(&done, b"tgz").await;
    let under_way = world.build_of(&package).await;
    store(&api, &BlobKey::droplet(&Guid::new(under_way.as_str()))).await;
    store(&api, &BlobKey::buildpack_cache(&Guid::new(world.app.as_str()), "cflinuxfs4")).await;
    store(&api, &BlobKey::resource(&Sha1::parse(&"a".repeat(40)).unwrap())).await;
    let owned = all(&world);
    let orphans = [
        BlobKey::package(&Guid::from("gone")),
        BlobKey::droplet(&Guid::from("gone")),
        BlobKey::buildpack_cache(&Guid::from("gone"), "cflinuxfs4"),
    ];
    for orphan in &orphans {
        store(&api, orphan).await;
    }
    let with_orphans = all(&world);

    age(&api, &world, MIN_AGE_SECONDS - 60);
    let (young, removed) = sweep(&api.ports, &Round::default()).await.unwrap();
    assert_eq!((&young, removed), (&Round::default(), 0));
    age(&api, &world, MIN_AGE_SECONDS + 60);
    let (first, removed) = sweep(&api.ports, &young).await.unwrap();
    assert_eq!((removed, all(&world)), (0, with_orphans), "the first round only lists");
    let (_, removed) = sweep(&api.ports, &first).await.unwrap();
    assert_eq!((removed, all(&world)), (orphans.len(), owned));
}

async fn the_bits_of_a_build_that_was_given_up_go(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let build = world.build_of(&world.package_of(&zip_of(&[Zipped::File("a", b"b")])).await).await;
    world.report(&build, Err("gone".to_owned())).await;
    world.run_jobs_with(cc_domain::runtime::MockRuntime::new()).await;
    // The engine stores what it made all the same.
    store(&api, &BlobKey::droplet(&Guid::new(build.as_str()))).await;
    age(&api, &world, MIN_AGE_SECONDS);
    let (first, _) = sweep(&api.ports, &Round::default()).await.unwrap();
    assert_eq!((sweep(&api.ports, &first).await.unwrap().1, world.blobs("droplets").len()), (1, 0));
    assert_eq!(world.blobs("packages").len(), 1);
}

async fn blobs_of_another_database_are_left_alone(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    for number in 0..=MOST_WITHOUT_ANY_OWNED {
        store(&api, &BlobKey::package(&Guid::new(format!("foreign-{number}")))).await;
    }
    age(&api, &world, 2 * MIN_AGE_SECONDS);
    let mut round = Round::default();
    for _ in 0..3 {
        let (next, removed) = sweep(&api.ports, &round).await.unwrap();
        assert_eq!(removed, 0);
        round = next;
    }
    assert_eq!(world.blobs("packages").len(), MOST_WITHOUT_ANY_OWNED + 1);
}

api_tests![
    old_blobs_that_nobody_owns_go_in_the_second_round,
    the_bits_of_a_build_that_was_given_up_go,
    blobs_of_another_database_are_left_alone
];
