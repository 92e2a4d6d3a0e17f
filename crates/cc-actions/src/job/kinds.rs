//! Every kind of job that there is.

use super::{Deletion, Work};
use crate::app::ExpireBits;
use crate::blob::Forgotten;
use crate::build::{CancelBuild, StartBuild};
use crate::fault::Fault;
use crate::manifest::ApplyManifest;
use crate::ports::Ports;
use crate::process::ProcessSync;
use crate::route::{TrafficSync, UnmappedDeletion};
use crate::task::{CancelTask, RunTask};
use crate::{buildpack, droplet, package, role};
use cc_domain::app::App;
use cc_domain::buildpack::Buildpack;
use cc_domain::domain::Domain;
use cc_domain::droplet::Droplet;
use cc_domain::job::{ClaimedJob, JobOutcome};
use cc_domain::organization::Organization;
use cc_domain::organization_quota::OrganizationQuota;
use cc_domain::package::Package;
use cc_domain::route::Route;
use cc_domain::security_group::SecurityGroup;
use cc_domain::space::Space;
use cc_domain::space_quota::SpaceQuota;
use cc_domain::user::User;
use futures_util::future::BoxFuture;

/// Standing in the list below: a job that workers do not know cannot be queued, it does not compile.
pub trait Listed {}

/// A kind of job as workers see it.
pub struct Kind {
    /// [`Work::NAME`]
    pub name: &'static str,
    /// [`Work::IS_DELETION`]
    pub is_deletion: bool,
    /// One run. A payload that does not fit is a defect of ours, or of a newer version's making.
    pub run: fn(Ports, ClaimedJob) -> BoxFuture<'static, Result<JobOutcome, Fault>>,
}

impl Kind {
    /// `None` for an operation that this version does not know.
    pub fn named(operation: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == operation)
    }

    const fn of<W: Work>() -> Self {
        let run = |ports: Ports, job: ClaimedJob| -> BoxFuture<'static, _> {
            Box::pin(async move {
                serde_json::from_value::<W>(job.payload).map_err(Fault::internal)?.run(&ports).await?;
                Ok(JobOutcome::Done { warnings: Vec::new() })
            })
        };
        Self { name: W::NAME, is_deletion: W::IS_DELETION, run }
    }
}

macro_rules! kinds {
    ($($work:ty,)+) => {
        $(impl Listed for $work {})+
        /// What workers run.
        pub const KINDS: &[Kind] = &[$(Kind::of::<$work>()),+];
    };
}

