//! What the database file holds of a secret.

use crate::both_engines;
use crate::db::{Build, an_app, guid};
use cc_domain::app::EnvironmentVariables;
use cc_domain::store::{Store, StoreError};

fn variables(pairs: &[(&str, &str)]) -> EnvironmentVariables {
    EnvironmentVariables::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
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
