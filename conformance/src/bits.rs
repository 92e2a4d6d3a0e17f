//! Bodies of requests, byte for byte as the recordings describe them.

use crate::recording::{Bytes, Multipart};
use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Crc;
use serde_json::Value;
use std::io::Write;

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

/// 2026-01-01 00:00 as zips have it.
const DATE: u16 = (2026 - 1980) << 9 | 1 << 5 | 1;

/// A zip as the recorder made it, byte for byte, since digests of it are in the answers: stored, without data descriptors.
fn zipped(files: &serde_json::Map<String, Value>) -> anyhow::Result<Vec<u8>> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for (name, value) in files {
        let content: Bytes = serde_json::from_value(value.clone()).context("content of a file")?;
        let mode = if let Bytes::Base64 { mode: Some(mode), .. } = &content { *mode } else { 0o644 };
        let bytes = content.decode()?;
        let mut checksum = Crc::new();
        checksum.update(&bytes);
        // Python says so of names that are not ASCII.
        let flags: u16 = if name.is_ascii() { 0 } else { 0x800 };
        let size = u32::try_from(bytes.len())?;
        let mut shared = Vec::new();
        shared.extend(20_u16.to_le_bytes());
        shared.extend(flags.to_le_bytes());
        shared.extend([0; 4]);
        shared.extend(DATE.to_le_bytes());
        shared.extend(checksum.sum().to_le_bytes());
        shared.extend(size.to_le_bytes());
        shared.extend(size.to_le_bytes());
        shared.extend(u16::try_from(name.len())?.to_le_bytes());
        shared.extend([0; 2]);
        let offset = u32::try_from(zip.len())?;
        zip.extend(b"PK\x03\x04");
        zip.extend(&shared);
        zip.extend(name.as_bytes());
        zip.extend(bytes);
        directory.extend(b"PK\x01\x02");
        directory.extend([20, 3]);
        directory.extend(&shared);
        directory.extend([0; 6]);
        directory.extend(((0o100_000 | mode) << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, length) = (u32::try_from(zip.len())?, u32::try_from(directory.len())?);
    let entries = u16::try_from(files.len())?.to_le_bytes();
    zip.extend(directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend(entries);
    zip.extend(entries);
    zip.extend(length.to_le_bytes());
    zip.extend(start.to_le_bytes());
    zip.extend([0; 2]);
    Ok(zip)
}

#[cfg(test)]
mod tests {
    use super::zipped;
    use serde_json::json;
    use std::io::{Cursor, Read};

    #[test]
    fn a_zip_is_one() {
        let files = json!({ "x": "y", "é": { "base64": "AAE=", "mode": 0o755 } });
        let mut zip = zip::ZipArchive::new(Cursor::new(zipped(files.as_object().unwrap()).unwrap())).unwrap();
        let mut text = String::new();
        zip.by_name("x").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "y");
        assert_eq!(zip.by_name("é").unwrap().unix_mode(), Some(0o100_755));
    }
}
