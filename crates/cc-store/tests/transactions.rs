//! The unit of work, migrations, and who may use a database.

use crate::both_engines;
use crate::db::{Build, Db, Engine, an_organization, guid, keys, settings};
use cc_domain::list::Scope;
use cc_domain::store::{Store, StoreError};
use cc_store::{Database, DatabaseUrl, OpenError, Settings, Version};
use std::time::Duration;

both_engines! {
    async fn a_dropped_transaction_leaves_nothing_and_holds_nothing(db: Db) {
        let build = Build::on(&db);
        build.organization("held").await;
        let mut tx = db.begin().await.unwrap();
        tx.insert_organization(&an_organization("o")).await.unwrap();
        tx.lock_organization(&guid("held")).await.unwrap();
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.find_organization(&guid("o"), &Scope::Everything).await.unwrap(), None);
        let locked = tokio::time::timeout(Duration::from_secs(5), tx.lock_organization(&guid("held"))).await;
        assert!(locked.unwrap().unwrap().is_some());
        tx.rollback().await;
    }

    async fn a_transaction_rolled_back_leaves_nothing_and_its_connection_is_used_again(db: Db) {
        for _ in 0..3 {
            let mut tx = db.begin().await.unwrap();
            tx.insert_organization(&an_organization("o")).await.unwrap();
            tx.rollback().await;
        }
        let mut reader = db.reader().await.unwrap();
        assert_eq!(reader.find_organization(&guid("o"), &Scope::Everything).await.unwrap(), None);
    }

    async fn a_locked_row_is_waited_for(db: Db) {
        Build::on(&db).organization("o").await;
        let mut first = db.begin().await.unwrap();
        let mut organization = first.lock_organization(&guid("o")).await.unwrap().unwrap();
        let database = db.database.clone();
        let second = tokio::spawn(async move {
            let mut tx = database.begin().await.unwrap();
            let seen = tx.lock_organization(&guid("o")).await.unwrap().unwrap();
            tx.rollback().await;
            seen
        });
        organization.name = crate::db::name("changed");
        first.update_organization(&organization).await.unwrap();
        first.commit().await.unwrap();
        assert_eq!(second.await.unwrap(), organization);
    }

    async fn a_current_database_answers_and_migrating_it_again_does_nothing(db: Db) {
        db.ping().await.unwrap();
        assert_eq!(db.version().await.unwrap(), Version::Current);
        assert_eq!(db.migrate().await.unwrap(), 0);
    }

    async fn a_database_of_a_newer_binary_is_refused(db: Db) {
        let last = db.sql("INSERT INTO schema_migrations (version) VALUES ('9999_future') RETURNING version").await;
        assert_eq!(last.len(), 1);
        assert!(matches!(Database::open(settings(&db.url)).await, Err(OpenError::Newer(v)) if v == "9999_future"));
        assert!(matches!(db.migrate().await, Err(OpenError::Newer(_))));
        assert!(matches!(db.ping().await, Err(StoreError::Unavailable(_))));
    }

    async fn the_seeded_quota_stays_as_it_is(db: Db) {
        db.seed_default_quota(&guid("another"), crate::db::now(9)).await.unwrap();
        assert_eq!(db.reader().await.unwrap().default_organization_quota().await.unwrap(), Some(guid("quota")));
    }
}

async fn of_several_that_start_at_once_one_migrates(engine: Engine) {
    let Some(db) = Db::empty(engine).await else { return };
    assert_eq!(db.version().await.unwrap(), Version::Older);
    assert!(matches!(db.ping().await, Err(StoreError::Unavailable(_))));
    let mut starting = Vec::new();
    for _ in 0..4 {
        let replica = db.replica().await;
        starting.push(tokio::spawn(async move { replica.migrate().await.unwrap() }));
    }
    let mut steps = Vec::new();
    for start in starting {
        steps.push(start.await.unwrap());
    }
    steps.sort_unstable();
    assert_eq!(steps[..3], [0, 0, 0]);
    assert!(steps[3] > 0, "{steps:?}");
    db.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_that_start_at_once_one_migrates_on_sqlite() {
    of_several_that_start_at_once_one_migrates(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_that_start_at_once_one_migrates_on_postgres() {
    of_several_that_start_at_once_one_migrates(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_there_is_unavailable() {
    let url = DatabaseUrl::Postgres("postgres://nobody@127.0.0.1:1/none".to_owned().into());
    let settings = Settings { connection_wait: Duration::from_millis(200), ..Settings::new(url, keys()) };
    assert!(matches!(Database::open(settings).await, Err(OpenError::Store(StoreError::Unavailable(_)))));
    let url = DatabaseUrl::Sqlite("/nowhere/at/all/db".into());
    assert!(matches!(
        Database::open(crate::db::settings(&url)).await,
        Err(OpenError::Store(StoreError::Unavailable(_)))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_waits_too_long_is_told_so() {
    let mut db = Db::fresh(Engine::Sqlite).await.unwrap();
    let patience = Settings { connection_wait: Duration::from_millis(50), ..settings(&db.url) };
    db.database = Database::open(patience).await.unwrap();
    let tx = db.begin().await.unwrap();
    assert!(matches!(db.begin().await, Err(StoreError::Unavailable(_))));
    tx.rollback().await;
    db.begin().await.unwrap().rollback().await;
}
