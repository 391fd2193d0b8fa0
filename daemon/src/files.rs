//! Writing files so that they are whole, or as they were.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Puts new content in the place of a file. Whoever reads it sees the old or the new, never a part, and a power cut leaves
/// one of the two.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.tmp"));
    let mut file = File::create(&temporary)?;
    if let Ok(meta) = fs::metadata(path) {
        file.set_permissions(meta.permissions())?;
    }
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    File::open(folder)?.sync_all()
}
