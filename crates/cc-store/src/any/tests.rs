//! Every kind of bind comes back on both engines, and every node reads as expected on both.

use super::backend::Any;
use super::conn::Conn;
use super::dsl::{All, IdOneOf, Lock, LockExt, Pred, TextOneOf};
use super::labels::HasLabel;
use super::paging::{Count, OrderBy, PageIds, Rows};
use super::rendered::Rendered;
use super::sets::{IdSet, InSetExt};
use crate::schema::{apps, jobs, labels, roles, users};
use diesel::IntoSql;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::sql_types as st;
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};

fn both(query: &impl QueryFragment<Any>) -> (String, String) {
    let render = |flavour| Rendered::of(flavour, query).unwrap().sql().to_owned();
    (render(Any::Postgres), render(Any::Sqlite))
}

/// Asserts the text on both engines; `@` stands for what differs, given as a pair for each place.
fn reads(query: &impl QueryFragment<Any>, text: &str, differing: &[(&str, &str)]) {
    let (mut postgres, mut sqlite) = (text.to_owned(), text.to_owned());
    for (p, s) in differing {
        postgres = postgres.replacen('@', p, 1);
        sqlite = sqlite.replacen('@', s, 1);
    }
    assert_eq!(both(query), (postgres, sqlite));
}

fn guid_is(guid: &str) -> Pred<apps::table> {
    Pred::new(apps::guid.eq(guid.to_owned()))
}

#[test]
fn predicates_are_joined_and_negated_in_parentheses() {
    let rows = |all| apps::table.select(apps::id).filter(all);
    reads(
        &rows(All::of(vec![guid_is("a"), Pred::any_of(vec![guid_is("b"), guid_is("c")]).negated()])),
        "SELECT \"apps\".\"id\" FROM \"apps\" WHERE ((\"apps\".\"guid\" = @)) AND (NOT (((\"apps\".\"guid\" = @)) OR ((\"apps\".\"guid\" = @))))",
        &[("$1", "?"), ("$2", "?"), ("$3", "?")],
    );
    reads(&rows(All::of(Vec::new())), "SELECT \"apps\".\"id\" FROM \"apps\" WHERE 1 = 1", &[]);
    reads(
        &rows(All::of(vec![Pred::any_of(Vec::new())])),
        "SELECT \"apps\".\"id\" FROM \"apps\" WHERE (1 = 0)",
        &[],
    );
    reads(&rows(All::of(vec![Pred::always()])), "SELECT \"apps\".\"id\" FROM \"apps\" WHERE (1 = 1)", &[]);
}

#[test]
fn a_list_of_values_reads_the_same_however_long() {
    let one = apps::table.select(apps::id).filter(apps::name.one_of(&["a".into()]));
    let many = apps::table.select(apps::id).filter(apps::name.one_of(&vec!["a".into(); 100]));
    assert_eq!(both(&one), both(&many));
    reads(
        &one,
        "SELECT \"apps\".\"id\" FROM \"apps\" WHERE \"apps\".\"name\"@",
        &[(" = ANY($1)", " IN (SELECT value FROM json_each(?))")],
    );
    reads(
        &apps::table.select(apps::guid).filter(apps::id.one_of_ids(&[1, 2])),
        "SELECT \"apps\".\"guid\" FROM \"apps\" WHERE \"apps\".\"id\"@",
        &[(" = ANY($1)", " IN (SELECT value FROM json_each(?))")],
    );
}

