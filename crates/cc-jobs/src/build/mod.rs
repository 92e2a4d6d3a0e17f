//! Jobs of builds.

pub(crate) mod cancel;
pub(crate) mod start;

use cc_domain::build::Build;
use cc_domain::guid::Guid;
use serde::Deserialize;

/// Which build.
#[derive(Deserialize)]
struct Which {
    guid: String,
}

impl Which {
    fn guid(self) -> Guid<Build> {
        Guid::new(self.guid)
    }
}
