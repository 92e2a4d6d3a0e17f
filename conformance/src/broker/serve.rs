//! The operations that a platform asks for.

use super::Inner;
use super::asked::Asked;
use super::behaviour::{Turn, said, take, turn};
use super::catalog::{self, over};
use super::operation::{Operation, Target};
use super::reply::Reply;
use super::state::{End, Kept, Pending, Place, State};
use serde_json::{Map, Value, json};
use std::time::Duration;

pub async fn answer(inner: &Inner, asked: &Asked) -> Reply {
    let Some((place, rest)) = Place::of(&asked.path) else {
        return Reply::describing(404, "no such broker");
    };
    match Target::of(&asked.method, rest) {
        Target::Nothing => Reply::describing(404, "no such path"),
        Target::Catalog => catalogue(inner, asked, &place, rest).await,
        Target::Of { operation: None, .. } => Reply::describing(405, "no such method"),
        Target::Of { operation: Some(operation), instance, binding } => {
            let behaviour = {
                let mut state = inner.state();
                let about: Vec<&str> = std::iter::once(instance).chain(binding).collect();
                state.note(place.base, &about, asked.shown(operation, rest));
                state.behaviour(&place, operation, asked, instance, binding)
            };
            match turn(&behaviour) {
                Turn::Answer(reply) => return reply,
                Turn::After(seconds) => tokio::time::sleep(inner.seconds(seconds)).await,
                Turn::Goes => {}
            }
            let word = behaviour.as_str().unwrap_or("ok");
            let request = Request { place, asked, word, instance, binding };
            request.done(&mut inner.state(), operation)
        }
    }
}

impl<'a> Place<'a> {
    /// With what stands behind the base path.
    fn of(path: &'a str) -> Option<(Self, &'a str)> {
        let (kind, rest) = path.strip_prefix('/')?.split_once('/')?;
        let (tag, rest) = rest.split_once('/')?;
        if kind.is_empty() || tag.is_empty() || !rest.starts_with("v2/") {
            return None;
        }
        let (base, rest) = path.split_at_checked(path.len() - rest.len() - 1)?;
        let (kind, default) = kind.split_once('@').map_or((kind, None), |(kind, word)| (kind, Some(word)));
        Some((Self { base, kind, default: default.filter(|word| !word.is_empty()), tag }, rest))
    }
}

async fn catalogue(inner: &Inner, asked: &Asked, place: &Place<'_>, rest: &str) -> Reply {
    let (programmed, version) = {
        let mut state = inner.state();
        state.note(place.base, &[], asked.shown(Operation::Catalog, rest));
        let program = state.programs.get_mut(place.base);
        let programmed = program.and_then(|program| take(program, Operation::Catalog.name()));
        (programmed.unwrap_or_default(), state.versions.get(place.base).copied().unwrap_or(1))
    };
    let pause = match turn(&programmed) {
        Turn::Answer(reply) => return reply,
        Turn::After(seconds) => inner.seconds(seconds),
        Turn::Goes => Duration::ZERO,
    };
    tokio::time::sleep(pause).await;
    let kind = place.kind;
    if kind == "auth" && asked.header("authorization") != Some("Basic YWRtaW46c2VjcmV0") {
        return Reply::describing(401, "who are you");
    }
    if let Some(status) = kind.strip_prefix("status-").and_then(|status| status.parse().ok()) {
        return Reply::describing(status, &format!("status {status}"));
    }
    match kind {
        "broken" => return Reply::raw(200, "{\"not json"),
        "html" | "array" | "nobody" => {
            if let Some(reply) = said(kind) {
                return reply;
            }
        }
        "created" => return Reply::json(201, &catalog::of("small", place.tag, 1)),
        "slow" | "hang" => {
            if let Turn::After(seconds) = turn(&kind.into()) {
                tokio::time::sleep(inner.seconds(seconds)).await;
            }
        }
        "redirect" => {
            let to = format!("{}/small/{}/v2/catalog", inner.url, place.tag);
            return Reply::raw(302, "").with(Map::from_iter([("Location".to_owned(), to.into())]));
        }
        _ => {}
    }
    Reply::json(200, &catalog::of(kind, place.tag, version))
}

