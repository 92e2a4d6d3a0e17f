//! What each role shows, and that reads agree with lists.

use crate::both_engines;
use crate::db::{Build, Db, guid, page};
use cc_domain::access::{RoleKind, RoleSet};
use cc_domain::actor::Principal;
use cc_domain::app::AppFilter;
use cc_domain::list::Scope;
use cc_domain::organization::OrganizationFilter;
use cc_domain::role::RoleFilter;
use cc_domain::space::SpaceFilter;
use cc_domain::store::Store;
use cc_domain::user::UserFilter;

/// Two organizations with two spaces each and an app in every space; one user for each kind of role, held in `o1` or `o1-s1`.
pub async fn world(db: &Db) {
    let build = Build::on(db);
    for organization in ["o1", "o2"] {
        build.organization(organization).await;
        for space in ["s1", "s2"] {
            let space = format!("{organization}-{space}");
            build.space(&space, organization).await;
            build.app(&format!("app-{space}"), &space).await;
        }
    }
    for kind in RoleKind::ALL {
        let place = if kind.is_of_organization() { "o1" } else { "o1-s1" };
        build.role(kind, kind.as_str(), place).await;
    }
    build.role(RoleKind::OrganizationUser, "stranger", "o2").await;
}

fn scope_of(kind: RoleKind) -> Scope {
    Scope::User(Principal::user(kind.as_str()))
}

fn shown_spaces(kind: RoleKind) -> Vec<&'static str> {
    match kind {
        RoleKind::OrganizationManager => vec!["o1-s1", "o1-s2"],
        kind if RoleSet::SPACE_READERS.contains(kind) => vec!["o1-s1"],
        _ => vec![],
    }
}

