//! Basic authentication by the lines of an htpasswd file: bcrypt, SHA-crypt, MD5-crypt, apr1, `{SHA}`, `{SSHA}` and `{PLAIN}`.

use super::md5_crypt::{APACHE, CRYPT, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha_crypt::{PasswordHashRef, PasswordVerifier, ShaCrypt};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq;

/// Answers that are remembered, so that a slow hash is computed once a user and not once a request.
const REMEMBERED: usize = 256;
const SHA1_SIZE: usize = 20;

/// The users of a site.
#[derive(Default)]
pub(crate) struct Auth {
    users: HashMap<String, Secret>,
    /// Digests of credentials that were right.
    right: Mutex<HashSet<[u8; 32]>>,
}

enum Secret {
    Bcrypt(String),
    /// SHA-256 or SHA-512 of crypt.
    ShaCrypt(String),
    Md5 {
        magic: &'static str,
        salt: String,
        digest: String,
    },
    /// Digest of password and salt.
    Sha1 {
        digest: Vec<u8>,
        salt: Vec<u8>,
    },
    Plain(String),
    Unusable,
}

impl Auth {
    /// Reads lines `user:secret`; empty ones and comments are skipped. A later line of a user counts for
    /// nothing.
    pub(crate) fn parse(text: &str) -> Self {
        let mut users = HashMap::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some((user, secret)) = line.split_once(':') {
                // nginx reads up to a second colon, where other files keep remarks.
                let secret = secret.split(':').next().unwrap_or(secret);
                users.entry(user.to_owned()).or_insert_with(|| Secret::parse(secret));
            }
        }
        Self { users, right: Mutex::default() }
    }

    /// The users whose secret is of no supported form, in order.
    pub(crate) fn unusable(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .users
            .iter()
            .filter(|(_, secret)| matches!(secret, Secret::Unusable))
            .map(|(user, _)| user.as_str())
            .collect();
        names.sort_unstable();
        names
    }

    /// Whether the value of an `Authorization` header names a user with the right password.
    pub(super) fn admits(&self, header: &str) -> bool {
        let Some((scheme, encoded)) = header.split_once(' ') else { return false };
        if !scheme.eq_ignore_ascii_case("basic") {
            return false;
        }
        let Ok(decoded) = STANDARD.decode(encoded.trim()) else { return false };
        let Some((user, password)) = std::str::from_utf8(&decoded).ok().and_then(|text| text.split_once(':'))
        else {
            return false;
        };
        let Some(secret) = self.users.get(user) else { return false };
        let credentials: [u8; 32] = Sha256::digest(&decoded).into();
        let mut right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        if right.contains(&credentials) {
            return true;
        }
        let is_right = secret.matches(password);
        if is_right && right.len() < REMEMBERED {
            right.insert(credentials);
        }
        is_right
    }
}

impl Secret {
    fn parse(text: &str) -> Self {
        if ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|prefix| text.starts_with(prefix)) {
            return Self::Bcrypt(text.to_owned());
        }
        if text.starts_with("$5$") || text.starts_with("$6$") {
            let is_one = PasswordHashRef::new(text).is_ok();
            return if is_one { Self::ShaCrypt(text.to_owned()) } else { Self::Unusable };
        }
        for magic in [APACHE, CRYPT] {
            if let Some((salt, digest)) = text.strip_prefix(magic).and_then(|rest| rest.split_once('$')) {
                return Self::Md5 { magic, salt: salt.to_owned(), digest: digest.to_owned() };
            }
        }
        let sha1 = text.strip_prefix("{SHA}").or_else(|| text.strip_prefix("{SSHA}"));
        let decoded = sha1.and_then(|encoded| STANDARD.decode(encoded).ok()).unwrap_or_default();
        if let Some((digest, salt)) = decoded.split_at_checked(SHA1_SIZE) {
            return Self::Sha1 { digest: digest.to_vec(), salt: salt.to_vec() };
        }
        match text.strip_prefix("{PLAIN}") {
            Some(plain) => Self::Plain(plain.to_owned()),
            None => Self::Unusable,
        }
    }

    fn matches(&self, password: &str) -> bool {
        match self {
            Self::Bcrypt(hash) => bcrypt::verify(password, hash).unwrap_or(false),
            Self::ShaCrypt(hash) => PasswordHashRef::new(hash)
                .is_ok_and(|hash| ShaCrypt::default().verify_password(password.as_bytes(), hash).is_ok()),
            Self::Md5 { magic, salt, digest: right } => {
                same(digest(magic, password.as_bytes(), salt.as_bytes()).as_bytes(), right.as_bytes())
            }
            Self::Sha1 { digest, salt } => {
                same(&Sha1::new().chain_update(password).chain_update(salt).finalize(), digest)
            }
            Self::Plain(plain) => same(password.as_bytes(), plain.as_bytes()),
            Self::Unusable => false,
        }
    }
}

fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::Auth;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    const FILE: &str = "# users\n\
        apr:$apr1$DBqkGzDR$uRmq6Pd3wgb9Fewm9nvFb.\n\
        md5:$1$abcdefgh$W/8r1SWbVzbnNV3h1/PUK1\n\
        sha256:$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5\n\
        sha512:$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1\n\
        sha:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n\
        plain:{PLAIN}pass:remark\n\
        bcrypt:$2y$05$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6/FuA2/mHZFpe\n\
        des:rl3uGnNPQk5xM\n";

    fn admits(user_and_password: &str) -> bool {
        Auth::parse(FILE).admits(&format!("Basic {}", STANDARD.encode(user_and_password)))
    }

    #[test]
    fn the_right_password_is_admitted_whatever_its_form() {
        for right in [
            "apr:myPassword",
            "md5:myPassword",
            "sha256:Hello world!",
            "sha512:Hello world!",
            "sha:password",
            "plain:pass",
            "bcrypt:password",
        ] {
            assert!(admits(right), "{right}");
        }
    }

    #[test]
    fn a_wrong_password_an_unknown_user_and_another_scheme_are_not() {
        for wrong in [
            "apr:mypassword",
            "md5:mypassword",
            "sha256:x",
            "sha512:hello world!",
            "sha:",
            "plain:pass:remark",
            "bcrypt:passwor",
            "nobody:x",
            "des:x",
            "apr",
        ] {
            assert!(!admits(wrong), "{wrong}");
        }
        assert!(!Auth::parse(FILE).admits("Bearer abc"));
        assert!(!Auth::parse(FILE).admits("Basic ***"));
    }

    #[test]
    fn a_password_is_still_right_the_second_time_and_a_wrong_one_still_wrong() {
        let auth = Auth::parse(FILE);
        let right = format!("Basic {}", STANDARD.encode("sha:password"));
        let wrong = format!("Basic {}", STANDARD.encode("sha:Password"));
        assert!(auth.admits(&right) && !auth.admits(&wrong) && auth.admits(&right) && !auth.admits(&wrong));
    }

    #[test]
    fn users_who_cannot_log_in_are_named() {
        assert_eq!(Auth::parse(FILE).unusable(), ["des"]);
    }
}
