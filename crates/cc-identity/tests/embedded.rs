use super::world::{ISSUER, World, at, payload};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cc_domain::identity::{
    Accounts as _, Claims, PasswordHash, Surface, TokenError, TokenSigner as _, TokenVerifier as _, User,
};
use cc_identity::EmbeddedTokens;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).expect("a header").kid.expect("a kid")
}

#[tokio::test]
async fn what_is_signed_is_verified_with_the_same_claims() {
    let world = World::started().await;
    let (claims, _) = world.claims().await;
    let token = world.tokens.sign(&claims).await.expect("signs");
    assert_eq!(world.tokens.verify(&token, at(1)).await.expect("verifies"), claims);
    assert_eq!(world.tokens.verify(&token, at(2)).await.expect("verifies from the cache"), claims);
    assert!(claims.opens(Surface::Api));
}

#[tokio::test]
async fn the_claims_that_clients_read_are_there() {
    let world = World::started().await;
    let admin = world.admin().await;
    let claims = payload(&world.token().await);
    assert_eq!(claims["user_id"], json!(admin.guid));
    assert_eq!(claims["sub"], json!(admin.guid));
    assert_eq!(claims["user_name"], json!("admin"));
    assert_eq!(claims["origin"], json!("uaa"));
    for same in ["client_id", "cid", "azp"] {
        assert_eq!(claims[same], json!("cf"));
    }
    assert_eq!(claims["grant_type"], json!("password"));
    assert_eq!(claims["iss"], json!(ISSUER));
    assert_eq!(claims["zid"], json!("uaa"));
    assert_eq!(claims["exp"], json!(at(600).seconds()));
    assert_eq!(claims["auth_time"], json!(at(0).seconds()));
    assert!(claims["aud"].as_array().expect("a list").contains(&json!("cloud_controller")));
    assert!(claims["scope"].as_array().expect("a list").contains(&json!("cloud_controller.admin")));
    assert!(claims["rev_sig"].is_string());
}

#[tokio::test]
async fn a_token_is_refused_from_its_expiry_on_even_when_cached() {
    let world = World::started().await;
    let token = world.token().await;
    assert!(world.tokens.verify(&token, at(599)).await.is_ok());
    assert!(matches!(world.tokens.verify(&token, at(600)).await, Err(TokenError::Expired)));
    assert!(matches!(world.tokens.verify(&token, at(9_000)).await, Err(TokenError::Expired)));
}

#[tokio::test]
async fn a_refresh_token_is_no_access_token_and_the_other_way_round() {
    let world = World::started().await;
    let (access, refresh) = world.claims().await;
    let refresh_token = world.tokens.sign(&refresh).await.expect("signs");
    assert!(matches!(world.tokens.verify(&refresh_token, at(1)).await, Err(TokenError::Refresh)));
    assert_eq!(world.tokens.open_refresh(&refresh_token, at(1)).await.expect("opens"), refresh);
    let access_token = world.tokens.sign(&access).await.expect("signs");
    assert!(matches!(world.tokens.open_refresh(&access_token, at(1)).await, Err(TokenError::NotRefresh)));
}

#[tokio::test]
async fn a_changed_token_is_refused() {
    let world = World::started().await;
    let token = world.token().await;
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut claims = payload(&token);
    claims["user_id"] = json!("somebody-else");
    parts[1] = URL_SAFE_NO_PAD.encode(claims.to_string());
    assert!(matches!(world.tokens.verify(&parts.join("."), at(1)).await, Err(TokenError::Signature)));
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused_whatever_its_header_says() {
    let world = World::started().await;
    let token = world.token().await;
    let body = token.split('.').nth(1).expect("three parts");
    for alg in ["none", "None", "NONE", "RS256"] {
        let header =
            URL_SAFE_NO_PAD.encode(json!({"alg": alg, "typ": "JWT", "kid": kid(&token)}).to_string());
        for forged in [format!("{header}.{body}."), format!("{header}.{body}")] {
            assert!(world.tokens.verify(&forged, at(1)).await.is_err(), "{alg}");
        }
    }
}

#[tokio::test]
async fn the_public_key_cannot_be_used_as_a_shared_secret() {
    let world = World::started().await;
    let token = world.token().await;
    let public = world.tokens.public_keys().await.expect("keys").remove(0);
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(public.kid.clone());
    for secret in [public.pem.as_bytes(), public.modulus.as_bytes()] {
        let key = EncodingKey::from_secret(secret);
        let forged = jsonwebtoken::encode(&header, &payload(&token), &key).expect("encodes");
        assert!(matches!(world.tokens.verify(&forged, at(1)).await, Err(TokenError::Algorithm)));
    }
}

#[tokio::test]
async fn another_rsa_algorithm_under_the_right_key_is_refused() {
    let world = World::started().await;
    let token = world.token().await;
    let stored = world.accounts.signing_keys().await.expect("memory").remove(0);
    let key = EncodingKey::from_rsa_pem(stored.private_pem.expose().as_bytes()).expect("a key");
    for alg in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        let mut header = Header::new(alg);
        header.kid = Some(stored.kid.clone());
        let odd = jsonwebtoken::encode(&header, &payload(&token), &key).expect("encodes");
        assert!(matches!(world.tokens.verify(&odd, at(1)).await, Err(TokenError::Algorithm)), "{alg:?}");
    }
}

