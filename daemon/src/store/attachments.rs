//! Files that people attach to a parcel: photos, screenshots, messages. They lie beside the database, as they came.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use parcelwatch_tracking::ParcelId;

use crate::files::private_folder;

/// A dispute has a handful of photos; a disk has an end.
pub const FILES_MAX: usize = 20;
/// A photo of a good camera.
pub const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Shorter than any file system's limit, with room for a number.
const NAME_CHARS_MAX: usize = 80;

/// Why a file was not attached.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    #[error("{0} has {FILES_MAX} files already, and that is the most; remove one from {1}")]
    Full(String, PathBuf),
    #[error("{0} is larger than {max} MiB, and that is the most; make it smaller", max = FILE_BYTES_MAX / 1024 / 1024)]
    TooLarge(String),
    #[error("{0} is empty; choose a file with something in it")]
    Empty(String),
    #[error("cannot keep {0}: {1}")]
    Io(String, io::Error),
}

/// A file that is attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub bytes: u64,
}

/// The folder of all attachments.
#[derive(Clone, Debug)]
pub struct Attachments {
    state_dir: PathBuf,
}

impl Attachments {
    pub fn new(state_dir: &Path) -> Self {
        Self { state_dir: state_dir.to_owned() }
    }

    fn folder(&self, id: &ParcelId) -> PathBuf {
        self.state_dir.join("attachments").join(id.as_str())
    }

