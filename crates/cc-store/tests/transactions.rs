//! The unit of work, migrations, and who may use a database.

use crate::both_engines;
use crate::db::{Build, Db, Engine, an_organization, guid, keys, now, settings};
use cc_domain::identity::Accounts;
use cc_domain::job::ports::JobQueue;
use cc_domain::list::Scope;
use cc_domain::organization::Organization;
use cc_domain::store::{Store, StoreError};
use cc_store::{Aside, Database, DatabaseUrl, OpenError, Settings, Version};
use secrecy::ExposeSecret;
use std::time::Duration;

both_engines! {
    async fn a_crowd_of_readers_holds_up_neither_health_nor_login_nor_jobs(db: Db) {
        let mut crowd = Vec::new();
        for _ in 0..db.readers() {
            crowd.push(db.reader().await.unwrap());
        }
        db.ping().await.unwrap();
        assert!(db.find_user("nobody").await.unwrap().is_none());
        assert!(db.claim("worker", 1, now(0)).await.unwrap().is_empty());
        assert_eq!(db.next_due().await.unwrap(), None);
        drop(Aside(db.database.clone()).reader().await.unwrap());
        db.begin().await.unwrap().rollback().await;
    }

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
    assert!(matches!(steps.as_slice(), [0, 0, 0, last] if *last > 0), "{steps:?}");
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

/// A replica that sees the role and the settings as they are now, and what `lc_messages` is in its transactions.
async fn language(db: &Db, url: DatabaseUrl) -> String {
    let replica = Database::open(settings(&url)).await.unwrap();
    let mut tx = replica.begin().await.unwrap();
    let guid = guid("told");
    tx.insert_organization(&Organization { guid: guid.clone(), ..an_organization("o") }).await.unwrap();
    tx.commit().await.unwrap();
    let told = db.sql("DELETE FROM organizations WHERE guid = 'told' RETURNING name").await;
    told[0][0].clone().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_told_to_speak_english_and_need_not_obey() {
    let Some(db) = Db::fresh(Engine::Postgres).await else { return };
    let DatabaseUrl::Postgres(url) = &db.url else { panic!("this is PostgreSQL") };
    let name = db.sql("SELECT current_database()").await[0][0].clone().unwrap();
    for sql in [
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN NEW.name := current_setting('lc_messages'); RETURN NEW; END $$",
        "CREATE TRIGGER tell BEFORE INSERT ON organizations FOR EACH ROW EXECUTE FUNCTION tell()",
        &format!("ALTER DATABASE {name} SET lc_messages TO 'POSIX'"),
        &format!("CREATE ROLE {name} LOGIN"),
        &format!("GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}"),
        &format!("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {name}"),
    ] {
        db.sql(sql).await;
    }
    let plain = url.expose_secret().replacen("postgres@", &format!("{name}@"), 1);
    let as_superuser = language(&db, db.url.clone()).await;
    let as_plain_role = language(&db, DatabaseUrl::Postgres(plain.into())).await;
    db.sql(&format!("DROP OWNED BY {name}")).await;
    db.sql(&format!("DROP ROLE {name}")).await;
    assert_eq!((as_superuser.as_str(), as_plain_role.as_str()), ("C", "POSIX"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_its_type_does_not_hold_is_refused_each_time() {
    let Some(db) = Db::fresh(Engine::Postgres).await else { return };
    db.sql("ALTER TABLE organizations ALTER COLUMN name TYPE varchar(3)").await;
    let mut tx = db.begin().await.unwrap();
    let refused = tx.insert_organization(&an_organization("longer")).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    tx.rollback().await;
    // Found out while the statement runs, and with a text that nobody knows.
    for (text, is_known) in [("integer out of range", true), ("etwas anderes", false)] {
        let body = format!("BEGIN RAISE EXCEPTION '{text}' USING ERRCODE = '22003'; END");
        db.sql(&format!(
            "CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
        ))
        .await;
        db.sql("CREATE OR REPLACE TRIGGER fail BEFORE INSERT ON organizations FOR EACH ROW EXECUTE FUNCTION fail()").await;
        let mut tx = db.begin().await.unwrap();
        let refused = tx.insert_organization(&an_organization("o")).await;
        tx.rollback().await;
        match refused {
            Err(StoreError::Refused(_)) if is_known => {}
            Err(StoreError::Database(_)) if !is_known => {}
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_whose_connection_the_server_ends_is_told_that_the_database_is_away() {
    let Some(db) = Db::fresh(Engine::Postgres).await else { return };
    let mut tx = db.begin().await.unwrap();
    assert!(tx.lock_organization(&guid("o")).await.unwrap().is_none());
    let ended = "SELECT CAST(pg_terminate_backend(pid) AS TEXT) FROM pg_stat_activity \
                 WHERE datname = current_database() AND state = 'idle in transaction'";
    assert_eq!(db.sql(ended).await, [[Some("true".to_owned())]]);
    let told = tx.insert_organization(&an_organization("o")).await;
    assert!(matches!(told, Err(StoreError::Unavailable(_))), "{told:?}");
    tx.rollback().await;
    db.begin().await.unwrap().rollback().await;
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
