//! `app_manifest_get`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use axum::body::Body;
use axum::http::StatusCode;
use cc_actions::{Fault, manifest};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let text = manifest::generate(ctx.call()?, &request.guid()).await?;
    Ok(Answer::raw(StatusCode::OK, "application/x-yaml; charset=utf-8", Body::from(text)))
}
