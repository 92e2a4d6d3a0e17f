//! `/v3/routes`, the routes of an app, and those of a space that lead nowhere

mod create;
mod delete;
mod destination;
mod list;
mod options;
mod sharing;

use crate::harness::{Answer, TestApi, a_space};
use cc_domain::access::RoleKind;
use cc_domain::space::Space;
use serde_json::{Value, json};

const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Route not found";
const FLAG_OFF: &str = "403 330002 CF-FeatureDisabled: Feature Disabled: route_sharing";

fn refused(text: &str) -> String {
    format!("422 10008 CF-UnprocessableEntity: {text}")
}

fn to(guid: &str) -> Value {
    json!({ "data": { "guid": guid } })
}

fn list_of(guids: &[&str]) -> Value {
    json!({ "data": guids.iter().map(|g| json!({ "guid": g })).collect::<Vec<_>>() })
}

/// A space in which `dev` is developer, `sue` supporter and `ann` auditor, and the shared domain `all.io`.
struct World<'a> {
    api: &'a TestApi,
    space: Space,
    domain: String,
}

impl<'a> World<'a> {
    async fn new(api: &'a TestApi) -> Self {
        let space = a_space().create(api).await;
        api.set_flag("diego_docker", true).await;
        api.give(RoleKind::SpaceDeveloper, "dev", &space).await;
        api.give(RoleKind::SpaceSupporter, "sue", &space).await;
        api.give(RoleKind::SpaceAuditor, "ann", &space).await;
        let domain = api.post("admin", "/v3/domains", json!({ "name": "all.io" })).await.guid().to_owned();
        Self { api, space, domain }
    }

    /// The body of a route on the domain in the space.
    fn body(&self, host: &str) -> Value {
        self.body_in(&self.space, host)
    }

    fn body_in(&self, space: &Space, host: &str) -> Value {
        json!({ "host": host, "relationships": { "domain": to(&self.domain), "space": to(space.guid.as_str()) } })
    }

    /// A route of the developer's; its path.
    async fn route(&self, host: &str) -> String {
        let made = self.api.post("dev", "/v3/routes", self.body(host)).await;
        assert_eq!(made.status, 201, "{made:?}");
        format!("/v3/routes/{}", made.guid())
    }

    /// A docker app in a space; its guid.
    async fn app_in(&self, space: &Space, name: &str) -> String {
        let body = json!({ "name": name, "lifecycle": { "type": "docker", "data": {} },
            "relationships": { "space": to(space.guid.as_str()) } });
        let made = self.api.post("admin", "/v3/apps", body).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.guid().to_owned()
    }

    async fn app(&self, name: &str) -> String {
        self.app_in(&self.space, name).await
    }

    async fn map(&self, route: &str, app: &str) -> Answer {
        let body = json!({ "destinations": [{ "app": { "guid": app } }] });
        let mapped = self.api.post("dev", &format!("{route}/destinations"), body).await;
        assert_eq!(mapped.status, 200, "{mapped:?}");
        mapped
    }
}
