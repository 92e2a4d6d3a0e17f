//! The bodies of operations on relationships.

use super::Fields;
use super::rules::is_blank;
use cc_actions::Fault;
use cc_domain::guid::Guid;
use cc_domain::patch::Patch;
use cc_domain::ruby::inspected;
use serde_json::{Map, Value};

/// The guids of `{"data":[{"guid":…},…]}`, at least one. Other members of an entry are let be, of the body refused.
pub fn references<T: ?Sized>(body: Map<String, Value>) -> Result<Vec<Guid<T>>, Fault> {
    references_or(body, |at, _| format!("Invalid data type: Data[{at}] guid should be a string."))
}

/// The same with words of its own for the place and the value of a guid that is none.
pub fn references_or<T: ?Sized>(
    body: Map<String, Value>,
    wrong: impl Fn(usize, &Value) -> String,
) -> Result<Vec<Guid<T>>, Fault> {
    let mut fields = Fields::new(body);
    let data = fields.take("data").value().unwrap_or_default();
    if is_blank(&data) {
        fields.refuse("Data can't be blank");
    }
    let mut guids = Vec::new();
    match data {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                match item.get("guid").unwrap_or(&Value::Null) {
                    Value::String(guid) => guids.push(Guid::new(guid.as_str())),
                    other => fields.refuse(wrong(at, other)),
                }
            }
        }
        _ => fields.refuse("Data must be an array"),
    }
    fields.finish()?;
    Ok(guids)
}

/// The guid of `{"data":{"guid":…}}`; null if it or `data` is, absent if `data` is.
pub fn reference<T: ?Sized>(body: Map<String, Value>) -> Result<Patch<Guid<T>>, Fault> {
    let mut fields = Fields::new(body);
    let guid = match fields.take("data") {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(data) => {
            if is_blank(&data) {
                fields.refuse("Data can't be blank");
            }
            only_guid(&mut fields, data)
        }
    };
    fields.finish()?;
    Ok(guid)
}

/// What `data` holds of one reference.
pub fn only_guid<T: ?Sized>(fields: &mut Fields, data: Value) -> Patch<Guid<T>> {
    let Value::Object(members) = data else {
        fields.refuse("Data must be an object");
        return Patch::Absent;
    };
    if members.len() != 1 {
        fields.refuse("Data can only accept one key");
    }
    match members.get("guid") {
        None => fields.refuse("Data can only accept key 'guid'"),
        Some(Value::String(text)) => return Patch::Value(Guid::new(text.as_str())),
        Some(Value::Null) => return Patch::Null,
        Some(other) => fields.refuse(format!("Data {} must be a string", inspected(other))),
    }
    Patch::Absent
}
