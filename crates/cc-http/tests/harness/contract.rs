//! Every success that a test sees, held against what the contract says of it: status, keys in their order, kinds, what may be null.

use super::Answer;
use cc_http::Operation;
use cc_http::operation::Gives;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Panics with everything that is not as the contract has it. `has_fields`: the caller chose the members of what is included.
pub fn hold(operation: &Operation, answer: &Answer, has_fields: bool) {
    if !(200..300).contains(&answer.status) {
        return;
    }
    let contract = Contract::read();
    let mut found = Findings { contract, wrong: Vec::new() };
    if let Some(described) = contract.operations.get(operation.id) {
        found.head(described, answer);
    }
    if answer.status != 204 {
        found.body(operation.gives, answer, has_fields);
    }
    assert!(
        found.wrong.is_empty(),
        "{} is not as in contract/: {:#?}\n{answer:#?}",
        operation.id,
        found.wrong
    );
}

/// Rows of `operations.json` by id, and the files of `resources/` by name.
struct Contract {
    operations: BTreeMap<String, Value>,
    resources: BTreeMap<String, Value>,
}

impl Contract {
    fn read() -> &'static Self {
        static CONTRACT: OnceLock<Contract> = OnceLock::new();
        CONTRACT.get_or_init(|| {
            let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../contract"));
            let read = |path: PathBuf| -> Value {
                serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
            };
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let operations = read(folder.join("operations.json"));
            let operations = operations["operations"].as_array().unwrap();
            let resources = std::fs::read_dir(folder.join("resources")).unwrap();
            Self {
                operations: operations.iter().map(|row| (text(&row["id"]), row.clone())).collect(),
                resources: resources
                    .map(|entry| read(entry.unwrap().path()))
                    .map(|resource| (text(&resource["resource"]), resource))
                    .collect(),
            }
        })
    }
}

struct Findings {
    contract: &'static Contract,
    wrong: Vec<String>,
}

impl Findings {
    fn head(&mut self, described: &Value, answer: &Answer) {
        let statuses = described["success_status"].as_array().unwrap();
        if !statuses.iter().any(|status| *status == answer.status) {
            self.wrong.push(format!("{} is not one of {statuses:?}", answer.status));
        }
        let has_job =
            answer.headers.get("location").is_some_and(|at| at.to_str().unwrap().contains("/v3/jobs/"));
        if answer.status == 202 && has_job == described["async_job"].is_null() {
            self.wrong.push(format!("a job: {has_job}; the contract's is {}", described["async_job"]));
        }
    }

    fn body(&mut self, gives: Gives, answer: &Answer, has_fields: bool) {
        let kind = answer.headers.get("content-type").map_or("", |kind| kind.to_str().unwrap());
        let wanted = match gives {
            Gives::Binary => return,
            Gives::Empty => "",
            Gives::Yaml(_) => "application/x-yaml",
            Gives::One(_) | Gives::ListOf(_) | Gives::AllOf(_) => "application/json",
        };
        if kind.split(';').next() != Some(wanted) {
            self.wrong.push(format!("the content type is '{kind}', not '{wanted}'"));
        }
        match gives {
            Gives::One(name) => self.resource(name, &answer.body, name, has_fields),
            Gives::Yaml(name) => {
                let text = answer.body.as_str().unwrap_or_default();
                match serde_saphyr::from_str(text) {
                    Ok(read) => self.resource(name, &read, name, has_fields),
                    Err(error) => self.wrong.push(format!("this is no YAML: {error}")),
                }
            }
            Gives::ListOf(name) => {
                self.resource("pagination", &answer.body, "", has_fields);
                self.each(name, answer);
            }
            Gives::AllOf(name) => self.each(name, answer),
            Gives::Empty if !answer.body.is_null() => self.wrong.push("there is a body".to_owned()),
            Gives::Empty | Gives::Binary => {}
        }
    }

    fn each(&mut self, name: &str, answer: &Answer) {
        let Some(resources) = answer.body["resources"].as_array() else {
            return self.wrong.push("there are no resources".to_owned());
        };
        for (at, resource) in resources.iter().enumerate() {
            self.resource(name, resource, &format!("resources/{at}"), false);
        }
    }

