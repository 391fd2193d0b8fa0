use super::*;

#[test]
fn numbers_are_recognised_as_likely_as_they_are() {
    let replay = Replay::<ChinaEms>::of();
    for (number, expected) in [
        ("EB123456785CN", Some((85, Some(true)))),
        ("EC207920162US", Some((40, Some(true)))),
        ("EW112720413FR", Some((40, Some(true)))),
        ("EA123456784CN", Some((85, Some(false)))),
        ("EA152563254CN", Some((85, Some(false)))),
        ("EP111111110FR", Some((40, Some(false)))),
        ("ET123456789AU", Some((40, Some(false)))),
        ("EB123456785XX", Some((40, Some(false)))),
        ("LZ430297212CN", None),
        ("RB123456785GB", None),
        ("CE123456785CN", None),
        ("EB12345678CN", None),
        ("EB1234567855CN", None),
        ("9892019112608", None),
        ("989201911260", None),
        ("eb123456785cn", None),
        ("E日本語5CN", None),
        ("EB١٢٣٤٥٦٧٨٥CN", None),
        ("E", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let told = candidates.pop().map(|candidate| (candidate.confidence, candidate.checksum));
        assert_eq!(told, expected, "{number}");
    }
    assert_eq!(replay.recognize("EC207920162US").remove(0).country.as_deref(), Some("US"));
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = ChinaEms::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.name.as_str()), ("china_ems", "EMS (China)"));
    // The partner interface is not declared: without https it is the operator's to grant.
    assert_eq!(descriptor.hosts, ["https://items.ems.post"]);
    assert_eq!(descriptor.profiles[0].secrets(), ["api_key"]);
    assert!(descriptor.profiles[0].hosts.is_empty(), "the key goes where the operator says");
    assert!(descriptor.pace_ms >= 3000 && descriptor.gap_s >= 3600);
    assert_eq!((descriptor.zone, descriptor.countries), (None, vec!["CN".to_owned()]));
    assert!(descriptor.link.is_some_and(|link| link.ends_with("itemId={number}")));
    let fact = |name: &str| descriptor.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(fact("facts_as_of"), Some("2026-11"));
    assert_eq!((descriptor.optional_secrets, descriptor.headers), (vec!["api_key".into()], vec!["version".into()]));
    assert!(fact("access").is_some_and(|access| access.starts_with("no key is needed")));
    assert!(fact("known_from").is_some());
    assert!(descriptor.probe.as_deref().is_some_and(numbers::is_ems_item));
}
