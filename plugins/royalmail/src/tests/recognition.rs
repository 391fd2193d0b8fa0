use super::*;

#[test]
fn numbers_are_recognised_as_likely_as_they_are() {
    let replay = Replay::<RoyalMail>::of();
    for (number, expected) in [
        ("RB123456785GB", Some((90, Some(true)))),
        ("FQ087430672GB", Some((90, Some(true)))),
        ("FQ087430673GB", Some((90, Some(false)))),
        ("LX123456785CN", Some((15, Some(true)))),
        ("RB123456785XX", Some((15, Some(false)))),
        ("090367574000000FE1E1B", Some((70, None))),
        ("090367574000000001010", Some((30, None))),
        ("090367574000000FE1E1", None),
        ("090367574000000FE1E1G", None),
        ("090367574000000fe1e1b", None),
        ("é90367574000000FE1E1B", None),
        ("FQ08743067GB", None),
        ("1Z5R89390357567127", None),
        ("123456785", None),
        ("../FQ087430672GB", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let told = candidates.pop().map(|candidate| (candidate.confidence, candidate.checksum));
        assert_eq!(told, expected, "{number}");
    }
    assert_eq!(replay.recognize("RB123456785GB")[0].country.as_deref(), Some("GB"));
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = RoyalMail::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.batch_max), ("royalmail", 1));
    assert_eq!(descriptor.hosts, ["https://api.royalmail.net"]);
    assert_eq!((descriptor.profiles[0].kind.as_str(), descriptor.profiles.len()), ("header", 1));
    assert_eq!(descriptor.profiles[0].secrets(), ["client_id", "client_secret"]);
    let quotas: Vec<(u32, u32)> = descriptor.quotas.iter().map(|quota| (quota.requests, quota.seconds)).collect();
    assert_eq!(quotas, [(25, 43_200), (50, 86_400)]);
    let fact = |name: &str| descriptor.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert!(
        fact("access").is_some_and(|access| access.contains("account customers") && access.contains("daily_quota"))
    );
    assert!(descriptor.probe.as_deref().is_some_and(checksum::s10));
    assert_eq!(fact("facts_as_of"), Some("2026-11"));
}
