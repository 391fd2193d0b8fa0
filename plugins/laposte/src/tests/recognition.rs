use super::*;

#[test]
fn numbers_are_recognised_as_likely_as_they_are() {
    let replay = Replay::<LaPoste>::of();
    for (number, expected) in [
        ("EW112720413FR", Some((90, Some(true)))),
        ("EP111111110FR", Some((90, Some(false)))),
        ("LX123456785CN", Some((15, Some(true)))),
        ("6A15602676300", Some((75, None))),
        ("6M20132968235", Some((75, None))),
        ("8K00009775862", Some((75, None))),
        ("XY123456789JB", Some((40, None))),
        ("89108749065090", Some((15, None))),
        ("6A1560267630", None),
        ("6A156026763000", None),
        ("AA15602676300", None),
        ("XY12345678JB", None),
        ("é123456789JF", None),
        ("1Z5R89390357567127", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let told = candidates.pop().map(|candidate| (candidate.confidence, candidate.checksum));
        assert_eq!(told, expected, "{number}");
    }
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = LaPoste::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.batch_max), ("laposte", 10));
    assert_eq!(descriptor.profiles[0].secrets(), ["api_key"]);
    assert!(descriptor.countries.contains(&"FR".to_owned()));
}
