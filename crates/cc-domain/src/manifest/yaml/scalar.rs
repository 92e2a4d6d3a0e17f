//! What an unquoted scalar means: YAML 1.1 as Psych, the reader of the reference, has it (its `ScalarScanner`, 5.4).

use serde_json::{Number, Value};
use std::fmt::Write;

/// Digits of the longest number that is converted from another base; a longer one stays a text.
const MAX_DIGITS: usize = 1_000;

#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    Null,
    Bool(bool),
    Integer(i64),
    /// Too large for 64 bits: its decimal digits.
    Large(String),
    Float(f64),
    /// Stays what its author wrote. Dates, times and symbols, which the reference refuses, are among these.
    Text,
}

impl Scalar {
    /// What the text of a plain scalar stands for.
    pub fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self::Null;
        }
        if is_wordy(text) {
            return word(text);
        }
        special(text)
            .or_else(|| sexagesimal(text))
            .or_else(|| float(text))
            .or_else(|| integer(text))
            .unwrap_or(Self::Text)
    }

    /// The value, for a scalar of this text. What JSON has no number for is the text that Ruby prints for it.
    pub fn value(self, text: &str) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => value.into(),
            Self::Integer(value) => value.into(),
            Self::Large(digits) => digits.into(),
            Self::Float(value) => {
                Number::from_f64(value).map_or_else(|| super::text::of_float(value).into(), Value::Number)
            }
            Self::Text => text.into(),
        }
    }
}

/// Begins like a word, with at most one other character before it, or has several lines.
fn is_wordy(text: &str) -> bool {
    let in_word = |c: char| c.is_alphabetic() || "_ \t\r\n\u{b}\u{c}!@#$%^&*(){}<>|/\\~;=".contains(c);
    let mut chars = text.chars();
    let (first, second) = (chars.next(), chars.next());
    let may_precede = first.is_some_and(|c| !(c.is_ascii_digit() || ".:-".contains(c)));
    first.is_some_and(in_word) || may_precede && second.is_some_and(in_word) || text.contains('\n')
}

fn word(text: &str) -> Scalar {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["~", "null"]) {
        Scalar::Null
    } else if is(&["yes", "true", "on"]) {
        Scalar::Bool(true)
    } else if is(&["no", "false", "off"]) {
        Scalar::Bool(false)
    } else {
        Scalar::Text
    }
}

fn special(text: &str) -> Option<Scalar> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is(".inf") || is("+.inf") {
        Some(Scalar::Float(f64::INFINITY))
    } else if is("-.inf") {
        Some(Scalar::Float(f64::NEG_INFINITY))
    } else if is(".nan") {
        Some(Scalar::Float(f64::NAN))
    } else {
        None
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_all(text: &str, also: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || also.contains(c))
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Two or three groups to the base 60, the first of which may be any number. The weights are those of hours, minutes and seconds whatever
/// the number of groups, and a sign is that of the first group alone: both as with Psych.
fn sexagesimal(text: &str) -> Option<Scalar> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut groups = unsigned(whole).split(':');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_group = |group: &&str| match group.as_bytes() {
        [one] => one.is_ascii_digit(),
        [tens, ones] => (b'0'..=b'5').contains(tens) && ones.is_ascii_digit(),
        _ => false,
    };
    let is_sexagesimal = starts_with_digit(first)
        && is_all(first, "_")
        && matches!(rest.len(), 1 | 2)
        && rest.iter().all(is_group)
        && fraction.is_none_or(|fraction| is_all(fraction, "_"));
    if !is_sexagesimal {
        return None;
    }
    let parts: Vec<String> = text.split(':').map(leading).collect();
    if fraction.is_some() {
        let sum = parts.iter().zip([3600.0, 60.0, 1.0]).map(|(part, weight)| to_float(part) * weight).sum();
        return Some(Scalar::Float(sum));
    }
    let sum = parts.iter().zip([3600_i64, 60, 1]).try_fold(0_i64, |sum, (part, weight)| {
        sum.checked_add(part.parse::<i64>().ok()?.checked_mul(weight)?)
    });
    Some(sum.map_or(Scalar::Text, Scalar::Integer))
}

/// The number at the start of a text as Ruby's `to_i` and `to_f` find it: single underscores between digits do not count.
fn leading(text: &str) -> String {
    let mut number = String::new();
    let mut chars = text.chars().peekable();
    if let Some(sign) = chars.next_if(|c| "+-".contains(*c)) {
        number.push(sign);
    }
    while let Some(c) = chars.next() {
        let before = number.chars().next_back().is_some_and(|c| c.is_ascii_digit());
        let after = chars.peek().is_some_and(char::is_ascii_digit);
        match c {
            '_' if before && after => {}
            '.' if before && after && !number.contains('.') => number.push(c),
            c if c.is_ascii_digit() => number.push(c),
            _ => break,
        }
    }
    number
}

