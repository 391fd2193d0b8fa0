//! A parcel's history leaves the daemon as one file that stands by itself.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use parcelwatch_tests::site::Told;
use parcelwatch_tests::{CarrierSite, guest};

use crate::{home, status};

const HOST: &str = "courier.example";

fn unpack(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip file");
    let names: Vec<String> = zip.file_names().map(|name| name.expect("a name in UTF-8").into_owned()).collect();
    let mut files = BTreeMap::new();
    for name in names {
        let mut content = Vec::new();
        zip.by_name(&name).expect("it is listed").read_to_end(&mut content).expect("it unpacks");
        files.insert(name, content);
    }
    files
}

#[test]
fn the_history_is_exported_from_the_page_and_the_command_line() {
    let site = CarrierSite::start();
    site.fixed(HOST, "COU1", Told::text(200, "text/plain", "DONE|=Left <at> the door|2026-11-19 08:00\n".into()));
    let home = home(&format!(
        "{}[[parcel]]\nid = \"box\"\nnumber = \"COU1\"\norder = \"8190\"\nmarketplace = \"aliexpress\"\n",
        site.carrier("courier")
    ));
    home.drop_plugin("courier.wasm", &guest("courier"));
    let daemon = home.start();
    daemon.until_parcel("box", |parcel| status(parcel) == "delivered");
    assert!(daemon.get("/parcel/box").contains("/parcel/box/evidence.zip"));

    let (headers, bytes) = daemon.download("/parcel/box/evidence.zip");
    assert!(headers["content-disposition"].starts_with("attachment; filename=\"box-"), "{headers:#?}");
    assert_eq!(headers["content-type"], "application/zip");
    let files = unpack(bytes);
    let path = home.path().join("box.zip");
    home.say(&["export", "box", "--out", path.to_str().expect("a plain path")]);
    let written = unpack(std::fs::read(&path).expect("it was written"));
    assert_eq!(files.keys().collect::<Vec<_>>(), written.keys().collect::<Vec<_>>());
    assert_eq!(files["history.csv"], written["history.csv"]);

    let text = |name: &str| String::from_utf8_lossy(&files[name]).into_owned();
    assert!(text("history.html").contains("=Left &#60;at&#62; the door"), "{}", text("history.html"));
    assert!(text("history.csv").contains(",'=Left <at> the door,"), "{}", text("history.csv"));
    let raw = files.keys().find(|name| name.starts_with("raw/001-courier-")).expect("the raw answer");
    assert!(text(raw).contains("DONE|=Left <at> the door|2026-11-19 08:00"));
    assert_eq!(text("MANIFEST.txt").lines().count(), files.len() - 1);
    assert_eq!(daemon.get_with("/parcel/nobody/evidence.zip", &[]).status, 404);
    let unknown = home.command(&["export", "nobody"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no parcel \"nobody\""));
}

#[test]
fn files_are_attached_and_given_back_and_never_shown() {
    let home = home("[[parcel]]\nid = \"lamp\"\nnumber = \"DEMO00000017\"\n");
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    // Larger than any form.
    let photo = vec![0xd8; 300_000];
    let own = [("sec-fetch-site", "same-origin")];
    let answer = daemon.upload("/parcel/lamp/attach", &[("../my door.jpg", &photo), ("chat.html", b"<script>")], &own);
    assert!(daemon.get("/parcel/lamp").contains("my-door.jpg"), "{}: {}", answer.status, answer.body);
    let (headers, bytes) = daemon.download("/parcel/lamp/attachment/my-door.jpg");
    assert_eq!(bytes, photo);
    let (chat, _) = daemon.download("/parcel/lamp/attachment/chat.html");
    assert_eq!(chat["content-disposition"], "attachment; filename=\"chat.html\"");
    assert_eq!(
        (&*headers["content-type"], &*chat["content-type"]),
        ("application/octet-stream", "application/octet-stream")
    );
    assert_eq!(chat["x-content-type-options"], "nosniff");
    assert_eq!(daemon.get_with("/parcel/lamp/attachment/..%2F..%2Fparcelwatch.db", &[]).status, 404);

    // Another site, another parcel, and what is too large.
    let foreign = [("sec-fetch-site", "cross-site")];
    assert_eq!(daemon.upload("/parcel/lamp/attach", &[("x.txt", b"x")], &foreign).status, 403);
    assert_eq!(daemon.upload("/parcel/nobody/attach", &[("x.txt", b"x")], &own).status, 404);
    let large = vec![1; 10 * 1024 * 1024 + 1];
    let refused = daemon.upload("/parcel/lamp/attach", &[("large.mov", &large)], &own);
    assert!(refused.status == 409 && refused.body.contains("larger than 10 MiB"), "{}", refused.body);

    let file = home.path().join("note.txt");
    std::fs::write(&file, "hello").expect("our folder");
    let said = home.say(&["attach", "lamp", file.to_str().expect("a plain path")]);
    assert_eq!(said, "attached to lamp: note.txt\n");
    let files = unpack(daemon.download("/parcel/lamp/evidence.zip").1);
    let attached: Vec<&str> = files.keys().filter_map(|name| name.strip_prefix("attachments/")).collect();
    assert_eq!(attached, ["chat.html", "my-door.jpg", "note.txt"]);
    let manifest = String::from_utf8_lossy(&files["MANIFEST.txt"]);
    let note = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  attachments/note.txt";
    assert!(manifest.lines().any(|line| line == note), "{manifest}");
}

#[test]
fn a_dispute_goes_one_step_after_the_other() {
    let order = "order = \"8190\"\nmarketplace = \"aliexpress\"\n";
    let home = home(&format!(
        "[[parcel]]\nid = \"lamp\"\nnumber = \"DEMO00000017\"\n{order}[[parcel]]\nid = \"gift\"\nnumber = \"DEMO00000025\"\n"
    ));
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    let page = || daemon.get("/parcel/lamp");
    assert!(page().contains("Never confirm receipt of what has not arrived"));
    assert!(!daemon.get("/parcel/gift").contains("Never confirm receipt"), "nobody to dispute with");
    assert_eq!(daemon.post("/parcel/lamp/dispute-opened", &[("claim", "stolen")], &[]).status, 404);
    daemon.post("/parcel/lamp/dispute-opened", &[("claim", "not_received")], &[]);
    let opened = page();
    assert!(opened.contains("You opened a dispute: not received") && !opened.contains("/dispute-opened"));
    daemon.post("/parcel/lamp/dispute-mediated", &[], &[]);
    assert!(!page().contains("/dispute-mediated") && page().contains("/dispute-accepted"));
    daemon.post("/parcel/lamp/dispute-accepted", &[], &[]);
    assert!(!page().contains("/dispute-accepted") && page().contains("/parcel/lamp/refunded"));
    daemon.post("/parcel/lamp/refunded", &[], &[]);
    assert!(page().contains("The money is back") && !page().contains("/parcel/lamp/refunded"));
}
