//! An event of the log is one line, whatever its fields hold.

use cc_domain::log::escape_controls;
use std::io::{self, Write};
use tracing_subscriber::fmt::MakeWriter;

/// Makes writers that write out control characters. The subscriber hands over one whole event at a time.
pub struct OneLine<M>(pub M);

pub struct OneLineWriter<W>(W);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for OneLine<M> {
    type Writer = OneLineWriter<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        OneLineWriter(self.0.make_writer())
    }
}

impl<W: Write> Write for OneLineWriter<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let (line, end) = match text.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (&*text, ""),
        };
        self.0.write_all(format!("{}{end}", escape_controls(line)).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn whatever_the_fields_of_an_event_hold_it_is_one_line() {
        let kept = Kept::default();
        let maker = kept.clone();
        let evil = "x\nforged line\u{1b}[2J\r\u{9b}";
        let subscriber =
            tracing_subscriber::fmt().with_writer(OneLine(move || maker.clone())).with_ansi(false).finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(text = evil, display = %evil, debug = ?Some(evil), "message {evil}");
        });
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        let line = text.strip_suffix('\n').unwrap();
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert_eq!(line.matches("forged line").count(), 4);
    }
}