#[test]
fn a_set_of_ids_is_a_list_a_subselect_or_a_union() {
    let within = |set| users::table.select(users::guid).filter(users::id.in_set(set));
    reads(
        &within(IdSet::list(&[1])),
        "SELECT \"users\".\"guid\" FROM \"users\" WHERE \"users\".\"id\"@",
        &[(" = ANY($1)", " IN (SELECT value FROM json_each(?))")],
    );
    let holders = IdSet::of(roles::table, roles::user_id);
    let named = IdSet::matching(All::of(vec![Pred::is(users::guid, "a")]));
    reads(
        &within(holders.union(named)),
        "SELECT \"users\".\"guid\" FROM \"users\" WHERE \"users\".\"id\" IN (SELECT \"roles\".\"user_id\" FROM \"roles\" UNION SELECT \"users\".\"id\" FROM \"users\" WHERE (\"users\".\"guid\" = @))",
        &[("$1", "?")],
    );
    let listed = IdSet::list(&[1]).union(IdSet::list(&[2]));
    reads(
        &within(listed),
        "SELECT \"users\".\"guid\" FROM \"users\" WHERE \"users\".\"id\" IN (SELECT @ UNION SELECT @)",
        &[("unnest($1)", "value FROM json_each(?)"), ("unnest($2)", "value FROM json_each(?)")],
    );
}

#[test]
fn a_part_of_a_text_is_found_by_position() {
    use super::dsl::TextPosition;
    let named = |position: super::dsl::Position<users::guid>| {
        users::table.select(users::id).filter(All::<users::table>::of(vec![Pred::new(position)]))
    };
    let text = "SELECT \"users\".\"id\" FROM \"users\" WHERE (@(\"users\".\"guid\", @) ";
    let differing = [("strpos", "instr"), ("$1", "?")];
    reads(&named(users::guid.has_text("a".into())), &format!("{text}> 0)"), &differing);
    reads(&named(users::guid.begins_with("a".into())), &format!("{text}= 1)"), &differing);
}

#[test]
fn a_lock_is_a_clause_on_postgresql_only() {
    let ready = || jobs::table.select(jobs::id).filter(jobs::state.eq("ready"));
    let text = "SELECT \"jobs\".\"id\" FROM \"jobs\" WHERE (\"jobs\".\"state\" = @)@";
    reads(&ready().locked(Lock::Update), text, &[("$1", "?"), (" FOR NO KEY UPDATE", "")]);
    reads(
        &ready().locked(Lock::UpdateSkipLocked),
        text,
        &[("$1", "?"), (" FOR NO KEY UPDATE SKIP LOCKED", "")],
    );
}

#[test]
fn a_page_is_ordered_to_the_last_row_and_counted_with_the_same_filter() {
    let filter = Rows::from(All::of(vec![guid_is("a")]));
    let by_name = OrderBy::column(apps::name, true);
    reads(
        &PageIds::new(&filter, &by_name, 50, 100),
        "SELECT \"apps\".\"id\" FROM \"apps\" WHERE ((\"apps\".\"guid\" = @)) ORDER BY \"apps\".\"name\" DESC, \"apps\".\"id\" DESC LIMIT @ OFFSET @",
        &[("$1", "?"), ("$2", "?"), ("$3", "?")],
    );
    reads(
        &PageIds::new(&filter, &OrderBy::insertion(false), 50, 0),
        "SELECT \"apps\".\"id\" FROM \"apps\" WHERE ((\"apps\".\"guid\" = @)) ORDER BY \"apps\".\"id\" ASC LIMIT @ OFFSET @",
        &[("$1", "?"), ("$2", "?"), ("$3", "?")],
    );
    reads(
        &Count::new(&filter),
        "SELECT COUNT(*) FROM \"apps\" WHERE ((\"apps\".\"guid\" = @))",
        &[("$1", "?")],
    );
}

