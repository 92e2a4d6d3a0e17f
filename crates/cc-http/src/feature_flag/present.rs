//! How a feature flag is shown.

use crate::wire::{self, Link, Links};
use cc_domain::feature_flag::{FeatureFlag as Flag, FeatureFlags};
use serde::Serialize;

#[derive(Serialize)]
pub struct FeatureFlag<'a> {
    name: &'static str,
    enabled: bool,
    updated_at: Option<String>,
    custom_error_message: Option<&'a str>,
    links: Own,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
}

pub fn feature_flag<'a>(links: &Links, flag: Flag, flags: &'a FeatureFlags) -> FeatureFlag<'a> {
    let set = flags.overrides.get(&flag);
    FeatureFlag {
        name: flag.as_str(),
        enabled: flags.is_enabled(flag),
        updated_at: set.map(|o| wire::time(o.updated_at)),
        custom_error_message: set.and_then(|o| o.custom_error_message.as_deref()),
        links: Own { itself: links.link(&format!("/v3/feature_flags/{}", flag.as_str())) },
    }
}
