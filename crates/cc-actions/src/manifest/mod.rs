//! Manifests: applied to a space, compared with it, and made of an app (domain-rules 25).
//!
//! A request ([`apply`]) checks the whole text, makes the apps that are missing, sets variables and queues the job; the job
//! ([`ApplyManifest`]) carries out the plan of each app in a transaction of its own and may run twice without harm. Variables are set by the
//! request, because they have no place in a job's payload. What is right or wrong in a manifest is the domain's to say.

mod apply;
mod carry_out;
mod current;
mod diff;
mod generate;
mod job;
mod process;
mod route;
mod sidecar;
mod words;

pub use apply::apply;
pub use diff::diff;
pub use generate::generate;
pub(crate) use job::ApplyManifest;
pub use words::RandomWords;

use crate::fault::Fault;
use cc_domain::manifest::{ManifestError, yaml};
use cc_domain::name::Name;
use serde_json::{Value, json};

/// The text of a request as a tree of values.
fn read(text: &[u8]) -> Result<Value, Fault> {
    let text = std::str::from_utf8(text).map_err(|_| ManifestError::Syntax)?;
    Ok(yaml::read(text)?)
}

/// The entries of a document, each as a manifest of its own.
fn entries(document: &Value) -> impl Iterator<Item = Value> {
    let entries = document.get("applications").and_then(Value::as_array);
    entries.into_iter().flatten().map(|entry| json!({ "applications": [entry] }))
}

/// A refusal as it stands in an answer or job about several apps: those that a client can mend name the app.
fn of_app(app: &Name) -> impl Fn(Fault) -> Fault {
    let prefix = format!("For application '{app}': ");
    move |mut fault| {
        if matches!(fault.kind.status, 404 | 422) {
            for detail in fault.details.iter_mut().filter(|d| !d.starts_with(&prefix)) {
                detail.insert_str(0, &prefix);
            }
        }
        fault
    }
}
