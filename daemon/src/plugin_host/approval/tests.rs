use jiff::SignedDuration;
use parcelwatch_tracking::Facts;

use super::*;

fn id(text: &str) -> CarrierId {
    CarrierId::new(text).expect("an id")
}

fn plugin(carrier: &str, hosts: &[&str], profiles: Vec<Profile>) -> Descriptor {
    Descriptor {
        id: id(carrier),
        name: carrier.to_owned(),
        version: "1".to_owned(),
        origins: hosts.iter().map(|host| Origin::parse(host).expect("an origin")).collect(),
        profiles,
        batch_max: 1,
        gap: SignedDuration::ZERO,
        pace: SignedDuration::ZERO,
        quotas: Vec::new(),
        zone: None,
        countries: Vec::new(),
        roles: Vec::new(),
        link: None,
        contact: Facts::default(),
        probe: None,
        optional_secrets: Vec::new(),
        settings: Vec::new(),
        headers: Vec::new(),
        facts: Facts::default(),
    }
}

fn bound(profile: Profile, hosts: &[&str]) -> Profile {
    Profile { hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), ..profile }
}

fn key() -> Profile {
    Profile::header("api", &[("x-key", "{api_key}")])
}

/// A daemon with one carrier of its own, whose key goes to one of its two hosts.
fn own() -> Descriptor {
    plugin("own", &["a.example", "b.example"], vec![bound(key(), &["a.example"])])
}

fn grants(rows: Vec<Grant>) -> Grants {
    Grants::new(rows, [(id("own"), Some(Wants::of(&own()))), (id("broken"), None)].into())
}

fn hosts_only(carrier: &str, hosts: &[&str]) -> Grant {
    Grant { carrier: id(carrier), hosts: hosts.iter().map(|host| format!("https://{host}")).collect(), secrets: None }
}

/// What a file has to wait for; empty where it does not.
#[track_caller]
fn check(grants: &Grants, descriptor: &Descriptor, config: &[&str], expected: &str) {
    let config: Vec<Origin> = config.iter().map(|host| Origin::parse(host).expect("an origin")).collect();
    let refusal = grants.refusal(descriptor, &config).unwrap_or_default();
    let way_out = format!("; to allow it: parcelwatch plugin approve {}", descriptor.id);
    assert_eq!(refusal.strip_suffix(&way_out).unwrap_or(&refusal), expected);
}

#[test]
fn what_the_bundled_carrier_wants_is_the_first_grant_of_its_id() {
    let grants = grants(Vec::new());
    check(&grants, &own(), &[], "");
    check(&grants, &plugin("own", &["a.example"], Vec::new()), &[], "");
    check(
        &grants,
        &plugin("own", &["a.example", "c.example"], vec![bound(key(), &["c.example"])]),
        &[],
        "it wants to reach https://c.example and to send api_key to https://c.example as header x-key={api_key}, \
         which the built-in own does not",
    );
    // A host that the operator added may be reached; no secret goes there for that.
    check(
        &grants,
        &plugin("own", &["a.example", "c.example"], vec![bound(key(), &["a.example", "c.example"])]),
        &["c.example"],
        "it wants to send api_key to https://c.example as header x-key={api_key}, which the built-in own does not",
    );
    check(&grants, &plugin("own", &["a.example", "c.example"], vec![bound(key(), &["a.example"])]), &["c.example"], "");
}

#[test]
fn a_secret_of_another_name_another_way_or_a_wider_one_waits() {
    let grants = grants(Vec::new());
    let file = |profile: Profile| plugin("own", &["a.example", "b.example"], vec![profile]);
    let (wants, than) = ("it wants to send", "which the built-in own does not");
    let at_a = |profile| file(bound(profile, &["a.example"]));
    check(
        &grants,
        &at_a(Profile::header("api", &[("x-key", "{password}")])),
        &[],
        &format!("{wants} password to https://a.example as header x-key={{password}}, {than}"),
    );
    check(
        &grants,
        &at_a(Profile::query("api", &[("x-key", "{api_key}")])),
        &[],
        &format!("{wants} api_key to https://a.example in another way: query x-key={{api_key}}, {than}"),
    );
    check(
        &grants,
        &at_a(Profile::header("api", &[("x-key", "{api_key}"), ("host", "c.example")])),
        &[],
        &format!(
            "{wants} api_key to https://a.example in another way: header host=c.example, x-key={{api_key}}, {than}"
        ),
    );
    // Bound to nothing, it goes wherever the plugin may go, now and later.
    check(
        &grants,
        &file(key()),
        &[],
        &format!("{wants} api_key to https://b.example as header x-key={{api_key}}, {than}"),
    );
    let alone = plugin("own", &["a.example"], vec![key()]);
    check(
        &grants,
        &alone,
        &[],
        &format!("{wants} api_key to hosts that the config adds as header x-key={{api_key}}, {than}"),
    );
    let digest =
        bound(Profile { parameters: vec![("key".into(), "{api_key}".into())], ..Profile::hmac("api") }, &["a.example"]);
    check(
        &grants,
        &file(digest),
        &[],
        &format!("{wants} api_key to https://a.example, https://b.example as hmac key={{api_key}}, {than}"),
    );
    let token = bound(Profile::oauth2("api", "https://b.example/token", "", "form"), &["a.example"]);
    let refusal = grants.refusal(&file(token), &[]).expect("its secrets are new");
    assert!(refusal.contains("to send client_secret to https://a.example, https://b.example as oauth2"), "{refusal}");
}

