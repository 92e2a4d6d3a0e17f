//! What a `Staticfile` wishes for, as the staging leaves it for the server.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The file in the app's directory that holds [`Site`] as JSON.
pub(crate) const SITE_FILE: &str = ".cf-static.json";

/// How the files are to be served. Everything is off by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Site {
    pub host_dot_files: bool,
    /// List directories that have no index file.
    pub directory: bool,
    /// Expand `<!--#include … -->` in HTML.
    pub ssi: bool,
    /// Answer `/`'s page for whatever does not exist.
    pub pushstate: bool,
    pub hsts: Option<Hsts>,
    pub force_https: bool,
    /// Ask for a user of `Staticfile.auth`.
    pub basic_auth: bool,
    /// The path (or the URL) of the page for a status.
    pub status_pages: BTreeMap<u16, String>,
}

/// Strict transport security for a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Hsts {
    pub include_subdomains: bool,
    pub preload: bool,
}

impl Hsts {
    pub(super) fn header(self) -> &'static str {
        match (self.include_subdomains, self.preload) {
            (false, false) => "max-age=31536000",
            (true, false) => "max-age=31536000; includeSubDomains",
            (false, true) => "max-age=31536000; preload",
            (true, true) => "max-age=31536000; includeSubDomains; preload",
        }
    }
}

impl Site {
    /// Reads the wishes of the app in `home`; a droplet without any is served plainly. `FORCE_HTTPS` in the
    /// environment counts like the option.
    pub(super) fn load(home: &Path, force_https: bool) -> Result<Self, String> {
        let path = home.join(SITE_FILE);
        let site = match fs::read(&path) {
            Ok(text) => {
                serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::default(),
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        Ok(Self { force_https: site.force_https || force_https, ..site })
    }
}
