//! `service_plan_get`: there are none yet.

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::Fault;

pub async fn handle(_ctx: Ctx, _request: Request) -> Result<Answer, Fault> {
    Err(Fault::not_found("Service plan"))
}
