//! Configuration: flags, then environment, then one TOML file, then defaults; every problem is said at once.

mod app_network;
mod file;
mod limits;
mod uaa;

pub use limits::Limits;
pub use uaa::Uaa;

use crate::cli::{Engine, Isolation, LogFormat, Network};
use crate::problem::Problem;
use cc_domain::build::StagingSettings;
use cc_domain::quantity::Megabytes;
use cc_domain::runtime::EgressRule;
use cc_domain::secret::Secret;
use cc_domain::security_group::RuleSettings;
use clap::Args;
use serde::Deserialize;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// Every setting as it may be given: a flag, an environment variable `CC_…`, or a key of the file of the same name.
#[derive(Args, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// TOML file with any of the settings below
    #[arg(long, env = "CC_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Where database, blobs, keys and apps are kept [default: the platform's data folder]
    #[arg(long, env = "CC_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Address of API, login, logs and apps [default: 127.0.0.1:8080]
    #[arg(long, env = "CC_LISTEN", value_name = "ADDR:PORT")]
    pub listen: Option<String>,
    /// postgres://… or sqlite:PATH [default: SQLite in the data folder]
    #[arg(long, env = "CC_DATABASE", value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Domain under which apps are reached [default: apps.localhost]
    #[arg(long, env = "CC_APPS_DOMAIN", value_name = "NAME")]
    pub apps_domain: Option<String>,
    /// No private domain is a public suffix, as in co.uk [default: true]
    #[arg(long, env = "CC_RESERVE_PUBLIC_SUFFIXES", value_name = "BOOL")]
    pub reserve_public_suffixes: Option<bool>,
    /// URL under which clients reach the API [default: http://localhost and the port]
    #[arg(long, env = "CC_EXTERNAL_URL", value_name = "URL")]
    pub external_url: Option<String>,
    /// URL of an external UAA whose tokens count instead of those of the login server inside
    #[arg(long, env = "CC_UAA_URL", value_name = "URL")]
    pub uaa_url: Option<String>,
    /// What the tokens of the external UAA name as their issuer [default: its URL and /oauth/token]
    #[arg(long, env = "CC_UAA_ISSUER", value_name = "URL")]
    pub uaa_issuer: Option<String>,
    /// Client of the external UAA that may look up users; without one they are known by guid only
    #[arg(long, env = "CC_UAA_CLIENT_ID", value_name = "ID")]
    pub uaa_client_id: Option<String>,
    /// Its secret; better as the variable or from a file than as a flag, which everybody on the machine can read
    #[arg(long, env = "CC_UAA_CLIENT_SECRET", value_name = "SECRET", hide_env_values = true)]
    #[serde(deserialize_with = "uaa::secret")]
    pub uaa_client_secret: Option<Secret>,
    /// File with its secret
    #[arg(long, env = "CC_UAA_CLIENT_SECRET_FILE", value_name = "FILE")]
    pub uaa_client_secret_file: Option<PathBuf>,
    /// What stages and runs apps [default: local]
    #[arg(long, env = "CC_ENGINE", value_enum, value_name = "ENGINE")]
    pub engine: Option<Engine>,
    /// How apps are kept apart [default: auto]
    #[arg(long, env = "CC_ISOLATION", value_enum, value_name = "TIER")]
    pub isolation: Option<Isolation>,
    /// Which network apps have [default: auto]
    #[arg(long, env = "CC_NETWORK", value_enum, value_name = "NETWORK")]
    pub network: Option<Network>,
    /// Ports of the host for apps that use its network [default: 20000-27999]
    #[arg(long, env = "CC_APP_PORTS", value_name = "FIRST-LAST")]
    pub app_ports: Option<String>,
    /// Networks that apps with networks of their own may reach too, as in 10.0.0.0/8:5432,192.168.1.5 [default: none]
    #[arg(long, env = "CC_APP_EGRESS", value_name = "LIST")]
    pub app_egress: Option<String>,
    /// Whether rules of security groups may name addresses of IPv6 [default: false]
    #[arg(long, env = "CC_SECURITY_GROUP_IPV6", value_name = "BOOL")]
    pub security_group_ipv6: Option<bool>,
    /// Whether they may name several destinations at once [default: false]
    #[arg(long, env = "CC_SECURITY_GROUP_LISTS", value_name = "BOOL")]
    pub security_group_lists: Option<bool>,
    /// Form of the server's own log [default: text]
    #[arg(long, env = "CC_LOG_FORMAT", value_enum, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// Milliseconds that a read of something about to change may be held [default: 2000]
    #[arg(long, env = "CC_HOLD_MS", value_name = "MS")]
    pub hold_ms: Option<u64>,
    /// Memory in MiB that all apps may use together [default: 80 % of the machine's]
    #[arg(long, env = "CC_APPS_MEMORY_MB", value_name = "MIB")]
    pub apps_memory_mb: Option<u32>,
    /// Memory in MiB of an app that asks for none [default: 256 with up, 1024 with serve]
    #[arg(long, env = "CC_DEFAULT_APP_MEMORY_MB", value_name = "MIB")]
    pub default_app_memory_mb: Option<u32>,
    /// The least memory in MiB of a staging [default: 1024]
    #[arg(long, env = "CC_MIN_STAGING_MEMORY_MB", value_name = "MIB")]
    pub min_staging_memory_mb: Option<u32>,
    /// The least disk in MiB of a staging [default: 4096]
    #[arg(long, env = "CC_MIN_STAGING_DISK_MB", value_name = "MIB")]
    pub min_staging_disk_mb: Option<u32>,
    /// The largest package and buildpack in MiB, as uploaded and unpacked [default: 1536]
    #[arg(long, env = "CC_MAX_UPLOAD_MB", value_name = "MIB")]
    pub max_upload_mb: Option<u32>,
    /// As root, take port 80 on loopback too if it is free [default: true]
    #[arg(long, env = "CC_PORT_80", value_name = "BOOL")]
    pub port_80: Option<bool>,
    /// Connections to PostgreSQL [default: 16]
    #[arg(long, env = "CC_DATABASE_CONNECTIONS", value_name = "N")]
    pub database_connections: Option<usize>,
    /// Open connections of clients [default: 8192, or what the limit of open files allows]
    #[arg(long, env = "CC_MAX_CONNECTIONS", value_name = "N")]
    pub max_connections: Option<u64>,
    /// Of them, those of one address; raise it where a proxy stands in front [default: 1024]
    #[arg(long, env = "CC_MAX_CONNECTIONS_PER_ADDRESS", value_name = "N")]
    pub max_connections_per_address: Option<u64>,
    /// Seconds that a new connection may be silent [default: 10]
    #[arg(long, env = "CC_FIRST_BYTE_SECONDS", value_name = "S")]
    pub first_byte_seconds: Option<u64>,
    /// Seconds that the header of a request may take [default: 15]
    #[arg(long, env = "CC_HEADER_SECONDS", value_name = "S")]
    pub header_seconds: Option<u64>,
    /// Seconds that a connection is kept between two requests [default: 75]
    #[arg(long, env = "CC_IDLE_SECONDS", value_name = "S")]
    pub idle_seconds: Option<u64>,
    /// Seconds that a request of API or login may take with its body [default: 30]
    #[arg(long, env = "CC_REQUEST_SECONDS", value_name = "S")]
    pub request_seconds: Option<u64>,
    /// Seconds that an app may take until it answers a request [default: 900]
    #[arg(long, env = "CC_APP_RESPONSE_SECONDS", value_name = "S")]
    pub app_response_seconds: Option<u64>,
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub listen: SocketAddr,
    pub database: Database,
    pub database_connections: usize,
    pub apps_domain: String,
    pub reserves_public_suffixes: bool,
    /// Without a trailing slash.
    pub external_url: String,
    /// `None`: the login server inside.
    pub uaa: Option<Uaa>,
    pub engine: Engine,
    pub isolation: Isolation,
    pub network: Network,
    /// Of the host; None: the engine's default.
    pub app_ports: Option<RangeInclusive<u16>>,
    pub app_egress: Vec<EgressRule>,
    pub log_format: LogFormat,
    pub hold_ms: u64,
    pub apps_memory_mb: Option<u32>,
    pub default_app_memory_mb: Option<u32>,
    pub staging: StagingSettings,
    pub max_upload_mb: u32,
    pub security_group_rules: RuleSettings,
    pub takes_port_80: bool,
    pub limits: Limits,
}

