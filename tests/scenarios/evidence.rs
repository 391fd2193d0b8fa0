//! A parcel's history leaves the daemon as one file that stands by itself.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use parcelwatch_tests::site::Told;
use parcelwatch_tests::{CarrierSite, guest};

use crate::{home, status};

const HOST: &str = "courier.example";

fn unpack(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip file");
    let names: Vec<String> = zip.file_names().map(str::to_owned).collect();
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