kinds![
    ApplyManifest,
    CancelBuild,
    CancelTask,
    Deletion<App>,
    Deletion<Buildpack>,
    Deletion<Domain>,
    Deletion<Droplet>,
    Deletion<Organization>,
    Deletion<OrganizationQuota>,
    Deletion<Package>,
    Deletion<Route>,
    Deletion<SecurityGroup>,
    Deletion<Space>,
    Deletion<SpaceQuota>,
    Deletion<User>,
    ExpireBits,
    Forgotten,
    ProcessSync,
    RunTask,
    StartBuild,
    TrafficSync,
    UnmappedDeletion,
    buildpack::Upload,
    droplet::CopyBits,
    droplet::Upload,
    package::CopyBits,
    package::CutOff,
    package::Upload,
    role::RoleDeletion,
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// Reads what is stored of a job and writes it again.
    fn again<W: Work>(stored: &Value) -> (&'static str, Value) {
        let read: W = serde_json::from_value(stored.clone()).unwrap();
        (W::NAME, serde_json::to_value(read).unwrap())
    }

    #[test]
    fn what_waits_in_a_database_is_read_as_it_was_written() {
        let by = json!({ "guid": "u", "name": "ann", "is_client": false });
        let deletion = json!({ "guid": "g", "by": by });
        let copy = json!({ "from": "a", "to": "b" });
        let sent = json!({ "sha1": "1", "sha256": "2", "bytes": 3 });
        let resource = json!({ "sha1": "1", "size": 2, "path": "p", "mode": "644" });
        let applied = json!({
            "by": { "guid": "u", "name": "ann", "is_client": true, "is_admin": true },
            "apps": [{ "guid": "a", "manifest": { "applications": [{ "name": "x" }] } }],
        });
        let uploaded = json!({ "order": deletion, "filename": "f", "outcome": { "Stored": { "sha256": "2", "stack": "s" } } });
        let forgotten = json!({
            "keys": ["packages/g"], "caches_of": ["a"], "buildpacks": ["b"], "buildpack_bits": [["b", "2"]],
        });
        type Again = fn(&Value) -> (&'static str, Value);
        let stored: &[(Again, &str, Value)] = &[
            (again::<ApplyManifest>, "space.apply_manifest", applied),
            (again::<CancelBuild>, "build.cancel", json!({ "guid": "g" })),
            (again::<CancelTask>, "task.cancel", json!({ "guid": "g" })),
            (again::<Deletion<App>>, "app.delete", deletion.clone()),
            (again::<Deletion<Buildpack>>, "buildpack.delete", deletion.clone()),
            (again::<Deletion<Domain>>, "domain.delete", deletion.clone()),
            (again::<Deletion<Droplet>>, "droplet.delete", deletion.clone()),
            (again::<Deletion<Organization>>, "organization.delete", deletion.clone()),
            (again::<Deletion<OrganizationQuota>>, "organization_quota.delete", deletion.clone()),
            (again::<Deletion<Package>>, "package.delete", deletion.clone()),
            (again::<Deletion<Route>>, "route.delete", deletion.clone()),
            (again::<Deletion<SecurityGroup>>, "security_group.delete", deletion.clone()),
            (again::<Deletion<Space>>, "space.delete", deletion.clone()),
            (again::<Deletion<SpaceQuota>>, "space_quota.delete", deletion.clone()),
            (again::<Deletion<User>>, "user.delete", json!({ "guid": "g" })),
            (again::<ExpireBits>, "app.expire_bits", json!({ "app": "a" })),
            (again::<Forgotten>, "blobs.delete", forgotten),
            (again::<ProcessSync>, "process.sync", json!({ "process": "p" })),
            (again::<RunTask>, "task.run", json!({ "guid": "g" })),
            (again::<StartBuild>, "build.start", json!({ "guid": "g" })),
            (again::<TrafficSync>, "route.sync", json!({ "route": "r" })),
            (again::<UnmappedDeletion>, "space.delete_unmapped_routes", deletion.clone()),
            (again::<buildpack::Upload>, "buildpack.upload", uploaded),
            (again::<droplet::CopyBits>, "droplet.copy", copy.clone()),
            (
                again::<droplet::Upload>,
                "droplet.upload",
                json!({ "guid": "g", "sha1": "1", "sha256": "2", "bytes": 3 }),
            ),
            (again::<package::CopyBits>, "package.copy", copy),
            (
                again::<package::CutOff>,
                "package.upload_cut_off",
                json!({ "guid": "g", "is_second_look": false }),
            ),
            (
                again::<package::Upload>,
                "package.upload",
                json!({ "guid": "g", "sent": sent, "resources": [resource] }),
            ),
            (again::<role::RoleDeletion>, "role.delete", json!({ "guid": "g", "by": by, "username": "bob" })),
        ];
        for (again, name, stored) in stored {
            let (known, written) = again(stored);
            assert_eq!(known, *name);
            for (key, value) in stored.as_object().unwrap() {
                assert_eq!(written.get(key), Some(value), "{name}: {key}");
            }
        }
        let mut names: Vec<_> = stored.iter().map(|(_, name, _)| *name).collect();
        let mut kinds: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        kinds.sort_unstable();
        assert_eq!(names, kinds, "each kind has a name of its own and its literal here");
    }
}
