use super::*;
use crate::feature_flag::FeatureFlags;
use crate::manifest::Manifest;
use crate::metadata::Key;
use proptest::prelude::*;
use serde_json::json;

/// The variable that an unquoted text becomes.
fn variable(text: &str) -> String {
    let document = read(&format!("env:\n  K: {text}\n")).unwrap();
    as_text(&document["env"]["K"])
}

#[test]
fn nul_is_refused_wherever_it_stands() {
    for text in [r#"a: "x\0""#, r#"a: ["\x00"]"#, r#""\u0000": b"#] {
        assert!(matches!(read(text), Err(ManifestError::Syntax)), "{text}");
    }
}

#[test]
fn a_plain_scalar_becomes_what_psych_makes_of_it() {
    let texts = [
        "0049891234567",
        "0899",
        "5e10",
        "1e3",
        "12e4567",
        "y",
        "n",
        "Y",
        "N",
        "0o17",
        "2020-01-01",
        "2020-01-01 10:00:00Z",
        "1.2.3",
        "v1",
        "1.5e3",
        ".",
        "+",
        "1:2:3:4",
        "12:60",
        "a:b",
        ":a",
        "0x",
        "0b2",
        "0_",
        "0B1",
        "0X1f",
        "1e-5",
        ".e+3",
        "nope",
        "yesterday",
        "truely",
        "-a",
        "1-2",
        "+a",
        "null1",
        "one two",
        "é",
        "1 000",
        "08:30:99",
        "=",
        "_1",
    ];
    for text in texts {
        assert_eq!(variable(text), text, "stays a text");
    }
    for (text, value) in [
        ("0123", "83"),
        ("007", "7"),
        ("-0123", "-83"),
        ("0", "0"),
        ("-0", "0"),
        ("+5", "5"),
        ("00", "0"),
        ("0_7", "7"),
        ("1.0e-5", "1.0e-05"),
        ("1.0e+20", "1.0e+20"),
        ("1.10", "1.1"),
        ("1.0", "1.0"),
        (".5", "0.5"),
        ("5.", "5.0"),
        ("-.5", "-0.5"),
        ("100000.0e+10", "1000000000000000.0"),
        ("1.0e+16", "1.0e+16"),
        ("0.0001", "0.0001"),
        ("0.00001", "1.0e-05"),
        ("0.000123", "0.000123"),
        ("123456.789", "123456.789"),
        ("-0.0", "-0.0"),
        ("1.5e+300", "1.5e+300"),
        ("5.e+3", "5000.0"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("-12345678901234567890123", "-12345678901234567890123"),
        ("9223372036854775807", "9223372036854775807"),
        ("9223372036854775808", "9223372036854775808"),
        ("0xFFFFFFFFFFFFFFFFFF", "4722366482869645213695"),
        ("1.0e+999", "Infinity"),
        ("yes", "true"),
        ("no", "false"),
        ("on", "true"),
        ("off", "false"),
        ("True", "true"),
        ("FALSE", "false"),
        ("oN", "true"),
        ("0x1F", "31"),
        ("0x_1F", "31"),
        ("-0x1f", "-31"),
        ("0b101", "5"),
        ("1__0", "10"),
        ("1_000", "1000"),
        ("1,000", "1000"),
        ("1_000.5", "1000.5"),
        ("1,000.5", "1000.5"),
        ("12:30", "45000"),
        ("1:30:00", "5400"),
        ("-1:30", "-1800"),
        ("1:30.5", "5430.0"),
        ("1_0:00", "36000"),
        (".inf", "Infinity"),
        ("+.inf", "Infinity"),
        ("-.INF", "-Infinity"),
        (".nan", "NaN"),
        (".NaN", "NaN"),
        ("~", ""),
        ("null", ""),
        ("NULL", ""),
        ("", ""),
    ] {
        assert_eq!(variable(text), value, "{text}");
    }
}

#[test]
fn what_is_quoted_or_tagged_so_stays_a_text() {
    for text in [
        "'0123'",
        "\"yes\"",
        "!!str 1e3",
        "!!str 0123",
        "!str 1_000",
        "|\n    12:30",
        ">-\n    0x1F",
        "!!binary MTI=",
    ] {
        let document = read(&format!("env:\n  K: {text}\n")).unwrap();
        assert!(document["env"]["K"].is_string(), "{text}");
    }
    assert_eq!(variable("!!float 3"), "3.0");
    assert_eq!(variable("!!int '0x10'"), "16");
    assert_eq!(variable("!other 0x10"), "16");
    assert_eq!(read("a: !!binary /w=="), Err(ManifestError::Syntax));
}

#[test]
fn lists_and_maps_become_json() {
    assert_eq!(
        variable("{a: [1, b, 1.0e-5, ~, yes], 0x10: 'x\"'}"),
        r#"{"a":[1,"b",1.0e-05,null,true],"16":"x\""}"#
    );
}

#[test]
fn of_a_key_that_comes_twice_the_last_one_counts() {
    assert_eq!(read("a: 1\nb: 2\na: 3"), Ok(json!({ "a": 3, "b": 2 })));
}

#[test]
fn maps_are_merged_without_aliases() {
    assert_eq!(read("{a: 1, <<: {a: 2, b: 3}, b: 4}"), Ok(json!({ "a": 2, "b": 4 })));
    assert_eq!(read("{<<: [{a: 1}, {a: 2, b: 3}]}"), Ok(json!({ "a": 1, "b": 3 })));
    assert_eq!(read("{<<: [{a: 1}, 2]}"), Ok(json!({ "<<": [{ "a": 1 }, 2] })));
    assert_eq!(read("{!!str <<: {a: 1}}"), Ok(json!({ "<<": { "a": 1 } })));
}

fn parse(text: &str) -> Result<Manifest, ManifestError> {
    Manifest::parse(&read(text)?, &FeatureFlags::default())
}

fn complaints(text: &str) -> Vec<String> {
    match parse(text) {
        Err(ManifestError::Invalid(messages)) => messages,
        Err(other) => vec![other.to_string()],
        Ok(_) => Vec::new(),
    }
}

#[test]
fn names_of_variables_are_texts() {
    for map in ["{1: 2}", "{yes: a}", "{~: a}", "{0x10: a, 1.0: b}"] {
        let text = format!("applications: [{{name: x, env: {map}}}]");
        assert_eq!(complaints(&text), ["For application 'x': Env key must be a string"], "{map}");
    }
    let text = "applications: [{name: x, env: {'1': 2, 'yes': a, y: b}, metadata: {labels: {1: 0x10}}}]";
    let app = &parse(text).unwrap().applications[0];
    let env: Vec<_> = app.environment.iter().map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(env, ["1=2", "yes=a", "y=b"]);
    assert_eq!(app.metadata.labels[&Key::parse("1").unwrap()].as_deref(), Some("16"));
    let null = "applications: [{name: x, env: null}]";
    assert_eq!(complaints(null), ["For application 'x': Env must be an object of keys and values"]);
}

#[test]
fn the_version_is_one_or_unsaid() {
    for version in ["1", "1.0", "~", "0x1"] {
        assert!(parse(&format!("version: {version}\napplications: [{{name: x}}]")).is_ok(), "{version}");
    }
    for version in ["2", "'1'", "1.5", "yes"] {
        let text = format!("version: {version}\napplications: [{{name: x}}]");
        assert_eq!(
            complaints(&text),
            ["Unsupported manifest schema version. Currently supported versions: [1]."]
        );
    }
}

#[test]
fn only_the_first_document_is_read_and_aliases_are_refused() {
    assert_eq!(read("a: 1\n---\nb: ]\n"), Ok(json!({ "a": 1 })));
    assert_eq!(read("a: &x [1]"), Ok(json!({ "a": [1] })));
    for text in ["a: &x 1\nb: *x", "- *x"] {
        assert_eq!(read(text), Err(ManifestError::Aliases), "{text}");
    }
    for nothing in ["", "---", "# x", "null", "~"] {
        assert_eq!(read(nothing), Ok(Value::Null), "{nothing:?}");
    }
    for broken in ["]", "a: b: c", "{a: 1", "'"] {
        assert_eq!(read(broken), Err(ManifestError::Syntax), "{broken:?}");
    }
}

#[test]
fn depth_and_size_are_bounded() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&deep(60)).is_ok());
    assert_eq!(read(&deep(70)), Err(ManifestError::Syntax));
    assert_eq!(read(&format!("[{}]", "1,".repeat(MAX_NODES))), Err(ManifestError::Syntax));
    assert_eq!(read(&"a".repeat(MAX_BYTES + 1)), Err(ManifestError::TooLarge));
}

