//! An operation as data.

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use axum::http::Method;
use cc_actions::Fault;
use std::fmt::{self, Display, Formatter};
use std::future::Future;
use std::pin::Pin;

/// What a handler returns, boxed once here so that the table has one type.
pub type Answering = Pin<Box<dyn Future<Output = Result<Answer, Fault>> + Send>>;
/// Decode, act, present.
pub type Handler = fn(Ctx, Request) -> Answering;

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Anyone; a token is not looked at.
    Anonymous,
    /// A valid token with the scope that the method needs.
    Token,
}

/// What the handler takes as body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    /// JSON, read before the handler runs.
    Json,
    /// A YAML manifest, read before the handler runs.
    Yaml,
    /// Multipart, streamed by the handler.
    Upload,
}

/// What a success has as its body. Names are those of the contract's representations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    Empty,
    /// Bits, or a redirect to where they are.
    Binary,
    /// One representation.
    One(&'static str),
    /// A page of them.
    ListOf(&'static str),
    /// All that there are, without pages.
    AllOf(&'static str),
    /// One, as YAML.
    Yaml(&'static str),
}

/// As the contract's `response` says it.
impl Display for Gives {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::Binary => f.write_str("binary"),
            Self::One(name) => f.write_str(name),
            Self::ListOf(name) => write!(f, "list of {name}"),
            Self::AllOf(name) => write!(f, "all of {name}"),
            Self::Yaml(name) => write!(f, "YAML of {name}"),
        }
    }
}

/// The handler of a row: a function of this name, with what else it is told.
macro_rules! on {
    ($handle:path $(, $also:expr)?) => {
        |ctx, request| Box::pin($handle(ctx, request $(, $also)?))
    };
}
pub(crate) use on;

/// One row of the operation table.
pub struct Operation {
    pub method: Method,
    /// With `{name}` placeholders, without a trailing slash.
    pub path: &'static str,
    /// The contract's name, as in `app_create`.
    pub id: &'static str,
    pub auth: Auth,
    pub takes: Takes,
    /// Bytes of a body that is read before the handler runs: 1 MB, unless said otherwise.
    pub max_body: usize,
    pub gives: Gives,
    pub handler: Handler,
}

impl Operation {
    const fn new(
        method: Method,
        path: &'static str,
        id: &'static str,
        takes: Takes,
        gives: Gives,
        handler: Handler,
    ) -> Self {
        Self { method, path, id, auth: Auth::Token, takes, max_body: 1_048_576, gives, handler }
    }

    pub const fn get(path: &'static str, id: &'static str, gives: Gives, handler: Handler) -> Self {
        Self::new(Method::GET, path, id, Takes::Nothing, gives, handler)
    }

    pub const fn post(path: &'static str, id: &'static str, gives: Gives, handler: Handler) -> Self {
        Self::new(Method::POST, path, id, Takes::Json, gives, handler)
    }

    pub const fn patch(path: &'static str, id: &'static str, gives: Gives, handler: Handler) -> Self {
        Self::new(Method::PATCH, path, id, Takes::Json, gives, handler)
    }

    pub const fn put(path: &'static str, id: &'static str, gives: Gives, handler: Handler) -> Self {
        Self::new(Method::PUT, path, id, Takes::Json, gives, handler)
    }

    pub const fn delete(path: &'static str, id: &'static str, gives: Gives, handler: Handler) -> Self {
        Self::new(Method::DELETE, path, id, Takes::Nothing, gives, handler)
    }

    /// Needs no token.
    pub const fn anonymous(mut self) -> Self {
        self.auth = Auth::Anonymous;
        self
    }

    /// Takes a longer body than usual.
    pub const fn up_to(mut self, max_body: usize) -> Self {
        self.max_body = max_body;
        self
    }

    pub const fn takes(mut self, takes: Takes) -> Self {
        self.takes = takes;
        self
    }
}
