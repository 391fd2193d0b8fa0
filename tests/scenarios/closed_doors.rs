//! No fault in the config, and no secret that is missing, opens what was closed, or shows what was hidden.

use std::net::TcpListener;
use std::path::Path;

use parcelwatch_tests::{Daemon, Home};

use crate::{home, status};

const LAMP: &str = "[[parcel]]\nid = \"lamp\"\nlabel = \"Lamp\"\nnumber = \"DEMO00000017\"\ncountry = \"FR\"\n";
/// `x:sesame`, as HTTP Basic has it.
const SESAME: [(&str, &str); 1] = [("authorization", "Basic eDpzZXNhbWU=")];
/// The same with an empty password.
const EMPTY: [(&str, &str); 1] = [("authorization", "Basic eDo=")];
const CLOSED: &str = "These pages are closed: their password cannot be read.";

/// A config that serves every machine.
fn everywhere(config: &str) -> Vec<u8> {
    format!("listen = \"0.0.0.0:0\"\ntimezone = \"UTC\"\n{config}").into_bytes()
}

/// What a reload says that takes nothing over.
#[track_caller]
fn refused(home: &Home) -> String {
    let output = home.command(&["reload"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success() && !said.is_empty(), "it is refused: {said}");
    said
}

#[track_caller]
fn wants_password(daemon: &Daemon) {
    assert_eq!(daemon.get_with("/", &[]).status, 401);
    assert_eq!(daemon.get_with("/", &EMPTY).status, 401);
    assert_eq!(daemon.get_with("/", &SESAME).status, 200);
}

#[track_caller]
fn is_closed(daemon: &Daemon) {
    for path in ["/", "/api/v1/parcels", "/feeds/all.atom", "/metrics", "/events", "/system", "/assets/none"] {
        for headers in [&[][..], &SESAME, &EMPTY] {
            let answer = daemon.get_with(path, headers);
            assert_eq!(answer.status, 503, "{path}");
            assert!(answer.body.contains(CLOSED), "{path}: {}", answer.body);
        }
    }
    assert_eq!(daemon.get_with("/healthz", &[]).status, 200);
    assert_eq!(daemon.get_with("/readyz", &[]).status, 503);
}

#[test]
fn a_reload_of_a_config_with_faults_changes_nothing_that_is_in_force() {
    let home = home("");
    home.write_whole_config(everywhere(&format!("password = \"sesame\"\n{LAMP}")));
    let daemon = home.start();
    wants_password(&daemon);
    for faulty in
        ["pasword = \"sesame\"\n", "password = \"sesame\"\nlistn = 1\n", "[[", "password = \"\"\n", "password ="]
    {
        home.write_whole_config(everywhere(faulty));
        let said = refused(&home);
        assert!(said.contains("config.toml"), "{faulty}: {said}");
        wants_password(&daemon);
        assert_eq!(daemon.get_with("/parcel/lamp", &SESAME).status, 200, "{faulty}");
        daemon.signal("HUP");
        refused(&home);
        wants_password(&daemon);
    }
    home.write_whole_config(everywhere(&format!("password = \"other\"\n{LAMP}")));
    home.say(&["reload"]);
    assert_eq!(daemon.get_with("/", &SESAME).status, 401, "what is good is taken over");
}

#[test]
fn a_password_that_was_taken_out_still_closes_what_is_served_to_others() {
    let home = home("");
    home.write_whole_config(everywhere("password = \"sesame\"\n"));
    let daemon = home.start();
    for (without, reason) in [
        (everywhere(""), "no password is set"),
        // The address of the next start does not close the one that is served.
        (b"listen = \"127.0.0.1:0\"\n".to_vec(), "is served until the next start"),
    ] {
        home.write_whole_config(&without);
        let said = refused(&home);
        assert!(said.contains(reason), "{said}");
        wants_password(&daemon);
    }
    drop(daemon);
    home.write_config("password = \"sesame\"\npublic_url = \"https://parcels.example/\"\n");
    let daemon = home.start();
    home.write_config("public_url = \"https://parcels.example/\"\n");
    let said = refused(&home);
    assert!(said.contains("the password is gone, and the pages are public at https://parcels.example/"), "{said}");
    wants_password(&daemon);
}

#[test]
fn a_password_that_is_meant_and_cannot_be_read_serves_nobody() {
    let home = home("");
    let file = home.path().join("password");
    let config = format!("password_file = {file:?}\npublic_url = \"https://parcels.example/\"\n{LAMP}");
    std::fs::write(&file, "sesame\n").expect("our folder");
    home.write_config(&config);
    let daemon = home.start();
    wants_password(&daemon);

    // What runs keeps the password it knows.
    for unreadable in [Some(""), Some("\n"), None] {
        match unreadable {
            Some(text) => std::fs::write(&file, text).expect("our folder"),
            None => std::fs::remove_file(&file).expect("it is there"),
        }
        refused(&home);
        wants_password(&daemon);
    }
    drop(daemon);

    // A start knows none, whether or not a good config is kept.
    for kept in [true, false] {
        if !kept {
            std::fs::remove_dir_all(home.path().join(".local")).expect("copies are kept there");
        }
        for text in [None, Some(""), Some("  \n")] {
            if let Some(text) = text {
                std::fs::write(&file, text).expect("our folder");
            }
            let daemon = home.start();
            is_closed(&daemon);
            assert!(daemon.log().contains("password_file"), "{}", daemon.log());
            let doctor = home.command(&["doctor"]);
            assert!(!doctor.status.success());
            assert!(String::from_utf8_lossy(&doctor.stdout).contains("the pages are closed to everybody"));
        }
        let daemon = home.start();
        std::fs::write(&file, "sesame\n").expect("our folder");
        home.say(&["reload"]);
        wants_password(&daemon);
        std::fs::remove_file(&file).expect("it is there");
    }
}

/// A port that was free a moment ago: a config that is to be found again at the next start has to name one.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

fn start(home: &Home, arguments: &[&str]) -> Daemon {
    home.start_as(home.bare_command(arguments))
}

fn has_database(folder: &Path) -> bool {
    folder.join("parcelwatch.db").exists()
}

#[test]
fn a_config_that_cannot_be_read_moves_neither_port_nor_state_and_opens_nothing() {
    let home = home("");
    let port = free_port();
    let good = format!(
        "listen = \"127.0.0.1:{port}\"\ntimezone = \"UTC\"\ndata_dir = \"history\"\npassword = \"sesame\"\n\
         include = [\"more/*.toml\"]\n"
    );
    std::fs::create_dir(home.path().join("more")).expect("a new folder");
    std::fs::write(home.path().join("more/lamp.toml"), LAMP).expect("our folder");
    home.write_whole_config(good.as_bytes());
    let entries = |daemon: &Daemon| daemon.get_with("/feeds/all.json", &SESAME).body;
    let told = {
        let daemon = start(&home, &[]);
        daemon.until("the lamp", |daemon| {
            let parcel = daemon.get_with("/api/v1/parcels/lamp", &SESAME).body;
            if parcel.contains("arrived_destination") { Ok(()) } else { Err(parcel) }
        });
        let told = entries(&daemon);
        daemon.stop();
        told
    };
    let unreadable =
        [format!("# caf\u{e9}\n{good}").chars().map(|c| c as u8).collect(), b"[[".to_vec(), Vec::from(b"\xff")];
    for broken in unreadable.map(Some).into_iter().chain([None]) {
        match &broken {
            Some(bytes) => home.write_whole_config(bytes),
            None => std::fs::remove_file(home.config()).expect("it is there"),
        }
        let daemon = start(&home, &[]);
        assert_eq!(daemon.address().port(), port);
        wants_password(&daemon);
        let page = daemon.until("the notice", |daemon| {
            let page = daemon.get_with("/", &SESAME).body;
            if page.contains("the last good version is in force") { Ok(page) } else { Err(page) }
        });
        assert!(page.contains("parcel/lamp"), "{page}");
        assert_eq!(entries(&daemon), told, "nothing is told again");
        assert!(has_database(&home.path().join("history")));
        assert!(!has_database(&home.path().join(".local/state/parcelwatch")));
        let list = home.bare_command(&["list"]).output().expect("the program runs");
        assert!(String::from_utf8_lossy(&list.stdout).contains("lamp"), "the command line finds the state too");
        daemon.stop();
    }
}

#[test]
fn a_config_that_cannot_be_read_and_never_was_is_all_that_is_served() {
    let home = home("");
    home.write_whole_config(b"# caf\xe9\npassword = \"sesame\"\n");
    let before = files(home.path());
    let daemon = start(&home, &["run", "--listen", "127.0.0.1:0"]);
    for path in ["/", "/api/v1/parcels", "/feeds/all.atom", "/readyz"] {
        let answer = daemon.get_with(path, &[]);
        assert_eq!(answer.status, 503, "{path}");
        assert!(answer.body.contains("config.toml:1:6: cannot read it: byte 0xe9 is not UTF-8"), "{}", answer.body);
    }
    let foreign = daemon.get_with("/", &[("host", "parcels.example")]).body;
    assert!(!foreign.contains("config.toml") && foreign.contains("the log says why"), "{foreign}");
    daemon.signal("HUP");
    assert_eq!(daemon.get_with("/", &[]).status, 503);
    assert_eq!(files(home.path()), before, "no state is made");
    assert!(String::from_utf8_lossy(&home.command(&["check"]).stdout).contains("save the file as UTF-8"));

    // Mended, it is taken without a restart.
    home.write_whole_config(b"listen = \"127.0.0.1:0\"\npassword = \"sesame\"\ndata_dir = \"history\"\n");
    let database = home.path().join("history/parcelwatch.db");
    daemon.until_log("listening on http://");
    assert!(database.exists(), "{}", daemon.log());
}

/// Every file and folder below one.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() && !entry.is_symlink() {
            found.extend(files(&entry));
        }
        found.push(entry);
    }
    found.sort();
    found
}

