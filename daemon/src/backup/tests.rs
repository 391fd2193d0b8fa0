//! Backups that are whole, strange, newer, and damaged.

use super::*;
use crate::clock::Clock;
use crate::state_folder::StateFolder;

fn now() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().expect("an instant")
}

/// A state folder with a history that says something, and one attachment.
async fn state(folder: &Path) -> PathBuf {
    let state = folder.join("state");
    let held = StateFolder::open(&state, Clock::system()).expect("a new folder");
    held.store.write(|tx| tx.set_meta("said", "hello")).await.expect("a store");
    held.store.close().await;
    fs::create_dir_all(state.join("attachments/lamp")).expect("the folder is ours");
    fs::write(state.join("attachments/lamp/photo.jpg"), b"a photo").expect("the folder is ours");
    state
}

fn said(state: &Path) -> Option<String> {
    store::peek(&state.join(DATABASE), |view| view.meta("said")).expect("a history")
}

fn config() -> Vec<SourceFile> {
    vec![SourceFile { path: "/etc/parcelwatch/config.toml".into(), text: "timezone = \"UTC\"\n".to_owned() }]
}

/// The same backup with other content under one name, or without it.
fn changed(backup: &Path, variant: u32, name: &str, content: Option<&[u8]>) -> PathBuf {
    let mut from = zip::ZipArchive::new(File::open(backup).expect("a backup")).expect("a zip file");
    let path = backup.with_extension(format!("{variant}.zip"));
    let mut to = ZipWriter::new(File::create(&path).expect("the folder is ours"));
    for index in 0..from.len() {
        let mut entry = from.by_index(index).expect("an entry");
        let mut kept = Vec::new();
        entry.read_to_end(&mut kept).expect("it unpacks");
        let own = entry.name().expect("a name").into_owned();
        let content = if own == name { content } else { Some(&kept[..]) };
        if let Some(content) = content {
            to.start_file(own, SimpleFileOptions::default()).expect("room");
            to.write_all(content).expect("room");
        }
    }
    to.finish().expect("room");
    path
}

fn manifest_of(backup: &Path, change: impl FnOnce(&mut Manifest)) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(File::open(backup).expect("a backup")).expect("a zip file");
    let mut manifest: Manifest = serde_json::from_reader(archive.by_name(MANIFEST).expect("a manifest")).expect("JSON");
    change(&mut manifest);
    serde_json::to_vec(&manifest).expect("JSON")
}

#[tokio::test]
async fn a_backup_brings_back_history_attachments_and_config() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = state(folder.path()).await;
    let (path, manifest) = backup(&state, &config(), folder.path(), now()).expect("a backup");
    assert_eq!(path, folder.path().join("parcelwatch-2026-11-30T120000Z.zip"));
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&fs::metadata(&path).expect("it is there")) & 0o777, 0o600);
    let names: Vec<&str> = manifest.files.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["parcelwatch.db", "attachments/lamp/photo.jpg", "config/000-config.toml"]);
    let other = folder.path().join("other");
    let restored = restore(&path, &other, now()).expect("a new folder");
    assert_eq!((said(&other).as_deref(), restored.former), (Some("hello"), None));
    assert_eq!(fs::read(other.join("attachments/lamp/photo.jpg")).expect("a file"), b"a photo");
    assert_eq!(fs::read(other.join("config-from-backup/000-config.toml")).expect("a file"), b"timezone = \"UTC\"\n");
    // Over a history that is there: it is moved aside, with its attachments.
    let held = StateFolder::open(&state, Clock::system()).expect("it is used again");
    held.store.write(|tx| tx.set_meta("said", "more")).await.expect("a store");
    let refused = restore(&path, &state, now()).expect_err("a daemon runs").to_string();
    assert!(refused.contains("another Parcelwatch uses"), "{refused}");
    held.store.close().await;
    drop(held);
    let restored = restore(&path, &state, now()).expect("nobody uses it");
    let former = restored.former.expect("there was one");
    assert_eq!((said(&state).as_deref(), said(&former).as_deref()), (Some("hello"), Some("more")));
    assert!(former.join("attachments/lamp/photo.jpg").is_file());
    let again = restore(&path, &state, now()).expect("in the same second").former.expect("there was one");
    assert_ne!(again, former);
    assert_eq!((said(&again).as_deref(), said(&former).as_deref()), (Some("hello"), Some("more")), "both are kept");
    StateFolder::open(&state, Clock::system()).expect("a daemon starts on it");
}

#[tokio::test]
async fn what_is_no_whole_backup_touches_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = state(folder.path()).await;
    let (path, _) = backup(&state, &config(), &folder.path().join("b.zip"), now()).expect("a backup");
    fs::write(folder.path().join("text.zip"), b"no zip file").expect("the folder is ours");
    let newer = manifest_of(&path, |manifest| manifest.schema = 999);
    let outside = manifest_of(&path, |manifest| manifest.files[1].name = "../../outside".to_owned());
    let lock = manifest_of(&path, |manifest| manifest.files[1].name = "lock".to_owned());
    for (backup, words) in [
        (folder.path().join("none.zip"), "cannot open"),
        (folder.path().join("text.zip"), "is not a backup"),
        (changed(&path, 1, MANIFEST, None), "is not a backup"),
        (changed(&path, 2, "attachments/lamp/photo.jpg", Some(b"another")), "is not what was backed up"),
        (changed(&path, 3, "attachments/lamp/photo.jpg", None), "is not in the backup"),
        (changed(&path, 4, DATABASE, Some(b"no history")), "is not what was backed up"),
        (changed(&path, 5, MANIFEST, Some(&newer)), "newer than this one"),
        (changed(&path, 6, MANIFEST, Some(&outside)), "strange file"),
        (changed(&path, 7, MANIFEST, Some(&lock)), "strange file"),
    ] {
        let error = format!("{:#}", restore(&backup, &state, now()).expect_err(words));
        assert!(error.contains(words), "{words:?} is not in {error:?}");
        assert_eq!(said(&state).as_deref(), Some("hello"), "{words}");
        assert!(!state.join("restore.part").exists() && !folder.path().join("outside").exists(), "{words}");
    }
}

#[tokio::test]
async fn a_backup_that_cannot_be_written_leaves_the_former_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = state(folder.path()).await;
    let (path, _) = backup(&state, &[], &folder.path().join("b.zip"), now()).expect("a backup");
    let whole = fs::read(&path).expect("it is there");
    fs::write(state.join(DATABASE), b"no database at all, whatever its name says").expect("the folder is ours");
    backup(&state, &[], &path, now()).expect_err("there is nothing to copy");
    assert_eq!(fs::read(&path).expect("it is there"), whole);
    let left = fs::read_dir(folder.path()).expect("the folder is ours").count();
    assert_eq!(left, 2, "nothing is left but the state folder and the backup");
}

#[test]
fn only_backups_are_counted_and_removed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let names = [
        "parcelwatch-2026-11-28T120000Z.zip",
        "parcelwatch-2026-11-29T120000Z.zip",
        "parcelwatch-2026-11-30T120000Z.zip",
        "parcelwatch-before-the-move.zip",
        "photos.zip",
    ];
    names.iter().for_each(|name| fs::write(folder.path().join(name), b"").expect("the folder is ours"));
    let removed = keep_newest(folder.path(), 2).expect("a folder");
    assert_eq!(removed, [folder.path().join(names[0])]);
    assert_eq!(keep_newest(folder.path(), 2).expect("a folder"), [""; 0].map(PathBuf::from));
}
