//! A staticfile app, from package to page: staged, launched, and asked over a socket.

use super::support::{Staged, Staging, a_staging};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Stdio};

pub(super) struct Site {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(super) port: u16,
    _staged: Staged,
}

struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

fn an_app(staticfile: &str) -> Staging {
    a_staging().file("Staticfile", staticfile).file("index.html", "home page\n")
}

/// The app, staged and started.
pub(super) fn served(staging: Staging) -> Site {
    staging.served()
}

impl Staging {
    fn served(self) -> Site {
        self.served_with(&[])
    }

    fn served_with(self, env: &[(&str, &str)]) -> Site {
        let staged = self.key("builtin:staticfile").run().expect_success();
        let mut command = staged.launch();
        let mut child =
            command.env("PORT", "0").envs(env.iter().copied()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut lines = (0..3).map(|_| {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            line
        });
        assert_eq!(lines.next().unwrap(), "Invoking pre-start scripts.\n");
        assert_eq!(lines.next().unwrap(), "Invoking start command.\n");
        let said = lines.next().unwrap();
        let port = said.trim().strip_prefix("Serving static files on port ").unwrap().parse().unwrap();
        drop(lines);
        Site { child, stdout, port, _staged: staged }
    }
}

impl Site {
    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nhost: site.example\r\nconnection: close\r\n").unwrap();
        for (name, value) in headers {
            write!(stream, "{name}: {value}\r\n").unwrap();
        }
        write!(stream, "\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        parse(&bytes)
    }

    fn log_line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an HTTP answer");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: HashMap<String, String> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let body = if headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        dechunk(&bytes[end + 4..])
    } else {
        bytes[end + 4..].to_vec()
    };
    Answer { status, headers, body }
}

fn dechunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return whole;
        }
        whole.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 4 + size..];
    }
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_staging_says_what_it_does_and_gives_the_start_command() {
    let staged = an_app("pushstate: enabled\n").key("builtin:staticfile").run().expect_success();
    let stdout = staged.stdout();
    assert!(stdout.starts_with("-----> Staticfile Buildpack version "), "{stdout}");
    assert!(stdout.contains("-----> Enabling pushstate\n-----> Root folder "), "{stdout}");
    assert_eq!(staged.command("web").as_deref(), Some("$HOME/boot.sh"));
    assert_eq!(staged.result().lifecycle_metadata.detected_buildpack, "staticfile");
    assert_eq!(staged.in_droplet("app/public/index.html"), "home page\n");
    assert!(!staged.home().join("app/public/Staticfile").exists());
}

#[test]
fn what_cannot_be_honoured_stops_the_staging_with_a_sentence() {
    let without_nginx = "this buildpack serves the files without nginx; use a buildpack of nginx instead";
    let page = "<p><!--#echo var=\"DATE_LOCAL\" --></p>";
    let stops = |staging: Staging, sentence: String| {
        let staged = staging.key("builtin:staticfile").run();
        assert_eq!(staged.exit_code(), 223, "{sentence}");
        let told = format!("Failed to compile droplet: Failed to run finalize script: {sentence}\n");
        assert!(staged.stderr().ends_with(&told), "{}", staged.stderr());
    };
    stops(
        an_app("location_include: x.conf\n"),
        format!("location_include is not supported: {without_nginx}"),
    );
    stops(
        an_app("").file("nginx.conf", ""),
        format!("a nginx.conf of the app's own is not supported: {without_nginx}"),
    );
    stops(
        an_app("root: dist\n").file("dist/mime.types", ""),
        format!("a mime.types of the app's own is not supported: {without_nginx}"),
    );
    stops(
        an_app("ssi: enabled\n").file("sub/page.html", page),
        "ssi: the directive 'echo var=\"DATE_LOCAL\"' in page.html is not supported, only includes are"
            .into(),
    );
    stops(
            an_app("").file("Staticfile.auth", "old:rl3uGnNPQk5xM\n"),
            "Staticfile.auth: the password of 'old' is hashed in a way that is not supported; bcrypt, SHA-512, SHA-256, MD5, apr1 and SSHA are".into(),
        );
    an_app("").file("sub/page.html", page).key("builtin:staticfile").run().expect_success();
}

