//! What a platform can ask of a broker.

use axum::http::Method;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Catalog,
    Provision,
    Update,
    Deprovision,
    Fetch,
    Bind,
    Unbind,
    FetchBinding,
    Poll,
}

impl Operation {
    pub const ALL: [Self; 9] = [
        Self::Catalog,
        Self::Provision,
        Self::Update,
        Self::Deprovision,
        Self::Fetch,
        Self::Bind,
        Self::Unbind,
        Self::FetchBinding,
        Self::Poll,
    ];

    /// As in programs and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Provision => "provision",
            Self::Update => "update",
            Self::Deprovision => "deprovision",
            Self::Fetch => "fetch",
            Self::Bind => "bind",
            Self::Unbind => "unbind",
            Self::FetchBinding => "fetch_binding",
            Self::Poll => "last_operation",
        }
    }

    /// Whether a parameter `behave` of its own request is about it.
    pub fn makes_or_changes(self) -> bool {
        matches!(self, Self::Provision | Self::Update | Self::Bind)
    }
}

/// What stands behind a base path.
#[derive(Debug, PartialEq, Eq)]
pub enum Target<'a> {
    Catalog,
    /// None: a method that nothing has.
    Of {
        operation: Option<Operation>,
        instance: &'a str,
        binding: Option<&'a str>,
    },
    Nothing,
}

impl<'a> Target<'a> {
    pub fn of(method: &Method, rest: &'a str) -> Self {
        let segments: Vec<&str> = rest.trim_start_matches('/').split('/').collect();
        if segments.iter().any(|segment| segment.is_empty()) {
            return Self::Nothing;
        }
        let of = |operation, instance, binding| Self::Of { operation, instance, binding };
        let last = Some(Operation::Poll);
        match segments.as_slice() {
            ["v2", "catalog"] => Self::Catalog,
            ["v2", "service_instances", instance] => of(of_instance(method), instance, None),
            ["v2", "service_instances", instance, "last_operation"] => of(last, instance, None),
            ["v2", "service_instances", instance, "service_bindings", binding] => {
                of(of_binding(method), instance, Some(binding))
            }
            ["v2", "service_instances", instance, "service_bindings", binding, "last_operation"] => {
                of(last, instance, Some(binding))
            }
            _ => Self::Nothing,
        }
    }
}

fn of_instance(method: &Method) -> Option<Operation> {
    match method.as_str() {
        "GET" => Some(Operation::Fetch),
        "PUT" => Some(Operation::Provision),
        "PATCH" => Some(Operation::Update),
        "DELETE" => Some(Operation::Deprovision),
        _ => None,
    }
}

fn of_binding(method: &Method) -> Option<Operation> {
    match method.as_str() {
        "GET" => Some(Operation::FetchBinding),
        "PUT" => Some(Operation::Bind),
        "DELETE" => Some(Operation::Unbind),
        _ => None,
    }
}