#[test]
fn different_profiles_are_different_ways() {
    let two = Profile::header("api", &[("a", "1"), ("b", "{api_key}")]);
    let ordered = Profile::header("api", &[("b", "{api_key}"), ("a", "1")]);
    assert_eq!(way(&two), way(&ordered));
    for other in [&[("a", "1, b={api_key}")][..], &[("a", "\"1"), ("b", "{api_key}\"")], &[("a", "\"1, b={api_key}\"")]]
    {
        assert_ne!(way(&two), way(&Profile::header("api", other)), "{other:?}");
    }
    let ways =
        [way(&Profile::header("api", &[("a", "1, b=2")])), way(&Profile::header("api", &[("a", "\"1"), ("b", "2\"")]))];
    assert_ne!(ways[0], ways[1]);
}

#[test]
fn a_new_carrier_waits_only_with_a_secret() {
    let grants = grants(Vec::new());
    let file = |profiles| plugin("new", &["n.example"], profiles);
    check(&grants, &file(Vec::new()), &[], "");
    check(&grants, &file(vec![Profile::header("plain", &[("x-consent", "yes")])]), &[], "");
    check(
        &grants,
        &file(vec![key()]),
        &["n.example"],
        "it wants to send api_key to https://n.example as header x-key={api_key}, and carrier new is new",
    );
}

#[test]
fn a_bundled_carrier_that_cannot_be_loaded_lends_its_name_to_nobody() {
    let file = plugin("broken", &["c.example"], Vec::new());
    check(
        &grants(Vec::new()),
        &file,
        &[],
        "it wants to reach https://c.example, and the built-in broken cannot be loaded",
    );
    check(&grants(vec![Wants::of(&file).grant(id("broken"))]), &file, &[], "");
    assert!(grants(Vec::new()).first_of_bundled().iter().all(|grant| grant.carrier == id("own")));
}

#[test]
fn a_grant_of_an_older_version_keeps_its_hosts_and_gives_no_secret_away() {
    // A stranger's file took the first grant of a bundled carrier.
    let old = grants(vec![hosts_only("own", &["c.example"]), hosts_only("courier", &["k.example"])]);
    check(&old, &plugin("own", &["c.example"], Vec::new()), &[], "");
    check(
        &old,
        &plugin("own", &["c.example"], vec![key()]),
        &[],
        "it wants to send api_key to https://c.example as header x-key={api_key}, which the built-in own does not",
    );
    let settled = old.first_of_bundled();
    let hosts = ["https://a.example", "https://b.example", "https://c.example"];
    assert_eq!((settled.len(), &settled[0].hosts[..]), (1, &hosts.map(str::to_owned)[..]));
    assert_eq!(settled[0].secrets, Some(Wants::of(&own()).secrets.into_iter().collect()));
    assert!(grants(settled).first_of_bundled().is_empty(), "it is settled once");
    // A file's carrier keeps the secrets of what it last ran, and no others.
    let mut old = old;
    assert_eq!(old.without_secrets(), [id("courier")]);
    let ran = plugin("courier", &["k.example"], vec![key()]);
    assert!(old.refusal(&ran, &[]).is_some());
    assert_eq!(old.keep_secrets(&ran).map(|grant| grant.hosts), Some(vec!["https://k.example".to_owned()]));
    check(&old, &ran, &[], "");
    assert!(old.without_secrets().is_empty());
    let next = plugin("courier", &["k.example"], vec![Profile::query("api", &[("key", "{api_key}")])]);
    check(
        &old,
        &next,
        &[],
        "it wants to send api_key to https://k.example in another way: query key={api_key}, which earlier versions did not",
    );
}

#[test]
fn what_was_approved_is_named_whole() {
    let approved = phrases(&Wants::of(&own()).grant(id("own")));
    assert_eq!(
        approved,
        ["reach https://a.example, https://b.example", "send api_key to https://a.example as header x-key={api_key}"]
    );
}
