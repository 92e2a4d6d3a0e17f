//! `droplet_upload`

use super::present::{self, Secrets};
use crate::server::Ctx;
use crate::wire::{Answer, Form, Request};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use cc_actions::droplet::DropletFile;
use cc_actions::{Fault, droplet};

/// What the form says of its file is looked at first, then the caller and the droplet, and only then is the file read.
pub async fn handle(ctx: Ctx, mut request: Request) -> Result<Answer, Fault> {
    let (call, guid) = (ctx.call()?, request.guid());
    let form = Form::open(&mut request, &[]).await?;
    if form.names_a_path() {
        return Err(Fault::unprocessable("Uploaded droplet file is invalid: Bits path is invalid"));
    }
    if let Some(unknown) = form.unknown() {
        let missing =
            if form.file_name().is_none() { ", A droplet tgz file must be uploaded as 'bits'" } else { "" };
        return Err(Fault::unprocessable(format!("Uploaded droplet file is invalid: {unknown}{missing}")));
    }
    droplet::admit_upload(call, &guid, form.file_name()).await?;
    let form = form.read(&ctx.ports).await?;
    let file = form.file.map(|file| DropletFile { bits: file.bits, name: file.name });
    let (uploaded, job) = droplet::upload(call, &guid, file).await?;
    Answer::json(StatusCode::ACCEPTED, &present::droplet(&ctx.links, &uploaded, Secrets::Shown))?
        .with_header(LOCATION, &ctx.links.job(&job))
}
