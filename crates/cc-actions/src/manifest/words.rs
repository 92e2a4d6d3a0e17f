//! Random words for hosts.

use cc_domain::manifest::Words;
use cc_domain::ports::Ids;
use std::sync::Arc;

const ADJECTIVES: [&str; 31] = [
    "agile", "amber", "bold", "brave", "bright", "calm", "clever", "crisp", "eager", "fancy", "fluffy",
    "gentle", "golden", "happy", "honest", "humble", "jolly", "kind", "lively", "lucky", "mellow", "nimble",
    "proud", "quick", "quiet", "shiny", "silent", "sunny", "swift", "tidy", "wise",
];
const NOUNS: [&str; 37] = [
    "badger", "bear", "beaver", "bison", "cat", "crane", "deer", "dolphin", "eagle", "falcon", "finch",
    "fox", "gecko", "hare", "hawk", "heron", "ibex", "jaguar", "koala", "lemur", "lion", "lynx", "marten",
    "mole", "moose", "otter", "owl", "panda", "puffin", "raven", "robin", "seal", "swan", "tiger", "turtle",
    "wolf", "wren",
];

/// Words by chance, as in `fluffy-fox-qk`; the chance is that of identifiers.
pub struct RandomWords {
    ids: Arc<dyn Ids>,
}

impl RandomWords {
    pub fn new(ids: Arc<dyn Ids>) -> Self {
        Self { ids }
    }
}

impl Words for RandomWords {
    fn words(&self) -> String {
        let digits: String = self.ids.uuid().chars().filter(char::is_ascii_hexdigit).collect();
        let mut chance = u128::from_str_radix(&digits, 16).unwrap_or_default();
        let mut below = |many: usize| {
            let many = many as u128;
            let drawn = chance % many;
            chance /= many;
            usize::try_from(drawn).unwrap_or_default()
        };
        let adjective = ADJECTIVES.get(below(ADJECTIVES.len())).copied().unwrap_or_default();
        let noun = NOUNS.get(below(NOUNS.len())).copied().unwrap_or_default();
        let letter = |at: usize| ('a'..='z').nth(at).unwrap_or('a');
        format!("{adjective}-{noun}-{}{}", letter(below(26)), letter(below(26)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    struct Counting(AtomicU64);

    impl Ids for Counting {
        fn uuid(&self) -> String {
            format!("00000000-0000-4000-8000-{:012x}", self.0.fetch_add(1, Ordering::SeqCst))
        }
    }

    #[test]
    fn words_are_a_host_and_differ_from_one_id_to_the_next() {
        let words = RandomWords::new(Arc::new(Counting(AtomicU64::new(7))));
        let drawn: std::collections::BTreeSet<String> = (0..500).map(|_| words.words()).collect();
        assert_eq!(drawn.len(), 500);
        assert!(drawn.iter().all(|w| w.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && w.len() < 24));
    }
}
