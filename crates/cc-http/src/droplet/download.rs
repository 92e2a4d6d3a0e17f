//! `droplet_download`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, droplet};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let blob = droplet::download(ctx.call()?, &request.guid()).await?;
    Answer::file(blob, "droplet.tgz")
}
