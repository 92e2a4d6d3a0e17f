//! What tests of bits begin with: an app to push to, zips, forms.

use super::{Answer, TestApi, a_space};
use axum::body::Body;
use axum::http::Request;
use cc_actions::Ports;
use cc_actions::artifacts::Artifacts;
use cc_domain::access::RoleKind;
use cc_domain::feature_flag::{FeatureFlag, FlagOverride};
use cc_domain::runtime::{Ack, ArtifactSink, BuildId, BuildOutcome, MockRuntime, Staged};
use cc_domain::space::Space;
use cc_jobs::Registry;
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::Arc;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// An app of `dev`, who is developer of its space; `aud` is auditor there.
pub struct BitsWorld<'a> {
    pub api: &'a TestApi,
    pub space: Space,
    pub app: String,
}

impl<'a> BitsWorld<'a> {
    pub async fn new(api: &'a TestApi) -> Self {
        cc_actions::seed::run(&api.ports).await.unwrap();
        let space = a_space().create(api).await;
        api.give(RoleKind::SpaceDeveloper, "dev", &space).await;
        api.give(RoleKind::SpaceAuditor, "aud", &space).await;
        let mut world = Self { api, space, app: String::new() };
        world.app = world.new_app("one", json!({})).await;
        world
    }

    /// The guid of a further app; `more` are members of the request.
    pub async fn new_app(&self, name: &str, more: Value) -> String {
        let mut body = json!({
            "name": name,
            "relationships": { "space": { "data": { "guid": self.space.guid.as_str() } } },
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let created = self.api.post("dev", "/v3/apps", body).await;
        assert_eq!(created.status, 201, "{created:?}");
        created.guid().to_owned()
    }

    /// The guid of a docker app.
    pub async fn docker_app(&self) -> String {
        self.set_flag(FeatureFlag::DiegoDocker, true).await;
        self.new_app("docker", json!({ "lifecycle": { "type": "docker", "data": {} } })).await
    }

    /// The guid of a docker package.
    pub async fn docker_package(&self) -> String {
        let app = self.docker_app().await;
        let data = json!({ "image": "a/b", "username": "u", "password": "s3cret" });
        let created = self.create_package(&app, json!({ "type": "docker", "data": data })).await;
        assert_eq!(created.status, 201, "{created:?}");
        created.guid().to_owned()
    }

    pub async fn create_package(&self, app: &str, more: Value) -> Answer {
        let mut body = json!({ "relationships": { "app": { "data": { "guid": app } } } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.api.post("dev", "/v3/packages", body).await
    }

    /// The guid of a package that waits for its bits.
    pub async fn package(&self) -> String {
        let created = self.create_package(&self.app, json!({ "type": "bits" })).await;
        assert_eq!(created.status, 201, "{created:?}");
        created.guid().to_owned()
    }

    /// The guid of a package with this zip.
    pub async fn package_of(&self, zip: &[u8]) -> String {
        let guid = self.package().await;
        let uploaded = self.upload("dev", &guid, &[("bits", zip)]).await;
        assert_eq!(uploaded.text("/state"), "READY", "{uploaded:?}");
        guid
    }

    /// The package after its upload and the job of it, or why nothing was taken.
    pub async fn upload(&self, token: &str, package: &str, parts: &[(&str, &[u8])]) -> Answer {
        let taken = self.send(token, &format!("/v3/packages/{package}/upload"), parts).await;
        if taken.status != 200 {
            return taken;
        }
        assert_eq!(taken.text("/state"), "PROCESSING_UPLOAD", "{taken:?}");
        self.api.run_jobs().await;
        self.api.get(token, &format!("/v3/packages/{package}")).await
    }

    /// Posts a form; the part `bits` is a file, `package.zip` unless its name stands behind a colon.
    pub async fn send(&self, token: &str, path: &str, parts: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, content) in parts {
            let (name, file) = match name.split_once(':') {
                Some((name, file)) => (name, format!("; filename=\"{file}\"")),
                None if *name == "bits" => (*name, "; filename=\"package.zip\"".to_owned()),
                None => (*name, String::new()),
            };
            write!(body, "--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").unwrap();
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--b--\r\n");
        let request = Request::post(path)
            .header("authorization", format!("bearer {token}"))
            .header("content-type", "multipart/form-data; boundary=b");
        self.api.call(request.body(Body::from(body)).unwrap()).await
    }

    /// The guid of a build of this package that the engine has.
    pub async fn build_of(&self, package: &str) -> String {
        let created = self.api.post("dev", "/v3/builds", json!({ "package": { "guid": package } })).await;
        assert_eq!(created.status, 201, "{created:?}");
        let mut runtime = MockRuntime::new();
        runtime.expect_start_build().times(1).returning(|_| Ok(()));
        self.run_jobs_with(runtime).await;
        created.guid().to_owned()
    }

    /// Runs what is due against this engine.
    pub async fn run_jobs_with(&self, runtime: MockRuntime) {
        let ports = Ports { runtime: Arc::new(runtime), ..self.api.ports.clone() };
        cc_jobs::run_due(&ports, &ports.queue, &Registry::standard()).await.unwrap();
    }

    /// The engine ends a build well, with these bits; the guid of the droplet.
    pub async fn staged(&self, build: &str, bits: &[u8]) -> String {
        let id = BuildId::new(build).unwrap();
        let file = self.api.folder.path().join("droplet");
        std::fs::write(&file, bits).unwrap();
        let sink = Artifacts::new(self.api.ports.blobs.clone());
        let droplet = sink.store_droplet(&id, &file).await.unwrap();
        let result = json!({
            "execution_metadata": "meta",
            "process_types": { "web": "run me" },
            "lifecycle_metadata": {
                "detected_buildpack": "static",
                "buildpacks": [{ "key": "builtin:staticfile", "name": "staticfile", "version": "1.0" }],
            },
            "sidecars": [{ "name": "side", "command": "help", "process_types": ["web"], "memory": 8 }],
        });
        let staged = Staged { result: result.to_string(), droplet: Some(droplet), cache: None };
        assert_eq!(self.report(build, Ok(staged)).await, Ack::Recorded);
        self.api.get("dev", &format!("/v3/builds/{build}")).await.text("/droplet/guid").to_owned()
    }

    /// The engine ends a build.
    pub async fn report(&self, build: &str, result: Result<Staged, String>) -> Ack {
        let build = BuildId::new(build).unwrap();
        let outcome = BuildOutcome { build, result, start: false, at_ns: 0 };
        cc_actions::build::finished(&self.api.ports, outcome).await
    }

    /// The guid of a staged droplet.
    pub async fn droplet(&self) -> String {
        let package = self.package_of(&zip_of(&[Zipped::File("a", b"b")])).await;
        let build = self.build_of(&package).await;
        self.staged(&build, b"tgz").await
    }

    pub async fn set_flag(&self, flag: FeatureFlag, is_enabled: bool) {
        let value = FlagOverride { is_enabled, custom_error_message: None, updated_at: self.api.ports.now() };
        let mut tx = self.api.store().begin().await.unwrap();
        tx.save_feature_flag(flag, &value).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Paths of all blobs of a kind, as in `packages`.
    pub fn blobs(&self, bucket: &str) -> Vec<String> {
        files_below(&self.api.folder.path().join("blobs").join(bucket))
    }

    /// What is left of uploads.
    pub fn leftovers(&self) -> Vec<String> {
        files_below(&self.api.folder.path().join("uploads"))
    }
}

fn files_below(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<_> = entries
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { files_below(&path) } else { vec![path.display().to_string()] }
        })
        .collect();
    found.sort();
    found
}

/// One entry of a zip.
pub enum Zipped<'a> {
    File(&'a str, &'a [u8]),
    Link(&'a str, &'a str),
}

pub fn zip_of(entries: &[Zipped<'_>]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        match entry {
            Zipped::File(name, content) => {
                zip.start_file(*name, SimpleFileOptions::default()).unwrap();
                zip.write_all(content).unwrap();
            }
            Zipped::Link(name, target) => {
                zip.add_symlink(*name, *target, SimpleFileOptions::default()).unwrap();
            }
        }
    }
    zip.finish().unwrap().into_inner()
}
