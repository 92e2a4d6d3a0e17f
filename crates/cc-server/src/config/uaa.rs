//! Who the external UAA is, and who we are to it.

use super::{Options, is_http};
use cc_domain::secret::Secret;
use serde::{Deserialize, Deserializer};
use std::path::Path;

/// An external UAA.
#[derive(Clone, Debug)]
pub struct Uaa {
    /// Without a trailing slash.
    pub url: String,
    /// Exactly what `iss` must be.
    pub issuer: String,
    /// `None`: users are known by guid only.
    pub client: Option<UaaClient>,
}

/// The client of the UAA that may look up users.
#[derive(Clone)]
pub struct UaaClient {
    pub id: String,
    pub secret: Secret,
}

impl std::fmt::Debug for UaaClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UaaClient").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Uaa {
    /// Settings of the command line over those of the file. What cannot be is added to `wrong`.
    pub fn resolve(options: &Options, file: &Options, wrong: &mut Vec<String>) -> Option<Self> {
        let issuer = options.uaa_issuer.as_ref().or(file.uaa_issuer.as_ref());
        let client = client(options, file, wrong);
        let Some(url) = options.uaa_url.as_ref().or(file.uaa_url.as_ref()) else {
            if issuer.is_some() {
                wrong.push(
                    "uaa_issuer says how the tokens of an external UAA are told; name it with uaa_url"
                        .to_owned(),
                );
            }
            if client.is_some() {
                wrong.push("uaa_client_id is a client of an external UAA; name it with uaa_url".to_owned());
            }
            return None;
        };
        let url = url.trim_end_matches('/').to_owned();
        if !is_http(&url) {
            wrong.push(format!("'{url}' is no URL of a UAA; give one that begins with http:// or https://"));
        }
        let issuer = issuer.cloned().unwrap_or_else(|| format!("{url}/oauth/token"));
        Some(Self { url, issuer, client })
    }
}

fn client(options: &Options, file: &Options, wrong: &mut Vec<String>) -> Option<UaaClient> {
    let id = options.uaa_client_id.as_ref().or(file.uaa_client_id.as_ref());
    // What the command line says about the secret wins, in whatever form.
    let of = |options: &Options| (options.uaa_client_secret.clone(), options.uaa_client_secret_file.clone());
    let secret = match (of(options), of(file)) {
        ((None, None), given) | (given, _) => given,
    };
    let secret = match secret {
        (Some(_), Some(_)) => {
            wrong
                .push("uaa_client_secret and uaa_client_secret_file are the same thing; give one".to_owned());
            return None;
        }
        (Some(secret), None) => Some(secret),
        (None, Some(path)) => Some(read(&path).map_err(|why| wrong.push(why)).ok()?),
        (None, None) => None,
    };
    match (id, secret) {
        (Some(id), Some(secret)) => Some(UaaClient { id: id.clone(), secret }),
        (Some(_), None) => {
            wrong.push(
                "uaa_client_id needs its secret: give uaa_client_secret or uaa_client_secret_file".to_owned(),
            );
            None
        }
        (None, Some(_)) => {
            wrong.push("uaa_client_secret is of no client; name it with uaa_client_id".to_owned());
            None
        }
        (None, None) => None,
    }
}

/// The first line of the file.
fn read(path: &Path) -> Result<Secret, String> {
    let named = || format!("uaa_client_secret_file {}", path.display());
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", named()))?;
    let text = Secret::from(text);
    match text.expose().lines().next() {
        Some(line) if !line.is_empty() => Ok(Secret::new(line)),
        _ => Err(format!("{} has no secret in its first line", named())),
    }
}

/// A secret in the file of settings; what stands there instead is not said.
pub fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    let text = String::deserialize(deserializer);
    text.map(|text| Some(Secret::from(text)))
        .map_err(|_| serde::de::Error::custom("uaa_client_secret is a text"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    fn options() -> Options {
        Options {
            data_dir: Some("/tmp/x".into()),
            uaa_url: Some("https://uaa.example/".into()),
            uaa_client_id: Some("names".into()),
            ..Options::default()
        }
    }

    fn client(options: Options) -> UaaClient {
        let Ok(config) = options.resolve() else { panic!("the options are right") };
        config.uaa.and_then(|uaa| uaa.client).expect("a client")
    }

    fn wrong(options: Options) -> String {
        let Err(Problem::Configuration(wrong)) = options.resolve() else { panic!("the options are wrong") };
        wrong.join("; ")
    }

    #[test]
    fn the_secret_comes_from_one_place_and_is_not_shown() {
        let given = client(Options { uaa_client_secret: Some(Secret::new("hush")), ..options() });
        assert_eq!((given.id.as_str(), given.secret.expose()), ("names", "hush"));
        assert_eq!(format!("{given:?}"), r#"UaaClient { id: "names", .. }"#);
        let folder = tempfile::tempdir().unwrap();
        let (secret, config) = (folder.path().join("secret"), folder.path().join("cc.toml"));
        std::fs::write(&secret, "from the file\n").unwrap();
        let from_file = Options { uaa_client_secret_file: Some(secret.clone()), ..options() };
        assert_eq!(client(from_file).secret.expose(), "from the file");
        std::fs::write(&config, "uaa_client_secret = \"of the settings\"\n").unwrap();
        let settings = Options { config: Some(config.clone()), ..options() };
        assert_eq!(client(settings.clone()).secret.expose(), "of the settings");
        let both = Options { uaa_client_secret_file: Some(secret.clone()), ..settings.clone() };
        assert_eq!(client(both).secret.expose(), "from the file");
        std::fs::write(&config, "uaa_client_secret = 12345\n").unwrap();
        assert!(!wrong(settings).contains("12345"));
        std::fs::write(&secret, "\n").unwrap();
        let empty = Options { uaa_client_secret_file: Some(secret), ..options() };
        assert!(wrong(empty).ends_with("has no secret in its first line"));
    }

    #[test]
    fn a_client_needs_a_secret_and_a_uaa() {
        assert!(wrong(options()).starts_with("uaa_client_id needs its secret"));
        let secret = Some(Secret::new("hush"));
        let nobody = Options { uaa_client_id: None, uaa_client_secret: secret.clone(), ..options() };
        assert!(wrong(nobody).starts_with("uaa_client_secret is of no client"));
        let nowhere = Options { uaa_url: None, uaa_client_secret: secret.clone(), ..options() };
        assert!(wrong(nowhere).starts_with("uaa_client_id is a client of an external UAA"));
        let twice =
            Options { uaa_client_secret: secret, uaa_client_secret_file: Some("/x".into()), ..options() };
        assert!(wrong(twice).starts_with("uaa_client_secret and uaa_client_secret_file"));
        let missing = Options { uaa_client_secret_file: Some("/nowhere/x".into()), ..options() };
        assert!(wrong(missing).starts_with("uaa_client_secret_file /nowhere/x cannot be read"));
    }
}
