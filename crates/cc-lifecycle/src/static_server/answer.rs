//! What a request is answered with, in the order in which nginx would look at it: https, path, dot files,
//! user, method, file; and at last the page that the site has for the status.

use super::auth::Auth;
use super::find::{Found, Target};
use super::listing;
use super::site::Site;
use super::ssi;
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::header::{
    ACCEPT_ENCODING, ALLOW, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HOST,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, LOCATION, RANGE, STRICT_TRANSPORT_SECURITY,
    VARY, WWW_AUTHENTICATE,
};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use mime_guess::Mime;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use tower::ServiceExt;
use tower_http::services::ServeFile;

pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Bytes of a file that is there only compressed, for a visitor who cannot take it so; a larger one is sent
/// as it is.
const LARGEST_EXPANDED: u64 = 16 << 20;
const READ_SIZE: usize = 32 << 10;
const HTML: &str = "text/html; charset=utf-8";

/// A site with its files.
pub(super) struct Server {
    public: PathBuf,
    site: Site,
    auth: Option<Auth>,
}

impl Server {
    pub(super) fn new(public: PathBuf, site: Site, auth: Option<Auth>) -> Self {
        Self { public, site, auth }
    }

    pub(super) async fn answer(&self, request: &Request<()>) -> Response<Body> {
        let mut response = self.plain_answer(request).await;
        if let Some(page) = self.site.status_pages.get(&response.status().as_u16()) {
            response = self.status_page(page, response, request).await;
        }
        // RFC 6797 §7.2: not over plain http, where anybody could have sent it.
        if let Some(hsts) = self.site.hsts
            && is_https(request)
            && matches!(response.status().as_u16(), 200 | 201 | 204 | 206 | 301..=304 | 307 | 308)
        {
            response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(hsts.header()));
        }
        response
    }

    async fn plain_answer(&self, request: &Request<()>) -> Response<Body> {
        if self.site.force_https && !is_https(request) {
            return https_redirect(request);
        }
        let Some(target) = Target::parse(request.uri().path()) else {
            return status(StatusCode::BAD_REQUEST);
        };
        if target.is_hidden() && !self.site.host_dot_files {
            return status(StatusCode::NOT_FOUND);
        }
        if let Some(auth) = &self.auth {
            let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
            if !header.is_some_and(|header| auth.admits(header)) {
                return with(
                    status(StatusCode::UNAUTHORIZED),
                    WWW_AUTHENTICATE,
                    "Basic realm=\"Restricted\"",
                );
            }
        }
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return self.changing(&target, request);
        }
        match target.find(&self.public) {
            Found::Missing | Found::Compressed { .. } if self.site.pushstate => self.root_page(request).await,
            Found::Dir(dir) if self.site.directory => {
                match listing::page(&dir, &target, self.site.host_dot_files) {
                    Ok(html) => html_page(StatusCode::OK, html),
                    Err(_) => status(StatusCode::FORBIDDEN),
                }
            }
            found => self.found(found, &target, request).await,
        }
    }

    /// What is no reading. As with nginx a POST is refused by what it meets, other methods by themselves.
    fn changing(&self, target: &Target, request: &Request<()>) -> Response<Body> {
        if request.method() == Method::POST {
            match target.find(&self.public) {
                Found::Missing | Found::Compressed { .. } if !self.site.pushstate => {
                    return status(StatusCode::NOT_FOUND);
                }
                Found::MissingSlash => return missing_slash(target, request),
                Found::Dir(_) | Found::Forbidden => return status(StatusCode::FORBIDDEN),
                Found::File(_) | Found::Missing | Found::Compressed { .. } => {}
            }
        }
        with(status(StatusCode::METHOD_NOT_ALLOWED), ALLOW, "GET, HEAD")
    }

    async fn root_page(&self, request: &Request<()>) -> Response<Body> {
        match Target::parse("/") {
            Some(root) => self.found(root.find(&self.public), &root, request).await,
            None => status(StatusCode::NOT_FOUND),
        }
    }

    async fn found(&self, found: Found, target: &Target, request: &Request<()>) -> Response<Body> {
        match found {
            Found::File(path) if self.site.ssi && mime_of(&path).essence_str() == "text/html" => {
                match ssi::page(&self.public, &target.folder(), &path, self.site.host_dot_files) {
                    Some(html) => with(sized(StatusCode::OK, html), CONTENT_TYPE, HTML),
                    None => status(StatusCode::FORBIDDEN),
                }
            }
            Found::File(path) => file(&path, mime_of(&path), request).await,
            Found::Compressed { file, compressed } => compressed_only(&file, &compressed, request).await,
            Found::MissingSlash => missing_slash(target, request),
            Found::Dir(_) | Found::Forbidden => status(StatusCode::FORBIDDEN),
            Found::Missing => status(StatusCode::NOT_FOUND),
        }
    }

    /// The site's own page in place of the body, or the way to it if it is elsewhere. A page that is not
    /// there changes nothing.
    async fn status_page(
        &self,
        page: &str,
        original: Response<Body>,
        request: &Request<()>,
    ) -> Response<Body> {
        if page.starts_with("http://") || page.starts_with("https://") {
            return with(status(StatusCode::FOUND), LOCATION, page);
        }
        let Some(Found::File(path)) = Target::parse(page).map(|target| target.find(&self.public)) else {
            return original;
        };
        let mut plain = Request::new(());
        if request.method() == Method::HEAD {
            *plain.method_mut() = Method::HEAD;
        }
        let mut response = file(&path, mime_of(&path), &plain).await;
        if response.status() != StatusCode::OK {
            return original;
        }
        *response.status_mut() = original.status();
        for name in [WWW_AUTHENTICATE, ALLOW] {
            if let Some(value) = original.headers().get(&name) {
                response.headers_mut().insert(name, value.clone());
            }
        }
        response
    }
}