#[test]
fn files_are_served_with_what_browsers_want_to_know() {
    let site =
        an_app("").file("style.css", "p {}").file("a b.txt", "spaced").file("data.unknown", "x").served();
    let home = site.get("/");
    assert_eq!((home.status, home.text().as_str()), (200, "home page\n"));
    assert_eq!(home.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(home.header("content-length"), "10");
    assert!(!home.header("last-modified").is_empty() && home.header("etag").starts_with('"'));
    assert_eq!(site.get("/style.css").header("content-type"), "text/css; charset=utf-8");
    assert_eq!(site.get("/a%20b.txt?x=y").text(), "spaced");
    assert_eq!(site.get("/data.unknown").header("content-type"), "application/octet-stream");
}

#[test]
fn heads_ranges_and_conditions_are_honoured() {
    let site = an_app("").served();
    let head = site.ask("HEAD", "/", &[]);
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, "10", 0));
    let part = site.ask("GET", "/", &[("range", "bytes=5-8")]);
    assert_eq!(
        (part.status, part.text().as_str(), part.header("content-range")),
        (206, "page", "bytes 5-8/10")
    );
    let etag = head.header("etag").to_owned();
    let last_modified = head.header("last-modified");
    for (known, status) in [(etag.as_str(), 206), (last_modified, 206), ("\"old\"", 200)] {
        assert_eq!(
            site.ask("GET", "/", &[("range", "bytes=5-8"), ("if-range", known)]).status,
            status,
            "{known}"
        );
    }
    assert_eq!(site.ask("GET", "/", &[("range", "bytes=0-1,3-4")]).text(), "home page\n");
    assert_eq!(site.ask("GET", "/", &[("range", "bytes=50-")]).status, 416);
    assert_eq!(site.ask("GET", "/", &[("if-none-match", &etag)]).status, 304);
    assert_eq!(site.ask("GET", "/", &[("if-modified-since", head.header("last-modified"))]).status, 304);
    for other in ["Fri, 01 Jan 2100 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"] {
        assert_eq!(site.ask("GET", "/", &[("if-modified-since", other)]).status, 200, "{other}");
        let both = [("if-modified-since", other), ("if-none-match", &etag)];
        assert_eq!(site.ask("GET", "/", &both).status, 200, "{other}");
    }
}

#[test]
fn what_is_not_there_is_404_and_what_is_no_reading_is_405() {
    let site = an_app("").file("sub/page.html", "x").served();
    for path in ["/nothing", "/index.html/", "/sub/page.html/x"] {
        assert_eq!(site.get(path).status, 404, "{path}");
    }
    let asked = |method, path| site.ask(method, path, &[]).status;
    for (method, path, status) in [
        ("POST", "/", 405),
        ("POST", "/index.html", 405),
        ("POST", "/nothing", 404),
        ("POST", "/sub", 301),
        ("POST", "/sub/", 403),
        ("DELETE", "/nothing", 405),
        ("PUT", "/", 405),
    ] {
        assert_eq!(asked(method, path), status, "{method} {path}");
    }
    assert_eq!(site.get("/sub/").status, 403);
    assert_eq!(site.get("/../../etc/passwd").status, 400);
    assert_eq!(site.get("/%2e%2e/staging_info.yml").status, 400);
}

#[test]
fn a_directory_without_its_slash_is_sent_there_without_the_port() {
    let site = an_app("").file("sub/index.htm", "sub").served();
    let answer = site.get("/sub?a=b");
    assert_eq!((answer.status, answer.header("location")), (301, "/sub/?a=b"));
    assert_eq!(site.get("/sub/").text(), "sub");
    assert_eq!(site.get("//sub").header("location"), "/sub/");
}

#[test]
fn dot_files_are_served_only_if_wished() {
    let files = |staticfile| an_app(staticfile).file(".hidden.html", "hidden").file("sub/.env", "hidden");
    let site = files("").served();
    assert_eq!(
        (site.get("/.hidden.html").status, site.get("/sub/.env").status, site.get("/%2ehidden.html").status),
        (404, 404, 404)
    );
    let site = files("host_dot_files: true\n").served();
    assert_eq!((site.get("/.hidden.html").status, site.get("/sub/.env").status), (200, 200));
    assert_eq!(site.get("/.cf-static.json").status, 404);
}

