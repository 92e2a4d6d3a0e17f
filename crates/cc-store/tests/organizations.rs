//! Organizations, spaces, users, roles and apps: what is written is read back, and what is refused is refused by name.

use crate::both_engines;
use crate::db::{Build, a_space, a_user, an_app, an_organization, guid, metadata, name, now};
use cc_domain::access::{OrganizationStatus, RoleKind, RoleSet};
use cc_domain::actor::Principal;
use cc_domain::app::{DesiredState, EnvironmentVariables, Lifecycle};
use cc_domain::list::Scope;
use cc_domain::role::RoleTarget;
use cc_domain::store::{Store, StoreError};

fn taken<T>(outcome: Result<T, StoreError>) -> String {
    match outcome {
        Err(StoreError::Taken(constraint)) => constraint,
        Err(other) => panic!("not taken but {other:?}"),
        Ok(_) => panic!("not refused"),
    }
}

both_engines! {
    async fn an_organization_is_read_back_as_written_and_as_updated(db: Db) {
        let mut organization = an_organization("o");
        organization.metadata = metadata(&[("a", "1"), ("x.io/b", "")]);
        let mut tx = db.begin().await.unwrap();
        tx.insert_organization(&organization).await.unwrap();
        assert_eq!(tx.find_organization(&guid("o"), &Scope::Everything).await.unwrap(), Some(organization.clone()));
        organization.name = name("Ö");
        organization.status = OrganizationStatus::Suspended;
        organization.metadata = metadata(&[("c", "2")]);
        organization.updated_at = now(5);
        tx.update_organization(&organization).await.unwrap();
        tx.commit().await.unwrap();
        let mut reader = db.reader().await.unwrap();
        assert_eq!(reader.find_organization(&guid("o"), &Scope::Everything).await.unwrap(), Some(organization.clone()));
        assert_eq!(reader.organizations_by_guid(&[guid("o"), guid("no")]).await.unwrap(), vec![organization]);
        assert_eq!(reader.default_organization_quota().await.unwrap(), Some(guid("quota")));
    }

    async fn a_name_is_taken_without_regard_to_case(db: Db) {
        let build = Build::on(&db);
        build.organization("Name").await;
        build.space("Space", "Name").await;
        build.app("App", "Space").await;
        let mut tx = db.begin().await.unwrap();
        assert_eq!(taken(tx.insert_organization(&an_organization("nAME")).await), "organizations_name_key_key");
        tx.rollback().await;
        let mut tx = db.begin().await.unwrap();
        assert_eq!(taken(tx.insert_space(&a_space("sPACE", "Name")).await), "spaces_organization_id_name_key_key");
        tx.rollback().await;
        let mut tx = db.begin().await.unwrap();
        let environment = EnvironmentVariables::default();
        assert_eq!(taken(tx.insert_app(&an_app("aPP", "Space"), &environment).await), "apps_space_id_name_key_key");
        tx.rollback().await;
        let mut tx = db.begin().await.unwrap();
        tx.insert_user(&a_user("u")).await.unwrap();
        assert_eq!(taken(tx.insert_user(&a_user("u")).await), "users_guid_key");
        tx.rollback().await;
    }

    async fn a_name_is_free_in_another_place(db: Db) {
        let build = Build::on(&db);
        build.organization("a").await;
        build.organization("b").await;
        build.space("a1", "a").await;
        let mut other = a_space("b1", "b");
        other.name = name("a1");
        let mut tx = db.begin().await.unwrap();
        tx.insert_space(&other).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn a_space_is_read_back_as_written_and_as_updated(db: Db) {
        Build::on(&db).organization("o").await;
        let mut space = a_space("s", "o");
        space.metadata = metadata(&[("a", "1")]);
        let mut tx = db.begin().await.unwrap();
        tx.insert_space(&space).await.unwrap();
        assert_eq!(tx.lock_space(&guid("s")).await.unwrap(), Some(space.clone()));
        space.is_ssh_allowed = false;
        space.status = OrganizationStatus::Deleting;
        space.name = name("t");
        tx.update_space(&space).await.unwrap();
        assert_eq!(tx.spaces_of(&guid("o")).await.unwrap(), vec![guid("s")]);
        tx.commit().await.unwrap();
        let mut reader = db.reader().await.unwrap();
        assert_eq!(reader.spaces_by_guid(&[guid("s")], &Scope::Everything).await.unwrap(), vec![space]);
    }

    async fn an_app_is_read_back_as_written_and_as_updated(db: Db) {
        let build = Build::on(&db);
        build.organization("o").await;
        build.space("s", "o").await;
        let mut app = an_app("a", "s");
        app.lifecycle = Lifecycle::Buildpack { buildpacks: vec!["ruby".into(), "https://x/y".into()], stack: Some("cflinuxfs4".into()) };
        app.metadata = metadata(&[("a", "1")]);
        build.app_with(app.clone(), &EnvironmentVariables::default()).await;
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.lock_app(&guid("a")).await.unwrap(), Some(app.clone()));
        app.state = DesiredState::Started;
        app.droplet = Some(guid("d"));
        app.lifecycle = Lifecycle::Buildpack { buildpacks: Vec::new(), stack: None };
        app.features.ssh = false;
        app.features.file_based_vcap_services = true;
        app.metadata = metadata(&[]);
        tx.update_app(&app).await.unwrap();
        assert_eq!(tx.find_app(&guid("a"), &Scope::Everything).await.unwrap(), Some(app.clone()));
        let mut docker = an_app("d", "s");
        docker.lifecycle = Lifecycle::Docker;
        tx.insert_app(&docker, &EnvironmentVariables::default()).await.unwrap();
        assert_eq!(tx.find_app(&guid("d"), &Scope::Everything).await.unwrap(), Some(docker));
        assert_eq!(tx.apps_of_space(&guid("s")).await.unwrap(), vec![guid("a"), guid("d")]);
        tx.commit().await.unwrap();
    }

    async fn deleting_leaves_no_row_and_no_metadata(db: Db) {
        let build = Build::on(&db);
        let mut organization = an_organization("o");
        organization.metadata = metadata(&[("a", "1")]);
        let mut space = a_space("s", "o");
        space.metadata = metadata(&[("a", "1")]);
        let mut app = an_app("a", "s");
        app.metadata = metadata(&[("a", "1")]);
        let mut user = a_user("u");
        user.metadata = metadata(&[("a", "1")]);
        let mut tx = db.begin().await.unwrap();
        tx.insert_organization(&organization).await.unwrap();
        tx.insert_space(&space).await.unwrap();
        tx.insert_app(&app, &EnvironmentVariables::default()).await.unwrap();
        tx.insert_user(&user).await.unwrap();
        tx.commit().await.unwrap();
        build.role(RoleKind::SpaceDeveloper, "u", "s").await;
        build.role(RoleKind::OrganizationUser, "u", "o").await;
        build.role(RoleKind::OrganizationUser, "v", "o").await;
        let mut tx = db.begin().await.unwrap();
        tx.delete_user(&guid("u")).await.unwrap();
        tx.delete_app(&guid("a")).await.unwrap();
        tx.delete_space(&guid("s")).await.unwrap();
        tx.delete_organization(&guid("o")).await.unwrap();
        tx.commit().await.unwrap();
        for table in ["organizations", "spaces", "apps", "roles", "labels", "annotations"] {
            assert!(db.sql(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}")).await == vec![vec![Some("0".to_owned())]], "{table}");
        }
    }

    async fn a_role_is_given_once(db: Db) {
        let build = Build::on(&db);
        build.organization("o").await;
        build.space("s", "o").await;
        let role = build.role(RoleKind::SpaceDeveloper, "u", "s").await;
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.find_role(&role.guid, &Scope::Everything).await.unwrap(), Some(role.clone()));
        let space = RoleTarget::Space(guid("s"));
        assert!(tx.has_role(&guid("u"), RoleKind::SpaceDeveloper, &space).await.unwrap());
        assert!(!tx.has_role(&guid("u"), RoleKind::SpaceAuditor, &space).await.unwrap());
        assert!(!tx.has_role(&guid("v"), RoleKind::SpaceDeveloper, &space).await.unwrap());
        assert!(tx.has_space_role_in(&guid("u"), &guid("o")).await.unwrap());
        let mut again = role.clone();
        again.guid = guid("again");
        assert_eq!(taken(tx.insert_role(&again).await), "roles_user_id_space_id_kind_key");
        tx.rollback().await;
        let mut tx = db.begin().await.unwrap();
        tx.delete_role(&role.guid).await.unwrap();
        assert!(!tx.has_space_role_in(&guid("u"), &guid("o")).await.unwrap());
        tx.commit().await.unwrap();
    }

    async fn standing_is_the_roles_in_the_space_and_its_organization(db: Db) {
        let build = Build::on(&db);
        build.organization("o").await;
        build.organization("other").await;
        build.space("s", "o").await;
        build.space("t", "o").await;
        build.app("a", "s").await;
        build.role(RoleKind::OrganizationManager, "u", "o").await;
        build.role(RoleKind::OrganizationAuditor, "u", "other").await;
        build.role(RoleKind::SpaceDeveloper, "u", "s").await;
        build.role(RoleKind::SpaceAuditor, "u", "t").await;
        let mut reader = db.reader().await.unwrap();
        let in_space = reader.space_standing(&guid("s"), &Principal::user("u")).await.unwrap().unwrap();
        assert_eq!(in_space.roles, RoleSet::of(&[RoleKind::OrganizationManager, RoleKind::SpaceDeveloper]));
        assert_eq!(reader.app_standing(&guid("a"), &Principal::user("u")).await.unwrap(), Some(in_space));
        let in_organization = reader.organization_standing(&guid("o"), &Principal::user("u")).await.unwrap().unwrap();
        assert_eq!(in_organization.roles, RoleSet::of(&[RoleKind::OrganizationManager]));
        let stranger = reader.space_standing(&guid("s"), &Principal::user("nobody")).await.unwrap().unwrap();
        assert!(stranger.roles.is_empty());
        assert_eq!(reader.space_standing(&guid("none"), &Principal::user("u")).await.unwrap(), None);
        assert_eq!(reader.organization_standing(&guid("none"), &Principal::user("u")).await.unwrap(), None);
        assert_eq!(reader.app_standing(&guid("none"), &Principal::user("u")).await.unwrap(), None);
    }

    async fn a_text_with_u_0000_is_refused_on_both_engines(db: Db) {
        let mut tx = db.begin().await.unwrap();
        assert!(matches!(tx.insert_user(&a_user("a\0b")).await, Err(StoreError::Unstorable)));
        drop(tx);
        let mut reader = db.reader().await.unwrap();
        assert!(matches!(reader.find_app(&guid("\0"), &Scope::Everything).await, Err(StoreError::Unstorable)));
        let guids = [guid("a"), guid("\0")];
        assert!(matches!(reader.users_by_guid(&guids).await, Err(StoreError::Unstorable)));
    }

    async fn a_client_named_like_a_users_guid_has_none_of_the_roles_and_sees_nothing(db: Db) {
        let build = Build::on(&db);
        build.organization("o").await;
        build.space("s", "o").await;
        build.app("a", "s").await;
        build.role(RoleKind::OrganizationManager, "u", "o").await;
        build.role(RoleKind::SpaceDeveloper, "u", "s").await;
        let mut reader = db.reader().await.unwrap();
        let client = Principal::client("u");
        for standing in [
            reader.organization_standing(&guid("o"), &client).await,
            reader.space_standing(&guid("s"), &client).await,
            reader.app_standing(&guid("a"), &client).await,
        ] {
            assert!(standing.unwrap().unwrap().roles.is_empty());
        }
        let (user, client) = (Scope::User(Principal::user("u")), Scope::User(client));
        assert!(reader.find_app(&guid("a"), &user).await.unwrap().is_some());
        assert_eq!(reader.find_app(&guid("a"), &client).await.unwrap(), None);
        assert_eq!(reader.find_user(&guid("u"), &client).await.unwrap(), None);
    }
}
