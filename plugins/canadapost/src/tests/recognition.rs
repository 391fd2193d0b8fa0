use super::*;

#[test]
fn numbers_are_recognised_as_likely_as_they_are() {
    let replay = Replay::<CanadaPost>::of();
    for (number, expected) in [
        ("0073938000549297", Some((60, Some(true)))),
        ("7035114477138472", Some((60, Some(true)))),
        ("7316971138510136", Some((60, Some(true)))),
        ("7023210039414604", Some((60, Some(true)))),
        ("0073938000549292", Some((30, Some(false)))),
        ("7035114477138471", Some((30, Some(false)))),
        ("ZY000000014CA", Some((90, Some(true)))),
        ("ZY000000015CA", Some((90, Some(false)))),
        ("RB123456785GB", Some((15, Some(true)))),
        ("RB123456785XX", Some((15, Some(false)))),
        ("702321003941460", None),
        ("70232100394146044", None),
        ("702321003941460A", None),
        ("٧٠٢٣٢١٠٠", None),
        ("1Z5R89390357567127", None),
        ("ZY00000014CA", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let told = candidates.pop().map(|candidate| (candidate.confidence, candidate.checksum));
        assert_eq!(told, expected, "{number}");
    }
    assert_eq!(replay.recognize("ZY000000014CA")[0].country.as_deref(), Some("CA"));
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = CanadaPost::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.batch_max), ("canadapost", 1));
    assert_eq!(descriptor.hosts, ["https://soa-gw.canadapost.ca"]);
    assert_eq!((descriptor.profiles[0].kind.as_str(), descriptor.profiles.len()), ("basic", 1));
    assert_eq!(descriptor.profiles[0].secrets(), ["username", "password"]);
    assert_eq!(descriptor.countries, ["CA"]);
    let fact = |name: &str| descriptor.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert!(fact("access").is_some_and(|access| access.contains("Developer Program")));
    assert!(descriptor.probe.as_deref().is_some_and(|probe| checksum::mod10(probe, 3, 1)));
    assert_eq!(fact("facts_as_of"), Some("2026-11"));
}
