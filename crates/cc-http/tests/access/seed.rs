//! What the operations are asked about: the same things in an active and in a suspended organization.

use super::callers::{DEVELOPER_ELSEWHERE, DEVELOPER_NEXT_DOOR, MANAGER_ELSEWHERE, holder};
use crate::harness::{TestApi, a_space, an_organization};
use cc_actions::Ports;
use cc_actions::artifacts::Artifacts;
use cc_domain::access::RoleKind;
use cc_domain::deployment::{Deployment, DeploymentState};
use cc_domain::guid::Guid;
use cc_domain::runtime::{ArtifactSink, BuildId, BuildOutcome, MockRuntime, Staged};
use cc_domain::space::Space;
use cc_jobs::Registry;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The guids of one organization and of what is in it, by the collection's name in paths, or by names of our own.
#[derive(Clone, Default)]
pub struct Place(BTreeMap<&'static str, String>);

impl Place {
    /// The guid of that name.
    pub fn guid(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("nothing is seeded for {name}"))
    }

    fn keep(&mut self, name: &'static str, guid: &str) {
        self.0.insert(name, guid.to_owned());
    }
}

pub fn to(guid: &str) -> Value {
    json!({ "data": { "guid": guid } })
}

/// Fills a fresh database; the active place and the suspended one.
pub async fn seed(api: &TestApi) -> (Place, Place) {
    cc_actions::seed::run(&api.ports).await.unwrap();
    api.set_flag("route_sharing", true).await;
    let elsewhere = a_space().create(api).await;
    api.give(RoleKind::SpaceDeveloper, DEVELOPER_ELSEWHERE, &elsewhere).await;
    let other = an_organization().create(api).await;
    api.give(RoleKind::OrganizationManager, MANAGER_ELSEWHERE, &other).await;
    let active = Seeding { api, place: Place::default(), is_suspended: false }.all().await;
    let suspended = Seeding { api, place: Place::default(), is_suspended: true }.all().await;
    let path = format!("/v3/organizations/{}", suspended.guid("organizations"));
    assert_eq!(api.patch("admin", &path, json!({ "suspended": true })).await.status, 200);
    (active, suspended)
}

struct Seeding<'a> {
    api: &'a TestApi,
    place: Place,
    is_suspended: bool,
}

