//! What PostgreSQL does to answer each list and each single read, on tables of tens of thousands of rows.
//!
//! They are run through the ports; `auto_explain` tells how each of their statements was answered, by way of [`relay`]. A developer of
//! five spaces among 1,000 must cost what is in the five spaces, and a page of an admin what is on the page.

mod plan;
mod relay;

use crate::db::{Db, Engine, guid, page, settings};
use cc_domain::actor::Principal;
use cc_domain::app::{AppFilter, LifecycleKind};
use cc_domain::audit_event::AuditEventFilter;
use cc_domain::build::BuildFilter;
use cc_domain::domain::DomainFilter;
use cc_domain::droplet::DropletFilter;
use cc_domain::label_selector::parse;
use cc_domain::list::{Common, Order, OrderKey, PageRequest, Scope, TimeFilter};
use cc_domain::organization::OrganizationFilter;
use cc_domain::package::PackageFilter;
use cc_domain::process::ProcessFilter;
use cc_domain::role::RoleFilter;
use cc_domain::route::RouteFilter;
use cc_domain::sidecar::{SidecarFilter, SidecarOwner};
use cc_domain::space::SpaceFilter;
use cc_domain::store::{DynReader, Store};
use cc_domain::task::TaskFilter;
use cc_domain::time::Timestamp;
use cc_domain::user::UserFilter;
use cc_store::{Database, DatabaseUrl};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;

/// A prepared statement is planned for its values first, and without looking at them once that seems good enough.
const WAYS_TO_PLAN: [&str; 2] = ["force_custom_plan", "force_generic_plan"];
/// Rows of big tables that one statement may look at: some times what the developer sees, a fraction of what there is.
const MOST_ROWS: f64 = 1_500.0;

/// A database looked at through the relay.
struct Watched {
    database: Arc<Database>,
    reader: Box<DynReader>,
    plans: UnboundedReceiver<Value>,
    bad: Vec<String>,
}

impl Watched {
    async fn through_relay(db: &Db, way_to_plan: &str) -> Self {
        let name = db.sql("SELECT current_database()").await[0][0].clone().unwrap();
        for setting in [
            // As is advised for solid-state disks. With the default, tables must be bigger than these before an index pays.
            "random_page_cost = 1.1",
            &format!("plan_cache_mode = {way_to_plan}"),
            "session_preload_libraries = 'auto_explain'",
            "auto_explain.log_min_duration = 0",
            "auto_explain.log_analyze = on",
            "auto_explain.log_timing = off",
            "auto_explain.log_format = json",
            "auto_explain.log_level = notice",
        ] {
            db.sql(&format!("ALTER DATABASE {name} SET {setting}")).await;
        }
        let DatabaseUrl::Postgres(url) = &db.url else { panic!("this is PostgreSQL") };
        let (url, mut plans) = relay::before(url.expose_secret()).await;
        let database =
            Database::open(settings(&DatabaseUrl::Postgres(SecretString::from(url)))).await.unwrap();
        let reader = database.reader().await.unwrap();
        while plans.try_recv().is_ok() {}
        Self { database, reader, plans, bad: Vec::new() }
    }

    /// Takes the plans of the `statements` that ran last, and remembers what is wrong with them.
    async fn judge(&mut self, what: &str, statements: u64, may_count_all: bool) {
        for _ in 0..statements {
            let plan = self.plans.recv().await.unwrap();
            let sql = plan["Query Text"].as_str().unwrap();
            if may_count_all && sql.starts_with("SELECT COUNT(*)") {
                continue;
            }
            for wrong in plan::wrongs(&plan["Plan"], MOST_ROWS) {
                let finding = format!("{what}: {wrong}\n    {sql}");
                if !self.bad.contains(&finding) {
                    self.bad.push(finding);
                }
            }
        }
    }
}

/// `lists!(watched, scope, page, may_count_all; list_apps(AppFilter::default()))` runs `reader.list_apps(&filter, &page, scope)` and judges
/// its plans.
macro_rules! lists { ($watched:ident, $scope:expr, $page:expr, $may_count_all:expr; $($list:ident($filter:expr))*) => { $(
    let (filter, before) = ($filter, $watched.database.statements());
    $watched.reader.$list(&filter, &$page, $scope).await.unwrap();
    let statements = $watched.database.statements() - before;
    let what = format!("{} {:?} {filter:?}", stringify!($list), $page.order);
    $watched.judge(&what, statements, $may_count_all).await;
)* } }

