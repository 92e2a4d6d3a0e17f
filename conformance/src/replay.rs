//! One recording, step by step.

use crate::bits;
use crate::broker::Broker;
use crate::compare::{Difference, compare};
use crate::installation::{API, Databases, Installation, UAA};
use crate::operations::Operations;
use crate::recording::{Job, Kind, Recording, Request, Wait};
use crate::symbols::{self, Symbols, Unbound};
use anyhow::Context;
use axum::body::{Body, Bytes};
use axum::http;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use http_body_util::BodyExt;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;
use tower::ServiceExt;

/// How a step went.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "went")]
pub enum Went {
    Same,
    Different {
        differences: Vec<Difference>,
    },
    /// Its operation, or one that it builds on, is not routed.
    Waiting {
        operation: String,
    },
    /// Needs what no answer gave, though its operation is routed.
    Skipped {
        symbol: String,
    },
}

#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    pub step: String,
    /// The operation and the status that the reference gave; none for jobs and paths of no operation.
    pub operation: Option<String>,
    pub status: Option<u16>,
    /// What was asked, for people.
    pub asked: String,
    #[serde(flatten)]
    pub went: Went,
}

#[derive(Clone, Debug, Serialize)]
pub struct Replayed {
    pub name: String,
    pub outcomes: Vec<Outcome>,
}

/// Waits poll at most this often, a second of the installation's time in between.
const POLLS: usize = 60;

/// How long a second of the broker's delays lasts.
const SECOND_OF_BROKER: Duration = Duration::from_millis(20);

/// While it is not routed, nobody asks a broker for anything.
const REGISTERS_BROKERS: &str = "service_broker_create";

/// What a URL cannot hold as it is; what stands escaped stays so.
const UNSENDABLE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Replays a file on a database of its own.
pub async fn replay(
    recording: &Recording,
    operations: &Operations,
    databases: &Databases,
) -> anyhow::Result<Replayed> {
    let installation = Installation::start(databases, &recording.callers).await?;
    let mut symbols = Symbols::default();
    symbols.bind("api", API);
    symbols.bind("api%", utf8_percent_encode(API, NON_ALPHANUMERIC).to_string());
    symbols.bind("uaa", UAA);
    let broker = Broker::start(SECOND_OF_BROKER).await?;
    symbols.bind("broker", broker.url());
    for caller in recording.callers.keys() {
        if let Some(guid) = installation.guid_of(caller) {
            symbols.bind(&format!("user:{caller}"), guid);
        }
    }
    let givers = givers(recording);
    let mut run = Run { installation, broker, operations, symbols, givers, steps: HashMap::new() };
    let mut outcomes = Vec::new();
    for step in &recording.steps {
        let outcome = run
            .step(&step.label, &step.kind)
            .await
            .with_context(|| format!("{}, step {}", recording.name, step.label))?;
        outcomes.push(outcome);
    }
    Ok(Replayed { name: recording.name.clone(), outcomes })
}

fn givers(recording: &Recording) -> HashMap<String, String> {
    let mut givers = HashMap::new();
    for step in &recording.steps {
        if let Kind::Request(request) = &step.kind {
            let headers = Value::Object(request.answer_headers.clone());
            for symbol in symbols::named_in(&format!("{} {headers}", request.answer)) {
                givers.entry(symbol.to_owned()).or_insert_with(|| step.label.clone());
            }
        }
    }
    givers
}

struct Run<'a> {
    installation: Installation,
    broker: Broker,
    operations: &'a Operations,
    symbols: Symbols,
    /// By symbol: the step whose answer shows it first.
    givers: HashMap<String, String>,
    /// By label: where the job is, or the operation for which the step waits.
    steps: HashMap<String, Done>,
}

enum Done {
    Answered { job: Option<String> },
    Waiting(String),
    Skipped,
}

struct Answer {
    status: u16,
    headers: http::HeaderMap,
    body: Value,
}

