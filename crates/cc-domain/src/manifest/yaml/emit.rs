//! Values as the text that the reference prints: Psych chooses a style for each text, and libyaml, which writes it, may have to choose
//! another. The names of the facts below are those of libyaml's analysis.

use super::scalar::{Scalar, is_point_in_time};
use super::text::of_float;
use serde_json::{Map, Value};

/// Columns after which a line is broken at the next space.
const WIDTH: usize = 80;
const INDENT: usize = 2;
/// A longer key, or one of several lines, stands on a line of its own.
const MAX_SIMPLE_KEY: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// A whole document.
pub fn document(value: &Value) -> String {
    let mut emitter = Emitter { out: "---".to_owned(), column: 3, is_space: false, is_indent: false };
    match value {
        Value::Object(members) if !members.is_empty() => emitter.mapping(members, 0),
        Value::Array(items) if !items.is_empty() => emitter.sequence(items, 0),
        other => emitter.node(other, 0, false),
    }
    emitter.write_indent(0);
    emitter.out
}

struct Emitter {
    out: String,
    column: usize,
    /// The last character separates.
    is_space: bool,
    /// Nothing but indentation stands on the line yet.
    is_indent: bool,
}

impl Emitter {
    fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn put_all(&mut self, text: &str) {
        text.chars().for_each(|c| self.put(c));
    }

    fn line_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    fn write_indent(&mut self, indent: usize) {
        if !self.is_indent || self.column > indent || self.column == indent && !self.is_space {
            self.line_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        (self.is_space, self.is_indent) = (true, true);
    }

    fn separate(&mut self) {
        if !self.is_space {
            self.put(' ');
        }
    }

    fn mark(&mut self, text: &str, keeps_indent: bool) {
        self.separate();
        self.put_all(text);
        self.is_space = false;
        self.is_indent &= keeps_indent;
    }

    fn mapping(&mut self, members: &Map<String, Value>, indent: usize) {
        for (key, value) in members {
            self.write_indent(indent);
            let is_simple = key.len() <= MAX_SIMPLE_KEY && !key.contains(is_break);
            if is_simple {
                self.text(key, indent + INDENT, true);
                self.put(':');
                (self.is_space, self.is_indent) = (false, false);
            } else {
                self.mark("?", true);
                self.text(key, indent + INDENT, false);
                self.write_indent(indent);
                self.mark(":", true);
            }
            self.node(value, indent, true);
        }
    }

    fn sequence(&mut self, items: &[Value], indent: usize) {
        for item in items {
            self.write_indent(indent);
            self.mark("-", true);
            self.node(item, indent, false);
        }
    }

    /// A value inside something that stands at this indentation.
    fn node(&mut self, value: &Value, indent: usize, is_member: bool) {
        match value {
            Value::Object(members) if members.is_empty() => self.mark("{}", false),
            Value::Array(items) if items.is_empty() => self.mark("[]", false),
            Value::Object(members) => self.mapping(members, indent + INDENT),
            // The items of a member stand below its key.
            Value::Array(items) if is_member && !self.is_indent => self.sequence(items, indent),
            Value::Array(items) => self.sequence(items, indent + INDENT),
            Value::String(text) => self.text(text, indent + INDENT, false),
            Value::Null => {}
            Value::Bool(value) => self.mark(if *value { "true" } else { "false" }, false),
            Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
                Some(float) => self.mark(&of_float(float), false),
                None => self.mark(&number.to_string(), false),
            },
        }
    }

    fn text(&mut self, text: &str, indent: usize, is_key: bool) {
        let facts = Facts::of(text);
        if text == "<<" {
            self.mark("!!str", false);
            return self.single(text, indent, is_key);
        }
        match facts.style(wanted(text), text, is_key) {
            Style::Plain => self.plain(text, indent, is_key),
            Style::Single => self.single(text, indent, is_key),
            Style::Double => self.double(text, indent, is_key),
            Style::Literal => self.literal(text, indent),
        }
    }

    /// Only what has a single line is plain.
    fn plain(&mut self, text: &str, indent: usize, is_key: bool) {
        if !text.is_empty() {
            self.separate();
        }
        let mut chars = text.chars().peekable();
        let mut after_space = false;
        while let Some(c) = chars.next() {
            let may_break = c == ' ' && !is_key && !after_space && self.column > WIDTH;
            if may_break && chars.peek() != Some(&' ') {
                self.write_indent(indent);
            } else {
                self.put(c);
                self.is_indent = false;
            }
            after_space = c == ' ';
        }
        (self.is_space, self.is_indent) = (false, false);
    }

