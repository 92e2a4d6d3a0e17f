//! `doctor`: looks at everything a start needs and says what to do.

use super::say;
use crate::config::{Config, Database};
use crate::data_dir::{DataDir, Ours, Part, running_server};
use crate::disk::Disk;
use crate::problem::{Problem, chain};
use crate::wiring;
use cc_store::Version;
use std::net::TcpListener;

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    outcome: Result<String, String>,
}

pub async fn doctor(config: Config) -> Result<(), Problem> {
    let mut findings = vec![host()];
    findings.extend(rights(&config));
    match running_server(&config.data_dir) {
        Some(pid) => {
            let text = format!("{} is in use by the running server {pid}", config.data_dir.display());
            findings.push(fine("data folder", text));
        }
        None => findings.extend(with_data(&config).await),
    }
    for finding in &findings {
        match &finding.outcome {
            Ok(text) => say(&format!("ok     {:12} {text}", finding.what)),
            Err(text) => say(&format!("WRONG  {:12} {text}", finding.what)),
        }
    }
    match findings.iter().filter(|f| f.outcome.is_err()).count() {
        0 => Ok(()),
        1 => Err(Problem::Runtime("1 finding needs attention".to_owned())),
        n => Err(Problem::Runtime(format!("{n} findings need attention"))),
    }
}

fn fine(what: &'static str, text: String) -> Finding {
    Finding { what, outcome: Ok(text) }
}

fn host() -> Finding {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has = |tool: &str| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file());
    let missing: Vec<_> = ["tar", "git"].into_iter().filter(|tool| !has(tool)).collect();
    let outcome = if !has("bash") {
        Err("bash is missing and apps are started with it; install it".to_owned())
    } else if missing.is_empty() {
        Ok("bash, tar and git are there".to_owned())
    } else {
        Ok(format!("{} missing; buildpacks from repositories need it", missing.join(" and ")))
    };
    Finding { what: "host", outcome }
}

/// Before anything is opened: a start corrects it.
fn rights(config: &Config) -> Option<Finding> {
    let ours = Ours { data: &config.data_dir, database: config.sqlite() };
    let mut open = ours.open_to_others(Part::Rest);
    open.extend(ours.open_to_others(Part::Blobs));
    let outcome = match open.as_slice() {
        _ if !config.data_dir.exists() => return None,
        [] => Ok("no file of the server can be read by others".to_owned()),
        [one] => Err(format!("others can get at {}; the next start of the server closes it", one.display())),
        [one, rest @ ..] => {
            let (one, rest) = (one.display(), rest.len());
            Err(format!("others can get at {one} and {rest} more; the next start of the server closes them"))
        }
    };
    Some(Finding { what: "rights", outcome })
}

async fn with_data(config: &Config) -> Vec<Finding> {
    let port = TcpListener::bind(config.listen)
        .map(|_| format!("{} is free", config.listen))
        .map_err(|e| format!("{}: {e}; choose another with --listen", config.listen));
    let mut findings = vec![Finding { what: "port", outcome: port }];
    let data = match DataDir::open(&config.data_dir) {
        Ok(data) => data,
        Err(problem) => {
            findings.push(Finding { what: "data folder", outcome: Err(problem.to_string()) });
            return findings;
        }
    };
    findings.push(fine("data folder", format!("{} is ours", config.data_dir.display())));
    findings.push(Finding { what: "database", outcome: database(config, &data).await });
    let room = Disk::of(&config.data_dir).complaint();
    findings.push(Finding { what: "disk", outcome: room.map_or(Ok("has room".to_owned()), Err) });
    let blobs = wiring::blobs(&data).map(|_| "can be written".to_owned()).map_err(|p| p.to_string());
    findings.push(Finding { what: "blobs", outcome: blobs });
    // Without the key the engine could not read its records and would set them aside: that is no doctor's work.
    if !matches!(data.find_key(wiring::KEY), Ok(Some(_))) {
        data.discard_if_new();
        return findings;
    }
    match wiring::engine_alone(config, &data).await {
        Ok(runtime) => {
            findings.push(fine("isolation", runtime.tier().facts_line()));
            findings.push(fine("isolation", runtime.tier().gaps_line()));
            runtime.close().await;
        }
        Err(problem) => findings.push(Finding { what: "isolation", outcome: Err(problem.to_string()) }),
    }
    data.discard_if_new();
    findings
}

async fn database(config: &Config, data: &DataDir) -> Result<String, String> {
    let database = wiring::database(config, data).await.map_err(|p| p.to_string())?;
    let kind = match config.database {
        Database::Sqlite(_) => "SQLite",
        Database::Postgres(_) => "PostgreSQL",
    };
    match database.version().await {
        Ok(Version::Current) => Ok(format!("{kind} answers and is up to date")),
        Ok(Version::Older) => {
            Ok(format!("{kind} answers; `cc-server migrate` or the next start bring it up to date"))
        }
        Ok(Version::Newer(step)) => {
            Err(format!("{kind} has the migration {step} of a newer version; use that version"))
        }
        Err(error) => Err(format!("{kind}: {}", chain(&error))),
    }
}
