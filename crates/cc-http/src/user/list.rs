//! `users_list`, and what the lists of an organization's and a space's users share with it.

use super::present;
use crate::list::{Check, Given, ListQuery, ListSpec, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, user};
use cc_domain::user::{NameFilter, Names, UserFilter};

/// The lists of a place's users answer 400 to a query that is wrong, the list of all users 422.
pub const IN_A_PLACE: ListSpec = ListSpec {
    parameters: &["usernames", "partial_usernames", "origins", "label_selector"],
    checks: &[
        Check::Unknown,
        Check::Of(origins_have_names),
        Check::Of(names_of_one_kind),
        Check::Lists(&["usernames", "partial_usernames", "origins"]),
    ],
    ..ListSpec::PLAIN
};
const SPEC: ListSpec = ListSpec { refuses_as_unprocessable: true, ..IN_A_PLACE };

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let (filter, names) = filter(&query);
    let found = user::list(ctx.call()?, filter, names, &query.page).await?;
    page(&ctx.links, "/v3/users", &query, &found, |p| present::user(&ctx.links, p), None)
}

/// The filter by what the rows have, and the one by names.
pub fn filter(query: &ListQuery) -> (UserFilter, Option<NameFilter>) {
    let filter = UserFilter { common: query.common.clone() };
    let origins = query.any_of("origins");
    let names = match (query.any_of("usernames"), query.any_of("partial_usernames")) {
        (Some(names), _) => Some(NameFilter { names: Names::Whole(names), origins }),
        (None, Some(parts)) => Some(NameFilter { names: Names::Parts(parts), origins }),
        (None, None) => None,
    };
    (filter, names)
}

fn origins_have_names(given: &Given<'_>) -> Vec<String> {
    let is_there = |name: &str| given.get(name).is_some();
    if is_there("origins") && !is_there("usernames") && !is_there("partial_usernames") {
        vec!["Origins filter cannot be provided without usernames or partial_usernames filter.".to_owned()]
    } else {
        Vec::new()
    }
}

fn names_of_one_kind(given: &Given<'_>) -> Vec<String> {
    if given.get("usernames").is_some() && given.get("partial_usernames").is_some() {
        vec![
            "Usernames filter cannot be provided with both usernames and partial_usernames filter."
                .to_owned(),
        ]
    } else {
        Vec::new()
    }
}
