//! What a broker keeps.

use super::asked::Asked;
use super::behaviour::{of_plan, take};
use super::operation::Operation;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::time::Instant;

#[derive(Default)]
pub struct State {
    pub instances: HashMap<String, Kept>,
    pub bindings: HashMap<String, Kept>,
    /// Of catalogues, by base path.
    pub versions: HashMap<String, u64>,
    /// Behaviours by operation, by guid or base path.
    pub programs: HashMap<String, Map<String, Value>>,
    pub log: Vec<Heard>,
}

/// A request of a platform.
pub struct Heard {
    pub base: String,
    /// Guids of the instance and the binding.
    pub about: Vec<String>,
    pub at: Instant,
    pub shown: Value,
}

/// An instance or a binding.
#[derive(Clone, Default)]
pub struct Kept {
    pub base: String,
    pub service_id: Value,
    pub plan_id: Value,
    pub parameters: Value,
    /// Behaviours of later operations.
    pub later: Map<String, Value>,
    pub dashboard: String,
    pub pending: Option<Pending>,
    /// The end that `/control/release` ordered.
    pub released: Option<Value>,
}

/// An operation that goes on.
#[derive(Clone)]
pub struct Pending {
    /// The word.
    pub how: String,
    pub operation: Operation,
    pub asked: u32,
    pub end: End,
}

/// What a success does.
#[derive(Clone)]
pub enum End {
    Stays,
    Goes,
    Becomes(Box<Kept>),
}

/// Which broker of this server is asked.
pub struct Place<'a> {
    /// `/KIND/TAG`, as sent.
    pub base: &'a str,
    /// Without what stands behind `@`.
    pub kind: &'a str,
    pub default: Option<&'a str>,
    pub tag: &'a str,
}

impl State {
    pub fn note(&mut self, base: &str, about: &[&str], shown: Value) {
        let about = about.iter().map(|&guid| guid.to_owned()).collect();
        self.log.push(Heard { base: base.to_owned(), about, at: Instant::now(), shown });
    }

    /// What is programmed for the first of the keys that says something.
    pub fn programmed(&mut self, keys: &[&str], operation: Operation) -> Option<Value> {
        keys.iter().find_map(|&key| take(self.programs.get_mut(key)?, operation.name()))
    }

    pub fn kept(&mut self, instance: &str, binding: Option<&str>) -> Option<&mut Kept> {
        match binding {
            Some(binding) => self.bindings.get_mut(binding),
            None => self.instances.get_mut(instance),
        }
    }

    /// How this operation goes.
    pub fn behaviour(
        &mut self,
        place: &Place,
        operation: Operation,
        asked: &Asked,
        instance: &str,
        binding: Option<&str>,
    ) -> Value {
        let polls = operation == Operation::Poll;
        let keys: Vec<&str> = match binding {
            Some(binding) if polls => vec![binding, place.base],
            Some(binding) => vec![binding, instance, place.base],
            None => vec![instance, place.base],
        };
        if let Some(programmed) = self.programmed(&keys, operation) {
            return programmed;
        }
        if !polls && let Some(given) = in_parameters(asked, operation) {
            return given;
        }
        // What is made now says for itself how.
        if !matches!(operation, Operation::Provision | Operation::Bind)
            && let Some(kept) = self.kept(instance, binding)
            && let Some(said) = take(&mut kept.later, operation.name())
        {
            return said;
        }
        if polls {
            return Value::Null;
        }
        if binding.is_some()
            && let Some(kept) = self.instances.get_mut(instance)
            && let Some(said) = take(&mut kept.later, operation.name())
        {
            return said;
        }
        if matches!(operation, Operation::Fetch | Operation::FetchBinding) {
            return "ok".into();
        }
        let plan = asked.text("plan_id").or_else(|| asked.in_query("plan_id")).map(str::to_owned);
        let plan =
            plan.filter(|plan| !plan.is_empty()).or_else(|| self.plan_of(operation, instance, binding));
        let by_plan = plan.and_then(|plan| of_plan(&plan));
        by_plan.or_else(|| place.default.map(Value::from)).unwrap_or_else(|| "ok".into())
    }

    fn plan_of(&mut self, operation: Operation, instance: &str, binding: Option<&str>) -> Option<String> {
        if matches!(operation, Operation::Provision | Operation::Bind) {
            return None;
        }
        self.kept(instance, binding)?.plan_id.as_str().map(str::to_owned)
    }
}

/// What the parameters of the request say about it.
fn in_parameters(asked: &Asked, operation: Operation) -> Option<Value> {
    let parameters = asked.parameters()?;
    let given = match parameters.get("behave") {
        Some(given) if operation.makes_or_changes() => given,
        _ => parameters.get(operation.name())?,
    };
    match given {
        Value::Null => None,
        Value::Array(list) => list.first().cloned(),
        one => Some(one.clone()),
    }
}
