//! The `resources` of an upload.

use cc_domain::resource_match::Resource;
use serde_json::{Map, Value};

/// Reads the list, whose members have the shape of today's resource matches or of those before. `None` if it is no list of objects.
pub fn resources(text: &str) -> Option<Vec<Resource>> {
    let items = match serde_json::from_str(text) {
        Ok(Value::Array(items)) => items,
        Ok(Value::Object(none)) if none.is_empty() => Vec::new(),
        _ => return None,
    };
    items.iter().map(|item| item.as_object().map(resource)).collect()
}

fn resource(item: &Map<String, Value>) -> Resource {
    let text = |name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    let size = |name: &str| item.get(name).and_then(Value::as_u64).unwrap_or_default();
    match item.get("checksum") {
        Some(checksum) if item.contains_key("size_in_bytes") => Resource {
            sha1: checksum.get("value").and_then(Value::as_str).unwrap_or_default().to_owned(),
            size: size("size_in_bytes"),
            path: text("path"),
            mode: text("mode"),
        },
        _ => Resource {
            sha1: text("sha1").unwrap_or_default(),
            size: size("size"),
            path: text("fn"),
            mode: text("mode"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_are_read() {
        let (sha1, mode) = (Some("a".to_owned()), Some("644".to_owned()));
        let wanted = Resource { sha1: sha1.unwrap_or_default(), size: 3, path: Some("x/y".to_owned()), mode };
        for text in [
            r#"[{"checksum":{"value":"a"},"size_in_bytes":3,"path":"x/y","mode":"644"}]"#,
            r#"[{"sha1":"a","size":3,"fn":"x/y","mode":"644"}]"#,
        ] {
            assert_eq!(resources(text), Some(vec![wanted.clone()]));
        }
        assert_eq!(resources("[]"), Some(Vec::new()));
        assert_eq!(resources("{}"), Some(Vec::new()));
        for bad in ["", "{\"a\":1}", "[1]", "null", "[{}"] {
            assert_eq!(resources(bad), None, "{bad}");
        }
    }
}