#[test]
fn another_root_is_served_alone() {
    let site = a_staging()
        .file("Staticfile", "root: dist/site\n")
        .file("dist/site/index.html", "built")
        .file("package.json", "{}")
        .served();
    assert_eq!(site.get("/").text(), "built");
    assert_eq!(site.get("/package.json").status, 404);
}

#[test]
fn a_root_that_is_missing_or_outside_fails_the_compile() {
    for root in ["nowhere", "../..", "index.html"] {
        let staged = an_app(&format!("root: {root}\n")).key("builtin:staticfile").run();
        assert_eq!(staged.exit_code(), 223, "{root}");
        assert!(staged.stderr().contains("Invalid root directory"), "{}", staged.stderr());
    }
}

#[test]
fn a_directory_is_listed_only_if_wished() {
    let site = an_app("directory: visible\n")
        .file("sub/a<b>.txt", "x")
        .file("sub/inner/x", "x")
        .file("sub/.hidden", "x")
        .served();
    let page = site.get("/sub/").text();
    assert!(page.contains("<title>Index of /sub/</title>"));
    let inner = page.lines().find(|line| line.starts_with("<a href=\"inner/\">inner/</a> ")).unwrap();
    let file =
        page.lines().find(|line| line.starts_with("<a href=\"a%3Cb%3E.txt\">a&lt;b&gt;.txt</a> ")).unwrap();
    assert!(inner.ends_with("                   -") && file.ends_with("                   1"), "{page}");
    assert!(page.find(inner) < page.find(file), "{page}");
    assert!(!page.contains("hidden"));
    assert_eq!(site.get("/").text(), "home page\n");
}

#[test]
fn pushstate_answers_the_home_page_for_whatever_does_not_exist() {
    let site = an_app("pushstate: enabled\n").file("real.txt", "real").served();
    let answer = site.get("/some/route");
    assert_eq!((answer.status, answer.text().as_str()), (200, "home page\n"));
    assert_eq!(site.get("/real.txt").text(), "real");
}

