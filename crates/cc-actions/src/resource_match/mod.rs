//! Resource matches: which files a client need not send.

use crate::fault::Fault;
use crate::feature_flag;
use crate::ports::Call;
use cc_domain::blob::{self, Sha1};
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::resource_match::{MatchLimits, Resource, check, matched};
use std::collections::HashSet;

/// Whether the caller may upload bits. Asked before the body is looked at.
pub async fn may_match(call: Call<'_>) -> Result<(), Fault> {
    Ok(feature_flag::current(call.ports).await?.check(FeatureFlag::AppBitsUpload, call.actor)?)
}

/// Those that the platform has, as and in the order they came. None while matching is switched off.
pub async fn create(call: Call<'_>, resources: Vec<Resource>) -> Result<Vec<Resource>, Fault> {
    let flags = feature_flag::current(call.ports).await?;
    flags.check(FeatureFlag::AppBitsUpload, call.actor)?;
    check(&resources)?;
    if !flags.is_enabled(FeatureFlag::ResourceMatching) {
        return Ok(Vec::new());
    }
    let limits = MatchLimits::default();
    let wanted: Vec<blob::Resource> = resources
        .iter()
        .filter(|r| r.is_eligible(&limits))
        .filter_map(|r| Some(blob::Resource { sha1: Sha1::parse(&r.sha1)?, size: r.size }))
        .collect();
    let known: HashSet<blob::Resource> = call.ports.resources.known(&wanted).await?.into_iter().collect();
    let is_known = |r: &Resource| {
        Sha1::parse(&r.sha1).is_some_and(|sha1| known.contains(&blob::Resource { sha1, size: r.size }))
    };
    Ok(matched(resources, &limits, is_known))
}
