//! `app_start` and `app_restart` make revisions, and engines run them.

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use cc_domain::droplet::Droplet;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::process::ProcessType;
use cc_domain::revision::{KEPT, Revision};
use cc_domain::runtime::{Ensured, MockRuntime, ProcessSpec};
use cc_domain::sidecar::Sidecar;
use serde_json::json;
use std::sync::{Arc, Mutex};

impl BitsWorld<'_> {
    /// Makes a droplet with this further type of process the current one.
    async fn assign_droplet_with(&self, kind: &str) {
        let other = self.droplet().await;
        let mut tx = self.api.store().begin().await.unwrap();
        let other = tx.find_droplet(&Guid::new(other), &Scope::Everything).await.unwrap().unwrap();
        let mut droplet = Droplet { guid: self.api.ports.new_guid(), sidecars: Vec::new(), ..other };
        let known = droplet.process_types.iter().map(|(kind, command)| (kind.clone(), command.to_owned()));
        let new = (ProcessType::parse(kind).unwrap(), "tick".to_owned());
        droplet.process_types = known.chain([new]).collect();
        tx.insert_droplet(&droplet).await.unwrap();
        tx.commit().await.unwrap();
        let body = json!({ "data": { "guid": droplet.guid.as_str() } });
        let assigned = self.api.patch("dev", &self.of_app("/relationships/current_droplet"), body).await;
        assert_eq!(assigned.status, 200, "{assigned:?}");
    }

    async fn add_sidecar(&self) {
        let mut tx = self.api.store().begin().await.unwrap();
        let sidecars = tx.sidecars_of_app(&Guid::new(self.app.as_str())).await.unwrap();
        let more =
            Sidecar { guid: self.api.ports.new_guid(), name: "more".to_owned(), ..sidecars[0].clone() };
        tx.insert_sidecars(std::slice::from_ref(&more)).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn description(&self) -> String {
        self.newest().await.text("/description").to_owned()
    }
}

/// An engine that has nothing, and what it is told to run.
fn told() -> (MockRuntime, Arc<Mutex<Option<ProcessSpec>>>) {
    let told = Arc::new(Mutex::new(None));
    let mut runtime = MockRuntime::new();
    runtime.expect_versions_of().returning(|_| Ok(Vec::new()));
    let heard = Arc::clone(&told);
    runtime.expect_ensure_process().returning(move |spec| {
        *heard.lock().unwrap() = Some(spec.clone());
        Ok(Ensured::Created)
    });
    (runtime, told)
}

async fn a_start_with_something_new_makes_a_revision_that_says_what(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.set_variable("A", json!("1")).await;
    world.assign_droplet().await;
    assert!(world.revisions().await.each("guid").is_empty(), "a droplet alone makes none");
    let events = api.recorded().await.len();
    world.act("start").await;
    assert_eq!(api.recorded().await[events..], ["audit.app.revision.create", "audit.app.start"]);
    insta::assert_snapshot!("first", world.newest().await.redacted());
    for verb in ["restart", "start", "stop", "start", "restart"] {
        world.act(verb).await;
    }
    assert_eq!(world.revisions().await.each("guid").len(), 1, "nothing is new");
    api.clock.advance(1);
    world.set_variable("B", json!("2")).await;
    world.act("start").await;
    assert_eq!(world.revisions().await.each("guid").len(), 1, "it was started already");
    world.act("restart").await;
    assert_eq!(world.description().await, "New environment variables deployed.");
    let steps = [
        (json!("custom"), "Custom start command added for 'web' process."),
        (json!("changed"), "Custom start command updated for 'web' process."),
        (json!(null), "Custom start command removed for 'web' process."),
    ];
    for (command, wanted) in steps {
        api.clock.advance(1);
        world.set_command("web", command).await;
        world.act("stop").await;
        world.act("start").await;
        assert_eq!(world.description().await, wanted);
    }
    api.clock.advance(1);
    world.add_sidecar().await;
    world.act("restart").await;
    assert_eq!(world.description().await, "Sidecars updated.");
    api.clock.advance(1);
    world.assign_droplet_with("clock").await;
    world.set_variable("A", json!(null)).await;
    world.act("restart").await;
    insta::assert_snapshot!("last", world.newest().await.redacted());
    let clock = api.get("dev", &world.of_app("/processes/clock")).await;
    assert_eq!(clock.at("/relationships/revision/data/guid"), &json!(world.newest().await.guid()));
    let events = api.get("dev", "/v3/audit_events?types=audit.app.revision.create").await;
    let versions: Vec<_> =
        (0..7).map(|i| events.at(&format!("/resources/{i}/data/revision_version")).clone()).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6, 7]);
}

