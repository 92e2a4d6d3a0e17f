//! Files that the platform has already, so that a client need not send them (domain-rules 26).

use serde::{Deserialize, Serialize};

/// A file as a client describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// 40 characters, whatever they are.
    pub sha1: String,
    pub size: u64,
    pub path: Option<String>,
    /// Octal, as given.
    pub mode: Option<String>,
}

/// Which files are worth keeping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchLimits {
    /// Files must be bigger.
    pub min_size: u64,
    /// Files must be smaller.
    pub max_size: u64,
}

impl Default for MatchLimits {
    fn default() -> Self {
        Self { min_size: 65_536, max_size: 536_870_912 }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResourceMatchError {
    #[error("Resources must have at least 1 resource")]
    Empty,
    #[error("Resources array can have at most 5000 resources")]
    TooMany,
    #[error("Resources array contains at least one resource with a non-SHA1 checksum value")]
    NotSha1,
}

pub const MAX_RESOURCES: usize = 5_000;

pub fn check(resources: &[Resource]) -> Result<(), ResourceMatchError> {
    if resources.is_empty() {
        return Err(ResourceMatchError::Empty);
    }
    if resources.len() > MAX_RESOURCES {
        return Err(ResourceMatchError::TooMany);
    }
    if resources.iter().any(|r| r.sha1.chars().count() != 40) {
        return Err(ResourceMatchError::NotSha1);
    }
    Ok(())
}

impl Resource {
    /// Whether it may be in the cache: of the right size, and its owner may read and write it.
    pub fn is_eligible(&self, limits: &MatchLimits) -> bool {
        let mode = |text: &str| u32::from_str_radix(text, 8).is_ok_and(|mode| mode & 0o600 == 0o600);
        self.size > limits.min_size && self.size < limits.max_size && self.mode.as_deref().is_none_or(mode)
    }

    /// Whether the checksum can name a file of the cache: hexadecimal, so that it is safe as a key.
    pub fn has_usable_checksum(&self) -> bool {
        self.sha1.len() == 40 && self.sha1.bytes().all(|b| b.is_ascii_hexdigit())
    }
}

/// Those that are eligible and in the cache, as and in the order they came.
pub fn matched(
    resources: Vec<Resource>,
    limits: &MatchLimits,
    is_cached: impl Fn(&Resource) -> bool,
) -> Vec<Resource> {
    resources
        .into_iter()
        .filter(|r| r.is_eligible(limits) && r.has_usable_checksum() && is_cached(r))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_right_size_that_their_owner_may_change_match() {
        let file = |size, mode: Option<&str>| Resource {
            sha1: "a".repeat(40),
            size,
            path: None,
            mode: mode.map(str::to_owned),
        };
        let all = vec![
            file(65_536, None),
            file(65_537, Some("644")),
            file(65_537, Some("444")),
            file(65_537, Some("x")),
        ];
        assert_eq!(matched(all, &MatchLimits::default(), |_| true), vec![file(65_537, Some("644"))]);
    }
}
