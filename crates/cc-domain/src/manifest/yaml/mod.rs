//! YAML text in and out, with bounds on what a text can cost. Values are those that the reference reads: see [`scalar`].

mod emit;
mod scalar;
mod text;

pub use emit::document as print;
pub use text::of as as_text;

use super::ManifestError;
use crate::nul::holds_nul;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};
use scalar::Scalar;
use serde_json::{Map, Value};

/// Bytes of a manifest.
pub const MAX_BYTES: usize = 1_048_576;

/// What stands before a key of an `env` that is a number, a truth or nothing: those are refused, which only its reader can say.
pub(super) const NOT_A_TEXT: char = '\u{fdd0}';

const MAX_DEPTH: usize = 64;
const MAX_NODES: usize = 100_000;
const NAMESPACE: &str = "tag:yaml.org,2002:";

/// Reads the first document. Aliases are refused, so a text cannot grow while it is read; of a key that comes twice the last one counts.
pub fn read(text: &str) -> Result<Value, ManifestError> {
    if text.len() > MAX_BYTES {
        return Err(ManifestError::TooLarge);
    }
    let options = granit_parser::options! { emit_comments: false, emit_unresolved_aliases: true };
    let mut reader = Reader { events: Parser::new_from_str_with_options(text, options), nodes: 0 };
    loop {
        match reader.next()? {
            Event::StreamStart => {}
            Event::DocumentStart(..) => break,
            _ => return Ok(Value::Null),
        }
    }
    match reader.next()? {
        Event::DocumentEnd => Ok(Value::Null),
        first => {
            let value = reader.node(first, MAX_DEPTH, false)?.value;
            if holds_nul(&value) { Err(ManifestError::Syntax) } else { Ok(value) }
        }
    }
}

/// A value, and whether it is a text to Psych: some numbers have no other form here.
struct Node {
    value: Value,
    is_text: bool,
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self { value, is_text: false }
    }
}

struct Reader<E> {
    events: E,
    nodes: usize,
}

impl<'a, E: Iterator<Item = Result<(Event<'a>, Span), ScanError>>> Reader<E> {
    fn next(&mut self) -> Result<Event<'a>, ManifestError> {
        match self.events.next() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(_)) | None => Err(ManifestError::Syntax),
        }
    }

    fn node(&mut self, first: Event<'a>, depth: usize, is_env: bool) -> Result<Node, ManifestError> {
        self.nodes += 1;
        let below = depth.checked_sub(1).filter(|_| self.nodes <= MAX_NODES).ok_or(ManifestError::Syntax)?;
        match first {
            Event::Scalar(text, style, _, tag) => scalar_node(&text, style, tag.as_deref()),
            Event::SequenceStart(..) => Ok(Value::from(self.sequence(below)?).into()),
            Event::MappingStart(..) => Ok(Value::from(self.mapping(below, is_env)?).into()),
            Event::Alias(_) | Event::UnresolvedAlias(_) => Err(ManifestError::Aliases),
            _ => Err(ManifestError::Syntax),
        }
    }

    fn sequence(&mut self, depth: usize) -> Result<Vec<Value>, ManifestError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(items),
                first => items.push(self.node(first, depth, false)?.value),
            }
        }
    }

    fn mapping(&mut self, depth: usize, is_env: bool) -> Result<Map<String, Value>, ManifestError> {
        let mut members = Map::new();
        loop {
            let first = match self.next()? {
                Event::MappingEnd => return Ok(members),
                first => first,
            };
            let may_merge = !is_tagged_text(&first);
            let key = self.node(first, depth, false)?;
            let name = as_text(&key.value);
            let first = self.next()?;
            let value = self.node(first, depth, name == "env")?.value;
            if name == "<<" && may_merge {
                merge(&mut members, value);
            } else if is_env && !key.is_text {
                members.insert(format!("{NOT_A_TEXT}{name}"), value);
            } else {
                members.insert(name, value);
            }
        }
    }
}

fn full_name(tag: &Tag) -> String {
    let (handle, suffix) = tag.parts();
    format!("{handle}{suffix}")
}

fn is_tagged_text(event: &Event<'_>) -> bool {
    event.tag().is_some_and(|tag| full_name(tag) == format!("{NAMESPACE}str"))
}

/// The members of a map, or of a list of maps of which the first counts most, go into the one that has the merge key. Anything else is
/// the value of a key of that name.
fn merge(members: &mut Map<String, Value>, value: Value) {
    match value {
        Value::Object(others) => members.extend(others),
        Value::Array(items) if items.iter().all(Value::is_object) => {
            for others in items.into_iter().rev() {
                merge(members, others);
            }
        }
        other => {
            members.insert("<<".to_owned(), other);
        }
    }
}

/// Quoted and in blocks it is a text; a tag may say so, or otherwise.
fn scalar_node(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Node, ManifestError> {
    let as_written = || Ok(Node { value: text.into(), is_text: true });
    let resolved = || {
        let scalar = Scalar::of(text);
        Node { is_text: scalar == Scalar::Text, value: scalar.value(text) }
    };
    let Some(name) = tag.map(full_name) else {
        return if style == ScalarStyle::Plain { Ok(resolved()) } else { as_written() };
    };
    match name.strip_prefix(NAMESPACE).or_else(|| name.strip_prefix('!')).unwrap_or(&name) {
        "str" | "ruby/string" => as_written(),
        "binary" => {
            let bytes = decoded(text).ok_or(ManifestError::Syntax)?;
            Ok(Node { value: bytes.into(), is_text: true })
        }
        "float" => match Scalar::of(text) {
            #[expect(clippy::cast_precision_loss, reason = "what the author asks for")]
            Scalar::Integer(number) => Ok(Scalar::Float(number as f64).value(text).into()),
            _ => Ok(resolved()),
        },
        _ => Ok(resolved()),
    }
}

/// Base64 with whatever else is between; `None` if it is no text.
fn decoded(text: &str) -> Option<String> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let digits: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || "+/".contains(*c)).collect();
    String::from_utf8(LENIENT.decode(digits).ok()?).ok()
}

#[cfg(test)]
mod tests;
