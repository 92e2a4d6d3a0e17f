//! `static`: serves what `staticfile_buildpack` left in `$HOME/public`, on `$PORT`.
//!
//! It stands in for nginx with the configuration of the reference's staticfile buildpack and behaves like it
//! wherever a visitor could tell. One thread, few buffers: it is meant to be small, not to be a general
//! server. Start reading at `answer`.

mod access_log;
mod answer;
mod auth;
mod find;
mod listing;
mod md5_crypt;
mod serve;
mod site;
mod ssi;

pub(crate) use auth::Auth;
pub(crate) use site::{Hsts, SITE_FILE, Site};
pub(crate) use ssi::unsupported as unsupported_directive;

use super::console;
use answer::Server;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// Serves until it is told to stop; exit code 0 then, 1 if it could not start.
pub(super) fn main(_args: &[OsString]) -> i32 {
    match start() {
        Ok(()) => 0,
        Err(error) => {
            console::err(&format!("static: {error}"));
            1
        }
    }
}

fn start() -> Result<(), String> {
    let home = PathBuf::from(env::var_os("HOME").ok_or("HOME is not set")?);
    let port =
        env::var("PORT").ok().and_then(|port| port.parse::<u16>().ok()).ok_or("PORT is not a port number")?;
    let force_https = env::var_os("FORCE_HTTPS").is_some_and(|value| !value.is_empty());
    let server = load(&home, force_https)?;
    serve::run(server, port).map_err(|error| error.to_string())
}

fn load(home: &Path, force_https: bool) -> Result<Server, String> {
    let site = Site::load(home, force_https)?;
    let auth = if site.basic_auth {
        let path = home.join("Staticfile.auth");
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Some(Auth::parse(&text))
    } else {
        None
    };
    Ok(Server::new(home.join("public"), site, auth))
}
