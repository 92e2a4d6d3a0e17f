//! `/v3/revisions` and `/v3/apps/{guid}/revisions`: there are none yet.

mod get;
mod list;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("/v3/revisions/{guid}", "revision_get", "revision", |c, r| Box::pin(get::handle(c, r))),
    Operation::get("/v3/apps/{guid}/revisions", "app_revisions_list", "list of revision", |c, r| {
        Box::pin(list::of_app(c, r))
    }),
    Operation::get(
        "/v3/apps/{guid}/revisions/deployed",
        "app_deployed_revisions_list",
        "list of revision",
        |c, r| Box::pin(list::deployed(c, r)),
    ),
];
