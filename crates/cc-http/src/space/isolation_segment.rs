//! `space_isolation_segment_get`, `space_isolation_segment_set`

use crate::server::Ctx;
use crate::wire::{Answer, RelatedOne, Request, reference};
use cc_actions::{Fault, space};
use cc_domain::patch::Patch;

pub async fn get(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let segment = space::isolation_segment(ctx.call()?, &request.guid()).await?;
    Answer::ok(&RelatedOne::at(&ctx.links, &request.path, "isolation_segments", segment.as_ref()))
}

/// A body that does not say which segment leaves the space without one.
pub async fn set(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let segment = reference(request.json()?).map(Patch::value);
    let segment = space::set_isolation_segment(ctx.call()?, &request.guid(), segment, request.sent()).await?;
    Answer::ok(&RelatedOne::at(&ctx.links, &request.path, "isolation_segments", segment.as_ref()))
}
