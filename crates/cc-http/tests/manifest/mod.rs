//! `/v3/spaces/{guid}/actions/apply_manifest` and its relatives, `app_manifest_get` among them.

mod apply;
mod diff;
mod processes;
mod refusals;
mod routes;

use crate::harness::{Answer, TestApi, a_space};
use axum::body::Body;
use axum::http::Request;
use cc_domain::access::RoleKind;
use cc_domain::app::{App, AppFilter};
use cc_domain::domain::{Domain, DomainKind, DomainName};
use cc_domain::feature_flag::{FeatureFlag, FlagOverride};
use cc_domain::list::{PageRequest, Scope};
use cc_domain::log::Message;
use cc_domain::metadata::Metadata;
use cc_domain::name::Name;
use cc_domain::route::Route;
use cc_domain::space::Space;
use cc_domain::stack::{Stack, StackState};
use cc_domain::store::Reader;

/// A space in which `dev` is developer, with a stack and a domain to push to.
struct World<'a> {
    api: &'a TestApi,
    space: Space,
}

impl<'a> World<'a> {
    async fn new(api: &'a TestApi) -> Self {
        let space = a_space().create(api).await;
        api.give(RoleKind::SpaceDeveloper, "dev", &space).await;
        let now = api.ports.now();
        let stack = Stack {
            guid: api.ports.new_guid(),
            name: Name::parse("cflinuxfs4").unwrap(),
            description: None,
            state: StackState::default(),
            state_reason: None,
            build_rootfs_image: "cflinuxfs4".to_owned(),
            run_rootfs_image: "cflinuxfs4".to_owned(),
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        };
        let mut tx = api.store().begin().await.unwrap();
        tx.insert_stack(&stack).await.unwrap();
        tx.commit().await.unwrap();
        Self { api, space }
    }

    async fn with_domain(self) -> Self {
        self.add_domain("apps.example.org").await;
        self
    }

    async fn add_domain(&self, name: &str) {
        let now = self.api.ports.now();
        let domain = Domain {
            guid: self.api.ports.new_guid(),
            name: DomainName::parse(name).unwrap(),
            kind: DomainKind::Shared { is_internal: false, router_group: None },
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        };
        let mut tx = self.api.store().begin().await.unwrap();
        tx.insert_domain(&domain).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn set_flag(&self, flag: FeatureFlag, is_enabled: bool) {
        let value = FlagOverride { is_enabled, custom_error_message: None, updated_at: self.api.ports.now() };
        let mut tx = self.api.store().begin().await.unwrap();
        tx.save_feature_flag(flag, &value).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn path(&self, rest: &str) -> String {
        format!("/v3/spaces/{}/{rest}", self.space.guid)
    }

    async fn send(&self, token: &str, path: &str, kind: &str, text: impl Into<Body>) -> Answer {
        let request = Request::post(path).header("authorization", format!("bearer {token}"));
        self.api.call(request.header("content-type", kind).body(text.into()).unwrap()).await
    }

    /// The answer of the request alone.
    async fn ask(&self, text: &str) -> Answer {
        self.send("dev", &self.path("actions/apply_manifest"), "application/x-yaml", text.to_owned()).await
    }

    /// The finished job.
    async fn apply(&self, text: &str) -> Answer {
        let accepted = self.ask(text).await;
        assert_eq!(accepted.status, 202, "{accepted:?}");
        self.api.run_jobs().await;
        self.api.get("dev", &accepted.job_path()).await
    }

    /// Applies what has to work.
    async fn applied(&self, text: &str) {
        let job = self.apply(text).await;
        assert_eq!(
            (job.text("/state"), job.text("/operation")),
            ("COMPLETE", "space.apply_manifest"),
            "{job:?}"
        );
    }

    /// `code title: detail` of a job that has to fail.
    async fn failure(&self, text: &str) -> String {
        let job = self.apply(text).await;
        assert_eq!(job.text("/state"), "FAILED", "{job:?}");
        assert_eq!(job.at("/errors").as_array().map(Vec::len), Some(1), "{job:?}");
        format!(
            "{} {}: {}",
            job.at("/errors/0/code"),
            job.text("/errors/0/title"),
            job.text("/errors/0/detail")
        )
    }

    async fn diff(&self, text: &str) -> Answer {
        self.send("dev", &self.path("manifest_diff"), "application/x-yaml", text.to_owned()).await
    }

    async fn apps(&self) -> Vec<App> {
        let page = PageRequest { per_page: 100, ..PageRequest::default() };
        self.reader().await.list_apps(&AppFilter::default(), &page, &Scope::Everything).await.unwrap().items
    }

    async fn app(&self, name: &str) -> App {
        let found = self.apps().await.into_iter().find(|app| app.name.as_str() == name);
        found.unwrap_or_else(|| panic!("no app {name}"))
    }

    async fn routes(&self, name: &str) -> Vec<Route> {
        let app = self.app(name).await;
        self.reader().await.routes_of_app(&app.guid).await.unwrap()
    }

    async fn urls(&self, name: &str) -> Vec<String> {
        self.routes(name).await.iter().map(Route::url).collect()
    }

    /// The generated manifest as `dev` reads it.
    async fn generated(&self, name: &str) -> String {
        let answer = self.api.get("dev", &format!("/v3/apps/{}/manifest", self.app(name).await.guid)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.headers["content-type"], "application/x-yaml; charset=utf-8");
        answer.body.as_str().unwrap().to_owned()
    }

    /// What the API wrote into the logs of apps, without guids.
    fn log(&self) -> Vec<String> {
        let said = |envelope: &cc_domain::log::Envelope| match &envelope.message {
            Message::Log { payload, .. } => {
                Some(String::from_utf8_lossy(payload).replace(&*envelope.source_id, "<app>"))
            }
            _ => None,
        };
        self.api.logs.lines().iter().filter_map(said).collect()
    }

    async fn reader(&self) -> Box<dyn Reader> {
        self.api.store().reader().await.unwrap()
    }
}
