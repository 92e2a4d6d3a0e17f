//! What a body says of other resources, in the one shape that it may have.

use super::Fields;
use cc_domain::guid::Guid;
use cc_domain::patch::Patch;
use serde_json::Value;

impl Fields {
    /// The `relationships` member as fields of its own; `None` after a complaint. End it with [`Fields::nested`].
    pub fn relationships(&mut self) -> Option<Fields> {
        match self.take("relationships") {
            Patch::Value(Value::Object(members)) if members.is_empty() => {
                self.refuse("Relationships 'relationships' must include one or more valid relationships");
                None
            }
            Patch::Value(Value::Object(members)) => Some(Fields::new(members)),
            _ => {
                self.refuse("Relationships 'relationships' is not an object");
                None
            }
        }
    }

    /// A to-one relationship within `relationships`: exactly `{"data":{"guid":…}}`, or `{"data":null}`.
    #[expect(
        clippy::wrong_self_convention,
        reason = "named for the relationship; takes it out of the fields"
    )]
    pub fn to_one<T: ?Sized>(&mut self, name: &'static str) -> Patch<Guid<T>> {
        let value = match self.take(name) {
            Patch::Absent => return Patch::Absent,
            Patch::Null => Value::Null,
            Patch::Value(value) => value,
        };
        let only = |value: Value, key: &str| match value {
            Value::Object(mut members) if members.len() == 1 => members.remove(key),
            _ => None,
        };
        match only(value, "data") {
            Some(Value::Null) => Patch::Null,
            Some(data) => match only(data, "guid") {
                Some(guid) => self
                    .check_guid(&guid, &format!("{} guid", self.label(name)))
                    .map_or(Patch::Absent, Patch::Value),
                None => self.malformed_to_one(name),
            },
            None => self.malformed_to_one(name),
        }
    }

    fn malformed_to_one<T>(&mut self, name: &str) -> Patch<T> {
        let label = self.label(name);
        self.refuse(format!(
            "{label} must be structured like this: \"{name}: {{\"data\": {{\"guid\": \"valid-guid\"}}}}\""
        ));
        Patch::Absent
    }

    /// A to-one relationship that must be there: `Ok` with what it names, which may be nothing.
    pub fn required_to_one<T: ?Sized>(&mut self, name: &'static str) -> Option<Guid<T>> {
        self.must_be_present(name);
        if self.value(name).is_null() {
            return self.malformed_to_one(name).value();
        }
        self.to_one(name).value()
    }

    /// A to-many relationship within `relationships`: exactly `{"data":[{"guid":…},…]}`. `each` begins complaints about one guid.
    #[expect(
        clippy::wrong_self_convention,
        reason = "named for the relationship; takes it out of the fields"
    )]
    pub fn to_many<T: ?Sized>(&mut self, name: &'static str, each: &str) -> Vec<Guid<T>> {
        let Patch::Value(value) = self.take(name) else { return Vec::new() };
        let guids: Option<Vec<Value>> = match value {
            Value::Object(mut members) => match members.remove("data") {
                Some(Value::Array(items)) => items.into_iter().map(only_guid).collect(),
                _ => None,
            },
            _ => None,
        };
        let Some(guids) = guids else {
            let label = self.label(name);
            self.refuse(format!(
                "{label} must be structured like this: \"{name}: {{\"data\": [{{\"guid\": \"valid-guid\"}},{{\"guid\": \"valid-guid\"}}]}}\""
            ));
            return Vec::new();
        };
        guids.iter().filter_map(|guid| self.check_guid(guid, each)).collect()
    }
}

/// The guid of an object that has nothing else.
fn only_guid(item: Value) -> Option<Value> {
    match item {
        Value::Object(mut members) if members.len() == 1 => members.remove("guid"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        match value {
            Value::Object(members) => Fields::new(members),
            _ => unreachable!("tests pass objects"),
        }
    }

    #[test]
    fn a_relationship_has_one_shape() {
        let mut good = fields(json!({ "a": { "data": { "guid": "g" } }, "b": { "data": null } }));
        assert_eq!(good.to_one::<str>("a"), Patch::Value(Guid::new("g")));
        assert_eq!(good.to_one::<str>("b"), Patch::Null);
        for bad in [
            json!({ "guid": "g" }),
            json!({ "data": { "guid": "g", "x": 1 } }),
            json!({ "data": {} }),
            json!(1),
            json!(null),
        ] {
            let mut f = fields(json!({ "a": bad }));
            assert_eq!(f.to_one::<str>("a"), Patch::Absent);
            assert!(!f.is_fine());
        }
    }
}
