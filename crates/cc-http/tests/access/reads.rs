//! A single resource is found by exactly those who are shown it in the list.

use super::{World, callers};
use axum::http::Method;
use std::collections::BTreeSet;

/// Collections that are listed and read one by one. Those of which nothing exists are left out by having no members.
fn collections() -> Vec<&'static str> {
    let reads: BTreeSet<_> =
        cc_http::operations::all().filter(|o| o.method == Method::GET).map(|o| o.path).collect();
    let of = |path: &&str| reads.contains(format!("{path}/{{guid}}").as_str());
    reads.iter().copied().filter(|path| path.matches('/').count() == 2).filter(of).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_agree_with_lists() {
    let world = World::seeded().await;
    let api = world.api().await;
    let mut disagreements = Vec::new();
    let mut compared = 0;
    for path in collections() {
        let list = format!("{path}?per_page=5000");
        let all = api.get("admin", &list).await;
        let all = all.each("guid");
        for caller in callers::all().iter().filter(|c| !c.token.is_empty()) {
            let shown = api.get(&caller.token, &list).await;
            let shown: BTreeSet<_> = shown.each("guid").into_iter().collect();
            for guid in &all {
                compared += 1;
                let status = api.get(&caller.token, &format!("{path}/{guid}")).await.status;
                if (status == 200) != shown.contains(guid) {
                    disagreements.push(format!("{path}/{guid} for {}: {status}", caller.name));
                }
            }
        }
    }
    assert!(compared > 500, "only {compared} reads were compared");
    assert!(disagreements.is_empty(), "{disagreements:#?}");
}
