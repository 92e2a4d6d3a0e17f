//! `/v3/processes` and those of one app.

mod read;
mod scale;
mod stats;
mod terminate;
mod update;

const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Process not found";
const NO_APP: &str = "404 10010 CF-ResourceNotFound: App not found";
const SUSPENDED: &str = "403 10019 CF-SpaceSuspended: The space is suspended";

/// Both paths of something of the app's web process, which has the guid of the app.
fn both(app: &str, rest: &str) -> [String; 2] {
    [format!("/v3/processes/{app}{rest}"), format!("/v3/apps/{app}/processes/web{rest}")]
}
