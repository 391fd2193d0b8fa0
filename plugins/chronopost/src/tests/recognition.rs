use super::*;

#[test]
fn numbers_are_recognised_as_likely_as_they_are() {
    let replay = Replay::<Chronopost>::of();
    for (number, expected) in [
        ("89108749065090", Some((40, None))),
        ("EW112720413FR", Some((45, Some(true)))),
        ("EP111111110FR", Some((45, Some(false)))),
        ("XY123456789JB", Some((85, None))),
        ("XY123456789JF", Some((85, None))),
        ("8910874906509", None),
        ("891087490650901", None),
        ("LX123456785CN", None),
        ("XY12345678JB", None),
        ("xy123456789jb", None),
        ("6A15602676300", None),
        ("XT8452370122486", None),
        ("1Z5R89390357567127", None),
        ("é123456789JF", None),
        ("٨٩١٠٨٧٤٩٠٦٥٠٩٠", None),
        ("<!ENTITY x>ABC", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let told = candidates.pop().map(|candidate| (candidate.confidence, candidate.checksum));
        assert_eq!(told, expected, "{number}");
    }
    let candidate = replay.recognize("EW112720413FR").remove(0);
    assert_eq!(candidate.country.as_deref(), Some("FR"));
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = Chronopost::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.name.as_str()), ("chronopost", "Chronopost"));
    assert_eq!(descriptor.hosts, ["https://ws.chronopost.fr"]);
    assert_eq!((descriptor.profiles, descriptor.batch_max), (Vec::new(), 1));
    assert!(descriptor.pace_ms >= 2000 && descriptor.gap_s >= 1800);
    assert_eq!((descriptor.zone.as_deref(), descriptor.countries), (Some("Europe/Paris"), vec!["FR".to_owned()]));
    assert!(descriptor.link.is_some_and(|link| link.contains("{number}")));
    for fact in ["access", "known_from", "facts_as_of"] {
        assert!(descriptor.facts.iter().any(|(name, _)| name == fact), "{fact}");
    }
}
