//! `/v3/apps` and what lies below an app, except processes.

mod create;
mod credentials;
mod current_droplet;
mod delete;
mod environment;
mod features;
mod read;
mod transition;
mod update;

const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: App not found";
const SUSPENDED: &str = "403 10019 CF-SpaceSuspended: The space is suspended";