    /// What is attached to a parcel, by name.
    pub fn list(&self, id: &ParcelId) -> io::Result<Vec<Attachment>> {
        let folder = match fs::read_dir(self.folder(id)) {
            Ok(folder) => folder,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut found = Vec::new();
        for entry in folder {
            let entry = entry?;
            // Links and what was put there under other names are not ours to show.
            let meta = entry.path().symlink_metadata()?;
            if let Some(name) = entry.file_name().to_str().filter(|name| clean(name) == *name)
                && meta.is_file()
            {
                found.push(Attachment { name: name.to_owned(), bytes: meta.len() });
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found.truncate(FILES_MAX);
        Ok(found)
    }

    /// The content of one; `None` when nothing of that name is attached.
    pub fn read(&self, id: &ParcelId, name: &str) -> io::Result<Option<Vec<u8>>> {
        if !self.list(id)?.iter().any(|known| known.name == name) {
            return Ok(None);
        }
        fs::read(self.folder(id).join(name)).map(Some)
    }

    /// A file without a name on the same disk, for what is too large for the memory.
    pub fn scratch(&self) -> io::Result<fs::File> {
        tempfile::tempfile_in(&self.state_dir)
    }

    /// Keeps a file. Returns its name, which may differ from the one it came with.
    pub fn add(&self, id: &ParcelId, name: &str, content: &[u8]) -> Result<String, AttachError> {
        let wanted = clean(name);
        if content.is_empty() {
            return Err(AttachError::Empty(wanted));
        }
        if content.len() > FILE_BYTES_MAX {
            return Err(AttachError::TooLarge(wanted));
        }
        let fault = |error: io::Error| AttachError::Io(wanted.clone(), error);
        let folder = self.folder(id);
        if self.list(id).map_err(fault)?.len() >= FILES_MAX {
            return Err(AttachError::Full(id.to_string(), folder));
        }
        for folder in [self.state_dir.join("attachments"), folder.clone()] {
            private_folder(&folder).map_err(|error| fault(io::Error::other(format!("{error:#}"))))?;
            self.give_to_daemon(&folder);
        }
        for number in 1..=FILES_MAX + 1 {
            let name = numbered(&wanted, number);
            let path = folder.join(&name);
            let mut options = fs::OpenOptions::new();
            match options.write(true).create_new(true).mode(0o600).open(&path) {
                Ok(mut file) => {
                    if let Err(error) = file.write_all(content).and_then(|()| file.sync_all()) {
                        // A part of a file is worse than none.
                        let _ = fs::remove_file(&path);
                        return Err(fault(error));
                    }
                    self.give_to_daemon(&path);
                    return Ok(name);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(fault(error)),
            }
        }
        Err(AttachError::Full(id.to_string(), folder))
    }

    /// The command line may be root's, and the daemon is not.
    fn give_to_daemon(&self, path: &Path) {
        let owners = fs::metadata(&self.state_dir).and_then(|own| Ok((own, fs::metadata(path)?)));
        if let Ok((own, found)) = owners
            && own.uid() != found.uid()
            && let Err(error) = std::os::unix::fs::chown(path, Some(own.uid()), Some(own.gid()))
        {
            tracing::warn!("cannot give {} to the owner of the state folder: {error}", path.display());
        }
    }
}

/// A name that is safe in a folder, in a link and in a list of sums: letters, digits, `-`, `_` and `.`, no dot in front.
fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String =
        last.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect();
    let (stem, ending) = split(&plain);
    let stem = stem.trim_start_matches(['.', '-']);
    let stem: String = stem.chars().take(NAME_CHARS_MAX - ending.len()).collect();
    if stem.is_empty() { format!("file{ending}") } else { format!("{stem}{ending}") }
}

/// "door.jpg", "door-2.jpg" …
fn numbered(name: &str, number: usize) -> String {
    if number == 1 {
        return name.to_owned();
    }
    let (stem, ending) = split(name);
    let ending = format!("-{number}{ending}");
    let stem: String = stem.chars().take(NAME_CHARS_MAX - ending.len()).collect();
    format!("{stem}{ending}")
}

/// A name and its ending, with the dot.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if (2..=9).contains(&(name.len() - dot)) => name.split_at(dot),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ParcelId {
        ParcelId::new("lamp").expect("an id")
    }

    #[test]
    fn a_name_cannot_leave_its_folder() {
        for (name, kept) in [
            ("door.jpg", "door.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\photos\\my door.JPG", "my-door.JPG"),
            ("..", "file"),
            (".bashrc", "file.bashrc"),
            ("-rf", "rf"),
            ("门.png", "file.png"),
            ("a\r\nb\"c.png", "a--b-c.png"),
            ("", "file"),
        ] {
            let found = clean(name);
            assert_eq!(found, kept, "{name:?}");
            assert_eq!(clean(&found), found, "{name:?} stays as it is");
        }
        let long = clean(&"y".repeat(300));
        assert_eq!((long.len(), numbered(&long, 2).len()), (NAME_CHARS_MAX, NAME_CHARS_MAX));
        let long = clean(&format!("{}.jpeg", "x".repeat(300)));
        assert!(long.len() <= NAME_CHARS_MAX && long.ends_with(".jpeg"), "{long}");
    }

    #[test]
    fn files_are_kept_beside_each_other_up_to_the_limit() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let attachments = Attachments::new(folder.path());
        assert_eq!(attachments.list(&id()).expect("no folder yet"), []);
        assert_eq!(attachments.add(&id(), "door.jpg", b"one").expect("room"), "door.jpg");
        assert_eq!(attachments.add(&id(), "/x/door.jpg", b"two").expect("room"), "door-2.jpg");
        assert_eq!(attachments.read(&id(), "door-2.jpg").expect("a file"), Some(b"two".to_vec()));
        assert_eq!(attachments.read(&id(), "../lamp/door.jpg").expect("no file"), None);
        assert!(matches!(attachments.add(&id(), "a", b""), Err(AttachError::Empty(_))));
        assert!(matches!(attachments.add(&id(), "a", &vec![0; FILE_BYTES_MAX + 1]), Err(AttachError::TooLarge(_))));
        for _ in 2..FILES_MAX {
            attachments.add(&id(), "door.jpg", b"more").expect("room");
        }
        assert!(matches!(attachments.add(&id(), "door.jpg", b"x"), Err(AttachError::Full(..))));
        assert_eq!(attachments.list(&id()).expect("files").len(), FILES_MAX);
    }

    #[test]
    fn a_link_in_the_folder_is_not_followed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let attachments = Attachments::new(folder.path());
        attachments.add(&id(), "door.jpg", b"one").expect("room");
        let secret = folder.path().join("secret");
        fs::write(&secret, b"secret").expect("our folder");
        std::os::unix::fs::symlink(&secret, folder.path().join("attachments/lamp/link.txt")).expect("a link");
        assert_eq!(attachments.list(&id()).expect("files").len(), 1);
        assert_eq!(attachments.read(&id(), "link.txt").expect("no file"), None);
    }
}
