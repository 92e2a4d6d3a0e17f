//! `droplet_upload`

use super::present::{self, Secrets};
use crate::service::Ctx;
use crate::wire::{Answer, Form, Request};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use cc_actions::droplet::DropletFile;
use cc_actions::{Fault, droplet};
use cc_domain::droplet::DropletError;

/// The caller and the droplet are looked at before the body is read; the reference looks at the whole form first.
pub async fn handle(ctx: Ctx, mut request: Request) -> Result<Answer, Fault> {
    let (actor, guid) = (ctx.actor()?, request.guid());
    if Form::names_a_path(&request) {
        return Err(Fault::unprocessable("Uploaded droplet file is invalid: Bits path is invalid"));
    }
    if !Form::is_there(&request) {
        return Err(DropletError::NoFile.into());
    }
    droplet::admit_upload(&ctx.ports, actor, &guid).await?;
    let form = Form::read(&ctx.ports, &mut request, &[]).await?;
    let file = form.file.map(|file| DropletFile { bits: file.bits, name: file.name });
    let (uploaded, job) = droplet::upload(&ctx.ports, actor, &guid, file).await?;
    Answer::json(StatusCode::ACCEPTED, &present::droplet(&ctx.links, &uploaded, Secrets::Shown))?
        .with_header(LOCATION, &ctx.links.job(&job))
}
