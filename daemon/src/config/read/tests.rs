use expect_test::{Expect, expect};

use parcelwatch_tracking::{CarrierId, PollSchedule};

use super::super::EXAMPLE;
use super::super::carriers::SECRETS;
use super::*;
use crate::notify::KINDS;

fn parse(text: &str) -> Result<Checked, Rejected> {
    super::parse(text, KINDS)
}

#[track_caller]
fn faults(text: &str, expected: Expect) {
    // Kinds that stay these two, as messages list them all.
    let kinds = ["ntfy", "webhook"].map(|name| ChannelKind { name, read: |_| None });
    let rejected = super::parse(text, &kinds).expect_err("it has faults");
    let listed: Vec<String> = rejected.faults.iter().map(ToString::to_string).collect();
    expected.assert_eq(&listed.join("\n"));
}

/// The example with its options switched on: a line `# name = …` or `# [table]` becomes the line itself.
fn switched_on() -> String {
    let option = |line: &str| {
        let rest = line.strip_prefix("# ")?;
        let name = rest.trim_start_matches('[').split([' ', ']', '=']).next()?;
        let is_option = rest.starts_with('[') || (rest.contains(" = ") && !name.is_empty() && !name.contains(':'));
        is_option.then(|| rest.to_owned())
    };
    EXAMPLE.lines().map(|line| option(line).unwrap_or_else(|| line.to_owned())).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_proxy_that_is_no_address_is_named() {
    let text = "trusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\", \"::1\", \"the proxy\"]";
    let rejected = crate::config::parse(text, &[]).expect_err("one of them is none");
    let words: Vec<&str> = rejected.faults.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(words.len(), 1, "{words:?}");
    assert!(words[0].starts_with("trusted_proxies: \"the proxy\" is no address and no network"), "{words:?}");
}

#[test]
fn the_example_is_valid_as_it_is_written_out() {
    let checked = parse(EXAMPLE).expect("no faults");
    assert_eq!(checked.config.parcels, []);
}

#[test]
fn every_option_of_the_example_exists_and_shows_its_default() {
    let text = switched_on();
    // What names files and variables cannot be read here.
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains("_file = ") && !line.contains("_env = ")).collect();
    let checked = parse(&kept.join("\n")).unwrap_or_else(|rejected| {
        let listed: Vec<String> = rejected.faults.iter().map(ToString::to_string).collect();
        panic!("{}", listed.join("\n"))
    });
    let config = checked.config;
    assert_eq!(config.parcels.len(), 1);
    assert_eq!(config.channels.len(), KINDS.len(), "each kind of channel once");
    assert_eq!(config.poll_schedule, PollSchedule::default());
    assert_eq!((config.recognition, config.archive, config.feeds), {
        let default = Config::default();
        (default.recognition, default.archive, default.feeds)
    });
}

#[test]
fn every_option_that_is_read_stands_in_the_example() {
    // A table's misspelt key is answered with the keys that are known.
    let known = |table: &str| {
        let rejected = parse(&format!("{table}\nqqqqqqqqqqqq = 1\n")).expect_err("an unknown key");
        let fault = rejected.faults.iter().find(|fault| fault.message.contains("qqqqqqqqqqqq")).expect("it is named");
        let (_, list) = fault.message.split_once("known here: ").expect("no key is close").to_owned();
        list.split(", ").map(str::to_owned).collect::<Vec<_>>()
    };
    let channel = |name| format!("[[notify]]\nurl = \"https://push.example/x\"\ntype = \"{name}\"");
    let channels: Vec<String> = KINDS.iter().map(|kind| channel(kind.name)).collect();
    let tables = [
        "",
        "[[parcel]]",
        "[carriers.dhl]",
        "[cadence]",
        "[windows]",
        "[silence]",
        "[deadlines]",
        "[season]",
        "[recognition]",
        "[archive]",
        "[feeds]",
    ];
    for table in tables.into_iter().chain(channels.iter().map(String::as_str)) {
        for option in known(table) {
            let plain = option.trim_end_matches("_file").trim_end_matches("_env");
            let is_secret = option != plain || SECRETS.contains(&plain) || plain == "password" || plain == "secret";
            let shown = [
                format!("{option} = "),
                format!("[{option}]"),
                format!("[[{option}]]"),
                format!("[{option}."),
                format!(".{option}]"),
            ];
            let named = is_secret && EXAMPLE.contains(plain);
            assert!(
                named || shown.iter().any(|form| EXAMPLE.contains(form.as_str())),
                "{table} {option} is not in the example"
            );
        }
    }
}