impl Config {
    /// The file of a SQLite database.
    pub fn sqlite(&self) -> Option<&Path> {
        match &self.database {
            Database::Sqlite(path) => Some(path),
            Database::Postgres(_) => None,
        }
    }

    /// The database as an operator knows it, without credentials.
    pub fn database_name(&self) -> String {
        match &self.database {
            Database::Sqlite(path) => format!("the database {}", path.display()),
            Database::Postgres(url) => {
                let (_, rest) = url.expose().split_once("://").unwrap_or_default();
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                format!("the PostgreSQL database {}", place.split('?').next().unwrap_or_default())
            }
        }
    }
}

#[derive(Clone)]
pub enum Database {
    Sqlite(PathBuf),
    Postgres(Secret),
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        })
    }
}

impl Options {
    /// Flags and environment over the file over the defaults.
    pub fn resolve(self) -> Result<Config, Problem> {
        let file = match &self.config {
            Some(path) => file::read(path)?,
            None => Self::default(),
        };
        let mut wrong = Vec::new();
        let limits = Limits::resolve(&self, &file, &mut wrong);
        let uaa = Uaa::resolve(&self, &file, &mut wrong);
        let data_dir = self.data_dir.or(file.data_dir).or_else(default_data_dir);
        if data_dir.is_none() {
            wrong.push("there is no home folder to keep data in; name one with --data-dir".to_owned());
        }
        let data_dir = data_dir.unwrap_or_default();
        let listen = self.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let listen = listen.parse::<SocketAddr>().map_err(|_| {
            wrong.push(format!(
                "'{listen}' is not an address to listen on; give an IP and a port, as in 127.0.0.1:8080"
            ));
        });
        let database = match self.database.or(file.database) {
            None => Some(Database::Sqlite(data_dir.join("cc.db"))),
            Some(url) => parse_database(url),
        };
        if database.is_none() {
            wrong.push("the database must be postgres://… or sqlite:PATH".to_owned());
        }
        let apps_domain =
            self.apps_domain.or(file.apps_domain).unwrap_or_else(|| "apps.localhost".to_owned());
        if !is_domain(&apps_domain) {
            wrong.push(format!("'{apps_domain}' is no domain for apps; it needs two or more labels of letters, digits and '-'"));
        }
        let port = listen.as_ref().map_or(8080, SocketAddr::port);
        let external_url = self
            .external_url
            .or(file.external_url)
            .unwrap_or_else(|| format!("http://localhost:{port}"))
            .trim_end_matches('/')
            .to_owned();
        if !is_http(&external_url) {
            wrong.push(format!(
                "'{external_url}' is no URL of the API; give one that begins with http:// or https://"
            ));
        }
        if listen.as_ref().is_ok_and(|listen| listen.port() == 0) {
            wrong.push("port 0 would be another at each start; name a port to listen on".to_owned());
        }
        let app_ports = self.app_ports.or(file.app_ports);
        let app_ports =
            app_ports.and_then(|text| app_network::parse_ports(&text).map_err(|why| wrong.push(why)).ok());
        let app_egress = self.app_egress.or(file.app_egress).unwrap_or_default();
        let app_egress = app_network::parse_egress(&app_egress, &mut wrong);
        let numbers = Numbers {
            hold_ms: self.hold_ms.or(file.hold_ms).unwrap_or(2_000),
            apps_memory_mb: self.apps_memory_mb.or(file.apps_memory_mb),
            max_upload_mb: self.max_upload_mb.or(file.max_upload_mb).unwrap_or(1_536),
            default_app_memory_mb: self.default_app_memory_mb.or(file.default_app_memory_mb),
            database_connections: self.database_connections.or(file.database_connections).unwrap_or(16),
        };
        wrong.extend(numbers.problems());
        let mut staging = StagingSettings::default();
        let least = [
            (
                "min_staging_memory_mb",
                self.min_staging_memory_mb.or(file.min_staging_memory_mb),
                &mut staging.min_memory,
            ),
            (
                "min_staging_disk_mb",
                self.min_staging_disk_mb.or(file.min_staging_disk_mb),
                &mut staging.min_disk,
            ),
        ];
        for (name, given, setting) in least {
            let Some(mb) = given else { continue };
            match Megabytes::new(i64::from(mb)) {
                Some(megabytes) => *setting = megabytes,
                None => wrong.push(format!("{name} = {mb} cannot be: a staging has 1 to 2147483647 MiB")),
            }
        }
        match (wrong.is_empty(), listen, database) {
            (true, Ok(listen), Some(database)) => Ok(Config {
                data_dir,
                listen,
                database,
                database_connections: numbers.database_connections,
                apps_domain: apps_domain.to_ascii_lowercase(),
                reserves_public_suffixes: self
                    .reserve_public_suffixes
                    .or(file.reserve_public_suffixes)
                    .unwrap_or(true),
                external_url,
                uaa,
                engine: self.engine.or(file.engine).unwrap_or_default(),
                isolation: self.isolation.or(file.isolation).unwrap_or_default(),
                network: self.network.or(file.network).unwrap_or_default(),
                app_ports,
                app_egress,
                log_format: self.log_format.or(file.log_format).unwrap_or_default(),
                hold_ms: numbers.hold_ms,
                apps_memory_mb: numbers.apps_memory_mb,
                default_app_memory_mb: numbers.default_app_memory_mb,
                staging,
                max_upload_mb: numbers.max_upload_mb,
                security_group_rules: RuleSettings {
                    ipv6: self.security_group_ipv6.or(file.security_group_ipv6).unwrap_or(false),
                    lists: self.security_group_lists.or(file.security_group_lists).unwrap_or(false),
                },
                takes_port_80: self.port_80.or(file.port_80).unwrap_or(true),
                limits,
            }),
            _ => Err(Problem::Configuration(wrong)),
        }
    }
}

