//! `space_manifest_diff`

use super::{current, read};
use crate::fault::Fault;
use crate::ports::Call;
use crate::{access, space};
use cc_domain::app::{AppFilter, policy};
use cc_domain::guid::Guid;
use cc_domain::list::{PageRequest, Scope};
use cc_domain::manifest::{self, DiffEntry, Manifest};
use cc_domain::name::fold;
use cc_domain::space::Space;
use std::collections::BTreeMap;

/// What applying the manifest would change. Nothing is written, but the space has to be writable.
pub async fn diff(call: Call<'_>, space: &Guid<Space>, text: &[u8]) -> Result<Vec<DiffEntry>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    access::in_space(reader.as_mut(), call.actor, space, &policy::CREATE, space::RESOURCE).await?;
    let document = read(text)?;
    let wanted = Manifest::parse(&document, &reader.feature_flags().await?)?;
    let names: Vec<String> = wanted.applications.iter().map(|app| app.name.as_str().to_owned()).collect();
    let mut existing = BTreeMap::new();
    for names in names.chunks(PageRequest::MAX_PER_PAGE as usize) {
        let filter = AppFilter {
            names: Some(names.to_vec()),
            space_guids: Some(vec![space.as_str().to_owned()]),
            ..AppFilter::default()
        };
        let page = PageRequest { per_page: PageRequest::MAX_PER_PAGE, ..PageRequest::default() };
        for app in reader.list_apps(&filter, &page, &Scope::Everything).await?.items {
            let environment = reader.app_environment(&app.guid).await?.unwrap_or_default();
            let name = fold(app.name.as_str());
            let current = current::of(reader.as_mut(), app, environment).await?;
            existing.insert(name, manifest::generate(&current));
        }
    }
    Ok(manifest::diff(&document, |name| existing.get(&fold(name.trim())).cloned()))
}
