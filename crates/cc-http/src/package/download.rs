//! `package_download`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, package};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let blob = package::download(ctx.call()?, &request.guid()).await?;
    Answer::file(blob, "package.zip")
}
