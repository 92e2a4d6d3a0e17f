//! The documents at `/`, `/v3`, `/v3/info` and `/v2/info`: where everything is; and what all of it uses.

mod documents;

use crate::operation::Gives::One;
use crate::operation::{Operation, on};
use crate::quota;
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, info};

/// The advertised API version: below 3.224 clients do not ask for route policies (architecture 5).
pub const API_VERSION: &str = "3.223.0";

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::get("/", "root_get", One("root"), on!(root)).anonymous(),
    Operation::get("/v3", "v3_root_get", One("v3_root"), on!(v3)).anonymous(),
    Operation::get("/v3/info", "info_get", One("info"), on!(platform)).anonymous(),
    Operation::get("/v3/info/usage_summary", "info_usage_summary_get", One("platform_usage_summary"), on!(usage_summary)),
    Operation::get("/v2/info", "v2_info_get", One("v2_info"), on!(v2_info)).anonymous(),
];

async fn root(ctx: Ctx, _: Request) -> Result<Answer, Fault> {
    Answer::ok(&documents::root(&ctx.links, &ctx.surfaces))
}

async fn v3(ctx: Ctx, _: Request) -> Result<Answer, Fault> {
    Answer::ok(&documents::v3(&ctx.links))
}

async fn platform(ctx: Ctx, _: Request) -> Result<Answer, Fault> {
    Answer::ok(&documents::info(&ctx.links))
}

async fn usage_summary(ctx: Ctx, _: Request) -> Result<Answer, Fault> {
    let used = info::usage(ctx.call()?).await?;
    Answer::ok(&quota::usage_summary(&ctx.links, &used, None, "/v3/info"))
}

async fn v2_info(ctx: Ctx, _: Request) -> Result<Answer, Fault> {
    Answer::ok(&documents::v2_info(&ctx.surfaces))
}
