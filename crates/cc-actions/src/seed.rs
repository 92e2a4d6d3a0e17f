//! What a new installation has from the start. Run at every start: what is there already stays as it is.

use crate::fault::Fault;
use crate::ports::{Ports, transaction};
use cc_domain::app::LifecycleKind;
use cc_domain::buildpack::{Buildpack, BuildpackBits, BuildpackName, CreateBuildpack};
use cc_domain::domain::{Domain, DomainKind, DomainName};
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::IsolationSegment;
use cc_domain::list::Scope;
use cc_domain::metadata::{Metadata, MetadataPatch};
use cc_domain::name::Name;
use cc_domain::stack::{CreateStack, Stack, StackState};
use cc_domain::store::DynTx;

/// The buildpacks of the engine on this machine, in their order, and what the engine calls them.
const BUILTIN: &[(&str, &str)] = &[
    ("staticfile_buildpack", "staticfile"),
    ("binary_buildpack", "binary"),
    ("procfile_buildpack", "procfile"),
];

/// Makes sure of the default quota, the shared isolation segment, the shared domain of apps, the default stack and the builtin buildpacks.
pub async fn run(ports: &Ports) -> Result<(), Fault> {
    transaction!(ports, |tx| {
        tx.ensure_default_organization_quota(&ports.new_guid(), ports.now()).await?;
        isolation_segment(tx, ports).await?;
        domain(tx, ports).await?;
        stack(tx, ports).await?;
        buildpacks(tx, ports).await
    })
}

async fn isolation_segment(tx: &mut DynTx, ports: &Ports) -> Result<(), Fault> {
    let guid = Guid::new(IsolationSegment::SHARED);
    if tx.find_isolation_segment(&guid, &Scope::Everything).await?.is_some() {
        return Ok(());
    }
    let (name, metadata) = (IsolationSegment::SHARED_NAME, Metadata::default());
    Ok(tx.insert_isolation_segment(&IsolationSegment::new(guid, name, metadata, ports.now())?).await?)
}

/// Past the rules for users: the domain of apps may lie above the API's own host.
async fn domain(tx: &mut DynTx, ports: &Ports) -> Result<(), Fault> {
    let name = DomainName::parse(&ports.settings.apps_domain).map_err(Fault::internal)?;
    if !tx.domains_by_name(&[name.key()]).await?.is_empty() {
        return Ok(());
    }
    let now = ports.now();
    tx.insert_domain(&Domain {
        guid: ports.new_guid(),
        name,
        kind: DomainKind::Shared { is_internal: false, router_group: None },
        metadata: Metadata::default(),
        created_at: now,
        updated_at: now,
    })
    .await?;
    Ok(())
}

async fn stack(tx: &mut DynTx, ports: &Ports) -> Result<(), Fault> {
    let name = Name::parse(&ports.settings.default_stack).map_err(Fault::internal)?;
    if tx.find_stack_named(name.as_str()).await?.is_some() {
        return Ok(());
    }
    let command = CreateStack {
        name,
        description: Some("The file system of this machine".to_owned()),
        state: StackState::Active,
        state_reason: None,
        metadata: MetadataPatch::default(),
    };
    tx.insert_stack(&Stack::new(ports.new_guid(), command, Metadata::default(), ports.now())).await?;
    Ok(())
}

/// Only where there is no buildpack at all: one that an admin deleted does not come back.
async fn buildpacks(tx: &mut DynTx, ports: &Ports) -> Result<(), Fault> {
    if !tx.lock_buildpacks(LifecycleKind::Buildpack).await?.is_empty() {
        return Ok(());
    }
    for (position, (name, engine)) in (1..).zip(BUILTIN) {
        let Some(name) = BuildpackName::parse(name) else { continue };
        let command = CreateBuildpack {
            name,
            stack: Some(ports.settings.default_stack.clone()),
            position,
            is_enabled: true,
            is_locked: false,
            lifecycle: LifecycleKind::Buildpack,
            metadata: MetadataPatch::default(),
        };
        let made = Buildpack::new(ports.new_guid(), command, position, Metadata::default(), ports.now());
        tx.insert_buildpack(&Buildpack {
            bits: Some(BuildpackBits::Builtin((*engine).to_owned())),
            filename: Some(format!("builtin-{}.zip", env!("CARGO_PKG_VERSION"))),
            ..made
        })
        .await?;
    }
    Ok(())
}
