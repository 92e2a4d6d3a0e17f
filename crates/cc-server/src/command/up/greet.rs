//! What a start and a stop say: to a newcomer what to type next, to an operator what is served where.

use super::Port80;
use crate::cli::Engine;
use crate::cli::Role;
use crate::command::say;
use crate::config::Config;
use crate::wiring::Running;
use cc_domain::route::RouterAddress;
use clap::ValueEnum;

pub fn greet(config: &Config, running: &Running, port_80: &Port80, router: RouterAddress) {
    let url = &config.external_url;
    let kept_in = running.password_in.as_deref();
    let apps = App::new(config, router);
    say("Cloud Foundry is up.");
    say("");
    say(&format!("  API       {url}"));
    say(&format!("  Apps      {}", apps.url("<name>")));
    match (&config.uaa, kept_in) {
        (Some(uaa), _) => say(&format!("  Users     those of {}", uaa.url)),
        (None, Some(path)) => say(&format!("  User      admin, with the password in {}", path.display())),
        (None, None) => say(
            "  User      admin, with its password: that of CC_ADMIN_PASSWORD at the first start, or of `cf passwd` since",
        ),
    }
    say(&format!("  Data      {}", config.data_dir.display()));
    if let Some(runtime) = &running.runtime {
        say(&format!("  {}", runtime.tier().facts_line()));
        say(&format!("  {}", runtime.tier().gaps_line()));
    } else if config.engine == Engine::None {
        say("  Engine    none: every order is taken, and nothing is staged or runs");
    }
    say("");
    say("Next, in another terminal:");
    say(&format!("  cf api {url}"));
    match kept_in.filter(|_| config.uaa.is_none()) {
        Some(path) => say(&format!("  cf login -u admin -p \"$(cat {})\"", path.display())),
        None => say("  cf login"),
    }
    say("  cf create-org my-org && cf target -o my-org && cf create-space dev && cf target -s dev");
    say("  cf push my-app");
    say(&format!("  curl {}", apps.url("my-app")));
    say("");
    for line in apps.how_reached(config, port_80) {
        say(&line);
    }
    say("Ctrl-C stops the server; apps keep running.");
}

/// How apps are reached from outside.
struct App<'a> {
    scheme: &'static str,
    domain: &'a str,
    port: Option<u16>,
}

impl<'a> App<'a> {
    fn new(config: &'a Config, router: RouterAddress) -> Self {
        let scheme = if router.is_tls { "https" } else { "http" };
        Self { scheme, domain: &config.apps_domain, port: router.port }
    }

    fn url(&self, name: &str) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{name}.{}{port}", self.scheme, self.domain)
    }

    /// What stands between a host that `cf app` shows and an answer from it.
    fn how_reached(&self, config: &Config, port_80: &Port80) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(port) = self.port {
            let why = match port_80 {
                Port80::Taken => "Another program listens on port 80, so apps",
                Port80::NotAllowed => "Only root may listen on port 80, so apps",
                Port80::Ours(_) | Port80::NotWanted => "Apps",
            };
            lines.push(format!(
                "{why} are reached on port {port}; `cf app` and `cf routes` show their hosts without it."
            ));
        }
        if is_below_localhost(self.domain) {
            lines.push(format!(
                "Browsers and curl find *.{} by themselves; other programs need a resolver that knows it.",
                self.domain
            ));
            if config.listen.is_ipv4() {
                lines.push(
                    "Where DNS is to be had, --apps-domain 127.0.0.1.nip.io is a domain that every program finds.".to_owned(),
                );
            }
        }
        lines
    }
}

fn is_below_localhost(domain: &str) -> bool {
    domain.ends_with(".localhost")
}

/// One line in the log, as the operator's other lines are.
pub fn announce(config: &Config, roles: &[Role], running: &Running) {
    let name = |role: &Role| role.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned());
    let names: Vec<String> = roles.iter().map(name).collect();
    tracing::info!(
        roles = names.join(","),
        listen = %config.listen,
        api = config.external_url,
        apps = format!("*.{}", config.apps_domain),
        users = config.uaa.as_ref().map_or("the login server inside", |uaa| &uaa.url),
        data = %config.data_dir.display(),
        database = config.database_name(),
        "serving"
    );
    if let Some(runtime) = &running.runtime {
        tracing::info!("{}", runtime.tier().facts_line());
        tracing::info!("{}", runtime.tier().gaps_line());
    }
}

pub fn farewell(left: usize, config: &Config) {
    match left {
        0 => say("Stopped. No app instance is running."),
        1 => say("Stopped. 1 app instance keeps running."),
        n => say(&format!("Stopped. {n} app instances keep running.")),
    }
    if left > 0 {
        say(&format!("`cc-server down --data-dir {}` stops them.", config.data_dir.display()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;

    fn lines(options: Options, port_80: &Port80, port: Option<u16>) -> String {
        let config = Options { data_dir: Some("/tmp/x".into()), ..options }.resolve().unwrap();
        App::new(&config, RouterAddress { is_tls: false, port }).how_reached(&config, port_80).join("\n")
    }

    #[test]
    fn how_an_app_is_reached_is_said_where_its_host_alone_is_not_enough() {
        let taken = lines(Options::default(), &Port80::Taken, Some(8080));
        assert!(
            taken.contains("Another program listens on port 80, so apps are reached on port 8080"),
            "{taken}"
        );
        assert!(taken.contains("*.apps.localhost") && taken.contains("127.0.0.1.nip.io"), "{taken}");
        let refused = lines(Options::default(), &Port80::NotAllowed, Some(8080));
        assert!(refused.starts_with("Only root may listen on port 80"), "{refused}");
        let named = Options { apps_domain: Some("apps.example.com".into()), ..Options::default() };
        assert_eq!(lines(named, &Port80::NotWanted, None), "", "nothing to be said");
        let six = Options { listen: Some("[::1]:8080".into()), ..Options::default() };
        assert!(!lines(six, &Port80::NotWanted, Some(8080)).contains("nip.io"), "it leads to 127.0.0.1");
    }
}
