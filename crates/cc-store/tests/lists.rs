//! Pages, orders, filters and label selectors, and what they cost.

use crate::both_engines;
use crate::db::{Build, Db, an_app, guid, metadata, name, now, page};
use cc_domain::access::RoleKind;
use cc_domain::actor::Principal;
use cc_domain::app::{App, AppFilter, DesiredState, EnvironmentVariables, Lifecycle, LifecycleKind};
use cc_domain::label_selector::{Operator, Requirement, parse};
use cc_domain::list::{Common, Order, OrderKey, PageRequest, Scope, TimeFilter};
use cc_domain::metadata::Key;
use cc_domain::organization::OrganizationFilter;
use cc_domain::space::SpaceFilter;
use cc_domain::store::Store;

/// Apps whose times, names, states and labels repeat and do not follow insertion.
async fn some_apps(db: &Db, count: i64) -> Vec<App> {
    let build = Build::on(db);
    build.organization("o").await;
    build.space("s", "o").await;
    build.space("t", "o").await;
    build.role(RoleKind::SpaceDeveloper, "developer", "s").await;
    let mut apps = Vec::new();
    let mut tx = db.begin().await.unwrap();
    for i in 0..count {
        let mut app = an_app(&format!("app-{i}"), if i % 3 == 0 { "t" } else { "s" });
        app.name = name(&format!("N{}-{i}", (i * 7) % 5));
        app.created_at = now((i * 5) % 7);
        app.updated_at = now((i * 3) % 4);
        app.state = if i % 2 == 0 { DesiredState::Started } else { DesiredState::Stopped };
        if i % 4 == 0 {
            app.lifecycle = Lifecycle::Docker;
        } else if i % 4 == 1 {
            app.lifecycle = Lifecycle::Buildpack { buildpacks: Vec::new(), stack: Some("cflinuxfs4".into()) };
        }
        let values = ["red", "green", ""];
        let mut pairs = Vec::new();
        if i % 2 == 0 {
            pairs.push(("colour", values[usize::try_from(i / 2 % 3).unwrap()]));
        }
        if i % 5 == 0 {
            pairs.push(("x.io/colour", "red"));
        }
        app.metadata = metadata(&pairs);
        tx.insert_app(&app, &EnvironmentVariables::default()).await.unwrap();
        apps.push(app);
    }
    tx.commit().await.unwrap();
    apps
}

async fn all(db: &Db, filter: &AppFilter, order: Order, scope: &Scope) -> Vec<App> {
    let request = PageRequest { page: 1, per_page: 5_000, order };
    db.reader().await.unwrap().list_apps(filter, &request, scope).await.unwrap().items
}

/// What a requirement means, said without SQL.
fn holds(app: &App, requirement: &Requirement) -> bool {
    let value = app.metadata.labels.get(&requirement.key);
    match &requirement.operator {
        Operator::Exists => value.is_some(),
        Operator::NotExists => value.is_none(),
        Operator::In(values) => value.is_some_and(|v| values.contains(v)),
        Operator::NotIn(values) => value.is_none_or(|v| !values.contains(v)),
    }
}

