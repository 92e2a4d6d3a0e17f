//! The lifecycle of an app or a build in its columns. The list of buildpacks is sealed: addresses in it may hold a password.

use crate::errors::{from_json, to_json};
use crate::seal::SealingKeys;
use cc_domain::app::{Lifecycle, LifecycleKind, RegistryCredentials};
use cc_domain::secret::Secret;
use cc_domain::store::StoreError;
use serde::{Deserialize, Serialize};

/// The columns of one row: `apps.buildpacks` or `builds.buildpacks`, and whose.
pub struct Place<'a> {
    pub column: &'static str,
    pub guid: &'a str,
}

impl Place<'_> {
    fn text(&self) -> String {
        format!("{}:{}", self.column, self.guid)
    }
}

/// What is sealed of the lifecycle `cnb`.
#[derive(Deserialize, Serialize)]
struct Cnb {
    buildpacks: Vec<String>,
    /// The JSON text.
    credentials: Option<String>,
}

/// The buildpacks and the stack; an empty list is not worth a key.
pub fn columns<'a>(
    keys: &SealingKeys,
    place: &Place<'_>,
    lifecycle: &'a Lifecycle,
) -> (String, Option<&'a str>) {
    match lifecycle {
        Lifecycle::Buildpack { buildpacks, stack } if buildpacks.is_empty() => {
            ("[]".to_owned(), stack.as_deref())
        }
        Lifecycle::Buildpack { buildpacks, stack } => {
            (keys.seal_text(&place.text(), &to_json(buildpacks)), stack.as_deref())
        }
        Lifecycle::Cnb { buildpacks, stack, credentials } => {
            let kept = Cnb {
                buildpacks: buildpacks.clone(),
                credentials: credentials.as_ref().map(|c| c.0.expose().to_owned()),
            };
            (keys.seal_text(&place.text(), &to_json(&kept)), stack.as_deref())
        }
        Lifecycle::Docker => ("[]".to_owned(), None),
    }
}

/// The lifecycle out of its columns.
pub fn stored(
    keys: &SealingKeys,
    place: &Place<'_>,
    kind: LifecycleKind,
    buildpacks: &str,
    stack: Option<String>,
) -> Result<Lifecycle, StoreError> {
    match kind {
        LifecycleKind::Buildpack => {
            let json = keys.open_text(&place.text(), buildpacks)?;
            Ok(Lifecycle::Buildpack { buildpacks: from_json(place.column, json.expose())?, stack })
        }
        LifecycleKind::Docker => Ok(Lifecycle::Docker),
        LifecycleKind::Cnb => {
            let json = keys.open_text(&place.text(), buildpacks)?;
            let Cnb { buildpacks, credentials } = from_json(place.column, json.expose())?;
            let credentials = credentials.map(|json| RegistryCredentials(Secret::from(json)));
            Ok(Lifecycle::Cnb { buildpacks, stack, credentials })
        }
    }
}
