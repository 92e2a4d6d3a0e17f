//! On tokio-postgres.

use super::sqlite::created;
use super::{App, NewApp, sql};
use std::collections::HashMap;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};

pub struct Floor {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
}

fn app(row: &Row) -> App {
    let (_, _, _, _): (bool, bool, bool, bool) = (row.get(9), row.get(10), row.get(11), row.get(12));
    App {
        id: row.get(0),
        guid: row.get(1),
        name: row.get(2),
        space: row.get(3),
        state: row.get(4),
        lifecycle: row.get(5),
        buildpacks: row.get(6),
        stack: row.get(7),
        droplet: row.get(8),
        created_at: row.get(13),
        updated_at: row.get(14),
        ..App::default()
    }
}

impl Floor {
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        Ok(Self { client, prepared: HashMap::new() })
    }

    async fn rows(&mut self, text: &'static str, values: &[&(dyn ToSql + Sync)]) -> anyhow::Result<Vec<Row>> {
        let statement = match self.prepared.get(text) {
            Some(statement) => statement.clone(),
            None => {
                let statement = self.client.prepare(&sql::postgres(text)).await?;
                self.prepared.insert(text, statement.clone());
                statement
            }
        };
        Ok(self.client.query(&statement, values).await?)
    }

    /// The first column of the first row.
    async fn one(&mut self, text: &'static str, values: &[&(dyn ToSql + Sync)]) -> anyhow::Result<i64> {
        let rows = self.rows(text, values).await?;
        Ok(rows.first().ok_or_else(|| anyhow::anyhow!("no row for {text}"))?.get(0))
    }

    /// The apps with their metadata, by two more statements.
    async fn with_metadata(&mut self, mut apps: Vec<App>) -> anyhow::Result<Vec<App>> {
        let ids: Vec<i64> = apps.iter().map(|a| a.id).collect();
        for text in [sql::LABELS, sql::ANNOTATIONS] {
            for row in self.rows(text, &[&"app", &ids]).await? {
                let id: i64 = row.get(0);
                if let Some(app) = apps.iter_mut().find(|a| a.id == id) {
                    let list = if text == sql::LABELS { &mut app.labels } else { &mut app.annotations };
                    list.push((row.get(2), row.get(3)));
                }
            }
        }
        Ok(apps)
    }

    pub async fn app(&mut self, guid: &str) -> anyhow::Result<App> {
        let found = self.rows(sql::APP, &[&guid]).await?.iter().map(app).collect();
        let mut apps = self.with_metadata(found).await?;
        apps.pop().ok_or_else(|| anyhow::anyhow!("there is no app {guid}"))
    }

    pub async fn apps(&mut self, user: Option<&str>) -> anyhow::Result<(Vec<App>, i64)> {
        let managers = ["organization_manager"].as_slice();
        let (limit, offset) = (50_i64, 0_i64);
        let (ids, total) = match user {
            Some(user) => (
                self.rows(sql::USER_IDS, &[&user, &user, &managers, &limit, &offset]).await?,
                self.one(sql::USER_COUNT, &[&user, &user, &managers]).await?,
            ),
            None => {
                (self.rows(sql::ALL_IDS, &[&limit, &offset]).await?, self.one(sql::ALL_COUNT, &[]).await?)
            }
        };
        let ids: Vec<i64> = ids.iter().map(|row| row.get(0)).collect();
        let apps = self.rows(sql::APPS, &[&ids]).await?.iter().map(app).collect();
        Ok((self.with_metadata(apps).await?, total))
    }

    pub async fn create(&mut self, new: &NewApp) -> anyhow::Result<App> {
        let space = &new.relationships.space.data.guid;
        let now = super::now();
        let guid = format!("floor-{}", new.name);
        self.client.batch_execute("BEGIN").await?;
        let rows = self.rows(sql::SPACE, &[space]).await?;
        let row = rows.first().ok_or_else(|| anyhow::anyhow!("there is no space {space}"))?;
        let organization_guid: String = row.get(3);
        let ids: Vec<i64> = vec![row.get(0)];
        self.rows(sql::LABELS, &[&"space", &ids]).await?;
        self.rows(sql::ANNOTATIONS, &[&"space", &ids]).await?;
        let id = self.one(sql::SPACE_ID, &[space]).await?;
        let organization = self.one(sql::STANDING, &[&id]).await?;
        self.rows(sql::ROLES, &[&"u", &organization, &id]).await?;
        self.rows(sql::FLAGS, &[]).await?;
        let space_id = self.one(sql::SPACE_ID, &[space]).await?;
        let app_id = self.one(sql::NEW_APP, &[&guid, &new.name, &new.name, &space_id, &now, &now]).await?;
        let known = self.one(sql::APP_ID, &[&guid]).await?;
        self.one(sql::NEW_PROCESS, &[&guid, &known, &guid, &now, &now]).await?;
        for kind in ["audit.app.create", "audit.app.process.create"] {
            let event = format!("{guid}-{kind}");
            let values: [&(dyn ToSql + Sync); 8] =
                [&event, &kind, &guid, &new.name, &"{}", space, &organization_guid, &now];
            self.rows(sql::NEW_EVENT, &values).await?;
        }
        self.client.batch_execute("COMMIT").await?;
        Ok(created(new, app_id, guid, now))
    }
}
