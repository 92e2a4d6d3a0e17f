//! The part of the SCIM filter grammar that clients use: comparisons joined by `and`, `or`, `not` and parentheses.
//!
//! Attribute names and operators are read without regard to case. A filter is data: the store turns it into a
//! query, [`Filter::matches`] says what it means.

use winnow::ascii::{Caseless, multispace0, multispace1};
use winnow::combinator::{alt, cut_err, delimited, not, opt, preceded, separated, terminated};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::token::{any, one_of, take_till, take_while};

const LONGEST: usize = 64 * 1024;
const DEEPEST: u8 = 8;

/// The filter cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid filter expression: [{0}]")]
pub struct FilterError(pub String);

/// What can be compared in one kind of record.
pub trait Attribute: Copy + Sized {
    /// The attribute of that name, lower case; `None` if there is none.
    fn named(name: &str) -> Option<Self>;
    /// True if values are compared without regard to case.
    fn folds_case(self) -> bool;
}

/// Attributes of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserAttribute {
    Id,
    UserName,
    Origin,
    Email,
    Active,
    Verified,
}

impl Attribute for UserAttribute {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "username" => Self::UserName,
            "origin" => Self::Origin,
            "email" | "emails" | "emails.value" => Self::Email,
            "active" => Self::Active,
            "verified" => Self::Verified,
            _ => return None,
        })
    }

    fn folds_case(self) -> bool {
        matches!(self, Self::UserName | Self::Email)
    }
}

/// Attributes of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupAttribute {
    Id,
    DisplayName,
}

impl Attribute for GroupAttribute {
    fn named(name: &str) -> Option<Self> {
        match name {
            "id" => Some(Self::Id),
            "displayname" => Some(Self::DisplayName),
            _ => None,
        }
    }

    fn folds_case(self) -> bool {
        matches!(self, Self::DisplayName)
    }
}

/// Attributes of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAttribute {
    Id,
}

impl Attribute for ClientAttribute {
    fn named(name: &str) -> Option<Self> {
        matches!(name, "client_id" | "id").then_some(Self::Id)
    }

    fn folds_case(self) -> bool {
        false
    }
}

/// How a value is compared. `pr` compares with nothing: it asks that the value is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Equals,
    Contains,
    StartsWith,
    Present,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison<A> {
    pub attribute: A,
    pub operator: Operator,
    /// Text, or `true` and `false`; empty for `pr`.
    pub value: String,
}

/// A filter. `All` and `Any` are never empty when parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter<A> {
    Compare(Comparison<A>),
    All(Vec<Filter<A>>),
    Any(Vec<Filter<A>>),
    Not(Box<Filter<A>>),
}

impl<A: Attribute> Filter<A> {
    /// Reads a filter; the error holds the text, shortened.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let refused = || FilterError(text.chars().take(200).collect());
        if text.len() > LONGEST {
            return Err(refused());
        }
        delimited(multispace0, |input: &mut &str| any_of(input, DEEPEST), multispace0)
            .parse(text)
            .map_err(|_| refused())
    }

    /// True if a record with these values matches.
    pub fn matches(&self, value_of: &impl Fn(A) -> String) -> bool {
        match self {
            Self::Compare(comparison) => comparison.matches(&value_of(comparison.attribute)),
            Self::All(parts) => parts.iter().all(|part| part.matches(value_of)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(value_of)),
            Self::Not(part) => !part.matches(value_of),
        }
    }
}

impl<A: Attribute> Comparison<A> {
    fn matches(&self, held: &str) -> bool {
        if self.attribute.folds_case() {
            self.operator.holds(&held.to_lowercase(), &self.value.to_lowercase())
        } else {
            self.operator.holds(held, &self.value)
        }
    }
}

impl Operator {
    fn holds(self, held: &str, value: &str) -> bool {
        match self {
            Self::Equals => held == value,
            Self::Contains => held.contains(value),
            Self::StartsWith => held.starts_with(value),
            Self::Present => !held.is_empty(),
        }
    }
}

type Parsed<T> = Result<T, ErrMode<ContextError>>;

fn any_of<A: Attribute>(input: &mut &str, depth: u8) -> Parsed<Filter<A>> {
    let mut parts: Vec<Filter<A>> =
        separated(1.., |input: &mut &str| all_of(input, depth), joined_by("or")).parse_next(input)?;
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => Ok(only),
        (_, Some(last)) => {
            parts.push(last);
            Ok(Filter::Any(parts))
        }
        (_, None) => Err(ErrMode::Cut(ContextError::new())),
    }
}

fn all_of<A: Attribute>(input: &mut &str, depth: u8) -> Parsed<Filter<A>> {
    let mut parts: Vec<Filter<A>> =
        separated(1.., |input: &mut &str| term(input, depth), joined_by("and")).parse_next(input)?;
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => Ok(only),
        (_, Some(last)) => {
            parts.push(last);
            Ok(Filter::All(parts))
        }
        (_, None) => Err(ErrMode::Cut(ContextError::new())),
    }
}

fn joined_by<'a>(word: &'static str) -> impl Parser<&'a str, (), ErrMode<ContextError>> {
    delimited(multispace1, Caseless(word), multispace1).void()
}