#[test]
fn a_parcel_needs_a_number_or_an_order_and_gets_an_id() {
    let text = "[[parcel]]\nlabel = \"Desk lamp\"\nnumber = \"lp 0012 3456\"\n[[parcel]]\nlabel = \"Desk lamp\"\nnumber = \"AB1234\"\n[[parcel]]\norder = \"99\"\n";
    let config = parse(text).expect("valid").config;
    let ids: Vec<&str> = config.parcels.iter().map(|parcel| parcel.id.as_str()).collect();
    assert_eq!(ids, ["desk-lamp", "desk-lamp-1234", "99"]);
    assert_eq!(config.parcels[0].numbers[0].as_str(), "LP00123456");
    faults(
        "[[parcel]]\nlabel = \"x\"\n",
        expect![[r#"
            built-in config:1:1: parcel "x" has neither a number nor an order
              |
            1 | [[parcel]]
              | ^^^^^^^^^^"#]],
    );
}

#[test]
fn every_fault_is_named_with_its_place_and_the_way_out() {
    faults(
        "lisen = \"127.0.0.1:1\"\ntimezone = \"Paris\"\npublic_url = \"parcels\"\n[carriers.DHL]\n[cadence]\nimport = [\"12h\", \"1h\"]\njitter_percent = 99\n[[notify]]\ntype = \"fax\"\n",
        expect![[r#"
            built-in config:1:1: the config has no lisen; did you mean listen?
              |
            1 | lisen = …
              | ^^^^^
            built-in config:2:12: the config: timezone is "Paris", which is not in the IANA table; write it as "Europe/Paris"
              |
            2 | timezone = …
              |            ^
            built-in config:3:14: the config: public_url is not a web address such as "https://parcels.example"
              |
            3 | public_url = …
              |              ^
            built-in config:4:11: "DHL" is not a carrier id; they are lower-case, such as "dhl"
              |
            4 | [carriers.DHL]
              |           ^^^
            built-in config:6:1: [cadence]: import is one interval, or the first and the longest: ["2h", "12h"]
              |
            6 | import = …
              | ^^^^^^
            built-in config:7:18: [cadence]: jitter_percent must be between 0 and 50
              |
            7 | jitter_percent = …
              |                  ^
            built-in config:8:1: [[notify]] has no url
              |
            8 | [[notify]]
              | ^^^^^^^^^^
            built-in config:9:8: [[notify]]: type is "fax"; known: ntfy, webhook
              |
            9 | type = …
              |        ^"#]],
    );
}

#[test]
fn a_syntax_mistake_does_not_hide_the_others() {
    let rejected = parse("listen = \n[[parcel]]\nnumbr = \"LP123456\"\n").expect_err("two faults");
    let lines: Vec<usize> = rejected.faults.iter().map(|fault| fault.line).collect();
    assert!(lines.contains(&1) && lines.contains(&3), "{:#?}", rejected.faults);
}

#[test]
fn a_number_in_two_entries_is_one_parcel_of_both() {
    let text = "[[parcel]]\nid = \"a\"\nlabel = \"Lamp\"\nnumber = \"LP123456\"\ntags = [\"home\"]\nordered = 2026-11-03\n\
                [[parcel]]\nlabel = \"Socks\"\nnumbers = [\"LP123456\", \"RB123456785CN\"]\ntags = [\"home\", \"gift\"]\nrecipient = \"Ada\"\n\
                ordered = 2026-11-01\n[[parcel]]\nlabel = \"Lamp\"\nnumber = \"rb123456785cn\"\nrecipient = \"Bob\"\ncountry = \"FR\"\n\
                [[parcel]]\nid = \"other\"\nnumber = \"LP654321\"\n";
    let checked = parse(text).expect("only warnings");
    let [parcel, other] = checked.config.parcels.as_slice() else { panic!("{:#?}", checked.config.parcels) };
    assert_eq!((parcel.id.as_str(), other.id.as_str()), ("a", "other"));
    assert_eq!((parcel.label.as_str(), parcel.recipient.as_deref()), ("Lamp, Socks", Some("Ada, Bob")));
    assert_eq!((parcel.tags.join(" ").as_str(), parcel.numbers.len()), ("home gift", 2));
    assert_eq!(parcel.ordered, Some(jiff::civil::date(2026, 11, 1)));
    assert_eq!(parcel.country, parcelwatch_tracking::Country::new("FR"));
    let lines: Vec<usize> = checked.warnings.iter().map(|warning| warning.line).collect();
    assert_eq!(lines, [9, 15]);
    let words = "parcel \"Socks\": parcel \"a\" has number LP123456 already; both are one parcel, with all labels, tags and people";
    assert_eq!(checked.warnings[0].message, words);
}

#[test]
fn secrets_come_from_files_and_the_environment_and_are_never_shown() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("key");
    std::fs::write(&file, "file-secret\n").expect("our folder");
    let text = format!(
        "[carriers.dhl]\napi_key_file = {:?}\n[carriers.ups]\nclient_id_env = \"PATH\"\nclient_secret = \"plain\"\n[carriers.x1.secrets]\nodd = \"1\"\n",
        file.display().to_string()
    );
    let config = parse(&text).expect("valid").config;
    let secret = |carrier: &str, name: &str| {
        let carrier = &config.carriers[&CarrierId::new(carrier).expect("an id")];
        carrier.secrets[name].reveal().to_owned()
    };
    assert_eq!(secret("dhl", "api_key"), "file-secret");
    assert_eq!(secret("ups", "client_id"), std::env::var("PATH").expect("it is set"));
    assert_eq!(secret("x1", "odd"), "1");
    assert!(!format!("{config:?}").contains("plain"));
    let twice = parse("[carriers.dhl]\napi_key = \"a\"\napi_key_env = \"PATH\"\n").expect_err("two ways");
    assert!(twice.faults[0].message.contains("api_key is given more than once"));
    let missing = parse("[carriers.dhl]\napi_key_file = \"/nowhere/at/all\"\n").expect_err("no such file");
    assert!(missing.faults[0].message.contains("cannot read api_key_file /nowhere/at/all"));
}

#[test]
fn what_counts_as_normal_is_read_and_wrong_figures_are_named() {
    let text = "[windows]\nstandard = [5, 12]\n[silence]\nlabel = [\"3 days\", \"10 days\"]\n[season]\nfrom = \"06-01\"\nto = \"08-31\"\n\
                [deadlines]\nremind_days = [10]\nrefund = [\"7 days\", \"14 days\"]\n[carriers.dhl]\npickup_kept = \"7 days\"\n";
    let norms = parse(text).expect("valid").config.norms;
    assert_eq!(norms.windows.standard, (5, 12));
    assert_eq!(norms.silence.label.act, jiff::SignedDuration::from_hours(240));
    assert_eq!((norms.season.from, norms.season.to), ((6, 1), (8, 31)));
    assert_eq!(norms.deadlines.remind_days, [10]);
    assert_eq!(norms.deadlines.pickup_of.len(), 1);
    faults(
        "[windows]\nstandard = [25, 7]\n[silence]\norigin = \"7 days\"\n[season]\nfrom = \"13-40\"\n[deadlines]\nremind_days = [\"soon\"]\n",
        expect![[r#"
            built-in config:2:1: [windows]: standard is the shortest and the longest, in days: [7, 25]
              |
            2 | standard = …
              | ^^^^^^^^
            built-in config:4:1: [silence]: origin is two durations, the shorter first: ["7 days", "15 days"]
              |
            4 | origin = …
              | ^^^^^^
            built-in config:6:8: [season]: from is "13-40", not a month and day such as "11-11"
              |
            6 | from = …
              |        ^
            built-in config:8:15: [deadlines]: remind_days takes whole numbers between 0 and 400
              |
            8 | remind_days = …
              |               ^"#]],
    );
}

#[test]
fn a_channel_with_another_token_is_another_channel() {
    let channels = |token: &str| {
        let text = format!("[[notify]]\ntype = \"ntfy\"\nurl = \"https://ntfy.example/t\"\ntoken = \"{token}\"\n");
        parse(&text).expect("valid").config.channels
    };
    assert_eq!(channels("first-token"), channels("first-token"));
    assert_ne!(channels("first-token"), channels("second-token"));
    assert!(!format!("{:?}", channels("first-token")).contains("first-token"));
}
