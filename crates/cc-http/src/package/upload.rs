//! `package_upload`

use super::{present, resources};
use crate::service::Ctx;
use crate::wire::{Answer, Form, Request};
use cc_actions::package::PackageUpload;
use cc_actions::{Fault, package, resource_match};
use cc_domain::package::PackageError;

/// The caller and the package are looked at before the body is read; the reference looks at the whole form first.
pub async fn handle(ctx: Ctx, mut request: Request) -> Result<Answer, Fault> {
    let (actor, guid) = (ctx.actor()?, request.guid());
    resource_match::may_match(&ctx.ports, actor).await?;
    if Form::names_a_path(&request) {
        return Err(Fault::unprocessable("Bits path is invalid"));
    }
    if !Form::is_there(&request) {
        return Err(PackageError::NothingUploaded.into());
    }
    package::admit_upload(&ctx.ports, actor, &guid).await?;
    let form = Form::read(&ctx.ports, &mut request, &["resources"]).await?;
    let resources = match form.text("resources") {
        Some(text) => resources(text).ok_or(PackageError::ResourcesNotJson)?,
        None => Vec::new(),
    };
    let upload = PackageUpload { bits: form.file.map(|file| file.bits), resources };
    let uploaded = package::upload(&ctx.ports, actor, &guid, upload).await?;
    Answer::ok(&present::package(&ctx.links, &uploaded))
}