#[test]
fn rows_that_match_one_of_several_filters_are_a_union_of_what_each_finds() {
    let rows = Rows::of(["a", "b"].map(|guid| All::of(vec![guid_is(guid)])).into());
    let binds = [("$1", "?"), ("$2", "?"), ("$3", "?"), ("$4", "?")];
    reads(
        &PageIds::new(&rows, &OrderBy::column(apps::name, true), 50, 100),
        "SELECT \"id\" FROM (SELECT \"apps\".\"id\" AS \"id\", \"apps\".\"name\" AS \"key\" FROM \"apps\" WHERE ((\"apps\".\"guid\" = @)) \
         UNION SELECT \"apps\".\"id\" AS \"id\", \"apps\".\"name\" AS \"key\" FROM \"apps\" WHERE ((\"apps\".\"guid\" = @))) AS \"seen\" \
         ORDER BY \"key\" DESC, \"id\" DESC LIMIT @ OFFSET @",
        &binds,
    );
    reads(
        &Count::new(&rows),
        "SELECT COUNT(*) FROM (SELECT \"apps\".\"id\" AS \"id\" FROM \"apps\" WHERE ((\"apps\".\"guid\" = @)) \
         UNION SELECT \"apps\".\"id\" AS \"id\" FROM \"apps\" WHERE ((\"apps\".\"guid\" = @))) AS \"seen\"",
        &binds[..2],
    );
}

#[test]
fn a_label_is_asked_for_each_row_or_collected_first() {
    let list = ["v".to_owned()];
    let term = |values, correlated| {
        apps::table
            .select(apps::guid)
            .filter(All::of(vec![HasLabel::<apps::table>::pred("app", "p", "n", values, correlated)]))
    };
    reads(
        &term(None, true),
        "SELECT \"apps\".\"guid\" FROM \"apps\" WHERE (EXISTS (SELECT 1 FROM \"labels\" WHERE \"labels\".\"resource_id\" = \"apps\".\"id\" AND \"labels\".\"resource_kind\" = @ AND \"labels\".\"key_prefix\" = @ AND \"labels\".\"key_name\" = @))",
        &[("$1", "?"), ("$2", "?"), ("$3", "?")],
    );
    reads(
        &term(Some(&list), false),
        "SELECT \"apps\".\"guid\" FROM \"apps\" WHERE (\"apps\".\"id\" IN (SELECT \"labels\".\"resource_id\" FROM \"labels\" WHERE \"labels\".\"resource_kind\" = @ AND \"labels\".\"key_prefix\" = @ AND \"labels\".\"key_name\" = @ AND \"labels\".\"value\"@))",
        &[("$1", "?"), ("$2", "?"), ("$3", "?"), (" = ANY($4)", " IN (SELECT value FROM json_each(?))")],
    );
}

#[test]
fn inserts_and_upserts_read_the_same_on_both() {
    let row = (labels::resource_kind.eq("app"), labels::resource_id.eq(1_i64), labels::value.eq("v"));
    reads(
        &diesel::insert_into(labels::table).values(row).on_conflict_do_nothing(),
        "INSERT INTO \"labels\" (\"resource_kind\", \"resource_id\", \"value\") VALUES (@, @, @) ON CONFLICT DO NOTHING",
        &[("$1", "?"), ("$2", "?"), ("$3", "?")],
    );
}

async fn connections() -> Vec<Conn> {
    let mut all = vec![Conn::establish(":memory:").await.unwrap()];
    if let Ok(url) = std::env::var("CC_TEST_POSTGRES") {
        all.push(Conn::establish(&url).await.unwrap());
    } else {
        assert!(std::env::var("CC_TEST_REQUIRE_POSTGRES").is_err(), "CC_TEST_POSTGRES is not set");
        eprintln!("SKIPPED: the half on PostgreSQL, since CC_TEST_POSTGRES is not set");
    }
    all
}

