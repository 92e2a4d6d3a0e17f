//! Quotas: who sees which, what they apply to, and what is counted against them.

use crate::both_engines;
use crate::db::{Build, Db, a_space, guid, now, page};
use cc_domain::access::RoleKind;
use cc_domain::actor::Principal;
use cc_domain::app::DesiredState;
use cc_domain::guid::{Guid, texts};
use cc_domain::list::Scope;
use cc_domain::organization_quota::{OrganizationQuota, OrganizationQuotaFilter};
use cc_domain::patch::Patch;
use cc_domain::process::{Process, ProcessSettings, ProcessType};
use cc_domain::quantity::{InstanceCount, LogRate, Megabytes};
use cc_domain::quota::{Limits, LimitsPatch, QuotaName, Usage, total};
use cc_domain::space_quota::{CreateSpaceQuota, SpaceQuota, SpaceQuotaFilter};
use cc_domain::store::{Store, StoreError};

fn organization_quota(name: &str, limits: &LimitsPatch) -> OrganizationQuota {
    OrganizationQuota::new(guid(name), QuotaName::stored(name), limits, now(0)).unwrap()
}

fn space_quota(name: &str, organization: &str, limits: LimitsPatch) -> SpaceQuota {
    let command = CreateSpaceQuota {
        name: QuotaName::stored(name),
        organization: guid(organization),
        limits,
        spaces: Vec::new(),
    };
    SpaceQuota::new(guid(name), &command, &Limits::default(), now(0)).unwrap()
}

/// Every limit another number.
fn all() -> LimitsPatch {
    LimitsPatch {
        total_memory: Patch::Value(1),
        per_process_memory: Patch::Value(2),
        total_instances: Patch::Value(3),
        per_app_tasks: Patch::Value(4),
        log_rate: Patch::Value(LimitsPatch::MAX_LOG_RATE),
        are_paid_services_allowed: Patch::Value(false),
        total_service_instances: Patch::Value(5),
        total_service_keys: Patch::Value(6),
        total_routes: Patch::Value(8),
        total_reserved_ports: Patch::Value(7),
        total_domains: Patch::Value(9),
    }
}

/// A process of the app, of this kind and size.
async fn process(db: &Db, app: &str, kind: &str, state: DesiredState, size: (i64, i64, i64)) {
    let mut tx = db.begin().await.unwrap();
    let app = tx.lock_app(&guid(app)).await.unwrap().unwrap();
    let (memory, instances, log_rate) = size;
    let (settings, kind) = (ProcessSettings::default(), ProcessType::parse(kind).unwrap());
    let new = Process::new(guid(&format!("{}-{kind}", app.guid)), &app, kind, guid("v"), &settings, now(0));
    let process = Process {
        state,
        memory: Megabytes::new(memory).unwrap(),
        instances: InstanceCount::new(instances).unwrap(),
        log_rate: LogRate::new(log_rate).unwrap(),
        ..new
    };
    tx.insert_process(&process).await.unwrap();
    tx.commit().await.unwrap();
}

async fn world(db: &Db) {
    for organization in ["o1", "o2"] {
        Build::on(db).organization(organization).await;
    }
    for (space, organization) in [("s1", "o1"), ("s2", "o1"), ("s3", "o2")] {
        Build::on(db).space(space, organization).await;
        Build::on(db).app(&format!("app-{space}"), space).await;
    }
}

