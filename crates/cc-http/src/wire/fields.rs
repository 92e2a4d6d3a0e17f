//! A JSON object taken apart member by member, with everything wrong in it said at once.

use super::metadata;
use cc_actions::Fault;
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataPatch;
use cc_domain::patch::Patch;
use serde_json::{Map, Value};

/// The members of one object that are not taken yet, and the complaints so far. [`Fields::finish`] turns complaints into one 422.
pub struct Fields {
    members: Map<String, Value>,
    complaints: Vec<String>,
    metadata: MetadataPatch,
}

impl Fields {
    /// Starts with the members of a body. What is wrong with `metadata`, where it is known, comes first; then the members that no
    /// operation of that body knows (domain-rules 1.2).
    pub fn new(members: Map<String, Value>, known: &[&str]) -> Self {
        let mut fields = Self::open(members, known);
        fields.refuse_unknown(known);
        fields
    }

    /// The same for bodies whose unknown members are looked for later, or not at all.
    pub fn open(members: Map<String, Value>, known: &[&str]) -> Self {
        let mut fields = Self { members, complaints: Vec::new(), metadata: MetadataPatch::default() };
        if known.contains(&"metadata")
            && let Some(value) = fields.members.remove("metadata")
        {
            fields.metadata = metadata::read(&mut fields, value);
        }
        fields
    }

    /// Complains about members that are not among these.
    pub fn refuse_unknown(&mut self, known: &[&str]) {
        let unknown: Vec<_> =
            self.members.keys().filter(|k| !known.contains(&k.as_str())).map(String::as_str).collect();
        if !unknown.is_empty() {
            self.refuse(format!("Unknown field(s): '{}'", unknown.join("', '")));
        }
    }

    /// Adds a complaint.
    pub fn refuse(&mut self, message: impl Into<String>) {
        self.complaints.push(message.into());
    }

    pub fn is_fine(&self) -> bool {
        self.complaints.is_empty()
    }

    /// All complaints in one answer, or nothing.
    pub fn finish(self) -> Result<(), Fault> {
        if self.complaints.is_empty() {
            Ok(())
        } else {
            Err(Fault::unprocessable(self.complaints.join(", ")))
        }
    }

    /// The complaints, for an object within another one.
    pub fn into_complaints(self) -> Vec<String> {
        self.complaints
    }

    /// Whether the member stands in the body, also as null.
    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// The member as it is, in three states.
    pub fn take(&mut self, name: &str) -> Patch<Value> {
        match self.members.remove(name) {
            None => Patch::Absent,
            Some(Value::Null) => Patch::Null,
            Some(value) => Patch::Value(value),
        }
    }

