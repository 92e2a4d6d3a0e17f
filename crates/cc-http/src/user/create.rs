//! `user_create`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, user};
use cc_domain::identity::ORIGIN_UAA;
use cc_domain::patch::Patch;
use cc_domain::user::{CreateUser, NewUser};
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let call = ctx.call()?;
    user::may_create(call.actor)?;
    let command = decode(request.json()?)?;
    let created = user::create(call, command).await?;
    Answer::created(&present::user(&ctx.links, &created))
}

fn decode(body: Map<String, Value>) -> Result<CreateUser, Fault> {
    let mut fields = Fields::new(body);
    let has = |patch: &Patch<_>| !matches!(patch, Patch::Absent | Patch::Null);
    let guid = fields.take("guid");
    let has_guid = has(&guid);
    let guid = guid.value().and_then(|guid| fields.check_guid(&guid, "Guid"));
    let origin = fields.text("origin").value();
    let username = fields.text("username").value();
    let user = match (guid, username, origin) {
        (Some(guid), None, None) => Some(NewUser::Guid(guid)),
        (_, username, origin) if has_guid => {
            if username.is_some() {
                fields.refuse("Username cannot be provided with 'guid'");
            }
            if origin.is_some() {
                fields.refuse("Origin cannot be provided with 'guid'");
            }
            None
        }
        (_, Some(username), Some(origin)) => {
            if origin == ORIGIN_UAA {
                fields.refuse("Origin cannot be 'uaa' when creating a user by username");
            }
            Some(NewUser::Named { username, origin })
        }
        (_, Some(_), None) => {
            fields.refuse("Username can only be provided together with 'origin'");
            None
        }
        (_, None, Some(origin)) => {
            fields.refuse("Origin can only be provided together with 'username'");
            if origin == ORIGIN_UAA {
                fields.refuse("Origin cannot be 'uaa' when creating a user by username");
            }
            None
        }
        (_, None, None) => {
            fields.refuse("Guid or 'username' and 'origin' must be provided");
            None
        }
    };
    let metadata = fields.metadata();
    fields.finish()?;
    let user =
        user.ok_or_else(|| Fault::unprocessable("Guid or 'username' and 'origin' must be provided"))?;
    Ok(CreateUser { user, metadata })
}
