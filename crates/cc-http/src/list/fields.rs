//! `fields[resource]=a,b`: which members of related resources come along.

use super::query::values;

/// The resources that may be named, and the members of each.
pub type FieldsOf = &'static [(&'static str, &'static [&'static str])];

/// Whether a parameter is one of these, also a malformed one.
pub(super) fn is_one(name: &str) -> bool {
    name == "fields" || name.starts_with("fields[")
}

/// What is wrong with one of them.
pub(super) fn complaint(name: &str, value: &str, allowed: FieldsOf) -> Option<String> {
    let Some(resource) = name.strip_prefix("fields[").and_then(|n| n.strip_suffix(']')) else {
        return Some("Fields must be an object".to_owned());
    };
    let quoted = |names: &mut dyn Iterator<Item = &str>| {
        names.map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ")
    };
    let Some((_, members)) = allowed.iter().find(|(known, _)| *known == resource) else {
        let resources = quoted(&mut allowed.iter().map(|(known, _)| *known));
        return Some(format!("Fields [{resource}] valid resources are: {resources}"));
    };
    let is_fine = values(value).iter().all(|v| members.contains(&v.as_str()));
    (!is_fine)
        .then(|| format!("Fields valid keys for '{resource}' are: {}", quoted(&mut members.iter().copied())))
}