#[tokio::test]
async fn a_foreign_key_is_refused_even_under_a_known_name() {
    let (ours, theirs) = (World::started().await, World::started().await);
    let mut stolen = theirs.claims().await.0;
    stolen.user.as_mut().expect("a user").guid = ours.admin().await.guid;
    let foreign = theirs.tokens.sign(&stolen).await.expect("signs");
    let our_kid = kid(&ours.token().await);
    let same_kid = kid(&foreign) == our_kid;
    let refused = ours.tokens.verify(&foreign, at(1)).await;
    // Ids are counted from the start, so both worlds name their keys alike.
    assert!(same_kid && matches!(refused, Err(TokenError::Signature)));
}

#[tokio::test]
async fn an_unknown_key_and_no_key_are_refused() {
    let world = World::started().await;
    let token = world.token().await;
    let stored = world.accounts.signing_keys().await.expect("memory").remove(0);
    let key = EncodingKey::from_rsa_pem(stored.private_pem.expose().as_bytes()).expect("a key");
    for name in [Some("nobody".to_owned()), None] {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = name;
        let odd = jsonwebtoken::encode(&header, &payload(&token), &key).expect("encodes");
        assert!(matches!(world.tokens.verify(&odd, at(1)).await, Err(TokenError::UnknownKey)));
    }
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    let world = World::started().await;
    let elsewhere = EmbeddedTokens::new(world.accounts.clone(), "http://other.test/oauth/token");
    let token = world.token().await;
    assert!(matches!(elsewhere.verify(&token, at(1)).await, Err(TokenError::Issuer)));
}

#[tokio::test]
async fn garbage_is_malformed() {
    let world = World::started().await;
    let long = "a".repeat(100_000);
    for garbage in ["", ".", "..", "a.b.c", "bearer x", "ey.ey.ey", long.as_str()] {
        assert!(matches!(world.tokens.verify(garbage, at(1)).await, Err(TokenError::Malformed)), "{garbage}");
    }
}

async fn deactivate(world: &World) {
    let admin = world.admin().await;
    world
        .accounts
        .update_user(&User { is_active: false, version: admin.version + 1, ..admin })
        .await
        .expect("updates");
}

#[tokio::test]
async fn tokens_of_a_deactivated_user_are_refused_within_seconds_or_at_once_when_told() {
    let world = World::started().await;
    let token = world.token().await;
    assert!(world.tokens.verify(&token, at(1)).await.is_ok());
    deactivate(&world).await;
    assert!(world.tokens.verify(&token, at(10)).await.is_ok(), "the verdict is kept for ten seconds");
    assert!(matches!(world.tokens.verify(&token, at(11)).await, Err(TokenError::Revoked)));

    let world = World::started().await;
    let token = world.token().await;
    assert!(world.tokens.verify(&token, at(1)).await.is_ok());
    deactivate(&world).await;
    world.tokens.forget_all();
    assert!(matches!(world.tokens.verify(&token, at(1)).await, Err(TokenError::Revoked)));
}

#[tokio::test]
async fn tokens_of_a_deleted_user_and_of_one_with_a_new_password_are_refused() {
    let world = World::started().await;
    let (access, refresh) = world.claims().await;
    let access = world.tokens.sign(&access).await.expect("signs");
    let refresh = world.tokens.sign(&refresh).await.expect("signs");
    let guid = world.admin().await.guid;
    world.accounts.set_password(&guid, &PasswordHash::new("x"), at(0)).await.expect("sets");
    assert!(matches!(world.tokens.verify(&access, at(1)).await, Err(TokenError::Revoked)));
    assert!(matches!(world.tokens.open_refresh(&refresh, at(1)).await, Err(TokenError::Revoked)));
    let fresh = world.token().await;
    assert!(world.tokens.verify(&fresh, at(1)).await.is_ok());
    world.tokens.forget_all();
    world.accounts.delete_user(&guid).await.expect("deletes");
    assert!(matches!(world.tokens.verify(&fresh, at(1)).await, Err(TokenError::Revoked)));
}

#[tokio::test]
async fn a_revoked_token_is_refused_and_others_of_the_user_stay_good() {
    let world = World::started().await;
    let (one, _): (Claims, Claims) = world.claims().await;
    let token = world.tokens.sign(&one).await.expect("signs");
    let other = world.token().await;
    world.accounts.revoke_token(&one.jti, at(0), at(600)).await.expect("revokes");
    assert!(matches!(world.tokens.verify(&token, at(1)).await, Err(TokenError::Revoked)));
    assert!(world.tokens.verify(&other, at(1)).await.is_ok());
}

#[tokio::test]
async fn after_a_rotation_the_new_key_signs_and_the_old_one_still_verifies() {
    let world = World::started().await;
    let replica = EmbeddedTokens::new(world.accounts.clone(), ISSUER);
    let old = world.token().await;
    assert!(replica.verify(&old, at(1)).await.is_ok());
    world.tokens.rotate("second".to_owned(), at(2)).await.expect("rotates");
    let new = world.token().await;
    assert_eq!(kid(&new), "second");
    assert!(world.tokens.verify(&old, at(3)).await.is_ok());
    assert!(
        replica.verify(&new, at(8)).await.is_ok(),
        "another replica looks for a key that it does not know"
    );
    let published = world.tokens.public_keys().await.expect("keys");
    let kids: Vec<&str> = published.iter().map(|key| key.kid.as_str()).collect();
    assert_eq!(kids, ["second", kid(&old).as_str()]);
}

#[tokio::test]
async fn a_removed_key_stops_counting() {
    let world = World::started().await;
    let old = world.token().await;
    assert!(world.tokens.verify(&old, at(1)).await.is_ok());
    world.tokens.rotate("second".to_owned(), at(2)).await.expect("rotates");
    world.accounts.remove_signing_key(&kid(&old)).await.expect("removes");
    assert!(matches!(world.tokens.verify(&old, at(70)).await, Err(TokenError::UnknownKey)));
}
