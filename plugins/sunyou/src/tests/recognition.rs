use super::*;

#[test]
fn its_own_numbers_are_recognised_and_others_are_not() {
    let replay = Replay::<SunYou>::of();
    for (number, expected) in [
        ("SYAE006809461", Some(90)),
        ("SYTS000000017", Some(90)),
        ("SYAE00680946", None),
        ("SYAE0068094611", None),
        ("SY999999999", None),
        ("SYA1006809461", None),
        ("syae006809461", None),
        ("SU014952148MI", None),
        ("YT2229521272164446", None),
        ("1Z5R89390357567127", None),
        ("SYAE٠٠٦٨٠٩٤٦١", None),
        ("SY日本", None),
        ("SY", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let told = candidates.pop();
        assert_eq!(told.as_ref().map(|candidate| candidate.confidence), expected, "{number}");
        assert!(told.is_none_or(|candidate| candidate.checksum.is_none()), "{number}");
    }
}

#[test]
fn the_descriptor_says_who_it_is_and_that_no_key_is_needed() {
    let descriptor = SunYou::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.batch_max), ("sunyou", 1));
    assert_eq!(descriptor.hosts, ["https://sypost.net"]);
    assert!(descriptor.pace_ms >= 2000 && descriptor.gap_s >= 7200);
    assert_eq!((descriptor.profiles, descriptor.zone), (Vec::new(), None));
    let fact = |name: &str| descriptor.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(fact("facts_as_of"), Some("2026-11"));
    assert!(fact("access").is_some_and(|access| access.starts_with("no key")));
}
