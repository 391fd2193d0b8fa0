use super::*;

#[test]
fn numbers_are_recognised_as_likely_as_they_are() {
    let replay = Replay::<Yanwen>::of();
    for (number, expected) in [
        ("UJ826304125YP", Some((85, Some(true)))),
        ("UJ851722358YP", Some((85, Some(true)))),
        ("VR666608345YP", Some((85, Some(true)))),
        ("AA071365715YR", Some((85, Some(true)))),
        ("UJ826304126YP", Some((85, Some(false)))),
        ("LW529183198CN", Some((15, Some(true)))),
        ("UC063173435MY", Some((15, Some(true)))),
        ("LW529183199CN", Some((15, Some(false)))),
        ("RB123456785YE", Some((15, Some(true)))),
        ("RB123456785YT", Some((15, Some(true)))),
        ("UJ82630412YP", None),
        ("UJ8263041250YP", None),
        ("UJ826304125Y1", None),
        ("uj826304125yp", None),
        ("1Z5R89390357567127", None),
        ("UJ٨٢٦٣٠٤YP", None),
        ("日本", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let told = candidates.pop().map(|candidate| (candidate.confidence, candidate.checksum));
        assert_eq!(told, expected, "{number}");
    }
}

#[test]
fn a_number_of_its_own_names_no_country_and_a_posts_does() {
    let replay = Replay::<Yanwen>::of();
    let told = |number: &str| replay.recognize(number).pop().map(|candidate| (candidate.scheme, candidate.country));
    assert_eq!(told("UJ826304125YP"), Some(("Yanwen number".into(), None)));
    assert_eq!(told("UC063173435MY"), Some(("S10 postal number".into(), Some("MY".into()))));
}

#[test]
fn the_descriptor_says_who_it_is_and_that_the_key_is_optional() {
    let descriptor = Yanwen::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.batch_max), ("yanwen", 4));
    assert_eq!(descriptor.hosts, ["https://track.yw56.com.cn", "https://api.track.yw56.com.cn"]);
    assert_eq!(descriptor.profiles[0].secrets(), ["account"]);
    assert!(descriptor.pace_ms >= 2000 && descriptor.gap_s >= 3600);
    let fact = |name: &str| descriptor.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((descriptor.optional_secrets.join(" ").as_str(), fact("facts_as_of")), ("account", Some("2026-11")));
    assert!(descriptor.probe.as_deref().is_some_and(checksum::s10));
}
