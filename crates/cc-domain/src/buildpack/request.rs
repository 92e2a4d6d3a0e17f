//! Buildpacks as an app or build asks for them: names of offered ones, or addresses.

use super::Buildpack;
use crate::app::{AppError, LifecycleKind};

/// One buildpack of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildpackChoice {
    Admin(Buildpack),
    /// Fetched from this address while staging.
    Custom(String),
}

/// Whether the text is the address of a buildpack rather than a name: `http`, `https`, `git`, `ssh` with a host, or `git@host:path`.
pub fn is_custom(text: &str) -> bool {
    let no_space = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let by_scheme = ["http://", "https://", "git://", "ssh://"].iter().any(|scheme| {
        text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    });
    let scp = text
        .strip_prefix("git@")
        .is_some_and(|rest| rest.split_once(':').is_some_and(|(h, p)| !h.is_empty() && !p.is_empty()));
    no_space && (by_scheme || scp)
}

/// Looks up what was asked for, in order. `offered` are the buildpacks of the installation, by position; of two with one name the one of
/// this very stack wins over the one for every stack. Whether a found one is enabled and has bits is checked at the build, except that an
/// app may not name one without bits.
pub fn resolve(
    requested: &[String],
    offered: &[Buildpack],
    stack: Option<&str>,
    lifecycle: LifecycleKind,
) -> Result<Vec<BuildpackChoice>, AppError> {
    requested.iter().map(|text| choose(text, offered, stack, lifecycle)).collect()
}

fn choose(
    text: &str,
    offered: &[Buildpack],
    stack: Option<&str>,
    lifecycle: LifecycleKind,
) -> Result<BuildpackChoice, AppError> {
    let mut named: Vec<_> = offered
        .iter()
        .filter(|b| b.name.as_str() == text && b.lifecycle == lifecycle)
        .filter(|b| stack.is_none_or(|stack| b.fits_stack(stack)))
        .collect();
    named.sort_by_key(|b| (b.stack.is_none(), b.position));
    match named.first() {
        Some(found) if found.bits.is_none() => Err(AppError::BuildpackNotReady(text.to_owned())),
        Some(found) => Ok(BuildpackChoice::Admin((*found).clone())),
        None if is_custom(text) => Ok(BuildpackChoice::Custom(text.to_owned())),
        None => Err(AppError::UnknownBuildpack {
            buildpack: text.to_owned(),
            for_stack: stack.map(|stack| format!("for stack \"{stack}\" ")).unwrap_or_default(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_names() {
        for custom in ["https://x.io/b.git#v1", "git://x/y", "git@github.com:a/b.git", "http://x"] {
            assert!(is_custom(custom), "{custom}");
        }
        for name in ["ruby_buildpack", "https://", "ftp://x", "https:///x", "git@x", "https://a b"] {
            assert!(!is_custom(name), "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_refused_in_the_words_of_the_reference() {
        let refusal = resolve(&["x".to_owned()], &[], Some("s"), LifecycleKind::Buildpack).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "Buildpack \"x\" for stack \"s\" must be an existing admin buildpack or a valid git URI"
        );
    }
}
