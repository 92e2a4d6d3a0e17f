//! Names of blobs.

use super::resource::Sha1;
use crate::app::App;
use crate::buildpack::Buildpack;
use crate::droplet::Droplet;
use crate::guid::Guid;
use crate::package::Package;
use std::fmt::{self, Write};

/// What kind of bits; the first part of every key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bucket {
    Packages,
    Droplets,
    Buildpacks,
    BuildpackCache,
    Resources,
}

impl Bucket {
    pub const ALL: [Self; 5] =
        [Self::Packages, Self::Droplets, Self::Buildpacks, Self::BuildpackCache, Self::Resources];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Packages => "packages",
            Self::Droplets => "droplets",
            Self::Buildpacks => "buildpacks",
            Self::BuildpackCache => "buildpack_cache",
            Self::Resources => "resources",
        }
    }

    fn key(self, guid: &str) -> BlobKey {
        BlobKey(format!("{}/{}", self.as_str(), part(guid)).into())
    }

    /// Those whose blobs belong to something else: a row, or a build that may still have one.
    pub const OWNED: [Self; 4] = [Self::Packages, Self::Droplets, Self::Buildpacks, Self::BuildpackCache];

    /// Everything in the bucket.
    pub fn everything(self) -> BlobPrefix {
        BlobPrefix(self.as_str().into())
    }
}

/// The name of one blob: a bucket and one to three parts of `[A-Za-z0-9_.=-]`, none of which starts with a dot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobKey(Box<str>);

impl BlobKey {
    pub fn package(guid: &Guid<Package>) -> Self {
        Bucket::Packages.key(guid.as_str())
    }

    pub fn droplet(guid: &Guid<Droplet>) -> Self {
        Bucket::Droplets.key(guid.as_str())
    }

    /// The digest is part of it, since bits of one buildpack may be replaced while it is in use.
    pub fn buildpack(guid: &Guid<Buildpack>, sha256: &str) -> Self {
        Self(format!("{}/{}", BlobPrefix::buildpack(guid).as_str(), part(sha256)).into())
    }

    /// What staging keeps for an app on a stack.
    pub fn buildpack_cache(app: &Guid<App>, stack: &str) -> Self {
        Self(format!("{}/{}", BlobPrefix::buildpack_caches(app).as_str(), part(stack)).into())
    }

    /// A file that some app had: `resources/aa/bb/<sha1>`.
    pub fn resource(sha1: &Sha1) -> Self {
        let (first, rest) = sha1.as_str().split_at(2);
        let (second, _) = rest.split_at(2);
        Self(format!("{}/{first}/{second}/{}", Bucket::Resources.as_str(), sha1.as_str()).into())
    }

    /// A key that was written down as text (in a row, in a job). `None` if it is not one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (bucket, rest) = text.split_once('/')?;
        let is_bucket = Bucket::ALL.iter().any(|b| b.as_str() == bucket);
        let is_ours = is_bucket && rest.split('/').count() <= 3 && rest.split('/').all(is_part);
        is_ours.then(|| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn bucket(&self) -> Bucket {
        let is_in =
            |bucket: &Bucket| self.0.strip_prefix(bucket.as_str()).is_some_and(|rest| rest.starts_with('/'));
        // Every key begins with one.
        Bucket::ALL.into_iter().find(is_in).unwrap_or(Bucket::Resources)
    }

    /// The guid of what the blob belongs to; of a known file the beginning of its digest.
    pub fn owner(&self) -> String {
        unpart(self.0.split('/').nth(1).unwrap_or_default())
    }
}

impl From<BlobKey> for String {
    fn from(key: BlobKey) -> Self {
        key.0.into()
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A folder of blobs. `a/b` holds `a/b/c` and not `a/bc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobPrefix(Box<str>);

impl BlobPrefix {
    /// All bits that a buildpack ever had.
    pub fn buildpack(guid: &Guid<Buildpack>) -> Self {
        Self(Bucket::Buildpacks.key(guid.as_str()).0)
    }

    /// The buildpack caches of an app, for every stack.
    pub fn buildpack_caches(app: &Guid<App>) -> Self {
        Self(Bucket::BuildpackCache.key(app.as_str()).0)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One part of a key. Any text gets one, two texts never the same: what is no plain file name character becomes `=` and two
/// hexadecimal digits a byte.
fn part(text: &str) -> String {
    if text.is_empty() {
        return "=".to_owned();
    }
    let mut part = String::with_capacity(text.len());
    for (at, byte) in text.bytes().enumerate() {
        let is_plain =
            byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || (byte == b'.' && at > 0);
        if is_plain {
            part.push(char::from(byte));
        } else {
            let _ = write!(part, "={byte:02x}");
        }
    }
    part
}

/// The text that [`part`] was made of.
fn unpart(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'=') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.extend((*first != b'=').then_some(*first));
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_part(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('.')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_read_as_bucket_and_guid() {
        let guid: Guid<App> = Guid::from("4c1b52c5-8bd7-4d3c-8b47-b8a2a0a2b1f1");
        assert_eq!(BlobKey::package(&guid.cast()).as_str(), "packages/4c1b52c5-8bd7-4d3c-8b47-b8a2a0a2b1f1");
        assert_eq!(
            BlobKey::buildpack_cache(&guid, "cflinuxfs4").as_str(),
            "buildpack_cache/4c1b52c5-8bd7-4d3c-8b47-b8a2a0a2b1f1/cflinuxfs4"
        );
        let sha1 = Sha1::parse("da39a3ee5e6b4b0d3255bfef95601890afd80709").unwrap();
        assert_eq!(
            BlobKey::resource(&sha1).as_str(),
            "resources/da/39/da39a3ee5e6b4b0d3255bfef95601890afd80709"
        );
    }

    #[test]
    fn a_text_that_is_no_key_of_ours_is_not_parsed() {
        for text in [
            "",
            "packages",
            "packages/",
            "packages/../x",
            "secrets/x",
            "packages//x",
            "packages/a/b/c/d",
            "packages/.x",
        ] {
            assert_eq!(BlobKey::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_guid_leaves_its_bucket(text in ".*") {
            let key = BlobKey::droplet(&Guid::new(text));
            prop_assert!(key.as_str().starts_with("droplets/"));
            prop_assert_eq!(key.as_str().split('/').count(), 2);
            prop_assert_eq!(BlobKey::parse(key.as_str()), Some(key));
        }

        #[test]
        fn a_key_knows_whose_it_is(text in ".*", stack in "[a-z0-9/]*") {
            let key = BlobKey::droplet(&Guid::new(text.clone()));
            prop_assert_eq!((key.bucket(), key.owner()), (Bucket::Droplets, text.clone()));
            let key = BlobKey::buildpack_cache(&Guid::new(text.clone()), &stack);
            prop_assert_eq!((key.bucket(), key.owner()), (Bucket::BuildpackCache, text));
        }

        #[test]
        fn two_guids_never_share_a_key(a in "[a./=ü-]{0,4}", b in "[a./=ü-]{0,4}") {
            let key = |text: &str| BlobKey::package(&Guid::from(text));
            prop_assert_eq!(key(&a) == key(&b), a == b);
        }
    }
}
