//! Buildpacks that need no zip. Their keys are `builtin:<name>`; they take every step that an unpacked
//! buildpack takes and say who they are in `config.yml` like one.

mod binary;
mod procfile;
mod staticfile;

use super::console;
use super::stage::{Places, Release, StepError};
use std::fs;
use std::path::Path;

/// A buildpack of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Builtin {
    Staticfile,
    Binary,
    Procfile,
}

impl Builtin {
    /// The buildpack with this key, none if it is not one of ours.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        match key.strip_prefix("builtin:")? {
            "staticfile" => Some(Self::Staticfile),
            "binary" => Some(Self::Binary),
            "procfile" => Some(Self::Procfile),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Staticfile => "staticfile",
            Self::Binary => "binary",
            Self::Procfile => "procfile",
        }
    }

    /// Name and version if the app is one for this buildpack.
    pub(crate) fn detect(self, build: &Path) -> Option<String> {
        let wants = match self {
            Self::Staticfile => staticfile::detects(build),
            Self::Binary => false,
            Self::Procfile => procfile::detects(build),
        };
        wants.then(|| format!("{} {VERSION}", self.name()))
    }

    pub(crate) fn supply(self, places: &Places<'_>) -> Result<(), StepError> {
        let mut title = self.name().to_owned();
        title.get_mut(..1).map(str::make_ascii_uppercase);
        step(&format!("{title} Buildpack version {VERSION}"));
        let path = places.deps.join(places.index).join("config.yml");
        fs::write(&path, format!("name: {}\nversion: '{VERSION}'\n", self.name()))
            .map_err(|source| StepError::Io { path, source })
    }

    pub(crate) fn finalize(self, places: &Places<'_>) -> Result<(), StepError> {
        match self {
            Self::Staticfile => staticfile::finalize(places.build),
            Self::Binary | Self::Procfile => Ok(()),
        }
    }

    pub(crate) fn release(self) -> Release {
        match self {
            Self::Staticfile => staticfile::release(),
            Self::Binary => binary::release(),
            Self::Procfile => Release::default(),
        }
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A line as buildpacks print the beginning of a step.
fn step(text: &str) {
    console::out(&format!("-----> {text}"));
}

/// A line as buildpacks print a warning.
fn warning(text: &str) {
    console::out(&format!("       **WARNING** {text}"));
}

#[cfg(test)]
mod tests {
    use super::Builtin;

    #[test]
    fn only_keys_of_this_program_name_a_builtin() {
        assert_eq!(Builtin::from_key("builtin:binary"), Some(Builtin::Binary));
        assert_eq!(Builtin::from_key("builtin:cobol"), None);
        assert_eq!(Builtin::from_key("binary"), None);
    }
}
