//! An app as the API shows it.

use super::App;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

const BASE: &str = "http://localhost:8080";
const PER_PAGE: i64 = 50;

#[derive(Serialize)]
struct Shown<'a> {
    guid: &'a str,
    created_at: String,
    updated_at: String,
    name: &'a str,
    state: &'a str,
    lifecycle: Lifecycle<'a>,
    relationships: Relationships<'a>,
    metadata: Metadata<'a>,
    links: Links,
}

#[derive(Serialize)]
struct Lifecycle<'a> {
    r#type: &'a str,
    data: LifecycleData<'a>,
}

#[derive(Serialize)]
struct LifecycleData<'a> {
    buildpacks: Vec<String>,
    stack: Option<&'a str>,
}

#[derive(Serialize)]
struct Relationships<'a> {
    space: ToOne<'a>,
    current_droplet: ToOne<'a>,
}

#[derive(Serialize)]
struct ToOne<'a> {
    data: Option<Guid<'a>>,
}

#[derive(Serialize)]
struct Guid<'a> {
    guid: &'a str,
}

#[derive(Serialize)]
struct Metadata<'a> {
    #[serde(serialize_with = "map")]
    labels: &'a [(String, String)],
    #[serde(serialize_with = "map")]
    annotations: &'a [(String, String)],
}

#[derive(Serialize)]
struct Link {
    href: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
}

struct Links(Vec<(&'static str, Link)>);

impl Serialize for Links {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, link)| (name, link)))
    }
}

#[derive(Serialize)]
struct Page<'a> {
    pagination: Pagination,
    resources: Vec<Shown<'a>>,
}

#[derive(Serialize)]
struct Pagination {
    total_results: i64,
    total_pages: i64,
    first: Link,
    last: Link,
    next: Option<Link>,
    previous: Option<Link>,
}

fn map<S: Serializer>(pairs: &&[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(pairs.len()))?;
    for (key, value) in *pairs {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

fn link(path: &str) -> Link {
    Link { href: format!("{BASE}{path}"), method: None }
}

fn shown(app: &App) -> anyhow::Result<Shown<'_>> {
    let own = format!("/v3/apps/{}", app.guid);
    let under = |rest: &str| link(&format!("{own}/{rest}"));
    let action = |name: &str| Link { method: Some("POST"), ..under(&format!("actions/{name}")) };
    let guid = |guid| ToOne { data: Some(Guid { guid }) };
    Ok(Shown {
        guid: &app.guid,
        created_at: time(app.created_at),
        updated_at: time(app.updated_at),
        name: &app.name,
        state: &app.state,
        lifecycle: Lifecycle {
            r#type: &app.lifecycle,
            data: LifecycleData {
                buildpacks: serde_json::from_str(&app.buildpacks)?,
                stack: app.stack.as_deref(),
            },
        },
        relationships: Relationships {
            space: guid(&app.space),
            current_droplet: app.droplet.as_deref().map_or(ToOne { data: None }, guid),
        },
        metadata: Metadata { labels: &app.labels, annotations: &app.annotations },
        links: Links(vec![
            ("self", link(&own)),
            ("environment_variables", under("environment_variables")),
            ("space", link(&format!("/v3/spaces/{}", app.space))),
            ("processes", under("processes")),
            ("packages", under("packages")),
            ("current_droplet", under("droplets/current")),
            ("droplets", under("droplets")),
            ("tasks", under("tasks")),
            ("start", action("start")),
            ("stop", action("stop")),
            ("clear_buildpack_cache", action("clear_buildpack_cache")),
            ("revisions", under("revisions")),
            ("deployed_revisions", under("revisions/deployed")),
            ("features", under("features")),
        ]),
    })
}

/// RFC 3339 to the second, by the calendar's arithmetic (Howard Hinnant's `civil_from_days`).
fn time(micros: i64) -> String {
    let seconds = micros.div_euclid(1_000_000);
    let (days, of_day) = (seconds.div_euclid(86_400) + 719_468, seconds.rem_euclid(86_400));
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", of_day / 3_600, of_day / 60 % 60, of_day % 60)
}

pub fn app(app: &App) -> anyhow::Result<Vec<u8>> {
    Ok(serde_json::to_vec(&shown(app)?)?)
}

/// The first page.
pub fn page(apps: &[App], total: i64) -> anyhow::Result<Vec<u8>> {
    let pages = (total + PER_PAGE - 1) / PER_PAGE;
    let numbered = |page: i64| link(&format!("/v3/apps?page={page}&per_page={PER_PAGE}"));
    let pagination = Pagination {
        total_results: total,
        total_pages: pages,
        first: numbered(1),
        last: numbered(pages),
        next: (pages > 1).then(|| numbered(2)),
        previous: None,
    };
    let resources = apps.iter().map(shown).collect::<Result<_, _>>()?;
    Ok(serde_json::to_vec(&Page { pagination, resources })?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_moment_is_written_as_in_the_api() {
        assert_eq!(super::time(1_700_000_000_000_000), "2023-11-14T22:13:20Z");
        assert_eq!(super::time(951_782_400_000_000), "2000-02-29T00:00:00Z");
    }
}
