//! Clients that stand still, guess passwords, or take a great deal: the pages stay reachable and the memory small.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use parcelwatch_tests::Daemon;

use crate::home;

const LAMP: &str = "[[parcel]]\nid = \"lamp\"\nnumber = \"DEMO00000017\"\n";

/// Clients that say this, and then nothing.
fn stand_still(daemon: &Daemon, count: usize, words: &str) -> Vec<TcpStream> {
    let connect = |_| {
        let mut stream = TcpStream::connect(daemon.address()).expect("the daemon listens");
        stream.write_all(words.as_bytes()).expect("the daemon listens");
        stream
    };
    (0..count).map(connect).collect()
}

/// What somebody gets who comes anew.
fn new_client(daemon: &Daemon) -> u16 {
    daemon.get_with("/", &[("connection", "close")]).status
}

#[test]
fn clients_that_stand_still_keep_nobody_out() {
    let home = home(LAMP);
    let daemon = home.start();
    let host = format!("Host: {}\r\n", daemon.address());
    let silent = stand_still(&daemon, 256, "");
    assert_eq!(new_client(&daemon), 200, "256 that say nothing");
    let half_a_head = stand_still(&daemon, 256, "GET / HTTP/1.1\r\nHo");
    assert_eq!(new_client(&daemon), 200, "256 that send half a head");
    let upload = format!(
        "POST /parcel/lamp/attach HTTP/1.1\r\n{host}Content-Length: 100000\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n--b"
    );
    let half_a_body = stand_still(&daemon, 256, &upload);
    assert_eq!(new_client(&daemon), 200, "256 that send half a body");
    let many = format!("GET /assets/nothing HTTP/1.1\r\n{host}\r\n").repeat(2000);
    let never_read = stand_still(&daemon, 130, &many);
    assert_eq!(new_client(&daemon), 200, "130 that ask and never read");
    drop((silent, half_a_head, half_a_body, never_read));
    daemon.stop();
}

#[test]
fn whoever_guesses_waits_and_nobody_else_does() {
    let home = home("password = \"open sesame\"\ntrusted_proxies = [\"127.0.0.1\"]\n");
    let daemon = home.start();
    let try_as = |who: &str, password: &str| {
        daemon.get_with("/", &[("authorization", &format!("Bearer {password}")), ("x-forwarded-for", who)])
    };
    for _ in 0..5 {
        assert_eq!(try_as("192.0.2.66", "guess").status, 401);
    }
    daemon.until_log("wrong password from 192.0.2.66, in a row: 5");
    let refused = try_as("192.0.2.66", "open sesame");
    assert_eq!(refused.status, 429, "not even a right one is looked at");
    assert!(refused.header("retry-after").is_some());
    assert_eq!(try_as("192.0.2.7", "open sesame").status, 200, "others behind the same proxy are served");
    assert_eq!(daemon.get_with("/", &[("x-forwarded-for", "192.0.2.7")]).status, 401, "no password is no guess");
    assert!(!daemon.log().contains("guess\""), "what was guessed is not written down");
    daemon.stop();
}

#[test]
fn a_changed_password_ends_what_the_old_one_opened() {
    let home = home("password = \"old\"\n");
    let daemon = home.start();
    let mut stream = TcpStream::connect(daemon.address()).expect("the daemon listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a duration above zero");
    let request = format!(
        "GET /events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer old\r\nConnection: close\r\n\r\n",
        daemon.address()
    );
    stream.write_all(request.as_bytes()).expect("the daemon listens");
    let mut begun = [0; 15];
    stream.read_exact(&mut begun).expect("an answer");
    assert_eq!(&begun, b"HTTP/1.1 200 OK");
    home.write_config("password = \"new\"\n");
    home.say(&["reload"]);
    let mut rest = String::new();
    stream.read_to_string(&mut rest).expect("the stream ends");
    assert!(rest.ends_with("0\r\n\r\n"), "{rest}");
    assert_eq!(daemon.get_with("/", &[("authorization", "Bearer old")]).status, 401);
    assert_eq!(daemon.get_with("/", &[("authorization", "Bearer new")]).status, 200);
    daemon.stop();
}

/// The most memory that the daemon has taken so far, in kilobytes.
fn peak_memory(daemon: &Daemon) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", daemon.pid())).expect("the kernel says so");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn an_export_of_many_photos_takes_the_memory_of_one() {
    let home = home(LAMP);
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| !parcel.is_null());
    let folder = home.state().join("attachments/lamp");
    fs::create_dir_all(&folder).expect("the folder is ours");
    for n in 0..10 {
        fs::write(folder.join(format!("photo-{n}.jpg")), vec![n; 9 << 20]).expect("the folder is ours");
    }
    let before = peak_memory(&daemon);
    let (headers, zip) = daemon.download("/parcel/lamp/evidence.zip");
    assert_eq!(headers.get("content-length"), Some(&zip.len().to_string()));
    assert!(zip.len() > 10 * (9 << 20), "{} bytes", zip.len());
    let more = peak_memory(&daemon).saturating_sub(before) / 1024;
    assert!(more < 60, "{more} MB more for an export of 94 MB");
    let file = home.path().join("lamp.zip");
    home.say(&["export", "lamp", "--out", &file.display().to_string()]);
    let mode = fs::metadata(&file).expect("it is written").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "{mode:o}");
    daemon.stop();
}
