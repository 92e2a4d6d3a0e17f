//! On rusqlite, in place.

use super::{App, NewApp, sql};
use rusqlite::{Connection, Row, TransactionBehavior, params};

/// As our store opens its connections.
const SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA foreign_keys = on; \
     PRAGMA cache_size = -4096; PRAGMA mmap_size = 67108864; PRAGMA temp_store = memory;";

pub struct Floor {
    connection: Connection,
}

fn app(row: &Row) -> rusqlite::Result<App> {
    let (_, _, _, _): (bool, bool, bool, bool) = (row.get(9)?, row.get(10)?, row.get(11)?, row.get(12)?);
    Ok(App {
        id: row.get(0)?,
        guid: row.get(1)?,
        name: row.get(2)?,
        space: row.get(3)?,
        state: row.get(4)?,
        lifecycle: row.get(5)?,
        buildpacks: row.get(6)?,
        stack: row.get(7)?,
        droplet: row.get(8)?,
        created_at: row.get(13)?,
        updated_at: row.get(14)?,
        ..App::default()
    })
}

/// The apps with their metadata, by two more statements.
fn with_metadata(connection: &Connection, mut apps: Vec<App>) -> anyhow::Result<Vec<App>> {
    let ids = serde_json::to_string(&apps.iter().map(|a| a.id).collect::<Vec<_>>())?;
    for text in [sql::LABELS, sql::ANNOTATIONS] {
        let mut statement = connection.prepare_cached(&sql::sqlite(text))?;
        let mut rows = statement.query(params!["app", ids])?;
        while let Some(row) = rows.next()? {
            let (id, name, value): (i64, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
            if let Some(app) = apps.iter_mut().find(|a| a.id == id) {
                let list = if text == sql::LABELS { &mut app.labels } else { &mut app.annotations };
                list.push((name, value));
            }
        }
    }
    Ok(apps)
}

impl Floor {
    pub fn open(path: &str) -> anyhow::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SETUP)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self { connection })
    }

    pub fn app(&mut self, guid: &str) -> anyhow::Result<App> {
        let found = self.connection.prepare_cached(&sql::sqlite(sql::APP))?.query_row([guid], app)?;
        Ok(with_metadata(&self.connection, vec![found])?.remove(0))
    }

    pub fn apps(&mut self, user: Option<&str>) -> anyhow::Result<(Vec<App>, i64)> {
        let id = |row: &Row| row.get::<_, i64>(0);
        let managers = "[\"organization_manager\"]";
        let connection = &self.connection;
        let prepared = |text: &str| connection.prepare_cached(&sql::sqlite(text));
        let (ids, total): (Vec<i64>, i64) = match user {
            Some(user) => (
                prepared(sql::USER_IDS)?
                    .query_map(params![user, user, managers, 50, 0], id)?
                    .collect::<Result<_, _>>()?,
                prepared(sql::USER_COUNT)?.query_row(params![user, user, managers], id)?,
            ),
            None => (
                prepared(sql::ALL_IDS)?.query_map([50, 0], id)?.collect::<Result<_, _>>()?,
                prepared(sql::ALL_COUNT)?.query_row([], id)?,
            ),
        };
        let ids = serde_json::to_string(&ids)?;
        let apps = prepared(sql::APPS)?.query_map([ids], app)?.collect::<Result<_, _>>()?;
        Ok((with_metadata(connection, apps)?, total))
    }

    pub fn create(&mut self, new: &NewApp) -> anyhow::Result<App> {
        let space = &new.relationships.space.data.guid;
        let since = super::now();
        let guid = format!("floor-{}", new.name);
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let one = |text: &str, key: &dyn rusqlite::ToSql| -> rusqlite::Result<i64> {
            tx.prepare_cached(&sql::sqlite(text))?.query_row([key], |row| row.get(0))
        };
        let all = |text: &str, values: &[&dyn rusqlite::ToSql]| -> rusqlite::Result<usize> {
            let mut statement = tx.prepare_cached(&sql::sqlite(text))?;
            let mut rows = statement.query(values)?;
            let mut count = 0;
            while rows.next()?.is_some() {
                count += 1;
            }
            Ok(count)
        };
        let space_row: (i64, String) =
            tx.prepare_cached(sql::SPACE)?.query_row([space], |row| Ok((row.get(0)?, row.get(3)?)))?;
        let ids = format!("[{}]", space_row.0);
        all(sql::LABELS, &[&"space", &ids])?;
        all(sql::ANNOTATIONS, &[&"space", &ids])?;
        let id = one(sql::SPACE_ID, space)?;
        let organization = one(sql::STANDING, &id)?;
        all(sql::ROLES, &[&"u", &organization, &id])?;
        all(sql::FLAGS, &[])?;
        let space_id = one(sql::SPACE_ID, space)?;
        let app_id: i64 = tx
            .prepare_cached(sql::NEW_APP)?
            .query_row(params![guid, new.name, new.name, space_id, since, since], |row| row.get(0))?;
        let known = one(sql::APP_ID, &guid)?;
        tx.prepare_cached(sql::NEW_PROCESS)?
            .query_row(params![guid, known, guid, since, since], |row| row.get::<_, i64>(0))?;
        for kind in ["audit.app.create", "audit.app.process.create"] {
            let event = format!("{guid}-{kind}");
            tx.prepare_cached(sql::NEW_EVENT)?.execute(params![
                event,
                kind,
                guid,
                new.name,
                "{}",
                space,
                space_row.1,
                since
            ])?;
        }
        tx.commit()?;
        Ok(created(new, app_id, guid, since))
    }
}

/// The app that was made, without asking for it again.
pub fn created(new: &NewApp, id: i64, guid: String, now: i64) -> App {
    App {
        id,
        guid,
        name: new.name.clone(),
        space: new.relationships.space.data.guid.clone(),
        state: "STOPPED".to_owned(),
        lifecycle: "buildpack".to_owned(),
        buildpacks: "[]".to_owned(),
        stack: Some("cflinuxfs4".to_owned()),
        created_at: now,
        updated_at: now,
        ..App::default()
    }
}