both_engines! {
    async fn pages_are_a_partition_of_the_list_in_every_order(db: Db) {
        let apps = some_apps(&db, 23).await;
        let keys = [OrderKey::Insertion, OrderKey::CreatedAt, OrderKey::UpdatedAt, OrderKey::Name, OrderKey::State, OrderKey::Lifecycle];
        for by in keys {
            for descending in [false, true] {
                for (scope, size) in [(Scope::Everything, 23_usize), (Scope::User(Principal::user("developer")), 15)] {
                    let mut expected: Vec<&App> = apps.iter().filter(|a| scope == Scope::Everything || a.space.as_str() == "s").collect();
                    expected.sort_by(|a, b| match by {
                        OrderKey::CreatedAt => a.created_at.cmp(&b.created_at),
                        OrderKey::UpdatedAt => a.updated_at.cmp(&b.updated_at),
                        OrderKey::Name => a.name.cmp(&b.name),
                        OrderKey::State => a.state.as_str().cmp(b.state.as_str()),
                        OrderKey::Lifecycle => a.lifecycle.kind().as_str().cmp(b.lifecycle.kind().as_str()),
                        _ => std::cmp::Ordering::Equal,
                    });
                    if descending {
                        // Ties are broken by insertion in the same direction.
                        expected.reverse();
                    }
                    for per_page in [1_u32, 4, 7, 15, 23, 50] {
                        let mut seen = Vec::new();
                        for number in 1.. {
                            let request = PageRequest { page: number, per_page, order: Order { by, descending } };
                            let page = db.reader().await.unwrap().list_apps(&AppFilter::default(), &request, &scope).await.unwrap();
                            if page.items.is_empty() {
                                assert_eq!(page.total, 0, "a page past the end counts nothing");
                                break;
                            }
                            assert_eq!(page.total, size as u64);
                            assert!(page.items.len() <= per_page as usize);
                            seen.extend(page.items);
                        }
                        assert_eq!(seen.iter().collect::<Vec<_>>(), expected, "{by:?} {descending} {per_page}");
                    }
                }
            }
        }
    }

    async fn apps_are_narrowed_by_each_filter(db: Db) {
        let apps = some_apps(&db, 23).await;
        let list = |texts: &[&str]| Some(texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>());
        let stack = |a: &App| a.lifecycle.stack().map(str::to_owned);
        let is_buildpack = |a: &App| a.lifecycle.kind() == LifecycleKind::Buildpack;
        type Case<'a> = (AppFilter, Box<dyn Fn(&App) -> bool + 'a>);
        let cases: Vec<Case> = vec![
            (AppFilter { names: list(&["n0-0", "N2-1", "none"]), ..Default::default() }, Box::new(|a| ["N0-0", "N2-1"].contains(&a.name.as_str()))),
            (AppFilter { space_guids: list(&["t"]), ..Default::default() }, Box::new(|a| a.space.as_str() == "t")),
            (AppFilter { organization_guids: list(&["o"]), ..Default::default() }, Box::new(|_| true)),
            (AppFilter { organization_guids: list(&["p"]), ..Default::default() }, Box::new(|_| false)),
            (AppFilter { stacks: list(&["cflinuxfs4"]), ..Default::default() }, Box::new(move |a| stack(a).as_deref() == Some("cflinuxfs4"))),
            (AppFilter { stacks: list(&[""]), ..Default::default() }, Box::new(move |a| is_buildpack(a) && stack(a).is_none())),
            (AppFilter { lifecycle: Some(LifecycleKind::Docker), ..Default::default() }, Box::new(|a| a.lifecycle == Lifecycle::Docker)),
            (AppFilter { names: Some(Vec::new()), ..Default::default() }, Box::new(|_| false)),
            (AppFilter { common: Common { guids: list(&["app-3", "app-4"]), ..Default::default() }, ..Default::default() }, Box::new(|a| ["app-3", "app-4"].contains(&a.guid.as_str()))),
            (AppFilter { common: Common { created: vec![TimeFilter::From(now(2)), TimeFilter::UpTo(now(4))], ..Default::default() }, ..Default::default() }, Box::new(|a| (now(2)..=now(4)).contains(&a.created_at))),
            (AppFilter { common: Common { updated: vec![TimeFilter::In(vec![now(0), now(3)])], ..Default::default() }, ..Default::default() }, Box::new(|a| a.updated_at == now(0) || a.updated_at == now(3))),
        ];
        for (filter, matches) in cases {
            let expected: Vec<App> = apps.iter().filter(|a| matches(a)).cloned().collect();
            assert_eq!(all(&db, &filter, Order::default(), &Scope::Everything).await, expected, "{filter:?}");
        }
    }

    async fn a_label_selector_finds_what_it_says(db: Db) {
        let apps = some_apps(&db, 30).await;
        let mut selectors: Vec<Vec<Requirement>> = [
            "colour", "!colour", "colour=red", "colour!=red", "colour in (red,green)", "colour notin (red,green)",
            "x.io/colour", "x.io/colour=green", "!x.io/colour", "none", "!none", "colour=red,x.io/colour",
            "colour,!x.io/colour,colour!=green", "colour!=red,colour!=green,colour",
        ].iter().map(|text| parse(text).unwrap()).collect();
        let key = Key { prefix: String::new(), name: "colour".into() };
        selectors.push(vec![Requirement { key: key.clone(), operator: Operator::In(Vec::new()) }]);
        selectors.push(vec![Requirement { key, operator: Operator::NotIn(Vec::new()) }]);
        for labels in selectors {
            for scope in [Scope::Everything, Scope::User(Principal::user("developer"))] {
                let expected: Vec<App> = apps.iter()
                    .filter(|a| scope == Scope::Everything || a.space.as_str() == "s")
                    .filter(|a| labels.iter().all(|r| holds(a, r)))
                    .cloned().collect();
                let filter = AppFilter { common: Common { labels: labels.clone(), ..Default::default() }, ..Default::default() };
                assert_eq!(all(&db, &filter, Order::default(), &scope).await, expected, "{labels:?} {scope:?}");
                let first = db.reader().await.unwrap().list_apps(&filter, &page(1, 1), &scope).await.unwrap();
                assert_eq!(first.total, expected.len() as u64, "{labels:?}");
            }
        }
    }

    async fn labels_of_another_kind_of_resource_do_not_count(db: Db) {
        let mut organization = crate::db::an_organization("o");
        organization.metadata = metadata(&[("a", "1")]);
        let mut tx = db.begin().await.unwrap();
        tx.insert_organization(&organization).await.unwrap();
        tx.insert_space(&crate::db::a_space("s", "o")).await.unwrap();
        tx.commit().await.unwrap();
        let common = Common { labels: parse("a=1").unwrap(), ..Default::default() };
        let mut reader = db.reader().await.unwrap();
        let spaces = reader.list_spaces(&SpaceFilter { common: common.clone(), ..Default::default() }, &page(1, 5), &Scope::Everything).await.unwrap();
        assert_eq!(spaces.total, 0);
        let organizations = reader.list_organizations(&OrganizationFilter { common, ..Default::default() }, &page(1, 5), &Scope::Everything).await.unwrap();
        assert_eq!(organizations.items, vec![organization]);
    }

    async fn a_page_costs_the_same_however_long_it_is(db: Db) {
        some_apps(&db, 23).await;
        let scope = Scope::User(Principal::user("developer"));
        let filter = AppFilter { common: Common { labels: parse("!none").unwrap(), ..Default::default() }, ..Default::default() };
        let mut costs = Vec::new();
        for per_page in [1, 3, 15] {
            let mut reader = db.reader().await.unwrap();
            let before = db.statements();
            let listed = reader.list_apps(&filter, &page(1, per_page), &scope).await.unwrap();
            costs.push(db.statements() - before);
            assert_eq!(listed.items.len(), per_page as usize);
        }
        // The ids, the count since the page is full, the rows, labels, annotations.
        assert_eq!(costs, vec![5, 5, 5]);
        let mut reader = db.reader().await.unwrap();
        let before = db.statements();
        reader.list_apps(&filter, &page(1, 50), &scope).await.unwrap();
        assert_eq!(db.statements() - before, 4, "a page that is not full needs no count");
    }

    async fn the_total_of_everything_is_counted_once_between_changes(db: Db) {
        some_apps(&db, 7).await;
        let filter = AppFilter::default();
        let mut costs = Vec::new();
        for _ in 0..2 {
            let mut reader = db.reader().await.unwrap();
            let before = db.statements();
            assert_eq!(reader.list_apps(&filter, &page(1, 2), &Scope::Everything).await.unwrap().total, 7);
            costs.push(db.statements() - before);
        }
        // On PostgreSQL others may have changed it, so the second may fall into another second.
        let saved = costs[0] - costs[1];
        assert!(saved == 1 || (saved == 0 && matches!(db.engine, crate::db::Engine::Postgres)), "{costs:?}");
        Build::on(&db).app("one-more", "s").await;
        let mut reader = db.reader().await.unwrap();
        assert_eq!(reader.list_apps(&filter, &page(1, 2), &Scope::Everything).await.unwrap().total, 8);
    }

    async fn an_empty_list_of_guids_includes_nothing(db: Db) {
        Build::on(&db).organization("o").await;
        let mut reader = db.reader().await.unwrap();
        assert!(reader.organizations_by_guid(&[]).await.unwrap().is_empty());
        assert!(reader.users_by_guid(&[guid("none")]).await.unwrap().is_empty());
    }

    async fn texts_that_look_like_sql_are_only_texts(db: Db) {
        let build = Build::on(&db);
        let odd = "Robert'); DROP TABLE apps;--\"?$1%_";
        build.organization(odd).await;
        build.space(odd, odd).await;
        build.app(odd, odd).await;
        let filter = AppFilter { names: Some(vec![odd.to_lowercase()]), space_guids: Some(vec![odd.into()]), ..Default::default() };
        assert_eq!(all(&db, &filter, Order::default(), &Scope::Everything).await.len(), 1);
        let other = AppFilter { names: Some(vec!["%".into(), "_".into(), "r%".into()]), ..Default::default() };
        assert_eq!(all(&db, &other, Order::default(), &Scope::Everything).await.len(), 0);
    }
}
