//! Deployments through the API.

mod advance;
mod create;

use crate::harness::{Answer, BitsWorld, TestApi};
use serde_json::{Value, json};

const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Deployment not found";

impl BitsWorld<'_> {
    /// Asks `dev`'s deployment of the app, with these members besides.
    async fn deploy(&self, more: Value) -> Answer {
        self.deploy_as("dev", more).await
    }

    async fn deploy_as(&self, who: &str, more: Value) -> Answer {
        let mut body = json!({ "relationships": { "app": { "data": { "guid": self.app } } } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.api.post(who, "/v3/deployments", body).await
    }

    /// The guid of one that is made.
    async fn deployed(&self, more: Value) -> String {
        let made = self.deploy(more).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.guid().to_owned()
    }

    async fn deployment(&self, guid: &str) -> Answer {
        self.api.get("dev", &format!("/v3/deployments/{guid}")).await
    }

    async fn turn(&self, guid: &str, action: &str) -> Answer {
        self.api.post("dev", &format!("/v3/deployments/{guid}/actions/{action}"), json!({})).await
    }

    /// Value and reason of the status.
    async fn status(&self, guid: &str) -> (String, String) {
        let shown = self.deployment(guid).await;
        (shown.text("/status/value").to_owned(), shown.text("/status/reason").to_owned())
    }

    /// Numbers of instances of the app's web processes, oldest first.
    async fn instances(&self) -> Vec<u64> {
        let processes = self.api.get("dev", &self.of_app("/processes?types=web&order_by=created_at")).await;
        let resources = processes.at("/resources").as_array().unwrap();
        resources.iter().map(|process| process["instances"].as_u64().unwrap()).collect()
    }

    async fn scale(&self, instances: u32) {
        let path = self.of_app("/processes/web/actions/scale");
        assert_eq!(self.api.post("dev", &path, json!({ "instances": instances })).await.status, 202);
    }
}

/// A started app with so many web instances.
async fn running(api: &TestApi, instances: u32) -> BitsWorld<'_> {
    let world = BitsWorld::new(api).await;
    world.assign_droplet().await;
    world.start().await;
    world.scale(instances).await;
    world
}

/// One look at all deployments.
async fn look(api: &TestApi) {
    api.clock.advance(1);
    cc_actions::deployment::advance_all(&api.ports).await.unwrap();
}
