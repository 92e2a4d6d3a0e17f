//! The `options` member of a body.

use crate::wire::Fields;
use cc_domain::patch::Patch;
use cc_domain::route::options::{parse_hash_balance, parse_hash_header, parse_loadbalancing};
use cc_domain::route::{LoadBalancing, OptionsError, OptionsPatch};
use serde_json::Value;

/// As JSON; the outcome of a change may not be longer either.
const MAX_BYTES: usize = 1_024;

/// Reads the options, reporting what is wrong with them to `fields`. Absent is no change.
pub fn read(fields: &mut Fields, is_hash_on: bool) -> OptionsPatch {
    let members = match fields.take("options") {
        Patch::Absent => return OptionsPatch::default(),
        Patch::Value(Value::Object(members)) => members,
        Patch::Null | Patch::Value(_) => {
            fields.refuse("Options 'options' is not a valid object");
            return OptionsPatch::default();
        }
    };
    let bytes = Value::Object(members.clone()).to_string().len();
    if bytes > MAX_BYTES {
        fields
            .refuse(format!("Options must be smaller than {MAX_BYTES} bytes (actual size is {bytes} bytes)"));
    }
    let mut inner = Fields::new(members);
    let mut errors = Vec::new();
    let loadbalancing =
        parsed(inner.take("loadbalancing"), &mut errors, |text| parse_loadbalancing(text, is_hash_on));
    let is_other = !errors.is_empty()
        || matches!(&loadbalancing, Patch::Value(algorithm) if *algorithm != LoadBalancing::Hash);
    let (header, balance) = (inner.take("hash_header"), inner.take("hash_balance"));
    // What is unknown, the algorithm, what is not to be had now, and what goes with hash only, in this order.
    fields.nested("Options", inner);
    for error in errors.drain(..) {
        fields.refuse(error.to_string());
    }
    let unknown: Vec<_> = [("hash_header", &header), ("hash_balance", &balance)]
        .into_iter()
        .filter(|(_, value)| !is_hash_on && matches!(value, Patch::Value(v) if !is_blank(v)))
        .map(|(name, _)| name)
        .collect();
    let mut patch = OptionsPatch { loadbalancing, ..OptionsPatch::default() };
    if unknown.is_empty() {
        patch.hash_header = parsed(header, &mut errors, parse_hash_header);
        patch.hash_balance = parsed(balance, &mut errors, parse_hash_balance);
        errors.extend(is_other.then(|| without_hash(&patch)).into_iter().flatten());
    } else {
        fields.refuse(format!("Options Unknown field(s): '{}'", unknown.join("', '")));
    }
    for error in errors {
        fields.refuse(error.to_string());
    }
    patch
}

/// A blank value is as good as null.
fn is_blank(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// A number is as good as its text.
fn parsed<T>(
    value: Patch<Value>,
    errors: &mut Vec<OptionsError>,
    parse: impl FnOnce(&str) -> Result<T, OptionsError>,
) -> Patch<T> {
    let text = match value {
        Patch::Absent => return Patch::Absent,
        Patch::Null => return Patch::Null,
        Patch::Value(value) if is_blank(&value) => return Patch::Null,
        Patch::Value(Value::String(text)) => text,
        Patch::Value(other) => other.to_string(),
    };
    match parse(&text) {
        Ok(value) => Patch::Value(value),
        Err(error) => {
            errors.push(error);
            Patch::Absent
        }
    }
}

/// What only hash uses beside another algorithm.
fn without_hash(patch: &OptionsPatch) -> impl Iterator<Item = OptionsError> + use<> {
    let header = matches!(patch.hash_header, Patch::Value(_)).then_some(OptionsError::HeaderWithoutHash);
    let balance = matches!(patch.hash_balance, Patch::Value(_)).then_some(OptionsError::BalanceWithoutHash);
    header.into_iter().chain(balance)
}
