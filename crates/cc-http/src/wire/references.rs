//! The body of an operation on a to-many relationship.

use super::Fields;
use super::rules::is_blank;
use cc_actions::Fault;
use cc_domain::guid::Guid;
use serde_json::{Map, Value};

/// The guids of `{"data":[{"guid":…},…]}`, at least one. Other members of an entry are let be, of the body refused.
pub fn references<T: ?Sized>(body: Map<String, Value>) -> Result<Vec<Guid<T>>, Fault> {
    let mut fields = Fields::new(body);
    let data = fields.take("data").value().unwrap_or_default();
    if is_blank(&data) {
        fields.refuse("Data can't be blank");
    }
    let mut guids = Vec::new();
    match data {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                match item.get("guid").and_then(Value::as_str) {
                    Some(guid) => guids.push(Guid::new(guid)),
                    None => fields.refuse(format!("Invalid data type: Data[{at}] guid should be a string.")),
                }
            }
        }
        _ => fields.refuse("Data must be an array"),
    }
    fields.finish()?;
    Ok(guids)
}