#[test]
fn a_secret_in_a_faulty_line_is_shown_nowhere() {
    let home = home(LAMP);
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    let secrets = ["s3cret-key", "s3cret-topic", "s3cret-path", "S3CRETENV==", "s3cret-comment", "s3cret-host"];
    let faulty = format!(
        "{LAMP}[carriers.dhl]\nhosts = [\"https://x:{}@dhl.example/y\"]\napi_kee = \"{}\" # {}\n[[notify]]\ntype = \"ntfy\"\nurl = \"ntfy.example/{}\"\n\
         [carriers.ups]\nclient_id_file = \"{}\"\nclient_secret =\n{}\n",
        secrets[5], secrets[0], secrets[4], secrets[1], secrets[2], secrets[3]
    );
    home.write_config(&faulty);
    let system = daemon.until_system(|system| system["config"]["faults"].as_array().is_some_and(|f| !f.is_empty()));
    assert!(system.to_string().contains("[carriers.dhl] has no api_kee; did you mean api_key?"), "{system:#}");
    let mut shown: Vec<(String, String)> =
        ["/", "/system", "/api/v1/system", "/feeds/system.atom", "/feeds/system.json"]
            .map(|path| (path.to_owned(), daemon.get(path)))
            .to_vec();
    for arguments in [&["check"][..], &["check", "--json"], &["doctor"], &["reload"]] {
        let output = home.command(arguments);
        let text = [output.stdout, output.stderr].concat();
        shown.push((arguments.join(" "), String::from_utf8_lossy(&text).into_owned()));
    }
    shown.push(("the log".to_owned(), daemon.log()));
    for (place, text) in shown {
        for secret in secrets {
            assert!(!text.contains(secret), "{place} shows {secret}:\n{text}");
        }
    }
}

