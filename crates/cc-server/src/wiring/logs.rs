//! How the engine's lines become envelopes.

use cc_domain::log::{EARLY_NS, Envelope, LogSink, Message, Tags};
use cc_runtime::{LogLine, Output};
use std::sync::Arc;

/// The source type of lines of staging.
const STAGING: &str = "STG";

/// Gives the engine's lines to the log store.
pub fn emitter(sink: Arc<dyn LogSink>) -> cc_runtime::Emit {
    Arc::new(move |line: LogLine| {
        let is_early = line.source_type == STAGING;
        let timestamp = if is_early { line.at_ns.saturating_sub(EARLY_NS) } else { line.at_ns };
        let mut tags = Tags::shared(line.tags);
        tags.own = Box::new([("source_type".into(), line.source_type.into())]);
        let message = match line.output {
            Output::Out => Message::out(line.text),
            Output::Err => Message::err(line.text),
        };
        sink.emit(Envelope {
            timestamp,
            source_id: line.source_id.into(),
            instance_id: line.instance.into(),
            tags,
            message,
        });
    })
}
