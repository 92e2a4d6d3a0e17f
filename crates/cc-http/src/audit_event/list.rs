//! `audit_events_list`

use super::present;
use crate::list::{Check, ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, audit_event};
use cc_domain::audit_event::AuditEventFilter;

const SPEC: ListSpec<AuditEventFilter> = ListSpec {
    parameters: &[
        ("types", Takes::List(|f, v| f.kinds = v)),
        (
            "target_guids",
            Takes::Negatable(|f, these, but| (f.target_guids, f.not_target_guids) = (these, but)),
        ),
        ("space_guids", Takes::List(|f, v| f.space_guids = v)),
        ("organization_guids", Takes::List(|f, v| f.organization_guids = v)),
    ],
    checks: &[Check::Unknown, Check::Negatable, Check::Lists],
    ..ListSpec::of(|f| &mut f.common)
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let found = audit_event::list(ctx.call()?, &query.filter, &query.page).await?;
    page(&ctx.links, "/v3/audit_events", &query, &found, |e| present::audit_event(&ctx.links, e), None)
}
