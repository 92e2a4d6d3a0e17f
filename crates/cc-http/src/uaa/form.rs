//! Forms and queries: `application/x-www-form-urlencoded`, read strictly where it matters. `form_urlencoded` replaces what is no
//! UTF-8, and could not refuse it.

use super::error::UaaError;
use cc_actions::fault::NUL;
use cc_domain::secret::Secret;
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;

/// Parameters by name. No `Debug`: there are passwords among them.
#[derive(Default)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    /// Unknown names are kept and ignored (the CLI sends the values of further prompts); a name that comes twice, or
    /// bytes that are no UTF-8, could mean two things and are refused.
    pub(super) fn parse(text: &str) -> Result<Self, UaaError> {
        let mut values = BTreeMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name)?;
            if values.contains_key(&name) {
                return Err(UaaError::invalid_request(format!("Duplicate parameter: {name}")));
            }
            values.insert(name, decode(value)?);
        }
        Ok(Self(values))
    }

    /// The body of a request.
    pub(super) fn parse_body(body: &[u8]) -> Result<Self, UaaError> {
        Self::parse(std::str::from_utf8(body).map_err(|_| no_utf8())?)
    }

    /// The value; `None` if the name is missing or its value is empty (python sends `scope=`).
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value, even if it is empty.
    pub(super) fn secret(&self, name: &str) -> Option<Secret> {
        self.0.get(name).map(|value| Secret::new(value.as_str()))
    }
}

/// One value, with `+` for a space.
pub(super) fn decode(text: &str) -> Result<String, UaaError> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().map_err(|_| no_utf8())?;
    if decoded.contains('\0') {
        return Err(UaaError::invalid_request(NUL));
    }
    Ok(decoded.into_owned())
}

fn no_utf8() -> UaaError {
    UaaError::invalid_request("The parameters are not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_and_percent_are_decoded_once() {
        let form = Form::parse("a=b+c%2Bd%252B&e=%C3%A4&f&g=").unwrap_or_default();
        assert_eq!(form.text("a"), Some("b c+d%2B"));
        assert_eq!(form.text("e"), Some("ä"));
        assert_eq!(form.text("f"), None);
        assert!(form.secret("g").is_some_and(|empty| empty.expose().is_empty()));
        assert!(form.secret("h").is_none());
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        assert!(Form::parse("a=1&a=2").is_err());
        assert!(Form::parse("a=1&%61=2").is_err());
        assert!(Form::parse("a=%ff").is_err());
        assert!(Form::parse("a=%00").is_err());
        assert!(Form::parse("%00=a").is_err());
        assert!(Form::parse_body(b"a=\xff").is_err());
    }
}
