//! The HTTP client with which a UAA is asked.

use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

pub(crate) type Https = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Speaks `http` and `https`. Certificates are checked against those that the system trusts (`SSL_CERT_FILE` adds to them on Linux);
/// redirects are not followed.
pub(crate) fn client() -> Result<Https, impl std::error::Error + Send + Sync + 'static> {
    hyper_rustls::HttpsConnectorBuilder::new().try_with_platform_verifier().map(|tls| {
        let connector = tls.https_or_http().enable_http1().build();
        Client::builder(TokioExecutor::new()).build(connector)
    })
}
