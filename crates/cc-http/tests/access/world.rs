//! A seeded database, and as many copies of it as are spent.

use super::seed::{Place, seed};
use crate::harness::{CountingIds, Engine, TestApi, TestDatabase};
use cc_domain::blob::ports::{Blobs, Resources};
use cc_domain::runtime::{Capabilities, MockRuntime};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// Seeded once; [`World::api`] is a server over a copy.
pub struct World {
    pub here: Place,
    pub suspended: Place,
    template: PathBuf,
    /// Bits and guids go on where the seeding ended.
    blobs: Arc<dyn Blobs>,
    resources: Arc<dyn Resources>,
    _folders: [TempDir; 2],
}

impl World {
    pub async fn seeded() -> Self {
        let api = TestApi::start(Engine::Sqlite).await.unwrap();
        let (here, suspended) = seed(&api).await;
        let (blobs, resources) = (api.ports.blobs.clone(), api.ports.resources.clone());
        let (template, folders) = api.into_file();
        Self { here, suspended, template, blobs, resources, _folders: folders }
    }

    pub fn place(&self, is_suspended: bool) -> &Place {
        if is_suspended { &self.suspended } else { &self.here }
    }

    /// A server over a copy of its own.
    pub async fn api(&self) -> TestApi {
        let database = TestDatabase::copy_of(&self.template).await;
        TestApi::over(database).with_ports(|ports| {
            ports.ids = Arc::new(CountingIds::from(1_000_000));
            ports.blobs = self.blobs.clone();
            ports.resources = self.resources.clone();
            ports.runtime = Arc::new(idle());
        })
    }
}

/// An engine that runs nothing.
fn idle() -> MockRuntime {
    let mut runtime = MockRuntime::new();
    runtime.expect_capabilities().returning(Capabilities::default);
    runtime.expect_instances().returning(|_| Ok(Vec::new()));
    runtime.expect_usage().returning(|_| Ok(Vec::new()));
    runtime.expect_describe_process().returning(|_| Ok(None));
    runtime.expect_stop_instance().returning(|_, _| Ok(()));
    runtime
}
