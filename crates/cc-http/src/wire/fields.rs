//! A JSON object taken apart member by member, with everything wrong in it said at once.

use super::{label, metadata};
use cc_actions::Fault;
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataPatch;
use cc_domain::patch::Patch;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The members of one object that are not taken yet, and the complaints so far. A member that nobody asks for is unknown.
/// [`Fields::finish`] turns complaints into one 422.
pub struct Fields {
    members: Map<String, Value>,
    asked: RefCell<BTreeSet<&'static str>>,
    /// What stands before a member's name in its label.
    part: Option<String>,
    of_metadata: Vec<String>,
    complaints: Vec<String>,
    /// How many complaints come before the one about unknown members; `None` where those do not count.
    unknown_after: Option<usize>,
}

impl Fields {
    /// Starts with the members of a body. What is wrong with `metadata` is said first; then, which members nobody asked for; then
    /// everything else (domain-rules 1.2).
    pub fn new(members: Map<String, Value>) -> Self {
        Self { unknown_after: Some(0), ..Self::open(members) }
    }

    /// The same for bodies whose unknown members do not count, unless [`Fields::refuse_unknown`] says so.
    pub fn open(members: Map<String, Value>) -> Self {
        Self {
            members,
            asked: RefCell::default(),
            part: None,
            of_metadata: Vec::new(),
            complaints: Vec::new(),
            unknown_after: None,
        }
    }

    /// An object within another one, of which complaints speak as `part` and the member's name.
    pub fn part(members: Map<String, Value>, part: &str) -> Self {
        Self { part: Some(part.to_owned()), ..Self::open(members) }
    }

    /// Complaints of unknown members come here, behind those so far.
    pub fn refuse_unknown(&mut self) {
        self.unknown_after = Some(self.complaints.len());
    }

    /// A member that is known, whatever it holds.
    pub fn ignore(&self, name: &'static str) {
        self.asked.borrow_mut().insert(name);
    }

    /// A member as complaints name it.
    pub fn label(&self, name: &str) -> String {
        match &self.part {
            Some(part) => format!("{part} {}", name.replace('_', " ")),
            None => label(name),
        }
    }

    /// Adds a complaint.
    pub fn refuse(&mut self, message: impl Into<String>) {
        self.complaints.push(message.into());
    }

    /// Whether there is nothing to complain about, once every member was asked for.
    pub fn is_fine(&self) -> bool {
        let has_unknown = self.unknown_after.is_some() && self.unknown().next().is_some();
        self.complaints.is_empty() && self.of_metadata.is_empty() && !has_unknown
    }

    fn unknown(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str).filter(|name| !self.asked.borrow().contains(name))
    }

    /// All complaints in one answer, or nothing.
    pub fn finish(self) -> Result<(), Fault> {
        let complaints = self.into_complaints();
        if complaints.is_empty() { Ok(()) } else { Err(Fault::unprocessable(complaints.join(", "))) }
    }

    /// The complaints, for an object within another one.
    pub fn into_complaints(mut self) -> Vec<String> {
        let unknown: Vec<_> = self.unknown().collect();
        if let Some(place) = self.unknown_after
            && !unknown.is_empty()
        {
            let complaint = format!("Unknown field(s): '{}'", unknown.join("', '"));
            self.complaints.insert(place, complaint);
        }
        self.of_metadata.append(&mut self.complaints);
        self.of_metadata
    }

    /// Whether the member stands in the body, also as null.
    pub fn has(&self, name: &'static str) -> bool {
        self.ignore(name);
        self.members.contains_key(name)
    }

    /// The member as it is, in three states.
    pub fn take(&mut self, name: &'static str) -> Patch<Value> {
        match self.members.shift_remove(name) {
            None => Patch::Absent,
            Some(Value::Null) => Patch::Null,
            Some(value) => Patch::Value(value),
        }
    }

    fn typed<T>(
        &mut self,
        name: &'static str,
        what: &str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Patch<T> {
        match self.take(name) {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(value) => match read(value) {
                Some(value) => Patch::Value(value),
                None => {
                    self.refuse(format!("{} must be {what}", self.label(name)));
                    Patch::Absent
                }
            },
        }
    }

    pub fn text(&mut self, name: &'static str) -> Patch<String> {
        self.typed(name, "a string", |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    pub fn boolean(&mut self, name: &'static str) -> Patch<bool> {
        self.typed(name, "a boolean", |value| value.as_bool())
    }

    /// A whole number. A text of digits is taken too: some clients send `instances` so (client-flows 1.3).
    pub fn integer(&mut self, name: &'static str) -> Patch<i128> {
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
                let wrong = if is_number { "must be an integer" } else { "is not a number" };
                self.refuse(format!("{} {wrong}", self.label(name)));
                Patch::Absent
            }
        }
    }

    pub fn object(&mut self, name: &'static str) -> Patch<Map<String, Value>> {
        self.typed(name, "an object", |value| match value {
            Value::Object(members) => Some(members),
            _ => None,
        })
    }

    /// The member as it stands there; null if it does not.
    pub fn value(&self, name: &'static str) -> &Value {
        self.ignore(name);
        self.members.get(name).unwrap_or(&Value::Null)
    }

    /// What the `metadata` member asks for. Not calling it makes the member an unknown one.
    pub fn metadata(&mut self) -> MetadataPatch {
        let Some(value) = self.members.shift_remove("metadata") else { return MetadataPatch::default() };
        let mut inner = Self::open(Map::new());
        let patch = metadata::read(&mut inner, value);
        self.of_metadata = inner.complaints;
        patch
    }

    /// Takes over the complaints of an inner object, each behind `prefix`.
    pub fn nested(&mut self, prefix: &str, inner: Fields) {
        self.complaints.extend(inner.into_complaints().into_iter().map(|c| format!("{prefix} {c}")));
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

#[cfg(test)]
mod tests {
    use super::super::rules::Null;
    use super::*;
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        match value {
            Value::Object(members) => Fields::new(members),
            _ => unreachable!("tests pass objects"),
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let mut f = fields(
            json!({ "name": 1, "x": 2, "y": 3, "suspended": "no", "metadata": { "labels": { "-": 1 } } }),
        );
        f.must_be_string("name", Null::Checked);
        f.boolean("suspended");
        f.metadata();
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
    fn whole_numbers_may_come_as_text() {
        let mut f = fields(json!({ "a": "2", "b": 1.5, "c": "x", "d": [] }));
        assert_eq!(f.integer("a"), Patch::Value(2));
        f.integer("b");
        f.integer("c");
        f.integer("d");
        assert_eq!(f.into_complaints(), ["B must be an integer", "C is not a number", "D is not a number"]);
    }
}
