//! `domain_create`

use super::present;
use crate::server::Ctx;
use crate::wire::rules::{self, Null, is_blank};
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, domain};
use cc_domain::domain::{CreateDomain, DomainError, DomainKind, DomainName, DomainNameError};
use cc_domain::guid::Guid;
use cc_domain::patch::Patch;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let command = decode(request.json()?)?;
    let created = domain::create(ctx.call()?, command).await?;
    Answer::created(&present::domain(&ctx.links, &created))
}

fn decode(body: Map<String, Value>) -> Result<CreateDomain, Fault> {
    let mut fields = Fields::new(body);
    let (is_private, has_group) = (fields.has("relationships"), fields.has("router_group"));
    let private = if is_private { relationships(&mut fields) } else { None };
    let name = name(&mut fields);
    let router_group = router_group(&mut fields);
    let is_internal = fields.boolean("internal").value().unwrap_or(false);
    let enforces = fields.boolean("enforce_route_policies").value().unwrap_or(false);
    let exclusions = [
        (is_internal && is_private, DomainError::InternalWithOrganization.to_string()),
        (is_internal && has_group, DomainError::InternalWithRouterGroup.to_string()),
        (is_internal && enforces, INTERNAL_WITH_POLICIES.to_owned()),
        (has_group && enforces, GROUP_WITH_POLICIES.to_owned()),
        (is_private && has_group, DomainError::PrivateWithRouterGroup.to_string()),
    ];
    for (is_wrong, text) in exclusions {
        if is_wrong {
            fields.refuse(text);
        }
    }
    let metadata = fields.metadata();
    policies(&mut fields, enforces);
    fields.finish()?;
    let name = name.ok_or_else(|| Fault::unprocessable("Name can't be blank"))?;
    let kind = private.unwrap_or(DomainKind::Shared { is_internal, router_group });
    Ok(CreateDomain { name, kind, metadata })
}

/// A private domain. An owner that is not named is looked for, and not found.
fn relationships(fields: &mut Fields) -> Option<DomainKind> {
    let mut inner = fields.relationships()?;
    let is_without_owner = inner.has("shared_organizations") && !inner.has("organization");
    let owner =
        if inner.value("organization").is_null() { None } else { inner.to_one("organization").value() };
    let owner = owner.unwrap_or_else(|| Guid::new(""));
    let shared_with = inner.to_many("shared_organizations", "Shared organization guids");
    if is_without_owner {
        inner.refuse("cannot contain shared_organizations without an owning organization.");
    }
    fields.nested("Relationships", inner);
    Some(DomainKind::Private { owner, shared_with })
}

fn name(fields: &mut Fields) -> Option<DomainName> {
    fields.must_be_present("name");
    fields.must_be_string("name", Null::Checked);
    let text = rules::as_text(fields.value("name"));
    fields.must_be_at_least("name", DomainName::MIN_CHARS, Null::Checked);
    fields.must_be_at_most("name", DomainName::MAX_CHARS, Null::Checked);
    // Lengths are those of the value, which may be no text.
    let is_length =
        |error: &DomainNameError| matches!(error, DomainNameError::TooShort | DomainNameError::TooLong);
    for complaint in DomainName::complaints(&text).into_iter().filter(|error| !is_length(error)) {
        fields.refuse(format!("Name {complaint}"));
    }
    DomainName::parse(&text).ok()
}

fn router_group(fields: &mut Fields) -> Option<String> {
    let members = fields.object("router_group").value()?;
    let mut inner = Fields::new(members);
    let guid = match inner.take("guid") {
        Patch::Value(Value::String(guid)) => Some(guid),
        _ => {
            inner.refuse("guid must be a string");
            None
        }
    };
    fields.nested("Router group", inner);
    guid
}

const INTERNAL_WITH_POLICIES: &str =
    "Internal domains cannot have route policy enforcement. Internal routes bypass GoRouter.";
const GROUP_WITH_POLICIES: &str = "Domains with a router group cannot have route policy enforcement. TCP routes do not support mTLS policy \
                                   enforcement.";

/// There are no route policies, so a domain that asks for them to be enforced would be less closed than it says.
fn policies(fields: &mut Fields, enforces: bool) {
    let is_scoped = match fields.take("route_policies_scope") {
        Patch::Absent | Patch::Null => false,
        Patch::Value(scope) => {
            if !scope.as_str().is_some_and(|s| ["any", "org", "space"].contains(&s)) {
                fields.refuse("Route policies scope must be one of 'any', 'org', 'space'");
            }
            !is_blank(&scope)
        }
    };
    if enforces && !is_scoped {
        fields.refuse("Route policies scope is required when enforce_route_policies is true");
    } else if enforces && fields.is_fine() {
        fields.refuse("Enforce route policies is not supported");
    }
}