    fn single(&mut self, text: &str, indent: usize, is_key: bool) {
        self.mark("'", false);
        let mut chars = text.chars().peekable();
        let (mut is_first, mut after_space, mut after_break) = (true, false, false);
        while let Some(c) = chars.next() {
            if c == ' ' {
                let may_break = !is_key && !after_space && self.column > WIDTH && !is_first;
                if may_break && chars.peek().is_some_and(|next| *next != ' ') {
                    self.write_indent(indent);
                } else {
                    self.put(c);
                }
                after_space = true;
            } else if is_break(c) {
                if !after_break && c == '\n' {
                    self.line_break();
                }
                self.written_break(c);
                after_break = true;
            } else {
                if after_break {
                    self.write_indent(indent);
                }
                if c == '\'' {
                    self.put('\'');
                }
                self.put(c);
                (self.is_indent, after_space, after_break) = (false, false, false);
            }
            is_first = false;
        }
        if after_break {
            self.write_indent(indent);
        }
        self.put('\'');
        (self.is_space, self.is_indent) = (false, false);
    }

    fn written_break(&mut self, c: char) {
        if c == '\n' {
            self.line_break();
        } else {
            self.out.push(c);
            self.column = 0;
        }
        self.is_indent = true;
    }

    fn double(&mut self, text: &str, indent: usize, is_key: bool) {
        self.mark("\"", false);
        let mut chars = text.chars().peekable();
        let (mut is_first, mut after_space) = (true, false);
        while let Some(c) = chars.next() {
            if !is_printable(c) || is_break(c) || c == '"' || c == '\\' {
                self.put_all(&escaped(c));
                after_space = false;
            } else if c == ' ' {
                let may_break = !is_key && !after_space && self.column > WIDTH && !is_first;
                if may_break && let Some(next) = chars.peek() {
                    let is_space_next = *next == ' ';
                    self.write_indent(indent);
                    if is_space_next {
                        self.put('\\');
                    }
                } else {
                    self.put(c);
                }
                after_space = true;
            } else {
                self.put(c);
                after_space = false;
            }
            is_first = false;
        }
        self.put('"');
        (self.is_space, self.is_indent) = (false, false);
    }

    fn literal(&mut self, text: &str, indent: usize) {
        let hint = if text.starts_with(|c| c == ' ' || is_break(c)) { "2" } else { "" };
        let mut back = text.chars().rev();
        let chomp = match (back.next().is_some_and(is_break), back.next().is_none_or(is_break)) {
            (false, _) => "-",
            (true, true) => "+",
            (true, false) => "",
        };
        self.mark(&format!("|{hint}{chomp}"), false);
        self.line_break();
        (self.is_space, self.is_indent) = (true, true);
        let mut after_break = true;
        for c in text.chars() {
            if is_break(c) {
                self.written_break(c);
                after_break = true;
            } else {
                if after_break {
                    self.write_indent(indent);
                }
                self.put(c);
                (self.is_indent, after_break) = (false, false);
            }
        }
    }
}

/// The style that Psych asks for.
fn wanted(text: &str) -> Style {
    // More than the breaks at the end, of which it takes two for one.
    let inner = text.strip_suffix('\n').unwrap_or(text);
    if inner.strip_suffix('\n').unwrap_or(inner).contains('\n') {
        Style::Literal
    } else if matches!(text, "y" | "Y" | "n" | "N") || has_line_of_signs(text) {
        Style::Double
    } else if Scalar::of(text) != Scalar::Text
        || is_point_in_time(text)
        || is_symbol(text)
        || is_octal_fraction(text)
    {
        Style::Single
    } else {
        Style::Plain
    }
}

/// A line begins with what belongs to no word, and holds no double quote behind that.
fn has_line_of_signs(text: &str) -> bool {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    starts.filter_map(|at| text.get(at..)).any(|line| {
        let mut chars = line.chars();
        let is_sign = chars.next().is_some_and(|c| !(c.is_alphanumeric() || c == '_'));
        is_sign && !chars.take_while(|c| *c != '\n').any(|c| c == '"')
    })
}

fn is_symbol(text: &str) -> bool {
    text.strip_prefix(':').is_some_and(|rest| !rest.is_empty())
}

/// Reads as a fraction elsewhere, though it begins like an octal number.
fn is_octal_fraction(text: &str) -> bool {
    let Some((whole, fraction)) = text.split_once('.') else { return false };
    whole.starts_with('0')
        && whole.bytes().all(|b| (b'0'..=b'7').contains(&b))
        && fraction.starts_with(|c: char| c.is_ascii_digit())
}