both_engines! {
    async fn an_organization_shows_to_whoever_holds_a_role_of_it(db: Db) {
        world(&db).await;
        let mut reader = db.reader().await.unwrap();
        for kind in RoleKind::ALL {
            let listed = reader.list_organizations(&OrganizationFilter::default(), &page(1, 50), &scope_of(kind)).await.unwrap();
            let names: Vec<&str> = listed.items.iter().map(|o| o.name.as_str()).collect();
            assert_eq!(names, if kind.is_of_organization() { vec!["o1"] } else { vec![] }, "{kind}");
            for organization in ["o1", "o2"] {
                let found = reader.find_organization(&guid(organization), &scope_of(kind)).await.unwrap();
                assert_eq!(found.is_some(), names.contains(&organization), "{kind} {organization}");
            }
        }
    }

    async fn spaces_and_apps_show_to_the_readers_of_the_space(db: Db) {
        world(&db).await;
        let mut reader = db.reader().await.unwrap();
        for kind in RoleKind::ALL {
            let expected = shown_spaces(kind);
            let spaces = reader.list_spaces(&SpaceFilter::default(), &page(1, 50), &scope_of(kind)).await.unwrap();
            let names: Vec<&str> = spaces.items.iter().map(|s| s.name.as_str()).collect();
            assert_eq!(names, expected, "{kind}");
            let apps = reader.list_apps(&AppFilter::default(), &page(1, 50), &scope_of(kind)).await.unwrap();
            let of: Vec<&str> = apps.items.iter().map(|a| a.space.as_str()).collect();
            assert_eq!(of, expected, "{kind}");
            let every = [guid("o1-s1"), guid("o1-s2"), guid("o2-s1"), guid("o2-s2")];
            let included = reader.spaces_by_guid(&every, &scope_of(kind)).await.unwrap();
            assert_eq!(included, spaces.items, "{kind}");
            for space in ["o1-s1", "o1-s2", "o2-s1", "o2-s2"] {
                let found = reader.find_space(&guid(space), &scope_of(kind)).await.unwrap();
                assert_eq!(found.is_some(), expected.contains(&space), "{kind} {space}");
                let app = reader.find_app(&guid(&format!("app-{space}")), &scope_of(kind)).await.unwrap();
                assert_eq!(app.is_some(), expected.contains(&space), "{kind} app in {space}");
            }
        }
    }

    async fn a_role_shows_where_its_space_or_organization_does(db: Db) {
        world(&db).await;
        let mut reader = db.reader().await.unwrap();
        let all = reader.list_roles(&RoleFilter::default(), &page(1, 50), &Scope::Everything).await.unwrap();
        assert_eq!(all.items.len(), 9);
        for kind in RoleKind::ALL {
            let sees_organization = kind.is_of_organization();
            let sees_space = shown_spaces(kind).contains(&"o1-s1");
            let expected: Vec<_> = all.items.iter().filter(|r| r.user.as_str() != "stranger")
                .filter(|r| if r.kind.is_of_organization() { sees_organization } else { sees_space })
                .cloned().collect();
            let listed = reader.list_roles(&RoleFilter::default(), &page(1, 50), &scope_of(kind)).await.unwrap();
            assert_eq!(listed.items, expected, "{kind}");
            for role in &all.items {
                let found = reader.find_role(&role.guid, &scope_of(kind)).await.unwrap();
                assert_eq!(found.is_some(), expected.contains(role), "{kind} {}", role.guid);
            }
        }
    }

    async fn users_show_to_themselves_and_to_members_of_their_organizations(db: Db) {
        world(&db).await;
        let mut reader = db.reader().await.unwrap();
        let members: Vec<&str> = RoleKind::ALL.into_iter().filter(|k| k.is_of_organization()).map(RoleKind::as_str).collect();
        for kind in RoleKind::ALL {
            let listed = reader.list_users(&UserFilter::default(), &page(1, 50), &scope_of(kind)).await.unwrap();
            let guids: Vec<&str> = listed.items.iter().map(|u| u.guid.as_str()).collect();
            assert_eq!(guids, if kind.is_of_organization() { members.clone() } else { vec![kind.as_str()] }, "{kind}");
            for user in ["stranger", "organization_user", "space_developer"] {
                let found = reader.find_user(&guid(user), &scope_of(kind)).await.unwrap();
                assert_eq!(found.is_some(), guids.contains(&user), "{kind} {user}");
            }
        }
        let everyone = reader.list_users(&UserFilter::default(), &page(1, 50), &Scope::Everything).await.unwrap();
        assert_eq!(everyone.total, 9);
    }

    async fn members_are_listed_by_organization_and_by_space(db: Db) {
        world(&db).await;
        let mut reader = db.reader().await.unwrap();
        let of_organization = reader.list_organization_users(&guid("o1"), &UserFilter::default(), &page(1, 50)).await.unwrap();
        assert_eq!(of_organization.total, 4);
        assert!(of_organization.items.iter().all(|u| u.guid.as_str().starts_with("organization_")));
        let of_space = reader.list_space_users(&guid("o1-s1"), &UserFilter::default(), &page(1, 50)).await.unwrap();
        assert_eq!(of_space.total, 4);
        assert!(of_space.items.iter().all(|u| u.guid.as_str().starts_with("space_")));
    }

    async fn a_user_without_a_row_sees_nothing(db: Db) {
        world(&db).await;
        let nobody = Scope::User(Principal::user("nobody"));
        let mut reader = db.reader().await.unwrap();
        assert_eq!(reader.list_apps(&AppFilter::default(), &page(1, 50), &nobody).await.unwrap().total, 0);
        assert_eq!(reader.list_organizations(&OrganizationFilter::default(), &page(1, 50), &nobody).await.unwrap().total, 0);
        assert_eq!(reader.list_roles(&RoleFilter::default(), &page(1, 50), &nobody).await.unwrap().total, 0);
        assert_eq!(reader.list_users(&UserFilter::default(), &page(1, 50), &nobody).await.unwrap().total, 0);
    }

    async fn roles_are_narrowed_by_each_filter(db: Db) {
        world(&db).await;
        let some = |text: &str| Some(vec![text.to_owned()]);
        let cases = [
            (RoleFilter { kinds: Some(vec![RoleKind::SpaceDeveloper]), ..Default::default() }, 1),
            (RoleFilter { user_guids: some("stranger"), ..Default::default() }, 1),
            (RoleFilter { organization_guids: some("o1"), ..Default::default() }, 4),
            (RoleFilter { space_guids: some("o1-s1"), ..Default::default() }, 4),
            (RoleFilter { space_guids: some("o1-s1"), organization_guids: some("o1"), ..Default::default() }, 0),
        ];
        let mut reader = db.reader().await.unwrap();
        for (filter, expected) in cases {
            let listed = reader.list_roles(&filter, &page(1, 50), &Scope::Everything).await.unwrap();
            assert_eq!(listed.total, expected, "{filter:?}");
        }
    }
}
