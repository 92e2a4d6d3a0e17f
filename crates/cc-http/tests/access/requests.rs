//! The request that an operation is asked with: where there is nothing to refuse but the caller.

use super::seed::{Place, to};
use crate::harness::{Answer, TestApi};
use axum::body::Body;
use axum::http::Request;
use cc_http::Operation;
use cc_http::operation::Takes;
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Asks for an operation on what is in the place.
pub async fn ask(api: &TestApi, token: &str, operation: &Operation, place: &Place) -> Answer {
    let path = path(operation, place);
    let mut request = Request::builder().method(&operation.method).uri(&path);
    if !token.is_empty() {
        request = request.header("authorization", format!("bearer {token}"));
    }
    let body = match operation.takes {
        Takes::Upload => {
            request = request.header("content-type", FORM);
            Body::from(form(if operation.id == "droplet_upload" { "a.tgz" } else { "a.zip" }))
        }
        Takes::Yaml => {
            request = request.header("content-type", "application/x-yaml");
            Body::from("applications:\n- name: app\n")
        }
        Takes::Json => Body::from(body(operation.id, place).to_string()),
        Takes::Nothing => Body::empty(),
    };
    api.call(request.body(body).unwrap()).await
}

/// The operation's path with the guids of the place.
pub(super) fn path(operation: &Operation, place: &Place) -> String {
    let mut path = String::new();
    let mut before = "";
    for segment in operation.path.split('/').skip(1) {
        path.push('/');
        path.push_str(match (segment, before) {
            ("{guid}", collection) => place.guid(named_by(operation.id).unwrap_or(collection)),
            ("{type}", _) => "web",
            ("{index}", _) => "0",
            ("{name}", "features") => "ssh",
            ("{name}", "environment_variable_groups") => "running",
            ("{name}", _) => "route_sharing",
            ("{org_guid}", _) => place.guid("sister"),
            ("{space_guid}", _) => place.guid("annex"),
            ("{destination_guid}", _) => place.guid("destination_guid"),
            (plain, _) => plain,
        });
        before = segment;
    }
    if operation.id == "space_unmapped_routes_delete" {
        path.push_str("?unmapped=true");
    }
    path
}

/// What an operation is asked about, if not the place's usual thing of that kind.
fn named_by(id: &str) -> Option<&'static str> {
    Some(match id {
        "domain_delete" => "spare_domain",
        "package_upload" => "empty_package",
        "droplet_delete" => "spare_droplet",
        "droplet_upload" => "empty_droplet",
        "organization_quota_delete" => "spare_organization_quota",
        "sidecar_delete" => "spare_sidecar",
        "space_quota_delete" => "spare_space_quota",
        "isolation_segment_update" | "isolation_segment_delete" => "spare_isolation_segment",
        _ => return None,
    })
}

/// An operation that is not named here is asked with an empty object.
fn body(id: &str, place: &Place) -> Value {
    let guid = |name: &str| json!({ "guid": place.guid(name) });
    let list = |name: &str| json!({ "data": [guid(name)] });
    let space = json!({ "space": to(place.guid("spaces")) });
    match id {
        "app_create" => json!({ "name": "new", "relationships": space }),
        "organization_default_isolation_segment_set" | "space_isolation_segment_set" => {
            to(place.guid("isolation_segments"))
        }
        "app_current_droplet_set" => to(place.guid("droplets")),
        "app_environment_variables_update" => json!({ "var": { "A": "b" } }),
        "app_feature_update" | "space_feature_update" => json!({ "enabled": true }),
        "build_create" => json!({ "package": guid("packages") }),
        "buildpack_create"
        | "isolation_segment_create"
        | "isolation_segment_update"
        | "organization_create"
        | "organization_quota_create"
        | "stack_create"
        | "security_group_create"
        | "security_group_update"
        | "app_update"
        | "organization_update"
        | "space_update" => json!({ "name": "new" }),
        "domain_create" => {
            json!({ "name": "new.io", "relationships": { "organization": to(place.guid("organizations")) } })
        }
        "domain_share" | "organization_quota_apply" | "isolation_segment_entitle_organizations" => {
            list("sister")
        }
        "deployment_create" | "droplet_create" => {
            json!({ "relationships": { "app": to(place.guid("apps")) } })
        }
        "package_create" => json!({ "type": "bits", "relationships": { "app": to(place.guid("apps")) } }),
        "process_scale" | "app_process_scale" => json!({ "instances": 1 }),
        "resource_matches_create" => {
            json!({ "resources": [{ "checksum": { "value": "0".repeat(40) }, "size_in_bytes": 70_000 }] })
        }
        "role_create" => {
            let relationships = json!({ "user": to(place.guid("users")), "space": space["space"] });
            json!({ "type": "space_developer", "relationships": relationships })
        }
        "route_create" => {
            let relationships = json!({ "domain": to(place.guid("domains")), "space": space["space"] });
            json!({ "host": "new", "relationships": relationships })
        }
        "route_destinations_insert"
        | "route_destinations_replace_patch"
        | "route_destinations_replace_put" => {
            json!({ "destinations": [{ "app": guid("apps"), "port": 9000 }] })
        }
        "route_share"
        | "space_quota_apply"
        | "security_group_bind_running"
        | "security_group_bind_staging" => list("annex"),
        "sidecar_create" => json!({ "name": "new", "command": "c", "process_types": ["web"] }),
        "task_create" => json!({ "command": "c" }),
        "route_transfer_owner" => to(place.guid("annex")),
        "space_create" | "space_quota_create" => {
            json!({ "name": "new", "relationships": { "organization": to(place.guid("organizations")) } })
        }
        "user_create" => json!({ "guid": "new" }),
        _ => json!({}),
    }
}

const FORM: &str = "multipart/form-data; boundary=b";

fn form(name: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"b").unwrap();
    let head = format!("--b\r\nContent-Disposition: form-data; name=\"bits\"; filename=\"{name}\"\r\n\r\n");
    let mut form = head.into_bytes();
    form.extend(zip.finish().unwrap().into_inner());
    form.extend_from_slice(b"\r\n--b--\r\n");
    form
}

/// Posts bits.
pub async fn upload(api: &TestApi, token: &str, path: &str) -> Answer {
    let request = Request::post(path).header("authorization", format!("bearer {token}"));
    api.call(request.header("content-type", FORM).body(Body::from(form("a.zip"))).unwrap()).await
}
