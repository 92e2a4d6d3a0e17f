//! The command line of `stage`, spelled by the host and read in the container by the same code.

use std::ffi::OsString;
use std::path::PathBuf;
use thiserror::Error;

const BUILTIN: &str = "builtin:";

/// Everything that a staging is told. All paths are as seen in the container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The app's package, a zip.
    pub package: PathBuf,
    /// Holds for each buildpack that is neither built in nor a repository's URL an unpacked folder, named by
    /// [`crate::buildpack_dir_name`], or an archive `<position>.zip`, counted from 0.
    pub buildpacks_dir: PathBuf,
    /// In the order in which they are tried or run; never empty.
    pub buildpacks: Vec<Requested>,
    /// The app names its buildpacks: all of them are run, none is asked.
    pub skip_detect: bool,
    /// The build artifacts cache of the previous staging, a gzipped tar. It need not exist.
    pub cache_in: Option<PathBuf>,
    /// Below it lie the app while it is built, the cache and the droplet's contents. `$TMPDIR` if not given.
    pub work: PathBuf,
    /// Where to write the droplet.
    pub droplet: PathBuf,
    /// Where to write the new build artifacts cache.
    pub cache_out: PathBuf,
    /// Where to write [`crate::result::StagingResult`].
    pub result: PathBuf,
}

/// A buildpack by its key, which is a guid, a URL or `builtin:<name>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requested {
    pub key: String,
    /// For messages; a URL has none, it is its own name.
    pub name: Option<String>,
}

impl Requested {
    /// What a user calls this buildpack.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.key)
    }

    /// Whether the key is the URL of a buildpack rather than the name of one that the platform has.
    pub(super) fn is_url(&self) -> bool {
        self.key.contains("://")
    }

    /// Whether the key asks for a buildpack of this program, be it one that there is or not.
    pub(super) fn is_builtin(&self) -> bool {
        self.key.starts_with(BUILTIN)
    }

    /// Reads `KEY`, `KEY=NAME` or `KEY:NAME`; a URL is all key.
    fn parse(text: &str) -> Self {
        let builtin = if text.starts_with(BUILTIN) { BUILTIN.len() } else { 0 };
        let separator = text.char_indices().find(|(at, c)| *at >= builtin && matches!(c, '=' | ':'));
        match separator.and_then(|(at, _)| Some((text.get(..at)?, text.get(at + 1..)?))) {
            Some((key, name)) if !text.contains("://") => {
                Self { key: key.to_owned(), name: Some(name.to_owned()) }
            }
            _ => Self { key: text.to_owned(), name: None },
        }
    }
}

/// A command line that cannot be meant.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum OptionsError {
    #[error("unknown option '{0}'")]
    Unknown(String),
    #[error("the option {0} wants a value")]
    NoValue(String),
    #[error("the option {0} is missing")]
    Missing(&'static str),
    #[error("the value of {0} is not valid UTF-8")]
    NotUtf8(String),
}

impl Options {
    /// The words after `stage`.
    pub fn to_args(&self) -> Vec<OsString> {
        let mut args: Vec<OsString> = Vec::new();
        let mut put = |option: &str, value: OsString| args.extend([OsString::from(option), value]);
        put("--package", self.package.clone().into());
        put("--buildpacks-dir", self.buildpacks_dir.clone().into());
        for buildpack in &self.buildpacks {
            let value = match &buildpack.name {
                Some(name) if !buildpack.key.contains("://") && !name.contains("://") => {
                    format!("{}={name}", buildpack.key)
                }
                _ => buildpack.key.clone(),
            };
            put("--buildpack", value.into());
        }
        if let Some(cache) = &self.cache_in {
            put("--cache-in", cache.clone().into());
        }
        put("--work", self.work.clone().into());
        put("--droplet", self.droplet.clone().into());
        put("--cache-out", self.cache_out.clone().into());
        put("--result", self.result.clone().into());
        if self.skip_detect {
            args.push("--skip-detect".into());
        }
        args
    }