#[test]
fn a_status_has_the_page_that_the_site_has_for_it() {
    let staticfile = "status_codes:\n  404: /errors/404.html\n  4xx: /errors/other.html\n  401: http://elsewhere.example/login\n";
    let site = an_app(staticfile)
        .file("errors/404.html", "my 404")
        .file("errors/other.html", "my other")
        .file("empty/.keep", "")
        .served();
    let missing = site.get("/nothing");
    assert_eq!((missing.status, missing.text().as_str()), (404, "my 404"));
    assert_eq!(missing.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(
        site.ask("GET", "/nothing", &[("if-none-match", "*"), ("range", "bytes=0-1")]).text(),
        "my 404"
    );
    let wrong = site.ask("DELETE", "/", &[]);
    assert_eq!((wrong.status, wrong.text().as_str(), wrong.header("allow")), (405, "my other", "GET, HEAD"));
}

#[test]
fn strict_transport_security_is_said_as_wished() {
    let site = an_app("http_strict_transport_security: true\nhttp_strict_transport_security_include_subdomains: true\nhttp_strict_transport_security_preload: true\n").served();
    let said = |site: &Site, path, scheme| {
        let answer = site.ask("GET", path, &[("x-forwarded-proto", scheme)]);
        answer.header("strict-transport-security").to_owned()
    };
    assert_eq!(said(&site, "/", "https"), "max-age=31536000; includeSubDomains; preload");
    assert_eq!(said(&site, "/nothing", "https"), "");
    assert_eq!(said(&site, "/", "http"), "");
    assert_eq!(site.get("/").header("strict-transport-security"), "");
    let site = an_app("http_strict_transport_security_preload: true\n").served();
    assert_eq!(said(&site, "/", "https"), "");
}

#[test]
fn plain_http_is_redirected_by_option_or_environment() {
    for site in [an_app("force_https: true\n").served(), an_app("").served_with(&[("FORCE_HTTPS", "1")])] {
        let answer = site.get("/a?b=c");
        assert_eq!((answer.status, answer.header("location")), (301, "https://site.example/a?b=c"));
        let proxied = site.ask(
            "GET",
            "/a",
            &[
                ("x-forwarded-host", "front.example, inner"),
                ("x-forwarded-prefix", "/p"),
                ("x-forwarded-proto", "http,https"),
            ],
        );
        assert_eq!(proxied.header("location"), "https://front.example/p/a");
        assert_eq!(site.ask("GET", "/", &[("x-forwarded-proto", "https, http")]).status, 200);
    }
}

#[test]
fn a_site_with_users_asks_for_one_of_them() {
    let users = "bob:$apr1$DBqkGzDR$uRmq6Pd3wgb9Fewm9nvFb.\n\
        eve:$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1\n";
    let staging = an_app("status_codes: {401: /login.html}\n")
        .file("Staticfile.auth", users)
        .file("login.html", "log in");
    let site = staging.served();
    let refused = site.get("/");
    assert_eq!(
        (refused.status, refused.header("www-authenticate"), refused.text().as_str()),
        (401, "Basic realm=\"Restricted\"", "log in")
    );
    let ask = |credentials| site.ask("GET", "/", &[("authorization", credentials)]).status;
    assert_eq!(ask("Basic Ym9iOm15UGFzc3dvcmQ="), 200);
    assert_eq!(ask("Basic Ym9iOndyb25n"), 401);
    // "eve:Hello world!"
    assert_eq!(ask("Basic ZXZlOkhlbGxvIHdvcmxkIQ=="), 200);
}

#[test]
fn long_texts_are_compressed_for_those_who_take_it() {
    let long = "word ".repeat(300);
    let site = an_app("").file("long.txt", &long).file("short.txt", "short").file("long.png", &long).served();
    let gzip = [("accept-encoding", "gzip, deflate")];
    let answer = site.ask("GET", "/long.txt", &gzip);
    assert_eq!((answer.header("content-encoding"), gunzip(&answer.body) == long), ("gzip", true));
    assert!(answer.header("etag").starts_with("W/\""), "{}", answer.header("etag"));
    assert_eq!(answer.header("vary").to_lowercase(), "accept-encoding");
    assert_eq!(site.get("/long.txt").text(), long);
    assert_eq!(site.ask("GET", "/short.txt", &gzip).header("content-encoding"), "");
    assert_eq!(site.ask("GET", "/long.png", &gzip).header("content-encoding"), "");
    let etag = answer.header("etag").to_owned();
    assert_eq!(site.ask("GET", "/long.txt", &[gzip[0], ("if-none-match", &etag)]).status, 304);
}

#[test]
fn each_request_leaves_a_line() {
    let mut site = an_app("").served();
    site.ask("GET", "/nothing?a=b", &[("x-forwarded-for", "10.1.2.3"), ("referer", "http://from.example/")]);
    let line = site.log_line();
    assert!(line.starts_with("10.1.2.3 - http://from.example/ - ["), "{line}");
    assert!(line.contains(" +0000] \"GET /nothing?a=b HTTP/1.1\" 404 "), "{line}");
}

#[test]
fn the_server_ends_by_itself_when_it_is_told_to() {
    let mut site = an_app("").served();
    let pid = nix::unistd::Pid::from_raw(site.child.id().cast_signed());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
    assert_eq!(site.child.wait().unwrap().code(), Some(0));
}

#[test]
fn only_the_compressed_form_of_a_file_is_enough() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(b"war and peace").unwrap();
    let gz = gz.finish().unwrap();
    let site = an_app("").bytes("war.txt.gz", &gz).served();
    let plain = site.get("/war.txt");
    assert_eq!(
        (plain.status, plain.text().as_str(), plain.header("content-encoding")),
        (200, "war and peace", "")
    );
    assert_eq!(plain.header("content-type"), "text/plain; charset=utf-8");
    let small = site.ask("GET", "/war.txt", &[("accept-encoding", "gzip")]);
    assert_eq!((small.header("content-encoding"), gunzip(&small.body).as_str()), ("gzip", "war and peace"));
    assert_eq!(site.get("/war.txt.gz").body, gz);
}

#[test]
fn pages_include_others_only_if_wished() {
    let page = "<p><!--#include virtual=\"/part.html\" --></p>";
    let files = |staticfile| {
        a_staging().file("Staticfile", staticfile).file("index.html", page).file("part.html", "part")
    };
    let site = files("ssi: enabled\n").served();
    let answer = site.get("/");
    assert_eq!((answer.text().as_str(), answer.header("etag")), ("<p>part</p>", ""));
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(files("ssi: disabled\n").served().get("/").text(), page);
}
