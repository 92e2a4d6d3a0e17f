use super::{Check, ListQuery, ListSpec, Takes};
use cc_domain::list::{AnyOf, Common, Order, OrderKey};

#[derive(Debug, Default)]
struct Filter {
    common: Common,
    names: AnyOf,
    space_guids: AnyOf,
}

static SPEC: ListSpec<Filter> = ListSpec {
    parameters: &[
        ("names", Takes::List(|f, v| f.names = v)),
        ("space_guids", Takes::List(|f, v| f.space_guids = v)),
        ("include", Takes::Include(&["space"])),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Include, Check::Lists],
    order_by: &[("name", OrderKey::Name)],
    ..ListSpec::of(|f| &mut f.common)
};

fn complaint(query: &str) -> String {
    let fault = ListQuery::read(query, &SPEC).err();
    let detail = fault.map(|fault| fault.detail()).unwrap_or_default();
    detail.strip_prefix("The query parameter is invalid: ").unwrap_or(&detail).to_owned()
}

fn read(query: &str) -> ListQuery<Filter> {
    ListQuery::read(query, &SPEC).unwrap_or_else(|fault| panic!("{fault:?}"))
}

#[test]
fn values_are_decoded_twice_around_the_split() {
    let filter = read("names=a%252Cb,%20c&space_guids=").filter;
    assert_eq!(filter.names, Some(vec!["a,b".into(), "c".into()]));
    assert_eq!(filter.space_guids, Some(vec![String::new()]));
    assert_eq!(filter.common.guids, None);
}

#[test]
fn what_is_wrong_is_said_in_the_words_of_the_reference() {
    assert_eq!(complaint("page=0"), "Page must be a positive integer");
    assert_eq!(complaint("per_page=5001"), "Per page must be between 1 and 5000");
    assert_eq!(
        complaint("page=9223372036854775807"),
        "Maximum result (page * per_page) must be less than 9223372036854775807"
    );
    assert_eq!(complaint("order_by=x"), "Order by can only be: 'created_at', 'updated_at', 'name'");
    assert_eq!(
        complaint("include=space,space,x"),
        "Duplicate included resource: 'space', Invalid included resource: 'x'. Valid included resources are: 'space'"
    );
    assert!(complaint("created_ats[ne]=2020-01-01T00:00:00Z").contains("Invalid relational operator: 'ne'"));
    assert!(complaint("created_ats=yesterday").contains("has an invalid timestamp format"));
    assert_eq!(complaint("label_selector="), "Missing label_selector value");
    assert_eq!(complaint("names[x]=y"), "Names must be an array");
}

#[test]
fn messages_come_in_the_order_of_the_checks() {
    assert_eq!(
        complaint("foo=1&order_by=x&page=0&include=y"),
        "Page must be a positive integer, Order by can only be: 'created_at', 'updated_at', 'name', Unknown query \
         parameter(s): 'foo'. Valid parameters are: 'page', 'per_page', 'order_by', 'created_ats', 'updated_ats', \
         'guids', 'names', 'space_guids', 'include', 'label_selector', Invalid included resource: 'y'. Valid \
         included resources are: 'space'"
    );
}

#[test]
fn an_order_may_have_a_sign() {
    for (text, descending) in [("name", false), ("%2Bname", false), ("-name", true)] {
        let query = read(&format!("order_by={text}"));
        assert_eq!(query.page.order, Order { by: OrderKey::Name, descending });
    }
}

#[test]
fn links_say_what_was_asked_sorted_and_escaped() {
    let query = read("space_guids=b,a%252Cc&names=x y&order_by=name&created_ats[gt]=2020-01-01T00:00:00Z");
    assert_eq!(
        query.of_page(2),
        "created_ats%5Bgt%5D=2020-01-01T00%3A00%3A00Z&names=x+y&order_by=%2Bname&page=2&per_page=50&space_guids=b%2Ca%252Cc"
    );
}
