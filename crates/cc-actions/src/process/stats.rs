//! `process_stats_get`, `process_instances_list` and their like: what the engine says of instances.

use super::visible;
use crate::fault::{Fault, catalogue};
use crate::hold::Hold;
use crate::ports::{Call, Ports};
use crate::wakes::Changed;
use cc_domain::guid::Guid;
use cc_domain::process::Process;
use cc_domain::process::stats::{InstanceStats, InstanceStatus, MAX_SHOWN, instances, listed};
use cc_domain::runtime::{ProcessKey, RuntimeError};
use std::collections::HashMap;

/// A process and its wanted instances, by index.
pub struct Shown {
    pub process: Process,
    pub instances: Vec<InstanceStats>,
}

/// The instances of one process with what they use. While none runs and one is on its way, the answer is held up to `hold`, and given
/// the moment one runs or has crashed.
pub async fn stats(call: Call<'_>, guid: &Guid<Process>, hold: &Hold) -> Result<Shown, Fault> {
    let mut waiting = call.ports.wakes.listen();
    let shown = look(call, guid).await?;
    if hold.is_none() || !is_on_its_way(&shown) {
        return Ok(shown);
    }
    let hold = hold.begin();
    let settled = async {
        loop {
            waiting.until(Changed::Process, guid.as_str(), hold).await;
            let shown = look(call, guid).await?;
            if !is_on_its_way(&shown) {
                return Ok(shown);
            }
        }
    };
    match tokio::time::timeout(hold, settled).await {
        Ok(outcome) => outcome,
        Err(_) => look(call, guid).await,
    }
}

fn is_on_its_way(shown: &Shown) -> bool {
    let is = |wanted: InstanceStatus| shown.instances.iter().any(|i| i.status == wanted);
    let waits = shown.instances.iter().any(|i| i.status == InstanceStatus::Down && i.details.is_none());
    !is(InstanceStatus::Running) && (is(InstanceStatus::Starting) || waits)
}

async fn look(call: Call<'_>, guid: &Guid<Process>) -> Result<Shown, Fault> {
    let process = visible(call.ports.store.reader().await?.as_mut(), call.actor, guid).await?;
    if !process.is_wanted() {
        return Ok(Shown { process, instances: Vec::new() });
    }
    let key = process.key().map_err(Fault::internal)?;
    let observed =
        call.ports.runtime.instances(std::slice::from_ref(&key)).await.map_err(stats_unavailable)?;
    // What they use is a help, not a condition.
    let usage = call.ports.runtime.usage(&key).await.unwrap_or_default();
    let instances = instances(&process, &observed, &usage, call.ports.now(), MAX_SHOWN);
    Ok(Shown { process, instances })
}

fn stats_unavailable(error: RuntimeError) -> Fault {
    let fault =
        Fault::new(catalogue::STATS_UNAVAILABLE, "Stats unavailable: Stats server temporarily unavailable.");
    Fault { source: Some(std::sync::Arc::new(error)), ..fault }
}

fn instances_unavailable(error: RuntimeError) -> Fault {
    let text = "Instances information unavailable: Instances server temporarily unavailable.";
    Fault { source: Some(std::sync::Arc::new(error)), ..Fault::new(catalogue::INSTANCES_UNAVAILABLE, text) }
}

/// The instances of one process and how they are, without what they use.
pub async fn list_instances(call: Call<'_>, guid: &Guid<Process>) -> Result<Vec<InstanceStats>, Fault> {
    let process = visible(call.ports.store.reader().await?.as_mut(), call.actor, guid).await?;
    Ok(embedded(call.ports, &[process]).await?.remove(guid.as_str()).unwrap_or_default())
}

/// The instances of all processes of a page, by process guid, in one question to the engine: for `embed=process_instances`. What is
/// stopped is asked for too, since it may still be ending.
pub async fn embedded(
    ports: &Ports,
    processes: &[Process],
) -> Result<HashMap<String, Vec<InstanceStats>>, Fault> {
    let with_instances = processes.iter().filter(|p| p.instances.get() > 0);
    let keys: Vec<ProcessKey> = with_instances.filter_map(|p| p.key().ok()).collect();
    let observed = if keys.is_empty() {
        Vec::new()
    } else {
        match ports.runtime.instances(&keys).await {
            Ok(observed) => observed,
            Err(error) if processes.iter().any(Process::is_wanted) => {
                return Err(instances_unavailable(error));
            }
            Err(_) => Vec::new(),
        }
    };
    let lists = listed(processes, &observed, ports.now(), MAX_SHOWN);
    Ok(processes.iter().map(|p| p.guid.as_str().to_owned()).zip(lists).collect())
}
