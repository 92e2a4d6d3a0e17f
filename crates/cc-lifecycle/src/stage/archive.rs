//! Gzipped tars: the droplet, and the build artifacts cache both ways.

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use tar::{Archive, Builder, EntryType, Header};

/// uid and gid of `vcap` in every container.
const VCAP: u64 = 2000;
/// Room for a name in a header; a longer one gets an entry of its own.
const NAME_FIELD: usize = 100;

/// Writes everything below `dir` to `to`, names beginning with `./` and in order of name, all owned by
/// `vcap`.
///
/// Files, directories and symbolic links only; sockets and the like are left out. Compresses fast rather than
/// well: a droplet is written once and mostly stays on this machine.
pub(super) fn pack(dir: &Path, to: &Path) -> io::Result<()> {
    let file = BufWriter::with_capacity(1 << 16, File::create(to)?);
    let mut builder = Builder::new(GzEncoder::new(file, Compression::fast()));
    add_dir(&mut builder, dir, b"./")?;
    builder.into_inner()?.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(())
}

/// Unpacks `from` into the existing directory `dir`; nothing of it lands elsewhere.
pub(super) fn unpack(from: &Path, dir: &Path) -> io::Result<()> {
    let mut archive = Archive::new(GzDecoder::new(BufReader::new(File::open(from)?)));
    archive.set_preserve_ownerships(false);
    archive.unpack(dir)
}

fn add_dir<W: Write>(builder: &mut Builder<W>, dir: &Path, name: &[u8]) -> io::Result<()> {
    add(builder, name, &fs::symlink_metadata(dir)?, EntryType::Directory, None, io::empty())?;
    let mut entries = fs::read_dir(dir)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let mut name = [name, entry.file_name().as_bytes()].concat();
        let meta = fs::symlink_metadata(&path)?;
        if meta.is_dir() {
            name.push(b'/');
            add_dir(builder, &path, &name)?;
        } else if meta.is_symlink() {
            let target = fs::read_link(&path)?;
            add(builder, &name, &meta, EntryType::Symlink, Some(target.as_os_str()), io::empty())?;
        } else if meta.is_file() {
            // Exactly the bytes that the header promises, even if a process left behind by a buildpack still
            // writes.
            let content = File::open(&path)?.chain(io::repeat(0)).take(meta.len());
            add(builder, &name, &meta, EntryType::Regular, None, content)?;
        }
    }
    Ok(())
}

fn add<W: Write>(
    builder: &mut Builder<W>,
    name: &[u8],
    meta: &Metadata,
    kind: EntryType,
    link: Option<&OsStr>,
    content: impl Read,
) -> io::Result<()> {
    let link = link.map_or(&b""[..], OsStrExt::as_bytes);
    add_long(builder, name, EntryType::GNULongName)?;
    add_long(builder, link, EntryType::GNULongLink)?;
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(meta.mode() & 0o7777);
    header.set_uid(VCAP);
    header.set_gid(VCAP);
    header.set_username("vcap")?;
    header.set_groupname("vcap")?;
    header.set_mtime(u64::try_from(meta.mtime()).unwrap_or(0));
    header.set_size(if kind == EntryType::Regular { meta.len() } else { 0 });
    fill(&mut header.as_old_mut().name, name);
    fill(&mut header.as_old_mut().linkname, link);
    header.set_cksum();
    builder.append(&header, content)
}

/// Announces a name or link that the next header has no room for.
fn add_long<W: Write>(builder: &mut Builder<W>, name: &[u8], kind: EntryType) -> io::Result<()> {
    if name.len() <= NAME_FIELD {
        return Ok(());
    }
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(name.len() as u64 + 1);
    fill(&mut header.as_old_mut().name, b"././@LongLink");
    header.set_cksum();
    builder.append(&header, name.chain(&b"\0"[..]))
}

fn fill(field: &mut [u8; NAME_FIELD], bytes: &[u8]) {
    for (to, from) in field.iter_mut().zip(bytes) {
        *to = *from;
    }
}
