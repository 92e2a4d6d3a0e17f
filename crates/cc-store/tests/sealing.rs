//! What the database file holds of a secret.

use crate::both_engines;
use crate::db::{Build, Db, an_app, guid, now};
use cc_domain::app::{EnvironmentVariables, Lifecycle, RegistryCredentials};
use cc_domain::job::ports::JobQueue;
use cc_domain::job::{JobKind, NewJob};
use cc_domain::list::Scope;
use cc_domain::secret::Secret;
use cc_domain::store::{Store, StoreError};
use cc_store::DatabaseUrl;
use serde_json::json;
use std::path::PathBuf;

const URL: &str = "https://ann:hush@host.io/b.git";

fn variables(pairs: &[(&str, &str)]) -> EnvironmentVariables {
    EnvironmentVariables::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
}

/// The buildpacks of the app `a`.
async fn buildpacks(db: &Db) -> Vec<String> {
    let app = db.reader().await.unwrap().find_app(&guid("a"), &Scope::Everything).await.unwrap();
    let Lifecycle::Buildpack { buildpacks, .. } = app.unwrap().lifecycle else {
        panic!("a lifecycle of buildpacks")
    };
    buildpacks
}

both_engines! {
    async fn an_environment_is_read_back_and_not_in_the_clear(db: Db) {
        let build = Build::on(&db);
        build.organization("o").await;
        build.space("s", "o").await;
        build.app_with(an_app("a", "s"), &variables(&[("KEY", "plain text")])).await;
        let mut tx = db.begin().await.unwrap();
        assert!(tx.app_environment(&guid("a")).await.unwrap() == Some(variables(&[("KEY", "plain text")])));
        tx.update_app_environment(&guid("a"), &variables(&[("OTHER", "x")])).await.unwrap();
        assert!(tx.app_environment(&guid("a")).await.unwrap() == Some(variables(&[("OTHER", "x")])));
        tx.update_app_environment(&guid("a"), &variables(&[])).await.unwrap();
        assert!(tx.app_environment(&guid("a")).await.unwrap() == Some(variables(&[])));
        assert!(tx.app_environment(&guid("none")).await.unwrap().is_none());
        tx.update_app_environment(&guid("a"), &variables(&[("KEY", "plain text")])).await.unwrap();
        tx.commit().await.unwrap();
        let text = match db.engine {
            crate::db::Engine::Sqlite => "hex(environment_ciphertext)",
            crate::db::Engine::Postgres => "upper(encode(environment_ciphertext, 'hex'))",
        };
        let stored = db.sql(&format!("SELECT {text}, environment_key_label FROM apps")).await;
        // "plain text" in hexadecimal.
        let plain = "706C61696E2074657874";
        assert!(!stored[0][0].as_ref().unwrap().contains(plain));
        assert_eq!(stored[0][1].as_deref(), Some("test"));
    }

    async fn what_lies_in_clear_from_earlier_is_read_and_sealed_by_the_step_that_seals(db: Db) {
        let build = Build::on(&db);
        build.organization("o").await;
        build.space("s", "o").await;
        build.app("a", "s").await;
        let mut tx = db.begin().await.unwrap();
        let job = NewJob {
            guid: guid("j"),
            operation: "space.apply_manifest",
            payload: json!({ "buildpack": URL }),
            kind: JobKind::Internal { dedup_key: None },
            resource: None,
            priority: 0,
            run_at: now(0),
            created_at: now(0),
        };
        tx.enqueue(&job).await.unwrap();
        tx.commit().await.unwrap();
        db.sql(&format!("UPDATE apps SET buildpacks = '[\"{URL}\"]'")).await;
        db.sql(&format!("UPDATE jobs SET payload = '{{\"buildpack\":\"{URL}\"}}'")).await;
        assert_eq!(buildpacks(&db).await, [URL]);

        db.sql("DELETE FROM schema_migrations WHERE version = '0003_sealed'").await;
        assert_eq!(db.migrate().await.unwrap(), 1);
        let stored = db.sql("SELECT a.buildpacks, j.payload FROM apps a, jobs j").await;
        assert!(stored[0].iter().flatten().all(|text| !text.contains("hush")), "{stored:?}");
        if let DatabaseUrl::Sqlite(path) = &db.url {
            for file in [path.clone(), PathBuf::from(format!("{}-wal", path.display()))] {
                let bytes = std::fs::read(&file).unwrap_or_default();
                assert!(!bytes.windows(4).any(|four| four == b"hush"), "{}", file.display());
            }
        }
        assert_eq!(buildpacks(&db).await, [URL]);
        assert_eq!(db.claim("worker", 1, now(0)).await.unwrap()[0].payload, json!({ "buildpack": URL }));
    }

    async fn credentials_of_registries_are_sealed(db: Db) {
        let build = Build::on(&db);
        build.organization("o").await;
        build.space("s", "o").await;
        let lifecycle = Lifecycle::Cnb {
            buildpacks: vec![URL.to_owned()],
            stack: Some("st".to_owned()),
            credentials: Some(RegistryCredentials(Secret::new("{\"h\":{\"token\":\"hush\"}}"))),
        };
        let mut app = an_app("a", "s");
        app.lifecycle = lifecycle.clone();
        build.app_with(app, &variables(&[])).await;
        let stored = db.sql("SELECT buildpacks FROM apps").await;
        assert!(stored[0].iter().flatten().all(|text| !text.contains("hush")), "{stored:?}");
        let found = db.reader().await.unwrap().find_app(&guid("a"), &Scope::Everything).await.unwrap();
        assert_eq!(found.unwrap().lifecycle, lifecycle);
    }

    async fn buildpacks_moved_to_another_app_do_not_open(db: Db) {
        let build = Build::on(&db);
        build.organization("o").await;
        build.space("s", "o").await;
        for name in ["a", "b"] {
            let mut app = an_app(name, "s");
            app.lifecycle = Lifecycle::Buildpack { buildpacks: vec![URL.to_owned()], stack: None };
            build.app_with(app, &variables(&[])).await;
        }
        db.sql("UPDATE apps SET buildpacks = (SELECT a.buildpacks FROM apps a WHERE a.guid = 'a') WHERE guid = 'b'").await;
        let mut reader = db.reader().await.unwrap();
        assert!(matches!(reader.find_app(&guid("b"), &Scope::Everything).await, Err(StoreError::Sealed)));
        assert_eq!(buildpacks(&db).await, [URL]);
    }

    async fn an_environment_moved_to_another_app_does_not_open(db: Db) {
        let build = Build::on(&db);
        build.organization("o").await;
        build.space("s", "o").await;
        build.app_with(an_app("a", "s"), &variables(&[("KEY", "of a")])).await;
        build.app_with(an_app("b", "s"), &variables(&[("KEY", "of b")])).await;
        db.sql("UPDATE apps SET environment_ciphertext = (SELECT a.environment_ciphertext FROM apps a WHERE a.guid = 'a') WHERE guid = 'b'").await;
        let mut reader = db.reader().await.unwrap();
        assert!(matches!(reader.app_environment(&guid("b")).await, Err(StoreError::Sealed)));
        assert!(reader.app_environment(&guid("a")).await.unwrap() == Some(variables(&[("KEY", "of a")])));
    }
}
