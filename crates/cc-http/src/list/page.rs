//! A page of a list as it is shown.

use super::ListQuery;
use crate::wire::{Answer, Link, Links};
use cc_actions::Fault;
use cc_domain::list::Page;
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(Serialize)]
struct Shape<R> {
    pagination: Pagination,
    resources: Vec<R>,
    #[serde(skip_serializing_if = "Option::is_none")]
    included: Option<Map<String, Value>>,
}

#[derive(Serialize)]
struct Pagination {
    total_results: u64,
    total_pages: u64,
    first: Link,
    last: Link,
    next: Option<Link>,
    previous: Option<Link>,
}

/// What comes along with resources, by the plural name of its kind.
#[derive(Default)]
pub struct Included(Map<String, Value>);

impl Included {
    /// Adds one kind; one that was not asked for is left out.
    pub fn with<R: Serialize>(
        mut self,
        kind: &str,
        resources: Option<impl IntoIterator<Item = R>>,
    ) -> Result<Self, Fault> {
        if let Some(resources) = resources {
            let shown: Result<Vec<_>, _> = resources.into_iter().map(serde_json::to_value).collect();
            self.0.insert(kind.to_owned(), Value::Array(shown.map_err(Fault::internal)?));
        }
        Ok(self)
    }

    /// `None` if nothing was asked for.
    pub fn finish(self) -> Option<Map<String, Value>> {
        (!self.0.is_empty()).then_some(self.0)
    }
}

/// The page with its links. `path` is the list's own path, `present` makes a resource of an entity; `included` is there only if something
/// was to be included.
pub fn page<'a, T, R: Serialize, F>(
    links: &Links,
    path: &str,
    query: &ListQuery<F>,
    page: &'a Page<T>,
    present: impl FnMut(&'a T) -> R,
    included: Option<Map<String, Value>>,
) -> Result<Answer, Fault> {
    let request = query.page;
    let pages = page.total.div_ceil(u64::from(request.per_page)).max(1);
    let link = |number: u64| links.link(&format!("{path}?{}", query.of_page(number)));
    let current = request.page;
    Answer::ok(&Shape {
        pagination: Pagination {
            total_results: page.total,
            total_pages: pages,
            first: link(1),
            last: link(pages),
            next: (current < pages).then(|| link(current + 1)),
            previous: (current > 1).then(|| link(current - 1)),
        },
        resources: page.items.iter().map(present).collect(),
        included,
    })
}

/// The page of a list that has no members.
pub fn empty_page<F>(links: &Links, path: &str, query: &ListQuery<F>) -> Result<Answer, Fault> {
    page(links, path, query, &Page::<()>::empty(), |()| (), None)
}
