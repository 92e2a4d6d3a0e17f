//! Moments, and their form on the wire.

use std::fmt;

/// Microseconds since the Unix epoch, UTC. Stored with that precision, shown in whole seconds as `YYYY-MM-DDThh:mm:ssZ` (domain-rules 1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to `self`; negative if `self` is the earlier one.
    pub const fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whether less than `seconds` lie between the two, in either direction. What is written down with a lifetime is trusted by this and not
    /// by "not yet expired": a moment that a clock far ahead wrote down would else count until the clock gets there.
    pub const fn is_within(self, seconds: i64, other: Self) -> bool {
        self.0.abs_diff(other.0) < seconds.saturating_mul(1_000_000).unsigned_abs()
    }

    /// Reads the one form that filters accept, `YYYY-MM-DDThh:mm:ssZ`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let digits_at = |range: std::ops::Range<usize>| {
            bytes.get(range).is_some_and(|b| b.iter().all(u8::is_ascii_digit))
        };
        let shape = bytes.len() == 20
            && digits_at(0..4)
            && digits_at(5..7)
            && digits_at(8..10)
            && digits_at(11..13)
            && digits_at(14..16)
            && digits_at(17..19)
            && bytes.get(10) == Some(&b'T')
            && bytes.get(19) == Some(&b'Z');
        if !shape {
            return None;
        }
        text.parse::<jiff::Timestamp>().ok().map(|t| Self::from_seconds(t.as_second()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.seconds()) {
            Ok(t) => write!(f, "{}", t.strftime("%Y-%m-%dT%H:%M:%SZ")),
            Err(_) => f.write_str("9999-12-30T22:00:00Z"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(seconds in 0_i64..4_102_444_800) {
            let t = Timestamp::from_seconds(seconds);
            prop_assert_eq!(Timestamp::parse(&t.to_string()), Some(t));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,40}") {
            let _ = Timestamp::parse(&text);
        }
    }

    #[test]
    fn what_lies_far_ahead_is_as_little_recent_as_what_lies_far_behind() {
        let now = Timestamp::from_seconds(1_000);
        assert!(now.is_within(10, Timestamp::from_seconds(991)));
        assert!(now.is_within(10, Timestamp::from_seconds(1_009)));
        assert!(!now.is_within(10, Timestamp::from_seconds(990)));
        assert!(!now.is_within(10, Timestamp::from_seconds(1_010)));
        assert!(!now.is_within(10, Timestamp::from_micros(i64::MAX)));
    }

    #[test]
    fn only_the_plain_form_is_read() {
        for text in [
            "2020-01-01",
            "2020-01-01T00:00:00+00:00",
            "2020-13-01T00:00:00Z",
            "2020-01-01 00:00:00Z",
            "2020-01-01T00:00:00.5Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