/// The file with everything that a visitor may ask of it: a range, conditions, its compressed sibling. Of
/// several ranges none is honoured, which is always allowed.
async fn file(path: &Path, mime: Mime, request: &Request<()>) -> Response<Body> {
    let service = ServeFile::new_with_mime(path, &mime)
        .precompressed_gzip()
        .ignore_multi_range_requests(true)
        .with_buf_chunk_size(READ_SIZE);
    let mut request = request.clone();
    let range_of = request.headers_mut().remove(IF_RANGE);
    let seen_at = request.headers().get(IF_MODIFIED_SINCE).cloned();
    if range_of.is_some() || seen_at.is_some() {
        let current = served(service.clone(), head_of(&request)).await;
        let is_current = |name: &HeaderName, known: &HeaderValue| current.headers().get(name) == Some(known);
        // A range of a file that has changed since would be joined to a part of the old one.
        if range_of.is_some_and(|known| ![ETAG, LAST_MODIFIED].iter().any(|name| is_current(name, &known))) {
            request.headers_mut().remove(RANGE);
        }
        // Another time is another file, even a later one: the file may be that of an earlier version again.
        if seen_at.is_some_and(|known| !is_current(&LAST_MODIFIED, &known)) {
            request.headers_mut().remove(IF_MODIFIED_SINCE);
            request.headers_mut().remove(IF_NONE_MATCH);
        }
    }
    served(service, request).await
}

async fn served(service: ServeFile, request: Request<()>) -> Response<Body> {
    match service.oneshot(request).await {
        Ok(response) => response.map(BodyExt::boxed_unsync),
        Err(never) => match never {},
    }
}

/// A request for the headers alone, without conditions.
fn head_of(request: &Request<()>) -> Request<()> {
    let mut head = Request::new(());
    *head.method_mut() = Method::HEAD;
    for coding in request.headers().get_all(ACCEPT_ENCODING) {
        head.headers_mut().append(ACCEPT_ENCODING, coding.clone());
    }
    head
}

async fn compressed_only(path: &Path, compressed: &Path, request: &Request<()>) -> Response<Body> {
    let takes_gzip = request
        .headers()
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(accepts_gzip);
    if !takes_gzip && let Some(bytes) = expanded(compressed) {
        let mut response = with(sized(StatusCode::OK, bytes), CONTENT_TYPE, mime_of(path).as_ref());
        response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
        return response;
    }
    let mut response = file(compressed, mime_of(path), request).await;
    if response.status().is_success() {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}

fn expanded(compressed: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(compressed).ok()?;
    MultiGzDecoder::new(file).take(LARGEST_EXPANDED + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LARGEST_EXPANDED).then_some(bytes)
}

fn accepts_gzip(header: &str) -> bool {
    header.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        matches!(parts.next(), Some("gzip" | "x-gzip" | "*"))
            && parts.all(|weight| !matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn mime_of(path: &Path) -> Mime {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = mime.type_() == "text" || matches!(mime.subtype().as_str(), "javascript" | "xml" | "rss");
    let with_charset = (is_text && mime.get_param("charset").is_none())
        .then(|| format!("{mime}; charset=utf-8").parse().ok())
        .flatten();
    with_charset.unwrap_or(mime)
}

fn is_https(request: &Request<()>) -> bool {
    first(request, "x-forwarded-proto").as_deref() == Some("https")
}

/// To the directory that was asked for as if it were a file.
fn missing_slash(target: &Target, request: &Request<()>) -> Response<Body> {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    with(status(StatusCode::MOVED_PERMANENTLY), LOCATION, &format!("{}{query}", target.as_dir()))
}

fn https_redirect(request: &Request<()>) -> Response<Body> {
    let asked = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| request.uri().host())
        .unwrap_or_default();
    // The container's port means nothing outside.
    let asked = asked
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(asked, |(host, _)| host);
    let host = first(request, "x-forwarded-host").unwrap_or_else(|| asked.to_owned());
    let prefix = first(request, "x-forwarded-prefix").unwrap_or_default();
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    with(status(StatusCode::MOVED_PERMANENTLY), LOCATION, &format!("https://{host}{prefix}{target}"))
}

/// The first value in a list that proxies append to; none if it is empty.
fn first(request: &Request<()>, name: &str) -> Option<String> {
    let value = request.headers().get(name)?.to_str().ok()?;
    value.split(',').next().map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
}

/// A short page that says the status.
fn status(code: StatusCode) -> Response<Body> {
    let text = format!("{} {}", code.as_u16(), code.canonical_reason().unwrap_or_default());
    html_page(
        code,
        format!(
            "<html>\n<head><title>{text}</title></head>\n<body>\n<center><h1>{text}</h1></center>\n</body>\n</html>\n"
        ),
    )
}

fn html_page(code: StatusCode, html: String) -> Response<Body> {
    with(sized(code, html.into_bytes()), CONTENT_TYPE, HTML)
}

fn sized(code: StatusCode, bytes: Vec<u8>) -> Response<Body> {
    let length = HeaderValue::from(bytes.len());
    let mut response =
        Response::new(Full::new(Bytes::from(bytes)).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = code;
    response.headers_mut().insert(CONTENT_LENGTH, length);
    response
}

/// The response with a header; a value that cannot be one ends it as a bad request.
fn with(mut response: Response<Body>, name: HeaderName, value: &str) -> Response<Body> {
    let Ok(value) = HeaderValue::from_str(value) else {
        let mut refusal = Response::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
        *refusal.status_mut() = StatusCode::BAD_REQUEST;
        return refusal;
    };
    response.headers_mut().insert(name, value);
    response
}