fn term<A: Attribute>(input: &mut &str, depth: u8) -> Parsed<Filter<A>> {
    let Some(below) = depth.checked_sub(1) else { return Err(ErrMode::Cut(ContextError::new())) };
    let negated =
        opt(terminated(Caseless("not"), (multispace0, winnow::combinator::peek('(')))).parse_next(input)?;
    if opt('(').parse_next(input)?.is_some() {
        let inner = delimited(multispace0, |input: &mut &str| any_of(input, below), (multispace0, ')'))
            .parse_next(input)?;
        return Ok(if negated.is_some() { Filter::Not(Box::new(inner)) } else { inner });
    }
    comparison.map(Filter::Compare).parse_next(input)
}

fn comparison<A: Attribute>(input: &mut &str) -> Parsed<Comparison<A>> {
    let name =
        take_while(1.., |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_').parse_next(input)?;
    let Some(attribute) = A::named(&name.to_ascii_lowercase()) else {
        return Err(ErrMode::Cut(ContextError::new()));
    };
    multispace1.parse_next(input)?;
    let operator = alt((
        Caseless("eq").value(Operator::Equals),
        Caseless("co").value(Operator::Contains),
        Caseless("sw").value(Operator::StartsWith),
        Caseless("pr").value(Operator::Present),
    ))
    .parse_next(input)?;
    let value = match operator {
        Operator::Present => String::new(),
        _ => preceded(multispace1, alt((quoted, truth))).parse_next(input)?,
    };
    Ok(Comparison { attribute, operator, value })
}

fn truth(input: &mut &str) -> Parsed<String> {
    let word = alt((Caseless("true").value("true"), Caseless("false").value("false"))).parse_next(input)?;
    not(one_of(|c: char| c.is_alphanumeric())).parse_next(input)?;
    Ok(word.to_owned())
}

fn quoted(input: &mut &str) -> Parsed<String> {
    let quote = one_of(['"', '\'']).parse_next(input)?;
    let mut text = String::new();
    loop {
        text.push_str(take_till(0.., |c| c == quote || c == '\\').parse_next(input)?);
        if cut_err(any).parse_next(input)? == quote {
            return Ok(text);
        }
        text.push(cut_err(one_of(['"', '\'', '\\', '/'])).parse_next(input)?);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn user(attribute: UserAttribute) -> String {
        match attribute {
            UserAttribute::Id => "g-1",
            UserAttribute::UserName => "Marissa",
            UserAttribute::Origin => "uaa",
            UserAttribute::Email => "m@example.com",
            UserAttribute::Active => "true",
            UserAttribute::Verified => "false",
        }
        .to_owned()
    }

    fn matches(text: &str) -> bool {
        Filter::<UserAttribute>::parse(text).expect(text).matches(&user)
    }

    proptest! {
        #[test]
        fn any_value_survives_quoting(value in "\\PC{0,40}") {
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
            let parsed = Filter::<UserAttribute>::parse(&format!("userName eq \"{quoted}\"")).expect("parses");
            prop_assert_eq!(parsed, Filter::Compare(Comparison {
                attribute: UserAttribute::UserName, operator: Operator::Equals, value,
            }));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,200}") {
            let _ = Filter::<UserAttribute>::parse(&text);
        }
    }

    #[test]
    fn the_filters_of_the_clients_are_understood() {
        assert!(matches(r#"userName eq "marissa""#));
        assert!(matches(r#"userName Eq "marissa" and origin Eq "uaa""#));
        assert!(!matches(r#"userName eq "marissa" and origin eq "ldap""#));
        assert!(matches(r#"id eq "x" or id eq "g-1""#));
        assert!(matches(r#"(username eq "a" or USERNAME EQ "marissa") and origin eq "uaa""#));
        assert!(matches(r#" emails.value co "@example" and active eq true "#));
        assert!(matches(r#"userName sw "mar" and id pr"#));
        assert!(matches("not (verified eq true)"));
        assert!(matches("userName eq 'marissa'"));
    }

    #[test]
    fn and_binds_more_tightly_than_or() {
        assert!(matches(r#"id eq "g-1" or id eq "x" and origin eq "nowhere""#));
    }

    #[test]
    fn ids_are_compared_to_the_letter() {
        assert!(!matches(r#"id eq "G-1""#));
    }

    #[test]
    fn what_is_not_in_the_grammar_is_refused() {
        let bad = [
            "",
            "userName",
            "userName eq",
            "userName eq marissa",
            r#"userName eq "a"#,
            r#"userName gt "a""#,
            r#"password eq "a""#,
            r#"userName eq "a" and"#,
            r#"userName eq "a") or (id eq "b""#,
            r#"userName eq "a"and id eq "b""#,
            "active eq trueish",
        ];
        for text in bad {
            assert!(Filter::<UserAttribute>::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_long_lists_are_not() {
        let deep = format!("{}id eq \"a\"{}", "(".repeat(5000), ")".repeat(5000));
        assert!(Filter::<UserAttribute>::parse(&deep).is_err());
        let ids: Vec<String> = (0..200).map(|n| format!("id eq \"{n:036}\"")).collect();
        assert!(Filter::<UserAttribute>::parse(&ids.join(" or ")).is_ok());
    }
}