both_engines! {
    async fn a_quota_is_kept_as_it_is_and_changed_as_a_whole(db: Db) {
        world(&db).await;
        let mut tx = db.begin().await.unwrap();
        let quota = organization_quota("q", &all());
        tx.insert_organization_quota(&quota).await.unwrap();
        tx.insert_space_quota(&space_quota("q", "o1", all())).await.unwrap();
        assert_eq!(tx.lock_organization_quota(&quota.guid).await.unwrap(), Some(quota.clone()));
        assert_eq!(tx.lock_space_quota(&guid("q")).await.unwrap(), Some(space_quota("q", "o1", all())));
        let open = OrganizationQuota { limits: Limits::default(), name: QuotaName::stored("Q"), ..quota };
        tx.update_organization_quota(&open).await.unwrap();
        tx.update_space_quota(&space_quota("q", "o1", LimitsPatch::default())).await.unwrap();
        assert_eq!(tx.lock_organization_quota(&open.guid).await.unwrap(), Some(open));
        assert_eq!(tx.lock_space_quota(&guid("q")).await.unwrap().unwrap().limits, Limits::default());
        tx.commit().await.unwrap();
    }

    async fn names_are_taken_ignoring_case_or_not(db: Db) {
        world(&db).await;
        let insert = async |quota: OrganizationQuota| {
            let mut tx = db.begin().await.unwrap();
            let outcome = tx.insert_organization_quota(&quota).await;
            if outcome.is_ok() { tx.commit().await.unwrap() } else { tx.rollback().await }
            outcome
        };
        insert(organization_quota("q", &LimitsPatch::default())).await.unwrap();
        let again = OrganizationQuota { guid: guid("other"), ..organization_quota("Q", &LimitsPatch::default()) };
        let taken = insert(again).await.unwrap_err();
        assert!(matches!(taken, StoreError::Taken(key) if key == "organization_quotas_name_key_key"));
        let insert = async |quota: SpaceQuota| {
            let mut tx = db.begin().await.unwrap();
            let outcome = tx.insert_space_quota(&quota).await;
            if outcome.is_ok() { tx.commit().await.unwrap() } else { tx.rollback().await }
            outcome
        };
        for (name, organization) in [("q", "o1"), ("Q", "o1"), ("q2", "o2")] {
            insert(space_quota(name, organization, LimitsPatch::default())).await.unwrap();
        }
        let again = SpaceQuota { guid: guid("other"), ..space_quota("q", "o1", LimitsPatch::default()) };
        let taken = insert(again.clone()).await.unwrap_err();
        assert!(matches!(taken, StoreError::Taken(key) if key == "space_quotas_organization_id_name_key_key"));
        insert(SpaceQuota { organization: guid("o2"), ..again }).await.unwrap();
    }

    async fn a_quota_is_told_with_what_it_applies_to_and_the_reader_sees(db: Db) {
        world(&db).await;
        Build::on(&db).role(RoleKind::OrganizationUser, "ann", "o1").await;
        Build::on(&db).role(RoleKind::SpaceAuditor, "ann", "s2").await;
        Build::on(&db).role(RoleKind::OrganizationManager, "mia", "o1").await;
        let mut tx = db.begin().await.unwrap();
        tx.insert_organization_quota(&organization_quota("q", &LimitsPatch::default())).await.unwrap();
        tx.apply_organization_quota(&guid("q"), &[guid("o2"), guid("o1")], now(1)).await.unwrap();
        for (quota, organization) in [("a", "o1"), ("b", "o1"), ("c", "o2")] {
            tx.insert_space_quota(&space_quota(quota, organization, LimitsPatch::default())).await.unwrap();
        }
        tx.apply_space_quota(Some(&guid("a")), &[guid("s2"), guid("s1")], now(1)).await.unwrap();
        tx.commit().await.unwrap();
        let user = |name: &str| Scope::User(Principal::user(name));
        let mut reader = db.reader().await.unwrap();
        for (scope, organizations, spaces) in [
            (Scope::Everything, vec!["o1", "o2"], vec![("a", vec!["s1", "s2"]), ("b", vec![]), ("c", vec![])]),
            (user("mia"), vec!["o1"], vec![("a", vec!["s1", "s2"]), ("b", vec![])]),
            (user("ann"), vec!["o1"], vec![("a", vec!["s2"])]),
            (user("nobody"), vec![], vec![]),
        ] {
            let quota = reader.find_organization_quota(&guid("q"), &scope).await.unwrap().unwrap();
            assert_eq!(texts(&quota.organizations), organizations);
            let filter = OrganizationQuotaFilter {
                organization_guids: Some(vec!["o2".to_owned()]),
                ..OrganizationQuotaFilter::default()
            };
            let found = reader.list_organization_quotas(&filter, &page(1, 50), &scope).await.unwrap();
            assert_eq!(found.total, u64::from(organizations.contains(&"o2")));
            let found = reader.list_space_quotas(&SpaceQuotaFilter::default(), &page(1, 50), &scope).await.unwrap();
            let shown: Vec<_> = found.items.iter().map(|q| (q.guid.as_str(), texts(&q.spaces))).collect();
            let wanted: Vec<_> = spaces.iter().map(|(quota, of)| (*quota, of.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>())).collect();
            assert_eq!(shown, wanted, "{scope:?}");
            for quota in ["a", "b", "c"] {
                let is_shown = spaces.iter().any(|(shown, _)| *shown == quota);
                let found = reader.find_space_quota(&guid(quota), &scope).await.unwrap();
                assert_eq!(found.is_some(), is_shown, "{quota} {scope:?}");
            }
        }
        let standing = reader.space_quota_standing(&guid("a"), &Principal::user("ann")).await.unwrap().unwrap();
        assert!(standing.roles.contains(RoleKind::SpaceAuditor) && standing.roles.contains(RoleKind::OrganizationUser));
        let standing = reader.space_quota_standing(&guid("b"), &Principal::user("ann")).await.unwrap().unwrap();
        assert!(!standing.roles.contains(RoleKind::SpaceAuditor));
        assert_eq!(reader.space_quota_standing(&guid("x"), &Principal::user("ann")).await.unwrap(), None);
    }

    async fn a_deleted_quota_leaves_its_spaces_without_one(db: Db) {
        world(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.insert_space_quota(&space_quota("q", "o1", LimitsPatch::default())).await.unwrap();
        tx.apply_space_quota(Some(&guid("q")), &[guid("s1")], now(1)).await.unwrap();
        assert_eq!(tx.lock_space(&guid("s1")).await.unwrap().unwrap().quota, Some(guid("q")));
        tx.delete_space_quota(&guid("q")).await.unwrap();
        let bare = tx.lock_spaces(&[guid("s2"), guid("s1"), guid("x")]).await.unwrap();
        assert_eq!(bare[0].quota, None);
        assert_eq!(texts(&bare.into_iter().map(|s| s.guid).collect::<Vec<_>>()), ["s1", "s2"]);
        tx.commit().await.unwrap();
    }

    async fn limits_of_an_app_are_those_of_its_space_and_organization(db: Db) {
        world(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.insert_organization_quota(&organization_quota("big", &all())).await.unwrap();
        tx.apply_organization_quota(&guid("big"), &[guid("o1")], now(1)).await.unwrap();
        let limits = LimitsPatch { total_memory: Patch::Value(7), ..LimitsPatch::default() };
        tx.insert_space_quota(&space_quota("q", "o1", limits)).await.unwrap();
        tx.apply_space_quota(Some(&guid("q")), &[guid("s1")], now(1)).await.unwrap();
        let of = tx.limits_of_app(&guid("app-s1")).await.unwrap().unwrap();
        assert_eq!((of.space.as_str(), of.organization.as_str()), ("s1", "o1"));
        let (space, organization) = (of.quotas.space.unwrap(), of.quotas.organization.unwrap());
        assert_eq!((space.name.as_str(), space.limits.total_memory), ("s1", Some(7)));
        assert_eq!((organization.name.as_str(), organization.limits), ("o1", Limits::default().patched(&all())));
        let of = tx.limits_of_space(&guid("s2")).await.unwrap().unwrap();
        assert_eq!(of.quotas.space, None);
        assert_eq!(of.quotas.organization.unwrap().limits.total_domains, Some(9));
        assert_eq!(tx.limits_of_organization(&guid("o2")).await.unwrap(), Some(Limits::default()));
        assert_eq!(tx.limits_of_organization(&guid("x")).await.unwrap(), None);
        assert!(tx.limits_of_app(&guid("x")).await.unwrap().is_none());
        tx.rollback().await;
    }

    async fn what_runs_is_counted_by_space_and_however_large(db: Db) {
        world(&db).await;
        let started = DesiredState::Started;
        for kind in ["web", "worker"] {
            process(&db, "app-s1", kind, started, (100, 2, 10)).await;
        }
        process(&db, "app-s1", "off", DesiredState::Stopped, (100, 2, 10)).await;
        process(&db, "app-s1", "free", started, (1, 1, -1)).await;
        let most = i64::from(i32::MAX);
        for kind in ["web", "worker", "third"] {
            process(&db, "app-s2", kind, started, (most, most, i64::MAX)).await;
        }
        process(&db, "app-s3", "web", started, (5, 5, 5)).await;
        let mut reader = db.reader().await.unwrap();
        let used = reader.running_by_space(&guid("o1")).await.unwrap();
        let of = |space: &str| total(used.iter().filter(|(of, _)| *of == Guid::new(space)));
        assert_eq!(of("s1"), Usage { memory: 401, instances: 5, log_rate: 40, ..Usage::default() });
        let most = u64::try_from(most).unwrap();
        let huge = Usage { memory: 3 * most * most, instances: 3 * most, log_rate: u64::MAX, ..Usage::default() };
        assert_eq!(of("s2"), huge);
        assert_eq!(total(&used), of("s1").and(huge), "nothing of another organization");
    }

    async fn places_are_named_where_something_logs_without_a_limit(db: Db) {
        world(&db).await;
        let mut tx = db.begin().await.unwrap();
        let space = cc_domain::space::Space { name: crate::db::name("B"), ..a_space("s4", "o2") };
        tx.insert_space(&space).await.unwrap();
        tx.commit().await.unwrap();
        Build::on(&db).app("app-s4", "s4").await;
        for app in ["app-s1", "app-s3", "app-s4"] {
            process(&db, app, "web", DesiredState::Stopped, (1, 1, -1)).await;
        }
        process(&db, "app-s2", "web", DesiredState::Started, (1, 1, 5)).await;
        let mut tx = db.begin().await.unwrap();
        let names = |names: Vec<cc_domain::name::Name>| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let spaces = [guid("s3"), guid("s2"), guid("s4"), guid("s1")];
        assert_eq!(names(tx.spaces_without_log_limit(&spaces).await.unwrap()), ["B", "s1", "s3"]);
        let organizations = [guid("o2"), guid("o1")];
        assert_eq!(names(tx.organizations_without_log_limit(&organizations).await.unwrap()), ["o1", "o2"]);
        assert!(tx.organizations_without_log_limit(&[]).await.unwrap().is_empty());
        tx.rollback().await;
    }
}
