//! The OpenAPI document: what is routed, with the contract's parameters, bodies and representations.

#![expect(clippy::indexing_slicing, reason = "a key that is written to a JSON object is made")]

mod body;
mod document;

use crate::contract;
use crate::workspace::Workspace;
use anyhow::ensure;

const PATH: &str = "docs/openapi.json";

/// The committed document is what the operation table says.
pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let committed = std::fs::read_to_string(workspace.path(PATH)).unwrap_or_default();
    ensure!(
        committed == render(workspace)?,
        "api: {PATH} is out of date; run `cargo xtask api --write` and look at the difference"
    );
    println!("api: good");
    Ok(())
}

pub fn write(workspace: &Workspace) -> anyhow::Result<()> {
    std::fs::create_dir_all(workspace.path("docs"))?;
    std::fs::write(workspace.path(PATH), render(workspace)?)?;
    println!("api: {PATH} written");
    Ok(())
}

fn render(workspace: &Workspace) -> anyhow::Result<String> {
    let contract = contract::read(workspace)?;
    let find = |name: &str| contract::resource(workspace, name);
    let document = document::document(&contract, cc_http::operations::all(), find)?;
    Ok(format!("{}\n", serde_json::to_string_pretty(&document)?))
}
