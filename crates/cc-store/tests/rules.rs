//! A resource is shown, in its list and by itself, to exactly the roles that its rule for reading names.

use crate::both_engines;
use crate::db::{Build, guid, page};
use crate::visibility::world;
use cc_domain::access::{RoleKind, Rule};
use cc_domain::actor::Principal;
use cc_domain::list::Scope;
use cc_domain::store::Store;
use cc_domain::{
    app, audit_event, build, buildpack, domain, droplet, organization, organization_quota, package, process,
    revision, role, route, sidecar, space, space_quota, stack, task, user,
};

/// Holders of each kind of role in `o1` or `o1-s1`, who see what of it their role shows; somebody without any; and a global reader.
fn readers(rule: &Rule) -> Vec<(Scope, bool)> {
    let user = |text: &str| Scope::User(Principal::user(text));
    let mut readers: Vec<_> = RoleKind::ALL
        .into_iter()
        .map(|kind| (user(kind.as_str()), rule.visible_to_everyone || rule.visible_to.contains(kind)))
        .collect();
    readers.push((user("nobody"), rule.visible_to_everyone));
    readers.push((Scope::Everything, true));
    readers
}

/// `follows!(db; rule, guid, find, list(filter); …)`: whether each reader finds it, and is shown it in the list, as the rule says. A list
/// of what an app has is asked for without a scope, and is left out.
macro_rules! follows { ($db:ident; $($rule:expr, $guid:literal, $find:ident $(, $list:ident($filter:expr))?;)*) => { $(
    for (scope, is_shown) in readers(&$rule) {
        let mut reader = $db.reader().await.unwrap();
        let found = reader.$find(&guid($guid), &scope).await.unwrap();
        assert_eq!(found.is_some(), is_shown, "{} {} {scope:?}", stringify!($find), $guid);
        $(
            let listed = reader.$list(&$filter, &page(1, 50), &scope).await.unwrap();
            let is_listed = listed.items.iter().any(|item| item.guid.as_str() == $guid);
            assert_eq!(is_listed, is_shown, "{} {} {scope:?}", stringify!($list), $guid);
        )?
    }
)* } }

both_engines! {
    async fn whoever_a_rule_names_is_shown_the_resource(db: Db) {
        world(&db).await;
        Build::on(&db).role(RoleKind::OrganizationUser, "colleague", "o1").await;
        for statement in include_str!("one_of_each.sql").split(";\n") {
            db.sql(statement).await;
        }
        follows! { db;
            organization::policy::GET, "o1", find_organization, list_organizations(organization::OrganizationFilter::default());
            organization_quota::policy::GET, "quota", find_organization_quota, list_organization_quotas(organization_quota::OrganizationQuotaFilter::default());
            space::policy::GET, "o1-s1", find_space, list_spaces(space::SpaceFilter::default());
            space_quota::policy::GET, "space-quota", find_space_quota, list_space_quotas(space_quota::SpaceQuotaFilter::default());
            app::policy::GET, "app-o1-s1", find_app, list_apps(app::AppFilter::default());
            process::policy::GET, "process", find_process, list_processes(process::ProcessFilter::default());
            package::policy::GET, "package", find_package, list_packages(package::PackageFilter::default());
            build::policy::GET, "build", find_build, list_builds(build::BuildFilter::default());
            droplet::policy::GET, "droplet", find_droplet, list_droplets(droplet::DropletFilter::default());
            sidecar::policy::GET, "sidecar", find_sidecar;
            task::policy::GET, "task", find_task, list_tasks(task::TaskFilter::default());
            revision::policy::GET, "revision", find_revision;
            route::policy::GET, "route", find_route, list_routes(route::RouteFilter::default());
            domain::policy::GET_SHARED, "shared", find_domain, list_domains(domain::DomainFilter::default());
            domain::policy::GET_PRIVATE, "private", find_domain, list_domains(domain::DomainFilter::default());
            role::policy::GET_IN_ORGANIZATION, "organization_user-colleague-o1", find_role, list_roles(role::RoleFilter::default());
            role::policy::GET_IN_SPACE, "space_auditor-space_auditor-o1-s1", find_role, list_roles(role::RoleFilter::default());
            user::policy::GET, "colleague", find_user, list_users(user::UserFilter::default());
            audit_event::policy::GET, "event", find_audit_event, list_audit_events(audit_event::AuditEventFilter::default());
            stack::policy::GET, "stack", find_stack, list_stacks(stack::StackFilter::default());
            buildpack::policy::GET, "buildpack", find_buildpack, list_buildpacks(buildpack::BuildpackFilter::default());
        }
    }
}
