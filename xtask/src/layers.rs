//! Who may know whom (architecture: the one rule).

use crate::workspace::{Package, Source, Workspace, judge};
use anyhow::Context;

/// What one crate may and may not know.
struct Layer {
    name: &'static str,
    /// Crates of ours.
    knows: &'static [&'static str],
    /// Crates of ours that only its tests may use.
    tests_know: &'static [&'static str],
    /// Crates of others that must not be among its dependencies.
    never: &'static [&'static str],
    /// Text that its code must not hold.
    unspoken: &'static [&'static str],
}

const HTTP: &[&str] =
    &["axum", "hyper", "hyper-util", "http", "tower", "tower-http", "multer", "reqwest", "ureq"];
const SQL: &[&str] = &["diesel", "diesel-async", "diesel_migrations", "libsqlite3-sys", "tokio-postgres"];
const RUNTIMES: &[&str] = &["tokio", "tokio-util"];
const MACHINE: &[&str] =
    &["nix", "libc", "tempfile", "object_store", "landlock", "seccompiler", "rand", "getrandom"];

const CLOCK: &[&str] = &["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now", "Uuid::new_v4"];
const SQL_WORDS: &[&str] = &["diesel::", "tokio_postgres::", "libsqlite3_sys::"];
const HTTP_WORDS: &[&str] =
    &["axum::", "hyper::", "tower::", "http::Request", "http::Response", "http::StatusCode"];
const WORLD: &[&str] =
    &["std::fs", "std::process::", "std::env::", "std::net::Tcp", "std::net::Udp", "std::thread", "tokio::"];

const LAYERS: &[Layer] = &[
    Layer { name: "cc-domain", knows: &[], tests_know: &[], never: &[], unspoken: &[] },
    Layer {
        name: "cc-actions",
        knows: &["cc-domain"],
        tests_know: &["cc-domain"],
        never: &[],
        unspoken: &[],
    },
    Layer {
        name: "cc-http",
        knows: &["cc-actions", "cc-domain"],
        tests_know: &["cc-blobs", "cc-edge", "cc-identity", "cc-jobs", "cc-runtime", "cc-store"],
        never: SQL,
        unspoken: SQL_WORDS,
    },
    Layer {
        name: "cc-jobs",
        knows: &["cc-actions", "cc-domain"],
        tests_know: &["cc-blobs", "cc-identity", "cc-store"],
        never: &[],
        unspoken: &[],
    },
    adapter("cc-blobs"),
    adapter("cc-broker"),
    adapter("cc-diego"),
    adapter("cc-edge"),
    adapter("cc-identity"),
    adapter("cc-lifecycle"),
    // It spells the command lines of the programs in its containers.
    Layer { knows: &["cc-domain", "cc-lifecycle"], ..adapter("cc-runtime") },
    Layer {
        name: "cc-store",
        knows: &["cc-domain"],
        tests_know: &["cc-domain"],
        never: HTTP,
        unspoken: HTTP_WORDS,
    },
    Layer {
        name: "cc-server",
        knows: &[
            "cc-actions",
            "cc-blobs",
            "cc-broker",
            "cc-diego",
            "cc-domain",
            "cc-edge",
            "cc-http",
            "cc-identity",
            "cc-jobs",
            "cc-runtime",
            "cc-store",
        ],
        tests_know: &[],
        never: &["diesel", "diesel-async"],
        unspoken: &["diesel::"],
    },
    Layer { name: "cc-bench", knows: &[], tests_know: &[], never: &["diesel"], unspoken: &[] },
    Layer {
        name: "cc-conformance",
        knows: &["cc-actions", "cc-blobs", "cc-domain", "cc-http", "cc-jobs", "cc-runtime", "cc-store"],
        tests_know: &[],
        never: &["diesel"],
        unspoken: &["diesel::"],
    },
    Layer { name: "cc-tests", knows: &[], tests_know: &[], never: &["diesel"], unspoken: &[] },
    Layer { name: "xtask", knows: &["cc-http"], tests_know: &[], never: SQL, unspoken: &[] },
];

const fn adapter(name: &'static str) -> Layer {
    Layer { name, knows: &["cc-domain"], tests_know: &["cc-domain"], never: SQL, unspoken: SQL_WORDS }
}

/// What several lists forbid together.
fn more(name: &str) -> (Vec<&'static [&'static str]>, Vec<&'static [&'static str]>) {
    match name {
        "cc-domain" => (vec![HTTP, SQL, RUNTIMES, MACHINE], vec![HTTP_WORDS, SQL_WORDS, CLOCK, WORLD]),
        "cc-actions" => (vec![HTTP, SQL], vec![HTTP_WORDS, SQL_WORDS, CLOCK]),
        "cc-jobs" => (vec![HTTP, SQL], vec![HTTP_WORDS, SQL_WORDS]),
        _ => (Vec::new(), Vec::new()),
    }
}

pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let mut findings = Vec::new();
    let sources = workspace.sources()?;
    let metadata = workspace.metadata()?;
    let ours: Vec<&str> = metadata.packages.iter().map(|p| p.name.as_str()).collect();
    for package in &metadata.packages {
        let layer = LAYERS.iter().find(|l| l.name == package.name).with_context(|| {
            format!("{} has no row in xtask/src/layers.rs: say what it may know", package.name)
        })?;
        let (never, unspoken) = more(layer.name);
        edges(layer, package, &ours, &never, &mut findings);
        let folder = match layer.name {
            "xtask" => "xtask/src/".to_owned(),
            "cc-bench" => "bench/src/".to_owned(),
            "cc-conformance" => "conformance/".to_owned(),
            "cc-tests" => "tests/".to_owned(),
            name => format!("crates/{name}/src/"),
        };
        for source in sources.iter().filter(|s| s.path.starts_with(&folder)) {
            words(layer, source, &unspoken, &mut findings);
        }
    }
    judge(
        "layers",
        &findings,
        "Move the code to the crate whose question it answers, or bring it in through a port.",
    )
}

fn edges(
    layer: &Layer,
    package: &Package,
    ours: &[&str],
    never: &[&'static [&'static str]],
    findings: &mut Vec<String>,
) {
    for dependency in &package.dependencies {
        let name = dependency.name.as_str();
        let is_dev = dependency.kind.as_deref() == Some("dev");
        if ours.contains(&name) {
            // A crate may name itself to have its own test support in its tests.
            let is_known = layer.knows.contains(&name)
                || (is_dev && (layer.tests_know.contains(&name) || name == layer.name));
            if !is_known {
                findings.push(format!("{} must not know {name}", layer.name));
            }
        } else if !is_dev && (layer.never.contains(&name) || never.iter().any(|list| list.contains(&name))) {
            findings.push(format!("{} must not depend on {name}", layer.name));
        }
    }
}

fn words(layer: &Layer, source: &Source, unspoken: &[&'static [&'static str]], findings: &mut Vec<String>) {
    if source.is_test() {
        return;
    }
    for (line, text) in source.code() {
        for word in layer.unspoken.iter().chain(unspoken.iter().copied().flatten()) {
            if text.contains(word) {
                findings.push(format!("{}:{line}: {} must not say {word}", source.path, layer.name));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependencies = dependencies
            .iter()
            .map(|(name, kind)| Dependency { name: (*name).to_owned(), kind: kind.map(str::to_owned) })
            .collect();
        Package { name: name.to_owned(), dependencies }
    }

    fn judged(package: &Package) -> Vec<String> {
        let layer = LAYERS.iter().find(|l| l.name == package.name).unwrap();
        let mut findings = Vec::new();
        edges(layer, package, &["cc-domain", "cc-store", "cc-http"], &more(layer.name).0, &mut findings);
        findings
    }

    #[test]
    fn an_adapter_that_knows_another_is_found() {
        let package = package("cc-blobs", &[("cc-domain", None), ("cc-store", None), ("bytes", None)]);
        assert_eq!(judged(&package), ["cc-blobs must not know cc-store"]);
    }

    #[test]
    fn the_domain_has_no_async_runtime_but_its_tests_may() {
        let package = package("cc-domain", &[("tokio", None), ("tokio", Some("dev")), ("thiserror", None)]);
        assert_eq!(judged(&package), ["cc-domain must not depend on tokio"]);
    }

    #[test]
    fn tests_of_http_may_use_the_store_and_http_may_not() {
        assert_eq!(judged(&package("cc-http", &[("cc-store", Some("dev"))])), Vec::<String>::new());
        assert_eq!(judged(&package("cc-http", &[("cc-store", None)])), ["cc-http must not know cc-store"]);
    }

    #[test]
    fn a_clock_in_the_domain_is_found_where_it_is_code() {
        let source = Source {
            path: "crates/cc-domain/src/x.rs".into(),
            text: "// Instant::now\nlet t = Instant::now();\n#[cfg(test)]\nmod tests {\nInstant::now();\n}\n"
                .into(),
        };
        let mut findings = Vec::new();
        words(LAYERS.first().unwrap(), &source, &more("cc-domain").1, &mut findings);
        assert_eq!(findings, ["crates/cc-domain/src/x.rs:2: cc-domain must not say Instant::now"]);
    }
}