/// `finds!(watched, scope; find_app("a"))` runs `reader.find_app(&guid("a"), scope)`, which has to find it, and judges its plans.
macro_rules! finds { ($watched:ident, $scope:expr; $($find:ident($guid:literal))*) => { $(
    let before = $watched.database.statements();
    assert!($watched.reader.$find(&guid($guid), $scope).await.unwrap().is_some(), "{}", $guid);
    let statements = $watched.database.statements() - before;
    $watched.judge(stringify!($find), statements, false).await;
)* } }

#[expect(clippy::unnecessary_wraps, reason = "filters are optional")]
fn some(texts: &[&str]) -> Option<Vec<String>> {
    Some(texts.iter().map(|text| (*text).to_owned()).collect())
}

fn labelled(selector: &str) -> Common {
    Common { labels: parse(selector).unwrap(), ..Default::default() }
}

fn newer_than(micros: i64) -> Common {
    Common { created: vec![TimeFilter::After(Timestamp::from_micros(micros))], ..Default::default() }
}

fn orders() -> [Order; 3] {
    [OrderKey::Insertion, OrderKey::CreatedAt, OrderKey::UpdatedAt]
        .map(|by| Order { by, descending: by != OrderKey::Insertion })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_look_at_no_more_than_what_is_seen_of_them() {
    let Some(db) = Db::fresh(Engine::Postgres).await else { return };
    db.sql(include_str!("seed.sql")).await;
    for way in WAYS_TO_PLAN {
        let mut watched = Watched::through_relay(&db, way).await;
        developer_of_five_spaces(&mut watched).await;
        admin(&mut watched).await;
        assert!(watched.bad.is_empty(), "{way}: {} bad plans\n{}", watched.bad.len(), watched.bad.join("\n"));
    }
}

async fn developer_of_five_spaces(watched: &mut Watched) {
    let developer = Scope::User(Principal::user("developer"));
    finds! { watched, &developer;
        find_organization("o1")
        find_space("s6")
        find_app("a5")
        find_process("a5")
        find_sidecar("sc5")
        find_package("p5")
        find_build("b5")
        find_droplet("d5")
        find_task("t5")
        find_route("ro5")
        find_domain("dom1")
        find_role("r1-0")
        find_user("u101")
        find_audit_event("e5")
    }
    for order in orders() {
        let page = PageRequest { order, ..page(1, 50) };
        lists! { watched, &developer, page, false;
            list_organizations(OrganizationFilter::default())
            list_spaces(SpaceFilter::default())
            list_apps(AppFilter::default())
            list_processes(ProcessFilter::default())
            list_packages(PackageFilter::default())
            list_builds(BuildFilter::default())
            list_droplets(DropletFilter::default())
            list_tasks(TaskFilter::default())
            list_routes(RouteFilter::default())
            list_domains(DomainFilter::default())
            list_roles(RoleFilter::default())
            list_users(UserFilter::default())
            list_audit_events(AuditEventFilter::default())
        }
    }
    for by in [OrderKey::Name, OrderKey::State, OrderKey::Lifecycle] {
        let page = PageRequest { order: Order { by, descending: false }, ..page(1, 50) };
        lists! { watched, &developer, page, false; list_apps(AppFilter::default()) }
    }
    let deep = page(2, 50);
    lists! { watched, &developer, deep, false;
        list_apps(AppFilter::default())
        list_apps(AppFilter { names: some(&["n5", "n7005", "none"]), ..Default::default() })
        list_apps(AppFilter { space_guids: some(&["s6"]), ..Default::default() })
        list_apps(AppFilter { organization_guids: some(&["o1", "o2"]), ..Default::default() })
        list_apps(AppFilter { lifecycle: Some(LifecycleKind::Docker), ..Default::default() })
        list_apps(AppFilter { stacks: some(&["cflinuxfs4", ""]), ..Default::default() })
        list_apps(AppFilter { common: Common { guids: some(&["a5", "a1005"]), ..Default::default() }, ..Default::default() })
        list_apps(AppFilter { common: labelled("colour=c5"), ..Default::default() })
        list_apps(AppFilter { common: labelled("colour notin (c5,c6),!none"), ..Default::default() })
        list_apps(AppFilter { common: newer_than(10_000), ..Default::default() })
        list_processes(ProcessFilter { app_guids: some(&["a5"]), ..Default::default() })
        list_processes(ProcessFilter { space_guids: some(&["s6"]), ..Default::default() })
        list_processes(ProcessFilter { types: some(&["web"]), ..Default::default() })
        list_packages(PackageFilter { app_guids: some(&["a5"]), ..Default::default() })
        list_packages(PackageFilter { states: some(&["READY"]), ..Default::default() })
        list_builds(BuildFilter { app_guids: some(&["a5"]), ..Default::default() })
        list_builds(BuildFilter { package_guids: some(&["p5"]), ..Default::default() })
        list_builds(BuildFilter { states: some(&["STAGED"]), ..Default::default() })
        list_tasks(TaskFilter { app_guids: some(&["a5"]), ..Default::default() })
        list_tasks(TaskFilter { space_guids: some(&["s6"]), ..Default::default() })
        list_tasks(TaskFilter { states: some(&["RUNNING"]), ..Default::default() })
        list_tasks(TaskFilter { names: some(&["n5"]), ..Default::default() })
        list_droplets(DropletFilter { app_guids: some(&["a5"]), ..Default::default() })
        list_droplets(DropletFilter { app_guids: some(&["a5"]), is_current: true, ..Default::default() })
        list_droplets(DropletFilter { organization_guids: some(&["o1"]), ..Default::default() })
        list_droplets(DropletFilter { package_guids: some(&["p5"]), ..Default::default() })
        list_routes(RouteFilter { hosts: some(&["h5"]), ..Default::default() })
        list_routes(RouteFilter { app_guids: some(&["a5"]), ..Default::default() })
        list_routes(RouteFilter { space_guids: some(&["s6"]), ..Default::default() })
        list_routes(RouteFilter { organization_guids: some(&["o1"]), ..Default::default() })
        list_routes(RouteFilter { domain_guids: some(&["dom1"]), ..Default::default() })
        list_domains(DomainFilter { names: some(&["d1.x"]), ..Default::default() })
        list_domains(DomainFilter { usable_by: Some(guid("o1")), ..Default::default() })
        list_roles(RoleFilter { user_guids: some(&["developer"]), ..Default::default() })
        list_roles(RoleFilter { space_guids: some(&["s6"]), ..Default::default() })
        list_roles(RoleFilter { organization_guids: some(&["o1"]), ..Default::default() })
        list_audit_events(AuditEventFilter { target_guids: some(&["a5"]), ..Default::default() })
        list_audit_events(AuditEventFilter { space_guids: some(&["s6"]), ..Default::default() })
        list_audit_events(AuditEventFilter { kinds: some(&["audit.app.create"]), ..Default::default() })
    }
    for owner in [SidecarOwner::App(guid("a5")), SidecarOwner::Process(guid("a5"))] {
        let filter = SidecarFilter { common: Common::default(), owner };
        let before = watched.database.statements();
        watched.reader.list_sidecars(&filter, &deep).await.unwrap();
        let statements = watched.database.statements() - before;
        watched.judge(&format!("{filter:?}"), statements, false).await;
    }
}

async fn admin(watched: &mut Watched) {
    let all = Scope::Everything;
    for order in orders() {
        let page = PageRequest { order, ..page(1, 50) };
        lists! { watched, &all, page, true;
            list_organizations(OrganizationFilter::default())
            list_spaces(SpaceFilter::default())
            list_apps(AppFilter::default())
            list_processes(ProcessFilter::default())
            list_packages(PackageFilter::default())
            list_builds(BuildFilter::default())
            list_droplets(DropletFilter::default())
            list_tasks(TaskFilter::default())
            list_routes(RouteFilter::default())
            list_domains(DomainFilter::default())
            list_roles(RoleFilter::default())
            list_users(UserFilter::default())
            list_audit_events(AuditEventFilter::default())
        }
    }
    let page = PageRequest { order: Order { by: OrderKey::Name, descending: false }, ..page(1, 50) };
    lists! { watched, &all, page, true;
        list_apps(AppFilter::default())
        list_apps(AppFilter { names: some(&["n5", "none"]), ..Default::default() })
        list_apps(AppFilter { space_guids: some(&["s6"]), ..Default::default() })
        list_apps(AppFilter { common: labelled("colour=c5"), ..Default::default() })
        list_processes(ProcessFilter { app_guids: some(&["a5"]), ..Default::default() })
        list_routes(RouteFilter { hosts: some(&["h5"]), ..Default::default() })
        list_routes(RouteFilter { app_guids: some(&["a5"]), ..Default::default() })
        list_routes(RouteFilter { space_guids: some(&["s6"]), ..Default::default() })
        list_droplets(DropletFilter { app_guids: some(&["a5"]), is_current: true, ..Default::default() })
        list_builds(BuildFilter { package_guids: some(&["p5"]), ..Default::default() })
        list_audit_events(AuditEventFilter { target_guids: some(&["a5"]), ..Default::default() })
        list_audit_events(AuditEventFilter { space_guids: some(&["s6"]), ..Default::default() })
    }
}
