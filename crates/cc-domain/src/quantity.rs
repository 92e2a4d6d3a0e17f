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
    /// More bytes than 64 bits count.
    #[error("is too large")]
    TooLarge,
}

/// Reads `<number><unit>` as bytes: an optional minus, digits with an optional fraction, a unit in any case (`B`, or one of `K`, `M`, `G` and
/// `T` with `i`, `B`, both or neither behind it) without a space between; always powers of 1024.
pub fn parse_bytes(text: &str) -> Result<i64, QuantityError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(QuantityError::NotANumber);
    }
    let text = text.trim_end();
    let is_of_number = |(at, c): &(usize, char)| c.is_ascii_digit() || *c == '.' || (*at == 0 && *c == '-');
    let split = text.char_indices().find(|at| !is_of_number(at)).map_or(text.len(), |(at, _)| at);
    let (number, unit) = text.split_at(split);
    let unit = unit.to_ascii_uppercase();
    let shift = match unit.as_str() {
        "B" => 0,
        "K" | "KB" | "KI" | "KIB" => 10,
        "M" | "MB" | "MI" | "MIB" => 20,
        "G" | "GB" | "GI" | "GIB" => 30,
        "T" | "TB" | "TI" | "TIB" => 40,
        _ => return Err(QuantityError::Unit),
    };
    scaled(number, shift)
}

/// `number · 2^shift`, rounded down towards zero, in whole arithmetic.
fn scaled(number: &str, shift: u32) -> Result<i64, QuantityError> {
    let (negative, digits) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return Err(QuantityError::Unit);
    }
    let fraction = fraction.get(..fraction.len().min(12)).unwrap_or_default();
    let value = || {
        let unit = 1_i128 << shift;
        let whole = i128::from(whole.parse::<i64>().ok()?).checked_mul(unit)?;
        let places = u32::try_from(fraction.len()).ok()?;
        let part = i128::from(fraction.parse::<i64>().ok()?) * unit / 10_i128.pow(places);
        i64::try_from(whole + part).ok()
    };
    let value = value().ok_or(QuantityError::TooLarge)?;
    Ok(if negative { -value } else { value })
}

/// The form manifests are generated with: the largest unit that leaves a whole number, as in `64K`; nothing is `0T`.
pub fn format_bytes(bytes: i64) -> String {
    for (shift, unit) in [(40, 'T'), (30, 'G'), (20, 'M'), (10, 'K')] {
        let size = 1_i64 << shift;
        if bytes % size == 0 {
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
            for form in [format!("{n}{unit}b"), format!("{n}{unit}B"), format!("{n}{unit}iB"), format!("{n}{unit}I")] {
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
        for text in ["12", "1X", "12MM", "1BB", "1 M", "1.M", "1..5M", "1I"] {
            assert_eq!(parse_bytes(text), Err(QuantityError::Unit), "{text}");
        }
        for text in ["M", "", "x", " 1M", "+1M", "--1M", ".5M"] {
            assert_eq!(parse_bytes(text), Err(QuantityError::NotANumber), "{text}");
        }
        assert_eq!(parse_bytes("99999999999999999999T"), Err(QuantityError::TooLarge));
    }
}
