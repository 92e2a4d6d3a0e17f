//! The documents at `/`, `/v3`, `/v3/info` and `/v2/info`: where everything is.

mod documents;

use crate::operation::Gives::One;
use crate::operation::{Operation, on};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;

/// The advertised API version: below 3.224 clients do not ask for route policies (architecture 5).
pub const API_VERSION: &str = "3.223.0";

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/", "root_get", One("root"), on!(root)).anonymous(),
    Operation::get("/v3", "v3_root_get", One("v3_root"), on!(v3)).anonymous(),
    Operation::get("/v3/info", "info_get", One("info"), on!(info)).anonymous(),
    Operation::get("/v2/info", "v2_info_get", One("v2_info"), on!(v2_info)).anonymous(),
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
