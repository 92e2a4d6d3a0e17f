//! `space_users_list`

use crate::list::{ListQuery, page};
use crate::server::Ctx;
use crate::user::{self, present};
use crate::wire::{Answer, Request};
use cc_actions::{Fault, space};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &user::IN_A_PLACE)?;
    let (filter, names) = query.filter.clone().filters();
    let found = space::users(ctx.call()?, &request.guid(), filter, names, &query.page).await?;
    page(&ctx.links, &request.path, &query, &found, |p| present::user(&ctx.links, p), None)
}
