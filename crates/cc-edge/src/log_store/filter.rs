//! The name filter of a read, as log-cache applies it.

use cc_domain::log::{Envelope, LogReadError, Message};
use regex::{Regex, RegexBuilder};

/// Memory that one compiled filter may take; the pattern comes from a client.
const COMPILED_BYTES: usize = 64 << 10;

pub(super) struct NameFilter(Regex);

impl NameFilter {
    pub fn parse(pattern: &str) -> Result<Self, LogReadError> {
        RegexBuilder::new(pattern)
            .size_limit(COMPILED_BYTES)
            .dfa_size_limit(COMPILED_BYTES)
            .build()
            .map(Self)
            .map_err(|_| LogReadError::BadNameFilter)
    }

    /// The part of the envelope that has a matching name.
    pub fn apply(&self, mut envelope: Envelope) -> Option<Envelope> {
        let keep = match &mut envelope.message {
            Message::Counter { name, .. } => self.0.is_match(name),
            Message::Timer { name, .. } => self.0.is_match(name),
            Message::Gauge(metrics) => {
                metrics.retain(|name, _| self.0.is_match(name));
                !metrics.is_empty()
            }
            Message::Log { .. } | Message::Event { .. } => false,
        };
        keep.then_some(envelope)
    }
}
