//! The query of a single resource, which takes `include` and nothing else.

use super::query::{pairs, values};

/// What is wanted beside the resource; or what is wrong with the query, all at once, for the caller to answer as its operation does.
pub fn include(query: &str, allowed: &[&str]) -> Result<Vec<String>, String> {
    let (mut wanted, mut complaints) = (Vec::new(), Vec::new());
    let pairs = pairs(query);
    let unknown: Vec<_> = pairs.iter().map(|(k, _)| k.as_str()).filter(|k| *k != "include").collect();
    if !unknown.is_empty() {
        complaints.push(format!(
            "Unknown query parameter(s): '{}'. Valid parameters are: 'include'",
            unknown.join("', '")
        ));
    }
    for (_, value) in pairs.iter().filter(|(k, _)| k == "include") {
        complaints.extend(choose(value, allowed, &mut wanted));
    }
    if complaints.is_empty() { Ok(wanted) } else { Err(complaints.join(", ")) }
}

fn choose(value: &str, allowed: &[&str], wanted: &mut Vec<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    for choice in values(value) {
        if !allowed.contains(&choice.as_str()) {
            complaints.push(format!(
                "Invalid included resource: '{choice}'. Valid included resources are: '{}'",
                allowed.join("', '")
            ));
        } else if wanted.contains(&choice) {
            complaints.push(format!("Duplicate included resource: '{choice}'"));
        } else {
            wanted.push(choice);
        }
    }
    complaints
}