impl Seeding<'_> {
    async fn all(mut self) -> Place {
        let space = self.people().await;
        self.apps(&space).await;
        self.bits().await;
        self.deployments(&space).await;
        self.routes(&space).await;
        self.quotas(&space).await;
        self.segments().await;
        self.security_groups().await;
        self.platform().await;
        self.place
    }

    /// A name that no other place has.
    fn named(&self, name: &str) -> String {
        format!("{name}{}", if self.is_suspended { "-suspended" } else { "" })
    }

    async fn make(&mut self, name: &'static str, path: &str, body: Value) -> String {
        let made = self.api.post("admin", path, body).await;
        assert!(matches!(made.status, 200..=202), "{path} {made:?}");
        self.place.keep(name, made.guid());
        made.guid().to_owned()
    }

    async fn people(&mut self) -> Space {
        let org = an_organization().create(self.api).await;
        let sister = an_organization().create(self.api).await;
        let space = a_space().in_organization(&org).create(self.api).await;
        let annex = a_space().in_organization(&org).create(self.api).await;
        for kind in RoleKind::ALL {
            let user = holder(kind, self.is_suspended);
            if kind.is_of_organization() {
                self.api.give(kind, &user, &org).await;
            } else {
                self.api.give(kind, &user, &space).await;
                self.api.give(kind, &user, &annex).await;
            }
        }
        self.api
            .give(
                RoleKind::OrganizationManager,
                &holder(RoleKind::OrganizationManager, self.is_suspended),
                &sister,
            )
            .await;
        if !self.is_suspended {
            let next_door = a_space().in_organization(&org).create(self.api).await;
            self.api.give(RoleKind::SpaceDeveloper, DEVELOPER_NEXT_DOOR, &next_door).await;
        }
        let target = self.named("target");
        let role = self.api.give(RoleKind::SpaceAuditor, &target, &space).await;
        for (name, guid) in [
            ("organizations", org.guid.as_str()),
            ("spaces", space.guid.as_str()),
            ("sister", sister.guid.as_str()),
            ("annex", annex.guid.as_str()),
            ("users", &target),
            ("roles", role.guid.as_str()),
        ] {
            self.place.keep(name, guid);
        }
        space
    }

    async fn apps(&mut self, space: &Space) {
        let relationships = json!({ "space": to(space.guid.as_str()) });
        let app =
            self.make("apps", "/v3/apps", json!({ "name": "app", "relationships": relationships })).await;
        let web = self.api.get("admin", &format!("/v3/apps/{app}/processes/web")).await;
        self.place.keep("processes", web.guid());
        for name in ["sidecars", "spare_sidecar"] {
            let body = json!({ "name": name, "command": "run", "process_types": ["web"] });
            self.make(name, &format!("/v3/apps/{app}/sidecars"), body).await;
        }
    }

    /// A package, a build and the current droplet; a package that waits for its bits.
    async fn bits(&mut self) {
        let app = self.place.guid("apps").to_owned();
        let body = json!({ "type": "bits", "relationships": { "app": to(&app) } });
        self.make("empty_package", "/v3/packages", body.clone()).await;
        let droplet = json!({ "relationships": { "app": to(&app) } });
        self.make("empty_droplet", "/v3/droplets", droplet).await;
        let package = self.make("packages", "/v3/packages", body).await;
        let uploaded =
            super::requests::upload(self.api, "admin", &format!("/v3/packages/{package}/upload")).await;
        assert_eq!(uploaded.status, 200, "{uploaded:?}");
        self.api.run_jobs().await;
        let mut droplet = String::new();
        for name in ["spare_droplet", "droplets"] {
            let build = self.make("builds", "/v3/builds", json!({ "package": { "guid": package } })).await;
            droplet = self.staged(&build).await;
            self.place.keep(name, &droplet);
        }
        let path = format!("/v3/apps/{app}/relationships/current_droplet");
        let set = self.api.patch("admin", &path, to(&droplet)).await;
        assert_eq!(set.status, 200, "{set:?}");
        self.make("tasks", &format!("/v3/apps/{app}/tasks"), json!({ "command": "x" })).await;
        for action in ["start", "stop"] {
            let path = format!("/v3/apps/{app}/actions/{action}");
            assert_eq!(self.api.post("admin", &path, json!({})).await.status, 200);
        }
        let revisions = self.api.get("admin", &format!("/v3/apps/{app}/revisions")).await;
        self.place.keep("revisions", revisions.each("guid")[0]);
    }

    /// A deployment of another app, which waits at its first canary step.
    async fn deployments(&mut self, space: &Space) {
        let relationships = json!({ "space": to(space.guid.as_str()) });
        let body = json!({ "name": "deployed", "relationships": relationships });
        let app = self.make("deployed", "/v3/apps", body).await;
        let body = json!({ "type": "bits", "relationships": { "app": to(&app) } });
        let package = self.make("deployed_package", "/v3/packages", body).await;
        super::requests::upload(self.api, "admin", &format!("/v3/packages/{package}/upload")).await;
        self.api.run_jobs().await;
        let body = json!({ "package": { "guid": package } });
        let build = self.make("deployed_build", "/v3/builds", body).await;
        let droplet = self.staged(&build).await;
        let set = format!("/v3/apps/{app}/relationships/current_droplet");
        assert_eq!(self.api.patch("admin", &set, to(&droplet)).await.status, 200);
        let start = format!("/v3/apps/{app}/actions/start");
        assert_eq!(self.api.post("admin", &start, json!({})).await.status, 200);
        let body = json!({ "relationships": { "app": to(&app) }, "strategy": "canary" });
        let guid = Guid::new(self.make("deployments", "/v3/deployments", body).await);
        let mut tx = self.api.store().begin().await.unwrap();
        let deployment = tx.lock_deployment(&guid).await.unwrap().unwrap();
        let paused = Deployment { state: DeploymentState::Paused, ..deployment };
        tx.update_deployment(&paused).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Ends a build as the engine does.
    async fn staged(&self, build: &str) -> String {
        let mut runtime = MockRuntime::new();
        runtime.expect_start_build().returning(|_| Ok(()));
        let ports = Ports { runtime: Arc::new(runtime), ..self.api.ports.clone() };
        cc_jobs::run_due(&ports, &ports.queue, &Registry::standard()).await.unwrap();
        let id = BuildId::new(build).unwrap();
        let file = self.api.folder.path().join("droplet");
        std::fs::write(&file, b"bits").unwrap();
        let droplet = Artifacts::new(ports.blobs.clone()).store_droplet(&id, &file).await.unwrap();
        let result =
            json!({ "execution_metadata": "", "process_types": { "web": "run" }, "lifecycle_metadata": {} });
        let staged = Staged { result: result.to_string(), droplet: Some(droplet), cache: None };
        let outcome = BuildOutcome { build: id, result: Ok(staged), start: false, at_ns: 0 };
        cc_actions::build::finished(&ports, outcome).await;
        let shown = self.api.get("admin", &format!("/v3/builds/{build}")).await;
        assert_eq!(shown.text("/state"), "STAGED", "{shown:?}");
        shown.text("/droplet/guid").to_owned()
    }

    async fn routes(&mut self, space: &Space) {
        let organization = json!({ "organization": to(space.organization.as_str()) });
        let name = self.named("own");
        let body = json!({ "name": format!("{name}.io"), "relationships": organization });
        let domain = self.make("domains", "/v3/domains", body).await;
        let body = json!({ "name": format!("spare.{name}.io"), "relationships": organization });
        self.make("spare_domain", "/v3/domains", body).await;
        let shares = format!("/v3/domains/{domain}/relationships/shared_organizations");
        let targets = json!({ "data": [{ "guid": self.place.guid("sister") }] });
        assert_eq!(self.api.post("admin", &shares, targets).await.status, 200);
        let relationships = json!({ "domain": to(&domain), "space": to(space.guid.as_str()) });
        let route =
            self.make("routes", "/v3/routes", json!({ "host": "www", "relationships": relationships })).await;
        let body = json!({ "destinations": [{ "app": { "guid": self.place.guid("apps") } }] });
        let mapped = self.api.post("admin", &format!("/v3/routes/{route}/destinations"), body).await;
        self.place.keep("destination_guid", mapped.text("/destinations/0/guid"));
    }

    /// One of each kind that applies to the place, and one that applies to nothing.
    async fn quotas(&mut self, space: &Space) {
        let quotas = self.api.get("admin", "/v3/organization_quotas").await;
        self.place.keep("organization_quotas", quotas.each("guid")[0]);
        let name = self.named("spare");
        self.make("spare_organization_quota", "/v3/organization_quotas", json!({ "name": name })).await;
        let mut relationships = json!({ "organization": to(space.organization.as_str()) });
        let spare = json!({ "name": "spare", "relationships": relationships });
        self.make("spare_space_quota", "/v3/space_quotas", spare).await;
        let [space, annex] = ["spaces", "annex"].map(|name| json!({ "guid": self.place.guid(name) }));
        relationships["spaces"] = json!({ "data": [space, annex] });
        let applied = json!({ "name": "applied", "relationships": relationships });
        self.make("space_quotas", "/v3/space_quotas", applied).await;
    }

    async fn segments(&mut self) {
        let (name, spare) = (self.named("segment"), self.named("spare-segment"));
        let made = self.make("isolation_segments", "/v3/isolation_segments", json!({ "name": name })).await;
        self.make("spare_isolation_segment", "/v3/isolation_segments", json!({ "name": spare })).await;
        let path = format!("/v3/isolation_segments/{made}/relationships/organizations");
        let organizations = ["organizations", "sister"].map(|name| json!({ "guid": self.place.guid(name) }));
        let entitled = self.api.post("admin", &path, json!({ "data": organizations })).await;
        assert_eq!(entitled.status, 200, "{entitled:?}");
    }

    async fn security_groups(&mut self) {
        let [space, annex] = ["spaces", "annex"].map(|name| json!({ "guid": self.place.guid(name) }));
        let bound = json!({ "data": [space, annex] });
        let relationships = json!({ "running_spaces": bound, "staging_spaces": bound });
        let body = json!({ "name": self.named("group"), "relationships": relationships });
        self.make("security_groups", "/v3/security_groups", body).await;
    }

    /// What is of no organization, and what was left behind by the rest.
    async fn platform(&mut self) {
        let name = self.named("spare");
        self.make("stacks", "/v3/stacks", json!({ "name": name })).await;
        self.make("buildpacks", "/v3/buildpacks", json!({ "name": name })).await;
        let events = format!("/v3/audit_events?space_guids={}", self.place.guid("spaces"));
        self.place.keep("audit_events", self.api.get("admin", &events).await.each("guid")[0]);
        let spare = format!(
            "/v3/buildpacks/{}",
            self.make("gone", "/v3/buildpacks", json!({ "name": "gone" })).await
        );
        let job = self.api.delete("admin", &spare).await.job_path();
        self.place.keep("jobs", job.rsplit('/').next().unwrap());
        self.api.run_jobs().await;
        for nothing in [
            "service_instances",
            "service_offerings",
            "service_plans",
            "service_credential_bindings",
            "service_route_bindings",
        ] {
            self.place.keep(nothing, "none");
        }
    }
}
