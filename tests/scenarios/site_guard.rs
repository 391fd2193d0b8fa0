//! Who may read the pages, and what they may do there.

use crate::{home, status};

const LAMP: &str = "[[parcel]]\nid = \"lamp\"\nnumber = \"DEMO00000017\"\n";

#[test]
fn a_foreign_name_is_refused_on_every_route_with_the_way_out() {
    let home = home(LAMP);
    let daemon = home.start();
    for path in
        ["/", "/parcel/lamp", "/feeds/all.atom", "/api/v1/parcels", "/healthz", "/metrics", "/events", "/nothing"]
    {
        let answer = daemon.get_with(path, &[("host", "evil.example")]);
        assert_eq!(answer.status, 421, "{path}");
        assert!(answer.body.contains("allowed_hosts = [&#34;evil.example&#34;]"), "{}", answer.body);
    }
    for name in ["other.localhost", "other.localhost:8470"] {
        assert_eq!(daemon.get_with("/", &[("host", name)]).status, 421, "{name}");
    }
    let answer = daemon.get_with("/", &[("host", &format!("localhost:{}", daemon.address().port()))]);
    assert_eq!(answer.status, 200);
    for (name, part) in [
        ("content-security-policy", "default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert!(answer.header(name).is_some_and(|value| value.contains(part)), "{name}");
    }
}

#[test]
fn another_site_cannot_press_buttons() {
    let home = home(LAMP);
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    for headers in [[("sec-fetch-site", "cross-site")], [("origin", "https://evil.example")]] {
        assert_eq!(daemon.post("/parcel/lamp/archive", &[], &headers).status, 403);
    }
    assert_eq!(daemon.parcel("lamp")["archived"], false);
    assert_eq!(daemon.get_with("/parcel/lamp/archive", &[]).status, 405);
    daemon.post("/parcel/lamp/archive", &[], &[("sec-fetch-site", "same-origin")]);
    daemon.until_parcel("lamp", |parcel| parcel["archived"] == true);
}

#[test]
fn a_page_that_has_not_changed_is_not_sent_again() {
    let home = home("");
    let daemon = home.start();
    let first = daemon.get_with("/feeds", &[]);
    let etag = first.header("etag").expect("a tag").to_owned();
    let second = daemon.get_with("/feeds/all.atom", &[]);
    let feed_tag = second.header("etag").expect("a tag").to_owned();
    assert_eq!(daemon.get_with("/feeds/all.atom", &[("if-none-match", &feed_tag)]).status, 304);
    assert_eq!(daemon.get_with("/feeds/all.atom", &[("if-none-match", &format!("W/{feed_tag}"))]).status, 304);
    assert_eq!(daemon.get_with("/feeds/all.atom", &[("if-none-match", &etag)]).status, 200);
    assert!(second.header("last-modified").is_none(), "newsboat loses entries when it stands still");
}

#[test]
fn a_daemon_that_others_can_reach_wants_a_password() {
    let home = home("");
    let output = home.command(&["run", "--listen", "0.0.0.0:0"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && error.contains("no password is set"), "{error}");
    home.write_config("password = \"open sesame\"\n");
    let daemon = home.start();
    assert_eq!(daemon.get_with("/", &[]).status, 401);
    assert_eq!(daemon.get_with("/", &[("authorization", "Bearer wrong")]).status, 401);
    assert_eq!(daemon.get_with("/", &[("authorization", "Bearer open sesame")]).status, 200);
    assert_eq!(daemon.get_with("/", &[("authorization", "Basic bWU6b3BlbiBzZXNhbWU=")]).status, 200);
}

#[test]
fn two_daemons_do_not_share_a_state_folder() {
    let home = home("");
    let _daemon = home.start();
    let second = home.command(&[]);
    let error = String::from_utf8_lossy(&second.stderr);
    assert!(!second.status.success() && error.contains("another Parcelwatch uses"), "{error}");
}
