//! `role_create`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request, rules};
use cc_actions::{Fault, role};
use cc_domain::access::RoleKind;
use cc_domain::guid::Guid;
use cc_domain::patch::Patch;
use cc_domain::role::{CreateRole, RoleTarget, RoleUser};
use serde_json::{Map, Value};

const KINDS: &str = "Type must be one of the allowed types [\"organization_auditor\", \"organization_manager\", \
                     \"organization_billing_manager\", \"organization_user\", \"space_auditor\", \"space_manager\", \
                     \"space_developer\", \"space_supporter\"]";

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let command = decode(request.json()?)?;
    let created = role::create(ctx.call()?, command, request.sent()).await?;
    Answer::created(&present::role(&ctx.links, &created))
}

fn decode(body: Map<String, Value>) -> Result<CreateRole, Fault> {
    let mut fields = Fields::new(body);
    let mut found = None;
    // The kind as it was given stands in complaints about the places.
    let kind = fields.take("type").value();
    let kind = kind.as_ref().and_then(Value::as_str);
    if let Some(mut relationships) = fields.relationships() {
        found = read(&mut relationships, kind.unwrap_or_default());
        fields.nested("Relationships", relationships);
    }
    let kind: Option<RoleKind> = kind.and_then(|k| k.parse().ok());
    if kind.is_none() {
        fields.refuse(KINDS);
    }
    fields.finish()?;
    match (kind, found) {
        (Some(kind), Some((user, target))) => Ok(CreateRole { kind, user, target }),
        _ => Err(Fault::unprocessable(KINDS)),
    }
}

fn read(relationships: &mut Fields, kind: &str) -> Option<(RoleUser, RoleTarget)> {
    let user = relationships.take("user").value();
    let (space, organization) =
        (relationships.take("space").value(), relationships.take("organization").value());
    let user_is_right = check_user(relationships, user.as_ref());
    let target = target(relationships, kind, space, organization);
    let user = if user_is_right { read_user(relationships, user) } else { None };
    Some((user?, target?))
}

fn data(relationship: Option<&Value>) -> Option<&Value> {
    relationship?.as_object()?.get("data").filter(|d| !d.is_null())
}

fn has(user: Option<&Value>, key: &str) -> bool {
    data(user).and_then(Value::as_object).is_some_and(|d| d.contains_key(key))
}

/// A guid, or a name with or without origin.
fn check_user(f: &mut Fields, user: Option<&Value>) -> bool {
    let is_blank = user.is_none_or(rules::is_blank);
    if is_blank {
        f.refuse("User can't be blank");
    }
    let (guid, name, origin) = (has(user, "guid"), has(user, "username"), has(user, "origin"));
    if guid && name {
        f.refuse("Username cannot be specified when identifying user by guid");
    }
    if guid && origin {
        f.refuse("User origin cannot be specified when identifying user by guid");
    }
    if origin && !name {
        f.refuse("User origin cannot be specified without specifying the username");
    }
    if !name && !guid {
        f.refuse("User must have a username or guid specified");
    }
    !is_blank && (guid ^ name) && (name || !origin)
}

fn read_user(f: &mut Fields, user: Option<Value>) -> Option<RoleUser> {
    if has(user.as_ref(), "guid") {
        return one("user", user, f).map(RoleUser::Guid);
    }
    let data = data(user.as_ref())?;
    let username = data.get("username").and_then(Value::as_str);
    if username.is_none() {
        f.refuse("Username must be a string");
    }
    let origin = data.get("origin").filter(|o| !o.is_null() && o.as_str() != Some(""));
    if origin.is_some_and(|o| !o.is_string()) {
        f.refuse("User origin must be a string");
    }
    let origin = origin.and_then(Value::as_str).map(str::to_owned);
    Some(RoleUser::Named { username: username?.to_owned(), origin })
}

fn target(
    f: &mut Fields,
    kind: &str,
    space: Option<Value>,
    organization: Option<Value>,
) -> Option<RoleTarget> {
    let (has_space, has_organization) =
        (data(space.as_ref()).is_some(), data(organization.as_ref()).is_some());
    let of_organization = kind.parse::<RoleKind>().ok().map(RoleKind::is_of_organization);
    let mut is_right = true;
    let mut refuse = |text: String| {
        f.refuse(text);
        is_right = false;
    };
    if !has_space && !has_organization {
        refuse("must specify either a space or an organization.".to_owned());
    }
    if has_space && of_organization == Some(true) {
        refuse(format!("Space cannot be provided with the organization role type: '{kind}'."));
    }
    if has_organization && of_organization == Some(false) {
        refuse(format!("Organization cannot be provided with the space role type: '{kind}'."));
    }
    if has_space && has_organization {
        refuse("cannot specify both an organization and a space.".to_owned());
    }
    match (is_right, has_space) {
        (false, _) => None,
        (true, true) => one("space", space, f).map(RoleTarget::Space),
        (true, false) => one("organization", organization, f).map(RoleTarget::Organization),
    }
}

/// A relationship that was taken out to be looked at, read as every other.
fn one<T: ?Sized>(name: &'static str, value: Option<Value>, f: &mut Fields) -> Option<Guid<T>> {
    let mut alone = Fields::new(value.map(|v| (name.to_owned(), v)).into_iter().collect());
    let found = match alone.to_one(name) {
        Patch::Value(guid) => Some(guid),
        Patch::Null | Patch::Absent => None,
    };
    for complaint in alone.into_complaints() {
        f.refuse(complaint);
    }
    found
}
