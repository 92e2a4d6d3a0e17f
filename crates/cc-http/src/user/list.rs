//! `users_list`, and what the lists of an organization's and a space's users share with it.

use super::present;
use crate::list::{Check, Given, ListQuery, ListSpec, Takes, page};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, user};
use cc_domain::list::{AnyOf, Common};
use cc_domain::user::{NameFilter, Names, UserFilter};

/// What is asked of users.
#[derive(Clone, Default)]
pub struct Asked {
    common: Common,
    usernames: AnyOf,
    partial_usernames: AnyOf,
    origins: AnyOf,
}

/// The lists of a place's users answer 400 to a query that is wrong, the list of all users 422.
pub const IN_A_PLACE: ListSpec<Asked> = ListSpec {
    parameters: &[
        ("usernames", Takes::List(|f, v| f.usernames = v)),
        ("partial_usernames", Takes::List(|f, v| f.partial_usernames = v)),
        ("origins", Takes::List(|f, v| f.origins = v)),
        ("label_selector", Takes::Labels),
    ],
    checks: &[Check::Unknown, Check::Of(origins_have_names), Check::Of(names_of_one_kind), Check::Lists],
    ..ListSpec::of(|f| &mut f.common)
};
const SPEC: ListSpec<Asked> = ListSpec { refuses_as_unprocessable: true, ..IN_A_PLACE };

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let query = ListQuery::read(&request.query, &SPEC)?;
    let (filter, names) = query.filter.clone().filters();
    let found = user::list(ctx.call()?, filter, names, &query.page).await?;
    page(&ctx.links, "/v3/users", &query, &found, |p| present::user(&ctx.links, p), None)
}

impl Asked {
    /// The filter by what the rows have, and the one by names.
    pub fn filters(self) -> (UserFilter, Option<NameFilter>) {
        let origins = self.origins;
        let names = match (self.usernames, self.partial_usernames) {
            (Some(names), _) => Some(NameFilter { names: Names::Whole(names), origins }),
            (None, Some(parts)) => Some(NameFilter { names: Names::Parts(parts), origins }),
            (None, None) => None,
        };
        (UserFilter { common: self.common }, names)
    }
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
