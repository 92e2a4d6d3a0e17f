//! `staticfile_buildpack`: moves what is to be served to `public`, and the wishes of the `Staticfile` to
//! where the static server finds them. Options and messages are those of the reference's buildpack.

use super::{step, warning};
use crate::stage::{Release, StepError, yaml};
use crate::static_server::{Auth, Hsts, SITE_FILE, Site, unsupported_directive};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

/// Never served, even if they lie in the root.
const KEPT_BACK: [&str; 8] = [
    "Staticfile",
    "Staticfile.auth",
    "manifest.yml",
    ".profile",
    ".profile.d",
    "stackato.yml",
    ".cloudfoundry",
    "nginx",
];
/// Where files wait for their move; a dot file, so nothing of the app can be meant by it.
const WAITING: &str = ".cf-static-public";
const CODES_4XX: &str = "400 401 402 403 404 405 406 407 408 409 410 411 412 413 414 415 416 417 418 421 422 423 424 426 428 429 431 451";
const CODES_5XX: &str = "500 501 502 503 504 505 506 507 508 510 511";
const BOOT: &str = "#!/bin/sh\nexec \"${CF_LIFECYCLE:-/.cf/lifecycle}\" static\n";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Staticfile {
    root: Option<String>,
    host_dot_files: Option<String>,
    location_include: Option<String>,
    directory: Option<String>,
    ssi: Option<String>,
    pushstate: Option<String>,
    http_strict_transport_security: Option<String>,
    http_strict_transport_security_include_subdomains: Option<String>,
    http_strict_transport_security_preload: Option<String>,
    force_https: Option<String>,
    enable_http2: Option<String>,
    status_codes: Option<BTreeMap<String, Option<String>>>,
}

pub(super) fn detects(build: &Path) -> bool {
    build.join("Staticfile").exists()
}

pub(super) fn release() -> Release {
    Release(vec![("web".to_owned(), "$HOME/boot.sh".to_owned())])
}

pub(super) fn finalize(build: &Path) -> Result<(), StepError> {
    let wishes = read(build)?;
    let root = wishes.root.clone().filter(|root| !root.is_empty()).unwrap_or_else(|| ".".to_owned());
    let site = announce(wishes, build)?;
    let public = build.join("public");
    let root_dir = find_root(build, &root)?;
    for file in ["nginx.conf", "mime.types"] {
        if root_dir.join(file).exists() {
            return Err(without_nginx(&format!("a {file} of the app's own")));
        }
    }
    step(&format!("Root folder {}", root_dir.display()));
    step("Copying project files into public");
    if root_dir != public {
        publish(build, &root_dir, &public, site.host_dot_files)
            .map_err(|source| StepError::Io { path: public.clone(), source })?;
    }
    if site.ssi {
        check_directives(&public)?;
    }
    let site_file = build.join(SITE_FILE);
    let text = serde_json::to_vec(&site).map_err(io::Error::from);
    text.and_then(|text| fs::write(&site_file, text))
        .map_err(|source| StepError::Io { path: site_file, source })?;
    let boot = build.join("boot.sh");
    write_script(&boot, BOOT).map_err(|source| StepError::Io { path: boot, source })
}

fn read(build: &Path) -> Result<Staticfile, StepError> {
    let path = build.join("Staticfile");
    let text = match fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Staticfile::default()),
        Err(source) => return Err(StepError::Io { path, source }),
    };
    let wishes: Option<Staticfile> =
        yaml(&text).map_err(|error| StepError::Builtin(format!("Unable to load Staticfile: {error}")))?;
    Ok(wishes.unwrap_or_default())
}

fn is_enabled(value: Option<&String>) -> bool {
    value.is_some_and(|value| value == "enabled" || value == "true")
}

/// Says which options are on, and makes of them what the server reads.
fn announce(wishes: Staticfile, build: &Path) -> Result<Site, StepError> {
    let enabled = |value: &Option<String>, what: &str| {
        let on = is_enabled(value.as_ref());
        if on {
            step(&format!("Enabling {what}"));
        }
        on
    };
    let host_dot_files = enabled(&wishes.host_dot_files, "hosting of dotfiles");
    if wishes.location_include.as_deref().is_some_and(|file| !file.is_empty()) {
        return Err(without_nginx("location_include"));
    }
    let directory = wishes.directory.as_deref().is_some_and(|value| !value.is_empty());
    if directory {
        step("Enabling directory index for folders without index.html files");
    }
    let ssi = enabled(&wishes.ssi, "SSI");
    let pushstate = enabled(&wishes.pushstate, "pushstate");
    let hsts_on = enabled(&wishes.http_strict_transport_security, "HSTS");
    let include_subdomains =
        enabled(&wishes.http_strict_transport_security_include_subdomains, "HSTS includeSubDomains");
    let preload = enabled(&wishes.http_strict_transport_security_preload, "HSTS Preload");
    if !hsts_on && (include_subdomains || preload) {
        warning(
            "http_strict_transport_security is not enabled while http_strict_transport_security_include_subdomains or http_strict_transport_security_preload have been enabled.",
        );
    }
    enabled(&wishes.enable_http2, "HTTP/2");
    let force_https = enabled(&wishes.force_https, "HTTPS redirect");
    let status_pages = status_pages(wishes.status_codes.unwrap_or_default());
    if !status_pages.is_empty() {
        step("Enabling custom pages for status_codes");
    }
    let auth_file = build.join("Staticfile.auth");
    let basic_auth = auth_file.exists();
    if basic_auth {
        step("Enabling basic authentication using Staticfile.auth");
        let text =
            fs::read_to_string(&auth_file).map_err(|source| StepError::Io { path: auth_file, source })?;
        if let Some(user) = Auth::parse(&text).unusable().first() {
            return Err(StepError::Builtin(format!(
                "Staticfile.auth: the password of '{user}' is hashed in a way that is not supported; bcrypt, SHA-512, SHA-256, MD5, apr1 and SSHA are"
            )));
        }
    }
    let hsts = hsts_on.then_some(Hsts { include_subdomains, preload });
    Ok(Site { host_dot_files, directory, ssi, pushstate, hsts, force_https, basic_auth, status_pages })
}