/// Settings that are numbers, each with the bounds within which a server can work.
struct Numbers {
    hold_ms: u64,
    apps_memory_mb: Option<u32>,
    max_upload_mb: u32,
    default_app_memory_mb: Option<u32>,
    database_connections: usize,
}

/// Clients give up a read that is held longer.
const LONGEST_HOLD_MS: u64 = 30_000;
/// Less is no room for one staging, let alone an app.
const LEAST_APPS_MEMORY_MB: u32 = 64;

impl Numbers {
    fn problems(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |is_good: bool, name: &str, given: u64, why: &str| {
            if !is_good {
                wrong.push(format!("{name} = {given} cannot be: {why}"));
            }
        };
        check(
            self.hold_ms <= LONGEST_HOLD_MS,
            "hold_ms",
            self.hold_ms,
            &format!("at most {LONGEST_HOLD_MS} milliseconds, before clients give up; 0 holds nothing"),
        );
        if let Some(mb) = self.apps_memory_mb {
            check(
                mb >= LEAST_APPS_MEMORY_MB,
                "apps_memory_mb",
                mb.into(),
                &format!("no app would find room; give {LEAST_APPS_MEMORY_MB} MiB or more"),
            );
        }
        check(
            self.max_upload_mb >= 1,
            "max_upload_mb",
            self.max_upload_mb.into(),
            "nothing could be pushed; give 1 MiB or more",
        );
        if let Some(mb) = self.default_app_memory_mb {
            let is_good = Megabytes::new(i64::from(mb)).is_some();
            check(is_good, "default_app_memory_mb", mb.into(), "a process has 1 to 2147483647 MiB");
            let most = self.apps_memory_mb.unwrap_or(u32::MAX);
            check(
                mb <= most,
                "default_app_memory_mb",
                mb.into(),
                "that is more than apps_memory_mb for all apps",
            );
        }
        let connections = self.database_connections;
        check(
            (1..=1_000).contains(&connections),
            "database_connections",
            u64::try_from(connections).unwrap_or(u64::MAX),
            "1 to 1000",
        );
        wrong
    }
}