/// `comes_back!(conn, Text, String, "x".to_owned())`: that value and NULL, each through a bind and a column.
macro_rules! comes_back {
    ($conn:expr, $sql:ident, $rust:ty, $value:expr) => {{
        let value: $rust = $value;
        let same: $rust =
            diesel::select(value.clone().into_sql::<st::$sql>()).get_result($conn).await.unwrap();
        assert_eq!(same, value);
        let null: Option<$rust> = diesel::select(None::<$rust>.into_sql::<st::Nullable<st::$sql>>())
            .get_result($conn)
            .await
            .unwrap();
        assert_eq!(null, None);
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_bind_and_its_null_comes_back() {
    for mut conn in connections().await {
        let conn = &mut conn;
        comes_back!(conn, Bool, bool, true);
        comes_back!(conn, Bool, bool, false);
        comes_back!(conn, Integer, i32, i32::MIN);
        comes_back!(conn, BigInt, i64, i64::MAX);
        let double: f64 = diesel::select((-1.5_f64).into_sql::<st::Double>()).get_result(conn).await.unwrap();
        assert_eq!(double.to_bits(), (-1.5_f64).to_bits());
        let null = None::<f64>.into_sql::<st::Nullable<st::Double>>();
        let null: Option<f64> = diesel::select(null).get_result(conn).await.unwrap();
        assert!(null.is_none());
        comes_back!(conn, Text, String, "é\u{1F600}'\"$1?".to_owned());
        comes_back!(conn, Text, String, String::new());
        comes_back!(conn, Binary, Vec<u8>, vec![0, 255, 1]);
        comes_back!(conn, Binary, Vec<u8>, Vec::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_hold_any_text_and_any_number() {
    for mut conn in connections().await {
        let texts = ["é\"'\\\n{},[]".to_owned(), String::new(), "😀".to_owned()];
        for text in &texts {
            let held = diesel::select(text.clone().into_sql::<st::Text>().one_of(&texts));
            assert!(held.get_result::<bool>(&mut conn).await.unwrap(), "{text}");
        }
        let other = diesel::select("other".into_sql::<st::Text>().one_of(&texts));
        assert!(!other.get_result::<bool>(&mut conn).await.unwrap());
        let none = diesel::select("a".into_sql::<st::Text>().one_of(&[]));
        assert!(!none.get_result::<bool>(&mut conn).await.unwrap());
        for id in [i64::MIN, 0, i64::MAX] {
            let held = diesel::select(id.into_sql::<st::BigInt>().one_of_ids(&[i64::MIN, 0, i64::MAX]));
            assert!(held.get_result::<bool>(&mut conn).await.unwrap(), "{id}");
        }
    }
}

#[tokio::test]
async fn a_current_thread_runtime_works_too() {
    for mut conn in connections().await {
        comes_back!(&mut conn, Text, String, "x".to_owned());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inner_transaction_that_fails_takes_only_its_own_with_it() {
    diesel::table! { t (id) { id -> BigInt, } }
    for mut conn in connections().await {
        let conn = &mut conn;
        conn.batch_execute("CREATE TEMPORARY TABLE t (id BIGINT PRIMARY KEY)").await.unwrap();
        conn.transaction::<_, diesel::result::Error, _>(async |conn| {
            diesel::insert_into(t::table).values(t::id.eq(1_i64)).execute(conn).await?;
            let inner: Result<(), diesel::result::Error> = conn
                .transaction(async |conn| {
                    diesel::insert_into(t::table).values(t::id.eq(2_i64)).execute(conn).await?;
                    Err(diesel::result::Error::RollbackTransaction)
                })
                .await;
            assert!(inner.is_err());
            Ok(())
        })
        .await
        .unwrap();
        let left: Vec<i64> = t::table.select(t::id).load(conn).await.unwrap();
        assert_eq!(left, vec![1]);
    }
}

#[test]
fn questions_by_key_are_short_and_new_rows_if_the_lock_is_held() {
    fn is_short(query: &impl QueryFragment<Any>, is_in_transaction: bool) -> bool {
        Rendered::of(Any::Sqlite, query).unwrap().is_short(is_in_transaction)
    }
    assert!(is_short(&apps::table.filter(All::of(vec![guid_is("a")])).select(apps::id), false));
    let rows = Rows::from(All::of(vec![guid_is("a")]));
    assert!(!is_short(&PageIds::new(&rows, &OrderBy::insertion(false), 50, 0), true));
    assert!(!is_short(&Count::new(&rows), true));
    let insert = diesel::insert_into(jobs::table).values(jobs::guid.eq("a"));
    assert!(is_short(&insert, true));
    assert!(!is_short(&insert, false));
    assert!(!is_short(&diesel::delete(apps::table), true));
}
