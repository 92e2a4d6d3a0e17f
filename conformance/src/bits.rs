//! Bodies of requests, byte for byte as the recordings describe them.

use crate::recording::{Bytes, Multipart};
use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const BOUNDARY: &str = "----conformance-7d1a9f";

impl Bytes {
    pub fn decode(&self) -> anyhow::Result<Vec<u8>> {
        Ok(match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Base64 { base64, .. } => STANDARD.decode(base64)?,
        })
    }
}

/// The body of an upload and its content type; fields come before the file.
pub fn multipart(upload: &Multipart) -> anyhow::Result<(Vec<u8>, String)> {
    let mut body = Vec::new();
    for (name, value) in &upload.extra {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        write!(body, "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")?;
    }
    let bytes = match (&upload.zip, &upload.data) {
        (Some(files), _) => Some(zipped(files)?),
        (None, Some(data)) => Some(data.decode()?),
        (None, None) => None,
    };
    if let Some(bytes) = bytes {
        write!(
            body,
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
             Content-Type: application/zip\r\n\r\n",
            upload.field, upload.filename
        )?;
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    write!(body, "--{BOUNDARY}--\r\n")?;
    Ok((body, format!("multipart/form-data; boundary={BOUNDARY}")))
}

fn zipped(files: &serde_json::Map<String, Value>) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let time = DateTime::from_date_and_time(2026, 1, 1, 0, 0, 0)?;
    for (name, value) in files {
        let content: Bytes = serde_json::from_value(value.clone()).context("content of a file")?;
        let mode = if let Bytes::Base64 { mode: Some(mode), .. } = &content { *mode } else { 0o644 };
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(time)
            .unix_permissions(mode);
        zip.start_file(name.as_str(), options)?;
        zip.write_all(&content.decode()?)?;
    }
    Ok(zip.finish()?.into_inner())
}
