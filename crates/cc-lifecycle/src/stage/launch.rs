//! What a droplet can run: `launch.yml`, `bin/release` and `Procfile`, merged in that order.

use super::error::{StageError, StepError};
use crate::result::{Process, Sidecar};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_saphyr::DuplicateKeyPolicy;
use std::collections::BTreeMap;

/// Everything that may be started, each type once.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Launchables(Vec<Launchable>);

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Launchable {
    #[serde(rename = "type")]
    process_type: String,
    command: String,
    platforms: Option<Platforms>,
    limits: Option<LaunchLimits>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Platforms {
    cloudfoundry: Option<CloudFoundry>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct CloudFoundry {
    sidecar_for: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct LaunchLimits {
    memory: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LaunchYml {
    processes: Option<Vec<Launchable>>,
}

/// Commands by process type, as `bin/release` gives them.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Release(pub(crate) Vec<(String, String)>);

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReleaseYml {
    default_process_types: Option<BTreeMap<String, Option<String>>>,
}

impl Release {
    /// Reads what `bin/release` printed. Unknown keys are ignored, and so is an output without any.
    pub(super) fn parse(output: &[u8]) -> Result<Self, StepError> {
        let yml: Option<ReleaseYml> =
            yaml(&String::from_utf8_lossy(output)).map_err(StepError::ReleaseOutput)?;
        Ok(Self(pairs(yml.unwrap_or_default().default_process_types)))
    }
}

impl Launchables {
    /// Takes the processes of a `launch.yml`; those of a known type replace it.
    pub(super) fn add_launch_yml(&mut self, text: &str) -> Result<(), StageError> {
        let yml: Option<LaunchYml> = yaml(text).map_err(StageError::LaunchYml)?;
        for launchable in yml.unwrap_or_default().processes.unwrap_or_default() {
            self.put(launchable);
        }
        Ok(())
    }

    pub(super) fn add_release(&mut self, release: Release) {
        for (process_type, command) in release.0 {
            self.put(Launchable { process_type, command, ..Launchable::default() });
        }
    }

    /// Takes the lines of a `Procfile`, which is a YAML map of commands.
    pub(super) fn add_procfile(&mut self, text: &str) -> Result<(), StageError> {
        let commands: Option<BTreeMap<String, Option<String>>> =
            yaml(text).map_err(|_| StageError::Procfile)?;
        self.add_release(Release(pairs(commands)));
        Ok(())
    }

    /// Processes and sidecars apart.
    pub(super) fn split(self) -> (Vec<Process>, Vec<Sidecar>) {
        let (mut processes, mut sidecars) = (Vec::new(), Vec::new());
        for Launchable { process_type, command, platforms, limits } in self.0 {
            let process_types = platforms.and_then(|p| p.cloudfoundry).unwrap_or_default().sidecar_for;
            if process_types.is_empty() {
                processes.push(Process { process_type, command });
            } else {
                let memory = limits.and_then(|limits| limits.memory).filter(|megabytes| *megabytes > 0);
                sidecars.push(Sidecar { name: process_type, process_types, command, memory });
            }
        }
        (processes, sidecars)
    }

    fn put(&mut self, new: Launchable) {
        match self.0.iter_mut().find(|old| old.process_type == new.process_type) {
            Some(old) => *old = new,
            None => self.0.push(new),
        }
    }
}

/// Whether a `Procfile` names a command at all.
pub(crate) fn procfile_has_a_command(text: &str) -> bool {
    let mut launchables = Launchables::default();
    launchables.add_procfile(text).is_ok()
        && launchables.0.iter().any(|launchable| !launchable.command.is_empty())
}

fn pairs(map: Option<BTreeMap<String, Option<String>>>) -> Vec<(String, String)> {
    map.unwrap_or_default().into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect()
}

/// Reads YAML as the reference does where buildpacks could tell: of equal keys the last counts.
pub(crate) fn yaml<T: DeserializeOwned>(text: &str) -> Result<Option<T>, serde_saphyr::Error> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    serde_saphyr::from_str_with_options(
        text,
        serde_saphyr::options! { duplicate_keys: DuplicateKeyPolicy::LastWins },
    )
}

#[cfg(test)]
mod tests {
    use super::{Launchables, Release, procfile_has_a_command};

    fn commands(launchables: Launchables) -> Vec<(String, String)> {
        launchables.split().0.into_iter().map(|process| (process.process_type, process.command)).collect()
    }

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn a_release_gives_its_default_process_types_and_may_say_more() {
        let text = b"---\naddons: []\nconfig_vars: {}\ndefault_process_types:\n  web: bundle exec rackup -p $PORT\n  worker: rake work\n";
        assert_eq!(
            Release::parse(text).unwrap().0,
            owned(&[("web", "bundle exec rackup -p $PORT"), ("worker", "rake work")])
        );
    }

    #[test]
    fn an_empty_release_gives_no_process() {
        for text in ["", "--- {}", "---\n", "default_process_types:\n", "---\ndefault_process_types: {}\n"] {
            assert_eq!(Release::parse(text.as_bytes()).unwrap(), Release::default(), "{text:?}");
        }
    }

    #[test]
    fn a_release_that_is_no_map_is_refused() {
        assert!(Release::parse(b"just words").is_err());
        assert!(Release::parse(b"default_process_types: [a, b]").is_err());
    }

    #[test]
    fn a_procfile_replaces_processes_of_the_same_type() {
        let mut launchables = Launchables::default();
        launchables.add_release(Release(owned(&[("web", "from release"), ("worker", "work")])));
        launchables.add_procfile("web: from procfile\nclock: tick --every 5\n").unwrap();
        assert_eq!(
            commands(launchables),
            owned(&[("web", "from procfile"), ("worker", "work"), ("clock", "tick --every 5")])
        );
    }

    #[test]
    fn a_procfile_that_is_no_map_of_commands_is_refused() {
        for text in ["web", "web: [a", "- web", "web: {a: b}", "web: x\nweb worker"] {
            assert!(Launchables::default().add_procfile(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn scalars_of_a_procfile_are_commands_as_they_are_written() {
        let mut launchables = Launchables::default();
        launchables.add_procfile("a: 8080\nb: true\nc:\nd: 1.10\na: 9090\n").unwrap();
        assert_eq!(commands(launchables), owned(&[("a", "9090"), ("b", "true"), ("c", ""), ("d", "1.10")]));
    }

    #[test]
    fn a_process_of_launch_yml_that_is_for_others_is_a_sidecar() {
        let text = "processes:\n- type: web\n  command: serve\n- type: agent\n  command: watch\n  platforms:\n    cloudfoundry:\n      sidecar_for: [web, worker]\n  limits:\n    memory: 64\n";
        let mut launchables = Launchables::default();
        launchables.add_launch_yml(text).unwrap();
        let (processes, sidecars) = launchables.split();
        assert_eq!(processes.len(), 1);
        assert_eq!(sidecars.len(), 1);
        assert_eq!((sidecars[0].name.as_str(), sidecars[0].memory), ("agent", Some(64)));
        assert_eq!(sidecars[0].process_types, ["web", "worker"]);
    }

    #[test]
    fn a_procfile_without_commands_names_none() {
        assert!(procfile_has_a_command("web: x"));
        assert!(!procfile_has_a_command("web:"));
        assert!(!procfile_has_a_command(""));
        assert!(!procfile_has_a_command("web: ["));
    }
}