#[test]
fn texts_that_look_like_something_else_survive() {
    let texts = [
        "yes",
        "no",
        "on",
        "off",
        "y",
        "null",
        "~",
        "1",
        "1.0",
        "0x1f",
        "1e3",
        "true",
        "",
        "-",
        " a",
        "a ",
        "a: b",
        "#x",
        "a #b",
        "2020-01-01",
        "0o7",
        "007",
        "1_000",
        ".inf",
        ".nan",
        "<<",
        "=",
        "!x",
        "&a",
        "*a",
        "%",
        "@",
        "`",
        "'",
        "\"",
        "\n",
        "a\nb",
        "a\n",
        "\n\na\n\n",
        "\t",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\r\n",
        "\\",
        "{",
        "[",
        "? a",
        "- a",
        "---",
        "...",
        "a:",
        ":",
        "1,000",
        "1_000.5",
        "12:30",
        "0b1",
        "+.inf",
        "NULL",
        "oN",
        "+1",
        ":a",
    ];
    for text in texts {
        let value = serde_json::json!({ "applications": [{ "env": { "K": text, text: "v" } }] });
        let printed = print(&value);
        assert_eq!(read(&printed).as_ref(), Ok(&value), "{printed:?}");
    }
}

proptest! {
    #[test]
    fn a_text_is_kept_or_is_a_number_a_truth_or_nothing(text in "[a-zA-Z0-9_.,:+-]{1,12}") {
        prop_assume!(!text.starts_with([',', '-', ':']) && !text.ends_with(':') && !text.starts_with("..."));
        let value = read(&format!("env:\n  K: {text}\n")).unwrap()["env"]["K"].take();
        match value {
            Value::String(kept) if kept == text => {}
            Value::String(number) => prop_assert!(
                number.parse::<f64>().is_ok() || ["Infinity", "-Infinity", "NaN"].contains(&number.as_str()), "{}", number
            ),
            Value::Number(_) => prop_assert!(text.contains(|c: char| c.is_ascii_digit())),
            Value::Bool(_) => prop_assert!(["yes", "no", "on", "off", "true", "false"].contains(&text.to_lowercase().as_str())),
            Value::Null => prop_assert_eq!(text.to_lowercase(), "null"),
            other => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn what_is_printed_is_read_as_the_same_text(key in "\\PC{1,8}|[0-9a-fxyno_.,:+-]{1,8}", text in "\\PC{0,12}|[0-9a-fxyno_.,:+-]{1,8}") {
        prop_assume!(key != "<<");
        let value = json!({ "applications": [{ "env": { key: text } }] });
        prop_assert_eq!(read(&print(&value)), Ok(value));
    }

    #[test]
    fn a_quoted_text_stays_as_it_is(text in "\\PC{0,12}") {
        let quoted = format!("'{}'", text.replace('\'', "''"));
        prop_assert_eq!(read(&format!("{{K: {quoted}}}")), Ok(json!({ "K": text })));
    }

    #[test]
    fn floats_are_printed_as_ruby_does(value in any::<f64>()) {
        let text = as_text(&json!(value));
        prop_assert_eq!(text.parse::<f64>().unwrap_or(f64::NAN).to_bits(), value.to_bits(), "{}", text);
        prop_assert!(text.contains('.'));
    }
}