fn parse_database(url: String) -> Option<Database> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Some(Database::Postgres(Secret::from(url)));
    }
    let path = url.strip_prefix("sqlite:")?;
    (!path.is_empty()).then(|| Database::Sqlite(PathBuf::from(path.trim_start_matches("//"))))
}

fn is_http(url: &str) -> bool {
    (url.starts_with("http://") || url.starts_with("https://")) && url.parse::<http::Uri>().is_ok()
}

/// `/var/lib/cc-server` for root, else the user's data folder.
fn default_data_dir() -> Option<PathBuf> {
    if nix::unistd::geteuid().is_root() {
        return Some(PathBuf::from("/var/lib/cc-server"));
    }
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    data.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/share")))
        .map(|d| d.join("cc-server"))
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253
        && text.contains('.')
        && text.split('.').all(is_label)
        && text.parse::<std::net::IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_said_at_once() {
        let options = Options {
            data_dir: Some("/tmp/x".into()),
            listen: Some("here".into()),
            database: Some("mysql://x".into()),
            apps_domain: Some("localhost".into()),
            external_url: Some("ftp://x".into()),
            ..Options::default()
        };
        let Err(Problem::Configuration(wrong)) = options.resolve() else { panic!("the options are wrong") };
        assert_eq!(wrong.len(), 4, "{wrong:?}");
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cc.toml");
        std::fs::write(
            &path,
            "listen = \"127.0.0.1:9000\"\napps_domain = \"a.example\"\ndata_dir = \"/tmp/x\"\n",
        )
        .unwrap();
        let options =
            Options { config: Some(path), apps_domain: Some("B.example".into()), ..Options::default() };
        let config = options.resolve().unwrap();
        assert_eq!(config.listen.port(), 9000);
        assert_eq!(config.apps_domain, "b.example");
        assert_eq!(config.external_url, "http://localhost:9000");
        assert!(matches!(config.database, Database::Sqlite(path) if path == Path::new("/tmp/x/cc.db")));
    }

    #[test]
    fn numbers_with_which_a_server_cannot_work_are_refused() {
        type Set = fn(&mut Options);
        let cases: [(&str, Set); 10] = [
            ("apps_memory_mb = 0", |o| o.apps_memory_mb = Some(0)),
            ("apps_memory_mb = 63", |o| o.apps_memory_mb = Some(63)),
            ("max_upload_mb = 0", |o| o.max_upload_mb = Some(0)),
            ("default_app_memory_mb = 0", |o| o.default_app_memory_mb = Some(0)),
            ("default_app_memory_mb = 65", |o| {
                (o.apps_memory_mb, o.default_app_memory_mb) = (Some(64), Some(65));
            }),
            ("min_staging_memory_mb = 0", |o| o.min_staging_memory_mb = Some(0)),
            ("database_connections = 0", |o| o.database_connections = Some(0)),
            ("hold_ms = 30001", |o| o.hold_ms = Some(30_001)),
            ("port 0", |o| o.listen = Some("127.0.0.1:0".into())),
            ("uaa_issuer", |o| o.uaa_issuer = Some("https://uaa.example/oauth/token".into())),
        ];
        for (begins, set) in cases {
            let mut options = Options { data_dir: Some("/tmp/x".into()), ..Options::default() };
            set(&mut options);
            let Err(Problem::Configuration(wrong)) = options.resolve() else { panic!("{begins}") };
            assert_eq!(wrong.len(), 1, "{wrong:?}");
            assert!(wrong[0].starts_with(begins), "{wrong:?}");
        }
    }

    #[test]
    fn a_database_is_named_without_its_password() {
        let named = |url: &str| {
            let options =
                Options { data_dir: Some("/tmp/x".into()), database: Some(url.into()), ..Options::default() };
            options.resolve().unwrap().database_name()
        };
        assert_eq!(
            named("postgres://cc:p@ss@db.example:5432/cc?sslmode=x"),
            "the PostgreSQL database db.example:5432/cc"
        );
        assert_eq!(named("postgres://db.example/cc"), "the PostgreSQL database db.example/cc");
        assert_eq!(named("sqlite:/tmp/x.db"), "the database /tmp/x.db");
    }
}
