//! `space_running_security_groups_list`, `space_staging_security_groups_list`: there are no security groups yet.

use crate::list::{ListQuery, ListSpec, Takes, empty_page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, space};

const SPEC: ListSpec = ListSpec {
    parameters: &[("names", Takes::UNUSED_LIST)],
    refuses_as_unprocessable: true,
    ..ListSpec::PLAIN
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    space::get(ctx.call()?, &request.guid(), false).await?;
    empty_page(&ctx.links, &request.path, &query)
}
