//! `/v3/domains`, and the domains of an organization

mod create;
mod list;
mod share;

use crate::harness::{Answer, TestApi};
use cc_domain::organization::Organization;
use serde_json::{Value, json};

const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Domain not found";
const SUSPENDED: &str = "403 10017 CF-OrgSuspended: The organization is suspended";

fn refused(text: &str) -> String {
    format!("422 10008 CF-UnprocessableEntity: {text}")
}

fn private(name: &str, owner: &Organization) -> Value {
    json!({ "name": name, "relationships": { "organization": { "data": { "guid": owner.guid.as_str() } } } })
}

fn guids(all: &[&Organization]) -> Value {
    json!({ "data": all.iter().map(|o| json!({ "guid": o.guid.as_str() })).collect::<Vec<_>>() })
}

impl TestApi {
    /// A domain of an admin's making.
    async fn domain(&self, body: Value) -> Answer {
        let made = self.post("admin", "/v3/domains", body).await;
        assert_eq!(made.status, 201, "{made:?}");
        made
    }

    async fn shared_domain(&self, name: &str) -> Answer {
        self.domain(json!({ "name": name })).await
    }
}

fn path(domain: &Answer) -> String {
    format!("/v3/domains/{}", domain.guid())
}
