//! A push of a static site of 1 MB, request by request as the CLI sends it, with the CLI's pauses.

use crate::Options;
use crate::api::{Answer, Api, location, state, text};
use crate::server::Server;
use crate::stat::median;
use crate::table::{Goal, Table};
use anyhow::ensure;
use hyper::Method;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The CLI asks at once, and then after this.
const PAUSE: Duration = Duration::from_secs(3);
const JSON: &str = "application/json";

pub struct Pushed {
    /// Guid of the app and of its web process.
    pub app: String,
    pub host: String,
}

pub async fn run(options: &Options, server: &Server, table: &mut Table) -> anyhow::Result<Pushed> {
    let mut api = server.admin().await?;
    let organization = api.post("/v3/organizations", &json!({ "name": "bench" }), 201).await?.guid()?;
    let relationships = json!({ "organization": { "data": { "guid": organization } } });
    let space = json!({ "name": "bench", "relationships": relationships });
    let space = api.post("/v3/spaces", &space, 201).await?.guid()?;
    let (mut answered, mut told) = (Vec::new(), Vec::new());
    let mut last = None;
    for number in 0..if options.is_quick { 2 } else { 7 } {
        let files = site(number);
        let begun = Instant::now();
        let app = push(&mut api, &space, &format!("site-{number}"), &files).await?;
        told.push(begun.elapsed().as_secs_f64());
        let host = format!("site-{number}.apps.localhost");
        while api.raw(Method::GET, "/", &[], "", &host).await?.status != 200 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        answered.push(begun.elapsed().as_secs_f64());
        last = Some(Pushed { app, host });
        // Only the last one stays, so that it is what the server at rest has.
        if number > 0 {
            let earlier = api.get(&format!("/v3/apps?names=site-{}", number - 1)).await?;
            let guid = text(&earlier, "/resources/0/guid")?;
            let deleted = api.send(Method::DELETE, &format!("/v3/apps/{guid}"), JSON, "", 202).await?;
            follow(&mut api, &deleted).await?;
        }
    }
    table.number("push of a 1 MB static site until the CLI says it runs", median(&mut told), "s", Goal::None);
    table.number(
        "push of a 1 MB static site to its first answer",
        median(&mut answered),
        "s",
        Goal::Below(3.0),
    );
    last.ok_or_else(|| anyhow::anyhow!("nothing was pushed"))
}

/// A page and four files that do not compress, other ones each time.
fn site(number: u32) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("Staticfile".to_owned(), Vec::new()),
        ("index.html".to_owned(), b"<p>a page of forty-seven bytes, more or less</p>".to_vec()),
    ];
    let mut state = u64::from(number) + 1;
    for name in ["a", "b", "c", "d"] {
        let bytes = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        });
        files.push((format!("{name}.bin"), bytes.take(256 * 1024).collect()));
    }
    files
}

async fn push(api: &mut Api, space: &str, name: &str, files: &[(String, Vec<u8>)]) -> anyhow::Result<String> {
    let manifest = format!("applications:\n- name: {name}\n  default-route: true\n");
    let path = format!("/v3/spaces/{space}/actions/apply_manifest");
    let applied = api.send(Method::POST, &path, "application/x-yaml", manifest, 202).await?;
    follow(api, &applied).await?;
    let found = api.get(&format!("/v3/apps?names={name}&space_guids={space}")).await?;
    let app = text(&found, "/resources/0/guid")?;

    let resources: Vec<Value> = files.iter().filter(|(_, bytes)| !bytes.is_empty()).map(resource).collect();
    api.post("/v3/resource_matches", &json!({ "resources": resources }), 201).await?;
    let package = json!({ "type": "bits", "relationships": { "app": { "data": { "guid": app } } } });
    let package = api.post("/v3/packages", &package, 201).await?.guid()?;
    let (content_type, body) = form(&archive(files)?);
    let path = format!("/v3/packages/{package}/upload");
    let mut uploaded = api.send(Method::POST, &path, &content_type, body, 200).await?.json()?;
    while state(&uploaded) != "READY" {
        tokio::time::sleep(PAUSE).await;
        uploaded = api.get(&format!("/v3/packages/{package}")).await?;
    }

    let build = api.post("/v3/builds", &json!({ "package": { "guid": package } }), 201).await?.guid()?;
    let path = format!("/v3/builds/{build}");
    let staged = poll(api, &path, |build| state(build) != "STAGING").await?;
    ensure!(state(&staged) == "STAGED", "the build is {staged}");
    let droplet = text(&staged, "/droplet/guid")?;
    api.get(&format!("/v3/droplets/{droplet}")).await?;
    let current = json!({ "data": { "guid": droplet } });
    api.patch(&format!("/v3/apps/{app}/relationships/current_droplet"), &current).await?;
    api.send(Method::POST, &format!("/v3/apps/{app}/actions/restart"), JSON, "", 200).await?;
    api.get(&format!("/v3/apps/{app}/processes")).await?;
    let is_settled = |stats: &Value| {
        let instances = stats.get("resources").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        instances.is_empty() || instances.iter().any(|i| state(i) == "RUNNING")
    };
    poll(api, &format!("/v3/processes/{app}/stats"), is_settled).await?;
    Ok(app)
}

fn resource((path, bytes): &(String, Vec<u8>)) -> Value {
    let mut checksum = String::new();
    for byte in Sha1::digest(bytes) {
        let _ = write!(checksum, "{byte:02x}");
    }
    json!({ "path": path, "mode": "644", "checksum": { "value": checksum }, "size_in_bytes": bytes.len() })
}

async fn follow(api: &mut Api, answer: &Answer) -> anyhow::Result<()> {
    let job = poll(api, &location(answer)?, |job| matches!(state(job), "COMPLETE" | "FAILED")).await?;
    ensure!(state(&job) == "COMPLETE", "the job is {job}");
    Ok(())
}

async fn poll(api: &mut Api, path: &str, is_done: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    loop {
        let found = api.get(path).await?;
        if is_done(&found) {
            return Ok(found);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn archive(files: &[(String, Vec<u8>)]) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default().unix_permissions(0o644))?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The matched resources first, then the bits.
fn form(bits: &[u8]) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "b0undary";
    let mut body = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"resources\"\r\n\r\n[]\r\n--{BOUNDARY}\r\n\
         content-disposition: form-data; name=\"bits\"; filename=\"package.zip\"\r\ncontent-type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bits);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}