    /// Reads the words after `stage`; `tmpdir` is where to work unless they say.
    pub fn parse(args: &[OsString], tmpdir: Option<PathBuf>) -> Result<Self, OptionsError> {
        let (mut package, mut buildpacks_dir, mut cache_in, mut work) = (None, None, None, None);
        let (mut droplet, mut cache_out, mut result) = (None, None, None);
        let mut buildpacks = Vec::new();
        let mut skip_detect = false;
        let mut words = args.iter();
        while let Some(word) = words.next() {
            let option = word.to_string_lossy().into_owned();
            let slot = match option.as_str() {
                "--skip-detect" => {
                    skip_detect = true;
                    continue;
                }
                "--buildpack" => {
                    let value = words.next().ok_or_else(|| OptionsError::NoValue(option.clone()))?;
                    let text = value.to_str().ok_or(OptionsError::NotUtf8(option))?;
                    buildpacks.push(Requested::parse(text));
                    continue;
                }
                "--package" => &mut package,
                "--buildpacks-dir" => &mut buildpacks_dir,
                "--cache-in" => &mut cache_in,
                "--work" => &mut work,
                "--droplet" => &mut droplet,
                "--cache-out" => &mut cache_out,
                "--result" => &mut result,
                _ => return Err(OptionsError::Unknown(option)),
            };
            *slot = Some(PathBuf::from(words.next().ok_or(OptionsError::NoValue(option))?));
        }
        if buildpacks.is_empty() {
            return Err(OptionsError::Missing("--buildpack"));
        }
        Ok(Self {
            package: package.ok_or(OptionsError::Missing("--package"))?,
            buildpacks_dir: buildpacks_dir.ok_or(OptionsError::Missing("--buildpacks-dir"))?,
            buildpacks,
            skip_detect,
            cache_in,
            work: work.or(tmpdir).ok_or(OptionsError::Missing("--work"))?,
            droplet: droplet.ok_or(OptionsError::Missing("--droplet"))?,
            cache_out: cache_out.ok_or(OptionsError::Missing("--cache-out"))?,
            result: result.ok_or(OptionsError::Missing("--result"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, OptionsError, Requested};
    use std::path::PathBuf;

    fn options() -> Options {
        Options {
            package: "/tmp/package.zip".into(),
            buildpacks_dir: "/tmp/buildpacks".into(),
            buildpacks: vec![
                Requested { key: "builtin:staticfile".into(), name: Some("staticfile_buildpack".into()) },
                Requested { key: "https://example.com/bp.git?a=b#main".into(), name: None },
                Requested { key: "5f1b".into(), name: None },
            ],
            skip_detect: true,
            cache_in: Some(PathBuf::from("/tmp/cache-in.tgz")),
            work: "/tmp".into(),
            droplet: "/tmp/droplet.tgz".into(),
            cache_out: "/tmp/output-cache.tgz".into(),
            result: "/tmp/result.json".into(),
        }
    }

    #[test]
    fn what_the_host_spells_is_what_the_container_reads() {
        let all = options();
        assert_eq!(Options::parse(&all.to_args(), None), Ok(all));
        let least = Options { skip_detect: false, cache_in: None, ..options() };
        assert_eq!(Options::parse(&least.to_args(), None), Ok(least));
    }

    #[test]
    fn a_command_line_without_a_buildpack_is_refused() {
        let none = Options { buildpacks: Vec::new(), ..options() };
        assert_eq!(Options::parse(&none.to_args(), None), Err(OptionsError::Missing("--buildpack")));
    }

    #[test]
    fn the_temporary_folder_is_where_to_work_unless_another_is_given() {
        let mut args = options().to_args();
        assert_eq!(Options::parse(&args, Some("/elsewhere".into())).unwrap().work, PathBuf::from("/tmp"));
        let at = args.iter().position(|arg| arg == "--work").unwrap();
        args.drain(at..at + 2);
        assert_eq!(
            Options::parse(&args, Some("/elsewhere".into())).unwrap().work,
            PathBuf::from("/elsewhere")
        );
        assert_eq!(Options::parse(&args, None), Err(OptionsError::Missing("--work")));
    }

    #[test]
    fn a_name_follows_the_key_and_a_url_has_none() {
        let parsed = |text| {
            let Requested { key, name } = Requested::parse(text);
            (key, name.unwrap_or_default())
        };
        let pair = |key: &str, name: &str| (key.to_owned(), name.to_owned());
        assert_eq!(parsed("5f1b=ruby: 2"), pair("5f1b", "ruby: 2"));
        assert_eq!(parsed("5f1b:ruby_buildpack"), pair("5f1b", "ruby_buildpack"));
        assert_eq!(parsed("builtin:binary"), pair("builtin:binary", ""));
        assert_eq!(parsed("builtin:binary:binary_buildpack"), pair("builtin:binary", "binary_buildpack"));
        assert_eq!(parsed("https://git.example:8443/a=b"), pair("https://git.example:8443/a=b", ""));
    }

    #[test]
    fn an_option_without_its_value_is_refused() {
        assert_eq!(Options::parse(&["--work".into()], None), Err(OptionsError::NoValue("--work".into())));
        assert_eq!(Options::parse(&["--what".into()], None), Err(OptionsError::Unknown("--what".into())));
    }
}
