use super::world::{ISSUER, World, at, payload};
use async_trait::async_trait;
use cc_domain::identity::{PublicKey, TokenError, TokenSigner as _, TokenVerifier as _};
use cc_identity::{ExternalTokens, ExternalUaa, HttpKeySource, Jwk, Jwks, KeySource, KeySourceError};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Gives what was last published, or fails, and counts.
#[derive(Default)]
struct Published {
    keys: Mutex<Option<Jwks>>,
    fetches: AtomicUsize,
}

#[async_trait]
impl KeySource for Published {
    async fn fetch(&self) -> Result<Jwks, KeySourceError> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        let keys = self.keys.lock().expect("no panic").clone();
        keys.ok_or(KeySourceError { what: "it is down", source: None })
    }
}

impl Published {
    fn publish(&self, keys: &[PublicKey]) {
        let keys = keys.iter().map(jwk).collect();
        *self.keys.lock().expect("no panic") = Some(Jwks { keys });
    }

    fn go_down(&self) {
        *self.keys.lock().expect("no panic") = None;
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

fn jwk(key: &PublicKey) -> Jwk {
    Jwk {
        kid: Some(key.kid.clone()),
        kty: "RSA".to_owned(),
        alg: Some("RS256".to_owned()),
        usage: Some("sig".to_owned()),
        n: Some(key.modulus.clone()),
        e: Some(key.exponent.clone()),
    }
}

fn trusted() -> ExternalUaa {
    ExternalUaa {
        issuer: ISSUER.to_owned(),
        audiences: vec!["cloud_controller".to_owned(), "doppler".to_owned()],
        refetch_at_most_every: 30,
    }
}

async fn uaa() -> (World, Arc<Published>, ExternalTokens) {
    let world = World::started().await;
    let source = Arc::new(Published::default());
    source.publish(&world.tokens.public_keys().await.expect("keys"));
    let verifier = ExternalTokens::new(source.clone(), trusted());
    (world, source, verifier)
}

#[tokio::test]
async fn a_token_of_the_trusted_uaa_is_verified_with_one_fetch() {
    let (world, source, verifier) = uaa().await;
    let token = world.token().await;
    let claims = verifier.verify(&token, at(1)).await.expect("verifies");
    assert_eq!(claims.principal(), world.admin().await.guid);
    for second in 2..20 {
        assert!(verifier.verify(&token, at(second)).await.is_ok());
        assert!(verifier.verify(&world.token().await, at(second)).await.is_ok());
    }
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn a_new_key_is_fetched_when_named_but_not_more_often_than_allowed() {
    let (world, source, verifier) = uaa().await;
    assert!(verifier.verify(&world.token().await, at(1)).await.is_ok());
    world.tokens.rotate("second".to_owned(), at(2)).await.expect("rotates");
    source.publish(&world.tokens.public_keys().await.expect("keys"));
    let token = world.token().await;
    for second in 3..31 {
        assert!(matches!(verifier.verify(&token, at(second)).await, Err(TokenError::UnknownKey)));
    }
    assert_eq!(source.fetches(), 1);
    assert!(verifier.verify(&token, at(31)).await.is_ok());
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn a_uaa_that_is_down_is_said_to_be_unavailable_and_known_keys_stay() {
    let (world, source, verifier) = uaa().await;
    let token = world.token().await;
    source.go_down();
    assert!(matches!(verifier.verify(&token, at(1)).await, Err(TokenError::Unavailable(_))));
    assert!(matches!(verifier.verify(&token, at(2)).await, Err(TokenError::Unavailable(_))));
    assert_eq!(source.fetches(), 1);
    source.publish(&world.tokens.public_keys().await.expect("keys"));
    assert!(verifier.verify(&token, at(40)).await.is_ok());
    source.go_down();
    let mut long = world.claims().await.0;
    long.expires_at = at(5_000);
    let long = world.tokens.sign(&long).await.expect("signs");
    assert!(verifier.verify(&long, at(1_000)).await.is_ok());
}

#[tokio::test]
async fn a_withdrawn_key_stops_counting_after_ten_minutes() {
    let (world, source, verifier) = uaa().await;
    let mut claims = world.claims().await.0;
    claims.expires_at = at(5_000);
    let token = world.tokens.sign(&claims).await.expect("signs");
    assert!(verifier.verify(&token, at(1)).await.is_ok());
    source.publish(&[]);
    assert!(matches!(verifier.verify(&token, at(601)).await, Err(TokenError::UnknownKey)));
}

#[tokio::test]
async fn issuer_audience_expiry_and_kind_are_checked() {
    let (world, _, verifier) = uaa().await;
    let (good, refresh) = world.claims().await;
    let mut issuer = good.clone();
    issuer.issuer = "http://other.test/oauth/token".to_owned();
    let mut audience = good.clone();
    audience.audiences = vec!["cf".to_owned(), "scim".to_owned()];
    let sign = async |claims| world.tokens.sign(&claims).await.expect("signs");
    assert!(matches!(verifier.verify(&sign(issuer).await, at(1)).await, Err(TokenError::Issuer)));
    assert!(matches!(verifier.verify(&sign(audience).await, at(1)).await, Err(TokenError::Audience)));
    assert!(matches!(verifier.verify(&sign(refresh).await, at(1)).await, Err(TokenError::Refresh)));
    let good = sign(good).await;
    assert!(matches!(verifier.verify(&good, at(600)).await, Err(TokenError::Expired)));
    assert!(verifier.verify(&good, at(599)).await.is_ok());
    assert!(matches!(verifier.verify(&good, at(600)).await, Err(TokenError::Expired)), "also from the cache");
}

#[tokio::test]
async fn the_algorithm_is_the_one_of_the_key() {
    let (world, _, verifier) = uaa().await;
    let token = world.token().await;
    let stored =
        cc_domain::identity::Accounts::signing_keys(&*world.accounts).await.expect("memory").remove(0);
    let key = EncodingKey::from_rsa_pem(stored.private_pem.expose().as_bytes()).expect("a key");
    let claims = payload(&token);
    for (algorithm, key) in
        [(Algorithm::RS512, key), (Algorithm::HS256, EncodingKey::from_secret(b"any secret of theirs"))]
    {
        let mut header = Header::new(algorithm);
        header.kid = Some(stored.kid.clone());
        let odd = jsonwebtoken::encode(&header, &claims, &key).expect("encodes");
        assert!(matches!(verifier.verify(&odd, at(1)).await, Err(TokenError::Algorithm)));
    }
}

#[tokio::test]
async fn shared_secrets_and_encryption_keys_in_the_key_set_are_skipped() {
    let world = World::started().await;
    let token = world.token().await;
    let good = jwk(&world.tokens.public_keys().await.expect("keys").remove(0));
    let useless = [
        Jwk { kty: "MAC".to_owned(), alg: Some("HS256".to_owned()), ..good.clone() },
        Jwk { usage: Some("enc".to_owned()), ..good.clone() },
        Jwk { alg: Some("HS256".to_owned()), ..good.clone() },
        Jwk { n: None, ..good.clone() },
    ];
    for key in useless {
        let source = Arc::new(Published::default());
        *source.keys.lock().expect("no panic") = Some(Jwks { keys: vec![key] });
        let verifier = ExternalTokens::new(source, trusted());
        assert!(matches!(verifier.verify(&token, at(1)).await, Err(TokenError::UnknownKey)));
    }
}

async fn serve_once(answer: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("accepts");
        let mut request = [0_u8; 4096];
        let read = socket.read(&mut request).await.expect("reads");
        assert!(read > 0 && request.starts_with(b"GET /token_keys HTTP/1.1\r\n"));
        socket.write_all(answer.as_bytes()).await.expect("writes");
    });
    format!("http://{address}/token_keys")
}

#[tokio::test]
async fn keys_are_fetched_over_http_and_other_answers_are_refused() {
    let keys =
        r#"{"keys":[{"kty":"RSA","e":"AQAB","use":"sig","kid":"k1","alg":"RS256","value":"PEM","n":"abc"}]}"#;
    let answer = |status: &str, body: &str| {
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
    };
    let url = serve_once(answer("200 OK", keys)).await;
    let fetched = HttpKeySource::new(&url).expect("a source").fetch().await.expect("fetches");
    assert_eq!(fetched.keys[0].kid.as_deref(), Some("k1"));
    for odd in [answer("200 OK", "<html>"), answer("302 Found", keys), answer("503 Busy", keys)] {
        let url = serve_once(odd).await;
        assert!(HttpKeySource::new(&url).expect("a source").fetch().await.is_err());
    }
}