fn to_float(text: &str) -> f64 {
    text.parse().unwrap_or(0.0)
}

/// With a point, and an exponent only if it has a sign.
fn float(text: &str) -> Option<Scalar> {
    let (whole, rest) = unsigned(text).split_once('.')?;
    let (digits, exponent) = match rest.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, Some(exponent)),
        None => (rest, None),
    };
    let is_exponent =
        |text: &str| text.starts_with(['+', '-']) && !unsigned(text).is_empty() && is_all(unsigned(text), "");
    let is_float = (whole.is_empty() || starts_with_digit(whole) && is_all(whole, "_,"))
        && is_all(digits, "")
        && exponent.is_none_or(is_exponent);
    if !is_float || whole.is_empty() && digits.is_empty() {
        return None;
    }
    text.replace(['_', ','], "").parse().ok().map(Scalar::Float)
}

/// Decimal, or to the base that its prefix names; underscores and commas do not count.
fn integer(text: &str) -> Option<Scalar> {
    let body = unsigned(text);
    let (radix, digits) = if let Some(digits) = body.strip_prefix("0b") {
        (2, digits)
    } else if let Some(digits) = body.strip_prefix("0x") {
        (16, digits)
    } else if body.len() > 1
        && let Some(digits) = body.strip_prefix('0')
    {
        (8, digits)
    } else if starts_with_digit(body) {
        (10, body)
    } else {
        return None;
    };
    let digits = digits.replace(['_', ','], "");
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let is_negative = text.starts_with('-');
    let signed = if is_negative { format!("-{digits}") } else { digits.clone() };
    if let Ok(number) = i64::from_str_radix(&signed, radix) {
        return Some(Scalar::Integer(number));
    }
    let decimal = if radix == 10 {
        digits
    } else if digits.len() <= MAX_DIGITS {
        decimal(&digits, radix)
    } else {
        return Some(Scalar::Text);
    };
    Some(Scalar::Large(if is_negative { format!("-{decimal}") } else { decimal }))
}

/// The decimal digits of a number that has these to another base.
fn decimal(digits: &str, radix: u32) -> String {
    const LIMB: u64 = 1_000_000_000;
    let mut limbs = vec![0_u64];
    for digit in digits.chars().filter_map(|c| c.to_digit(radix)) {
        let mut carry = u64::from(digit);
        for limb in &mut limbs {
            let value = *limb * u64::from(radix) + carry;
            *limb = value % LIMB;
            carry = value / LIMB;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let all = limbs.iter().rev().fold(String::new(), |mut all, limb| {
        // A String takes everything.
        let _ = write!(all, "{limb:09}");
        all
    });
    let trimmed = all.trim_start_matches('0');
    if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_owned() }
}

/// A date or a moment to Psych: it quotes these, though it refuses to read them here.
pub fn is_point_in_time(text: &str) -> bool {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let (date, rest) =
        text.split_at(text.find(|c: char| !(c.is_ascii_digit() || c == '-')).unwrap_or(text.len()));
    let parts: Vec<&str> = date.strip_prefix('-').unwrap_or(date).split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| matches!(text.len(), 1 | 2));
    let (Some(month), Some(day)) = (number(month), number(day)) else { return false };
    if year.len() != 4 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return false;
    }
    if rest.is_empty() {
        return !date.starts_with('-');
    }
    let Some(time) = rest.strip_prefix(|c: char| c == 'T' || c == 't' || c.is_ascii_whitespace()) else {
        return false;
    };
    let mut groups = time.trim_start().splitn(3, ':');
    let is_digits =
        |text: Option<&str>, max: usize| text.is_some_and(|t| (1..=max).contains(&t.len()) && is_all(t, ""));
    is_digits(groups.next(), 2)
        && is_digits(groups.next(), 2)
        && groups.next().is_some_and(|last| {
            let seconds = last.get(..2);
            let zone = last.get(2..).unwrap_or_default();
            let zone =
                zone.strip_prefix('.').map_or(zone, |z| z.trim_start_matches(|c: char| c.is_ascii_digit()));
            let zone = zone.trim_start();
            let is_zone =
                zone.is_empty() || zone == "Z" || zone.starts_with(['+', '-']) && is_all(zone, "+-:");
            is_digits(seconds, 2) && is_zone
        })
}
