//! `audit_events_list`

use super::present;
use crate::list::{Check, ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, audit_event};
use cc_domain::audit_event::AuditEventFilter;

const SPEC: ListSpec = ListSpec {
    parameters: &["types", "target_guids", "space_guids", "organization_guids"],
    checks: &[
        Check::Unknown,
        Check::Negatable("target_guids"),
        Check::Lists(&["types", "space_guids", "organization_guids"]),
    ],
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let filter = AuditEventFilter {
        common: query.common.clone(),
        kinds: query.any_of("types"),
        target_guids: query.any_of("target_guids"),
        not_target_guids: query.none_of("target_guids"),
        space_guids: query.any_of("space_guids"),
        organization_guids: query.any_of("organization_guids"),
    };
    let found = audit_event::list(ctx.call()?, &filter, &query.page).await?;
    page(&ctx.links, "/v3/audit_events", &query, &found, |e| present::audit_event(&ctx.links, e), None)
}
