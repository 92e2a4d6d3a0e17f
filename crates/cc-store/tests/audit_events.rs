//! Audit events: read back, filtered, and shown to those who may.

use crate::both_engines;
use crate::db::{Build, Db, guid, now, page};
use cc_domain::access::RoleKind;
use cc_domain::actor::Principal;
use cc_domain::audit_event::{AuditEvent, AuditEventFilter, Party, Place};
use cc_domain::list::{Common, Scope, TimeFilter};
use cc_domain::store::Store;
use serde_json::json;

async fn record(db: &Db, events: &[AuditEvent]) {
    let mut tx = db.begin().await.unwrap();
    for event in events {
        tx.record(event).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn event(text: &str, at: i64, place: Place) -> AuditEvent {
    AuditEvent::new(
        guid(text),
        now(at),
        &format!("audit.{text}"),
        Party::new("user", "u", "someone"),
        Party::new("app", &format!("target-{text}"), "name"),
        place,
        json!({ "request": { "z": 1, "a": [null, true] } }),
    )
}

async fn listed(db: &Db, filter: &AuditEventFilter, scope: &Scope) -> Vec<String> {
    let events = db.reader().await.unwrap().list_audit_events(filter, &page(1, 50), scope).await.unwrap();
    assert_eq!(events.total, events.items.len() as u64);
    events.items.iter().map(|e| e.guid.to_string()).collect()
}

both_engines! {
    async fn an_event_is_read_back_as_recorded(db: Db) {
        let recorded = event("e", 1, Place::space(&guid("s"), &guid("o")));
        record(&db, std::slice::from_ref(&recorded)).await;
        let mut reader = db.reader().await.unwrap();
        assert_eq!(reader.find_audit_event(&guid("e"), &Scope::Everything).await.unwrap(), Some(recorded));
    }

    async fn an_event_shows_to_its_space_and_organization_readers_only(db: Db) {
        let build = Build::on(&db);
        build.organization("o").await;
        build.space("s", "o").await;
        build.space("t", "o").await;
        record(&db, &[
            event("in-s", 1, Place::space(&guid("s"), &guid("o"))),
            event("in-t", 2, Place::space(&guid("t"), &guid("o"))),
            event("in-o", 3, Place::organization(&guid("o"))),
            event("nowhere", 4, Place::default()),
        ]).await;
        for kind in RoleKind::ALL {
            let place = if kind.is_of_organization() { "o" } else { "s" };
            build.role(kind, kind.as_str(), place).await;
        }
        let all = AuditEventFilter::default();
        assert_eq!(listed(&db, &all, &Scope::Everything).await, ["in-s", "in-t", "in-o", "nowhere"]);
        for kind in RoleKind::ALL {
            let expected: &[&str] = match kind {
                RoleKind::OrganizationAuditor => &["in-s", "in-t", "in-o"],
                RoleKind::SpaceAuditor | RoleKind::SpaceDeveloper | RoleKind::SpaceSupporter => &["in-s"],
                _ => &[],
            };
            let scope = Scope::User(Principal::user(kind.as_str()));
            assert_eq!(listed(&db, &all, &scope).await, expected, "{kind}");
            for text in ["in-s", "in-t", "in-o", "nowhere"] {
                let found = db.reader().await.unwrap().find_audit_event(&guid(text), &scope).await.unwrap();
                assert_eq!(found.is_some(), expected.contains(&text), "{kind} {text}");
            }
        }
    }

    async fn events_are_narrowed_by_each_filter(db: Db) {
        record(&db, &[
            event("a", 1, Place::space(&guid("s"), &guid("o"))),
            event("b", 2, Place::organization(&guid("p"))),
            event("c", 3, Place::default()),
        ]).await;
        let some = |text: &str| Some(vec![text.to_owned()]);
        let cases = [
            (AuditEventFilter { kinds: some("audit.b"), ..Default::default() }, vec!["b"]),
            (AuditEventFilter { target_guids: some("target-a"), ..Default::default() }, vec!["a"]),
            (AuditEventFilter { not_target_guids: some("target-a"), ..Default::default() }, vec!["b", "c"]),
            (AuditEventFilter { space_guids: some("s"), ..Default::default() }, vec!["a"]),
            (AuditEventFilter { organization_guids: some("p"), ..Default::default() }, vec!["b"]),
            (AuditEventFilter { common: Common { created: vec![TimeFilter::After(now(1)), TimeFilter::Before(now(3))], ..Default::default() }, ..Default::default() }, vec!["b"]),
            (AuditEventFilter { common: Common { created: vec![TimeFilter::In(vec![now(1), now(3)])], ..Default::default() }, ..Default::default() }, vec!["a", "c"]),
            (AuditEventFilter { kinds: Some(Vec::new()), ..Default::default() }, vec![]),
        ];
        for (filter, expected) in cases {
            assert_eq!(listed(&db, &filter, &Scope::Everything).await, expected, "{filter:?}");
        }
    }
}
