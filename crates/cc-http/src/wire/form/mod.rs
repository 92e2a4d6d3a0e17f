//! Multipart forms: the file is kept beside the server while it arrives, texts in memory.

mod bounded;

use super::{Request, body};
use bounded::{Bounded, Progress};
use cc_actions::blob::{Received, receive};
use cc_actions::{Fault, Ports};
use futures_util::StreamExt;
use multer::{Field, Multipart};
use serde_json::{Map, Value};
use std::error::Error;

/// Bytes of the texts of one form: the resources of a big app are some megabytes.
const MAX_TEXTS: usize = 16 * 1024 * 1024;
/// Bytes of a body that is no form.
const MAX_MEMBERS: usize = 1024 * 1024;
/// Stands for a member that is no text: no reader of texts takes it.
const NO_TEXT: &str = "\u{fffd}";
/// Parts of one form.
const MAX_PARTS: usize = 16;
/// The part with the file.
const FILE: &str = "bits";
/// What a proxy in front of the reference puts there. Nobody else may: it names a file of the server.
const FILE_PATH: &str = "bits_path";

/// A file as it was sent.
pub struct File {
    pub bits: Received,
    /// As the client called it.
    pub name: String,
}

/// A form with the file `bits` and texts.
#[derive(Default)]
pub struct Form {
    pub file: Option<File>,
    texts: Vec<(String, String)>,
}

impl Form {
    /// Reads the body up to its file, of which nothing is kept yet; members of a body that is no form are texts of one. Texts other than
    /// `texts` do not count.
    pub async fn open(request: &mut Request, texts: &'static [&'static str]) -> Result<Opened, Fault> {
        let mut opened = Opened::empty(texts);
        opened.names_a_path = request.query_value(FILE_PATH).is_some();
        let Some(body) = request.stream.take().filter(|_| !opened.names_a_path) else { return Ok(opened) };
        if let Some(boundary) = boundary(request) {
            let body = Bounded::new(body.into_inner().into_data_stream(), opened.progress.clone());
            opened.parts = Some(Multipart::new(body, boundary));
            opened.advance().await?;
        } else if request.header("content-type").is_none_or(body::is_read) {
            let bytes = axum::body::to_bytes(body.into_inner(), MAX_MEMBERS).await;
            let bytes = bytes.map_err(|_| Fault::parse_error())?;
            opened.members(body::read(&bytes, request.header("content-type"))?);
        }
        Ok(opened)
    }

    /// A text that was sent and is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        let mut found = self.texts.iter().filter(|(known, _)| known == name);
        found.next_back().map(|(_, text)| text.as_str()).filter(|text| !text.trim().is_empty())
    }
}

/// A form whose texts before the file are known, and whether there is one.
pub struct Opened {
    form: Form,
    known: &'static [&'static str],
    /// Files under other names, as the reference calls what its proxy makes of them.
    strange: Vec<String>,
    waiting: Option<(Field<'static>, String)>,
    parts: Option<Multipart<'static>>,
    progress: Progress,
    count: usize,
    room: usize,
    names_a_path: bool,
}

impl Opened {
    fn empty(known: &'static [&'static str]) -> Self {
        let (form, progress) = (Form::default(), Progress::default());
        let (strange, waiting, parts) = (Vec::new(), None, None);
        Self {
            form,
            known,
            strange,
            waiting,
            parts,
            progress,
            count: 0,
            room: MAX_TEXTS,
            names_a_path: false,
        }
    }

    fn members(&mut self, members: Map<String, Value>) {
        self.names_a_path = members.get(FILE_PATH).is_some_and(|path| !path.is_null());
        for name in self.known {
            match members.get(*name) {
                Some(Value::String(text)) => self.form.texts.push(((*name).to_owned(), text.clone())),
                Some(Value::Null) | None => {}
                Some(_) => self.form.texts.push(((*name).to_owned(), NO_TEXT.to_owned())),
            }
        }
    }

    /// Whether the request tries to name a file of the server, which is refused before anything else is looked at.
    pub fn names_a_path(&self) -> bool {
        self.names_a_path
    }

    /// As the client called its file; `None` without one.
    pub fn file_name(&self) -> Option<&str> {
        self.waiting.as_ref().map(|(_, name)| name.as_str())
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.form.text(name)
    }

    /// What to say of files under other names.
    pub fn unknown(&self) -> Option<String> {
        let all = self.strange.iter().map(|name| format!("'{name}_name', '{name}_path'"));
        let all = all.collect::<Vec<_>>().join(", ");
        (!all.is_empty()).then(|| format!("Unknown field(s): {all}"))
    }

    /// Keeps the file and reads the rest.
    pub async fn read(mut self, ports: &Ports) -> Result<Form, Fault> {
        while let Some((part, name)) = self.waiting.take() {
            let progress = self.progress.clone();
            let bits = part.inspect(|_| progress.made()).map(|chunk| chunk.map_err(Unreadable::from));
            self.form.file = Some(File { bits: receive(ports, bits).await?, name });
            self.advance().await?;
        }
        Ok(self.form)
    }

    /// To the next file, or to the end.
    async fn advance(&mut self) -> Result<(), Fault> {
        let Some(parts) = &mut self.parts else { return Ok(()) };
        while let Some(part) = parts.next_field().await.map_err(refused)? {
            self.progress.made();
            self.count += 1;
            if self.count > MAX_PARTS {
                return Err(Fault::bad_request("the form has too many parts"));
            }
            let name = part.name().unwrap_or_default().to_owned();
            match name.as_str() {
                FILE => {
                    let name = part.file_name().unwrap_or(FILE).to_owned();
                    self.waiting = Some((part, name));
                    return Ok(());
                }
                FILE_PATH => {
                    self.names_a_path = true;
                    return Ok(());
                }
                known if self.known.contains(&known) => {
                    let text = text(part, &mut self.room, &self.progress).await?;
                    self.form.texts.push((name, text));
                }
                _ if part.file_name().is_some() => self.strange.push(name),
                _ => {}
            }
        }
        Ok(())
    }
}

fn boundary(request: &Request) -> Option<String> {
    request.header("content-type").and_then(|kind| multer::parse_boundary(kind).ok())
}

/// Why a form cannot be read; of a broken stream the parser knows only that it is broken.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("{0}")]
    Stream(Box<dyn Error + Send + Sync>),
    #[error("{0}")]
    Form(multer::Error),
}

impl From<multer::Error> for Unreadable {
    fn from(error: multer::Error) -> Self {
        match error {
            multer::Error::StreamReadFailed(cause) => Self::Stream(cause),
            other => Self::Form(other),
        }
    }
}

fn refused(error: multer::Error) -> Fault {
    Fault::bad_request(Unreadable::from(error))
}

async fn text(mut part: Field<'_>, room: &mut usize, progress: &Progress) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(refused)? {
        progress.made();
        *room = room
            .checked_sub(chunk.len())
            .ok_or_else(|| Fault::bad_request("the texts of the form are too long"))?;
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(Fault::bad_request)
}
