use super::world::{Answer, PASSWORD, World, claims, form_request};
use axum::body::Body;
use http::header::{ACCEPT, COOKIE, SET_COOKIE};
use http::{HeaderValue, Method, Request, StatusCode};
use serde_json::json;

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// A browser: it keeps cookies and asks for pages.
#[derive(Default)]
struct Browser {
    cookies: Vec<(String, String)>,
}

impl Browser {
    fn line(&self) -> HeaderValue {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        HeaderValue::from_str(&pairs.join("; ")).expect("a header")
    }

    async fn send(&mut self, world: &World, mut request: Request<Body>) -> Answer {
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(HTML));
        request.headers_mut().insert(COOKIE, self.line());
        let answer = world.send(request).await;
        for line in answer.headers.get_all(SET_COOKIE) {
            let line = line.to_str().expect("text");
            let pair = line.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            assert!(
                line.contains("HttpOnly") && line.contains("SameSite=Lax") && line.contains("Path=/"),
                "{line}"
            );
            assert_eq!(line.contains("Secure"), name.starts_with("__Host-"), "{line}");
            self.cookies.retain(|(kept, _)| kept != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    async fn get(&mut self, world: &World, path: &str) -> Answer {
        self.send(world, Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// Fills in the form of a page.
    async fn submit(&mut self, world: &World, page: &Answer, username: &str, password: &str) -> Answer {
        let repeated = hidden(page, "X-Uaa-Csrf").expect("the form has one");
        let next = hidden(page, "next").unwrap_or_default();
        let form = [
            ("username", username),
            ("password", password),
            ("X-Uaa-Csrf", repeated.as_str()),
            ("next", next.as_str()),
        ];
        self.send(world, form_request("/login.do", None, &form)).await
    }

    async fn log_in(&mut self, world: &World) -> Answer {
        let page = self.get(world, "/login").await;
        self.submit(world, &page, "admin", PASSWORD).await
    }
}

/// The value of a hidden field, as a browser reads it.
fn hidden(page: &Answer, name: &str) -> Option<String> {
    let (_, rest) = page.text.split_once(&format!("type=\"hidden\" name=\"{name}\" value=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&#x2f;", "/").replace("&amp;", "&").replace("&#x27;", "'"))
}

fn passcode(page: &Answer) -> String {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let (_, rest) = page.text.split_once("<code>").expect("a code");
    rest.split_once("</code>").expect("its end").0.to_owned()
}

async fn redeem(world: &World, passcode: &str) -> Answer {
    world.grant("cf:", &[("grant_type", "password"), ("passcode", passcode)]).await
}

#[tokio::test]
async fn who_logs_in_by_a_passcode_went_through_the_pages() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let sent = browser.get(&world, "/passcode").await;
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/login?next=%2Fpasscode"));
    let page = browser.get(&world, "/login?next=%2Fpasscode").await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"));
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    let back = browser.submit(&world, &page, "admin", PASSWORD).await;
    assert_eq!((back.status, back.header("location")), (StatusCode::SEE_OTHER, "/passcode"), "{}", back.text);
    let code = passcode(&browser.get(&world, "/passcode").await);
    let answer = redeem(&world, &code).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let access = claims(&answer.field("access_token"));
    assert_eq!((&access["user_name"], &access["client_id"]), (&json!("admin"), &json!("cf")));
    assert!(access["scope"].as_array().expect("a list").contains(&json!("cloud_controller.admin")));
    assert_eq!(redeem(&world, &code).await.refusal(), (401, "unauthorized".to_owned()), "good once");
}

#[tokio::test]
async fn a_passcode_ends_after_five_minutes_and_is_no_authorization_code() {
    let world = World::new().await;
    let mut browser = Browser::default();
    browser.log_in(&world).await;
    let late = passcode(&browser.get(&world, "/passcode").await);
    world.clock.advance(300);
    assert_eq!(redeem(&world, &late).await.refusal(), (401, "unauthorized".to_owned()));
    let code = passcode(&browser.get(&world, "/passcode").await);
    let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
    let exchanged = world.grant(&format!("ssh-proxy:{}", super::world::SSH_SECRET), &form).await;
    assert_eq!(exchanged.refusal(), (400, "invalid_grant".to_owned()));
    assert_eq!(redeem(&world, "").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(redeem(&world, "guessed").await.refusal(), (401, "unauthorized".to_owned()));
}

#[tokio::test]
async fn programs_are_told_what_they_were_before() {
    let world = World::new().await;
    let any = world.send(Request::get("/login").body(Body::empty()).expect("a request")).await;
    assert_eq!(
        any.json()["prompts"]["passcode"][1],
        json!("Temporary Authentication Code ( Get one at http://login.test/passcode )")
    );
    let refused = world.send(Request::get("/passcode").body(Body::empty()).expect("a request")).await;
    assert_eq!(refused.refusal(), (401, "unauthorized".to_owned()));
}

#[tokio::test]
async fn a_wrong_password_shows_the_form_again_and_no_session() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let page = browser.get(&world, "/login").await;
    let again = browser.submit(&world, &page, "<script>", "wrong").await;
    assert!(again.text.contains("Unable to verify email or password") && !again.text.contains("<script>"));
    assert!(browser.cookies.iter().all(|(name, _)| name != "cc-session"));
    assert_eq!(browser.submit(&world, &again, "admin", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_of_another_site_logs_nobody_in() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let page = browser.get(&world, "/login").await;
    let mut stranger = Browser::default();
    let refused = stranger.submit(&world, &page, "admin", PASSWORD).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "no cookie came with it");
    let form = [("username", "admin"), ("password", PASSWORD)];
    let refused = browser.send(&world, form_request("/login.do", None, &form)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "it did not repeat what the page held");
}

#[tokio::test]
async fn the_pages_lead_nowhere_else() {
    let world = World::new().await;
    for elsewhere in ["https%3A%2F%2Fevil.test", "%2F%2Fevil.test", "%2F%5Cevil.test", "%2F%09%2Fevil.test"] {
        let mut browser = Browser::default();
        let page = browser.get(&world, &format!("/login?next={elsewhere}")).await;
        assert_eq!(hidden(&page, "next"), None, "{elsewhere}");
        let back = browser.submit(&world, &page, "admin", PASSWORD).await;
        assert_eq!(back.header("location"), "/login");
    }
}

#[tokio::test]
async fn a_session_ends_when_its_user_leaves_or_changes_the_password_and_after_half_an_hour() {
    let world = World::new().await;
    let guid = world.create_user("dev", "first").await.field("id");
    for end in ["leaves", "password", "time"] {
        let mut browser = Browser::default();
        let page = browser.get(&world, "/login").await;
        browser.submit(&world, &page, "dev", if end == "time" { "second" } else { "first" }).await;
        assert!(browser.get(&world, "/login").await.text.contains("Logged in as dev"), "{end}");
        let kept = Browser { cookies: browser.cookies.clone() };
        match end {
            "leaves" => {
                let left = browser.get(&world, "/logout.do").await;
                assert_eq!(left.header("location"), "/login");
                assert!(browser.cookies.iter().all(|(name, _)| name != "cc-session"));
            }
            "password" => {
                let body = json!({ "password": "second", "oldPassword": "first" });
                let theirs = world.login("dev", "first").await.field("access_token");
                let path = format!("/Users/{guid}/password");
                let changed = world.call(Method::PUT, &path, &theirs, Some(body)).await;
                assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
            }
            _ => world.clock.advance(30 * 60),
        }
        let mut thief = kept;
        assert_eq!(thief.get(&world, "/passcode").await.status, StatusCode::SEE_OTHER, "{end}");
    }
}

#[tokio::test]
async fn the_token_of_a_session_opens_nothing_else_and_other_tokens_are_no_session() {
    let world = World::new().await;
    let mut browser = Browser::default();
    browser.log_in(&world).await;
    let (_, session) =
        browser.cookies.iter().find(|(name, _)| name == "cc-session").expect("a session").clone();
    for path in
        ["/Users", "/userinfo", "/oauth/clients", "/oauth/authorize?response_type=code&client_id=ssh-proxy"]
    {
        assert_eq!(world.get(path, &session).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let mut pretender = Browser { cookies: vec![("cc-session".to_owned(), world.admin_token().await)] };
    assert_eq!(pretender.get(&world, "/passcode").await.status, StatusCode::SEE_OTHER);
    let form = [("grant_type", "password"), ("username", "admin"), ("password", PASSWORD)];
    assert_eq!(world.grant("login:", &form).await.refusal(), (401, "invalid_client".to_owned()));
}

#[tokio::test]
async fn a_client_gets_its_code_from_a_browser_after_the_login() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let asked = "/oauth/authorize?response_type=code&client_id=ssh-proxy&state=a%26b";
    let sent = browser.get(&world, asked).await;
    let to_login = sent.header("location").to_owned();
    let page = browser.get(&world, &to_login).await;
    let back = browser.submit(&world, &page, "admin", PASSWORD).await;
    assert_eq!(back.header("location"), asked);
    let given = browser.get(&world, asked).await;
    assert_eq!(given.status, StatusCode::FOUND, "{}", given.text);
    let (_, query) = given.header("location").split_once("?code=").expect("a code");
    let (code, state) = query.split_once('&').expect("a state");
    assert_eq!(state, "state=a%26b");
    let form = [("grant_type", "authorization_code"), ("code", code)];
    let answer = world.grant(&format!("ssh-proxy:{}", super::world::SSH_SECRET), &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn guessing_by_the_form_costs_what_it_costs_by_the_grant() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let mut page = browser.get(&world, "/login").await;
    for _ in 0..12 {
        page = browser.submit(&world, &page, "admin", "wrong").await;
    }
    let waited: u64 = world.clock.take_pauses().iter().sum();
    for _ in 0..12 {
        world.login("other", "wrong").await;
    }
    let by_grant: u64 = world.clock.take_pauses().iter().sum();
    assert!(waited > 0 && waited == by_grant, "{waited} and {by_grant} ms");
}

#[tokio::test]
async fn who_is_logged_in_is_sent_on_and_several_forms_are_good() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let first = browser.get(&world, "/login?next=%2Fpasscode").await;
    let second = browser.get(&world, "/login").await;
    assert_eq!(hidden(&first, "X-Uaa-Csrf"), hidden(&second, "X-Uaa-Csrf"));
    let back = browser.submit(&world, &first, "admin", PASSWORD).await;
    assert_eq!(back.header("location"), "/passcode");
    let again = browser.get(&world, "/login?next=%2Fpasscode").await;
    assert_eq!((again.status, again.header("location")), (StatusCode::SEE_OTHER, "/passcode"));
}

#[tokio::test]
async fn behind_tls_no_other_host_can_set_the_cookies() {
    let world = World::at("https://login.test").await;
    let mut browser = Browser::default();
    browser.log_in(&world).await;
    let mut names: Vec<&str> = browser.cookies.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["__Host-cc-form", "__Host-cc-session"]);
    assert!(browser.get(&world, "/login").await.text.contains("Logged in as admin"));
    let session = browser.cookies.iter().find(|(name, _)| name.ends_with("session")).expect("one").1.clone();
    let mut tossed = Browser { cookies: vec![("cc-session".to_owned(), session)] };
    assert_eq!(tossed.get(&world, "/passcode").await.status, StatusCode::SEE_OTHER);
}
