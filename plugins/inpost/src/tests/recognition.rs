use super::*;

#[test]
fn numbers_are_recognised_as_likely_as_they_are() {
    let replay = Replay::<InPost>::of();
    for (number, expected) in [
        (NUMBER, Some(55)),
        ("520000000000000000000024", Some(55)),
        // As long as these, and more likely bpost's.
        ("323212345659900040669030", Some(15)),
        ("32321234565990004066903", None),
        ("62000000000000000000001", None),
        ("6200000000000000000000170", None),
        ("62000000000000000000001X", None),
        ("6200000000000000000000é", None),
        ("RB123456785GB", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let candidate = candidates.pop();
        assert_eq!(candidate.as_ref().map(|told| told.confidence), expected, "{number}");
        assert_eq!(candidate.and_then(|told| told.checksum), None, "{number}");
    }
}

#[test]
fn the_descriptor_says_who_it_is_and_that_no_key_is_needed() {
    let descriptor = InPost::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.batch_max), ("inpost", 1));
    assert_eq!(descriptor.zone.as_deref(), Some("Europe/Warsaw"));
    assert_eq!(descriptor.countries, ["PL"]);
    assert!(descriptor.profiles.is_empty());
    assert!(descriptor.facts.contains(&("access".into(), "no key is needed".into())));
}
