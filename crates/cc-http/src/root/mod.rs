//! The documents at `/`, `/v3`, `/v3/info` and `/v2/info`: where everything is.

mod documents;

use crate::operation::Operation;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;

/// The advertised API version: below 3.224 clients do not ask for route policies (architecture 5).
pub const API_VERSION: &str = "3.223.0";

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/", "root_get", "root", |c, r| Box::pin(root(c, r))).anonymous(),
    Operation::get("/v3", "v3_root_get", "v3_root", |c, r| Box::pin(v3(c, r))).anonymous(),
    Operation::get("/v3/info", "info_get", "info", |c, r| Box::pin(info(c, r))).anonymous(),
    Operation::get("/v2/info", "v2_info_get", "v2_info", |c, r| Box::pin(v2_info(c, r))).anonymous(),
];

async fn root(ctx: Ctx, _: Request) -> Result<Answer, Fault> {
    Answer::ok(&documents::root(&ctx.links, &ctx.surfaces))
}

async fn v3(ctx: Ctx, _: Request) -> Result<Answer, Fault> {
    Answer::ok(&documents::v3(&ctx.links))
}

async fn info(ctx: Ctx, _: Request) -> Result<Answer, Fault> {
    Answer::ok(&documents::info(&ctx.links))
}

async fn v2_info(ctx: Ctx, _: Request) -> Result<Answer, Fault> {
    Answer::ok(&documents::v2_info(&ctx.surfaces))
}
