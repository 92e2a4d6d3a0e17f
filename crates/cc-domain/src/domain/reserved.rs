//! Names that no organization may have for itself alone.

use super::{DomainError, DomainName};

/// Which names are reserved, as an operator chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReservedDomains {
    /// Those below which anybody may register names, as in `co.uk`: whoever had one would stand in the way of all others below it.
    #[default]
    PublicSuffixes,
    None,
}

impl ReservedDomains {
    /// Whether the name may be that of a private domain.
    pub fn check(self, name: &DomainName) -> Result<(), DomainError> {
        let key = name.key();
        let is_public_suffix =
            psl::suffix(key.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix == key.as_bytes());
        if self == Self::PublicSuffixes && is_public_suffix {
            return Err(DomainError::Reserved(name.clone()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_suffix_is_reserved_and_names_below_it_are_not() {
        for (name, is_reserved) in [
            ("co.uk", true),
            ("Co.UK", true),
            ("github.io", true),
            ("anything.ck", true),
            ("www.ck", false),
            ("example.co.uk", false),
            ("example.com", false),
            ("apps.localhost", false),
            ("company.internal", false),
        ] {
            let name = DomainName::parse(name).unwrap();
            assert_eq!(ReservedDomains::PublicSuffixes.check(&name).is_err(), is_reserved, "{name}");
            assert_eq!(ReservedDomains::None.check(&name), Ok(()));
        }
    }
}