async fn a_revision_is_deployed_while_a_started_process_runs_it(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.act("start").await;
    let deployed = async || {
        let answer = api.get("dev", &world.of_app("/revisions/deployed")).await;
        answer.each("guid").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let first = world.newest().await.guid().to_owned();
    assert_eq!(deployed().await, std::slice::from_ref(&first));
    world.act("stop").await;
    assert!(deployed().await.is_empty());
    world.act("start").await;
    assert_eq!(deployed().await, [first]);
}

async fn where_the_feature_is_off_none_is_made(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.act("start").await;
    let first = world.newest().await;
    let switch = async |is_on: bool| {
        let body = json!({ "enabled": is_on });
        assert_eq!(api.patch("dev", &world.of_app("/features/revisions"), body).await.status, 200);
    };
    switch(false).await;
    api.clock.advance(1);
    world.set_variable("A", json!("1")).await;
    world.act("restart").await;
    assert_eq!(world.newest().await.guid(), first.guid(), "the process goes on naming what it named");
    switch(true).await;
    world.act("restart").await;
    let second = world.newest().await;
    assert_eq!(
        (second.at("/version"), second.text("/description")),
        (&json!(2), "New environment variables deployed.")
    );
}

async fn a_hundred_are_kept_and_versions_begin_again_after_9999(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.act("start").await;
    let app = Guid::new(world.app.as_str());
    let mut tx = api.store().begin().await.unwrap();
    let first = tx.latest_revision(&app).await.unwrap().unwrap();
    for version in 9_901..=9_999 {
        let revision = Revision { guid: api.ports.new_guid(), version, ..first.clone() };
        let variables = tx.app_environment(&app).await.unwrap().unwrap();
        tx.insert_revision(&revision, &variables).await.unwrap();
    }
    tx.commit().await.unwrap();
    let count = async || world.revisions().await.at("/pagination/total_results").clone();
    assert_eq!(count().await, json!(KEPT));
    api.clock.advance(1);
    world.set_variable("A", json!("1")).await;
    world.act("restart").await;
    let newest = world.newest().await;
    assert_eq!(newest.at("/version"), &json!(1));
    assert_ne!(newest.guid(), first.guid.as_str(), "in place of the first");
    assert_eq!(count().await, json!(KEPT));
    world.set_variable("A", json!("2")).await;
    world.act("restart").await;
    assert_eq!(count().await, json!(KEPT), "the oldest is gone");
    let oldest = world.revisions().await;
    assert_eq!(oldest.at("/resources/0/version"), &json!(9_902));
}

async fn an_engine_runs_what_was_started(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.set_variable("A", json!("then")).await;
    let later = world.droplet().await;
    let droplet = world.assign_droplet().await;
    world.set_command("web", json!("then")).await;
    world.act("start").await;
    let to = json!({ "data": { "guid": later } });
    api.patch("dev", &world.of_app("/relationships/current_droplet"), to).await;
    world.set_variable("A", json!("later")).await;
    world.set_command("web", json!("later")).await;
    world.add_sidecar().await;
    let (runtime, told) = told();
    world.run_jobs_with(runtime).await;
    let spec = told.lock().unwrap().take().unwrap();
    let commands: Vec<_> = spec.commands.iter().map(|c| c.start.as_str()).collect();
    assert_eq!(commands, ["then", "help"], "its command and its only sidecar");
    let variables = &spec.commands[0].env.0;
    assert!(variables.contains(&("A".to_owned(), "then".to_owned())));
    assert!(format!("{:?}", spec.droplet).contains(&droplet), "{:?}", spec.droplet);
}

api_tests![
    a_start_with_something_new_makes_a_revision_that_says_what,
    a_revision_is_deployed_while_a_started_process_runs_it,
    where_the_feature_is_off_none_is_made,
    a_hundred_are_kept_and_versions_begin_again_after_9999,
    an_engine_runs_what_was_started
];