/// One request about an instance or a binding, with the word by which it goes.
struct Request<'a> {
    place: Place<'a>,
    asked: &'a Asked,
    word: &'a str,
    instance: &'a str,
    binding: Option<&'a str>,
}

impl Request<'_> {
    fn done(&self, state: &mut State, operation: Operation) -> Reply {
        match operation {
            Operation::Provision | Operation::Bind => self.make(state, operation),
            Operation::Update => self.update(state),
            Operation::Deprovision | Operation::Unbind => self.take_away(state, operation),
            Operation::Fetch | Operation::FetchBinding => self.fetch(state),
            Operation::Poll => self.last_operation(state),
            Operation::Catalog => Reply::describing(404, "no such path"),
        }
    }

    fn make(&self, state: &mut State, operation: Operation) -> Reply {
        let mut kept = Kept {
            base: self.place.base.to_owned(),
            service_id: self.asked.field("service_id"),
            plan_id: self.asked.field("plan_id"),
            parameters: self.asked.field("parameters"),
            later: self.later(operation, Map::new()),
            dashboard: format!("https://dashboard.example.com/{}", self.place.tag),
            ..Kept::default()
        };
        let goes_on = self.goes_on(&mut kept, operation, End::Stays);
        let body = match self.binding {
            Some(_) => self.bound(&kept),
            None => json!({ "dashboard_url": kept.dashboard }),
        };
        let before = match self.binding {
            Some(binding) => state.bindings.insert(binding.to_owned(), kept),
            None => state.instances.insert(self.instance.to_owned(), kept),
        };
        let was_there = before.is_some() || self.word == "existing";
        goes_on.unwrap_or_else(|| Reply::json(if was_there { 200 } else { 201 }, &body))
    }

    fn update(&self, state: &mut State) -> Reply {
        let Some(kept) = state.kept(self.instance, None) else {
            return Reply::describing(404, "no such instance");
        };
        let given_or = |name: &str, old: &Value| match self.asked.field(name) {
            Value::Null => old.clone(),
            given => given,
        };
        kept.later = self.later(Operation::Update, kept.later.clone());
        let changed = Kept {
            plan_id: given_or("plan_id", &kept.plan_id),
            parameters: given_or("parameters", &kept.parameters),
            dashboard: format!("https://dashboard.example.com/{}/updated", self.place.tag),
            ..kept.clone()
        };
        if let Some(reply) = self.goes_on(kept, Operation::Update, End::Becomes(Box::new(changed.clone()))) {
            return reply;
        }
        *kept = changed;
        if self.word == "quiet" {
            return Reply::empty_object(200);
        }
        Reply::json(200, &json!({ "dashboard_url": kept.dashboard }))
    }

    fn take_away(&self, state: &mut State, operation: Operation) -> Reply {
        let Some(kept) = state.kept(self.instance, self.binding) else { return Reply::empty_object(410) };
        if let Some(reply) = self.goes_on(kept, operation, End::Goes) {
            return reply;
        }
        self.remove(state);
        Reply::empty_object(200)
    }

    fn remove(&self, state: &mut State) {
        match self.binding {
            Some(binding) => state.bindings.remove(binding),
            None => state.instances.remove(self.instance),
        };
    }

    fn fetch(&self, state: &mut State) -> Reply {
        let Some(kept) = state.kept(self.instance, self.binding) else {
            let what = if self.binding.is_some() { "no such binding" } else { "no such instance" };
            return Reply::describing(404, what);
        };
        let mut body = match self.binding {
            Some(_) => self.bound(kept),
            None => json!({
                "service_id": kept.service_id,
                "plan_id": kept.plan_id,
                "dashboard_url": format!("{}/fetched", kept.dashboard),
            }),
        };
        if let Some(body) = body.as_object_mut().filter(|_| !kept.parameters.is_null()) {
            body.insert("parameters".to_owned(), kept.parameters.clone());
        }
        Reply::json(200, &body)
    }

    fn last_operation(&self, state: &mut State) -> Reply {
        let told = |state: &str, description: &str| json!({ "state": state, "description": description });
        let Some(kept) = state.kept(self.instance, self.binding) else { return Reply::empty_object(410) };
        let Some(pending) = &mut kept.pending else {
            return Reply::json(200, &told("succeeded", "nothing to do"));
        };
        pending.asked += 1;
        match pending.how.as_str() {
            "async_hold" if kept.released.is_none() => {
                return Reply::json(200, &told("in progress", "held"));
            }
            "async_slow" if pending.asked < 2 => {
                return Reply::json(200, &told("in progress", "half done"));
            }
            _ => {}
        }
        let name = pending.operation.name();
        let end = match (&kept.released, pending.how.as_str()) {
            (Some(released), _) => released.clone(),
            (None, "async_fail") => told("failed", &format!("{name} went wrong")),
            (None, "async_fail_silent") => json!({ "state": "failed" }),
            (None, _) => told("succeeded", &format!("{name} done")),
        };
        let Some(pending) = kept.pending.take() else { return Reply::json(200, &end) };
        if end.get("state").and_then(Value::as_str) == Some("succeeded") {
            match pending.end {
                End::Stays => {}
                End::Becomes(changed) => {
                    kept.plan_id = changed.plan_id;
                    kept.parameters = changed.parameters;
                    kept.later = changed.later;
                    kept.dashboard = changed.dashboard;
                }
                End::Goes => {
                    self.remove(state);
                    if pending.how == "async_gone" {
                        return Reply::empty_object(410);
                    }
                }
            }
        }
        Reply::json(200, &end)
    }

    /// The answer to an operation that ends later, which is kept with what it is about.
    fn goes_on(&self, kept: &mut Kept, operation: Operation, end: End) -> Option<Reply> {
        if !self.word.starts_with("async") {
            return None;
        }
        kept.pending = Some(Pending { how: self.word.to_owned(), operation, asked: 0, end });
        kept.released = None;
        let name = operation.name();
        let mut body = Map::new();
        if self.word != "async_noop" {
            body.insert("operation".to_owned(), format!("{name}-operation").into());
        }
        if matches!(operation, Operation::Provision | Operation::Update) {
            let url = format!("https://dashboard.example.com/{}/{name}", self.place.tag);
            body.insert("dashboard_url".to_owned(), url.into());
        }
        Some(Reply::json(202, &body.into()))
    }

    /// What the parameters say about later operations, over what was said before.
    fn later(&self, now: Operation, mut later: Map<String, Value>) -> Map<String, Value> {
        for operation in Operation::ALL.into_iter().filter(|operation| *operation != now) {
            let given = self.asked.parameters().and_then(|parameters| parameters.get(operation.name()));
            if let Some(given) = given {
                later.insert(operation.name().to_owned(), given.clone());
            }
        }
        later
    }

    /// What a binding gives.
    fn bound(&self, kept: &Kept) -> Value {
        let tag = self.place.tag;
        let mut given = json!({ "credentials": {
            "username": "user",
            "password": "secret",
            "uri": format!("db://user:secret@{tag}.example.com:5432/db"),
            "nested": { "list": [1, null, true] },
        } });
        if self.place.kind == "volume" {
            let mount = json!({
                "driver": "driver",
                "container_dir": "/data",
                "mode": "rw",
                "device_type": "shared",
                "device": { "volume_id": "volume", "mount_config": { "key": "value" } },
            });
            given = over(given, json!({ "volume_mounts": [mount] }));
        }
        if self.place.kind == "route" {
            given = json!({ "route_service_url": format!("https://route.example.com/{tag}") });
        }
        let service = kept.service_id.as_str().unwrap_or_default();
        if service.ends_with("-syslog-id") || service.ends_with("-volume-id") {
            let drain = format!("syslog-tls://drain.example.com/{tag}?a=b,c");
            given = over(given, json!({ "syslog_drain_url": drain }));
        }
        given
    }
}
