//! What of a path makes no difference, as Rails has it: slashes more than one, and a format behind the last part, as in `….json`.

use axum::body::Body;
use axum::http::{Request, Uri};
use std::task::{Context, Poll};
use tower::Service;

/// Where no operation is: a dot within a path belongs to no guid and no name.
const NOWHERE: &str = "/unknown";
/// The API's own paths; those of others, as of buildpacks' names, stay as they are.
const API: &str = "/v3/";

/// A service that gets tidy paths.
#[derive(Clone)]
pub struct Tidied<S>(pub S);

impl<S: Service<Request<Body>>> Service<Request<Body>> for Tidied<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        if let Some(path) = tidied(request.uri().path())
            && let Some(uri) = with_path(request.uri(), &path)
        {
            *request.uri_mut() = uri;
        }
        self.0.call(request)
    }
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    parts.path_and_query = Some(format!("{path}{query}").parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// The path as it is looked for; `None` if it is tidy.
fn tidied(path: &str) -> Option<String> {
    if !path.contains("//") && !path.contains('.') {
        return None;
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let joined = format!("/{}", parts.join("/"));
    if !joined.starts_with(API) {
        return (joined != path.trim_end_matches('/')).then_some(joined);
    }
    let (last, others) = parts.split_last()?;
    if others.iter().any(|part| part.contains('.')) {
        return Some(NOWHERE.to_owned());
    }
    let last = match last.rsplit_once('.') {
        None => last,
        Some((name, format)) if !name.is_empty() && !format.is_empty() && !name.contains('.') => name,
        Some(_) => return Some(NOWHERE.to_owned()),
    };
    Some(format!("/{}/{last}", others.join("/")))
}

#[cfg(test)]
mod tests {
    use super::tidied;

    #[test]
    fn slashes_and_formats_make_no_difference() {
        let tidied = |path: &str| tidied(path).unwrap_or_else(|| path.to_owned());
        for (given, wanted) in [
            ("/v3/apps", "/v3/apps"),
            ("//v3//apps/x//", "/v3/apps/x"),
            ("/v3/apps.json", "/v3/apps"),
            ("/v3/apps/x.y", "/v3/apps/x"),
            ("/v3/apps/x.y/env", "/unknown"),
            ("/v3/./apps", "/unknown"),
            ("/v3/spaces/../apps/x", "/unknown"),
            ("/v3/apps/%2e%2e", "/v3/apps/%2e%2e"),
            ("/oauth/clients/a.b", "/oauth/clients/a.b"),
        ] {
            assert_eq!(tidied(given), wanted, "{given}");
        }
    }
}