    fn typed<T>(
        &mut self,
        name: &str,
        label: &str,
        what: &str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Patch<T> {
        match self.take(name) {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(value) => match read(value) {
                Some(value) => Patch::Value(value),
                None => {
                    self.refuse(format!("{label} must be {what}"));
                    Patch::Absent
                }
            },
        }
    }

    /// A text. `label` is the member's name as complaints begin with it, as in `Name`.
    pub fn text(&mut self, name: &str, label: &str) -> Patch<String> {
        self.typed(name, label, "a string", |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    pub fn boolean(&mut self, name: &str, label: &str) -> Patch<bool> {
        self.typed(name, label, "a boolean", |value| value.as_bool())
    }

    /// A whole number. A text of digits is taken too: some clients send `instances` so (client-flows 1.3).
    pub fn integer(&mut self, name: &str, label: &str) -> Patch<i128> {
        match self.take(name) {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(value) => {
                let number = match &value {
                    Value::Number(n) => n.as_i64().map(i128::from).or_else(|| n.as_u64().map(i128::from)),
                    Value::String(text) => text.parse().ok(),
                    _ => None,
                };
                if let Some(number) = number {
                    return Patch::Value(number);
                }
                let is_number = value.is_number() || value.as_str().is_some_and(|t| t.parse::<f64>().is_ok());
                self.refuse(format!(
                    "{label} {}",
                    if is_number { "must be an integer" } else { "is not a number" }
                ));
                Patch::Absent
            }
        }
    }

    pub fn object(&mut self, name: &str, label: &str) -> Patch<Map<String, Value>> {
        self.typed(name, label, "an object", |value| match value {
            Value::Object(members) => Some(members),
            _ => None,
        })
    }

    /// The member as it stands there; null if it does not.
    pub fn value(&self, name: &str) -> &Value {
        self.members.get(name).unwrap_or(&Value::Null)
    }

    /// What the `metadata` member asks for.
    pub fn metadata(&mut self) -> MetadataPatch {
        std::mem::take(&mut self.metadata)
    }

    /// The `relationships` member as fields of its own; `None` after a complaint. End it with [`Fields::nested`].
    pub fn relationships(&mut self, known: &[&str]) -> Option<Fields> {
        match self.take("relationships") {
            Patch::Value(Value::Object(members)) if members.is_empty() => {
                self.refuse("Relationships 'relationships' must include one or more valid relationships");
                None
            }
            Patch::Value(Value::Object(members)) => Some(Fields::new(members, known)),
            _ => {
                self.refuse("Relationships 'relationships' is not an object");
                None
            }
        }
    }

    /// Takes over the complaints of an inner object, each behind `prefix`.
    pub fn nested(&mut self, prefix: &str, inner: Fields) {
        self.complaints.extend(inner.complaints.into_iter().map(|c| format!("{prefix} {c}")));
    }

    /// A to-one relationship within `relationships`: exactly `{"data":{"guid":…}}`, or `{"data":null}`.
    #[expect(
        clippy::wrong_self_convention,
        reason = "named for the relationship; takes it out of the fields"
    )]
    pub fn to_one<T: ?Sized>(&mut self, name: &str, label: &str) -> Patch<Guid<T>> {
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
                Some(guid) => {
                    self.check_guid(&guid, &format!("{label} guid")).map_or(Patch::Absent, Patch::Value)
                }
                None => self.malformed_to_one(name, label),
            },
            None => self.malformed_to_one(name, label),
        }
    }

    fn malformed_to_one<T>(&mut self, name: &str, label: &str) -> Patch<T> {
        self.refuse(format!(
            "{label} must be structured like this: \"{name}: {{\"data\": {{\"guid\": \"valid-guid\"}}}}\""
        ));
        Patch::Absent
    }

    /// A to-one relationship that must be there: `Ok` with what it names, which may be nothing.
    pub fn required_to_one<T: ?Sized>(&mut self, name: &str, label: &str) -> Option<Guid<T>> {
        self.must_be_present(name, label);
        if self.value(name).is_null() {
            return self.malformed_to_one(name, label).value();
        }
        self.to_one(name, label).value()
    }

    /// A to-many relationship within `relationships`: exactly `{"data":[{"guid":…},…]}`. `each` begins complaints about one guid.
    #[expect(
        clippy::wrong_self_convention,
        reason = "named for the relationship; takes it out of the fields"
    )]
    pub fn to_many<T: ?Sized>(&mut self, name: &str, label: &str, each: &str) -> Vec<Guid<T>> {
        let Patch::Value(value) = self.take(name) else { return Vec::new() };
        let guids: Option<Vec<Value>> = match value {
            Value::Object(mut members) => match members.remove("data") {
                Some(Value::Array(items)) => items.into_iter().map(only_guid).collect(),
                _ => None,
            },
            _ => None,
        };
        let Some(guids) = guids else {
            self.refuse(format!(
                "{label} must be structured like this: \"{name}: {{\"data\": [{{\"guid\": \"valid-guid\"}},{{\"guid\": \"valid-guid\"}}]}}\""
            ));
            return Vec::new();
        };
        guids.iter().filter_map(|guid| self.check_guid(guid, each)).collect()
    }

    /// Text of 1 to 200 characters.
    pub fn check_guid<T: ?Sized>(&mut self, value: &Value, label: &str) -> Option<Guid<T>> {
        match value.as_str() {
            None => {
                self.refuse(format!("{label} must be a string"));
                self.refuse(format!("{label} must be between 1 and 200 characters"));
                None
            }
            Some(text) if !(1..=200).contains(&text.chars().count()) => {
                self.refuse(format!("{label} must be between 1 and 200 characters"));
                None
            }
            Some(text) => Some(Guid::new(text)),
        }
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
    use super::super::rules::Null;
    use super::*;
    use serde_json::json;

    fn fields(value: Value, known: &[&str]) -> Fields {
        match value {
            Value::Object(members) => Fields::new(members, known),
            _ => unreachable!("tests pass objects"),
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let mut f = fields(
            json!({ "name": 1, "x": 2, "y": 3, "suspended": "no", "metadata": { "labels": { "-": 1 } } }),
            &["name", "suspended", "metadata"],
        );
        f.must_be_string("name", "Name", Null::Checked);
        f.boolean("suspended", "Suspended");
        assert_eq!(
            f.into_complaints(),
            [
                "Metadata label key error: '-' starts or ends with invalid characters",
                "Unknown field(s): 'x', 'y'",
                "Name must be a string",
                "Suspended must be a boolean"
            ]
        );
    }

    #[test]
    fn a_relationship_has_one_shape() {
        let mut good =
            fields(json!({ "a": { "data": { "guid": "g" } }, "b": { "data": null } }), &["a", "b"]);
        assert_eq!(good.to_one::<str>("a", "A"), Patch::Value(Guid::new("g")));
        assert_eq!(good.to_one::<str>("b", "B"), Patch::Null);
        for bad in [
            json!({ "guid": "g" }),
            json!({ "data": { "guid": "g", "x": 1 } }),
            json!({ "data": {} }),
            json!(1),
            json!(null),
        ] {
            let mut f = fields(json!({ "a": bad }), &["a"]);
            assert_eq!(f.to_one::<str>("a", "A"), Patch::Absent);
            assert!(!f.is_fine());
        }
    }

    #[test]
    fn whole_numbers_may_come_as_text() {
        let mut f = fields(json!({ "a": "2", "b": 1.5, "c": "x", "d": [] }), &["a", "b", "c", "d"]);
        assert_eq!(f.integer("a", "A"), Patch::Value(2));
        f.integer("b", "B");
        f.integer("c", "C");
        f.integer("d", "D");
        assert_eq!(f.into_complaints(), ["B must be an integer", "C is not a number", "D is not a number"]);
    }
}
