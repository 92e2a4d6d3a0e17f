//! `package_upload`

use super::{present, resources};
use crate::server::Ctx;
use crate::wire::{Answer, Form, Request};
use cc_actions::package::PackageUpload;
use cc_actions::{Fault, package, resource_match};
use cc_domain::package::PackageError;

/// The texts of the form are looked at first, then the caller and the package, and only then is the file read.
pub async fn handle(ctx: Ctx, mut request: Request) -> Result<Answer, Fault> {
    let (call, guid) = (ctx.call()?, request.guid());
    resource_match::may_match(call).await?;
    let form = Form::open(&mut request, &["resources"]).await?;
    if form.names_a_path() {
        return Err(Fault::unprocessable("Bits path is invalid"));
    }
    let resources = match form.text("resources") {
        Some(text) => resources(text).ok_or(PackageError::ResourcesNotJson)?,
        None => Vec::new(),
    };
    let is_empty = form.file_name().is_none() && resources.is_empty();
    let nothing = is_empty.then(|| PackageError::NothingUploaded.to_string());
    let wrong: Vec<_> = form.unknown().into_iter().chain(nothing).collect();
    if !wrong.is_empty() {
        return Err(Fault::unprocessable(wrong.join(", ")));
    }
    package::admit_upload(call, &guid).await?;
    let form = form.read(&ctx.ports).await?;
    let upload = PackageUpload { bits: form.file.map(|file| file.bits), resources };
    let uploaded = package::upload(call, &guid, upload, &ctx.hold).await?;
    Answer::ok(&present::package(&ctx.links, &uploaded))
}
