//! Options of a route (domain-rules 11.4).

use crate::patch::Patch;

text_enum! {
    pub enum LoadBalancing {
        RoundRobin = "round-robin",
        LeastConnection = "least-connection",
        /// Behind the flag `hash_based_routing`.
        Hash = "hash",
    }
}

/// What is stored. `hash_*` stand only with [`LoadBalancing::Hash`], and then the header is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteOptions {
    pub loadbalancing: Option<LoadBalancing>,
    pub hash_header: Option<String>,
    /// `0`, or 1.1 to 10.0 with one decimal.
    pub hash_balance: Option<String>,
}

/// A change, whose values passed their checks of shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionsPatch {
    pub loadbalancing: Patch<LoadBalancing>,
    pub hash_header: Patch<String>,
    pub hash_balance: Patch<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    #[error("Options Loadbalancing must be one of 'round-robin, least-connection' if present")]
    LoadBalancing,
    #[error("Options Loadbalancing must be one of 'round-robin, least-connection, hash' if present")]
    LoadBalancingWithHash,
    #[error("Options Hash header must be at most 128 characters")]
    HeaderTooLong,
    #[error("Options Hash balance must be at most 16 characters")]
    BalanceTooLong,
    #[error("Options Hash balance must be either 0 or between 1.1 and 10.0")]
    BalanceRange,
    #[error("Options Hash balance must be a numeric value")]
    BalanceNotNumeric,
    #[error("Options Hash header can only be set when loadbalancing is hash")]
    HeaderWithoutHash,
    #[error("Options Hash balance can only be set when loadbalancing is hash")]
    BalanceWithoutHash,
    #[error("Hash header must be present when loadbalancing is set to hash.")]
    NoHeader,
    #[error("Route options size exceeded: options must be smaller than {0} bytes.")]
    TooBig(usize),
}

/// Reads the value of `loadbalancing`; `hash` only where the flag is on.
pub fn parse_loadbalancing(text: &str, is_hash_on: bool) -> Result<LoadBalancing, OptionsError> {
    match text.parse() {
        Ok(LoadBalancing::Hash) if !is_hash_on => Err(OptionsError::LoadBalancing),
        Ok(algorithm) => Ok(algorithm),
        Err(()) if is_hash_on => Err(OptionsError::LoadBalancingWithHash),
        Err(()) => Err(OptionsError::LoadBalancing),
    }
}

pub fn parse_hash_header(text: &str) -> Result<String, OptionsError> {
    if text.chars().count() > 128 { Err(OptionsError::HeaderTooLong) } else { Ok(text.to_owned()) }
}

/// Reads a number as text, rounded to one decimal.
pub fn parse_hash_balance(text: &str) -> Result<String, OptionsError> {
    if text.chars().count() > 16 {
        return Err(OptionsError::BalanceTooLong);
    }
    let number: f64 = text.trim().parse().map_err(|_| OptionsError::BalanceNotNumeric)?;
    if !number.is_finite() {
        return Err(OptionsError::BalanceNotNumeric);
    }
    if number == 0.0 {
        return Ok("0.0".to_owned());
    }
    let rounded = (number * 10.0).round() / 10.0;
    if !(1.1..=10.0).contains(&number) || !(1.1..=10.0).contains(&rounded) {
        return Err(OptionsError::BalanceRange);
    }
    Ok(format!("{rounded:.1}"))
}

impl RouteOptions {
    /// The options after a change. A balancing other than hash drops what only hash uses, unless the request itself sets it.
    pub fn patched(&self, patch: &OptionsPatch, max_bytes: usize) -> Result<Self, OptionsError> {
        if patch.loadbalancing.as_ref().value().is_some_and(|l| *l != LoadBalancing::Hash) {
            if patch.hash_header.as_ref().value().is_some() {
                return Err(OptionsError::HeaderWithoutHash);
            }
            if patch.hash_balance.as_ref().value().is_some() {
                return Err(OptionsError::BalanceWithoutHash);
            }
        }
        let mut options = Self {
            loadbalancing: patch.loadbalancing.clone().apply(self.loadbalancing),
            hash_header: patch.hash_header.clone().apply(self.hash_header.clone()),
            hash_balance: patch.hash_balance.clone().apply(self.hash_balance.clone()),
        };
        if options.loadbalancing == Some(LoadBalancing::Hash) {
            if options.hash_header.as_ref().is_none_or(String::is_empty) {
                return Err(OptionsError::NoHeader);
            }
        } else {
            options.hash_header = None;
            options.hash_balance = None;
        }
        if options.bytes() >= max_bytes {
            return Err(OptionsError::TooBig(max_bytes));
        }
        Ok(options)
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Name and value of each that is set, in the order they are shown.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("loadbalancing", self.loadbalancing.map(LoadBalancing::as_str)),
            ("hash_header", self.hash_header.as_deref()),
            ("hash_balance", self.hash_balance.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
    }

    /// How long the options are as JSON.
    fn bytes(&self) -> usize {
        let map: std::collections::BTreeMap<_, _> = self.entries().collect();
        serde_json::to_string(&map).map_or(usize::MAX, |json| json.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn three<T: Clone + std::fmt::Debug + 'static>(
        value: impl Strategy<Value = T> + 'static,
    ) -> impl Strategy<Value = Patch<T>> {
        prop_oneof![Just(Patch::Absent), Just(Patch::Null), value.prop_map(Patch::Value)]
    }

    prop_compose! {
        fn patches()(loadbalancing in three(proptest::sample::select(LoadBalancing::ALL)),
                     hash_header in three("[a-z]{1,3}"),
                     hash_balance in three(Just("1.5".to_owned()))) -> OptionsPatch {
            OptionsPatch { loadbalancing, hash_header, hash_balance }
        }
    }

    proptest! {
        #[test]
        fn hash_options_stand_exactly_with_hash(all in proptest::collection::vec(patches(), 0..6)) {
            let mut options = RouteOptions::default();
            for patch in all {
                options = options.patched(&patch, 1_024).unwrap_or(options);
                let is_hash = options.loadbalancing == Some(LoadBalancing::Hash);
                prop_assert_eq!(options.hash_header.is_some(), is_hash);
                prop_assert!(is_hash || options.hash_balance.is_none());
            }
        }

        #[test]
        fn a_balance_that_is_stored_is_read_again_as_itself(number in -1.0_f64..12.0) {
            if let Ok(stored) = parse_hash_balance(&format!("{number:.3}")) {
                prop_assert_eq!(parse_hash_balance(&stored), Ok(stored.clone()));
            }
        }
    }

    #[test]
    fn a_balance_is_zero_or_between_its_bounds() {
        for (text, stored) in [("0", "0.0"), ("1.1", "1.1"), ("1.26", "1.3"), ("10", "10.0")] {
            assert_eq!(parse_hash_balance(text).as_deref(), Ok(stored));
        }
        assert_eq!(parse_hash_balance("1.05"), Err(OptionsError::BalanceRange));
        assert_eq!(parse_hash_balance("NaN"), Err(OptionsError::BalanceNotNumeric));
    }
}
