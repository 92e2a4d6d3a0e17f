//! `organization_default_isolation_segment_get`, `organization_default_isolation_segment_set`

use crate::server::Ctx;
use crate::wire::{Answer, RelatedOne, Request, reference};
use cc_actions::{Fault, organization};

pub async fn get(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let segment = organization::default_isolation_segment(ctx.call()?, &request.guid()).await?;
    Answer::ok(&RelatedOne::at(&ctx.links, &request.path, "isolation_segments", segment.as_ref()))
}

/// The body is looked at before the organization. One that does not say which segment changes nothing, and is told of none.
pub async fn set(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let segment = reference(request.json()?)?;
    let segment = organization::set_default_isolation_segment(ctx.call()?, &request.guid(), segment).await?;
    Answer::ok(&RelatedOne::at(&ctx.links, &request.path, "isolation_segments", segment.as_ref()))
}
