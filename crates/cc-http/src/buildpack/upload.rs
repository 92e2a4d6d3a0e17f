//! `buildpack_upload`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Form, Request};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use cc_actions::buildpack::BuildpackFile;
use cc_actions::{Fault, buildpack};

/// The caller and the buildpack are looked at before the body is read.
pub async fn handle(ctx: Ctx, mut request: Request) -> Result<Answer, Fault> {
    let (call, guid) = (ctx.call()?, request.guid());
    let bad_path = || Fault::unprocessable("Uploaded buildpack file is invalid: Bits path is invalid");
    if request.query_value("bits_path").is_some() {
        return Err(bad_path());
    }
    buildpack::admit_upload(call, &guid).await?;
    let form = Form::open(&mut request, &[]).await?;
    if form.names_a_path() {
        return Err(bad_path());
    }
    if let Some(unknown) = form.unknown() {
        let missing =
            if form.file_name().is_none() { ", A buildpack zip file must be uploaded as 'bits'" } else { "" };
        return Err(Fault::unprocessable(format!("Uploaded buildpack file is invalid: {unknown}{missing}")));
    }
    let form = form.read(&ctx.ports).await?;
    let file = form.file.map(|file| BuildpackFile { bits: file.bits, name: file.name });
    let (found, job) = buildpack::upload(call, &guid, file).await?;
    Answer::json(StatusCode::ACCEPTED, &present::buildpack(&ctx.links, &found))?
        .with_header(LOCATION, &ctx.links.job(&job))
}
