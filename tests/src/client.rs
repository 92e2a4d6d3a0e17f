//! A client that sends what the CLI sends.

use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The head of the part that holds an archive.
const ARCHIVE: &str = "content-disposition: form-data; name=\"bits\"; filename=\"package.zip\"\r\ncontent-type: application/octet-stream";

/// A caller of one server, with or without a token.
pub struct Client {
    port: u16,
    token: Option<String>,
    agent: ureq::Agent,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|e| panic!("no JSON ({e}): {} {}", self.status, self.text))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Fails with the whole answer unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// `guid` of the body.
    #[track_caller]
    pub fn guid(&self) -> String {
        self.json()["guid"].as_str().unwrap_or_else(|| panic!("no guid in {}", self.text)).to_owned()
    }
}

impl Client {
    pub fn anonymous(port: u16) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        Self { port, token: None, agent }
    }

    /// The password grant as the CLI sends it.
    pub fn login(port: u16, user: &str, password: &str) -> Self {
        let mut client = Self::anonymous(port);
        let form = format!("grant_type=password&username={user}&password={password}");
        let answer = client.send_as(
            "POST",
            "/oauth/token",
            &[("content-type", "application/x-www-form-urlencoded"), ("authorization", "Basic Y2Y6")],
            form.as_bytes(),
            "localhost",
        );
        client.token =
            Some(answer.expect(200).json()["access_token"].as_str().expect("a token is issued").to_owned());
        client
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// One request with any headers and any `Host`.
    pub fn send_as(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        host: &str,
    ) -> Answer {
        self.try_send(method, path, headers, body, host).unwrap_or_else(|e| panic!("{method} {path}: {e}"))
    }

    fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        host: &str,
    ) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://127.0.0.1:{}{path}", self.port));
        request = request.header("host", format!("{host}:{}", self.port));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).expect("tests build valid requests");
        let response = self.agent.run(request)?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned()))
            .collect();
        let bytes = response.into_body().with_config().limit(64 << 20).read_to_vec()?;
        Ok(Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() })
    }

    fn api(&self, method: &str, path: &str, content_type: &str, body: &[u8]) -> Answer {
        let authorization = format!("bearer {}", self.token());
        let mut headers = vec![("content-type", content_type), ("accept", "application/json")];
        if self.token.is_some() {
            headers.push(("authorization", &authorization));
        }
        self.send_as(method, path, &headers, body, "localhost")
    }

    pub fn get(&self, path: &str) -> Answer {
        self.api("GET", path, "application/json", b"")
    }

    /// Like [`Self::get`] without a token; `None` while nobody listens.
    pub fn try_get(&self, path: &str) -> Option<Answer> {
        self.try_send("GET", path, &[], b"", "localhost").ok()
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.api("POST", path, "application/json", body.to_string().as_bytes())
    }

    /// A POST without a body, but with the JSON content type, as for `actions/start`.
    pub fn act(&self, path: &str) -> Answer {
        self.api("POST", path, "application/json", b"")
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.api("PATCH", path, "application/json", body.to_string().as_bytes())
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.api("PUT", path, "application/json", body.to_string().as_bytes())
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.api("DELETE", path, "application/json", b"")
    }

    pub fn post_yaml(&self, path: &str, yaml: &str) -> Answer {
        self.api("POST", path, "application/x-yaml", yaml.as_bytes())
    }

    /// Uploads a package's bits the way the CLI does: the list of matched resources first, then the archive.
    pub fn upload(&self, path: &str, bits: &[u8]) -> Answer {
        self.upload_with(path, &json!([]), Some(bits))
    }

    /// The same with matched resources, or with nothing but them.
    pub fn upload_with(&self, path: &str, resources: &Value, bits: Option<&[u8]>) -> Answer {
        let head = "content-disposition: form-data; name=\"resources\"";
        let resources = resources.to_string();
        let mut parts = vec![(head, resources.as_bytes())];
        parts.extend(bits.map(|bits| (ARCHIVE, bits)));
        self.form(path, &parts)
    }

    /// Uploads an archive alone, as of a buildpack.
    pub fn upload_archive(&self, path: &str, bits: &[u8]) -> Answer {
        self.form(path, &[(ARCHIVE, bits)])
    }

    fn form(&self, path: &str, parts: &[(&str, &[u8])]) -> Answer {
        const BOUNDARY: &str = "b0undary";
        let mut body = Vec::new();
        for (head, content) in parts {
            body.extend_from_slice(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.api("POST", path, &format!("multipart/form-data; boundary={BOUNDARY}"), &body)
    }

    /// Asks an app by its route.
    pub fn ask_app(&self, host: &str, path: &str) -> Answer {
        self.send_as("GET", path, &[], b"", host)
    }

    /// Follows a job to its end and gives it.
    #[track_caller]
    pub fn follow(&self, answer: &Answer) -> Value {
        let location = answer.header("location").unwrap_or_else(|| panic!("no job: {answer:?}"));
        let path = location
            .find("/v3/")
            .and_then(|at| location.get(at..))
            .expect("a job's URL is one of the API")
            .to_owned();
        self.until(&format!("the end of {path}"), || {
            let job = self.get(&path).expect(200).json();
            matches!(job["state"].as_str(), Some("COMPLETE" | "FAILED")).then_some(job)
        })
    }

    /// Follows a job that must succeed.
    #[track_caller]
    pub fn complete(&self, answer: &Answer) -> Value {
        let job = self.follow(answer);
        assert_eq!(job["state"], json!("COMPLETE"), "{job}");
        job
    }

    /// Asks again until there is an answer, for at most a minute.
    #[track_caller]
    pub fn until<T>(&self, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
