use cc_domain::identity::{Mint as _, PasswordHash, Passwords as _};
use cc_domain::secret::Secret;
use cc_identity::{Argon2Passwords, RandomMint};
use std::collections::BTreeSet;

#[tokio::test]
async fn a_hash_verifies_its_password_and_no_other() {
    let passwords = Argon2Passwords::quick();
    let hash = passwords.hash(&Secret::new("correct horse")).await.expect("hashes");
    assert!(hash.phc().starts_with("$argon2id$v=19$"));
    assert!(passwords.verify(&Secret::new("correct horse"), Some(hash.clone())).await.expect("verifies"));
    for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
        assert!(
            !passwords.verify(&Secret::new(wrong), Some(hash.clone())).await.expect("verifies"),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn one_password_hashes_differently_each_time() {
    let passwords = Argon2Passwords::quick();
    let first = passwords.hash(&Secret::new("same")).await.expect("hashes");
    let second = passwords.hash(&Secret::new("same")).await.expect("hashes");
    assert!(first != second);
}

#[tokio::test]
async fn an_unknown_user_is_refused_and_a_broken_hash_is_an_error() {
    let passwords = Argon2Passwords::quick();
    assert!(!passwords.verify(&Secret::new("x"), None).await.expect("verifies"));
    assert!(passwords.verify(&Secret::new("x"), Some(PasswordHash::new("plain"))).await.is_err());
}

#[tokio::test]
async fn the_hashes_of_production_stay_within_the_memory_budget() {
    let hash = Argon2Passwords::new().hash(&Secret::new("x")).await.expect("hashes");
    let memory = hash.phc().split(['$', ',']).find_map(|part| part.strip_prefix("m=")).expect("memory");
    let kib: u32 = memory.parse().expect("a number");
    assert!((12 * 1024..=19 * 1024).contains(&kib));
}

#[test]
fn codes_are_long_url_safe_and_never_the_same() {
    let codes: BTreeSet<String> = (0..200).map(|_| RandomMint.code().expose().to_owned()).collect();
    assert_eq!(codes.len(), 200);
    assert!(codes.iter().all(|code| code.len() == 32 && code.chars().all(|c| c.is_ascii_alphanumeric())));
}

#[test]
fn a_digest_is_the_sha_256_in_hex() {
    assert_eq!(RandomMint.digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
