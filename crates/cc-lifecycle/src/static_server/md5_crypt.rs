//! The MD5 password hashes: that of crypt, and Apache's variant, which `htpasswd` writes by default. No well-kept crate has them.

use md5::{Digest, Md5};

const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ROUNDS: usize = 1000;
const LONGEST_SALT: usize = 8;

/// Begins an MD5 hash of crypt.
pub(super) const CRYPT: &str = "$1$";
/// Begins one of Apache.
pub(super) const APACHE: &str = "$apr1$";

/// The 22 characters that follow `<magic><salt>$`.
pub(super) fn digest(magic: &str, password: &[u8], salt: &[u8]) -> String {
    let salt = salt.get(..LONGEST_SALT).unwrap_or(salt);
    let inner: [u8; 16] =
        Md5::new().chain_update(password).chain_update(salt).chain_update(password).finalize().into();
    let mut first = Md5::new().chain_update(password).chain_update(magic).chain_update(salt);
    for chunk in password.chunks(16) {
        first.update(inner.get(..chunk.len()).unwrap_or(&inner));
    }
    let mut bits = password.len();
    while bits > 0 {
        first.update(if bits & 1 == 1 { &[0][..] } else { password.get(..1).unwrap_or_default() });
        bits >>= 1;
    }
    let mut sum: [u8; 16] = first.finalize().into();
    for round in 0..ROUNDS {
        let (a, b) = if round & 1 == 1 { (password, &sum[..]) } else { (&sum[..], password) };
        let mut next = Md5::new().chain_update(a);
        if round % 3 != 0 {
            next.update(salt);
        }
        if round % 7 != 0 {
            next.update(password);
        }
        next.update(b);
        sum = next.finalize().into();
    }
    encode(&sum)
}

/// Base 64 of crypt: three bytes a group in an order of its own, six bits at a time from the low end.
fn encode(sum: &[u8; 16]) -> String {
    let [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15] = sum.map(u32::from);
    let groups = [
        (b0, b6, b12, 4),
        (b1, b7, b13, 4),
        (b2, b8, b14, 4),
        (b3, b9, b15, 4),
        (b4, b10, b5, 4),
        (0, 0, b11, 2),
    ];
    let mut text = String::with_capacity(22);
    for (high, middle, low, characters) in groups {
        let mut value = high << 16 | middle << 8 | low;
        for _ in 0..characters {
            let index = usize::try_from(value & 0x3f).unwrap_or(0);
            text.push(ALPHABET.get(index).copied().map_or('.', char::from));
            value >>= 6;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{APACHE, CRYPT, digest};

    #[test]
    fn digests_are_those_of_openssl() {
        assert_eq!(digest(APACHE, b"myPassword", b"DBqkGzDR"), "uRmq6Pd3wgb9Fewm9nvFb.");
        assert_eq!(digest(CRYPT, b"myPassword", b"abcdefgh"), "W/8r1SWbVzbnNV3h1/PUK1");
        assert_eq!(
            digest(APACHE, b"a password longer than sixteen bytes", b"abcdefgh"),
            "KxnTlry9zkkkUhSc6GrVg/"
        );
    }
}
