//! Envelopes as JSON. Clients decode with strict protojson: an unknown member makes them fail, 64-bit integers are strings, and
//! exactly one body member is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cc_domain::log::{Envelope, Gauge, LogStream, Message, SourceMeta, Tags};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// How members of more than one word are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Members {
    /// `source_id`, as log-cache answers.
    Snake,
    /// `sourceId`, as the log stream answers.
    Camel,
}

/// `{"batch":[…]}`.
pub fn batch_json(envelopes: &[Envelope], members: Members) -> Vec<u8> {
    let batch: Vec<_> = envelopes.iter().map(|envelope| Wire { envelope, members }).collect();
    to_json(&BTreeMap::from([("batch", batch)]))
}

/// `{"envelopes":{"batch":[…]}}`, the answer of a read.
pub(super) fn read_json(envelopes: &[Envelope]) -> Vec<u8> {
    let mut body = b"{\"envelopes\":".to_vec();
    body.append(&mut batch_json(envelopes, Members::Snake));
    body.push(b'}');
    body
}

/// `{"meta":{source id: …}}`.
pub fn meta_json(sources: &BTreeMap<Arc<str>, SourceMeta>) -> Vec<u8> {
    let present = |meta: &SourceMeta| {
        serde_json::json!({
            "count": meta.count.to_string(),
            "expired": meta.expired.to_string(),
            "oldest_timestamp": meta.oldest_timestamp.to_string(),
            "newest_timestamp": meta.newest_timestamp.to_string(),
        })
    };
    let sources: BTreeMap<&str, _> = sources.iter().map(|(id, meta)| (&**id, present(meta))).collect();
    to_json(&BTreeMap::from([("meta", sources)]))
}

fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("strings and numbers under string keys are always JSON")
}

struct Wire<'a> {
    envelope: &'a Envelope,
    members: Members,
}

impl Serialize for Wire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { envelope, members } = self;
        let (source_id, instance_id, deprecated_tags) = match members {
            Members::Snake => ("source_id", "instance_id", "deprecated_tags"),
            Members::Camel => ("sourceId", "instanceId", "deprecatedTags"),
        };
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("timestamp", &Int64(envelope.timestamp))?;
        map.serialize_entry(source_id, &*envelope.source_id)?;
        map.serialize_entry(instance_id, &*envelope.instance_id)?;
        map.serialize_entry(deprecated_tags, &Empty)?;
        map.serialize_entry("tags", &WireTags(&envelope.tags))?;
        match &envelope.message {
            Message::Log { payload, stream } => map.serialize_entry("log", &WireLog(payload, *stream))?,
            Message::Gauge(metrics) => map.serialize_entry("gauge", &WireGauge(metrics))?,
            Message::Counter { name, delta, total } => map.serialize_entry(
                "counter",
                &serde_json::json!({ "name": name, "delta": delta.to_string(), "total": total.to_string() }),
            )?,
            Message::Timer { name, start, stop } => map.serialize_entry(
                "timer",
                &serde_json::json!({ "name": name, "start": start.to_string(), "stop": stop.to_string() }),
            )?,
            Message::Event { title, body } => {
                map.serialize_entry("event", &serde_json::json!({ "title": title, "body": body }))?;
            }
        }
        map.end()
    }
}

struct Int64(i64);

impl Serialize for Int64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

struct Empty;

impl Serialize for Empty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_map(Some(0))?.end()
    }
}

struct WireTags<'a>(&'a Tags);

impl Serialize for WireTags<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}

struct WireLog<'a>(&'a [u8], LogStream);

impl Serialize for WireLog<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("payload", &STANDARD.encode(self.0))?;
        map.serialize_entry(
            "type",
            match self.1 {
                LogStream::Out => "OUT",
                LogStream::Err => "ERR",
            },
        )?;
        map.end()
    }
}

struct WireGauge<'a>(&'a BTreeMap<String, Gauge>);

impl Serialize for WireGauge<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let present = |gauge: &Gauge| serde_json::json!({ "unit": gauge.unit, "value": number(gauge.value) });
        let metrics: BTreeMap<_, _> = self.0.iter().map(|(name, gauge)| (name, present(gauge))).collect();
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("metrics", &metrics)?;
        map.end()
    }
}

/// Protojson writes what JSON has no number for as text.
fn number(value: f64) -> serde_json::Value {
    if value.is_nan() {
        "NaN".into()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity".into() } else { "-Infinity".into() }
    } else {
        value.into()
    }
}