impl Run<'_> {
    async fn step(&mut self, label: &str, kind: &Kind) -> anyhow::Result<Outcome> {
        let outcome = match kind {
            Kind::Request(request) => self.request(label, request).await?,
            Kind::Job(job) => self.job(label, job).await?,
            Kind::Wait(wait) => self.wait(label, wait).await?,
        };
        match &outcome.went {
            Went::Waiting { operation } => {
                self.steps.insert(label.to_owned(), Done::Waiting(operation.clone()));
            }
            Went::Skipped { .. } => {
                self.steps.insert(label.to_owned(), Done::Skipped);
            }
            Went::Same | Went::Different { .. } => {}
        }
        Ok(outcome)
    }

    /// Why a step cannot be asked: a symbol that only a step can give which was not asked itself.
    fn without(&self, unbound: Unbound) -> Went {
        match self.givers.get(&unbound.0).and_then(|label| self.steps.get(label)) {
            Some(Done::Waiting(operation)) => Went::Waiting { operation: operation.clone() },
            _ => Went::Skipped { symbol: unbound.0 },
        }
    }

    async fn request(&mut self, label: &str, request: &Request) -> anyhow::Result<Outcome> {
        let recorded = request.path.strip_prefix("{{api}}").unwrap_or(&request.path);
        let is_to_broker = recorded.starts_with("{{broker}}/");
        let operation = self.operations.find(&request.method, recorded);
        let outcome = |went| Outcome {
            step: label.to_owned(),
            operation: operation.map(|(id, _)| id.to_owned()),
            status: Some(request.status),
            asked: asked(request),
            went,
        };
        if let Some((id, false)) = operation {
            return Ok(outcome(Went::Waiting { operation: id.to_owned() }));
        }
        if is_to_broker && !self.operations.is_routed(REGISTERS_BROKERS) {
            return Ok(outcome(Went::Waiting { operation: "broker".to_owned() }));
        }
        let built = match self.build(request)? {
            Ok(built) => built,
            Err(unbound) => return Ok(outcome(self.without(unbound))),
        };
        let answer = if is_to_broker { self.ask_broker(built).await? } else { self.call(built).await? };
        self.installation.pass().await?;
        let job = answer.header(LOCATION.as_str()).map(|location| path_of(location).to_owned());
        self.steps.insert(label.to_owned(), Done::Answered { job });
        let found = self.differences(request, &answer);
        Ok(outcome(went(found)))
    }

    fn differences(&mut self, request: &Request, answer: &Answer) -> Vec<Difference> {
        let mut found = Vec::new();
        if request.status != answer.status {
            found.push(Difference {
                place: "status".to_owned(),
                wanted: request.status.to_string(),
                got: answer.status.to_string(),
            });
            if !request.any {
                // Both bodies beside the statuses, for whoever reads it: it counts as one place.
                found.push(Difference {
                    place: "answer".to_owned(),
                    wanted: self
                        .symbols
                        .fill_value(&request.answer)
                        .unwrap_or_else(|_| request.answer.clone())
                        .to_string(),
                    got: answer.body.to_string(),
                });
            }
            return found;
        }
        if request.any {
            return found;
        }
        compare("answer", &request.answer, &answer.body, request.unordered, &mut self.symbols, &mut found);
        let got: serde_json::Map<String, Value> = ["location", "x-cf-warnings"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), Value::from(answer.header(name)?))))
            .collect();
        let wanted = Value::Object(request.answer_headers.clone());
        compare("answer_headers", &wanted, &Value::Object(got), false, &mut self.symbols, &mut found);
        found
    }

    async fn job(&mut self, label: &str, job: &Job) -> anyhow::Result<Outcome> {
        let outcome = |went| Outcome {
            step: label.to_owned(),
            operation: None,
            status: None,
            asked: format!("the job of {}", job.job_of),
            went,
        };
        let location = match self.steps.get(&job.job_of) {
            Some(Done::Answered { job }) => job.clone().filter(|path| path.starts_with("/v3/jobs/")),
            Some(Done::Waiting(operation)) => {
                return Ok(outcome(Went::Waiting { operation: operation.clone() }));
            }
            Some(Done::Skipped) | None => {
                return Ok(outcome(Went::Skipped { symbol: job.job_of.clone() }));
            }
        };
        let end = match location {
            None => json!({ "none": true }),
            Some(path) => self.end_of(&path).await?,
        };
        let mut found = Vec::new();
        compare("final", &job.end, &end, false, &mut self.symbols, &mut found);
        Ok(outcome(went(found)))
    }

    async fn end_of(&mut self, path: &str) -> anyhow::Result<Value> {
        for _ in 0..POLLS {
            let answer = self.get_as_admin(path).await?;
            let at = |name: &str| answer.body.get(name).cloned().unwrap_or(Value::Null);
            if matches!(at("state").as_str(), Some("COMPLETE" | "FAILED")) || answer.status != 200 {
                return Ok(json!({
                    "operation": at("operation"),
                    "state": at("state"),
                    "errors": at("errors"),
                    "warnings": at("warnings"),
                }));
            }
            self.installation.pass().await?;
        }
        Ok(json!({ "state": "never ended" }))
    }

    async fn wait(&mut self, label: &str, wait: &Wait) -> anyhow::Result<Outcome> {
        let outcome = |went| Outcome {
            step: label.to_owned(),
            operation: None,
            status: None,
            asked: format!("wait for {} of {}", wait.field, wait.wait),
            went,
        };
        if let Some((id, false)) = self.operations.find("GET", &wait.wait) {
            return Ok(outcome(Went::Waiting { operation: id.to_owned() }));
        }
        let path = match self.symbols.fill(&wait.wait) {
            Ok(path) => path,
            Err(unbound) => return Ok(outcome(self.without(unbound))),
        };
        let pointer = format!("/{}", wait.field.replace('.', "/"));
        let mut last = Value::Null;
        for _ in 0..POLLS {
            let answer = self.get_as_admin(&path).await?;
            last = answer.body.pointer(&pointer).cloned().unwrap_or(Value::Null);
            if answer.status == 404 || wait.values.contains(&last) {
                return Ok(outcome(Went::Same));
            }
            self.installation.pass().await?;
        }
        let wanted = Value::from(wait.values.clone()).to_string();
        let found = Difference { place: wait.field.clone(), wanted, got: last.to_string() };
        Ok(outcome(Went::Different { differences: vec![found] }))
    }

    async fn get_as_admin(&self, path: &str) -> anyhow::Result<Answer> {
        let request = http::Request::get(path).header("authorization", "bearer admin");
        self.call(request.body(Body::empty())?).await
    }

    async fn call(&self, request: http::Request<Body>) -> anyhow::Result<Answer> {
        let response = self.installation.service.clone().oneshot(request).await?;
        let (parts, body) = response.into_parts();
        Ok(Answer::of(parts, body.collect().await?.to_bytes()))
    }

    /// A log that waits until the broker is left alone lets the installation's time pass meanwhile.
    async fn ask_broker(&self, request: http::Request<Body>) -> anyhow::Result<Answer> {
        let query = request.uri().query().unwrap_or_default();
        let quiet = query.split('&').find_map(|pair| pair.strip_prefix("quiet=")?.parse().ok()).unwrap_or(0);
        let (mut heard, mut passed) = (self.broker.heard(), 0);
        for _ in 0..POLLS {
            if passed >= quiet {
                break;
            }
            self.installation.pass().await?;
            passed = if self.broker.heard() == heard { passed + 1 } else { 0 };
            heard = self.broker.heard();
        }
        let (parts, body) = self.broker.answer(request).await.into_parts();
        Ok(Answer::of(parts, body.collect().await?.to_bytes()))
    }

    fn build(&self, request: &Request) -> anyhow::Result<Result<http::Request<Body>, Unbound>> {
        let path = match self.symbols.fill(&request.path) {
            Ok(path) => path,
            Err(unbound) => return Ok(Err(unbound)),
        };
        let path = utf8_percent_encode(path_of(&path), UNSENDABLE).to_string();
        let mut built = http::Request::builder().method(request.method.as_str()).uri(path);
        if let Some(caller) = &request.caller {
            built = built.header("authorization", format!("bearer {caller}"));
        }
        let (body, content_type) = if let Some(body) = &request.body {
            match self.symbols.fill_value(body) {
                Ok(body) => (body.to_string().into_bytes(), Some("application/json".to_owned())),
                Err(unbound) => return Ok(Err(unbound)),
            }
        } else if let Some(raw) = &request.raw {
            let bytes = raw.decode()?;
            // Symbols stand in texts, and bytes that are none hold none.
            let bytes = match String::from_utf8(bytes) {
                Ok(text) => match self.symbols.fill(&text) {
                    Ok(text) => text.into_bytes(),
                    Err(unbound) => return Ok(Err(unbound)),
                },
                Err(bytes) => bytes.into_bytes(),
            };
            (bytes, request.content_type.clone())
        } else if let Some(upload) = &request.multipart {
            let (bytes, content_type) = bits::multipart(upload)?;
            (bytes, Some(content_type))
        } else {
            (Vec::new(), None)
        };
        let mut built = built.body(Body::from(body))?;
        if let Some(content_type) = content_type {
            built.headers_mut().insert(CONTENT_TYPE, content_type.parse()?);
        }
        for (name, value) in &request.headers {
            let value = match self.symbols.fill(value) {
                Ok(value) => value,
                Err(unbound) => return Ok(Err(unbound)),
            };
            built
                .headers_mut()
                .insert(http::HeaderName::try_from(name)?, http::HeaderValue::from_bytes(value.as_bytes())?);
        }
        Ok(Ok(built))
    }
}

impl Answer {
    fn of(parts: http::response::Parts, bytes: Bytes) -> Self {
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap_or_else(|_| {
                // The recordings cut by bytes.
                let text = String::from_utf8_lossy(bytes.get(..2_000).unwrap_or(&bytes));
                json!({ "<text>": text })
            })
        };
        Self { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

fn went(differences: Vec<Difference>) -> Went {
    if differences.is_empty() { Went::Same } else { Went::Different { differences } }
}

/// The path of an address of the API.
fn path_of(address: &str) -> &str {
    address.strip_prefix(API).unwrap_or(address)
}

fn asked(request: &Request) -> String {
    let caller = request.caller.as_deref().unwrap_or("nobody");
    let body = match (&request.body, &request.raw) {
        (Some(body), _) => format!(" {body}"),
        (None, Some(raw)) => format!(" {}", String::from_utf8_lossy(&raw.decode().unwrap_or_default())),
        (None, None) => String::new(),
    };
    let headers = if request.headers.is_empty() { String::new() } else { format!(" {:?}", request.headers) };
    format!("{} {} as {caller}{headers}{body}", request.method, request.path)
}
