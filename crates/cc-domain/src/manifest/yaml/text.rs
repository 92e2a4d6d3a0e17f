//! Values as texts, as Ruby prints them.

use serde_json::Value;
use std::fmt::Write as _;

/// A value where a text is wanted: null is empty, lists and maps are JSON.
pub fn of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => {
            let mut out = String::new();
            json(other, &mut out);
            out
        }
    }
}

fn json(value: &Value, out: &mut String) {
    match value {
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => out.push_str(&of_float(float)),
            None => {
                let _ = write!(out, "{number}");
            }
        },
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                json(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (key, member)) in members.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                let _ = write!(out, "{}:", Value::from(key.as_str()));
                json(member, out);
            }
            out.push('}');
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {
            let _ = write!(out, "{value}");
        }
    }
}

/// The shortest digits that are the number: with a point always, with an exponent of two digits and a sign when it is large or small.
pub fn of_float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_infinite() {
        return format!("{sign}Infinity");
    }
    let scientific = format!("{:e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let split = |at: usize| {
        let padded = format!("{digits:0<at$}");
        let (whole, fraction) = padded.split_at(at);
        format!("{sign}{whole}.{}", if fraction.is_empty() { "0" } else { fraction })
    };
    match usize::try_from(exponent) {
        Ok(places) if places < 16 => split(places + 1),
        Err(_) if exponent >= -4 => {
            let zeros = usize::try_from(-1 - exponent).unwrap_or_default();
            format!("{sign}0.{}{digits}", "0".repeat(zeros))
        }
        _ => {
            let direction = if exponent < 0 { '-' } else { '+' };
            format!("{}e{direction}{:02}", split(1), exponent.unsigned_abs())
        }
    }
}
