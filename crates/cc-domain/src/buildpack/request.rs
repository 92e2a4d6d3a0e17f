//! Buildpacks as an app or build asks for them: names of offered ones, or addresses.

use super::Buildpack;
use crate::app::AppError;
use crate::lifecycle::LifecycleKind;

/// One buildpack of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildpackChoice {
    Admin(Buildpack),
    /// Fetched from this address while staging.
    Custom(String),
}

/// Whether the text is the address of a buildpack rather than a name: any URI (RFC 2396), or `git@host:path.git`. Whether anything can be
/// fetched from there is found out while staging.
pub fn is_custom(text: &str) -> bool {
    is_uri(text) || is_git_over_ssh(text)
}

fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let (opaque, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme && !opaque.is_empty() && is_uri_text(opaque) && is_uri_text(fragment)
}

/// Only characters that may stand in a URI, and whole escapes.
fn is_uri_text(text: &str) -> bool {
    let mut pieces = text.split('%');
    let plain =
        |piece: &str| piece.chars().all(|c| c.is_ascii_alphanumeric() || "-_.!~*'();/?:@&=+$,[]".contains(c));
    pieces.next().is_none_or(plain)
        && pieces.all(|piece| {
            plain(piece) && piece.get(..2).is_some_and(|hex| hex.chars().all(|c| c.is_ascii_hexdigit()))
        })
}

/// Where Cloud Native Buildpacks can be fetched from.
fn is_of_registry(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        ["docker", "http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
    })
}

fn is_git_over_ssh(text: &str) -> bool {
    let parts = text.strip_prefix("git@").and_then(|rest| rest.strip_suffix(".git")?.split_once(':'));
    parts.is_some_and(|(host, path)| !host.is_empty() && !path.is_empty() && !text.contains('\n'))
}

/// Looks up what was asked for, in order. `offered` are the buildpacks of the installation, by position; of two with one name the one of
/// this very stack wins over the one for every stack; one without bits is not offered yet. Whether a found one is enabled is checked at the
/// build. Without a stack nothing is resolved. Everything that is wrong is said at once.
pub fn resolve(
    requested: &[String],
    offered: &[Buildpack],
    stack: Option<&str>,
    lifecycle: LifecycleKind,
) -> Result<Vec<BuildpackChoice>, AppError> {
    let (mut choices, mut wrong) = (Vec::new(), Vec::new());
    for text in requested {
        match choose(text, offered, stack, lifecycle) {
            Some(choice) => choices.push(choice),
            None => wrong.push(unknown(text, stack)),
        }
    }
    if stack.is_none() {
        wrong.push(AppError::UnknownStack.to_string());
    }
    if !wrong.is_empty() {
        return Err(AppError::Lifecycle(wrong.join(", ")));
    }
    let unfit = choices.iter().find_map(|choice| match choice {
        BuildpackChoice::Custom(text) if lifecycle == LifecycleKind::Cnb && !is_of_registry(text) => {
            Some(text)
        }
        BuildpackChoice::Custom(_) | BuildpackChoice::Admin(_) => None,
    });
    match unfit {
        Some(text) => Err(AppError::Lifecycle(format!("Specified unknown buildpack name: \"{text}\""))),
        None => Ok(choices),
    }
}

fn unknown(text: &str, stack: Option<&str>) -> String {
    let for_stack = stack.map(|stack| format!("for stack \"{stack}\" ")).unwrap_or_default();
    format!("Buildpack \"{text}\" {for_stack}must be an existing admin buildpack or a valid git URI")
}

fn choose(
    text: &str,
    offered: &[Buildpack],
    stack: Option<&str>,
    lifecycle: LifecycleKind,
) -> Option<BuildpackChoice> {
    let mut named: Vec<_> = offered
        .iter()
        .filter(|b| b.name.as_str() == text && b.lifecycle == lifecycle && b.bits.is_some())
        .filter(|b| stack.is_none_or(|stack| b.fits_stack(stack)))
        .collect();
    named.sort_by_key(|b| (b.stack.is_none(), b.position));
    match named.first() {
        Some(found) => Some(BuildpackChoice::Admin((*found).clone())),
        None => is_custom(text).then(|| BuildpackChoice::Custom(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cloud_native_buildpacks_come_from_registries_and_servers_only() {
        let chosen =
            |text: &str, kind| resolve(&[text.to_owned()], &[], Some("s"), kind).map(|all| all.len());
        for text in ["docker://h/b", "https://h/b.tgz", "HTTP://h/b"] {
            assert_eq!(chosen(text, LifecycleKind::Cnb), Ok(1), "{text}");
        }
        for text in ["urn:cnb:registry:x/y@1", "git@h:x.git"] {
            let unknown = format!("Specified unknown buildpack name: \"{text}\"");
            assert_eq!(chosen(text, LifecycleKind::Cnb), Err(AppError::Lifecycle(unknown)));
            assert_eq!(chosen(text, LifecycleKind::Buildpack), Ok(1));
        }
    }

    #[test]
    fn addresses_are_told_from_names() {
        for custom in [
            "https://x.io/b.git#v1",
            "git://x/y",
            "git@github.com:a/b.git",
            "http://x",
            "https://",
            "ftp://x",
            "urn:cnb:x",
            "https://x/%41",
        ] {
            assert!(is_custom(custom), "{custom}");
        }
        for name in [
            "ruby_buildpack",
            "//h/x",
            "https:",
            "git@x",
            "git@h:x.git#b",
            "https://a b",
            "https://x#a#b",
            "https://x/%4",
        ] {
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
