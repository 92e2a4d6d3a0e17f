//! `app_start`, `app_stop`, `app_restart`

use super::{RESOURCE, party, place};
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use crate::{process, revision};
use cc_domain::app::transition::{self, Transition};
use cc_domain::app::{App, AppError, LifecycleKind, policy};
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::guid::Guid;
use cc_domain::quota::Quotas;
use serde_json::json;

/// What is asked of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Start,
    Stop,
    Restart,
}

impl Action {
    fn event(self) -> &'static str {
        match self {
            Self::Start => "audit.app.start",
            Self::Stop => "audit.app.stop",
            Self::Restart => "audit.app.restart",
        }
    }

    fn line(self) -> &'static str {
        match self {
            Self::Start => "Starting",
            Self::Stop => "Stopping",
            Self::Restart => "Restarted",
        }
    }
}

/// Starts, stops or restarts the app with all its processes. The wanted state is saved at once; jobs make the engine follow. Asking for
/// the state it has is no error, and recorded too.
pub async fn act(call: Call<'_>, guid: &Guid<App>, action: Action) -> Result<App, Fault> {
    let app = transaction!(call.ports, |tx| {
        // The droplet is asked for before the role (operations.json): whoever sees the app may know that it has none.
        let seen = tx.find_app(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        if action != Action::Stop && seen.droplet.is_none() {
            return Err(AppError::NoDroplet.into());
        }
        access::on_app(tx, call.actor, guid, &policy::MANAGE, RESOURCE).await?;
        let gate = match seen.lifecycle.kind() {
            LifecycleKind::Docker => Some(FeatureFlag::DiegoDocker),
            LifecycleKind::Cnb => Some(FeatureFlag::DiegoCnb),
            LifecycleKind::Buildpack => None,
        };
        if let Some(flag) = gate.filter(|_| action != Action::Stop) {
            tx.feature_flags().await?.check(flag, call.actor)?;
        }
        let app = tx.lock_app(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let processes = tx.lock_processes_of_app(guid).await?;
        // What is started already goes on with its revision.
        let begins = action == Action::Restart || (action == Action::Start && !app.is_started());
        let revision = if begins { revision::resolve(tx, call, &app, &processes).await? } else { None };
        let (now, version) = (call.ports.now(), || call.ports.new_guid());
        let transition = match action {
            Action::Start => transition::start(app, &processes, version, now)?,
            Action::Stop => transition::stop(app, &processes, now),
            Action::Restart => transition::restart(app, &processes, version, now)?,
        };
        let Transition { app, processes: changed } = transition.with_revision(revision.as_ref());
        if action != Action::Stop {
            transition::check_quotas(&processes, &Quotas::default())?;
        }
        tx.update_app(&app).await?;
        for process in &changed {
            tx.update_process(process).await?;
            process::announce(tx, call.ports, &process.guid).await?;
        }
        let place = place(tx, &app).await?;
        call.record(tx, action.event(), party(&app), place, json!({})).await?;
        Ok(app)
    })?;
    call.ports.log_api(guid, &format!("{} app with guid {guid}", action.line()));
    Ok(app)
}