struct Facts {
    is_multiline: bool,
    plain_allowed: bool,
    single_allowed: bool,
    block_allowed: bool,
}

impl Facts {
    fn of(text: &str) -> Self {
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut special, mut breaks, mut space_break, mut break_space) = (false, false, false, false);
        let mut before: Option<char> = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let is_blank_next = chars.peek().is_none_or(|next| is_blank(*next));
            indicators |= match c {
                ':' => is_blank_next,
                '#' => before.is_none_or(is_blank),
                '?' | '-' => before.is_none() && is_blank_next,
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
                    before.is_none()
                }
                _ => false,
            };
            special |= !is_printable(c);
            breaks |= is_break(c);
            break_space |= c == ' ' && before.is_some_and(is_break);
            space_break |= is_break(c) && before == Some(' ');
            before = Some(c);
        }
        let is_edge = |c: char| c == ' ' || is_break(c);
        Self {
            is_multiline: breaks,
            plain_allowed: !(indicators
                || special
                || breaks
                || text.starts_with(is_edge)
                || text.ends_with(is_edge)),
            single_allowed: !(special || break_space || space_break),
            block_allowed: !(special || text.is_empty() || text.ends_with(' ')),
        }
    }

    fn style(&self, wanted: Style, text: &str, is_key: bool) -> Style {
        let mut style = if is_key && self.is_multiline { Style::Double } else { wanted };
        if style == Style::Plain && (!self.plain_allowed || text.is_empty() && is_key) {
            style = Style::Single;
        }
        match style {
            Style::Single if !self.single_allowed => Style::Double,
            Style::Literal if !self.block_allowed || is_key => Style::Double,
            style => style,
        }
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t' || is_break(c)
}

/// As libyaml has it: no tab, and nothing beyond the basic plane.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{ffff}')
        && !matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn escaped(c: char) -> String {
    let letter = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' | '\\' => c,
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            return match u32::from(c) {
                code @ ..=0xff => format!("\\x{code:02X}"),
                code @ ..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{letter}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(value: &str) -> String {
        let text = document(&json!({ "m": { "k": value } }));
        text.strip_prefix("---\nm:\n  k:").unwrap_or(&text).trim_end_matches('\n').to_owned()
    }

    #[test]
    fn a_text_has_the_style_that_psych_and_libyaml_give_it() {
        for (text, expected) in [
            ("plain", " plain"),
            ("1", " '1'"),
            ("yes", " 'yes'"),
            ("~", " \"~\""),
            ("", " ''"),
            (" x ", " \" x \""),
            ("a: b", " 'a: b'"),
            ("a #b", " 'a #b'"),
            ("it's \"q\"", " it's \"q\""),
            ("a\nb", " |-\n    a\n    b"),
            ("a\nb\n", " |\n    a\n    b"),
            ("a\n", " 'a\n\n    '"),
            ("ä☃", " ä☃"),
            ("😀", " \"\\U0001F600\""),
            ("2020-01-01", " '2020-01-01'"),
            ("0755", " '0755'"),
            ("1e3", " 1e3"),
            ("{\"a\": [1]}", " '{\"a\": [1]}'"),
            ("a\tb", " \"a\\tb\""),
            ("a\r\nb", " \"a\\r\\nb\""),
            ("<<", " !!str '<<'"),
            ("n", " \"n\""),
            ("/h", " \"/h\""),
            ("12:30:45", " '12:30:45'"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_break_at_the_first_space_after_the_width() {
        let long = "w ".repeat(60);
        let lines: Vec<String> = shown(&long).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().skip(1).all(|line| line.starts_with("    w")), "{lines:?}");
    }

    #[test]
    fn lists_stand_below_their_key_and_what_is_empty_is_in_brackets() {
        let value = json!({ "a": [{ "b": ["c"], "o": {}, "l": [], "i": -1, "t": true }], "n": {"x": 1} });
        let expected = "---\na:\n- b:\n  - c\n  o: {}\n  l: []\n  i: -1\n  t: true\n\"n\":\n  x: 1\n";
        assert_eq!(document(&value), expected);
    }

    #[test]
    fn a_long_key_has_a_line_of_its_own() {
        let key = "k".repeat(129);
        let mut members = Map::new();
        members.insert(key.clone(), json!("v"));
        assert_eq!(document(&Value::Object(members)), format!("---\n? {key}\n: v\n"));
    }
}
