use super::*;

#[test]
fn numbers_are_recognised_as_likely_as_they_are() {
    let replay = Replay::<Tnt>::of();
    for (number, expected) in [
        ("123456785", Some((45, Some(true), None))),
        ("223456788", Some((45, Some(true), None))),
        ("620290246", Some((45, Some(true), None))),
        // Within the United Kingdom there is no check digit, so that none is broken.
        ("567993604", Some((20, None, None))),
        ("568663817", Some((20, None, None))),
        ("123456782", Some((20, None, None))),
        ("GE123456785NL", Some((70, Some(true), Some("NL")))),
        ("GD123456785WW", Some((70, Some(true), None))),
        ("GE123456786NL", Some((70, Some(false), Some("NL")))),
        ("RB123456785GB", None),
        ("GE12345678NL", None),
        ("GE123456785N1", None),
        ("12345678", None),
        ("1234567850", None),
        ("12345678é", None),
        ("GEé2345678NL", None),
        ("1Z5R89390357567127", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let candidate = candidates.pop();
        let told = candidate.as_ref().map(|told| (told.confidence, told.checksum, told.country.as_deref()));
        assert_eq!(told, expected, "{number}");
    }
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = Tnt::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.batch_max), ("tnt", 50));
    assert_eq!(descriptor.profiles[0].secrets(), ["username", "password"]);
    assert_eq!(descriptor.zone, None);
    let fact = |name: &str| descriptor.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert!(fact("access").is_some_and(|access| access.contains("FedEx")));
    assert_eq!(descriptor.probe.as_deref().map(numbers::is_askable), Some(true));
}
