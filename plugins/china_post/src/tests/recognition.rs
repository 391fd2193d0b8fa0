use super::*;

#[test]
fn numbers_are_recognised_as_likely_as_they_are() {
    let replay = Replay::<ChinaPost>::of();
    for (number, expected) in [
        ("LZ430297212CN", Some((75, Some(true)))),
        ("LZ464222669CN", Some((75, Some(true)))),
        ("RP325552475CN", Some((75, Some(true)))),
        ("LW489083733CN", Some((75, Some(true)))),
        ("LV663202155CN", Some((75, Some(true)))),
        ("LY932726434CN", Some((75, Some(true)))),
        ("UW510368425CN", Some((75, Some(true)))),
        ("RE012054200CN", Some((75, Some(true)))),
        ("LP165048889CN", Some((75, Some(true)))),
        ("EB123456785CN", Some((30, Some(true)))),
        ("EA123456784CN", Some((30, Some(false)))),
        ("LZ430297213CN", Some((75, Some(false)))),
        ("LM536401004CNO", None),
        ("LW618851101C2N", None),
        ("RB123456785XX", None),
        ("RB123456786US", None),
        ("LX123456785FR", None),
        ("9892019112608", None),
        ("LZ43029721éCN", None),
        ("CN", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let told = candidates.pop().map(|candidate| (candidate.confidence, candidate.checksum));
        assert_eq!(told, expected, "{number}");
    }
    assert_eq!(replay.recognize("LZ430297212CN")[0].country.as_deref(), Some("CN"));
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = ChinaPost::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.batch_max), ("china_post", 1));
    let secrets: Vec<String> = descriptor.profiles.iter().flat_map(|profile| profile.secrets()).collect();
    assert_eq!(secrets, ["signing_key", "business_key"]);
    assert!(descriptor.profiles.iter().all(|profile| profile.kind == "hmac"));
    assert_eq!((descriptor.countries, descriptor.zone), (vec!["CN".to_owned()], None));
    let probe = descriptor.probe;
    assert!(probe.as_deref().is_some_and(checksum::s10), "{probe:?}");
}
