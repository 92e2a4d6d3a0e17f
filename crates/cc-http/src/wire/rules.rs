//! The checks that the reference's messages are made of, with its words. Each looks at one member of the body and leaves it there.

use super::Fields;
use cc_domain::ruby::is_printable;
pub use cc_domain::ruby::{as_column, as_text, is_blank, length};
use serde_json::Value;

/// Whether null is looked at, or as good as absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Null {
    Checked,
    Skipped,
}

impl Fields {
    fn looked_at(&self, name: &'static str, null: Null) -> Option<Value> {
        let value = self.value(name);
        (null == Null::Checked || !value.is_null()).then(|| value.clone())
    }

    pub fn must_be_present(&mut self, name: &'static str) {
        if is_blank(self.value(name)) {
            self.refuse(format!("{} can't be blank", self.label(name)));
        }
    }

    pub fn must_be_string(&mut self, name: &'static str, null: Null) {
        if self.looked_at(name, null).is_some_and(|value| !value.is_string()) {
            self.refuse(format!("{} must be a string", self.label(name)));
        }
    }

    pub fn must_be_boolean(&mut self, name: &'static str, null: Null) {
        if self.looked_at(name, null).is_some_and(|value| !value.is_boolean()) {
            self.refuse(format!("{} must be a boolean", self.label(name)));
        }
    }

    pub fn must_be_object(&mut self, name: &'static str, null: Null) {
        if self.looked_at(name, null).is_some_and(|value| !value.is_object()) {
            self.refuse(format!("{} must be an object", self.label(name)));
        }
    }

    pub fn must_be_at_least(&mut self, name: &'static str, min: usize, null: Null) {
        if self.looked_at(name, null).is_some_and(|value| length(&value) < min) {
            let unit = if min == 1 { "character" } else { "characters" };
            self.refuse(format!("{} is too short (minimum is {min} {unit})", self.label(name)));
        }
    }

    pub fn must_be_at_most(&mut self, name: &'static str, max: usize, null: Null) {
        if self.looked_at(name, null).is_some_and(|value| length(&value) > max) {
            self.refuse(format!("{} is too long (maximum is {max} characters)", self.label(name)));
        }
    }

    /// At least one character, and no control character but a line break at the end.
    pub fn must_be_printable(&mut self, name: &'static str, null: Null) {
        if self.looked_at(name, null).is_some_and(|value| !is_printable(&as_text(&value))) {
            self.refuse(format!("{} must not contain escaped characters", self.label(name)));
        }
    }

    /// The text of a member that passed; `None` for null, absent and what is no text.
    pub fn text_of(&self, name: &'static str) -> Option<&str> {
        self.value(name).as_str()
    }
}