/// For what only nginx could honour.
fn without_nginx(what: &str) -> StepError {
    StepError::Builtin(format!(
        "{what} is not supported: this buildpack serves the files without nginx; use a buildpack of nginx instead"
    ))
}

/// Refuses pages with server side includes that would be left out.
fn check_directives(dir: &Path) -> Result<(), StepError> {
    let io = |source| StepError::Io { path: dir.to_owned(), source };
    for entry in fs::read_dir(dir).map_err(io)? {
        let path = entry.map_err(io)?.path();
        // A link may lead in a circle; what it leads to is looked at where it is.
        let kind = path.symlink_metadata().map_err(io)?.file_type();
        if kind.is_dir() {
            check_directives(&path)?;
        }
        let is_html =
            mime_guess::from_path(&path).first().is_some_and(|mime| mime.essence_str() == "text/html");
        if kind.is_file() && is_html {
            let text = String::from_utf8_lossy(&fs::read(&path).map_err(io)?).into_owned();
            if let Some(directive) = unsupported_directive(&text) {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                return Err(StepError::Builtin(format!(
                    "ssi: the directive '{directive}' in {name} is not supported, only includes are"
                )));
            }
        }
    }
    Ok(())
}

/// The page for each status; `4xx` and `5xx` stand for all that have no page of their own.
fn status_pages(wishes: BTreeMap<String, Option<String>>) -> BTreeMap<u16, String> {
    let mut pages = BTreeMap::new();
    let (classes, single): (Vec<_>, Vec<_>) = wishes.into_iter().partition(|(codes, _)| codes.contains("xx"));
    for (codes, page) in classes.into_iter().chain(single) {
        let codes = match codes.as_str() {
            codes if codes.contains("4xx") => CODES_4XX,
            codes if codes.contains("5xx") => CODES_5XX,
            codes => codes,
        };
        for code in codes.split_whitespace().filter_map(|code| code.parse().ok()) {
            if let Some(page) = page.clone().filter(|page| !page.is_empty()) {
                pages.insert(code, page);
            }
        }
    }
    pages
}

fn find_root(build: &Path, root: &str) -> Result<PathBuf, StepError> {
    let wrong = |what: &str| {
        StepError::Builtin(format!(
            "Invalid root directory: the application Staticfile specifies a root directory {root} that {what}"
        ))
    };
    let mut dir = build.to_owned();
    for component in Path::new(root).components() {
        match component {
            Component::Normal(name) => dir.push(name),
            Component::CurDir | Component::RootDir => {}
            Component::ParentDir | Component::Prefix(_) => {
                return Err(wrong("leads outside the application"));
            }
        }
    }
    match fs::metadata(&dir) {
        Ok(meta) if meta.is_dir() => Ok(dir),
        Ok(_) => Err(wrong("is a plain file, but was expected to be a directory")),
        Err(_) => Err(wrong("does not exist")),
    }
}

fn publish(build: &Path, root: &Path, public: &Path, host_dot_files: bool) -> io::Result<()> {
    let entries = fs::read_dir(root)?.collect::<io::Result<Vec<_>>>()?;
    let waiting = build.join(WAITING);
    fs::create_dir(&waiting)?;
    for entry in entries {
        let name = entry.file_name();
        let shown = name.to_string_lossy();
        if !KEPT_BACK.contains(&shown.as_ref()) && (host_dot_files || !shown.starts_with('.')) {
            fs::rename(entry.path(), waiting.join(&name))?;
        }
    }
    if public.exists() {
        fs::remove_dir_all(public)?;
    }
    fs::rename(waiting, public)
}

fn write_script(path: &Path, text: &str) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        fs::remove_file(path)?;
    }
    OpenOptions::new().write(true).create_new(true).mode(0o755).open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::status_pages;
    use std::collections::BTreeMap;

    #[test]
    fn a_page_for_one_status_goes_before_the_page_for_its_class() {
        let wishes: BTreeMap<String, Option<String>> =
            [("4xx", "/any.html"), ("404", "/missing.html"), ("500 502", "/down.html")]
                .into_iter()
                .map(|(codes, page)| (codes.to_owned(), Some(page.to_owned())))
                .collect();
        let pages = status_pages(wishes);
        assert_eq!(pages[&404], "/missing.html");
        assert_eq!(pages[&403], "/any.html");
        assert_eq!(pages[&502], "/down.html");
        assert!(!pages.contains_key(&503));
    }
}