    fn resource(&mut self, name: &str, value: &Value, place: &str, has_fields: bool) {
        let Some(resource) = self.contract.resources.get(name) else {
            return self.wrong.push(format!("the contract has no {name}"));
        };
        let mut value = value.clone();
        if name == "pagination" || resource["included"].is_object() {
            let included = value.as_object_mut().and_then(|members| members.shift_remove("included"));
            if let Some(Value::Object(included)) = included.filter(|_| !has_fields) {
                self.included(&included);
            }
        }
        self.value(resource, &value, place);
        if let (Some(links), Some(shown)) = (resource["links"].as_object(), value["links"].as_object()) {
            let is_any_order = resource["properties"]["links"]["x-any-order"] == true;
            self.links(links, shown, is_any_order, &format!("{place}/links"));
        }
    }

    fn included(&mut self, kinds: &Map<String, Value>) {
        for (kind, members) in kinds {
            let name = match kind.strip_suffix("ies") {
                Some(stem) => format!("{stem}y"),
                None => kind.trim_end_matches('s').to_owned(),
            };
            for member in members.as_array().into_iter().flatten() {
                self.resource(&name, member, &format!("included/{kind}"), false);
            }
        }
    }

    fn value(&mut self, schema: &Value, value: &Value, place: &str) {
        let kind = kind_of(value);
        let is_of = |wanted: &Value| *wanted == kind || (*wanted == "number" && kind == "integer");
        let fits = match &schema["type"] {
            Value::Null => true,
            Value::Array(kinds) => kinds.iter().any(is_of),
            wanted => is_of(wanted),
        };
        if !fits {
            return self.wrong.push(format!("{place} is {value}, not {}", schema["type"]));
        }
        if let Some(texts) = schema["enum"].as_array()
            && !value.is_null()
            && !texts.contains(value)
        {
            self.wrong.push(format!("{place} is {value}, not one of {texts:?}"));
        }
        match value {
            Value::Object(members) => self.members(schema, members, place),
            Value::Array(items) if schema["items"].is_object() => {
                for (at, item) in items.iter().enumerate() {
                    self.value(&schema["items"], item, &format!("{place}/{at}"));
                }
            }
            _ => {}
        }
    }

    fn members(&mut self, schema: &Value, members: &Map<String, Value>, place: &str) {
        let further = &schema["additionalProperties"];
        let Some(known) = schema["properties"].as_object() else {
            for (name, value) in members.iter().filter(|_| further.is_object()) {
                self.value(further, value, &format!("{place}/{name}"));
            }
            return;
        };
        for (name, schema) in known {
            match members.get(name) {
                Some(value) => self.value(schema, value, &format!("{place}/{name}")),
                None if schema["x-optional"] == true => {}
                None => self.wrong.push(format!("{place}/{name} is not there")),
            }
        }
        let is_any_order = schema["x-any-order"] == true;
        self.names(known, members, *further == true, is_any_order, place);
    }

    fn links(
        &mut self,
        known: &Map<String, Value>,
        shown: &Map<String, Value>,
        is_any_order: bool,
        place: &str,
    ) {
        // A name in angle brackets stands for one that differs.
        if known.keys().any(|name| name.starts_with('<')) {
            return;
        }
        for (name, link) in known {
            match shown.get(name) {
                Some(Value::Null) | None if link["when"].is_string() => {}
                Some(Value::Object(members)) if members.get("method") == link.get("method") => {}
                other => self.wrong.push(format!("{place}/{name} is {other:?}, not {link}")),
            }
        }
        self.names(known, shown, false, is_any_order, place);
    }

    /// Nothing but what is known, in its order.
    fn names(
        &mut self,
        known: &Map<String, Value>,
        shown: &Map<String, Value>,
        is_open: bool,
        is_any_order: bool,
        place: &str,
    ) {
        let unknown: Vec<_> = shown.keys().filter(|name| !known.contains_key(*name)).collect();
        if !is_open && !unknown.is_empty() {
            self.wrong.push(format!("{place} has {unknown:?}, which nobody knows"));
        }
        let wanted: Vec<_> = known.keys().filter(|name| shown.contains_key(*name)).collect();
        let got: Vec<_> = shown.keys().filter(|name| known.contains_key(*name)).collect();
        if !is_any_order && wanted != got {
            self.wrong.push(format!("{place} has the order {got:?}, not {wanted:?}"));
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
