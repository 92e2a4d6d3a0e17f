//! `process_instance_terminate`, `app_process_instance_terminate`

use super::guid_of;
use crate::server::Ctx;
use crate::wire::query_string::leading_integer;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, process};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = guid_of(&ctx, &request).await?;
    // Any text is a number here, that of the digits it begins with; what can be no instance is past the last one.
    let index = u32::try_from(leading_integer(request.param("index"))).unwrap_or(u32::MAX);
    process::terminate(ctx.call()?, &guid, index).await?;
    Ok(Answer::no_content())
}
