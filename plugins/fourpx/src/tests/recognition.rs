use super::*;

#[test]
fn its_own_numbers_are_recognised_and_no_others() {
    let replay = Replay::<FourPx>::of();
    for (number, expected) in [
        ("4PX3001291278502CN", Some((95, None))),
        ("4PX3001518625089CN", Some((95, None))),
        ("4PX3001359756959CN", Some((95, None))),
        ("4PX3001490035975CN", Some((95, None))),
        ("4PX30014900359751CN", Some((95, None))),
        ("4PX300129127850CN", None),
        ("4PX300149003597511CN", None),
        ("4PX3001291278502US", None),
        ("3001291278502CN", None),
        ("4PX3001291278502", None),
        ("4PXCN", None),
        ("4PX30012912785éCN", None),
        ("4PX３００１２９１CN", None),
        ("4PX300129127850\"CN", None),
        ("LX123456785CN", None),
        ("", None),
    ] {
        let mut candidates = replay.recognize(number);
        assert!(candidates.len() <= 1, "{number}");
        let told = candidates.pop().map(|candidate| (candidate.confidence, candidate.checksum));
        assert_eq!(told, expected, "{number}");
    }
}

#[test]
fn the_descriptor_says_who_it_is_and_that_it_needs_no_key() {
    let descriptor = FourPx::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.batch_max), ("fourpx", 1));
    assert!(descriptor.profiles.is_empty() && descriptor.countries.is_empty());
    assert_eq!(descriptor.hosts, ["https://track.4px.com"]);
    let link = descriptor.link.expect("a link for people");
    assert!(link.starts_with("https://") && link.contains("{number}"), "{link}");
}
