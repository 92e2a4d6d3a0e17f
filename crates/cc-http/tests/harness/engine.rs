//! An engine whose instances are what the test says.

use super::BitsWorld;
use cc_domain::access::RoleKind;
use cc_domain::runtime::{
    Capabilities, Ensured, Instance, InstanceState, MockRuntime, Net, PortMap, Presence, ProcessKey, Usage,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// States of the instances of every process by index, and how often somebody asked.
#[derive(Clone, Default)]
pub struct TestEngine {
    states: Arc<Mutex<Vec<InstanceState>>>,
    asked: Arc<AtomicUsize>,
}

/// Takes every order and runs nothing.
pub fn idle_engine() -> MockRuntime {
    let mut runtime = MockRuntime::new();
    runtime.expect_capabilities().returning(Capabilities::default);
    runtime.expect_list_processes().returning(|| Ok(Vec::new()));
    runtime.expect_versions_of().returning(|_| Ok(Vec::new()));
    runtime.expect_ensure_process().returning(|_| Ok(Ensured::Created));
    runtime.expect_run_task().returning(|_| Ok(()));
    runtime.expect_cancel_task().returning(|_| Ok(()));
    runtime.expect_instances().returning(|_| Ok(Vec::new()));
    runtime.expect_usage().returning(|_| Ok(Vec::new()));
    runtime
}

impl TestEngine {
    pub fn has(&self, states: &[InstanceState]) {
        *self.states.lock().unwrap() = states.to_vec();
    }

    /// Returns when somebody asked for instances.
    pub async fn was_asked(&self) {
        while self.asked.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    }

    /// Takes every order; its instances run since ten seconds before 2030 and use a little.
    pub fn runtime(&self) -> MockRuntime {
        let mut runtime = MockRuntime::new();
        runtime.expect_capabilities().returning(|| Capabilities { ssh: true, ..Capabilities::default() });
        runtime.expect_list_processes().returning(|| Ok(Vec::new()));
        runtime.expect_versions_of().returning(|_| Ok(Vec::new()));
        runtime.expect_ensure_process().returning(|_| Ok(Ensured::Created));
        runtime.expect_usage().returning(|_| Ok(vec![usage()]));
        let engine = self.clone();
        runtime.expect_instances().returning(move |keys| {
            let states = engine.states.lock().unwrap().clone();
            engine.asked.fetch_add(1, Ordering::SeqCst);
            let of = |key: &ProcessKey| {
                let key = key.clone();
                states.clone().into_iter().zip(0..).map(move |(state, index)| instance(&key, index, state))
            };
            Ok(keys.iter().flat_map(of).collect())
        });
        runtime
    }
}

fn usage() -> Usage {
    Usage {
        index: 0,
        cpu: 0.25,
        cpu_entitlement: Some(0.5),
        memory: 1_000,
        disk: 2_000,
        log_rate: 30,
        memory_quota: 0,
        disk_quota: 0,
        log_rate_limit: None,
        at_ns: 0,
    }
}

fn instance(key: &ProcessKey, index: u32, state: InstanceState) -> Instance {
    let port =
        PortMap { container: 8_080, host: 61_001, container_tls: Some(61_443), host_tls: Some(61_002) };
    Instance {
        key: key.clone(),
        index,
        guid: Some(format!("instance-{index}")),
        cell: None,
        state,
        placement_error: None,
        routable: Some(state == InstanceState::Running),
        since_ns: 1_893_455_990_000_000_000,
        crash_count: 0,
        crash_reason: None,
        net: Net { host: "10.0.0.1".to_owned(), instance_ip: "10.0.0.2".to_owned(), ports: vec![port] },
        presence: Presence::Ordinary,
        tags: BTreeMap::new(),
    }
}

impl BitsWorld<'_> {
    /// `sup`, `man`, `om` and `bil` are supporter and manager of the space, manager and billing manager of its organization.
    pub async fn with_everyone(self) -> Self {
        let mut reader = self.api.store().reader().await.unwrap();
        let everything = cc_domain::list::Scope::Everything;
        let organization =
            reader.find_organization(&self.space.organization, &everything).await.unwrap().unwrap();
        drop(reader);
        self.api.give(RoleKind::SpaceSupporter, "sup", &self.space).await;
        self.api.give(RoleKind::SpaceManager, "man", &self.space).await;
        self.api.give(RoleKind::OrganizationManager, "om", &organization).await;
        self.api.give(RoleKind::OrganizationBillingManager, "bil", &organization).await;
        self
    }

    /// Gives the app a droplet that runs `run me` as `web`; the droplet's guid.
    pub async fn assign_droplet(&self) -> String {
        let droplet = self.droplet().await;
        let path = format!("/v3/apps/{}/relationships/current_droplet", self.app);
        let assigned = self.api.patch("dev", &path, json!({ "data": { "guid": droplet } })).await;
        assert_eq!(assigned.status, 200, "{assigned:?}");
        droplet
    }

    /// Starts the app, which has a droplet.
    pub async fn start(&self) {
        let started = self.api.post("dev", &self.of_app("/actions/start"), json!({})).await;
        assert_eq!(started.text("/state"), "STARTED", "{started:?}");
    }

    /// The path of something of the app.
    pub fn of_app(&self, rest: &str) -> String {
        format!("/v3/apps/{}{rest}", self.app)
    }

    pub async fn suspend_space(&self) {
        let path = format!("/v3/spaces/{}", self.space.guid);
        let suspended = self.api.patch("admin", &path, json!({ "suspended": true })).await;
        assert_eq!(suspended.status, 200, "{suspended:?}");
    }
}
