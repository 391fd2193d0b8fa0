use super::*;

#[test]
fn numbers_are_recognised_as_likely_as_they_are() {
    let replay = Replay::<DeutschePost>::of();
    for (number, expected) in [
        // Letters of its own, before DHL's 55 for them.
        ("RB123456785DE", Some((85, Some(true)))),
        ("RR000000014DE", Some((85, Some(true)))),
        ("LX000000045DE", Some((85, Some(true)))),
        ("UV000000014DE", Some((85, Some(true)))),
        ("RB123456786DE", Some((85, Some(false)))),
        // What DHL carries.
        ("CC000000014DE", Some((30, Some(true)))),
        ("EE000000014DE", Some((30, Some(true)))),
        ("HA000000014DE", Some((30, Some(true)))),
        // Other posts' letters.
        ("RB123456785GB", Some((15, Some(true)))),
        ("RB123456785US", Some((15, Some(true)))),
        ("RB123456785CF", Some((15, Some(true)))),
        ("EC207920162US", Some((15, Some(true)))),
        ("FQ087430672GB", Some((15, Some(true)))),
        ("RB123456786US", Some((15, Some(false)))),
        ("RB123456785XX", Some((15, Some(false)))),
        ("ET123456789AU", Some((15, Some(false)))),
        ("JJD000390006060575288", None),
        ("00340434161094015902", None),
        ("RR00000001DE", None),
        ("RR0000000144DE", None),
        ("rr000000014de", None),
        ("ÄR000000014D", None),
        ("RR00000001€DE", None),
        ("DE", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let told = candidates.pop().map(|candidate| (candidate.confidence, candidate.checksum));
        assert_eq!(told, expected, "{number}");
    }
}

#[test]
fn a_number_names_the_country_of_its_post() {
    let country = |number: &str| Replay::<DeutschePost>::of().recognize(number).remove(0).country;
    assert_eq!(country("RR000000014DE").as_deref(), Some("DE"));
    assert_eq!(country("RB123456785GB").as_deref(), Some("GB"));
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = DeutschePost::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.name.as_str()), ("deutsche_post", "Deutsche Post"));
    assert_eq!(descriptor.hosts, ["https://api-eu.dhl.com"]);
    assert_eq!(descriptor.profiles[0].secrets(), ["api_key"]);
    assert_eq!(descriptor.profiles[0].parameters, [("DHL-API-Key".into(), "{api_key}".into())]);
    assert_eq!(descriptor.quotas, [Quota { requests: 250, seconds: 86_400, resets_at: Some("00:00Z".into()) }]);
    assert_eq!(
        (descriptor.countries.as_slice(), descriptor.roles.as_slice()),
        (&["DE".into()][..], &["post".into()][..])
    );
    // A call has a minute, and a number may take two pages of two units.
    assert!(u32::from(descriptor.batch_max) * 4 * descriptor.pace_ms < 60_000);
    let fact = |name: &str| descriptor.facts.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
    assert!(fact("access").contains("share its 250 requests a day"));
    assert_eq!(fact("facts_as_of"), "2026-11");
    assert!(descriptor.probe.as_deref().is_some_and(checksum::s10));
}
