//! Entitlement comes before assignment, and what is assigned is not taken away.

use super::*;
use proptest::prelude::*;

fn segment(guid: &str) -> IsolationSegment {
    IsolationSegment::new(Guid::new(guid), "name", Metadata::default(), Timestamp::from_seconds(1)).unwrap()
}

fn nothing() -> Entitlements {
    Entitlements { organization: Guid::new("o"), segments: BTreeSet::new(), default: None }
}

#[derive(Clone, Debug)]
enum Step {
    Entitle(&'static str),
    Revoke(&'static str),
    Default(Option<&'static str>),
    Assign(&'static str),
    Clear,
}

fn guid() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![IsolationSegment::SHARED, "a", "b"])
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        guid().prop_map(Step::Entitle),
        guid().prop_map(Step::Revoke),
        proptest::option::of(guid()).prop_map(Step::Default),
        guid().prop_map(Step::Assign),
        Just(Step::Clear),
    ]
}

proptest! {
    #[test]
    fn what_is_assigned_was_entitled_and_stays_so(steps in proptest::collection::vec(step(), 0..30)) {
        let mut has = nothing();
        let mut of_space: Option<Guid<IsolationSegment>> = None;
        for step in steps {
            match step {
                Step::Entitle(guid) => has = has.entitled_to(&segment(guid)),
                Step::Revoke(guid) => {
                    let guid = Guid::new(guid);
                    let spaces = if of_space.as_ref() == Some(&guid) { vec![Name::parse("s").unwrap()] } else { vec![] };
                    if has.check_revoke(&guid, spaces).is_ok() {
                        has.segments.remove(&guid);
                    }
                }
                Step::Default(None) => has.default = None,
                Step::Default(Some(guid)) => {
                    let guid = Guid::new(guid);
                    let allowed = has.check_default(&guid);
                    prop_assert_eq!(allowed.is_ok(), has.segments.contains(&guid));
                    if allowed.is_ok() {
                        has.default = Some(guid);
                    }
                }
                Step::Assign(guid) => {
                    let guid = Guid::new(guid);
                    let allowed = has.check_space(&guid);
                    prop_assert_eq!(allowed.is_ok(), has.segments.contains(&guid));
                    if allowed.is_ok() {
                        of_space = Some(guid);
                    }
                }
                Step::Clear => of_space = None,
            }
            for assigned in has.default.iter().chain(&of_space) {
                prop_assert!(has.segments.contains(assigned));
            }
        }
    }

    #[test]
    fn the_shared_segment_is_the_default_of_who_has_none(first in guid(), has_default in any::<bool>()) {
        let mut before = nothing().entitled_to(&segment("a"));
        before.default = has_default.then(|| Guid::new("a"));
        let after = before.clone().entitled_to(&segment(first));
        let becomes = first == IsolationSegment::SHARED && !has_default;
        prop_assert_eq!(after.default, if becomes { Some(Guid::new(first)) } else { before.default });
    }

    #[test]
    fn a_segment_in_use_stays_as_it_is(
        guid in guid(), is_entitled in any::<bool>(), is_default in any::<bool>(), has_spaces in any::<bool>()
    ) {
        let uses = Uses { is_entitled, is_default, has_spaces };
        let (segment, is_shared) = (segment(guid), guid == IsolationSegment::SHARED);
        prop_assert_eq!(segment.check_update(uses).is_ok(), !is_shared && !is_default && !has_spaces);
        prop_assert_eq!(segment.check_delete(uses).is_ok(), !is_shared && !is_entitled && !has_spaces);
    }

    #[test]
    fn a_name_is_kept_as_it_came(text in "\\PC{0,20}|[ \\n\\tab]{0,5}") {
        match SegmentName::parse(&text) {
            Ok(name) => prop_assert_eq!(name.as_str(), text),
            Err(_) => prop_assert!(text.is_empty() || text.chars().any(char::is_control)),
        }
    }
}

#[test]
fn a_change_to_no_name_is_refused() {
    let now = Timestamp::from_seconds(2);
    for (name, wanted) in [
        (Patch::Absent, Ok("name")),
        (Patch::Value(" ".to_owned()), Ok(" ")),
        (Patch::Null, Err(IsolationSegmentError::Unprintable)),
        (Patch::Value(String::new()), Err(IsolationSegmentError::Unprintable)),
    ] {
        let changed = segment("a").updated(&name, Metadata::default(), now);
        assert_eq!(changed.as_ref().map(|s| s.name.as_str()), wanted.as_ref().copied(), "{name:?}");
    }
}
