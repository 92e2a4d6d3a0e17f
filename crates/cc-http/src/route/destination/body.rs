//! The list of destinations in a body.

use crate::wire::Fields;
use cc_actions::Fault;
use cc_actions::route::WantedDestination;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::patch::Patch;
use cc_domain::process::ProcessType;
use cc_domain::route::destination::{DestinationError, MAX, MAX_PER_PROCESS};
use serde_json::{Map, Value};

/// What the destinations are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Insert,
    /// The only one with weights, and with none at all.
    Replace,
}

/// Reads `destinations`.
pub fn destinations(body: Map<String, Value>, usage: Use) -> Result<Vec<WantedDestination>, Fault> {
    let mut fields = Fields::new(body);
    let min = usize::from(usage == Use::Insert);
    let items = match fields.take("destinations") {
        Patch::Value(Value::Array(items)) if (min..=MAX).contains(&items.len()) => items,
        _ => {
            fields.refuse(format!(
                "Destinations must be an array containing between {min} and {MAX} destination objects."
            ));
            Vec::new()
        }
    };
    let mut wanted = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match destination(item, usage) {
            Ok(destination) => wanted.push(destination),
            Err(complaints) => {
                for complaint in complaints {
                    fields.refuse(format!("Destinations[{at}]: {complaint}"));
                }
            }
        }
    }
    let of_app = |app: Option<&Value>| items.iter().filter(|item| item.get("app") == app).count();
    if items.iter().any(|item| item.get("app").is_some() && of_app(item.get("app")) > MAX_PER_PROCESS) {
        fields.refuse(DestinationError::TooManyPorts.to_string());
    }
    if fields.is_fine()
        && let Some(error) = weights_error(&wanted)
    {
        fields.refuse(error.to_string());
    }
    fields.finish()?;
    Ok(wanted)
}

fn destination(item: &Value, usage: Use) -> Result<WantedDestination, Vec<&'static str>> {
    let Value::Object(members) = item else { return Err(vec!["must be an object."]) };
    let Some(app) = members.get("app") else { return Err(vec!["must have an \"app\"."]) };
    if members.keys().any(|key| !["app", "weight", "port", "protocol"].contains(&key.as_str())) {
        return Err(vec!["must have only \"app\" and optionally \"weight\", \"port\" or \"protocol\"."]);
    }
    let given = |name: &str| members.get(name).filter(|value| !value.is_null());
    let mut complaints = Vec::new();
    let app = target(app).map_err(|complaint| complaints.push(complaint)).ok();
    let weight = given("weight").and_then(|value| {
        let weight = value.as_u64().and_then(|w| u8::try_from(w).ok()).filter(|w| (1..=100).contains(w));
        if usage == Use::Insert {
            complaints.push("weighted destinations can only be used when replacing all destinations.");
        } else if weight.is_none() {
            complaints.push("weight must be a positive integer between 1 and 100.");
        }
        weight
    });
    let port = given("port").and_then(|value| {
        let port = value.as_u64().and_then(|p| u16::try_from(p).ok()).filter(|p| *p >= 1_024);
        if port.is_none() {
            complaints.push("port must be a positive integer between 1024 and 65535 inclusive.");
        }
        port
    });
    let protocol = given("protocol").and_then(|value| {
        let protocol = value.as_str().and_then(|text| text.parse().ok());
        if protocol.is_none() {
            complaints.push("protocol must be 'http1', 'http2' or 'tcp'.");
        }
        protocol
    });
    match app {
        Some((app, process_type)) if complaints.is_empty() => {
            Ok(WantedDestination { app, process_type, port, protocol, weight })
        }
        _ => Err(complaints),
    }
}

fn target(app: &Value) -> Result<(Guid<App>, ProcessType), &'static str> {
    let guid = app.get("guid").and_then(Value::as_str).filter(|g| (1..200).contains(&g.chars().count()));
    let Some(guid) = guid else { return Err("app must have the structure {\"guid\": \"app_guid\"}") };
    let kind = match app.get("process") {
        None | Some(Value::Null) => Some(ProcessType::web()),
        Some(Value::Object(process)) if process.len() == 1 => {
            process.get("type").and_then(Value::as_str).and_then(ProcessType::parse)
        }
        Some(_) => None,
    };
    let kind = kind.ok_or("process must have the structure {\"type\": \"process_type\"}")?;
    Ok((Guid::new(guid), kind))
}

fn weights_error(wanted: &[WantedDestination]) -> Option<DestinationError> {
    let weights: Vec<u32> = wanted.iter().filter_map(|d| d.weight).map(u32::from).collect();
    if weights.is_empty() {
        None
    } else if weights.len() != wanted.len() {
        Some(DestinationError::MixedWeights)
    } else {
        (weights.iter().sum::<u32>() != 100).then_some(DestinationError::WeightSum)
    }
}
