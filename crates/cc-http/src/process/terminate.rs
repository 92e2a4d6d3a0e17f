//! `process_instance_terminate`, `app_process_instance_terminate`

use super::guid_of;
use crate::service::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::fault::catalogue;
use cc_actions::{Fault, process};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = guid_of(&ctx, &request).await?;
    let unknown = |_| Fault::new(catalogue::RESOURCE_NOT_FOUND, "Instance not found");
    let index = request.param("index").parse::<u32>().map_err(unknown)?;
    process::terminate(&ctx.ports, ctx.actor()?, &guid, index).await?;
    Ok(Answer::no_content())
}