#[test]
fn a_reload_right_after_the_start_is_no_end() {
    let home = home(LAMP);
    let daemon = home.start();
    daemon.signal("HUP");
    daemon.signal("HUP");
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    daemon.stop();
}

#[test]
fn files_are_written_and_named_without_a_folder() {
    let home = home(LAMP);
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    let say = |arguments: &[&str]| {
        let mut command = home.bare_command(arguments);
        command.env("PARCELWATCH_DATA_DIR", home.state());
        let output = command.output().expect("the program runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "parcelwatch {}: {error}", arguments.join(" "));
    };
    say(&["export", "lamp"]);
    say(&["export", "lamp", "-o", "x.zip"]);
    say(&["--config", "new.toml", "init"]);
    say(&["--config", "added.toml", "add", "DEMO00000024"]);
    say(&["--config", "added.toml", "check"]);
    for name in ["x.zip", "new.toml", "added.toml"] {
        assert!(home.path().join(name).is_file(), "{name}");
    }
}

#[test]
fn health_needs_no_password_and_says_nothing_else() {
    let home = home(&format!("password = \"sesame\"\npublic_url = \"http://127.0.0.1/parcels/\"\n{LAMP}"));
    let daemon = home.start();
    for (path, body) in [("/healthz", "ok\n"), ("/readyz", "ready\n"), ("/parcels/healthz", "ok\n")] {
        // The carriers are made ready first.
        daemon.until(path, |daemon| match daemon.get_with(path, &[]) {
            answer if (answer.status, answer.body.as_str()) == (200, body) => Ok(()),
            answer => Err(answer.body),
        });
    }
    for path in ["/healthz/", "/readyz/x", "/metrics", "/parcelshealthz"] {
        assert_eq!(daemon.get_with(path, &[]).status, 401, "{path}");
    }
    // The port is known to the daemon alone.
    home.say(&["healthcheck"]);
}
