//! `fields[resource]=a,b`: which members of related resources come along.

use crate::wire::query_string::values;

/// The resources that may be named, and the members of each.
pub type FieldsOf = &'static [(&'static str, &'static [&'static str])];

/// What is wrong with what is asked of one resource.
pub(super) fn complaint(resource: &str, value: &str, allowed: FieldsOf) -> Option<String> {
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
