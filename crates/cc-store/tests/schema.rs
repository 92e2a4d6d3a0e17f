//! The two engines' catalogues agree with each other and with `schema.rs`, and keep the rules of the store's design.

use crate::db::{Db, Engine};
use std::collections::{BTreeMap, BTreeSet};

/// A column as both catalogues can say it.
#[derive(Debug, PartialEq, Eq)]
struct Column {
    name: String,
    class: &'static str,
    is_nullable: bool,
}

type Rows = Vec<Vec<Option<String>>>;

fn text(cell: Option<&String>) -> String {
    cell.cloned().unwrap_or_default()
}

fn class(declared: &str) -> &'static str {
    match declared.to_ascii_lowercase().as_str() {
        "bigint" => "BigInt",
        "integer" => "Integer",
        "text" => "Text",
        "boolean" => "Bool",
        "bytea" | "blob" => "Binary",
        other => panic!("a column of type {other}"),
    }
}

/// Takes away what the engines write differently in an index.
fn normal(definition: &str) -> String {
    let (_, after) = definition.split_once(" ON ").unwrap();
    after
        .replace("public.", "")
        .replace(" USING btree", "")
        .replace("::text", "")
        .replace('"', "")
        .replace(['(', ')'], " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

async fn columns(db: &Db) -> BTreeMap<String, Vec<Column>> {
    let sql = match db.engine {
        Engine::Postgres => {
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns \
             WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        }
        Engine::Sqlite => {
            "SELECT m.name, c.name, c.type, CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 'NO' ELSE 'YES' END \
             FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid"
        }
    };
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for row in db.sql(sql).await {
        let name = text(row[1].as_ref());
        // The key is BIGINT on PostgreSQL; only INTEGER can be AUTOINCREMENT on SQLite, and it is as wide.
        let class = if name == "id" { "BigInt" } else { class(&text(row[2].as_ref())) };
        let column = Column { name, class, is_nullable: text(row[3].as_ref()) == "YES" };
        tables.entry(text(row[0].as_ref())).or_default().push(column);
    }
    tables.remove("schema_migrations");
    tables
}

async fn indexes(db: &Db) -> BTreeMap<String, String> {
    let sql = match db.engine {
        Engine::Postgres => {
            "SELECT i.indexname, CASE WHEN x.indisunique THEN 'unique' ELSE '' END, i.indexdef FROM pg_indexes i \
             JOIN pg_class c ON c.relname = i.indexname JOIN pg_index x ON x.indexrelid = c.oid \
             WHERE i.schemaname = 'public' AND NOT x.indisprimary"
        }
        Engine::Sqlite => {
            "SELECT name, CASE WHEN sql LIKE 'CREATE UNIQUE%' THEN 'unique' ELSE '' END, sql \
             FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        }
    };
    db.sql(sql)
        .await
        .iter()
        .map(|r| (text(r[0].as_ref()), format!("{} {}", text(r[1].as_ref()), normal(&text(r[2].as_ref())))))
        .collect()
}

async fn foreign_keys(db: &Db) -> BTreeSet<(String, String, String)> {
    let sql = match db.engine {
        Engine::Postgres => {
            "SELECT c.conrelid::regclass::text, a.attname::text, c.confrelid::regclass::text FROM pg_constraint c \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f'"
        }
        Engine::Sqlite => {
            "SELECT m.name, f.\"from\", f.\"table\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
             WHERE m.type = 'table'"
        }
    };
    db.sql(sql)
        .await
        .iter()
        .map(|r| (text(r[0].as_ref()), text(r[1].as_ref()), text(r[2].as_ref())))
        .collect()
}

async fn primary_keys(db: &Db) -> BTreeMap<String, Vec<String>> {
    let sql = match db.engine {
        Engine::Postgres => {
            "SELECT c.conrelid::regclass::text, a.attname::text FROM pg_constraint c \
             CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(attnum, place) \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum \
             WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace ORDER BY 1, k.place"
        }
        Engine::Sqlite => {
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND c.pk > 0 ORDER BY m.name, c.pk"
        }
    };
    let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in db.sql(sql).await {
        keys.entry(text(row[0].as_ref())).or_default().push(text(row[1].as_ref()));
    }
    keys
}

/// The tables of `schema.rs`, read from its text.
fn declared() -> BTreeMap<String, Vec<Column>> {
    let source = include_str!("../src/schema.rs");
    let mut tables = BTreeMap::new();
    let mut current: Option<(String, Vec<Column>)> = None;
    for line in source.lines().map(str::trim) {
        if let Some((name, kind)) = line.strip_suffix(',').and_then(|l| l.split_once(" -> ")) {
            let (class, is_nullable) = match kind.strip_prefix("Nullable<").and_then(|k| k.strip_suffix('>'))
            {
                Some(inner) => (inner, true),
                None => (kind, false),
            };
            let class = ["BigInt", "Integer", "Text", "Bool", "Binary"]
                .into_iter()
                .find(|c| *c == class)
                .unwrap_or_else(|| panic!("{class} is a type of no column"));
            if let Some((_, columns)) = &mut current {
                columns.push(Column { name: name.to_owned(), class, is_nullable });
            }
        } else if let Some((name, _)) = line.strip_suffix(" {").and_then(|l| l.split_once(" (")) {
            current = Some((name.to_owned(), Vec::new()));
        } else if line == "}" {
            tables.extend(current.take());
        }
    }
    tables
}

#[tokio::test(flavor = "multi_thread")]
async fn the_query_schema_is_the_schema_of_sqlite() {
    let db = Db::fresh(Engine::Sqlite).await.unwrap();
    let declared = declared();
    assert!(declared.len() > 30, "schema.rs was read");
    assert_eq!(columns(&db).await, declared);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_have_the_same_schema() {
    let sqlite = Db::fresh(Engine::Sqlite).await.unwrap();
    let Some(postgres) = Db::fresh(Engine::Postgres).await else { return };
    assert_eq!(columns(&sqlite).await, columns(&postgres).await);
    assert_eq!(indexes(&sqlite).await, indexes(&postgres).await);
    assert_eq!(foreign_keys(&sqlite).await, foreign_keys(&postgres).await);
    assert_eq!(primary_keys(&sqlite).await, primary_keys(&postgres).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_foreign_key_is_the_start_of_an_index() {
    let db = Db::fresh(Engine::Sqlite).await.unwrap();
    let indexes = indexes(&db).await;
    let keys = primary_keys(&db).await;
    for (table, column, _) in foreign_keys(&db).await {
        let leads = |rest: &str| {
            rest == column
                || rest.starts_with(&format!("{column}, "))
                || rest.starts_with(&format!("{column} WHERE"))
        };
        let has_index = indexes.values().any(|definition| {
            definition
                .trim_start_matches("unique")
                .trim_start()
                .strip_prefix(&format!("{table} "))
                .is_some_and(leads)
        });
        let in_key = keys.get(&table).and_then(|k| k.first()) == Some(&column);
        assert!(has_index || in_key, "{table}.{column}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_listed_table_can_be_ordered_from_an_index() {
    let db = Db::fresh(Engine::Sqlite).await.unwrap();
    let indexes = indexes(&db).await;
    for (table, columns) in columns(&db).await {
        let has = |name: &str| columns.iter().any(|c| c.name == name);
        assert!(columns.len() <= 32, "{table} is wider than diesel is built for");
        if has("guid") {
            assert!(indexes.contains_key(&format!("{table}_guid_key")), "{table}.guid is unique");
        }
        // Jobs are polled and claimed, groups looked up; neither is listed.
        if has("guid") && has("updated_at") && !["jobs", "accounts_groups"].contains(&table.as_str()) {
            for column in ["created_at", "updated_at"] {
                assert!(indexes.contains_key(&format!("{table}_{column}_id_idx")), "{table} by {column}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_unique_index_is_named_so_that_both_engines_report_it_alike() {
    let db = Db::fresh(Engine::Sqlite).await.unwrap();
    for (name, definition) in indexes(&db).await {
        let Some(rest) = definition.strip_prefix("unique ") else { continue };
        let on = rest.split(" WHERE ").next().unwrap().replace(", ", "_").replace(' ', "_");
        assert_eq!(name, format!("{on}_key"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_ordered_by_their_bytes_on_postgresql() {
    let Some(db) = Db::fresh(Engine::Postgres).await else { return };
    let other: Rows = db
        .sql(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' \
             AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'schema_migrations'",
        )
        .await;
    assert_eq!(other, Rows::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_column_has_a_default_but_those_that_were_added_to_filled_tables() {
    let db = Db::fresh(Engine::Sqlite).await.unwrap();
    let rows = db
        .sql(
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND c.dflt_value IS NOT NULL",
        )
        .await;
    // SQLite adds no NOT NULL column without one.
    let added = |table: &str, column: &str| vec![Some(table.to_owned()), Some(column.to_owned())];
    assert_eq!(
        rows,
        [added("users", "is_client"), added("apps", "next_task"), added("domain_shares", "position")]
    );
}
