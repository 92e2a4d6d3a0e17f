//! `space_apply_manifest`: the request.

use super::job::{AppEntry, ApplyManifest};
use super::{entries, of_app, read};
use crate::fault::{Fault, catalogue};
use crate::ports::{Call, transaction};
use crate::{access, app, job, process, space};
use cc_domain::app::{App, AppFilter, VariablesPatch, policy};
use cc_domain::audit_event::{HIDDEN, Place};
use cc_domain::guid::Guid;
use cc_domain::job::Job;
use cc_domain::list::{PageRequest, Scope};
use cc_domain::manifest::{AppManifest, Manifest, redacted};
use cc_domain::process::ProcessType;
use cc_domain::space::Space;
use cc_domain::stack::StackUse;
use cc_domain::store::DynTx;
use serde_json::{Value, json};

/// What a request left to do and to say.
pub struct Accepted {
    pub job: Guid<Job>,
    /// Lines for the logs of apps.
    lines: Vec<(Guid<App>, String)>,
}

/// Checks the manifest, makes the apps that are missing, sets their variables and queues the rest. A refusal leaves nothing behind.
pub async fn apply(call: Call<'_>, space: &Guid<Space>, text: &[u8]) -> Result<Accepted, Fault> {
    let accepted = transaction!(call.ports, |tx| {
        access::in_space(tx, call.actor, space, &policy::CREATE, space::RESOURCE).await?;
        let document = read(text)?;
        let manifest = Manifest::parse(&document, &tx.feature_flags().await?)?;
        let (mut apps, mut lines) = (Vec::new(), Vec::new());
        let texts = redacted(&document).into_iter().map(|(_, text)| text);
        for ((entry, document), text) in manifest.applications.iter().zip(entries(&document)).zip(texts) {
            let app = if let Some(app) = named(tx, space, entry).await? {
                app
            } else {
                let app = create(tx, call, space, entry).await.map_err(of_app(&entry.name))?;
                lines.push((app.guid.clone(), format!("Created app with guid {}", app.guid)));
                lines.push((app.guid.clone(), process::added(&ProcessType::web())));
                app
            };
            entry.check_lifecycle(app.lifecycle.kind())?;
            let place = app::place(tx, &app).await?;
            set_variables(tx, call, &app, entry, &place).await?;
            lines
                .push((app.guid.clone(), format!("Applied manifest to app with guid {} ({text})", app.guid)));
            let data = json!({ "request": { "manifest": text } });
            call.record(tx, "audit.app.apply_manifest", app::party(&app), place, data).await?;
            apps.push(AppEntry::new(&app.guid, document));
        }
        let job = job::enqueue(tx, call.ports, &ApplyManifest::new(space, call.actor, apps)).await?;
        Ok(Accepted { job, lines })
    })?;
    for (app, line) in &accepted.lines {
        call.ports.log_api(app, line);
    }
    Ok(accepted)
}

/// The app of that name in the space, ignoring case.
async fn named(tx: &mut DynTx, space: &Guid<Space>, entry: &AppManifest) -> Result<Option<App>, Fault> {
    let filter = AppFilter {
        names: Some(vec![entry.name.as_str().to_owned()]),
        space_guids: Some(vec![space.as_str().to_owned()]),
        ..AppFilter::default()
    };
    let page = PageRequest { per_page: 1, ..PageRequest::default() };
    Ok(tx.list_apps(&filter, &page, &Scope::Everything).await?.items.pop())
}

/// A stack that takes no new app refuses at once; whether there is such a stack is for the job to say. Nothing is warned of here.
async fn create(
    tx: &mut DynTx,
    call: Call<'_>,
    space: &Guid<Space>,
    entry: &AppManifest,
) -> Result<App, Fault> {
    if entry.is_staged()
        && let Some(name) = &entry.stack
        && let Some(stack) = tx.find_stack_named(name).await?
    {
        stack.admit(StackUse::New)?;
    }
    let request = json!({
        "name": entry.name.as_str(),
        "relationships": { "space": { "data": { "guid": space.as_str() } } },
    });
    let created = app::create_within(tx, call, entry.create(space), request).await;
    // Somebody else was faster: run again, the request finds the app.
    created.map(|(app, _)| app).map_err(|fault| Fault {
        is_transient: *fault.kind == *catalogue::UNIQUENESS_ERROR || fault.is_transient,
        ..fault
    })
}

/// Sets the variables that differ. They take effect with the next start, so that it makes no difference when this happens.
async fn set_variables(
    tx: &mut DynTx,
    call: Call<'_>,
    app: &App,
    entry: &AppManifest,
    place: &Place,
) -> Result<(), Fault> {
    if entry.environment.is_empty() {
        return Ok(());
    }
    let Some(mut app) = tx.lock_app(&app.guid).await? else { return Err(Fault::not_found(app::RESOURCE)) };
    let current = tx.app_environment(&app.guid).await?.unwrap_or_default();
    let wanted: VariablesPatch =
        entry.environment.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect();
    let changed = current.patched(&wanted);
    changed.check_size()?;
    if changed.iter().eq(current.iter()) {
        return Ok(());
    }
    tx.update_app_environment(&app.guid, &changed).await?;
    app.updated_at = call.ports.now();
    tx.update_app(&app).await?;
    let data: Value = json!({ "request": { "environment_variables": HIDDEN }, "manifest_triggered": true });
    call.record(tx, "audit.app.update", app::party(&app), place.clone(), data).await?;
    Ok(())
}
