//! `launcher [--home DIR] COMMAND METADATA`: becomes the app.
//!
//! The home, by default the directory it is started in, holds `app`, `deps`, `tmp`, `profile.d` and
//! `staging_info.yml` as a droplet has them; no path is built in, since not every container has `/home/vcap`.
//! Same observable behaviour as the reference's launcher: the environment of an app, its `profile.d` scripts,
//! then the start command by `bash`, in the process that this one was. The metadata is not looked at. Exit
//! codes, if the app does not start: 1 usage, no command or unreadable staging info; 3 environment; 4 no
//! `/bin/bash`.

use super::console;
use super::result::StagingInfo;
use super::stage::yaml;
use serde_json::{Map, Value};
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

const USAGE: &str = "usage: launcher [--home <directory>] <start-command> <metadata>";

/// Becomes the app; returns only to say why that failed.
pub(super) fn main(args: &[OsString]) -> i32 {
    let (home, args) = match args {
        [option, home, rest @ ..] if option == "--home" => (Path::new(home), rest),
        _ => (Path::new("."), args),
    };
    let [command, _metadata, ..] = args else {
        console::err(&format!("launcher: received only {} arguments\n{USAGE}", args.len()));
        return 1;
    };
    let home = match env::set_current_dir(home).and_then(|()| env::current_dir()) {
        Ok(home) => home,
        Err(error) => {
            console::err(&format!("launcher: {}: {error}", home.display()));
            return 3;
        }
    };
    let info = match staging_info() {
        Ok(info) => info,
        Err(error) => {
            console::err(&format!("Invalid staging info - {error}"));
            return 1;
        }
    };
    let command = if command.is_empty() { OsStr::new(&info.start_command) } else { command };
    if command.is_empty() {
        console::err("launcher: no start command specified or detected in droplet");
        return 1;
    }
    let prefix = info.config.and_then(|config| config.entrypoint_prefix).filter(|prefix| !prefix.is_empty());
    let error = become_app(&home, command, prefix.as_deref().unwrap_or("bash -c"));
    console::err(&format!("launcher: /bin/bash: {error}"));
    4
}

fn staging_info() -> Result<StagingInfo, String> {
    match fs::read_to_string("staging_info.yml") {
        Ok(text) => yaml(&text).map(Option::unwrap_or_default).map_err(|error| error.to_string()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(StagingInfo::default()),
        Err(error) => Err(error.to_string()),
    }
}

fn become_app(home: &Path, command: &OsStr, entrypoint: &str) -> io::Error {
    let dir = home.join("app");
    let mut bash = Command::new("/bin/bash");
    bash.arg0("bash").arg("-c").arg(script(entrypoint)).arg("launcher").arg(&dir).arg(command);
    bash.env("HOME", &dir).env("TMPDIR", home.join("tmp")).env("DEPS_DIR", home.join("deps"));
    bash.env_remove("VCAP_PLATFORM_OPTIONS");
    if let Some(application) =
        env::var("VCAP_APPLICATION").ok().and_then(|text| with_instance(&text, |name| env::var(name).ok()))
    {
        bash.env("VCAP_APPLICATION", application);
    }
    bash.exec()
}

/// What bash does before and to start the command: sources every script of the buildpacks, of the app, and
/// `.profile`.
fn script(entrypoint: &str) -> String {
    format!(
        r#"
cd "$1"

echo 'Invoking pre-start scripts.'

if [ -n "$(ls ../profile.d/* 2> /dev/null)" ]; then
  for env_file in ../profile.d/*; do
    source $env_file
  done
fi

if [ -n "$(ls .profile.d/* 2> /dev/null)" ]; then
  for env_file in .profile.d/*; do
    source $env_file
  done
fi

if [ -f .profile ]; then
  source .profile
fi

shift

echo 'Invoking start command.'

exec {entrypoint} "$@"
"#
    )
}

/// `VCAP_APPLICATION` with what only the instance knows; none if it is not a JSON object.
fn with_instance(text: &str, var: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut application: Map<String, Value> = serde_json::from_str(text).ok()?;
    application.insert("host".to_owned(), "0.0.0.0".into());
    application.insert("instance_id".to_owned(), var("INSTANCE_GUID").unwrap_or_default().into());
    for (key, name) in [("port", "PORT"), ("instance_index", "INSTANCE_INDEX")] {
        if let Some(number) = var(name).and_then(|text| text.parse::<i64>().ok()) {
            application.insert(key.to_owned(), number.into());
        }
    }
    serde_json::to_string(&application).ok()
}

#[cfg(test)]
mod tests {
    use super::with_instance;
    use serde_json::{Value, json};

    #[test]
    fn vcap_application_learns_of_its_instance() {
        let var = |name: &str| match name {
            "PORT" => Some("8080".to_owned()),
            "INSTANCE_INDEX" => Some("2".to_owned()),
            "INSTANCE_GUID" => Some("g".to_owned()),
            _ => None,
        };
        let text = with_instance(r#"{"name":"dora"}"#, var).unwrap();
        let expected =
            json!({"name": "dora", "host": "0.0.0.0", "port": 8080, "instance_id": "g", "instance_index": 2});
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
    }

    #[test]
    fn numbers_that_do_not_parse_are_left_out() {
        let text = with_instance("{}", |name| (name != "INSTANCE_GUID").then(|| "x".to_owned())).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap(),
            json!({"host": "0.0.0.0", "instance_id": ""})
        );
    }

    #[test]
    fn a_vcap_application_that_is_no_object_is_left_alone() {
        assert_eq!(with_instance("", |_| None), None);
        assert_eq!(with_instance("[1]", |_| None), None);
    }
}
