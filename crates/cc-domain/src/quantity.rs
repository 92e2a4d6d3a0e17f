//! Amounts with bounds: memory and disk, instances, log rate, ports.

use std::fmt;

/// What the API's 32-bit numbers end at.
pub const I32_MAX: u32 = 2_147_483_647;

/// Memory or disk in mebibytes: 1 to 2,147,483,647.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Megabytes(u32);

/// How many instances of a process are wanted: 0 to 2,147,483,647.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceCount(u32);

/// Bytes of logs a second; −1 is unlimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogRate(i64);

impl Megabytes {
    pub const MIN: Self = Self(1);

    /// `None` out of bounds.
    pub fn new(mb: i64) -> Option<Self> {
        u32::try_from(mb).ok().filter(|mb| (1..=I32_MAX).contains(mb)).map(Self)
    }

    pub const fn get(self) -> u32 {
        self.0
    }

    pub const fn bytes(self) -> u64 {
        self.0 as u64 * 1_048_576
    }
}

impl InstanceCount {
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(1);

    /// `None` out of bounds.
    pub fn new(count: i64) -> Option<Self> {
        u32::try_from(count).ok().filter(|count| *count <= I32_MAX).map(Self)
    }

    pub const fn get(self) -> u32 {
        self.0
    }
}

impl LogRate {
    pub const UNLIMITED: Self = Self(-1);

    /// `None` below −1.
    pub fn new(bytes_per_second: i64) -> Option<Self> {
        (bytes_per_second >= -1).then_some(Self(bytes_per_second))
    }

    /// −1 is unlimited.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// `None` is unlimited.
    pub fn limit(self) -> Option<u64> {
        u64::try_from(self.0).ok()
    }
}

impl fmt::Display for Megabytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for InstanceCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for LogRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a text is no byte quantity. The texts are those of manifests (domain-rules 25.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    #[error("must use a supported unit: B, K, KB, M, MB, G, GB, T, or TB")]
    Unit,
    #[error("is not a number")]
    NotANumber,
}

/// Reads `<number><unit>` as bytes: an optional minus, digits with an optional fraction, a unit in any case; always powers of 1024.
pub fn parse_bytes(text: &str) -> Result<i64, QuantityError> {
    let text = text.trim();
    let split = text
        .char_indices()
        .find(|(at, c)| !(c.is_ascii_digit() || *c == '.' || (*at == 0 && *c == '-')))
        .map_or(text.len(), |(at, _)| at);
    let (number, unit) = text.split_at(split);
    let unit = unit.trim().to_ascii_uppercase();
    let shift = match unit
        .strip_suffix("IB")
        .or_else(|| unit.strip_suffix('I'))
        .or_else(|| unit.strip_suffix('B'))
        .unwrap_or(&unit)
    {
        "" if unit == "B" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return Err(QuantityError::Unit),
    };
    scaled(number, shift).ok_or(QuantityError::NotANumber)
}

/// `number · 2^shift`, rounded down towards zero, in whole arithmetic; `None` if it is no number or too big.
fn scaled(number: &str, shift: u32) -> Option<i64> {
    let (negative, digits) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let only_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty()
        || !only_digits(whole)
        || !only_digits(fraction)
        || (digits.contains('.') && fraction.is_empty())
    {
        return None;
    }
    let unit = 1_i128 << shift;
    let whole = whole.parse::<i64>().ok().map(i128::from)?.checked_mul(unit)?;
    let fraction = fraction.get(..fraction.len().min(12)).unwrap_or_default();
    let part = if fraction.is_empty() {
        0
    } else {
        let places = u32::try_from(fraction.len()).ok()?;
        i128::from(fraction.parse::<i64>().ok()?) * unit / 10_i128.pow(places)
    };
    let value = i64::try_from(whole + part).ok()?;
    Some(if negative { -value } else { value })
}

/// The form manifests are generated with: the largest unit that leaves a whole number, as in `64K`.
pub fn format_bytes(bytes: i64) -> String {
    for (shift, unit) in [(40, 'T'), (30, 'G'), (20, 'M'), (10, 'K')] {
        let size = 1_i64 << shift;
        if bytes != 0 && bytes % size == 0 {
            return format!("{}{unit}", bytes / size);
        }
    }
    format!("{bytes}B")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_formatted_is_read_back(bytes in any::<i64>()) {
            prop_assert_eq!(parse_bytes(&format_bytes(bytes / 2)), Ok(bytes / 2));
        }

        #[test]
        fn the_case_and_the_suffix_of_a_unit_do_not_matter(n in 0_i64..1_000_000, unit in "[kmgtKMGT]") {
            let plain = parse_bytes(&format!("{n}{unit}"));
            prop_assert!(plain.is_ok());
            for form in [format!("{n}{unit}b"), format!("{n}{unit}B"), format!("{n}{unit}iB"), format!("{n} {unit}I")] {
                prop_assert_eq!(&parse_bytes(&form), &plain, "{}", form);
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,24}|-?[0-9.]{0,30}[a-zA-Z]{0,3}") {
            let _ = parse_bytes(&text);
        }

        #[test]
        fn bounds_hold(n in any::<i64>()) {
            prop_assert_eq!(Megabytes::new(n).is_some(), (1..=2_147_483_647).contains(&n));
            prop_assert_eq!(InstanceCount::new(n).is_some(), (0..=2_147_483_647).contains(&n));
            prop_assert_eq!(LogRate::new(n).is_some(), n >= -1);
        }
    }

    #[test]
    fn quantities_are_read_as_powers_of_1024() {
        for (text, bytes) in
            [("1K", 1024), ("1.5M", 1_572_864), ("512B", 512), ("-1M", -1_048_576), ("2GB", 2 << 30)]
        {
            assert_eq!(parse_bytes(text), Ok(bytes), "{text}");
        }
        for text in ["12", "1X", "", "12MM", "1BB"] {
            assert_eq!(parse_bytes(text), Err(QuantityError::Unit), "{text}");
        }
        for text in ["M", "1..5M", "1.M", "--1M", "99999999999999999999T"] {
            assert!(parse_bytes(text).is_err(), "{text}");
        }
    }
}
